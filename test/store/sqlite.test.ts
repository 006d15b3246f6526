import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { fail } from '../../api/contract/errors.ts';
import { openSqlite } from '../../api/store/sqlite.ts';
import { prepareDatabase } from '../../api/store/sqlite-schema.ts';
import type { InstanceStore, Store, Where } from '../../api/store/store.ts';
import { fakeClock } from '../helpers/clock.ts';
import {
  activityDocument,
  eventDocument,
  instanceDocument,
  instanceRecord,
  keyRecord,
  ticketDocument,
  uuid,
} from '../helpers/documents.ts';
import { storeContract } from './store-contract.ts';
import { change, EVERYTHING, newInstance, putNew } from './subject.ts';

const newFolder = (): string => mkdtempSync(join(tmpdir(), 'tickets-'));

storeContract('the store in memory', async (now) => {
  const store = openSqlite(':memory:', now);
  return { store, close: () => store.close() };
});

storeContract('the store in a file', async (now) => {
  const folder = newFolder();
  const store = openSqlite(join(folder, 'tickets.db'), now);
  return {
    store,
    async close() {
      await store.close();
      rmSync(folder, { recursive: true });
    },
  };
});

const { now } = fakeClock();
let folder: string;
let path: string;
let opened: Store[];
beforeEach(() => {
  folder = newFolder();
  path = join(folder, 'tickets.db');
  opened = [];
});
afterEach(async () => {
  for (const store of opened) await store.close();
  rmSync(folder, { recursive: true });
});
function open(): Store {
  const store = openSqlite(path, now);
  opened.push(store);
  return store;
}
async function reopen(store: Store): Promise<Store> {
  await store.close();
  opened = opened.filter((one) => one !== store);
  return open();
}

