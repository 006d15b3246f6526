import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createInstance } from '../../api/core/instances.ts';
import { type Job, SEEN_WITHIN_MS } from '../../api/store/store.ts';
import { fakeClock } from '../helpers/clock.ts';
import type { Account } from '../helpers/cosmos/account.ts';
import { type CosmosStandIn, cosmosStandIn } from '../helpers/cosmos/stand-in.ts';
import { person } from '../helpers/documents.ts';
import { type CosmosNode, openNode } from './cosmos-node.ts';

/**
 * What each operation asks of the account. The counts are exact, so a change that adds a round trip fails here; the
 * request units are the stand-in's estimate.
 */

const TICKETS = 200;
const COMMENTS = 5;

const LEASES = { work: 60_000 };
const CONVERSATION = { instanceId: '', conversation: { serviceUrl: 'https://smba.trafficmanager.net/emea/' } };

const clock = fakeClock();
let standIn: CosmosStandIn;
let warm: CosmosNode;
let id: string;
let keyHash: string;
let ticketId: string;
/** An instance whose tickets are shared out by a rule. */
let turnsId: string;
/** Where the feed ended when it was asked for first. */
let latest: Promise<string> | undefined;

const TURNS = ['Ada', 'Grace'].map((name) => ({ ...person(name), id: randomUUID() }));
const inTurns = () => ({
  isAutomaticAssignTickets: true,
  defaultRuleAssignee: [{ conditions: [], assign: 'roundRobin' as const, peoples: TURNS }],
});
const newTicket = () => ({
  ticket: { title: 'The printer on the third floor is on fire', description: 'It smells.', requestor: person('Ada') },
});
const create = async (node: CosmosNode) => (await node.ask(id, 'createTicket', newTicket())).result.item.value;
const firstPage = { limit: 20 };
const open = { ...firstPage, status: 'Open' };

beforeAll(async () => {
  standIn = cosmosStandIn({ now: clock.now });
  warm = await openNode(standIn, clock);
  id = (await createInstance(warm.environment, { name: 'IT Help Desk' })).record.id;
  const [key] = await warm.environment.store.registry.keys(id);
  keyHash = key!.hash;
  for (let count = 0; count < TICKETS; count++) await create(warm);
  ticketId = (await create(warm)).id;
  for (let count = 0; count < COMMENTS; count++) {
    await warm.ask(id, 'addComment', { ticketId, comment: 'Have you tried to turn it off and on again?' });
  }
  turnsId = (await createInstance(warm.environment, { name: 'Facilities', settings: inTurns() })).record.id;
  for (const { id, name, email } of TURNS) {
    await warm.ask(turnsId, 'putMember', { personId: id, name, email, role: 'assignee', tenantId: randomUUID() });
  }
  await warm.ask(turnsId, 'createTicket', newTicket());
  await warm.environment.store.registry.putRecord('conversation', 'a channel', CONVERSATION, null);
});

type Requests = Partial<Account['requests']>;

interface Case {
  name: string;
  /** What has to be there first; its result goes to `act`. */
  given?: (node: CosmosNode) => Promise<string>;
  act: (node: CosmosNode, given: string) => Promise<unknown>;
  /** Of a node that has worked for this instance before. */
  warm: Requests;
  /** Of one that has not. */
  cold: Requests;
}

const page = (count: number): Requests => ({ query: count });
const read = (count: number): Requests => ({ pointRead: count });
const nothing: Requests = {};
const fresh = async (node: CosmosNode) => (await create(node)).id;

