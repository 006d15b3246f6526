import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ensureMember } from '../../api/core/members.ts';
import { type Call, TENANT } from '../helpers/connector.ts';
import { cardOf, type TeamsConversation, type TeamsPerson, type TestBot, textOf } from '../helpers/connector-bot.ts';
import { type HelpDesk, personOf, startHelpDesk } from '../helpers/help-desk.ts';

let desk: HelpDesk;
let bot: TestBot;
let hanna: TeamsPerson;
let aisha: TeamsPerson;
let channel: TeamsConversation;
let instanceId: string;

beforeEach(async () => {
  desk = await startHelpDesk();
  ({ bot, hanna, aisha, channel, instanceId } = desk);
  for (const person of [hanna, aisha]) await bot.install(person, bot.personal(person));
  bot.connector.clear();
});
afterEach(() => bot.close());

const act: HelpDesk['act'] = (id, input, by = hanna) => desk.act(id, input, by);
const newTicket = async (by: TeamsPerson, more: object = {}): Promise<number> =>
  (await desk.newTicket(more, by)).ticketNo;
const settle = (seconds?: number, stepMs?: number) => desk.settle(seconds, stepMs);

const NO_SLA = { timezone: 'UTC', workingHours: [], holidays: [], targets: [], warningPercent: 75, escalateTo: [] };

const noticesTo = (person: TeamsPerson): Call[] =>
  bot.connector
    .messages()
    .filter(({ conversationId, method }) => method === 'POST' && conversationId === bot.personal(person).id);
const said = (person: TeamsPerson): string[] => noticesTo(person).map((call) => textOf(cardOf(call)).split('\n')[0]!);

