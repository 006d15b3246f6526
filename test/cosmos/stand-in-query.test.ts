import { describe, expect, test } from '@jest/globals';
import { clientOf, openContainer, refusal } from '../helpers/cosmos/open-container.ts';

const TICKETS = [
  {
    id: '1',
    desk: 'a',
    title: 'My VPN is down',
    status: 'open',
    views: 3,
    tags: ['vpn', 'home'],
    person: { name: 'Ada' },
  },
  { id: '2', desk: 'a', title: 'Printer', status: 'open', views: 10, tags: [], person: { name: 'Grace' }, due: null },
  { id: '3', desk: 'a', title: 'New mouse', status: 'closed', views: 7, tags: ['home'], person: { name: 'Ada' } },
  { id: '4', desk: 'a', title: 'New vpn', status: 'closed', views: 'many', tags: null, due: '2026-02-01' },
  { id: '5', desk: 'b', title: 'Another desk', status: 'open', views: 1, tags: ['vpn'] },
];

async function opened() {
  const open = await openContainer();
  for (const ticket of TICKETS) await open.container.items.create(ticket);
  open.standIn.account.takeAccount();
  const ids = (filter: string, parameters = {}): Promise<string[]> =>
    open.ask<string>(`SELECT VALUE c.id FROM c WHERE ${filter}`, parameters);
  return { ...open, ids };
}

describe('SELECT', () => {
  test('* is the whole document, only of this partition key', async () => {
    const { ask } = await opened();
    const all = await ask<{ id: string }>('SELECT * FROM c');
    expect(all.map(({ id }) => id)).toEqual(['1', '2', '3', '4']);
    expect(all[0]).toMatchObject({ ...TICKETS[0], _etag: expect.any(String) });
  });

  test('VALUE, lists, names, literals and quoted members', async () => {
    const { ask } = await opened();
    expect(await ask('select value t.person["name"] from tickets as t where t.id = "1"')).toEqual(['Ada']);
    expect(
      await ask("SELECT c.id, c.person.name AS who, c['due'], c.tags[0] first, 1 FROM c WHERE c.id = '1'"),
    ).toEqual([{ id: '1', who: 'Ada', first: 'vpn', $1: 1 }]);
    expect(await ask('SELECT VALUE {"n": c.views, list: [c.due, true, null, -1.5e1]} FROM c WHERE c.id = "1"')).toEqual(
      [{ n: 3, list: [true, null, -15] }],
    );
  });

  test('an undefined value is no result', async () => {
    const { ask } = await opened();
    expect(await ask('SELECT VALUE c.due FROM c')).toEqual([null, '2026-02-01']);
    expect(await ask('SELECT c.due FROM c WHERE c.id = "1"')).toEqual([{}]);
  });

  test('TOP, OFFSET and LIMIT, as numbers or parameters', async () => {
    const { ask } = await opened();
    expect(await ask('SELECT TOP 2 VALUE c.id FROM c')).toEqual(['1', '2']);
    expect(await ask('SELECT TOP @n VALUE c.id FROM c', { n: 0 })).toEqual([]);
    expect(await ask('SELECT VALUE c.id FROM c OFFSET 1 LIMIT 2')).toEqual(['2', '3']);
    expect(await ask('SELECT VALUE c.id FROM c OFFSET @o LIMIT @l', { o: 3, l: 5 })).toEqual(['4']);
  });
});

