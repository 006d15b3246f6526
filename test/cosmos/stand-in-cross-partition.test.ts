import { describe, expect, test } from '@jest/globals';
import { openContainer, refusal } from '../helpers/cosmos/open-container.ts';

async function opened() {
  const open = await openContainer();
  for (let n = 0; n < 12; n += 1) {
    await open.container.items.create({ id: String(n), desk: ['a', 'b', 'c'][n % 3], n, parity: n % 2 });
  }
  open.standIn.account.takeAccount();
  const everywhere = async (query: string) => (await open.container.items.query(query).fetchAll()).resources;
  return { ...open, everywhere };
}

describe('queries across partitions', () => {
  test('a plain one is served at once, and counted apart', async () => {
    const { everywhere, standIn } = await opened();
    expect(await everywhere('SELECT VALUE c.n FROM c WHERE c.n < 4')).toEqual([0, 1, 2, 3]);
    expect(standIn.account.takeAccount().requests).toMatchObject({ crossPartitionQuery: 1, query: 0, queryPlan: 1 });
  });

  test('one that the partition key in the filter binds is a query of one partition', async () => {
    const { everywhere, standIn } = await opened();
    expect(await everywhere("SELECT VALUE c.n FROM c WHERE c.n < 4 AND c.desk = 'b' ORDER BY c.n DESC")).toEqual([1]);
    expect(standIn.account.takeAccount().requests).toMatchObject({ crossPartitionQuery: 0, query: 1 });
  });

  test.each<[string, unknown[]]>([
    ['SELECT TOP 2 c.n FROM c', [{ n: 0 }, { n: 1 }]],
    ['SELECT VALUE c.n FROM c ORDER BY c.n DESC OFFSET 1 LIMIT 3', [10, 9, 8]],
    ['SELECT TOP 3 VALUE c.n FROM c WHERE c.parity = 1 ORDER BY c.n DESC', [11, 9, 7]],
    [
      'SELECT c.id, c.n AS number FROM c WHERE c.n > 9 ORDER BY c.n',
      [
        { id: '10', number: 10 },
        { id: '11', number: 11 },
      ],
    ],
    ['SELECT VALUE c.n FROM c OFFSET 10 LIMIT 5', [10, 11]],
    ['SELECT VALUE COUNT(1) FROM c WHERE c.n > 3', [8]],
    ['SELECT VALUE SUM(c.n) FROM c', [66]],
    ['SELECT VALUE MIN(c.n) FROM c', [0]],
    ['SELECT VALUE MAX(c.n) FROM c', [11]],
    ['SELECT VALUE AVG(c.n) FROM c', [5.5]],
    ['SELECT COUNT(1) AS n, MAX(c.n) AS most FROM c', [{ n: 12, most: 11 }]],
    [
      'SELECT c.parity, COUNT(1) AS n, AVG(c.n) AS mean FROM c GROUP BY c.parity',
      [
        { parity: 0, n: 6, mean: 5 },
        { parity: 1, n: 6, mean: 6 },
      ],
    ],
  ])('%s goes through the plan of the client library', async (query, expected) => {
    const { everywhere, standIn } = await opened();
    expect(await everywhere(query)).toEqual(expected);
    const { requests } = standIn.account.takeAccount();
    expect(requests.query).toBe(0);
    expect(requests.crossPartitionQuery).toBeGreaterThan(1);
  });

  test('an order without its index is refused in the plan too', async () => {
    const { everywhere } = await opened();
    expect((await refusal(everywhere('SELECT * FROM c ORDER BY c.n, c.id'))).message).toContain('composite index');
  });

  test('without the header that allows it, or without the plan, it is 400', async () => {
    const { standIn } = await opened();
    const served = await standIn.serve();
    const post = async (query: string, more: Record<string, string>) => {
      const headers = { authorization: 'type%3dmaster', 'x-ms-documentdb-isquery': 'true', ...more };
      const body = JSON.stringify({ query });
      const answer = await fetch(`${served.url}/dbs/desk/colls/tickets/docs`, { method: 'POST', headers, body });
      return {
        status: answer.status,
        body: (await answer.json()) as { message?: string; additionalErrorInfo?: string },
      };
    };
    const allowed = { 'x-ms-documentdb-query-enablecrosspartition': 'true' };
    const disabled = await post('SELECT * FROM c', {});
    const noPlan = await post('SELECT * FROM c ORDER BY c.n', allowed);
    const bareAggregate = await post('SELECT COUNT(1) AS n FROM c', allowed);
    await served.close();
    expect(disabled).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining('required but disabled') },
    });
    expect(noPlan).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining('directly served by the gateway') },
    });
    expect(JSON.parse(noPlan.body.additionalErrorInfo ?? '')).toMatchObject({ queryInfo: { orderBy: ['Ascending'] } });
    expect(bareAggregate.body.message).toContain("only supports 'VALUE <AggregateFunc>'");
  });
});
