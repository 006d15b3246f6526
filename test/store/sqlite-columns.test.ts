import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openSqlite } from '../../api/store/sqlite.ts';
import { columnsSql } from '../../api/store/sqlite-columns.ts';
import { windowSql } from '../../api/store/sqlite-holding.ts';
import { prepareDatabase } from '../../api/store/sqlite-schema.ts';
import { SqliteSearch } from '../../api/store/sqlite-search.ts';
import type { Columns, InstanceStore, Kind, Scalar, Where } from '../../api/store/store.ts';
import { fakeClock } from '../helpers/clock.ts';
import { activityDocument, ticketDocument, uuid } from '../helpers/documents.ts';
import { EVERYTHING, newInstance, putNew } from './subject.ts';

let db: DatabaseSync;
beforeAll(() => {
  db = new DatabaseSync(':memory:');
  prepareDatabase(db);
});
afterAll(() => db.close());

/** Of one page; what was found for it is read as a subquery. */
function planOf(kind: Kind, where: Where, fields: string[], after?: Scalar[]): string[] {
  const search = new SqliteSearch((text) => db.prepare(text));
  const { text, values } = columnsSql({ where, fields }, { kind, instanceNo: 1, now: '', search }, after);
  const steps = db.prepare(`EXPLAIN QUERY PLAN ${text}`).all(...values) as { detail: string }[];
  return steps.map(({ detail }) => detail);
}

describe('columns of tickets', () => {
  const FIELDS = [
    'ticketNo',
    'createdOn',
    'firstResponseOn',
    'lastResolutionOn',
    'statusId',
    'assigneeId',
    'requestorId',
  ];
  const PERIOD = { from: '2026-01-01', before: '2026-02-01' };

  test.each<[string, Where]>([
    ['all of them', EVERYTHING],
    ['those resolved in a period', { field: 'lastResolutionOn', ...PERIOD }],
    [
      'those answered in a period',
      {
        and: [
          { field: 'firstResponseOn', ...PERIOD },
          { field: 'priority', in: [3, 0] },
        ],
      },
    ],
    ['those in some states', { field: 'statusId', in: ['open', 'started'] }],
    ['those of somebody', { field: 'requestorId', in: ['ada'] }],
    ['those with a tag', { terms: ['tag:net_lan'] }],
    [
      'those that a report counts',
      { or: [{ field: 'createdOn', ...PERIOD }, { field: 'lastResolutionOn', ...PERIOD }, { terms: ['tag:net_lan'] }] },
    ],
  ])('%s are read off one index, and no ticket is', (_, where) => {
    const steps = planOf('ticket', where, [...FIELDS, 'priority']);
    expect(steps.filter((step) => step.includes('tickets'))).toEqual([
      'SEARCH tickets USING COVERING INDEX tickets_createdOn (instanceNo=?)',
    ]);
    expect(steps.join('\n')).not.toMatch(/SCAN (?!\(subquery-\d\)$)|TEMP B-TREE/m);
  });

  test('those created in a period are a part of it', () => {
    expect(planOf('ticket', { field: 'createdOn', ...PERIOD }, FIELDS)).toContain(
      'SEARCH tickets USING COVERING INDEX tickets_createdOn (instanceNo=? AND createdOn>? AND createdOn<?)',
    );
  });

  test('a page begins in the index where the one before it ended', () => {
    expect(planOf('ticket', EVERYTHING, FIELDS, ['2026-01-01', 7])).toContain(
      'SEARCH tickets USING COVERING INDEX tickets_createdOn (instanceNo=? AND (createdOn,ticketNo)>(?,?))',
    );
  });

  test('those that are named by their ids are looked up, and so is what they have', () => {
    const where = { and: [{ field: 'id', in: ['a', 'b'] }, { terms: ['tag:net_lan'] }] };
    const steps = planOf('ticket', where, ['id']).join('\n');
    expect(steps).toContain('tickets_id (instanceNo=? AND id=?)');
    expect(steps).toContain('USING PRIMARY KEY (instanceNo=? AND term=? AND row=?)');
    expect(steps).not.toMatch(/SCAN tickets|TEMP B-TREE/);
  });
});

test('what was reopened in a period is read off an index of nothing else', () => {
  const where = {
    and: [
      { field: 'action', in: ['reopened'] },
      { field: 'createdDateTime', from: '2026', before: '2027' },
    ],
  };
  const steps = planOf('activity', where, ['ticketId', 'createdDateTime']);
  expect(steps.filter((step) => step.includes('activities'))).toEqual([
    'SEARCH activities USING COVERING INDEX activities_reopened (instanceNo=? AND createdDateTime>? AND createdDateTime<?)',
  ]);
  expect(steps.join()).not.toContain('TEMP B-TREE');
});