describe('a file', () => {
  test('keeps everything when it is closed and opened again', async () => {
    let store = open();
    const id = uuid(500);
    const key = keyRecord({ instanceId: id });
    const settings = { put: 'instance', id, value: instanceDocument({ id }), replaces: null } as const;
    await store.registry.createInstance(instanceRecord({ id }), [settings], [key]);
    const ticket = ticketDocument({ tags: [{ tagCategoryId: 'net', text: 'LAN' }] });
    const hidden = { description_HTML: '<p>é</p>' };
    await store.instance(id).commitNumbered((ticketNo) => ({
      changes: [
        { put: 'ticket', id: ticket.id, value: { ...ticket, ticketNo }, hidden, replaces: null },
        { put: 'activity', id: uuid(1), value: activityDocument(), replaces: null },
        { event: eventDocument() },
      ],
      result: ticketNo,
    }));
    await change(store.instance(id), ticket.id, { title: 'Changed' });
    const { cursor } = await store.changes('', 10);

    store = await reopen(store);
    const instance = store.instance(id);
    const stored = await instance.get('ticket', ticket.id);
    expect(stored).toMatchObject({ version: 2, json: JSON.stringify({ ...ticket, title: 'Changed' }) });
    expect((await instance.get('activity', uuid(1)))!.value).toEqual(activityDocument());
    expect((await instance.get('instance', id))!.version).toBe(1);
    expect(await store.registry.instances()).toEqual([instanceRecord({ id })]);
    expect(await store.registry.keyByHash(key.hash)).toEqual(key);
    const finds: Where[] = [{ words: ['works'] }, { words: ['ch'] }, { terms: ['tag:net_lan'] }, EVERYTHING];
    for (const where of finds) expect(await instance.count('ticket', where)).toBe(1);
    expect(await store.changes('', 10)).toEqual({ events: [{ instanceId: id, event: eventDocument() }], cursor });
    expect(await store.changes(cursor, 10)).toEqual({ events: [], cursor });
    expect(await instance.commitNumbered((number) => ({ changes: [], result: number }))).toBe(2);
  });

  test('is written ahead to a log that every connection uses', () => {
    open();
    const other = new DatabaseSync(path);
    expect(other.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
    other.close();
  });

  test('is opened by a connection that waits for the disk at every commit', () => {
    const db = new DatabaseSync(path);
    db.exec('PRAGMA synchronous = OFF');
    prepareDatabase(db);
    expect(db.prepare('PRAGMA synchronous').get()).toEqual({ synchronous: 2 });
    db.close();
  });

  test('is refused by a connection that cannot be made to wait', () => {
    const db = new DatabaseSync(path);
    db.exec('PRAGMA synchronous = NORMAL');
    // Whatever sets it from here on has no effect, as in a build of SQLite that fixes it.
    db.setAuthorizer((_, pragma, value) => (pragma === 'synchronous' && value !== null ? 2 : 0));
    expect(() => prepareDatabase(db)).toThrow('SQLite runs with synchronous=1 instead of FULL (2)');
    db.close();
  });

  test('of a newer schema is refused by a message that names it, and is left as it was', async () => {
    await open().close();
    opened = [];
    const db = new DatabaseSync(path);
    db.exec('PRAGMA user_version = 99');
    expect(() => openSqlite(path, now)).toThrow(/newer version.*schema 99/);
    expect(db.prepare('PRAGMA user_version').get()).toEqual({ user_version: 99 });
    db.close();
  });

  test('keeps no text of a deleted ticket to search in', async () => {
    const { instance } = await newInstance(open());
    const tags = [{ tagCategoryId: 'net', text: 'LAN' }];
    await putNew(instance, 'ticket', [ticketDocument({ tags })]);
    await putNew(instance, 'activity', [activityDocument()]);
    const db = new DatabaseSync(path);
    const rowsOf = (table: string) => db.prepare(`SELECT count(*) AS n FROM ${table}`).get()!.n;
    const tables = ['tickets', 'terms', 'texts', 'search_docsize'];
    expect(tables.map(rowsOf)).toEqual([1, 3, 2, 2]);
    await instance.commit([{ delete: 'ticket', id: uuid(1), replaces: 1 }]);
    expect(tables.map(rowsOf)).toEqual([0, 0, 0, 0]);
    db.close();
  });

  test('keeps of a finished job that it was done, and nothing of what it was about', async () => {
    const { jobs } = open();
    const job = { id: 'a job', kind: 'work', instanceId: '', dueOn: now().toISOString(), payload: { name: 'Ada' } };
    await jobs.put([job]);
    const [claimed] = await jobs.claim({ work: 1000 }, 1);
    await jobs.finish(claimed!);
    const db = new DatabaseSync(path);
    expect(db.prepare('SELECT id, payload FROM jobs').all()).toEqual([{ id: 'a job', payload: '{}' }]);
    db.close();
  });

  test('is read while another connection writes', async () => {
    const store = open();
    const { instance } = await newInstance(store);
    await putNew(instance, 'ticket', [ticketDocument()]);
    const writer = new DatabaseSync(path);
    writer.exec('BEGIN IMMEDIATE; DELETE FROM tickets;');
    expect((await instance.get('ticket', uuid(1)))!.version).toBe(1);
    expect(await instance.count('ticket', EVERYTHING)).toBe(1);
    writer.exec('ROLLBACK');
    writer.close();
  });
});

describe('two stores on one file', () => {
  let one: Store;
  let two: Store;
  let id: string;
  let first: InstanceStore;
  let second: InstanceStore;
  beforeEach(async () => {
    one = open();
    two = open();
    ({ id, instance: first } = await newInstance(one));
    second = two.instance(id);
  });

  test('see the commits of each other at once', async () => {
    await putNew(first, 'ticket', [ticketDocument()]);
    expect((await second.get('ticket', uuid(1)))!.version).toBe(1);
    await change(second, uuid(1), { title: 'Changed' });
    expect((await first.get('ticket', uuid(1)))!.value.title).toBe('Changed');
    await first.commit([{ event: eventDocument() }]);
    expect((await two.changes('', 10)).events).toHaveLength(1);
    const stale = { put: 'ticket', id: uuid(1), value: ticketDocument(), replaces: 1 } as const;
    await expect(first.commit([stale])).rejects.toMatchObject({ code: 'conflict' });
  });

  test('who watches is told when every connection can see it', async () => {
    const seen: ReturnType<Store['changes']>[] = [];
    one.watch(() => seen.push(two.changes('', 10)));
    await first.commit([{ event: eventDocument() }]);
    await first.commitNumbered(() => ({ changes: [{ event: eventDocument({ id: uuid(2) }) }], result: 0 }));
    const counts = (await Promise.all(seen)).map(({ events }) => events.length);
    expect(counts).toEqual([1, 2]);
  });

  test('see the keys and the settings that the other changed', async () => {
    const key = keyRecord({ instanceId: id });
    const settings = (name: string, replaces: number | null) =>
      ({ put: 'instance', id, value: instanceDocument({ id, name }), replaces }) as const;
    await one.registry.putKey(key, null);
    await first.commit([settings('before', null)]);
    expect(await one.registry.keyByHash(key.hash)).toEqual(key);
    expect((await first.get('instance', id))!.value.name).toBe('before');
    await two.registry.putKey({ ...key, hash: 'renewed' }, 1);
    await second.commit([settings('after', 1)]);
    expect(await one.registry.keyByHash(key.hash)).toBeNull();
    expect(await one.registry.keyByHash('renewed')).not.toBeNull();
    expect((await first.get('instance', id))!.value.name).toBe('after');
  });

  test('count exactly while they write in turns, whoever remembers what', async () => {
    const open: Where = { field: 'statusId', in: ['open'] };
    const words: Where = { words: ['vpn'] };
    const counts = async () => {
      const found = [];
      for (const instance of [first, second]) {
        found.push(await instance.count('ticket', open), await instance.count('ticket', words));
      }
      return found;
    };
    expect(await counts()).toEqual([0, 0, 0, 0]);
    for (let number = 1; number <= 12; number++) {
      // By ones, then by twos: whose commit came last is not always the other's.
      const writer = number % 2 === 0 || number > 8 ? first : second;
      await putNew(writer, 'ticket', [ticketDocument({ ticketNo: number })]);
      expect(await counts()).toEqual([number, number, number, number]);
    }
    await change(first, uuid(1), { statusId: 'closed' });
    await change(second, uuid(2), { title: 'Printer' });
    expect(await counts()).toEqual([11, 11, 11, 11]);
    await second.commit([{ delete: 'ticket', id: uuid(3), replaces: 1 }]);
    expect(await counts()).toEqual([10, 10, 10, 10]);
  });

  test('draw different numbers', async () => {
    const draw = (instance: InstanceStore) => instance.commitNumbered((number) => ({ changes: [], result: number }));
    const drawn = await Promise.all(Array.from({ length: 20 }, (_, index) => draw(index % 2 === 0 ? first : second)));
    expect(drawn.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  });
});

describe('commits of one turn, which share a transaction', () => {
  const put = (ticketNo: number, replaces: number | null = null) =>
    ({ put: 'ticket', id: uuid(ticketNo), value: ticketDocument({ ticketNo }), replaces }) as const;

  test('succeed and fail each by itself', async () => {
    const store = open();
    const { instance } = await newInstance(store);
    const outcomes = await Promise.allSettled([
      instance.commit([put(101)]),
      instance.commit([put(102), put(103, 5)]),
      instance.commit([put(104), put(101)]),
      instance.commitNumbered(() => fail('invalid_input', 'No title')),
      instance.commitNumbered(() => {
        throw new TypeError('a mistake in a builder');
      }),
      store.instance(uuid(404)).commit([put(105)]),
      instance.commit([put(106)]),
      instance.commit([put(106, 1)]),
      store.registry.putKey(keyRecord(), 3),
    ]);
    const codes = outcomes.map((outcome) => (outcome.status === 'fulfilled' ? 'done' : outcome.reason.code));
    expect(codes).toEqual([
      'done',
      'conflict',
      'conflict',
      'invalid_input',
      'unavailable',
      'not_found',
      'done',
      'done',
      'conflict',
    ]);
    const query = { where: EVERYTHING, orderBy: 'ticketNo', direction: 'ASC', limit: 10 } as const;
    const { items } = await instance.list('ticket', query);
    expect(items.map((stored) => [stored.value.ticketNo, stored.version])).toEqual([
      [101, 1],
      [106, 2],
    ]);
  });

  test('leave no gap in the numbers when some of them fail', async () => {
    const { instance } = await newInstance(open());
    const create = (index: number) =>
      instance.commitNumbered((number) => {
        if (index % 5 === 0) fail('invalid_input', 'No title');
        return { changes: [index % 5 === 1 ? put(number, 9) : put(number)], result: number };
      });
    const outcomes = await Promise.allSettled(Array.from({ length: 50 }, (_, index) => create(index)));
    const drawn = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    expect(drawn).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
    expect(await create(2)).toBe(31);
  });

  test('under way when the store is closed are still taken; later ones are refused', async () => {
    const store = open();
    const { id, instance } = await newInstance(store);
    const underWay = instance.commit([put(1)]);
    const again = await reopen(store);
    await expect(underWay).resolves.toBeUndefined();
    expect(await again.instance(id).get('ticket', uuid(1))).not.toBeNull();
    await expect(instance.commit([put(2)])).rejects.toMatchObject({ code: 'unavailable' });
  });
});
