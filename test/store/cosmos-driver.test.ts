import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Change, Job, Store } from '../../api/store/store.ts';
import { fakeClock } from '../helpers/clock.ts';
import type { CosmosStandIn } from '../helpers/cosmos/stand-in.ts';
import {
  activityDocument,
  eventDocument,
  instanceDocument,
  instanceRecord,
  keyRecord,
  tagCategoryDocument,
  ticketDocument,
  uuid,
} from '../helpers/documents.ts';
import { type CosmosPair, openPair } from './cosmos-node.ts';
import { eventsOf } from './subject.ts';

/** What only this driver has to promise: that nodes share an account, and that answers of an account get lost. */

const id = uuid(1);
const clock = fakeClock();
let pair: CosmosPair;
let standIn: CosmosStandIn;
let here: Store;
let there: Store;
beforeEach(async () => {
  pair = await openPair(clock);
  ({ standIn, here, there } = pair);
  const settings: Change = { put: 'instance', id, value: instanceDocument(), replaces: null };
  await here.registry.createInstance(instanceRecord(), [settings], [keyRecord()]);
});

const loseNextBatch = () => standIn.faults.next('timeout-after-commit', { match: ({ kind }) => kind === 'batch' });
const put = (title: string, replaces: number | null): Change => ({
  put: 'ticket',
  id: uuid(1),
  value: ticketDocument({ title }),
  replaces,
});

describe('a commit whose answer is lost', () => {
  test('is acknowledged once it is found', async () => {
    loseNextBatch();
    await here.instance(id).commit([put('One', null), { event: eventDocument() }]);
    expect(standIn.faults.clear()).toBe(0);
    expect(await there.instance(id).get('ticket', uuid(1))).toMatchObject({ version: 1, value: { title: 'One' } });
  });

  test('is found although somebody has changed its ticket since', async () => {
    await here.instance(id).commit([put('One', null)]);
    loseNextBatch();
    pair.meanwhile(() => there.instance(id).commit([put('Three', 2)]));
    const activity: Change = { put: 'activity', id: uuid(5), value: activityDocument({ id: uuid(5) }), replaces: null };
    await here.instance(id).commit([put('Two', 1), activity, { event: eventDocument({ id: uuid(6) }) }]);
    expect(await here.instance(id).get('ticket', uuid(1))).toMatchObject({ version: 3, value: { title: 'Three' } });
    expect((await eventsOf(here, id, '')).events.map((event) => event.id)).toEqual([uuid(6)]);
  });

  test.each<[string, Change[]]>([
    ['a new document', [put('One', 1)]],
    ['a deletion', [{ delete: 'ticket', id: uuid(1), replaces: 1 }]],
  ])('does not happen to %s that somebody else changed first', async (_, changes) => {
    await there.instance(id).commit([put('One', null)]);
    await here.instance(id).get('ticket', uuid(1));
    await there.instance(id).commit([put('Two', 1)]);
    standIn.faults.next('timeout-after-commit', { times: 2, match: ({ kind }) => kind === 'batch' });
    await expect(here.instance(id).commit(changes)).rejects.toMatchObject({ code: 'conflict' });
    expect(await there.instance(id).get('ticket', uuid(1))).toMatchObject({ version: 2, value: { title: 'Two' } });
  });

  test('does not make the next one forget to look at what it replaces', async () => {
    await here.instance(id).commit([put('One', null)]);
    loseNextBatch();
    await here.instance(id).commit([put('Two', 1)]);
    await there.instance(id).commit([put('Three', 2)]);
    await expect(here.instance(id).commit([put('Lost', 2)])).rejects.toMatchObject({ code: 'conflict' });
    expect(await there.instance(id).get('ticket', uuid(1))).toMatchObject({ version: 3, value: { title: 'Three' } });
  });

  test('happens once although the connection broke before it and after it', async () => {
    standIn.faults.next('reset-before-commit', { times: 3, match: ({ kind }) => kind === 'batch' });
    standIn.faults.next('timeout-after-commit', { times: 3, match: ({ kind }) => kind === 'batch' });
    const number = await here.instance(id).commitNumbered((ticketNo) => ({
      changes: [put(String(ticketNo), null), { event: eventDocument() }],
      result: ticketNo,
    }));
    expect(await here.instance(id).get('ticket', uuid(1))).toMatchObject({ value: { title: String(number) } });
    expect((await eventsOf(here, id, '')).events).toHaveLength(1);
  });
});