describe('WHERE', () => {
  test.each<[string, string[]]>([
    ["c.status = 'open'", ['1', '2']],
    ["c.status != 'open'", ['3', '4']],
    ["c.status <> 'open' AND NOT c.views = 7", []],
    ['c.views > 3', ['2', '3']],
    ['c.views >= 3 AND c.views < 10', ['1', '3']],
    ['c.views BETWEEN 3 AND 7', ['1', '3']],
    ['NOT (c.views BETWEEN 3 AND 7)', ['2']],
    ["c.views IN (3, 'many')", ['1', '4']],
    ["c.status NOT IN ('open', 'waiting')", ['3', '4']],
    ["c.status = 'open' OR c.views = 7", ['1', '2', '3']],
    ["c.status = 'closed' AND c.views = 7 OR c.id = '1'", ['1', '3']],
    ["c.status = 'closed' AND (c.views = 7 OR c.id = '1')", ['3']],
    ['IS_DEFINED(c.due)', ['2', '4']],
    ['NOT IS_DEFINED(c.due)', ['1', '3']],
    ['c.due = null', ['2']],
    ['IS_NULL(c.due)', ['2']],
    ["ARRAY_CONTAINS(c.tags, 'vpn')", ['1']],
    ["ARRAY_CONTAINS(['1', '4'], c.id)", ['1', '4']],
    ['ARRAY_LENGTH(c.tags) = 0', ['2']],
    ['c.tags = []', ['2']],
    ["CONTAINS(c.title, 'vpn')", ['4']],
    ["CONTAINS(c.title, 'VPN', true)", ['1', '4']],
    ["STARTSWITH(c.title, 'new', true)", ['3', '4']],
    ["ENDSWITH(c.title, 'e')", ['3']],
    ["LOWER(c.title) = 'printer'", ['2']],
    ["c.person = {'name': 'Ada'}", ['1', '3']],
    ['true', ['1', '2', '3', '4']],
    ['c.views', []],
  ])('%s', async (filter, expected) => {
    const { ids } = await opened();
    expect(await ids(filter)).toEqual(expected);
  });

  test('a comparison with undefined or of another type is not true, nor is its opposite', async () => {
    const { ids } = await opened();
    expect(await ids("c.due = '2026-02-01'")).toEqual(['4']);
    expect(await ids("c.due != 'x'")).toEqual(['4']);
    expect(await ids("NOT (c.due = 'x')")).toEqual(['4']);
    expect(await ids('c.views < 100')).toEqual(['1', '2', '3']);
    expect(await ids("c.missing = 1 OR c.id = '1'")).toEqual(['1']);
    expect(await ids("NOT (c.missing = 1 AND c.id = '1')")).toEqual(['2', '3', '4']);
    expect(await ids('c.tags != []')).toEqual([]);
  });

  test('parameters of every type, and quotes in literals', async () => {
    const { ids, container } = await opened();
    await container.items.create({ id: 'q', desk: 'a', title: 'It\'s "quoted" \\ \n ü 😀' });
    expect(await ids('c.title = @title', { title: 'It\'s "quoted" \\ \n ü 😀' })).toEqual(['q']);
    expect(await ids(String.raw`c.title = 'It\'s "quoted" \\ \n \u00fc 😀'`)).toEqual(['q']);
    expect(await ids(String.raw`c.title = "It's \"quoted\" \\ \n ü 😀"`)).toEqual(['q']);
    expect(await ids('ARRAY_CONTAINS(@list, c.id)', { list: ['1', '3'] })).toEqual(['1', '3']);
    expect(await ids('c.person = @person AND c.views = @views', { person: { name: 'Ada' }, views: 3 })).toEqual(['1']);
    expect(await ids('c.due = @due', { due: null })).toEqual(['2']);
  });
});

describe('ORDER BY', () => {
  test('sorts numbers before texts, and texts by code points', async () => {
    const { ask, container } = await opened();
    expect(await ask('SELECT VALUE c.views FROM c ORDER BY c.views')).toEqual([3, 7, 10, 'many']);
    expect(await ask('SELECT VALUE c.id FROM c ORDER BY c.views DESC')).toEqual(['4', '2', '3', '1']);
    for (const [index, word] of ['b', 'A', '\uFFFD', '😀', 'a', ''].entries()) {
      await container.items.create({ id: `w${index}`, desk: 'a', word });
    }
    expect(await ask('SELECT VALUE c.word FROM c ORDER BY c.word ASC')).toEqual(['', 'A', 'a', 'b', '\uFFFD', '😀']);
  });

  test('documents that sort alike come in one order, and in the opposite one backwards', async () => {
    const { ask } = await opened();
    expect(await ask('SELECT VALUE c.id FROM c ORDER BY c.status')).toEqual(['3', '4', '1', '2']);
    expect(await ask('SELECT VALUE c.id FROM c ORDER BY c.status DESC')).toEqual(['2', '1', '4', '3']);
  });

  test('with a filter and a limit', async () => {
    const { ask } = await opened();
    const query = "SELECT VALUE c.id FROM c WHERE c.status = 'open' ORDER BY c.views DESC OFFSET 0 LIMIT 1";
    expect(await ask(query)).toEqual(['2']);
  });
});

