import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { channelInstance, ensureMember } from '../../api/core/members.ts';
import { type Call, TENANT } from '../helpers/connector.ts';
import {
  buttonsOf,
  cardOf,
  inputsOf,
  type TeamsConversation,
  type TeamsPerson,
  type TestBot,
  textOf,
} from '../helpers/connector-bot.ts';
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

/** What the channel itself was sent by jobs: new threads, edits of posts, and what is said in threads. */
const ofChannel = (calls: Call[]) => {
  const own = calls.filter(
    ({ conversationId, status }) => status < 300 && conversationId.startsWith(channel.channel!.id),
  );
  return {
    posts: own.filter(({ path, method }) => method === 'POST' && path === '/v3/conversations'),
    edits: own.filter(({ method }) => method === 'PUT'),
    thread: own.filter(
      ({ method, path, conversationId }) =>
        method === 'POST' && path !== '/v3/conversations' && conversationId.includes(';messageid='),
    ),
  };
};

async function newTicket(title: string): Promise<{ no: number; thread: TeamsConversation }> {
  const { id, ticketNo } = await desk.newTicket({ title });
  await bot.work();
  const post = await bot.server.environment.store.instance(instanceId).get('post', id);
  return { no: ticketNo, thread: { ...channel, id: post!.value.conversationId } };
}

const settle = () => desk.settle(10, 2000);

test('a sentence in the channel becomes one post that always shows how the ticket is', async () => {
  const [form] = await bot.say(aisha, channel, 'My VPN is down');
  const data = { ...buttonsOf(cardOf(form)).get('Create')!.data, ...inputsOf(cardOf(form)) };
  await bot.press(aisha, channel, data, { replyToId: '4711' });
  await settle();
  const made = ofChannel(bot.connector.calls);
  expect(made.posts).toHaveLength(1);
  expect(textOf(cardOf(made.posts[0]))).toContain('My VPN is down');
  // The form is the same for everybody, so it becomes the same for everybody.
  expect(
    made.edits.map(({ path, activity }) => [
      path.split('/').at(-1),
      textOf(cardOf({ activity } as Call)).split('\n')[0],
    ]),
  ).toEqual([['4711', 'Ticket #1 was opened']]);

  bot.connector.clear();
  await bot.press(hanna, channel, { verb: 'take', no: 1, instanceId });
  await settle();
  const after = ofChannel(bot.connector.calls);
  expect(after.posts).toHaveLength(0);
  expect(textOf(cardOf(after.edits.at(-1)))).toContain('Hanna Lindqvist');
  expect(after.thread.map((call) => textOf(cardOf(call)))).toEqual(['**Hanna Lindqvist** has taken this.']);
});

test('a post asks for a view of their own for those who work it, asked or follow', async () => {
  await newTicket('Per person');
  const { refresh } = cardOf(ofChannel(bot.connector.calls).posts[0]);
  expect(refresh.userIds.toSorted()).toEqual([hanna.id, aisha.id].toSorted());
  const view = async (person: TeamsPerson) => [
    ...buttonsOf(await bot.press(person, channel, refresh.action.data)).keys(),
  ];
  expect(await view(hanna)).toEqual(expect.arrayContaining(['Take', 'Edit', 'Private note']));
  expect(await view(aisha)).not.toContain('Take');
  expect(await view(aisha)).toContain('Resolve');
});

test('nobody is told of who looks at a ticket', async () => {
  const { no } = await newTicket('Looked at');
  bot.connector.clear();
  for (const isHere of [true, false]) await desk.act('announcePresence', { ticketId: String(no), isHere });
  await settle();
  expect(bot.connector.calls).toEqual([]);
});

test('a reply in the thread becomes a public comment, and no echo', async () => {
  const { no, thread } = await newTicket('Talked about');
  bot.connector.clear();
  await bot.say(hanna, thread, 'Could you restart it?');
  await settle();
  const result = await desk.act('listActivities', { ticketId: String(no) });
  expect(result.items[0]!.value).toMatchObject({
    comment: 'Could you restart it?',
    isPrivate: false,
    createdBy: personOf(hanna),
  });
  const said = ofChannel(bot.connector.calls)
    .thread.map((call) => textOf(cardOf(call)))
    .filter((text) => text.includes('Could you restart it?'));
  expect(said).toEqual([]);
});

