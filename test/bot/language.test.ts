import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { BOT, type Call, TENANT } from '../helpers/connector.ts';
import { cardOf, type TeamsConversation, type TeamsPerson, type TestBot, textOf } from '../helpers/connector-bot.ts';
import { type HelpDesk, personOf, startHelpDesk } from '../helpers/help-desk.ts';

let desk: HelpDesk;
let bot: TestBot;
let hanna: TeamsPerson;
let channel: TeamsConversation;

beforeEach(async () => {
  desk = await startHelpDesk();
  ({ bot, hanna, channel } = desk);
});
afterEach(() => bot.close());

const act: HelpDesk['act'] = (id, input, by = hanna) => desk.act(id, input, by);
const speak = (language: string) => act('updateInstance', { instance: { language } });

/** The app is added to a conversation by somebody whose Teams speaks this. */
const arrive = (person: TeamsPerson, conversation: TeamsConversation, locale: string) =>
  bot.post(bot.activity(person, conversation, { type: 'conversationUpdate', membersAdded: [{ id: BOT.id }], locale }));

/** Somebody with a chat of their own and a place in the help desk, whose Teams speaks this. */
async function member(name: string, locale: string): Promise<TeamsPerson> {
  const person = bot.person(name);
  await arrive(person, bot.personal(person), locale);
  await bot.say(person, channel, 'help', { locale });
  bot.connector.clear();
  return person;
}

async function newTicket(requestor: TeamsPerson): Promise<{ id: string; no: number }> {
  const { id, ticketNo } = await desk.newTicket({ title: 'VPN', requestor: personOf(requestor) }, hanna);
  await settle();
  return { id, no: ticketNo };
}

const settle = () => desk.settle();

const words = (calls: Call[]): string =>
  calls.map(({ activity }) => activity.text ?? textOf(cardOf({ activity } as Call))).join('\n');
const inChannel = () =>
  bot.connector.calls.filter(({ status, conversationId }) => status < 300 && conversationId.startsWith(channel.id));
const inChat = (person: TeamsPerson) =>
  bot.connector.messages().filter(({ conversationId }) => conversationId === bot.personal(person).id);

describe('what a whole channel reads', () => {
  test.each([
    ['', 'Assignee', 'Hanna Lindqvist** commented'],
    ['de', 'Zuständig', 'Hanna Lindqvist** hat kommentiert'],
    ['fr', 'Responsable', 'Hanna Lindqvist** a commenté'],
  ])(
    'is in the language of the help desk (%j): its posts, and what is told in their threads',
    async (language, post, line) => {
      await speak(language);
      const { no } = await newTicket(hanna);
      expect(words(inChannel())).toContain(post);
      await act('addComment', { ticketId: String(no), comment: 'Hello' });
      await settle();
      expect(words(inChannel())).toContain(line);
    },
  );

  test('is in another one from the next change of a ticket on, also the post that is there', async () => {
    const { no } = await newTicket(hanna);
    await speak('de');
    await settle();
    expect(words(inChannel())).not.toContain('Zuständig');
    bot.connector.clear();
    await act('updateTicket', { ticketId: String(no), ticket: { priority: 'Urgent' } });
    await settle();
    const [edit] = inChannel().filter(({ method }) => method === 'PUT');
    expect(textOf(cardOf(edit))).toContain('Zuständig');
    await speak('');
    bot.connector.clear();
    await act('deleteTicket', { ticketId: String(no) });
    await settle();
    expect(words(inChannel())).toContain('deleted');
  });

  test.each(['channel', 'group'] as const)('greets a %s that the app comes back to', async (scope) => {
    const place = scope === 'channel' ? channel : bot.group();
    // A group is about the help desk that was chosen there.
    if (scope === 'group') await bot.say(hanna, place, 'help');
    await speak('fr');
    await bot.post(bot.activity(hanna, place, { type: 'installationUpdate', action: 'remove' }));
    bot.connector.clear();
    await arrive(hanna, place, 'en-US');
    expect(words(bot.connector.messages())).toContain('Bienvenue dans Tickets');
  });
});

describe('what one person reads', () => {
  test.each([
    ['en-GB', '', 'Hanna Lindqvist opened ticket'],
    ['fr-FR', '', 'Hanna Lindqvist a créé'],
    ['', '', 'Hanna Lindqvist hat Ticket'],
    ['', 'fr', 'Hanna Lindqvist a créé'],
    ['en-GB', 'fr', 'Hanna Lindqvist a créé'],
  ])('with Teams in %j and %j chosen', async (locale, chosen, expected) => {
    await speak('de');
    const lea = await member('Lea Martin', locale);
    if (chosen !== '') {
      const { registry } = bot.server.environment.store;
      const key = `${TENANT}/${lea.aadObjectId}`;
      const { value, version } = (await registry.record('person', key))!;
      await registry.putRecord(
        'person',
        key,
        { ...value, preferences: { ...value.preferences, locale: chosen } },
        version,
      );
    }
    const { no } = await newTicket(lea);
    expect(words(inChat(lea))).toContain(expected);
    bot.connector.clear();
    await bot.say(lea, bot.personal(lea), 'mine', { locale });
    const answer = { en: 'My tickets', fr: 'Mes tickets', de: 'Meine Tickets' }[chosen || locale.slice(0, 2) || 'de'];
    expect(words(inChat(lea))).toContain(answer);
    expect(words(inChat(lea))).toContain(`#${no}`);
  });

  test('by a mention in the channel is for all who are there', async () => {
    const lea = await member('Lea Martin', 'fr-FR');
    await speak('de');
    bot.connector.trouble.act = ({ conversationId }) =>
      conversationId === bot.personal(lea).id ? { status: 403, code: 'BotDisabledByAdmin' } : undefined;
    const { no } = await newTicket(lea);
    expect(words(inChannel())).toContain(`<at>Lea Martin</at> Hanna Lindqvist hat Ticket #${no}`);
  });

  test('and cannot be told is noted on the ticket', async () => {
    const lea = await member('Lea Martin', 'fr-FR');
    await speak('de');
    bot.connector.trouble.act = ({ activity, conversationId }) =>
      conversationId === bot.personal(lea).id || activity.entities?.[0]?.type === 'mention'
        ? { status: 403, code: 'BotDisabledByAdmin' }
        : undefined;
    const { id } = await newTicket(lea);
    const result = await desk.act('listActivities', { ticketId: id });
    expect(result.items[0]!.value).toMatchObject({ isPrivate: true, comment: expect.stringContaining('konnte') });
  });
});
