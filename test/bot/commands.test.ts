import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Ticket } from '../../api/contract/tickets.ts';
import { COMMANDS, type CommandId } from '../../bot/commands/commands.ts';
import type { Json } from '../helpers/connector.ts';
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
let group: TeamsConversation;
let instanceId: string;

beforeAll(async () => {
  desk = await startHelpDesk();
  ({ bot, hanna, aisha, channel, instanceId } = desk);
  group = bot.group();
  await bot.say(hanna, group, 'help');
  await desk.act('createTagCategory', {
    tagCategory: { text: 'Topic', tags: [{ text: 'Network' }, { text: 'Printer' }] },
  });
});
afterAll(() => bot.close());

const newTicket = (title: string, requestor = aisha, more: Json = {}): Promise<Ticket> =>
  desk.newTicket({ title, requestor: personOf(requestor), ...more }, requestor);

const ticketNow = async (no: number): Promise<Ticket> =>
  (await desk.act('getTicket', { ticketId: String(no) })).item.value;

/** What each command does, said and pressed: the text after its word, what its button sends, and what is seen then. */
interface Case {
  id: CommandId;
  text: (no: number) => string;
  button: (no: number) => Json;
  /** How the ticket is prepared. */
  given?: Json;
  status?: string;
  /** What the answer says. */
  says: (no: number) => string;
  holds?: (ticket: Ticket) => void;
}

const move = (status: string, label: string): Pick<Case, 'says' | 'holds'> => ({
  says: () => label,
  holds: (ticket) => expect(ticket.statusId).toBe(status),
});

const CASES: Case[] = [
  { id: 'help', text: () => 'HeLLo', button: () => ({}), says: () => 'What you can write to me' },
  {
    id: 'new',
    text: () => 'new Screen flickers',
    button: () => ({ text: 'Screen flickers' }),
    says: () => 'Screen flickers',
  },
  { id: 'mine', text: () => 'My Tickets', button: () => ({}), says: () => 'My tickets' },
  { id: 'open', text: () => 'open tickets', button: () => ({}), says: () => 'Open tickets' },
  { id: 'ticket', text: (no) => `ticket ${no}`, button: (no) => ({ no }), says: (no) => `Ticket #${no}` },
  { id: 'search', text: () => 'search flickering', button: () => ({ text: 'flickering' }), says: () => '“flickering”' },
  {
    id: 'take',
    text: (no) => `take #${no}`,
    button: (no) => ({ no }),
    says: (no) => `You have taken ticket #${no}`,
    holds: (ticket) => expect(ticket.assignee).toEqual(personOf(hanna)),
  },
  {
    id: 'assign',
    text: (no) => `assign ${no} to Hanna Lindqvist`,
    button: (no) => ({ no, text: 'me' }),
    says: (no) => `Ticket #${no} was assigned to Hanna Lindqvist`,
    holds: (ticket) => expect(ticket.assignee.id).toBe(hanna.aadObjectId),
  },
  { id: 'start', text: (no) => `START ${no}`, button: (no) => ({ no }), ...move('started', 'Started') },
  {
    id: 'pending',
    text: (no) => `pending ${no} waiting for parts`,
    button: (no) => ({ no, text: 'waiting' }),
    ...move('pending', 'Pending'),
  },
  {
    id: 'resolve',
    text: (no) => `resolve ${no} works again`,
    button: (no) => ({ no }),
    ...move('resolved', 'Resolved'),
  },
  { id: 'close', text: (no) => `close ${no}`, button: (no) => ({ no }), ...move('closed', 'Closed') },
  {
    id: 'reopen',
    text: (no) => `reopen ${no}`,
    button: (no) => ({ no }),
    status: 'Resolved',
    ...move('reopened', 'Reopened'),
  },
  {
    id: 'priority',
    text: (no) => `priority ${no} Urgent`,
    button: (no) => ({ no, text: 'urgent' }),
    says: () => 'Urgent',
    holds: (ticket) => expect(ticket.priority).toBe('Urgent'),
  },
  {
    id: 'comment',
    text: (no) => `comment ${no} I tried that`,
    button: (no) => ({ no, comment: 'I tried that' }),
    says: (no) => `Your comment was added to ticket #${no}`,
  },
  {
    id: 'note',
    text: (no) => `note ${no} call back`,
    button: (no) => ({ no, comment: 'call back' }),
    says: (no) => `Your private note was added to ticket #${no}`,
  },
  {
    id: 'due',
    text: (no) => `due ${no} tomorrow`,
    // A long run of blanks must not keep the server busy.
    button: (no) => ({ no, text: `by${' '.repeat(60_000)}tomorrow` }),
    says: (no) => `Ticket #${no} is due on Sun, Feb 1`,
    holds: (ticket) => expect(ticket.expectedDate).toBe('2026-02-01T16:00:00.000Z'),
  },
  {
    id: 'tag',
    text: (no) => `tag ${no} network`,
    button: (no) => ({ no, text: 'Network' }),
    says: (no) => `The tags of ticket #${no} were changed`,
    holds: (ticket) => expect(ticket.tags.map((tag) => tag.text)).toEqual(['Network']),
  },
  {
    id: 'follow',
    text: (no) => `follow ${no}`,
    button: (no) => ({ no }),
    says: (no) => `You follow ticket #${no}`,
    holds: (ticket) => expect(ticket.followers.map(({ id }) => id)).toContain(hanna.aadObjectId),
  },
  {
    id: 'unfollow',
    text: (no) => `unfollow ${no}`,
    button: (no) => ({ no }),
    given: { followers: [] },
    says: (no) => `You do not follow ticket #${no}`,
    holds: (ticket) => expect(ticket.followers).toEqual([]),
  },
  { id: 'switch', text: () => 'switch IT', button: () => ({ text: 'IT' }), says: () => 'This chat is about IT now' },
  { id: 'settings', text: () => 'settings', button: () => ({}), says: () => 'What I tell you' },
  { id: 'diagnose', text: () => 'diagnose', button: () => ({}), says: () => 'Everything works' },
];