describe('who is told of what', () => {
  test('somebody for whom a ticket is opened', async () => {
    const no = await newTicket(hanna);
    await settle();
    expect(said(aisha)).toEqual([`Hanna Lindqvist opened ticket #${no} for you`]);
    expect(said(hanna)).toEqual([]);
  });

  test('whom it is assigned to, who asked, who follows; never who did it, and each once', async () => {
    const follower = bot.person('Fay Follower');
    await bot.install(follower, bot.personal(follower));
    await bot.say(follower, channel, 'help');
    bot.connector.clear();
    const no = await newTicket(aisha, { followers: [personOf(follower)] });
    await settle();
    expect(said(aisha)).toEqual([]);
    await act('updateTicket', { ticketId: String(no), ticket: { assignee: personOf(hanna) } }, aisha);
    await settle();
    expect(said(hanna)).toEqual([`Aisha Okafor assigned ticket #${no} to you`]);
    await act('updateTicketStatus', { ticketId: String(no), status: 'Resolved', comment: 'Try again' });
    await settle();
    const resolved = `Hanna Lindqvist moved ticket #${no} to Resolved`;
    expect([said(aisha), said(follower), said(hanna).length]).toEqual([[resolved], [resolved], 1]);
    expect(textOf(cardOf(noticesTo(aisha)[0]))).toContain('Try again');
    await act('addComment', { ticketId: String(no), comment: 'Thank you' }, aisha);
    await settle();
    expect(said(hanna).at(-1)).toBe(`Aisha Okafor commented on ticket #${no}`);
    expect(said(aisha)).toHaveLength(1);
  });

  test('whom a rule chooses; who opened the ticket did not do it', async () => {
    const assigneeRules = [{ conditions: [], assign: 'person', peoples: [personOf(hanna)] }];
    const instance = { isAutomaticAssignTickets: true, assigneeRules };
    await desk.act('updateInstance', { instance });
    const no = await newTicket(aisha);
    await settle();
    expect(said(hanna)).toEqual([`Ticket #${no} was assigned to you`]);
  });

  test('a private note reaches the assignee and nobody else', async () => {
    const no = await newTicket(aisha, { assignee: personOf(hanna) });
    await settle();
    bot.connector.clear();
    const marco = bot.person('Marco Bellini');
    await act('addComment', { ticketId: String(no), comment: 'A secret', isPrivate: true }, marco);
    await settle();
    expect(said(hanna)).toEqual([`Marco Bellini wrote a private note on ticket #${no}`]);
    expect(said(aisha)).toEqual([]);
  });

  test('a private note reaches no member, not even one who has the ticket; and the next notice has no time of it', async () => {
    const no = await newTicket(aisha, { assignee: personOf(aisha) });
    await settle();
    bot.connector.clear();
    bot.server.clock.advance(60 * 60_000);
    await act('addComment', { ticketId: String(no), comment: 'A secret', isPrivate: true }, hanna);
    await settle();
    expect(said(aisha)).toEqual([]);
    await act('updateTicketStatus', { ticketId: String(no), status: 'Started' }, hanna);
    const seconds = () => bot.server.clock.now().toISOString().slice(0, 19);
    const movedOn = seconds();
    bot.server.clock.advance(60_000);
    await act('addComment', { ticketId: String(no), comment: 'A secret', isPrivate: true }, hanna);
    const notedOn = seconds();
    await settle();
    expect(said(aisha)).toEqual([`Hanna Lindqvist moved ticket #${no} to Started`]);
    expect(JSON.stringify(noticesTo(aisha))).toContain(movedOn);
    expect(JSON.stringify(noticesTo(aisha))).not.toContain(notedOn);
  });

  test('a private note reaches whom it mentions of those who work tickets, once, and no member', async () => {
    const [marco, tomasz] = [bot.person('Marco Bellini'), bot.person('Tomasz Nowak')];
    for (const person of [marco, tomasz]) {
      await bot.install(person, bot.personal(person));
      await bot.say(person, channel, 'help');
    }
    // One by their role, one because the settings name them.
    const { id, tenantId, name, email } = { ...personOf(marco), tenantId: TENANT };
    await ensureMember(bot.server.environment, instanceId, { id, tenantId, name, email }, 'assignee');
    const assignees = { type: 'customAssignee', peoples: [personOf(tomasz)] };
    await act('updateInstance', { instance: { assignees } });
    const no = await newTicket(aisha, { assignee: personOf(marco) });
    await settle();
    bot.connector.clear();
    const mentions = [marco, tomasz, aisha].map((one) => `<a href="mailto:${personOf(one).email}">@${one.name}</a>`);
    const comment_HTML = `<p>${mentions.join(' ')} look</p>`;
    await act('addComment', { ticketId: String(no), comment_HTML, isPrivate: true }, hanna);
    await settle();
    const note = [`Hanna Lindqvist wrote a private note on ticket #${no}`];
    expect([said(marco), said(tomasz), said(aisha), said(hanna)]).toEqual([note, note, [], []]);
  });

  describe('of a ticket that is due soon', () => {
    beforeEach(() => act('updateInstance', { instance: { sla: NO_SLA } }));
    const hour = 60 * 60 * 1000;
    const dueIn = (hours: number) => new Date(bot.server.clock.now().getTime() + hours * hour).toISOString();
    const update = (no: number, ticket: object) => act('updateTicket', { ticketId: String(no), ticket });
    const move = (no: number, status: string) => act('updateTicketStatus', { ticketId: String(no), status });
    const later = async (hours: number) => {
      await settle();
      bot.connector.clear();
      bot.server.clock.advance(hours * hour);
      await settle();
    };

    test('its assignee, a day before and once, whatever happens to it then', async () => {
      const no = await newTicket(aisha, { assignee: personOf(hanna), expectedDate: dueIn(72) });
      await later(47);
      expect(said(hanna)).toEqual([]);
      await later(1);
      expect(said(hanna)).toEqual([`Ticket #${no} is due soon`]);
      await update(no, { title: 'Still down' });
      await later(24);
      expect(said(hanna)).toEqual([]);
    });

    test('whoever is its assignee then, and of the date that it has then', async () => {
      const marco = bot.person('Marco Bellini');
      await bot.install(marco, bot.personal(marco));
      await bot.say(marco, channel, 'help');
      const no = await newTicket(aisha, { assignee: personOf(hanna), expectedDate: dueIn(72) });
      await update(no, { assignee: personOf(marco), expectedDate: dueIn(120) });
      await later(72);
      expect([said(hanna), said(marco)]).toEqual([[], []]);
      await later(24);
      expect([said(hanna), said(marco)]).toEqual([[], [`Ticket #${no} is due soon`]]);
    });

    test('nobody, when it is done or nobody has it; an hour before, when that has changed', async () => {
      const done = await newTicket(aisha, { assignee: personOf(hanna), expectedDate: dueIn(48) });
      const nobodys = await newTicket(aisha, { expectedDate: dueIn(48) });
      await move(done, 'Resolved');
      await later(25);
      expect(said(hanna)).toEqual([]);
      await update(nobodys, { assignee: personOf(hanna) });
      await later(22);
      expect(said(hanna)).toEqual([`Ticket #${nobodys} is due soon`]);
    });

    test('nobody, where the help desk has switched it off', async () => {
      const alertNotification = { created: true, assigned: true, commented: true, statusChanged: true, dueSoon: false };
      await act('updateInstance', { instance: { alertNotification } });
      await newTicket(aisha, { assignee: personOf(hanna), expectedDate: dueIn(36) });
      await later(36);
      expect(said(hanna)).toEqual([]);
    });
  });

  test('of a promise: the assignee before it runs out, whom the settings name when it is broken', async () => {
    const marco = bot.person('Marco Bellini');
    await bot.install(marco, bot.personal(marco));
    await bot.say(marco, channel, 'help');
    const hours = Array.from({ length: 7 }, (_, day) => ({ weekday: day + 1, from: '00:00', to: '24:00' }));
    const targets = [{ priority: 'Medium', firstResponseMinutes: 60, resolutionMinutes: 120 }];
    const rest = { timezone: 'UTC', holidays: [], warningPercent: 50 };
    const sla = { ...rest, workingHours: hours, targets, escalateTo: [personOf(marco)] };
    await act('updateInstance', { instance: { sla } });
    const no = await newTicket(aisha, { assignee: personOf(hanna) });
    await settle();
    bot.connector.clear();
    for (let minutes = 0; minutes < 125; minutes += 5) {
      bot.server.clock.advance(5 * 60_000);
      await settle(2);
    }
    expect(said(hanna)).toEqual([`Ticket #${no} needs a first response soon`, `Ticket #${no} has to be resolved soon`]);
    expect(said(marco)).toEqual([
      `Ticket #${no} got no first response in time`,
      `Ticket #${no} was not resolved in time`,
    ]);
    expect(said(aisha)).toEqual([]);
  });

  test('of a ticket that is idle: who had it and who gets it', async () => {
    const marco = bot.person('Marco Bellini');
    await bot.install(marco, bot.personal(marco));
    await bot.say(marco, channel, 'help');
    await act('putMember', {
      ...{ personId: marco.aadObjectId, name: marco.name, email: marco.email, role: 'assignee', tenantId: TENANT },
    });
    const idle = { dayBeforeTicketsIdle: 3, isAutoAssignIdleTickets: true, idleTicketAssignedTo: [personOf(marco)] };
    await act('updateInstance', { instance: { ...idle, isNotifyIdleTicket: true, sla: NO_SLA } });
    const no = await newTicket(aisha, { assignee: personOf(hanna) });
    await settle();
    bot.connector.clear();
    bot.server.clock.advance(3 * 24 * 60 * 60 * 1000);
    await settle();
    expect([said(hanna), said(marco)]).toEqual([
      [`Nothing has happened on ticket #${no} for some time`],
      [`Ticket #${no} was assigned to you`],
    ]);
  });

  const opened = 'Hanna Lindqvist opened ticket #1 for you';
  const commented = 'Hanna Lindqvist commented on ticket #1';
  const moved = 'Hanna Lindqvist moved ticket #1 to Resolved';
  test.each([
    ['nothing', [], [opened, commented, moved]],
    ['new tickets', ['created'], [commented, moved]],
    ['comments', ['commented'], [opened, moved]],
    ['states: a comment beside one is told all the same', ['statusChanged'], [opened, commented, commented]],
    ['states and comments', ['statusChanged', 'commented'], [opened]],
    ['all of it', ['created', 'commented', 'statusChanged'], []],
  ])('what the owner, or the person, has switched off is not told: %s', async (_, off, expected) => {
    const { alertNotification } = (await bot.server.environment.store.instance(instanceId).get('instance', instanceId))!
      .value;
    const everything = async () => {
      const ticketId = String(await newTicket(hanna));
      await settle();
      await act('addComment', { ticketId, comment: 'Hello' });
      await settle();
      await act('updateTicketStatus', { ticketId, status: 'Resolved', comment: 'Try again' });
      await settle();
    };
    const isOff = (name: string) => off.includes(name as never);
    const switched = Object.keys(alertNotification).map((name) => [name, !isOff(name)]);
    await act('updateInstance', { instance: { alertNotification: Object.fromEntries(switched) } });
    await everything();
    expect(said(aisha)).toEqual(expected);

    await act('updateInstance', { instance: { alertNotification } });
    const values = Object.fromEntries(switched.map(([name, isOn]) => [name, String(isOn)]));
    await bot.press(aisha, bot.personal(aisha), { verb: 'saveNotices', instanceId, ...values });
    bot.connector.clear();
    await everything();
    expect(said(aisha)).toEqual(expected.map((text) => text.replace('#1', '#2')));
  });

  test('an assignment that the owner has switched off is not told', async () => {
    const { alertNotification } = (await bot.server.environment.store.instance(instanceId).get('instance', instanceId))!
      .value;
    await act('updateInstance', { instance: { alertNotification: { ...alertNotification, assigned: false } } });
    const no = await newTicket(aisha, { assignee: personOf(hanna) });
    await settle();
    expect(said(hanna)).toEqual([]);
    await act('updateTicket', { ticketId: String(no), ticket: { assignee: null } }, aisha);
    await act('updateInstance', { instance: { alertNotification } });
    await act('updateTicket', { ticketId: String(no), ticket: { assignee: personOf(hanna) } }, aisha);
    await settle();
    expect(said(hanna)).toEqual([`Aisha Okafor assigned ticket #${no} to you`]);
  });

  test('what a person has switched off is not told to them', async () => {
    const values = { created: 'false', assigned: 'true', commented: 'true', statusChanged: 'true', dueSoon: 'true' };
    const card = await bot.press(aisha, bot.personal(aisha), { verb: 'saveNotices', instanceId, ...values });
    expect(textOf(card)).toContain('Your notices were saved');
    const no = await newTicket(hanna);
    await settle();
    await act('addComment', { ticketId: String(no), comment: 'Hello' });
    await settle();
    expect(said(aisha)).toEqual([`Hanna Lindqvist commented on ticket #${no}`]);
  });
});

