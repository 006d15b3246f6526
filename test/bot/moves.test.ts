import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Ticket } from '../../api/contract/tickets.ts';
import { DEFAULT_WORKFLOW } from '../../api/contract/workflow.ts';
import { invoke } from '../../api/core/invoke.ts';
import { type Json, TENANT } from '../helpers/connector.ts';
import {
  buttonsOf,
  cardOf,
  startBot,
  type TeamsConversation,
  type TeamsPerson,
  type TestBot,
  textOf,
} from '../helpers/connector-bot.ts';

/** Moves of the workflow that have labels, and are for some people alone. */

let bot: TestBot;
let hanna: TeamsPerson;
let marco: TeamsPerson;
let aisha: TeamsPerson;
let channel: TeamsConversation;
let instanceId: string;

const personOf = ({ aadObjectId: id, name, email }: TeamsPerson) => ({ id, name, email });
const asOwner = () => ({ actor: { instanceId, role: 'owner' as const, readOnly: false }, origin: 'api' as const });

beforeAll(async () => {
  bot = await startBot();
  hanna = bot.person('Hanna Owner');
  marco = bot.person('Marco Agent');
  aisha = bot.person('Aisha Member');
  channel = bot.channel('IT');
  await bot.install(hanna, channel);
  instanceId = (await bot.server.environment.store.registry.instances())[0]!.id;
  await bot.say(aisha, channel, 'help');
  const { id: personId, ...rest } = personOf(marco);
  const member = { personId, ...rest, role: 'assignee', tenantId: TENANT };
  await invoke(bot.server.environment, asOwner(), 'putMember', member);
  const moves = [
    { to: 'resolved', label: 'It works again [ok](https://contoso.com)', by: 'everyone' },
    { to: 'closed', label: 'Write it off', by: 'owners' },
    { to: 'pending', label: 'Wait for parts', by: 'everyone' },
  ];
  const [open, ...others] = DEFAULT_WORKFLOW.states;
  const workflow = { ...DEFAULT_WORKFLOW, states: [{ ...open!, moves }, ...others] };
  await invoke(bot.server.environment, asOwner(), 'updateInstance', { instance: { workflows: [workflow] } });
});
afterAll(() => bot.close());

async function newTicket(title: string, requestor = aisha, more: Json = {}): Promise<Ticket> {
  const ticket = { title, requestor: personOf(requestor), ...more };
  const { result } = await invoke(bot.server.environment, asOwner(), 'createTicket', { ticket });
  return result.item.value;
}

async function ticketNow(no: number): Promise<Ticket> {
  const { result } = await invoke(bot.server.environment, asOwner(), 'getTicket', { ticketId: String(no) });
  return result.item.value;
}

const show = async (who: TeamsPerson, no: number, rest: Json = {}) =>
  cardOf((await bot.say(who, bot.personal(who), `ticket ${no}`, rest)).at(-1));
const MOVES = ['Start', 'Wait for parts', 'It works again', 'Write it off', 'Close', 'Resolve', 'Set pending'];
const movesOn = (card: Json) =>
  [...buttonsOf(card).keys()].flatMap((title) => MOVES.filter((move) => title.startsWith(move))).toSorted();

test.each([
  ['an owner', () => hanna, ['It works again', 'Start', 'Wait for parts', 'Write it off']],
  ['an assignee', () => marco, ['It works again', 'Start', 'Wait for parts']],
  ['the requestor', () => aisha, ['It works again', 'Wait for parts']],
] as const)('offers %s the moves that they may make, by their labels', async (_, who, expected) => {
  const { ticketNo } = await newTicket('A dead laptop');
  const card = await show(who(), ticketNo);
  expect(movesOn(card)).toEqual(expected);
  expect(textOf(card)).not.toContain('](https://contoso.com)');
  const pressed = await bot.press(who(), bot.personal(who()), buttonsOf(card).get('Wait for parts')!.data);
  expect(textOf(pressed)).toContain(`Ticket #${ticketNo} is Pending now.`);
  expect(await ticketNow(ticketNo)).toMatchObject({ statusId: 'pending' });
});

test('the states beside them are called as ever, in the language of the reader', async () => {
  const { ticketNo } = await newTicket('Ein Laptop', aisha);
  const buttons = [...buttonsOf(await show(hanna, ticketNo, { locale: 'de-DE' })).keys()];
  expect(buttons).toEqual(expect.arrayContaining(['Write it off', 'Beginnen']));
});

test.each([
  ['written', 'close', /^Only an owner of the help desk may move it from Open to Closed\. You can comment/m],
  ['pressed in the channel', 'close', /^Only an owner of the help desk may move it from Open to Closed/m],
  ['written', 'start', /^Only those who work the tickets may move it from Open to Started/m],
  ['pressed in the channel', 'start', /^Only those who work the tickets may move it from Open to Started/m],
])('%s, what is not theirs is answered by a sentence and what is: %s', async (way, verb, says) => {
  const { ticketNo } = await newTicket('Not for everybody');
  const status = verb === 'close' ? 'closed' : 'started';
  const card =
    way === 'written'
      ? cardOf((await bot.say(aisha, bot.personal(aisha), `${verb} ${ticketNo}`)).at(-1))
      : await bot.press(aisha, channel, { verb: 'move', no: ticketNo, instanceId, status });
  expect(textOf(card)).toMatch(says);
  expect(movesOn(card)).toEqual(['It works again', 'Wait for parts']);
  expect(await ticketNow(ticketNo)).toMatchObject({ statusId: 'open' });
});

test('a follower is told who may end it', async () => {
  const { ticketNo } = await newTicket('Followed', hanna, { followers: [personOf(aisha)] });
  expect(movesOn(await show(aisha, ticketNo))).toEqual([]);
  const card = cardOf((await bot.say(aisha, bot.personal(aisha), `resolve ${ticketNo}`)).at(-1));
  expect(textOf(card)).toContain('Only its requestor and those who work the tickets may move it from Open');
});

test('what the workflow does not have is answered with the moves by their labels', async () => {
  const { ticketNo } = await newTicket('Stays open');
  const card = cardOf((await bot.say(aisha, bot.personal(aisha), `reopen ${ticketNo}`)).at(-1));
  expect(textOf(card)).toMatch(/cannot become Reopened\. Possible from here: Wait for parts, It works again/);
});
