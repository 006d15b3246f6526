import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { KINDS } from '../../api/store/kinds.ts';
import { openSqlite } from '../../api/store/sqlite.ts';
import { FIND_DUE } from '../../api/store/sqlite-jobs.ts';
import { countSql, pageSql, type Sql } from '../../api/store/sqlite-query.ts';
import { SqliteSearch } from '../../api/store/sqlite-search.ts';
import type { Kind, Position, Query, Where } from '../../api/store/store.ts';
import { fakeClock } from '../helpers/clock.ts';
import { activityDocument, person, ticketDocument, uuid } from '../helpers/documents.ts';
import { EVERYTHING, newInstance, putNew } from './subject.ts';

/** By these a list is filtered, not ordered: by status it is walked state by state. */
const FILTERED = ['statusId', 'assigneeId', 'requestorId'];
const ORDERS = Object.keys(KINDS.ticket.fields).filter((field) => !FILTERED.includes(field));
const DIRECTIONS = ['ASC', 'DESC'] as const;

let db: DatabaseSync;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tickets-'));
  const path = join(folder, 'tickets.db');
  const store = openSqlite(path, fakeClock().now);
  const { instance } = await newInstance(store);
  const people = ['Ada', 'Bob', 'Eve'].map(person);
  const numbers = Array.from({ length: 3000 }, (_, index) => index + 1);
  const createdOn = (ticketNo: number) => new Date(Date.UTC(2026, 0, 1, 0, ticketNo)).toISOString();
  await putNew(
    instance,
    'ticket',
    numbers.map((n) => ticketDocument({ ticketNo: n, requestor: people[n % 3]!, createdOn: createdOn(n) })),
  );
  await putNew(
    instance,
    'activity',
    numbers.map((n) => activityDocument({ id: uuid(n), ticketId: uuid(n), isPrivate: n % 3 === 0 })),
  );
  await store.close();
  db = new DatabaseSync(path, { readOnly: true });
});
afterAll(() => {
  db.close();
  rmSync(folder, { recursive: true });
});

const scope = (kind: Kind) => ({
  kind,
  instanceNo: 1,
  now: '',
  search: new SqliteSearch((text) => db.prepare(text)),
});
const page = (query: Partial<Query>, kind: Kind = 'ticket', matchCount = Number.POSITIVE_INFINITY): Sql =>
  pageSql({ where: EVERYTHING, orderBy: 'ticketNo', direction: 'DESC', limit: 10, ...query }, matchCount, scope(kind));

/** What SQLite will do, step by step. */
function planOf({ text, values }: Sql): string[] {
  const steps = db.prepare(`EXPLAIN QUERY PLAN ${text}`).all(...values) as { detail: string }[];
  return steps.map((step) => step.detail);
}
/** How it finds the tickets of the page. */
const access = (sql: Sql): string | undefined => planOf(sql).find((step) => /^(SEARCH|SCAN) tickets/.test(step));

describe('a page of very many matches', () => {
  test.each(ORDERS)('in the order of %s is read off an index, neither sorted nor scanned', (orderBy) => {
    for (const direction of DIRECTIONS) {
      const plan = planOf(page({ orderBy, direction })).join('\n');
      expect(plan).toMatch(new RegExp(`SEARCH tickets USING COVERING INDEX tickets_${orderBy} \\(instanceNo=\\?\\)`));
      expect(plan).not.toMatch(/TEMP B-TREE|SCAN tickets/);
    }
  });

  test.each(ORDERS)('in the order of %s goes on after a place without reading what lies before it', (orderBy) => {
    const after: Position = [orderBy === 'priority' || orderBy === 'ticketNo' ? 1 : 'a', 1];
    for (const direction of DIRECTIONS) {
      const sql = page({ orderBy, direction, after });
      expect(planOf(sql).join('\n')).not.toMatch(/TEMP B-TREE|SCAN tickets/);
      const than = direction === 'ASC' ? '>' : '<';
      const place = orderBy === 'ticketNo' ? `ticketNo${than}?` : `(${orderBy},ticketNo)${than}(?,?)`;
      expect(access(sql)).toContain(`(instanceNo=? AND ${place})`);
    }
  });

  test.each(FILTERED)('filtered by %s, in the order of time, is read off the index of both', (field) => {
    const where: Where = { and: [{ field, in: ['open'] }] };
    for (const direction of DIRECTIONS) {
      const sql = page({ where, orderBy: 'createdOn', direction });
      expect(access(sql)).toBe(`SEARCH tickets USING COVERING INDEX tickets_${field} (instanceNo=? AND ${field}=?)`);
      expect(planOf(sql).join('\n')).not.toMatch(/TEMP B-TREE/);
    }
  });

  test('of one status, by number, is read off the index of both', () => {
    const sql = page({ where: { and: [EVERYTHING, { field: 'statusId', in: ['open'] }] } });
    expect(access(sql)).toContain('tickets_status_ticketNo (instanceNo=? AND statusId=?)');
    expect(planOf(sql).join('\n')).not.toMatch(/TEMP B-TREE/);
  });

  test.each(FILTERED)('filtered by %s, in any order, is read off an index and not sorted', (field) => {
    for (const orderBy of ORDERS) {
      const sql = page({ where: { field, in: ['x'] }, orderBy });
      expect(access(sql)).toMatch(/^SEARCH tickets USING (COVERING )?INDEX tickets_/);
      expect(planOf(sql).join('\n')).not.toMatch(/TEMP B-TREE/);
    }
  });

  test('filtered by terms and words looks each ticket up in their indexes', () => {
    const where: Where = { and: [{ terms: ['is:frtBreached'] }, { words: ['vpn'] }] };
    const plan = planOf(page({ where, orderBy: 'createdOn' })).join('\n');
    expect(plan).toContain('SEARCH terms USING PRIMARY KEY (instanceNo=? AND term=? AND row=?)');
    expect(plan).toContain('SEARCH texts USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)');
    expect(plan).not.toMatch(/TEMP B-TREE/);
  });
});

