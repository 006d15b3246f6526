import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { rowOf } from '../../api/store/filter.ts';
import {
  fold,
  followerTerm,
  KINDS,
  originTerm,
  requestorTerm,
  resolutionTerm,
  unseenTerm,
} from '../../api/store/kinds.ts';
import { openSqlite } from '../../api/store/sqlite.ts';
import { MIGRATIONS, TICKET_BITS } from '../../api/store/sqlite-schema.ts';
import { SqliteSearch } from '../../api/store/sqlite-search.ts';
import type { Query, Store, Where } from '../../api/store/store.ts';
import { fakeClock } from '../helpers/clock.ts';
import { activityDocument, instanceRecord, keyRecord, person, ticketDocument, uuid } from '../helpers/documents.ts';
import { change } from './subject.ts';

const { now } = fakeClock();
const ID = uuid(900);
const REQUESTORS = [person('Ada'), person('Éva'), { ...person('Ada'), id: 'ADA-ID' }];
const TICKETS = Array.from({ length: 6 }, (_, index) =>
  ticketDocument({
    ticketNo: index + 1,
    requestor: REQUESTORS[index % 3]!,
    followers: index === 4 ? [person('Ada')] : [],
    ...(index === 1 && { resolution: 'Überholt', requestorUnseenEventCnt: 2 }),
    ...(index === 3 && { origin: 'bot', assignee: person('Éva'), assigneeUnseenEventCnt: 1 }),
  }),
);
const COMMENTS = TICKETS.map((ticket, index) =>
  activityDocument({
    id: uuid(100 + index),
    ticketId: ticket.id,
    comment: `remark ${index}`,
    isPrivate: index % 2 === 1,
  }),
);

/** The columns that each version added to these tables. */
const ADDED_LATER = ['isPrivate', 'firstResponseOn', 'lastResolutionOn', 'action', 'openInteraction'];

/** A file as version 1 of the schema made it, by its own rules. */
function writeVersion1(path: string): void {
  const db = new DatabaseSync(path);
  db.exec(MIGRATIONS[0]!);
  db.exec('PRAGMA user_version = 1');
  const insert = (table: string, columns: Record<string, string | number | null>): void => {
    const names = Object.keys(columns).filter((name) => !ADDED_LATER.includes(name));
    db.prepare(`INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`).run(
      ...names.map((name) => columns[name]!),
    );
  };
  insert('instances', {
    instanceNo: 1,
    id: ID,
    lastTicketNo: TICKETS.length,
    json: JSON.stringify(instanceRecord({ id: ID })),
  });
  const key = keyRecord({ instanceId: ID });
  insert('keys', { hash: key.hash, instanceId: ID, slot: key.slot, version: 1, json: JSON.stringify(key) });
  const search = new SqliteSearch((text) => db.prepare(text));
  for (const [index, ticket] of TICKETS.entries()) {
    const row = 2 ** TICKET_BITS + ticket.ticketNo;
    const { fields, terms } = rowOf(KINDS.ticket, ticket);
    const json = JSON.stringify(ticket);
    insert('tickets', { row, instanceNo: 1, id: ticket.id, version: 3, parts: 1, ...fields, json, hidden: null });
    for (const term of terms.filter((one) => !/^(requestor|origin|resolution|unseen):/.test(one)))
      insert('terms', { instanceNo: 1, term, row });
    search.index(row, 0, false, fold(`${ticket.ticketNo} ${ticket.title}`));
    const comment = COMMENTS[index]!;
    const activity = { ...rowOf(KINDS.activity, comment).fields, json: JSON.stringify(comment), hidden: null };
    insert('activities', { instanceNo: 1, version: 1, ...activity });
    search.index(row, 1, comment.isPrivate, fold(comment.comment));
  }
  insert('documents', { instanceNo: 1, kind: 'reply', id: 'a key', version: 1, expiresOn: '', json: '{"digest":"x"}' });
  insert('events', { instanceNo: 1, at: now().toISOString(), json: '{"id":"an event"}' });
  db.close();
}