describe('a conversation that is stale', () => {
  const gone = (person: TeamsPerson, code: string, status = 403) => {
    const id = bot.personal(person).id;
    bot.connector.trouble.act = ({ conversationId }) =>
      conversationId === id || conversationId === person.id ? { status, code } : undefined;
  };

  test.each([
    ['BotNotInConversationRoster', 403],
    ['ConversationNotFound', 404],
    ['BotDisabledByAdmin', 403],
  ])('%s: the person is mentioned in the thread of the ticket', async (code, status) => {
    gone(aisha, code, status);
    const no = await newTicket(hanna);
    await settle();
    expect(said(aisha)).toEqual([]);
    const mention = bot.connector
      .messages()
      .find(({ activity }) => activity.entities?.some(({ type }: { type: string }) => type === 'mention'));
    expect(mention!.conversationId).toContain(';messageid=');
    expect(mention!.activity.text).toBe(`<at>Aisha Okafor</at> Hanna Lindqvist opened ticket #${no} for you`);
    expect(mention!.activity.entities[0].mentioned.id).toBe(aisha.id);
    // Adding the app again is a new beginning.
    bot.connector.trouble.act = undefined;
    await bot.say(aisha, bot.personal(aisha), 'hi');
    bot.connector.clear();
    await act('addComment', { ticketId: String(no), comment: 'There you are' });
    await settle();
    expect(said(aisha)).toEqual([`Hanna Lindqvist commented on ticket #${no}`]);
  });

  test('where nothing can be delivered, the ticket says so to those who work it', async () => {
    bot.connector.trouble.act = () => ({ status: 403, code: 'BotDisabledByAdmin' });
    const no = await newTicket(hanna);
    await settle();
    bot.connector.trouble.act = undefined;
    const result = await desk.act('listActivities', { ticketId: String(no) });
    const notes = result.items.map(({ value }) => value).filter(({ createdBy }) => createdBy.id === 'bot');
    expect(notes).toHaveLength(1);
    expect(notes[0]).toMatchObject({
      isPrivate: true,
      comment: expect.stringContaining('Aisha Okafor could not be delivered'),
    });
  });
});