const CASES: Case[] = [
  {
    name: 'check a key',
    act: (node) => node.environment.store.registry.keyByHash(keyHash),
    warm: nothing,
    cold: read(2),
  },
  { name: 'settings', act: (node) => node.ask(id, 'getInstance', {}), warm: nothing, cold: read(1) },
  {
    name: 'get a ticket',
    act: (node) => node.ask(id, 'getTicket', { ticketId }),
    warm: read(1),
    cold: read(2),
  },
  {
    name: 'get a ticket by its number',
    act: (node) => node.ask(id, 'getTicket', { ticketId: '7' }),
    warm: page(1),
    cold: { ...page(1), ...read(1) },
  },
  {
    name: 'list, first page of 20, something written since',
    given: fresh,
    act: (node) => node.ask(id, 'listTickets', firstPage),
    warm: page(2),
    cold: { ...page(2), ...read(1) },
  },
  {
    name: 'list, first page again, nothing written since',
    act: (node) => node.ask(id, 'listTickets', firstPage),
    warm: page(1),
    cold: { ...page(2), ...read(1) },
  },
  {
    name: 'list, next page',
    given: async () => (await warm.ask(id, 'listTickets', firstPage)).result.continuationToken!,
    act: (node, continuationToken) => node.ask(id, 'listTickets', { ...firstPage, continuationToken }),
    warm: page(1),
    cold: { ...page(2), ...read(1) },
  },
  {
    name: 'list, all on one page, something written since',
    given: fresh,
    act: (node) => node.ask(id, 'listTickets', { ...firstPage, ticketNo: 7 }),
    warm: page(1),
    cold: { ...page(1), ...read(1) },
  },
  {
    name: 'list, filtered by status, something written since',
    given: fresh,
    act: (node) => node.ask(id, 'listTickets', open),
    warm: page(2),
    cold: { ...page(2), ...read(1) },
  },
  {
    name: 'list, searched by words, something written since',
    given: fresh,
    act: (node) => node.ask(id, 'listTickets', { ...firstPage, search: 'printer fire' }),
    warm: page(2),
    cold: { ...page(2), ...read(1) },
  },
  {
    name: 'create a ticket',
    act: create,
    warm: { patch: 1, batch: 1 },
    cold: { patch: 1, batch: 1, ...read(2) },
  },
  {
    name: 'create a ticket, with an idempotency key',
    act: (node) => node.ask(id, 'createTicket', newTicket(), `key ${Math.random()}`),
    warm: { patch: 1, batch: 1 },
    cold: { patch: 1, batch: 1, ...read(2) },
  },
  {
    name: 'create a ticket that people take in turns',
    act: (node) => node.ask(turnsId, 'createTicket', newTicket()),
    warm: { ...page(1), patch: 2, batch: 1 },
    cold: { ...page(1), patch: 2, batch: 1, ...read(2) },
  },
  {
    name: 'update a ticket',
    given: fresh,
    act: (node, one) => node.ask(id, 'updateTicket', { ticketId: one, ticket: { title: 'The fire is out' } }),
    warm: { batch: 1, ...read(1) },
    cold: { batch: 1, ...read(3) },
  },
  {
    name: 'change the status',
    given: fresh,
    act: (node, one) => node.ask(id, 'updateTicketStatus', { ticketId: one, status: 'Started' }),
    warm: { batch: 1, ...read(1) },
    cold: { batch: 1, ...read(3) },
  },
  {
    name: 'comment',
    given: fresh,
    act: (node, one) => node.ask(id, 'addComment', { ticketId: one, comment: 'Water is on its way.' }),
    warm: { batch: 1, ...read(1) },
    cold: { batch: 1, ...read(3) },
  },
  {
    name: 'come to a ticket, where somebody is',
    given: fresh,
    act: async (node, one) => {
      const look = (name: string) => ({ ticketId: one, isHere: true, user: { id: name, name, email: '' } });
      await node.ask(id, 'announcePresence', look(`somebody ${Math.random()}`));
    },
    warm: { batch: 1, ...read(2) },
    cold: { batch: 1, ...read(4) },
  },
  {
    name: 'say again that one is there, to hear who else is',
    given: async (node) => {
      const one = await fresh(node);
      await node.ask(id, 'announcePresence', { ticketId: one, isHere: true });
      return one;
    },
    act: (node, one) => node.ask(id, 'announcePresence', { ticketId: one, isHere: true }),
    warm: read(2),
    cold: read(3),
  },
  {
    name: 'list the activities of a ticket',
    act: (node) => node.ask(id, 'listActivities', { ticketId }),
    warm: { ...page(1), ...read(1) },
    cold: { ...page(1), ...read(2) },
  },
  {
    name: 'delete a ticket and its activities',
    given: fresh,
    act: (node, one) => node.ask(id, 'deleteTicket', { ticketId: one }),
    warm: { batch: 1, ...page(1), ...read(1) },
    cold: { batch: 1, ...page(1), ...read(3) },
  },
  {
    name: 'mark a ticket as seen',
    given: async (node) => {
      const ticket = { ...newTicket().ticket, assignee: person('Grace') };
      return (await node.ask(id, 'createTicket', { ticket })).result.item.value.id;
    },
    act: (node, ticketId) => node.ask(id, 'markTicketSeen', { ticketId, as: 'assignee' }),
    warm: { batch: 1, ...read(1) },
    cold: { batch: 1, ...read(3) },
  },
];

