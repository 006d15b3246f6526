import { beforeEach, describe, expect, test } from '@jest/globals';
import { AppError } from '../../api/contract/errors.ts';
import type { Input } from '../../api/contract/operations.ts';
import { createInstance } from '../../api/core/instances.ts';
import { fakeClock } from '../helpers/clock.ts';
import type { FaultKind, FaultOptions, RequestDescription } from '../helpers/cosmos/faults.ts';
import { type CosmosStandIn, cosmosStandIn } from '../helpers/cosmos/stand-in.ts';
import { person } from '../helpers/documents.ts';
import { type CosmosNode, openNode } from './cosmos-node.ts';

const WRITERS = 16;
/** How often a client repeats a request that was answered with 503. */
const PATIENCE = 200;

const clock = fakeClock();
let standIn: CosmosStandIn;
let nodes: CosmosNode[];
let id: string;
/** How many requests have met a fault. */
let met: number;
beforeEach(async () => {
  met = 0;
  standIn = cosmosStandIn({ now: clock.now });
  nodes = await Promise.all([openNode(standIn, clock), openNode(standIn, clock)]);
  id = (await createInstance(nodes[0]!.environment, { name: 'IT Help Desk' })).record.id;
});

const isData = ({ kind }: RequestDescription) => kind !== 'metadata' && kind !== 'queryPlan';
const isBatch = ({ kind }: RequestDescription) => kind === 'batch';

/** Every so manieth request that fits meets the fault, from now on. */
function plan(kind: FaultKind, every: number, options: FaultOptions = {}): void {
  const { match = isData } = options;
  let seen = 0;
  standIn.faults.next(kind, {
    times: Number.POSITIVE_INFINITY,
    ...options,
    match: (request) => {
      const meets = match(request) && ++seen % every === 0;
      if (meets) met += 1;
      return meets;
    },
  });
}

const ticket = (title: string): Input<'createTicket'> => ({ ticket: { title, requestor: person('Ada') } });

/** Fails the test unless it is a 503 that says when to come again. */
function expectUnavailable(error: unknown): void {
  if (!(error instanceof AppError)) throw error;
  expect(error).toMatchObject({ code: 'unavailable', retryAfter: expect.any(Number) });
  expect(error.retryAfter).toBeGreaterThanOrEqual(1);
}

/** As a client does it: what was answered with 503 is asked again, under the same key. */
async function persist<T>(ask: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask();
    } catch (error) {
      expectUnavailable(error);
      if (attempt === PATIENCE) throw error;
    }
  }
}

interface Written {
  /** Of the tickets that were acknowledged, by their ids. */
  numbers: Map<string, number>;
  sharedId: string;
  /** Comments on the shared ticket: those that were acknowledged, and those of which nobody knows. */
  acknowledged: string[];
  unknown: string[];
}

/** What sixteen clients do at once, on two nodes: each makes a ticket and changes it, and all work on one more. */
async function write(): Promise<Written> {
  const shared = await persist(() => nodes[0]!.ask(id, 'createTicket', ticket('Shared'), 'shared'));
  const sharedId = shared.result.item.value.id;
  const written: Written = { numbers: new Map(), sharedId, acknowledged: [], unknown: [] };
  const client = async (writer: number): Promise<void> => {
    const node = nodes[writer % nodes.length]!;
    const create = () => node.ask(id, 'createTicket', ticket(`Ticket ${writer}`), `create ${writer}`);
    const mine = (await persist(create)).result.item.value;
    written.numbers.set(mine.id, mine.ticketNo);
    const update = { ticketId: mine.id, ticket: { title: `Changed ${writer}` } };
    await persist(() => node.ask(id, 'updateTicket', update, `update ${writer}`));
    const keyed = { ticketId: sharedId, comment: `keyed${writer}` };
    await persist(() => node.ask(id, 'addComment', keyed, `comment ${writer}`));
    written.acknowledged.push(keyed.comment);
    const once = { ticketId: sharedId, comment: `once${writer}` };
    try {
      await node.ask(id, 'addComment', once);
      written.acknowledged.push(once.comment);
    } catch (error) {
      expectUnavailable(error);
      written.unknown.push(once.comment);
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, (_, writer) => client(writer)));
  return written;
}