describe('a node', () => {
  test.each<[string, Change[], Change[]]>([
    ['a change', [put('Two', 1)], [put('Lost', 1)]],
    ['a deletion', [{ delete: 'ticket', id: uuid(1), replaces: 1 }], [put('Lost', 1)]],
    ['a change', [put('Two', 1)], [{ delete: 'ticket', id: uuid(1), replaces: 1 }]],
    [
      'a deletion and a new beginning',
      [{ delete: 'ticket', id: uuid(1), replaces: 1 }, { ...put('New', null), id: uuid(1) } as Change],
      [put('Lost', 1)],
    ],
  ])('that remembers a document from before %s of another node conflicts', async (_, theirs, mine) => {
    await here.instance(id).commit([put('One', null)]);
    await there.instance(id).get('ticket', uuid(1));
    for (const change of theirs) await there.instance(id).commit([change]);
    await expect(here.instance(id).commit(mine)).rejects.toMatchObject({ code: 'conflict' });
  });

  test('sees the settings of another node within two seconds, and a key that was replaced there', async () => {
    const settings = async () => (await there.instance(id).get('instance', id))!.value.name;
    expect([await settings(), (await there.registry.keyByHash('hash'))?.slot]).toEqual(['IT Help Desk', 'primary']);
    const value = instanceDocument({ name: 'Renamed' });
    await here.instance(id).commit([{ put: 'instance', id, value, replaces: 1 }]);
    await here.registry.putKey(keyRecord({ hash: 'another' }), 1);
    clock.advance(2000);
    expect([await settings(), await there.registry.keyByHash('hash')]).toEqual(['Renamed', null]);
  });

  test('asked for the settings as they are now sees those of another node at once', async () => {
    const settings = async (asOf?: 'now') => (await there.instance(id).get('instance', id, asOf))!.value.name;
    expect(await settings()).toBe('IT Help Desk');
    const value = instanceDocument({ name: 'Renamed' });
    await here.instance(id).commit([{ put: 'instance', id, value, replaces: 1 }]);
    expect([await settings(), await settings('now'), await settings()]).toEqual(['IT Help Desk', 'Renamed', 'Renamed']);
  });

  test('keeps what it remembers of settings from who gets them, and from who wrote them', async () => {
    const value = instanceDocument({ name: 'Renamed' });
    await here.instance(id).commit([{ put: 'instance', id, value, replaces: 1 }]);
    value.name = 'Mine';
    (await here.instance(id).get('instance', id))!.value.name = 'Mine too';
    expect((await here.instance(id).get('instance', id))!.value.name).toBe('Renamed');
  });

  test('puts any text into an id, and gives it back', async () => {
    const odd = ['a/b', 'a\\b', 'a?b', 'a#b', '..', '~', '~002f', '/', ' ', 'é', '😀', '\ud800', '%2f', "'", '"'];
    const values = odd.map((text): Change => {
      return { put: 'tagCategory', id: text, value: tagCategoryDocument({ text }), replaces: null };
    });
    await here.instance(id).commit(values);
    for (const text of odd) {
      expect(await there.instance(id).get('tagCategory', text)).toMatchObject({ id: text, version: 1 });
    }
    for (const text of ['a', '', '%2F', 'x'.repeat(5000)]) {
      expect(await there.instance(id).get('tagCategory', text)).toBeNull();
    }
  });
});

test.each([1, 2, 7])(
  'a list and its count are whole although each query stops after %d documents',
  async (documents) => {
    const values = Array.from({ length: 20 }, (_, index) => ticketDocument({ ticketNo: index + 1 }));
    await here
      .instance(id)
      .commit(values.map((value): Change => ({ put: 'ticket', id: value.id, value, replaces: null })));
    standIn.faults.next('short-page', { times: 1000, documents });
    const where = { field: 'ticketNo', from: 4 };
    expect(await here.instance(id).count('ticket', where)).toBe(17);
    const page = { where, orderBy: 'ticketNo', direction: 'ASC', limit: 6, offset: 2, counted: where } as const;
    const { items, count } = await here.instance(id).list('ticket', page);
    expect(items.map(({ value }) => value.ticketNo)).toEqual([6, 7, 8, 9, 10, 11]);
    expect(count).toBe(17);
  },
);