/** A job that is due, and that the warm node has put: nothing else is due to it. */
async function newJob(): Promise<string> {
  const { jobs } = warm.environment.store;
  for (const job of await jobs.claim(LEASES, 100)) await jobs.finish(job);
  const job = {
    id: randomUUID(),
    kind: 'work',
    instanceId: id,
    dueOn: clock.now().toISOString(),
    payload: { ticketId },
  };
  await jobs.put([job]);
  return job.id;
}

async function claimOne({ environment: { store } }: CosmosNode): Promise<Job> {
  const claimed = await store.jobs.claim(LEASES, 1);
  expect(claimed).toHaveLength(1);
  return claimed[0]!;
}

CASES.push(
  {
    name: 'look for jobs that are due, when none is',
    given: () => warm.environment.store.jobs.claim(LEASES, 1).then(() => ''),
    act: (node) => node.environment.store.jobs.claim(LEASES, 1),
    warm: nothing,
    cold: page(16),
  },
  {
    name: 'put a job',
    act: ({ environment }) => {
      const dueOn = clock.now().toISOString();
      return environment.store.jobs.put([
        { id: randomUUID(), kind: 'other', instanceId: id, dueOn, payload: { ticketId } },
      ]);
    },
    warm: { create: 1 },
    cold: { create: 1 },
  },
  {
    name: 'put a job that is known',
    given: newJob,
    act: ({ environment }, known) =>
      environment.store.jobs.put([
        { id: known, kind: 'work', instanceId: id, dueOn: clock.now().toISOString(), payload: {} },
      ]),
    warm: { create: 1 },
    cold: { create: 1 },
  },
  {
    name: 'claim and finish a job',
    given: newJob,
    act: async (node) => node.environment.store.jobs.finish(await claimOne(node)),
    warm: { ...page(1), patch: 2 },
    cold: { ...page(16), patch: 2 },
  },
  {
    name: 'claim a job and let it go until later',
    given: newJob,
    act: async (node) =>
      node.environment.store.jobs.reschedule(await claimOne(node), { dueOn: '2099-01-01T00:00:00Z' }),
    warm: { ...page(1), patch: 2 },
    cold: { ...page(16), patch: 2 },
  },
  {
    name: 'look for events, when there are none',
    given: async () => {
      latest ??= warm.environment.store.latest();
      return (await warm.environment.store.changes(await latest, 100)).cursor;
    },
    act: ({ environment }, cursor) => environment.store.changes(cursor, 100),
    warm: { changeFeed: 1 },
    cold: { changeFeed: 1, metadata: 2 },
  },
  {
    name: 'a person, a conversation: read',
    act: ({ environment }) => environment.store.registry.record('conversation', 'a channel'),
    warm: read(1),
    cold: read(1),
  },
  {
    name: 'a person, a conversation: change',
    given: async () => String((await warm.environment.store.registry.record('conversation', 'a channel'))!.version),
    act: ({ environment }, version) =>
      environment.store.registry.putRecord('conversation', 'a channel', CONVERSATION, Number(version)),
    warm: { patch: 1 },
    cold: { patch: 1 },
  },
);

