import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { AppError } from '../../api/contract/errors.ts';
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
import { personOf, startHelpDesk } from '../helpers/help-desk.ts';
import { brokenStore } from '../rest/second-door.ts';

let bot: TestBot;
let hanna: TeamsPerson;
let aisha: TeamsPerson;
let stranger: TeamsPerson;
let channel: TeamsConversation;
let instanceId: string;

beforeAll(async () => {
  const desk = await startHelpDesk();
  ({ bot, hanna, aisha, channel, instanceId } = desk);
  stranger = bot.person('Sam Stranger');
  for (const [title, person] of [
    ['The printer is jammed', hanna],
    ['My VPN is down', aisha],
    ['The coffee is cold', hanna],
  ] as const) {
    await desk.newTicket({ title, requestor: personOf(person) }, person);
    bot.server.clock.advance(1000);
  }
});
afterAll(() => bot.close());

/** A chat that the bot is no part of, where the message extension is used all the same. */
const elsewhere: TeamsConversation = { id: '19:someone_else@unq.gbl.spaces', type: 'personal' };
const dialogCard = (body: Json): Json => body.task.value.card.content;

describe('dialogs', () => {
  test('the form opens in one, shows in itself what is wrong, and makes a ticket', async () => {
    const opened = await bot.invoke(aisha, channel, 'task/fetch', {
      data: { data: { verb: 'new' } },
      context: { theme: 'dark' },
    });
    expect(opened.task).toMatchObject({ type: 'continue', value: { title: 'New ticket' } });
    const form = dialogCard(opened);
    expect(JSON.stringify(form)).not.toContain('Action.Execute');
    const { data } = buttonsOf(form).get('Create')!;
    const wrong = await bot.invoke(aisha, channel, 'task/submit', { data: { ...data, ...inputsOf(form), title: ' ' } });
    expect(textOf(dialogCard(wrong))).toContain('Please look at one field');
    const again = dialogCard(wrong);
    const right = await bot.invoke(aisha, channel, 'task/submit', {
      data: { ...buttonsOf(again).get('Create')!.data, ...inputsOf(again), title: 'From a dialog' },
    });
    expect(textOf(dialogCard(right))).toMatch(/Ticket #\d+ was opened/);
  });

  test('a ticket is edited in one', async () => {
    const opened = await bot.invoke(hanna, channel, 'task/fetch', { data: { verb: 'edit', no: 1, instanceId } });
    expect(opened.task.value.title).toBe('Edit ticket #1');
    const form = dialogCard(opened);
    expect(inputsOf(form).title).toBe('The printer is jammed');
    const saved = await bot.invoke(hanna, channel, 'task/submit', {
      data: { ...buttonsOf(form).get('Save')!.data, ...inputsOf(form), priority: 'Urgent' },
    });
    expect(textOf(dialogCard(saved))).toContain('Ticket #1 was saved');
  });
});

test('what is done in a dialog is seen in the chat, too', async () => {
  const chat = bot.personal(aisha);
  const [welcome] = await bot.install(aisha, chat);
  const { data } = buttonsOf(cardOf(welcome)).get('New ticket')!;
  expect(data.msteams).toEqual({ type: 'task/fetch' });
  const form = dialogCard(await bot.invoke(aisha, chat, 'task/fetch', { data }));
  bot.connector.clear();
  await bot.invoke(aisha, chat, 'task/submit', {
    data: { ...buttonsOf(form).get('Create')!.data, ...inputsOf(form), title: 'Asked for in a dialog' },
  });
  await bot.work();
  const shown = bot.connector.messages().filter(({ conversationId }) => conversationId === chat.id);
  expect(shown.map((call) => textOf(cardOf(call)).includes('Asked for in a dialog'))).toEqual([true]);
});

const query = (text: string): Json => ({
  commandId: 'search',
  parameters: [text === '' ? { name: 'initialRun', value: 'true' } : { name: 'search', value: text }],
  queryOptions: { skip: 0, count: 25 },
});
const titles = (body: Json): string[] =>
  (body.composeExtension.attachments ?? []).map((one: Json) => one.preview.content.title);

describe('the message extension', () => {
  test('lists the latest tickets at first', async () => {
    const body = await bot.invoke(hanna, elsewhere, 'composeExtension/query', query(''));
    expect(titles(body).filter((title) => /^#[123] /.test(title))).toEqual([
      '#1 The printer is jammed',
      '#3 The coffee is cold',
      '#2 My VPN is down',
    ]);
  });

  test.each([
    ['words', 'printer jammed', ['#1 The printer is jammed']],
    ['a number', '2', ['#2 My VPN is down']],
  ])('finds by %s', async (_, text, found) => {
    expect(titles(await bot.invoke(hanna, elsewhere, 'composeExtension/query', query(text)))).toEqual(found);
  });

  test('shows only what the person may see', async () => {
    const all = titles(await bot.invoke(aisha, elsewhere, 'composeExtension/query', query('')));
    expect(all).toContain('#2 My VPN is down');
    expect(all).not.toContain('#1 The printer is jammed');
    expect((await bot.invoke(aisha, elsewhere, 'composeExtension/query', query('printer'))).composeExtension.type).toBe(
      'message',
    );
    expect((await bot.invoke(stranger, elsewhere, 'composeExtension/query', query(''))).composeExtension.type).toBe(
      'message',
    );
  });

  test('says that the help desk is away, and not that there are no tickets', async () => {
    const { environment } = bot.server;
    const { store } = environment;
    const away = new AppError('unavailable', 'The store is away.');
    for (const broken of [
      brokenStore(store, away),
      { ...store, registry: { ...store.registry, record: () => Promise.reject(away) } },
    ]) {
      environment.store = broken;
      const body = await bot.invoke(hanna, elsewhere, 'composeExtension/query', query('printer'));
      environment.store = store;
      const text = 'The help desk cannot answer right now. Please try again in a minute.';
      expect(body.composeExtension).toEqual({ type: 'message', text });
      expect(bot.server.log.splice(0).join()).toContain('could not be handled');
    }
  });

  test('inserts a card that anybody may read', async () => {
    const body = await bot.invoke(hanna, elsewhere, 'composeExtension/query', query('printer'));
    expect(textOf(body.composeExtension.attachments[0].content)).toContain('The printer is jammed');
  });

  test('makes no help desk of a channel in which somebody only looks for a ticket', async () => {
    const before = (await bot.server.environment.store.registry.instances()).length;
    const other = bot.channel('Random');
    await bot.invoke(hanna, other, 'composeExtension/query', query(''));
    await bot.invoke(hanna, other, 'composeExtension/fetchTask', { commandId: 'create', commandContext: 'compose' });
    expect(await bot.server.environment.store.registry.instances()).toHaveLength(before);
  });

  test('opens a ticket from the compose box and inserts its card', async () => {
    const form = dialogCard(
      await bot.invoke(aisha, elsewhere, 'composeExtension/fetchTask', {
        commandId: 'create',
        commandContext: 'compose',
      }),
    );
    const send = (values: Json) =>
      bot.invoke(aisha, elsewhere, 'composeExtension/submitAction', {
        commandId: 'create',
        commandContext: 'compose',
        data: { ...buttonsOf(form).get('Create')!.data, ...inputsOf(form), ...values },
      });
    expect(textOf(dialogCard(await send({ title: '' })))).toContain('Please look at one field');
    const body = await send({ title: 'From the compose box' });
    expect(titles(body)[0]).toContain('From the compose box');
  });

  test('opens a ticket from a message, with its text, author and link', async () => {
    const messagePayload = {
      id: '1700000000000',
      body: { contentType: 'html', content: '<p>The door is <b>stuck</b> &amp; squeaks</p><p>Third floor</p>' },
      from: { user: { id: aisha.aadObjectId, displayName: 'Aisha Okafor' } },
      linkToMessage: 'https://teams.microsoft.com/l/message/19:x/1700000000000',
    };
    const opened = await bot.invoke(hanna, elsewhere, 'composeExtension/fetchTask', {
      commandId: 'createFromMessage',
      commandContext: 'message',
      messagePayload,
    });
    const form = dialogCard(opened);
    expect(inputsOf(form)).toMatchObject({
      title: 'The door is stuck & squeaks',
      description:
        'The door is stuck & squeaks\nThird floor\n\nAisha Okafor · https://teams.microsoft.com/l/message/19:x/1700000000000',
    });
    const data = { ...buttonsOf(form).get('Create')!.data, ...inputsOf(form) };
    const body = await bot.invoke(hanna, elsewhere, 'composeExtension/submitAction', {
      commandId: 'createFromMessage',
      commandContext: 'message',
      data,
    });
    expect(textOf(dialogCard(body))).toMatch(/Ticket #\d+ was opened/);
  });

  test('shows a card for our own links to those who may see the ticket, and for no others', async () => {
    const unfurl = async (person: TeamsPerson, url: string) =>
      titles(await bot.invoke(person, elsewhere, 'composeExtension/queryLink', { url }));
    const url = `${bot.server.url}/tab/instances/${instanceId}/tickets/1`;
    expect(await unfurl(hanna, url)).toEqual(['#1 The printer is jammed']);
    expect(await unfurl(aisha, url)).toEqual([]);
    expect(await unfurl(stranger, url)).toEqual([]);
    expect(await unfurl(hanna, `https://attacker.example/tab/instances/${instanceId}/tickets/1`)).toEqual([]);
    expect(await unfurl(hanna, `${bot.server.url}/tab/instances/${instanceId}/tickets/999`)).toEqual([]);
  });
});

/** What an answer to an invoke may be: a card, a list, a dialog, a message, or a clear error. */
function isClear(body: Json): boolean {
  if (body.type === 'application/vnd.microsoft.card.adaptive') return body.value.type === 'AdaptiveCard';
  if (body.type === 'application/vnd.microsoft.error')
    return typeof body.value.code === 'string' && typeof body.value.message === 'string';
  return body.task?.type === 'continue' || body.composeExtension !== undefined || typeof body.message === 'string';
}

describe('whatever an invoke is', () => {
  const verbs = [
    'ticket',
    'take',
    'create',
    'saveTicket',
    'move',
    'comment',
    'edit',
    'search',
    'switch',
    'saveNotices',
    'due',
    'tag',
    'assign',
    'mine',
    'constructor',
    '__proto__',
  ];
  const data = fc.oneof(
    fc.record(
      {
        verb: fc.constantFrom(...verbs),
        no: fc.oneof(fc.integer(), fc.string(), fc.constantFrom('1', 2, '../3', null)),
        instanceId: fc.option(fc.oneof(fc.string(), fc.constant('')), { nil: undefined }),
        text: fc.anything(),
        page: fc.anything(),
        title: fc.anything(),
        formId: fc.oneof(fc.string(), fc.constant(undefined)),
      },
      { requiredKeys: [] },
    ),
    fc.object(),
    fc.anything(),
  );
  const names = [
    'adaptiveCard/action',
    'task/fetch',
    'task/submit',
    'composeExtension/query',
    'composeExtension/queryLink',
    'composeExtension/fetchTask',
    'composeExtension/submitAction',
    'composeExtension/selectItem',
    'signin/verifyState',
    'fileConsent/invoke',
    '',
  ];
  const value = fc.oneof(
    data.map((given) => ({ action: { type: 'Action.Execute', verb: 'mine', data: given }, trigger: 'manual' })),
    data.map((given) => ({ data: given, commandContext: 'compose' })),
    fc.record({
      parameters: fc.anything(),
      queryOptions: fc.anything(),
      url: fc.anything(),
      messagePayload: fc.anything(),
    }),
    fc.anything(),
  );
  const jsonable = (given: unknown): unknown => {
    try {
      return JSON.parse(JSON.stringify(given, (_, one) => (typeof one === 'bigint' ? String(one) : one)) ?? 'null');
    } catch {
      return null;
    }
  };

  test('a thousand random ones are each answered with a card or a clear error', async () => {
    const places = [channel, elsewhere, bot.group()];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...names), value, fc.nat(2), fc.nat(2), async (name, given, where, who) => {
        const person = [hanna, aisha, stranger][who]!;
        const { status, body } = await bot.post(
          bot.activity(person, places[where]!, { type: 'invoke', name, value: jsonable(given) }),
        );
        expect(status).toBe(200);
        expect([isClear(body), body]).toEqual([true, body]);
        expect(body.value?.code).not.toBe('ServiceError');
      }),
      { numRuns: 1000 },
    );
    expect(bot.server.log.filter((line) => line.includes('could not be handled'))).toEqual([]);
  }, 120_000);

  test('and so is a message of any shape', async () => {
    const part = fc.oneof(fc.string(), fc.integer(), fc.constant(null), fc.array(fc.string()), fc.object());
    const shape = fc.record(
      {
        text: part,
        value: part,
        entities: part,
        attachments: part,
        channelData: part,
        locale: part,
        localTimezone: part,
        replyToId: part,
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(shape, async (rest) => {
        const activity = bot.activity(hanna, channel, { type: 'message' });
        const { channelData, ...others } = jsonable(rest) as Json;
        const { status } = await bot.post({
          ...activity,
          ...others,
          channelData: { ...(typeof channelData === 'object' && channelData), ...activity.channelData },
        });
        expect(status).toBe(200);
      }),
      { numRuns: 300 },
    );
    expect(bot.server.log.filter((line) => line.includes('could not be handled'))).toEqual([]);
  }, 120_000);
});