describe('the registry', () => {
  test('acknowledges a key and an instance whose answers were lost', async () => {
    const match = ({ kind, path }: { kind: string; path: string }) => kind !== 'pointRead' && path.includes('registry');
    standIn.faults.next('timeout-after-commit', { times: 2, match });
    await here.registry.putKey(keyRecord({ hash: 'another' }), 1);
    expect(standIn.faults.clear()).toBe(0);
    expect(await there.registry.keyByHash('another')).toMatchObject({ version: 2 });

    standIn.faults.next('timeout-after-commit', { times: 2, match });
    await here.registry.createInstance(instanceRecord({ id: uuid(2) }), [], [keyRecord({ hash: 'second' })]);
    expect((await there.registry.instances()).map((record) => record.id)).toEqual([id, uuid(2)]);
  });

  test('acknowledges a record whose answers were lost', async () => {
    const value = { instanceId: id, conversation: null };
    const isWrite = ({ kind }: { kind: string }) => kind !== 'pointRead';
    for (const replaces of [null, 1]) {
      standIn.faults.next('timeout-after-commit', { times: 2, match: isWrite });
      await here.registry.putRecord('conversation', 'x', value, replaces);
      expect(standIn.faults.clear()).toBe(0);
    }
    expect(await there.registry.record('conversation', 'x')).toEqual({ value, version: 2 });
  });

  test.each([null, 1])(
    'refuses a record that somebody else wrote while the answers were lost, of version %s',
    async (replaces) => {
      const theirs = { instanceId: 'theirs', conversation: null };
      if (replaces !== null) await there.registry.putRecord('conversation', 'x', theirs, null);
      standIn.faults.next('reset-before-commit', { match: ({ kind }) => kind !== 'pointRead' });
      pair.meanwhile(() => there.registry.putRecord('conversation', 'x', theirs, replaces));
      const mine = here.registry.putRecord('conversation', 'x', { instanceId: id, conversation: null }, replaces);
      await expect(mine).rejects.toMatchObject({ code: 'conflict' });
      expect(await there.registry.record('conversation', 'x')).toEqual({ value: theirs, version: (replaces ?? 0) + 1 });
    },
  );

  test('has each instance once', async () => {
    const again = here.registry.createInstance(instanceRecord({ name: 'Again' }), [], []);
    await expect(again).rejects.toMatchObject({ code: 'conflict' });
    expect(await there.registry.instances()).toMatchObject([{ name: 'IT Help Desk' }]);
  });
});

describe('an account that has no time', () => {
  const instance = () => here.instance(id);
  const where = { and: [] };
  const page = { where, orderBy: 'ticketNo', direction: 'ASC', limit: 5 } as const;
  const job: Job = {
    ...{ id: 'a job', kind: 'work', instanceId: id, dueOn: '2026-01-01T00:00:00.000Z', payload: {} },
    ...{ attempts: 0, lastError: '', fence: 1 },
  };
  const ASKED: [string, () => Promise<unknown>, queries?: number][] = [
    ['get', () => instance().get('ticket', uuid(1))],
    ['list', () => instance().list('ticket', page)],
    ['count', () => instance().count('ticket', where)],
    ['commit', () => instance().commit([put('One', null)])],
    ['commitNumbered', () => instance().commitNumbered(() => ({ changes: [put('One', null)], result: 1 }))],
    ['changes', () => here.changes('', 5)],
    ['createInstance', () => here.registry.createInstance(instanceRecord({ id: uuid(3) }), [], [])],
    ['instances', () => here.registry.instances()],
    ['keyByHash', () => here.registry.keyByHash('unknown')],
    ['keys', () => here.registry.keys(id)],
    ['putKey', () => here.registry.putKey(keyRecord({ hash: 'another' }), 1)],
    ['record', () => here.registry.record('conversation', 'x')],
    ['putRecord', () => here.registry.putRecord('conversation', 'x', { instanceId: id, conversation: null }, 1)],
    ['latest', () => here.latest()],
    ['jobs.put', () => here.jobs.put([job])],
    // The first claim of a node looks into all buckets.
    ['jobs.claim', () => here.jobs.claim({ work: 1000 }, 1), 16],
    ['jobs.finish', () => here.jobs.finish(job)],
    ['jobs.reschedule', () => here.jobs.reschedule(job, { dueOn: job.dueOn })],
  ];

  test.each(ASKED)('for %s is unavailable, and is not asked for ever', async (_, ask, queries = 1) => {
    standIn.account.takeAccount();
    standIn.faults.next(429, { times: 1000, match: () => true });
    await expect(ask()).rejects.toMatchObject({ code: 'unavailable', retryAfter: 1 });
    expect(standIn.account.takeAccount().total).toBeLessThan(20 * queries);
    standIn.faults.clear();
    expect(await there.instance(id).count('ticket', where)).toBe(0);
  });

  test('or cannot be reached is unavailable too', async () => {
    standIn.faults.next('reset-before-commit', { times: 1000 });
    await expect(instance().commit([put('One', null)])).rejects.toMatchObject({ code: 'unavailable', retryAfter: 1 });
    standIn.faults.clear();
    expect(await there.instance(id).count('ticket', where)).toBe(0);
  });

  test.each(ASKED)('for half a minute: %s hands that on at once', async (_, ask, queries = 2) => {
    standIn.account.takeAccount();
    standIn.faults.next(429, { times: 1000, match: () => true, retryAfterMs: 30_000 });
    await expect(ask()).rejects.toMatchObject({ code: 'unavailable', retryAfter: 30 });
    // A query across partitions asks for its plan besides.
    expect(standIn.account.takeAccount().total).toBeLessThanOrEqual(queries);
  });
});