test('whoever is mentioned in the thread is mentioned in the comment, follows the ticket and is told, with no echo', async () => {
  const { no, thread } = await newTicket('Whom to ask');
  const marco = bot.person('Marco Bellini (IT)');
  await bot.install(marco, bot.personal(marco));
  await bot.say(marco, channel, 'help');
  bot.connector.clear();
  const names = [
    { name: 'Marco Bellini (IT)', text: '<at>Marco</at>', id: marco.id },
    { name: 'Nobody Known', text: '<at>Nobody Known</at>', id: '29:nobody' },
  ];
  const entities = names.map(({ name, text, id }) => ({ type: 'mention', text, mentioned: { id, name } }));
  await bot.say(hanna, thread, 'Is it <b>A & B</b>, <at>Marco</at>?<br>Or <at>Nobody Known</at>', { entities });
  await settle();
  const input = { ticketId: String(no), include: 'comment_HTML' };
  const result = await desk.act('listActivities', input);
  expect(result.items[0]!.value).toMatchObject({
    comment: 'Is it A & B, @Marco?\nOr Nobody Known',
    comment_HTML: `Is it A &amp; B, <a href="mailto:${marco.email}">@Marco</a>?<br />Or Nobody Known`,
    changes: [{ name: 'followers', oldValue: [], newValue: [personOf(marco)] }],
  });
  const told = bot.connector.messages().filter(({ conversationId }) => conversationId === bot.personal(marco).id);
  expect(told.map((call) => textOf(cardOf(call)).split('\n')[0])).toEqual([
    `Hanna Lindqvist commented on ticket #${no}`,
  ]);
  expect(ofChannel(bot.connector.calls).thread.filter((call) => textOf(cardOf(call)).includes('A & B'))).toEqual([]);
});

test('what is said in the thread without a mention is a comment too, and everything else in the channel is not for the bot', async () => {
  const { no, thread } = await newTicket('Overheard');
  bot.connector.clear();
  const overhear = (conversation: TeamsConversation, text: string) =>
    bot.post(bot.activity(aisha, conversation, { type: 'message', text }));
  await overhear(thread, 'It works again');
  await overhear(channel, 'Lunch?');
  const result = await desk.act('listActivities', { ticketId: String(no) });
  expect(result.items.map(({ value }) => value.comment)).toEqual(['It works again', '']);
  expect(bot.connector.messages()).toEqual([]);
});

test('a command without a number in the thread is about its ticket', async () => {
  const { no, thread } = await newTicket('Bare commands');
  for (const text of ['take', 'priority urgent', 'resolve works again']) await bot.say(hanna, thread, text);
  const result = await desk.act('getTicket', { ticketId: String(no) });
  expect(result.item.value).toMatchObject({
    statusId: 'resolved',
    priority: 'Urgent',
    assignee: personOf(hanna),
    lastResolutionComment: 'works again',
  });
});

test('a comment from anywhere appears in the thread, once', async () => {
  const { no } = await newTicket('From elsewhere');
  bot.connector.clear();
  await desk.act('addComment', { ticketId: String(no), comment: 'From the API' }, hanna);
  await bot.say(aisha, bot.personal(aisha), `comment ${no} From my chat`);
  await settle();
  const said = ofChannel(bot.connector.calls)
    .thread.map((call) => textOf(cardOf(call)))
    .join('\n');
  expect(said.match(/From the API/g)).toHaveLength(1);
  expect(said.match(/From my chat/g)).toHaveLength(1);
});

test('private notes never appear in the channel', async () => {
  const { no } = await newTicket('Has secrets');
  await bot.say(hanna, bot.personal(hanna), `note ${no} The password was on a sticky note`);
  await desk.act('addComment', { ticketId: String(no), comment: 'Nothing secret' }, hanna);
  await bot.say(hanna, bot.personal(hanna), `note ${no} Nor was the other sticky note`);
  await bot.say(hanna, channel, `ticket ${no}`);
  await bot.say(hanna, channel, `take ${no}`);
  await settle();
  const before = cardOf(ofChannel(bot.connector.calls).edits.at(-1));
  bot.server.clock.advance(60 * 60_000);
  await bot.say(hanna, bot.personal(hanna), `note ${no} A third sticky note`);
  await settle();
  expect(cardOf(ofChannel(bot.connector.calls).edits.at(-1))).toEqual(before);
  const all = bot.connector.calls.filter(({ conversationId }) => conversationId.startsWith(channel.channel!.id));
  expect(JSON.stringify(all)).not.toContain('sticky note');
  expect(JSON.stringify(all)).toContain('Nothing secret');
  // And not to the member who asked, in person.
  const chat = bot.connector.calls.filter(
    ({ conversationId, activity }) => conversationId.includes(aisha.aadObjectId) && activity.attachments,
  );
  expect(JSON.stringify(chat)).not.toContain('sticky note');
});

