import type { IndexingPolicy } from '@azure/cosmos';
import { describe, expect, test } from '@jest/globals';
import { openContainer, refusal } from '../helpers/cosmos/open-container.ts';

const NO_COMPOSITE = 'The order by query does not have a corresponding composite index that it can be served from.';
const EXCLUDED = 'The index path corresponding to the specified order-by item is excluded.';

const ordered = (...paths: [string, 'ascending' | 'descending'][]) => paths.map(([path, order]) => ({ path, order }));

const POLICY: IndexingPolicy = {
  includedPaths: [{ path: '/*' }, { path: '/named/?' }, { path: '/secret/open/?' }],
  excludedPaths: [{ path: '/secret/*' }, { path: '/"_etag"/?' }],
  compositeIndexes: [
    ordered(['/status', 'ascending'], ['/views', 'descending']),
    ordered(['/status', 'ascending'], ['/views', 'ascending'], ['/person/name', 'ascending']),
  ] as IndexingPolicy['compositeIndexes'],
};

describe('ORDER BY of several properties', () => {
  test.each([
    'c.status, c.views DESC',
    'c.status DESC, c.views ASC',
    'c.status, c.views, c.person.name',
    'c.status DESC, c.views DESC, c["person"]["name"] DESC',
  ])('%s has its composite index', async (order) => {
    const { ask } = await openContainer({ indexingPolicy: POLICY });
    expect(await ask(`SELECT * FROM c ORDER BY ${order}`)).toEqual([]);
  });

  test.each([
    'c.status, c.views',
    'c.status DESC, c.views DESC',
    'c.views DESC, c.status',
    'c.status, c.views DESC, c.person.name',
    'c.status, c.id',
  ])('%s has none: 400', async (order) => {
    const { ask } = await openContainer({ indexingPolicy: POLICY });
    const { code, message } = await refusal(ask(`SELECT * FROM c ORDER BY ${order}`));
    expect(code).toBe(400);
    expect(message).toContain(NO_COMPOSITE);
  });

  test('sorts by all of them, undefined and what is no scalar first', async () => {
    const { ask, container } = await openContainer({ indexingPolicy: POLICY });
    const items = [
      { id: '1', status: 'b', views: 1 },
      { id: '2', status: 'a', views: 1 },
      { id: '3', status: 'a', views: 2 },
      { id: '4', views: 1 },
      { id: '5', status: 'a' },
      { id: '6', status: ['z'], views: 2 },
    ];
    for (const item of items) await container.items.create({ desk: 'a', ...item });
    const query = 'SELECT VALUE c.id FROM c ORDER BY c.status, c.views DESC';
    expect(await ask(query)).toEqual(['6', '4', '3', '2', '5', '1']);
    expect(await ask('SELECT VALUE c.id FROM c ORDER BY c.status DESC, c.views')).toEqual([
      '1',
      '5',
      '2',
      '3',
      '4',
      '6',
    ]);
  });
});

describe('ORDER BY of one property', () => {
  test.each(['c.secret.x', 'c.secret', 'c._etag'])('%s is excluded: 400', async (path) => {
    const { ask } = await openContainer({ indexingPolicy: POLICY });
    const { code, message } = await refusal(ask(`SELECT * FROM c ORDER BY ${path}`));
    expect(code).toBe(400);
    expect(message).toContain(EXCLUDED);
  });

  test('the more precise path decides, and id and _ts are always indexed', async () => {
    const { ask } = await openContainer({
      indexingPolicy: { includedPaths: [{ path: '/named/?' }], excludedPaths: [{ path: '/*' }] },
    });
    for (const path of ['c.named', 'c.id', 'c._ts']) expect(await ask(`SELECT * FROM c ORDER BY ${path}`)).toEqual([]);
    expect((await refusal(ask('SELECT * FROM c ORDER BY c.desk'))).message).toContain(EXCLUDED);
    expect((await refusal(ask('SELECT * FROM c ORDER BY c.named.first'))).message).toContain(EXCLUDED);
  });

  test('a document without the property is found only if the path is named in the policy', async () => {
    const { ask, container } = await openContainer({ indexingPolicy: POLICY });
    await container.items.create({ id: '1', desk: 'a', named: 1, other: 1 });
    await container.items.create({ id: '2', desk: 'a' });
    await container.items.create({ id: '3', desk: 'a', named: null, other: null });
    expect(await ask('SELECT VALUE c.id FROM c ORDER BY c.named')).toEqual(['2', '3', '1']);
    expect(await ask('SELECT VALUE c.id FROM c ORDER BY c.other')).toEqual(['3', '1']);
  });

  test('nothing is in the index of a container without one', async () => {
    const { ask } = await openContainer({ indexingPolicy: { indexingMode: 'none', automatic: false } });
    expect((await refusal(ask('SELECT * FROM c ORDER BY c.id'))).message).toContain(EXCLUDED);
  });
});