describe('aggregates', () => {
  test('over everything', async () => {
    const { ask } = await opened();
    expect(await ask('SELECT VALUE COUNT(1) FROM c')).toEqual([4]);
    expect(await ask('SELECT VALUE COUNT(c.due) FROM c')).toEqual([2]);
    expect(
      await ask("SELECT COUNT(1) AS n, SUM(c.views) AS sum, AVG(c.views) AS mean FROM c WHERE c.id != '4'"),
    ).toEqual([{ n: 3, sum: 20, mean: 20 / 3 }]);
    expect(await ask('SELECT MIN(c.views) AS least, MAX(c.views) AS most FROM c')).toEqual([
      { least: 3, most: 'many' },
    ]);
  });

  test('a sum over a text is undefined, one over nothing is 0, and a count over nothing too', async () => {
    const { ask } = await opened();
    expect(await ask('SELECT VALUE SUM(c.views) FROM c')).toEqual([]);
    const nothing =
      "SELECT COUNT(1) AS n, SUM(c.views) AS sum, AVG(c.views) AS mean, MAX(c.views) AS most FROM c WHERE c.id = 'x'";
    expect(await ask(nothing)).toEqual([{ n: 0, sum: 0 }]);
  });

  test('GROUP BY', async () => {
    const { ask } = await opened();
    expect(await ask('SELECT c.status, COUNT(1) AS n, MAX(c.id) AS last FROM c GROUP BY c.status')).toEqual([
      { status: 'open', n: 2, last: '2' },
      { status: 'closed', n: 2, last: '4' },
    ]);
    expect(await ask('SELECT c.person.name, c.status, COUNT(1) AS n FROM c GROUP BY c.person.name, c.status')).toEqual([
      { name: 'Ada', status: 'open', n: 1 },
      { name: 'Grace', status: 'open', n: 1 },
      { name: 'Ada', status: 'closed', n: 1 },
      { status: 'closed', n: 1 },
    ]);
    expect(await ask("SELECT c.status, COUNT(1) AS n FROM c WHERE c.id = 'x' GROUP BY c.status")).toEqual([]);
  });
});

describe('pages', () => {
  const QUERY = 'SELECT VALUE c.n FROM c WHERE c.even = false ORDER BY c.n DESC';

  async function numbered() {
    const open = await openContainer();
    for (let n = 0; n < 20; n += 1)
      await open.container.items.create({ id: String(n), desk: 'a', n, even: n % 2 === 0 });
    return open;
  }

  test('a continuation outlives the client and the changes in between', async () => {
    const { container, standIn } = await numbered();
    const first = await container.items.query(QUERY, { partitionKey: 'a', maxItemCount: 4 }).fetchNext();
    expect(first.resources).toEqual([19, 17, 15, 13]);
    expect(first.continuationToken).toMatch(/^[\w-]+$/);
    await container.item('17', 'a').delete();
    await container.items.create({ id: '99', desk: 'a', n: 99, even: false });
    const later = clientOf(standIn).database('desk').container('tickets');
    const options = { partitionKey: 'a', maxItemCount: 4, continuationToken: first.continuationToken };
    const second = await later.items.query(QUERY, options).fetchNext();
    expect(second.resources).toEqual([11, 9, 7, 5]);
    expect((await later.items.query(QUERY, options).fetchAll()).resources).toEqual([11, 9, 7, 5, 3, 1]);
  });

  test('OFFSET, LIMIT and TOP count over the pages', async () => {
    const { container } = await numbered();
    const paged = async (query: string) => {
      const pages = [];
      const iterator = container.items.query<number>(query, { partitionKey: 'a', maxItemCount: 3 });
      while (iterator.hasMoreResults()) pages.push((await iterator.fetchNext()).resources);
      return pages;
    };
    expect(await paged('SELECT VALUE c.n FROM c OFFSET 2 LIMIT 5')).toEqual([
      [2, 3, 4],
      [5, 6],
    ]);
    expect(await paged('SELECT TOP 4 VALUE c.n FROM c ORDER BY c.n DESC')).toEqual([[19, 18, 17], [16]]);
    expect(await paged('SELECT c.n, COUNT(1) AS count FROM c WHERE c.n < 5 GROUP BY c.n')).toHaveLength(2);
  });

  test('a page has at most 100 items unless asked otherwise, and at most 4 MB', async () => {
    const { container } = await openContainer();
    for (let n = 0; n < 150; n += 1) await container.items.create({ id: String(n), desk: 'a' });
    const standard = await container.items.query('SELECT * FROM c', { partitionKey: 'a' }).fetchNext();
    expect(standard.resources).toHaveLength(100);
    for (const id of ['x', 'y', 'z']) await container.items.create({ id, desk: 'a', text: id.repeat(1_900_000) });
    const query = 'SELECT * FROM c WHERE IS_DEFINED(c.text)';
    const large = container.items.query(query, { partitionKey: 'a', maxItemCount: 1000 });
    expect((await large.fetchNext()).resources).toHaveLength(2);
    expect((await large.fetchNext()).resources).toHaveLength(1);
  });

  test('a continuation of another query, or of none, is 400', async () => {
    const { container } = await numbered();
    const { continuationToken } = await container.items
      .query(QUERY, { partitionKey: 'a', maxItemCount: 4 })
      .fetchNext();
    const other = container.items.query('SELECT * FROM c', { partitionKey: 'a', continuationToken });
    expect((await refusal(other.fetchNext())).code).toBe(400);
    const broken = container.items.query(QUERY, { partitionKey: 'a', continuationToken: 'x' });
    expect((await refusal(broken.fetchNext())).code).toBe(400);
  });
});