test('an instance that is private tells the channel number and state, and nothing else', async () => {
  await desk.act('updateInstance', { instance: { isPrivate: true } });
  const { no, thread } = await newTicket('Harassment by a colleague');
  bot.connector.trouble.act = ({ conversationId }) =>
    conversationId === bot.personal(aisha).id ? { status: 403, code: 'BotDisabledByAdmin' } : undefined;
  await desk.act('addComment', { ticketId: String(no), comment: 'The colleague is called Bob' }, hanna);
  await desk.act('updateTicketStatus', { ticketId: String(no), status: 'Started' }, hanna);
  await settle();
  const all = bot.connector.calls.filter(
    ({ conversationId, status }) => status < 300 && conversationId.startsWith(channel.channel!.id),
  );
  expect(JSON.stringify(all)).not.toMatch(/Harassment|Bob|commented/);
  expect(textOf(cardOf(ofChannel(bot.connector.calls).edits.at(-1)))).toContain('Started');
  expect(all.some(({ activity }) => activity.text === `<at>Aisha Okafor</at> Ticket #${no}`)).toBe(true);
  // Nor do the answers that everybody in the channel reads.
  bot.connector.clear();
  for (const text of [`ticket ${no}`, 'open tickets', 'search colleague', `priority ${no} urgent`]) {
    const [answer] = await bot.say(hanna, channel, text);
    expect(JSON.stringify(cardOf(answer))).not.toMatch(/Harassment|Bob/);
  }
  const [old] = await bot.say(hanna, channel, '', { text: undefined, value: { verb: 'edit', no, instanceId } });
  expect(JSON.stringify(cardOf(old))).not.toMatch(/Harassment|Bob/);
  // Who may see it still sees it, each for themselves.
  expect(textOf(await bot.press(hanna, thread, { verb: 'ticket', no, instanceId }))).toContain('Harassment');
  expect(textOf(await bot.press(bot.person('Sam Curious'), thread, { verb: 'ticket', no, instanceId }))).not.toContain(
    'Harassment',
  );
});

test('a deleted ticket says so', async () => {
  const { no } = await newTicket('Gone soon');
  bot.connector.clear();
  await desk.act('deleteTicket', { ticketId: String(no) });
  await settle();
  expect(textOf(cardOf(ofChannel(bot.connector.calls).edits[0]))).toContain('deleted this ticket');
});

test('a channel that takes nothing for a while gets everything later, in order', async () => {
  const { no } = await newTicket('Stormy');
  bot.connector.clear();
  let refused = 0;
  bot.connector.trouble.act = ({ conversationId }) => {
    if (!conversationId.startsWith(channel.channel!.id) || refused >= 6) return undefined;
    refused++;
    return { status: refused % 2 ? 412 : 429, retryAfter: 1 };
  };
  for (const text of ['one', 'two', 'three']) {
    await desk.act('addComment', { ticketId: String(no), comment: `Comment ${text}` }, hanna);
  }
  for (let round = 0; round < 40; round++) {
    await bot.work();
    bot.server.clock.advance(5000);
  }
  expect(refused).toBe(6);
  const said = ofChannel(bot.connector.calls)
    .thread.map((call) => textOf(cardOf(call)))
    .join('\n');
  expect(said.match(/Comment (?:one|two|three)/g)).toEqual(['Comment one', 'Comment two', 'Comment three']);
  expect(textOf(cardOf(ofChannel(bot.connector.calls).edits.at(-1)))).toContain('Comment three');
});