test('every command has a case', () => {
  expect(CASES.map(({ id }) => id).toSorted()).toEqual(Object.keys(COMMANDS).toSorted());
});

const place = (scope: string): TeamsConversation =>
  scope === 'channel' ? channel : scope === 'group' ? group : bot.personal(hanna);

describe.each(['personal', 'group', 'channel'])('in a %s conversation', (scope) => {
  describe.each(['written', 'pressed', 'pressed in an old client'])('%s', (way) => {
    test.each(CASES)('$id', async (command) => {
      const { ticketNo } = await newTicket(`Screen ${command.id} flickering`, aisha, command.given);
      if (command.status) {
        await desk.act('updateTicketStatus', {
          ticketId: String(ticketNo),
          status: command.status,
        });
      }
      const where = place(scope);
      const data = { verb: command.id, ...(way === 'written' ? {} : command.button(ticketNo)) };
      const card =
        way === 'written'
          ? cardOf((await bot.say(hanna, where, command.text(ticketNo))).at(-1))
          : way === 'pressed'
            ? await bot.press(hanna, where, data)
            : cardOf((await bot.say(hanna, where, '', { text: undefined, value: data, replyToId: '77' })).at(-1));
      expect(textOf(card)).toContain(command.says(ticketNo));
      command.holds?.(await ticketNow(ticketNo));
    });
  });
});