describe('what an index cannot serve reads everything', () => {
  test.each<[string, number]>([
    ['c.open = 1', 0],
    ["c.desk = 'a' AND c.secret.x = 1", 0],
    ['c.open = 1 AND LOWER(c.title) = "x"', 0],
    ['ARRAY_CONTAINS(c.tags, "x") OR CONTAINS(c.title, "x", true)', 0],
    ['c.secret.open > 1', 0],
    ['c.secret.x = 1', 1],
    ['c.open = 1 OR c.secret.x = 1', 1],
    ['LOWER(c.title) = "x"', 1],
    ['ARRAY_LENGTH(c.tags) > 1', 1],
  ])('%s: %d full scans', async (filter, scans) => {
    const { ask, standIn } = await openContainer({ indexingPolicy: POLICY });
    await ask(`SELECT * FROM c WHERE ${filter}`);
    expect(standIn.account.takeAccount().fullScans).toBe(scans);
  });
});

describe('what is not understood is 400', () => {
  test.each([
    'SELECT DISTINCT c.status FROM c',
    'SELECT * FROM c JOIN t IN c.tags',
    'SELECT * FROM t IN c.tags',
    'SELECT * FROM c.tags',
    "SELECT * FROM c WHERE c.title LIKE '%x'",
    'SELECT * FROM c WHERE EXISTS(SELECT VALUE t FROM t IN c.tags)',
    'SELECT VALUE c.views + 1 FROM c',
    'SELECT VALUE c.views ?? 0 FROM c',
    'SELECT VALUE c.open ? 1 : 2 FROM c',
    "SELECT VALUE c.a || 'x' FROM c",
    'SELECT VALUE (SELECT 1) FROM c',
    'SELECT VALUE DateTimeAdd("dd", 1, c.due) FROM c',
    'SELECT VALUE udf.f(c) FROM c',
    'SELECT * FROM c ORDER BY LOWER(c.title)',
    'SELECT * FROM c ORDER BY c',
    'SELECT c.status, COUNT(1) AS n FROM c GROUP BY c.status ORDER BY c.status',
    'SELECT c.title, COUNT(1) AS n FROM c GROUP BY c.status',
    'SELECT c.title, COUNT(1) AS n FROM c',
    'SELECT * FROM c GROUP BY c.status',
    'SELECT * FROM c WHERE COUNT(1) > 1',
    'SELECT c.id, c.id FROM c',
    'SELECT TOP 1 * FROM c OFFSET 0 LIMIT 1',
    'SELECT * FROM c OFFSET 1',
    'SELECT * FROM c LIMIT 1',
    'SELECT TOP 1.5 * FROM c',
    'SELECT * FROM c WHERE',
    'SELECT * FROM c WHERE c.a = ',
    'SELECT * FROM c WHERE c.a IN ()',
    'SELECT * FROM c WHERE c.order = 1',
    'SELECT c.value FROM c',
    'SELECT * FROM c WHERE x.a = 1',
    'SELECT * FROM c WHERE c.a = @unknown',
    'SELECT * FROM c WHERE c.a == 1',
    "SELECT * FROM c WHERE c.a = 'open",
    'SELECT * FROM c; SELECT * FROM c',
    'SELECT *, c.id FROM c',
    'SELECT FROM c',
    'SELECT 1',
    'UPDATE c SET c.a = 1',
    '',
  ])('%s', async (query) => {
    const { ask, container } = await openContainer();
    await container.items.create({ id: '1', desk: 'a', a: 1 });
    const { code, message } = await refusal(ask(query));
    expect(code).toBe(400);
    expect(message).toMatch(/rror|message/);
  });

  test('the message names the place', async () => {
    const { ask } = await openContainer();
    const { message } = await refusal(ask('SELECT * FROM c WHERE c.order = 1'));
    expect(message).toContain('"start":24');
    expect(message).toContain("incorrect syntax near 'order'");
  });
});