/** The most that arrived within any span of so many milliseconds. */
function most(calls: Call[], ms: number): number {
  const times = calls.map(({ at }) => at).toSorted((left, right) => left - right);
  return Math.max(0, ...times.map((from) => times.filter((time) => time >= from && time < from + ms).length));
}

describe('a hundred notices at once', () => {
  async function crowd(): Promise<TeamsPerson[]> {
    const people = Array.from({ length: 100 }, (_, index) => bot.person(`Follower ${index}`));
    for (const person of people) {
      await bot.install(person, bot.personal(person));
      await ensureMember(bot.server.environment, instanceId, { ...personOf(person), tenantId: TENANT });
    }
    bot.connector.clear();
    return people;
  }

  test.each([
    ['in calm weather', 0],
    ['in a storm of 429 and 412', 3],
  ])(
    '%s: none is lost, none comes twice, none over the limits',
    async (_, storms) => {
      const people = await crowd();
      const followers = people.map(personOf);
      const no = await newTicket(aisha, { followers });
      await settle();
      bot.connector.clear();
      const refused = new Map<string, number>();
      bot.connector.trouble.act = ({ conversationId, activity }) => {
        const count = refused.get(conversationId) ?? 0;
        if (activity.type !== 'message' || count >= storms) return undefined;
        refused.set(conversationId, count + 1);
        return count % 2 ? { status: 412, code: 'PreconditionFailed' } : { status: 429, retryAfter: 2 };
      };
      await act('addComment', { ticketId: String(no), comment: 'To all of you' });
      await settle(storms ? 90 : 20, 500);
      const counts = people.map((person) => said(person).length);
      expect(counts).toEqual(people.map(() => 1));
      expect(most(bot.connector.messages(), 1000)).toBeLessThanOrEqual(30);
      if (storms) expect([...refused.values()].filter((count) => count === storms).length).toBeGreaterThanOrEqual(100);
    },
    60_000,
  );

  test('to one person, ten a minute', async () => {
    const no = await newTicket(aisha, { assignee: personOf(hanna) });
    await settle();
    bot.connector.clear();
    for (let index = 0; index < 30; index++)
      await act('addComment', { ticketId: String(no), comment: `Number ${index}` }, aisha);
    await settle(180, 5000);
    expect(said(hanna)).toHaveLength(30);
    expect(most(noticesTo(hanna), 60_000)).toBeLessThanOrEqual(10);
  });

  test('in one channel, seven a second and sixty in half a minute', async () => {
    for (let index = 0; index < 80; index++) await newTicket(aisha, { title: `Ticket ${index}` });
    await settle(90, 250);
    const posts = bot.connector.calls.filter(
      ({ path, method, status }) => method === 'POST' && path === '/v3/conversations' && status < 300,
    );
    expect(posts).toHaveLength(80);
    expect(most(posts, 1000)).toBeLessThanOrEqual(7);
    expect(most(posts, 30_000)).toBeLessThanOrEqual(60);
  }, 60_000);
});