const asked = ({ requests }: Account): Requests =>
  Object.fromEntries(Object.entries(requests).filter(([, count]) => count > 0));

const described = (requests: Requests): string =>
  Object.entries(requests)
    .map(([kind, count]) => `${count} ${kind}`)
    .join(', ') || 'none';

const lines = ['| operation | requests | RU | first on a node: requests | RU |', '| --- | --- | --- | --- | --- |'];
afterAll(() => {
  process.stdout.write(`\n${lines.join('\n')}\n\n`);
});

test.each(CASES)('$name: warm $warm, cold $cold', async ({ name, given, act, warm: whenWarm, cold: whenCold }) => {
  const account = async (node: CosmosNode): Promise<Account> => {
    const parameter = (await given?.(warm)) ?? '';
    standIn.account.takeAccount();
    await act(node, parameter);
    const taken = standIn.account.takeAccount();
    expect(taken.requests.crossPartitionQuery).toBe(0);
    expect(taken.fullScans).toBe(0);
    return taken;
  };
  const cold = await openNode(standIn, clock);
  const first = await account(cold);
  // The warm node has not seen what the cold one wrote: as if there was always another node.
  if (!given) await act(warm, '');
  const usual = await account(warm);
  expect(asked(usual)).toEqual(whenWarm);
  expect(asked(first)).toEqual(whenCold);
  const charged = ({ requestUnits }: Account) => requestUnits.toFixed(1);
  lines.push(`| ${name} | ${described(whenWarm)} | ${charged(usual)} | ${described(whenCold)} | ${charged(first)} |`);
});

test('the first ticket of an instance makes its counter', async () => {
  const other = (await createInstance(warm.environment, { name: 'Facilities' })).record.id;
  await warm.ask(other, 'getInstance', {});
  standIn.account.takeAccount();
  await warm.ask(other, 'createTicket', newTicket());
  expect(asked(standIn.account.takeAccount())).toEqual({ patch: 1, create: 1, batch: 1, pointRead: 1 });
});

test('creates that wait at one moment share a number request', async () => {
  standIn.account.takeAccount();
  await Promise.all(Array.from({ length: 64 }, () => create(warm)));
  const { batch, patch } = standIn.account.takeAccount().requests;
  expect(batch).toBe(64);
  // One for who came first, one for all who came until it was answered.
  expect(patch).toBe(2);
});

test('a worker that is idle looks into each bucket of jobs once in its time, however often it asks', async () => {
  const { jobs } = (await openNode(standIn, clock)).environment.store;
  await jobs.claim({ idle: 1000, too: 1000 }, 4);
  standIn.account.takeAccount();
  for (let ms = 0; ms < SEEN_WITHIN_MS; ms += 500) {
    clock.advance(500);
    await jobs.claim({ idle: 1000, too: 1000 }, 4);
  }
  const { requests, requestUnits } = standIn.account.takeAccount();
  expect(requests).toMatchObject({ query: 16, crossPartitionQuery: 0 });
  lines.push(
    `| a second of waiting for jobs | ${(16_000 / SEEN_WITHIN_MS).toFixed(2)} query | ${((requestUnits * 1000) / SEEN_WITHIN_MS).toFixed(1)} | | |`,
  );
});

test('a change that meets somebody else’s reads and writes once more', async () => {
  const one = await fresh(warm);
  const other = await openNode(standIn, clock);
  const change = (node: CosmosNode, title: string) =>
    node.ask(id, 'updateTicket', { ticketId: one, ticket: { title } });
  await change(other, 'Warmed up');
  standIn.account.takeAccount();
  await Promise.all([change(warm, 'Mine'), change(other, 'Theirs')]);
  expect(asked(standIn.account.takeAccount())).toEqual({ pointRead: 3, batch: 3 });
});