describe('columns of many pages', () => {
  const TICKETS = 20_100;
  let store: ReturnType<typeof openSqlite>;
  let instance: InstanceStore;
  // Many at the same time, so that pages end between them.
  const at = (index: number): string => new Date(Date.UTC(2026, 0, 1, Math.floor(index / 700))).toISOString();
  beforeAll(async () => {
    store = openSqlite(':memory:', fakeClock().now);
    await newInstance(store);
    ({ instance } = await newInstance(store));
    const tickets = Array.from({ length: TICKETS }, (_, index) =>
      ticketDocument({
        ...{ ticketNo: index + 1, id: uuid(index + 1), createdOn: at(index), statusId: 'open' },
        tags: ['LAN', 'Wifi'].slice(index % 100 === 0 ? 1 : 0).map((text) => ({ tagCategoryId: 'net', text })),
      }),
    );
    const activities = Array.from({ length: 5100 }, (_, index) => ({
      ...activityDocument({ id: uuid(index + 1), ticketId: uuid(1), action: 'reopened' }),
      createdDateTime: at(index),
    }));
    for (let start = 0; start < TICKETS; start += 5000) {
      await putNew(instance, 'ticket', tickets.slice(start, start + 5000));
    }
    await putNew(instance, 'activity', activities);
  }, 60_000);
  afterAll(() => store.close());

  async function pagesOf(kind: 'ticket' | 'activity', wanted: Parameters<InstanceStore['columns']>[1]) {
    const pages: Columns[] = [];
    for await (const page of instance.columns(kind, wanted)) pages.push(page);
    return pages;
  }
  const numbersIn = (pages: Columns[]) => pages.flatMap(({ values }) => values[0] as number[]).sort((a, b) => a - b);
  const all = Array.from({ length: TICKETS }, (_, index) => index + 1);
  const few = all.filter((number) => number % 100 === 1);

  test.each<[string, Where, number[]]>([
    ['all', EVERYTHING, all],
    ['those that a filter of terms leaves out', { not: { terms: ['tag:net_lan'] } }, few],
    ['those of one of two filters', { or: [{ terms: ['tag:net_lan'] }, { field: 'ticketNo', in: few }] }, all],
  ])('hold each ticket once: %s, also when others read and one stops', async (_, where, numbers) => {
    const wanted = { where, fields: ['ticketNo'] };
    const stopped = instance.columns('ticket', wanted)[Symbol.asyncIterator]();
    expect((await stopped.next()).value!.values[0]!.length).toBeGreaterThan(0);
    const both = await Promise.all([pagesOf('ticket', wanted), pagesOf('ticket', wanted)]);
    expect(both.map(numbersIn)).toEqual([numbers, numbers]);
    await stopped.return?.();
    expect(numbersIn(await pagesOf('ticket', wanted))).toEqual(numbers);
  });

  test('hold each term of each ticket, of whatever filter', async () => {
    const pages = await pagesOf('ticket', { where: EVERYTHING, fields: ['ticketNo'], terms: 'tag:' });
    expect(pages.length).toBeGreaterThan(3);
    const found = new Map(
      pages.flatMap(({ values, terms }) =>
        values[0]!.map((number, index) => [number, terms[index]!.join(' ')] as const),
      ),
    );
    const expected = new Map(all.map((number) => [number, number % 100 === 1 ? 'net_wifi' : 'net_lan net_wifi']));
    expect(found.size).toBe(TICKETS);
    expect([...expected].filter(([number, terms]) => found.get(number) !== terms)).toEqual([]);
  });

  test('hold each of the activities once', async () => {
    const where = { field: 'action', in: ['reopened'] };
    expect(numbersIn(await pagesOf('activity', { where, fields: ['ticketId'] }))).toHaveLength(5100);
    expect(numbersIn(await pagesOf('activity', { where: EVERYTHING, fields: ['ticketId'] }))).toHaveLength(5100);
  });
});

test.each([
  ['tickets', 'row'],
  ['activities', 'rowid'],
  ['documents', 'rowid'],
  ['events', 'sequence'],
])('a window of %s, in which texts are looked for, reads no row outside of it', (table, key) => {
  const text = windowSql({ table, key, columns: 'instanceNo' }, 'json LIKE ?');
  const steps = db.prepare(`EXPLAIN QUERY PLAN ${text}`).all(1, 2, 3, '%x%') as { detail: string }[];
  expect(steps.map(({ detail }) => detail)).toEqual([
    `SEARCH ${table} USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)`,
  ]);
});