describe('the bot arrives', () => {
  test('in a channel it greets once, names who added it, and whoever added it owns the help desk', async () => {
    const other = bot.channel('HR');
    const [first, second] = await Promise.all([
      bot.post(bot.activity(hanna, other, { type: 'installationUpdate', action: 'add' })),
      bot.post(
        bot.activity(hanna, other, {
          type: 'conversationUpdate',
          membersAdded: [{ id: bot.activity(hanna, other, {}).recipient.id }],
        }),
      ),
    ]);
    expect([first.status, second.status]).toEqual([200, 200]);
    const greetings = bot.connector.messages().filter(({ conversationId }) => conversationId === other.id);
    expect(greetings.map((call) => textOf(cardOf(call)).includes('Hanna Lindqvist added me'))).toEqual([true]);
    const instances = await bot.server.environment.store.registry.instances();
    const made = instances.find(({ name }) => name === 'HR')!;
    const member = await bot.server.environment.store.instance(made.id).get('member', hanna.aadObjectId);
    expect(member!.value.role).toBe('owner');
  });

  test('in person it greets once, too', async () => {
    const newcomer = bot.person('Ned New');
    const chat = bot.personal(newcomer);
    const added = { type: 'conversationUpdate', membersAdded: [{ id: bot.activity(hanna, chat, {}).recipient.id }] };
    await Promise.all([
      bot.post(bot.activity(newcomer, chat, { type: 'installationUpdate', action: 'add' })),
      bot.post(bot.activity(newcomer, chat, added)),
    ]);
    await bot.post(bot.activity(newcomer, chat, added));
    expect(bot.connector.messages().filter(({ conversationId }) => conversationId === chat.id)).toHaveLength(1);
  });

  test('the owners of the team own the help desk', async () => {
    const other = bot.channel('HR');
    const boss = bot.person('Bea Boss', { userRole: 'owner' });
    await bot.install(aisha, other);
    const made = (await bot.server.environment.store.registry.instances()).find(({ name }) => name === 'HR')!;
    expect((await bot.server.environment.store.instance(made.id).get('member', boss.aadObjectId))!.value.role).toBe(
      'owner',
    );
  });

  /** A channel whose instance somebody made in the tab before the bot was there. */
  async function claimed(by: TeamsPerson) {
    const other = bot.channel('HR');
    const { environment } = bot.server;
    const { id: channelId, team } = other;
    const identity = { ...personOf(by), tenantId: TENANT };
    const made = await channelInstance(environment, {
      tenantId: TENANT,
      teamId: team!.aadGroupId,
      channelId,
      name: 'Mine',
    });
    await ensureMember(environment, made.instanceId, identity, 'owner');
    const record = () => environment.store.registry.record('conversation', `${TENANT}/${channelId}`);
    return { other, instanceId: made.instanceId, now: async () => (await record())!.value.instanceId };
  }

  test.each([
    ['is added', (where: TeamsConversation) => bot.install(hanna, where)],
    ['is spoken to', (where: TeamsConversation) => bot.say(hanna, where, 'My VPN is down')],
  ])('a channel is not the help desk of somebody outside of its team, once the bot %s', async (_, arrive) => {
    const stranger = bot.person('Sam Stranger');
    bot.connector.roster.pop();
    const { other, instanceId: theirs, now } = await claimed(stranger);
    await arrive(other);
    expect(await now()).not.toBe(theirs);
    const kept = bot.server.environment.store.instance(theirs);
    expect((await kept.get('instance', theirs))!.value).toMatchObject({ name: 'Mine', channelId: '', groupId: '' });
    expect(await kept.get('member', hanna.aadObjectId)).toBeNull();
  });

  test('a channel stays the help desk that somebody of its team made in the tab', async () => {
    const { other, instanceId: theirs, now } = await claimed(aisha);
    await bot.install(hanna, other);
    expect(await now()).toBe(theirs);
  });

  test('nobody is greeted because somebody joins', async () => {
    await bot.post(
      bot.activity(hanna, channel, {
        type: 'conversationUpdate',
        membersAdded: [{ id: aisha.id, aadObjectId: aisha.aadObjectId }],
      }),
    );
    expect(bot.connector.messages()).toEqual([]);
  });

  test('an app that was removed is sent nothing, and greets again when it comes back', async () => {
    await bot.post(bot.activity(hanna, channel, { type: 'installationUpdate', action: 'remove' }));
    await desk.newTicket({});
    await settle();
    expect(ofChannel(bot.connector.calls).posts).toEqual([]);
    const [greeting] = await bot.install(hanna, channel);
    expect(textOf(cardOf(greeting))).toContain('added me');
  });
});

test('a person of two help desks chooses, once', async () => {
  await bot.install(aisha, bot.channel('HR'));
  const newcomer = bot.person('Ned New');
  const hr = bot.channel('Legal');
  await bot.install(newcomer, hr);
  await bot.say(newcomer, channel, 'help');
  const [asked] = await bot.say(newcomer, bot.personal(newcomer), 'My chair is broken');
  const card = cardOf(asked);
  expect(textOf(card)).toContain('Which help desk?');
  const done = await bot.press(newcomer, bot.personal(newcomer), {
    ...buttonsOf(card).get('Choose')!.data,
    chosenId: instanceId,
  });
  expect(textOf(done)).toContain('This chat is about IT now');
  expect(textOf(cardOf((await bot.say(newcomer, bot.personal(newcomer), 'help')).at(-1)))).toContain('Tickets · IT');
});

test('an answer that Teams cannot take right now comes later, once', async () => {
  const chat = bot.personal(hanna);
  let refused = 0;
  bot.connector.clear();
  bot.connector.trouble.act = () => (++refused <= 2 ? { status: 502 } : undefined);
  const { status } = await bot.post(bot.activity(hanna, chat, { type: 'message', text: 'my tickets' }));
  expect(status).toBe(200);
  for (let round = 0; round < 10; round++) {
    await bot.work();
    bot.server.clock.advance(5000);
  }
  bot.connector.trouble.act = undefined;
  const lists = bot.connector
    .messages()
    .filter((call) => call.conversationId === chat.id && textOf(cardOf(call)).startsWith('My tickets'));
  expect(lists).toHaveLength(1);
});