describe('a sentence', () => {
  test.each(['personal', 'group', 'channel'])(
    'in a %s conversation becomes a form with it as title, and once a ticket',
    async (scope) => {
      const where = place(scope);
      const [message] = await bot.say(hanna, where, `The door of ${scope} is stuck`);
      const form = cardOf(message);
      expect(inputsOf(form).title).toBe(`The door of ${scope} is stuck`);
      expect([...buttonsOf(form).keys()]).toEqual(expect.arrayContaining(['Create', 'Search', 'My tickets']));
      const data = { ...buttonsOf(form).get('Create')!.data, ...inputsOf(form) };
      const same = bot.activity(hanna, where, {
        type: 'invoke',
        name: 'adaptiveCard/action',
        value: { action: { verb: 'create', data } },
      });
      const answers = await Promise.all([1, 2, 3, 4, 5].map(() => bot.post(same)));
      const again = await bot.press(hanna, where, data);
      const titles = new Set(
        [...answers.map(({ body }) => textOf(body.value)), textOf(again)].map((text) => /#(\d+)/.exec(text)?.[1]),
      );
      expect(titles.size).toBe(1);
      const found = textOf(cardOf((await bot.say(hanna, where, `search door ${scope} stuck`)).at(-1)));
      expect(found).toContain('1 ticket');
    },
  );

  test('of two lines puts the first in the title and all in the description', async () => {
    const [message] = await bot.say(hanna, bot.personal(hanna), 'Printer jams\nSince Monday, on every page');
    expect(inputsOf(cardOf(message))).toMatchObject({
      title: 'Printer jams',
      description: 'Printer jams\nSince Monday, on every page',
    });
  });

  test('whose form somebody else sends once more makes no second ticket', async () => {
    const [message] = await bot.say(hanna, group, 'Coffee machine is empty');
    const form = cardOf(message);
    const data = { ...buttonsOf(form).get('Create')!.data, ...inputsOf(form) };
    await bot.press(hanna, group, data);
    const second = await bot.press(aisha, channel, { ...data, title: 'Something else' });
    expect(textOf(second)).toContain('sent already');
  });
});

describe('never a dead end', () => {
  const leadsOn = (card: Json) => expect(buttonsOf(card).size).toBeGreaterThan(0);

  test.each([
    ['an unknown number', 'ticket 99999', 'There is no ticket #99999'],
    ['no number', 'resolve', 'Which ticket?'],
    ['an unknown tag', 'tag 1 bananas', 'There is no tag “bananas”'],
    ['no date', 'due 1 bananas', 'I do not understand the date'],
    ['no priority', 'priority 1 bananas', 'is no priority'],
    ['nobody', 'assign 1 to Mr. Nobody', 'I found nobody'],
    ['an empty comment', 'comment 1', 'What shall I add?'],
    ['an unknown help desk', 'switch Moon base', 'I know no help desk'],
  ])('%s', async (_, text, says) => {
    await newTicket('The first');
    const card = cardOf((await bot.say(hanna, bot.personal(hanna), text)).at(-1));
    expect(textOf(card)).toContain(says);
    leadsOn(card);
  });

  test('who once asked something, and is no member, is nobody to give a ticket to', async () => {
    const requestor = { id: 'zoe', name: 'Zoe Quill', email: 'zoe@partner.example' };
    const { ticketNo } = await desk.newTicket({ requestor });
    const card = cardOf((await bot.say(hanna, bot.personal(hanna), `assign ${ticketNo} to Zoe Quill`)).at(-1));
    expect(textOf(card)).toContain('I found nobody');
  });

  test('a move that the workflow has not names those that it has, as buttons', async () => {
    const { ticketNo } = await newTicket('Stays open');
    const card = cardOf((await bot.say(hanna, bot.personal(hanna), `reopen ${ticketNo}`)).at(-1));
    expect(textOf(card)).toContain('A ticket that is Open cannot become Reopened');
    expect([...buttonsOf(card).keys()]).toContain('Resolve');
  });

  test.each(['take', 'start', 'note', 'priority'])('a member who may not %s learns what they may do', async (verb) => {
    const { ticketNo } = await newTicket('Mine');
    const text = `${verb} ${ticketNo}${verb === 'priority' ? ' urgent' : verb === 'note' ? ' secret' : ''}`;
    const card = cardOf((await bot.say(aisha, bot.personal(aisha), text)).at(-1));
    expect(textOf(card)).toContain('You can comment');
    leadsOn(card);
  });

  test('a member is shown their own tickets, and no other', async () => {
    const { ticketNo } = await newTicket('Of somebody else', hanna);
    const card = cardOf((await bot.say(aisha, bot.personal(aisha), `ticket ${ticketNo}`)).at(-1));
    expect(textOf(card)).toContain(`There is no ticket #${ticketNo}`);
    expect(textOf(cardOf((await bot.say(aisha, bot.personal(aisha), 'diagnose')).at(-1)))).toContain('Only an owner');
  });

  test('somebody without a help desk is told how to get one', async () => {
    const stranger = bot.person('Sam Stranger');
    const card = cardOf((await bot.say(stranger, bot.personal(stranger), 'my tickets')).at(-1));
    expect(textOf(card)).toContain('You belong to no help desk yet');
    leadsOn(card);
  });

  test('a file, or nothing, is answered', async () => {
    const rest = { attachments: [{ contentType: 'image/png' }] };
    expect(textOf(cardOf((await bot.say(hanna, bot.personal(hanna), '', rest)).at(-1)))).toContain(
      'I cannot take files here',
    );
    expect(textOf(cardOf((await bot.say(hanna, channel, '')).at(-1)))).toContain('What you can write to me');
  });
});

test('the language is that of who writes', async () => {
  const say = async (locale: string, text: string) =>
    textOf(cardOf((await bot.say(hanna, bot.personal(hanna), text, { locale })).at(-1)));
  expect(await say('de-AT', 'hilfe')).toContain('Was Sie mir schreiben können');
  expect(await say('fr-CA', 'aide')).toContain('Ce que vous pouvez m’écrire');
  expect(await say('pt-BR', 'help')).toContain('What you can write to me');
});

test('an old card pressed once more is harmless and comes back as things are now', async () => {
  const { ticketNo } = await newTicket('Pressed twice');
  const old = cardOf((await bot.say(hanna, bot.personal(hanna), `ticket ${ticketNo}`)).at(-1));
  const { data } = buttonsOf(old).get('Resolve')!;
  await bot.press(hanna, bot.personal(hanna), data);
  const again = await bot.press(hanna, bot.personal(hanna), data);
  expect(textOf(again)).toContain('was Resolved already');
  const { items } = await desk.act('listActivities', { ticketId: String(ticketNo) });
  expect(items.filter(({ value }) => value.action === 'resolved')).toHaveLength(1);
});

test('the form of a ticket changes what it holds', async () => {
  const { ticketNo } = await newTicket('Edited by form');
  const chat = bot.personal(hanna);
  const form = await bot.press(hanna, chat, { verb: 'edit', no: ticketNo, instanceId });
  const values = {
    ...inputsOf(form),
    title: '',
    priority: 'Urgent',
    assignee: hanna.aadObjectId,
    expectedDate: '2026-03-01',
  };
  const save = buttonsOf(form).get('Save')!.data;
  const wrong = await bot.press(hanna, chat, { ...save, ...values });
  expect(textOf(wrong)).toContain('Please look at one field');
  const right = await bot.press(hanna, chat, { ...save, ...values, title: 'Edited twice' });
  expect(textOf(right)).toContain(`Ticket #${ticketNo} was saved`);
  expect(await ticketNow(ticketNo)).toMatchObject({
    title: 'Edited twice',
    priority: 'Urgent',
    assignee: personOf(hanna),
    expectedDate: '2026-03-01T16:00:00.000Z',
  });
});

test('a mention names who a ticket goes to, and makes them one who answers', async () => {
  const marco = bot.person('Marco Bellini');
  const { ticketNo } = await newTicket('For Marco');
  const entities = [{ type: 'mention', text: '<at>Marco</at>', mentioned: { id: marco.id, name: 'Marco' } }];
  const [answer] = await bot.say(hanna, channel, `assign ${ticketNo} to <at>Marco</at>`, { entities });
  expect(textOf(cardOf(answer))).toContain('was assigned to Marco Bellini');
  expect((await ticketNow(ticketNo)).assignee).toEqual(personOf(marco));
  const card = cardOf((await bot.say(marco, bot.personal(marco), `start ${ticketNo}`)).at(-1));
  expect(textOf(card)).toContain('Started');
});