/** Looks with a node that remembers nothing: what was acknowledged is there, once, and so are its events. */
async function expectAllThere({ numbers, sharedId, acknowledged, unknown }: Written): Promise<void> {
  const node = await openNode(standIn, clock);
  const list = (await node.ask(id, 'listTickets', { limit: 100 })).result;
  const titles = Array.from({ length: WRITERS }, (_, writer) => `Changed ${writer}`);
  const found = list.items.map(({ value }) => value);
  expect(found.map(({ title }) => title).toSorted()).toEqual(['Shared', ...titles].toSorted());
  expect(list.itemCount).toBe(WRITERS + 1);
  expect(new Set(found.map(({ ticketNo }) => ticketNo)).size).toBe(WRITERS + 1);
  for (const [ticketId, number] of numbers) expect(found.find((one) => one.id === ticketId)?.ticketNo).toBe(number);

  const activities: string[] = [];
  for (const { id: ticketId } of found) {
    const { items } = (await node.ask(id, 'listActivities', { ticketId })).result;
    const history = items.map(({ value }) => value).toReversed();
    activities.push(...history.map((activity) => activity.id));
    if (ticketId !== sharedId) {
      expect(history.map(({ action }) => action)).toEqual(['created', 'updated']);
      continue;
    }
    const comments = history.filter(({ action }) => action === 'commented').map(({ comment }) => comment);
    // Nobody asked again for those of which nobody knows: each is there once at most.
    expect(new Set(comments).size).toBe(comments.length);
    expect(comments.filter((comment) => !unknown.includes(comment)).toSorted()).toEqual(acknowledged.toSorted());
    for (const comment of comments) {
      expect((await node.ask(id, 'listTickets', { search: comment })).result.itemCount).toBe(1);
    }
  }
  expect([...(await activitiesOfFeed(node))].toSorted()).toEqual(activities.toSorted());
}

/** What the events of the feed are about. A page may come again, but the feed does come to its end. */
async function activitiesOfFeed(node: CosmosNode): Promise<Set<string>> {
  const found = new Set<string>();
  let cursor = '';
  for (let pages = 1; pages < 100; pages++) {
    const page = await node.environment.store.changes(cursor, 7);
    if (page.events.length === 0) return found;
    for (const { event } of page.events) found.add(event.activityId!);
    cursor = page.cursor;
  }
  throw new Error('The feed has no end');
}

const FAULTS: [string, () => void][] = [
  ['429 on every second request', () => plan(429, 2)],
  ['storms of 429, longer than anybody waits', () => plan(429, 1, { times: 500 })],
  ['412, as if somebody else was faster', () => plan(412, 3, { match: isBatch })],
  ['449 on every second request', () => plan(449, 2)],
  ['410 on every third request', () => plan(410, 3)],
  ['503 on every third request', () => plan(503, 3)],
  ['503 on every second batch', () => plan(503, 2, { match: isBatch })],
  ['a connection that breaks before every third request', () => plan('reset-before-commit', 3)],
  ['an answer that is lost after every third request', () => plan('timeout-after-commit', 3)],
  ['an answer that is lost after every batch', () => plan('timeout-after-commit', 1, { match: isBatch })],
  [
    'all of them at once',
    () => {
      plan('timeout-after-commit', 11);
      plan('reset-before-commit', 13);
      plan(412, 7, { match: isBatch });
      plan('short-page', 2, { documents: 2 });
      for (const [index, status] of ([429, 449, 410, 503] as const).entries()) plan(status, 9 + index * 8);
    },
  ],
];

describe('sixteen writers on two nodes lose and double nothing under', () => {
  test.each(FAULTS)('%s', async (_, begin) => {
    begin();
    const written = await write();
    standIn.faults.clear();
    expect(met).toBeGreaterThan(20);
    await expectAllThere(written);
  });

  test.each<[string, () => void]>([
    ['lists that stop early', () => plan('short-page', 1, { documents: 3 })],
    [
      'a feed that delivers pages again',
      () => plan('duplicate-page', 3, { match: ({ kind }) => kind === 'changeFeed' }),
    ],
    ['a feed that is put off', () => plan(410, 2, { match: ({ kind }) => kind === 'changeFeed' })],
    [
      'a feed whose connection breaks',
      () => plan('reset-before-commit', 2, { match: ({ kind }) => kind === 'changeFeed' }),
    ],
  ])('%s, seen by who reads', async (_, begin) => {
    const written = await write();
    begin();
    await expectAllThere(written);
    expect(met).toBeGreaterThan(3);
  });
});