describe('a file of version 1', () => {
  let folder: string;
  let store: Store;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tickets-'));
    writeVersion1(join(folder, 'tickets.db'));
    store = openSqlite(join(folder, 'tickets.db'), now);
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });

  const numbers = async (where: Where): Promise<number[]> => {
    const query: Query = { where, orderBy: 'ticketNo', direction: 'ASC', limit: 100 };
    const { items } = await store.instance(ID).list('ticket', query);
    expect(await store.instance(ID).count('ticket', where)).toBe(items.length);
    return items.map((stored) => stored.value.ticketNo);
  };

  test('keeps what it had', async () => {
    expect(await store.registry.instances()).toEqual([instanceRecord({ id: ID })]);
    expect(await store.registry.keyByHash('hash')).toEqual(keyRecord({ instanceId: ID }));
    for (const ticket of TICKETS) {
      expect(await store.instance(ID).get('ticket', ticket.id)).toMatchObject({ version: 3, value: ticket });
    }
    for (const comment of COMMENTS) {
      expect(await store.instance(ID).get('activity', comment.id)).toMatchObject({ version: 1, value: comment });
    }
    expect((await store.instance(ID).get('reply', 'a key'))!.value).toEqual({ digest: 'x' });
    expect((await store.changes('', 10)).events).toMatchObject([{ instanceId: ID, event: { id: 'an event' } }]);
    expect(await store.instance(ID).commitNumbered((number) => ({ changes: [], result: number }))).toBe(7);
  });

  test('finds its tickets by who asked for them, also once they have changed', async () => {
    expect(await numbers({ terms: [requestorTerm('ada-id')] })).toEqual([1, 3, 4, 6]);
    expect(await numbers({ terms: [requestorTerm('ÉVA-id')] })).toEqual([2, 5]);
    expect(await numbers({ terms: [requestorTerm('ada-id'), followerTerm('ada-id')] })).toEqual([1, 3, 4, 5, 6]);
    await change(store.instance(ID), uuid(1), { requestor: person('Éva') });
    expect(await numbers({ terms: [requestorTerm('ada-id')] })).toEqual([3, 4, 6]);
    expect(await numbers({ terms: [requestorTerm('éva-id')] })).toEqual([1, 2, 5]);
  });

  test('finds its tickets by where they came from, how they ended and whom they are new for, also once they have changed', async () => {
    expect(await numbers({ terms: [originTerm('bot')] })).toEqual([4]);
    expect(await numbers({ terms: [unseenTerm('assignee', 'ÉVA-id')] })).toEqual([4]);
    expect(await numbers({ terms: [unseenTerm('requestor', 'ÉVA-id')] })).toEqual([2]);
    expect(await numbers({ terms: [resolutionTerm('ÜBERHOLT')] })).toEqual([2]);
    await change(store.instance(ID), uuid(2), { resolution: 'fixed', requestorUnseenEventCnt: 0 });
    expect(await numbers({ terms: [resolutionTerm('Überholt')] })).toEqual([]);
    expect(await numbers({ terms: [unseenTerm('requestor', 'éva-id')] })).toEqual([]);
    expect(await numbers({ terms: [resolutionTerm('fixed')] })).toEqual([2]);
  });

  test('knows which of its comments are private', async () => {
    const found = async (isPrivate: number) => {
      const query: Query = {
        where: { field: 'isPrivate', in: [isPrivate] },
        orderBy: 'id',
        direction: 'ASC',
        limit: 10,
      };
      return (await store.instance(ID).list('activity', query)).items.map(({ id }) => id);
    };
    expect(await found(0)).toEqual([uuid(100), uuid(102), uuid(104)]);
    expect(await found(1)).toEqual([uuid(101), uuid(103), uuid(105)]);
    expect(await numbers({ words: ['remark'] })).toEqual([1, 2, 3, 4, 5, 6]);
    expect(await numbers({ words: ['remark'], isPublicOnly: true })).toEqual([1, 3, 5]);
  });

  test('takes records and jobs, and is opened again as it is', async () => {
    await store.registry.putRecord('conversation', 'x', { instanceId: ID, conversation: null }, null);
    const job = { id: 'a job', kind: 'work', instanceId: ID, dueOn: now().toISOString(), payload: {} };
    await store.jobs.put([job]);
    await store.close();
    store = openSqlite(join(folder, 'tickets.db'), now);
    expect(await store.registry.record('conversation', 'x')).toMatchObject({ version: 1 });
    expect(await store.jobs.claim({ work: 1000 }, 10)).toMatchObject([job]);
    expect(await numbers({ terms: [requestorTerm('ada-id')] })).toEqual([1, 3, 4, 6]);
  });
});