describe('a word', () => {
  test.each([false, true])(
    'is found in the same texts however it is looked for, in public ones only: %s',
    (isPublicOnly) => {
      const where: Where = { words: ['works'], isPublicOnly };
      const numbers = (matchCount: number) => {
        const { text, values } = page({ where, limit: 5000 }, 'ticket', matchCount);
        return db
          .prepare(text)
          .all(...values)
          .map((row) => row.id);
      };
      expect(numbers(5000)).toHaveLength(isPublicOnly ? 2000 : 3000);
      expect(planOf(page({ where, limit: 5000 }, 'ticket', 5001)).join()).toContain('CORRELATED');
      expect(numbers(5001)).toEqual(numbers(5000));
    },
  );
});

describe('what is few', () => {
  test.each(['ada', 'ad'])('tickets with the word %s are found by the search index, asked once', (word) => {
    const plan = planOf(page({ where: { words: [word] }, orderBy: 'createdOn' }, 'ticket', 5)).join('\n');
    expect(plan).toMatch(/SCAN search VIRTUAL TABLE INDEX .*M/);
    expect(plan).not.toMatch(/CORRELATED|SCAN t/);
  });

  test.each([...FILTERED, 'priority'])('tickets filtered by %s are found by its index, whatever the order', (field) => {
    for (const orderBy of ORDERS) {
      expect(access(page({ where: { field, in: ['x'] }, orderBy }, 'ticket', 5))).toContain(`${field}=?`);
    }
  });

  test.each(ORDERS)('one ticket by its number is found at once when the order is %s', (orderBy) => {
    const sql = page({ where: { and: [{ field: 'ticketNo', in: [7] }] }, orderBy });
    expect(access(sql)).toContain('(instanceNo=? AND ticketNo=?)');
  });

  test.each(DIRECTIONS)('the history of one ticket %s, or its public part, is read off its index', (direction) => {
    const ofTicket: Where = { field: 'ticketId', in: [uuid(7)] };
    for (const where of [ofTicket, { and: [ofTicket, { field: 'isPrivate', in: [0] }] }]) {
      const plan = planOf(page({ where, orderBy: 'id', direction }, 'activity')).join('\n');
      expect(plan).toContain(
        'SEARCH activities USING COVERING INDEX activities_ticketId (instanceNo=? AND ticketId=?)',
      );
      expect(plan).not.toMatch(/TEMP B-TREE|SCAN activities/);
    }
  });

  test('the jobs of a kind that are due are read off its index, in their order', () => {
    const plan = planOf({ text: FIND_DUE, values: ['feed', 1, 10] });
    expect(plan).toEqual(['SEARCH jobs USING INDEX jobs_freeOn (kind=? AND freeOn<?)']);
  });
});

describe('a count', () => {
  test.each(FILTERED)('by %s is read off its index alone', (field) => {
    const sql = countSql({ field, in: ['x'] }, scope('ticket'));
    expect(access(sql)).toMatch(new RegExp(`COVERING INDEX \\w+ \\(instanceNo=\\? AND ${field}=\\?\\)`));
  });
});
