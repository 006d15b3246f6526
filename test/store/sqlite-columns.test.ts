import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { columnsSql } from '../../api/store/sqlite-columns.ts';
import { windowSql } from '../../api/store/sqlite-holding.ts';
import { prepareDatabase } from '../../api/store/sqlite-schema.ts';
import { SqliteSearch } from '../../api/store/sqlite-search.ts';
import type { Kind, Where } from '../../api/store/store.ts';
import { EVERYTHING } from './subject.ts';

let db: DatabaseSync;
beforeAll(() => {
  db = new DatabaseSync(':memory:');
  prepareDatabase(db);
});
afterAll(() => db.close());

function planOf(kind: Kind, where: Where, fields: string[]): string {
  const search = new SqliteSearch((text) => db.prepare(text));
  const { text, values } = columnsSql({ where, fields }, { kind, instanceNo: 1, now: '', search });
  const steps = db.prepare(`EXPLAIN QUERY PLAN ${text}`).all(...values) as { detail: string }[];
  return steps.map(({ detail }) => detail).join('\n');
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
  ])('%s are read off one index, and no ticket is', (_, where) => {
    const plan = planOf('ticket', where, [...FIELDS, 'priority']);
    expect(plan).toMatch(/SEARCH tickets USING COVERING INDEX tickets_createdOn \(instanceNo=\?/);
    expect(plan).not.toMatch(/SCAN|TEMP B-TREE/);
  });

  test('those created in a period are a part of it', () => {
    expect(planOf('ticket', { field: 'createdOn', ...PERIOD }, FIELDS)).toBe(
      'SEARCH tickets USING COVERING INDEX tickets_createdOn (instanceNo=? AND createdOn>? AND createdOn<?)',
    );
  });
});

test('what was reopened in a period is read off an index of nothing else', () => {
  const where = {
    and: [
      { field: 'action', in: ['reopened'] },
      { field: 'createdDateTime', from: '2026', before: '2027' },
    ],
  };
  expect(planOf('activity', where, ['ticketId', 'createdDateTime'])).toBe(
    'SEARCH activities USING COVERING INDEX activities_reopened (instanceNo=? AND createdDateTime>? AND createdDateTime<?)',
  );
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
