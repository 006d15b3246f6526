import { describe, expect, test } from '@jest/globals';
import { openContainer, refusal } from '../helpers/cosmos/open-container.ts';

const TICKET = { id: '1', desk: 'a', n: 0 };
const create = { operationType: 'Create' as const, resourceBody: TICKET };

describe('faults', () => {
  test('429 is retried by the client library itself, after the time it is told', async () => {
    const { container, standIn } = await openContainer();
    standIn.faults.next(429, { times: 3, retryAfterMs: 1 });
    const { statusCode, headers } = await container.items.create(TICKET);
    expect(statusCode).toBe(201);
    expect(headers).toMatchObject({ 'x-ms-throttle-retry-count': 3, 'x-ms-throttle-retry-wait-time-ms': 3 });
    const { requests, statuses } = standIn.account.takeAccount();
    expect(requests.create).toBe(4);
    expect(statuses).toEqual({ 429: 3, 201: 1 });
  });

  test('429 for longer than the client library tries reaches the caller', async () => {
    const { container, standIn } = await openContainer();
    standIn.faults.next(429, { times: 10 });
    expect((await refusal(container.items.batch([create], 'a'))).code).toBe(429);
    expect(standIn.account.takeAccount().requests.batch).toBe(10);
    expect((await container.items.batch([create], 'a')).code).toBe(200);
  });

  test.each([412, 449, 410, 503] as const)('%d reaches the caller and nothing is done', async (status) => {
    const { container, standIn } = await openContainer();
    for (const call of [() => container.items.create(TICKET), () => container.items.batch([create], 'a')]) {
      standIn.faults.next(status);
      expect((await refusal(call())).code).toBe(status);
    }
    expect((await container.item('1', 'a').read()).statusCode).toBe(404);
    expect(standIn.account.takeAccount().statuses).toEqual({ [status]: 2, 404: 1 });
  });

  test('a connection that breaks before the commit: nothing is done', async () => {
    const { container, standIn } = await openContainer();
    standIn.faults.next('reset-before-commit');
    expect((await refusal(container.items.create(TICKET))).code).toBe('ECONNRESET');
    expect((await container.item('1', 'a').read()).statusCode).toBe(404);
  });

  test('a time-out after the commit: it is done, and the caller does not know', async () => {
    const { container, standIn } = await openContainer();
    standIn.faults.next('timeout-after-commit');
    expect((await refusal(container.items.create(TICKET))).code).toBe('TimeoutError');
    expect((await refusal(container.items.create(TICKET))).code).toBe(409);
    standIn.faults.next('timeout-after-commit');
    const increment = { op: 'incr' as const, path: '/n', value: 1 };
    expect((await refusal(container.item('1', 'a').patch([increment]))).code).toBe('TimeoutError');
    expect((await container.item('1', 'a').read()).resource).toMatchObject({ n: 1 });
  });

  test('a fault meets what it is aimed at, in turn', async () => {
    const { container, standIn, ask } = await openContainer();
    standIn.faults.next(503, { match: ({ kind }) => kind === 'query' });
    standIn.faults.next(449, { match: ({ kind, partitionKey }) => kind === 'upsert' && partitionKey === '["b"]' });
    standIn.faults.next(410, { match: ({ path }) => path.endsWith('/docs/2'), times: 2 });
    expect((await container.items.upsert(TICKET)).statusCode).toBe(201);
    expect((await refusal(container.items.upsert({ ...TICKET, desk: 'b' }))).code).toBe(449);
    expect((await refusal(ask('SELECT * FROM c'))).code).toBe(503);
    expect(await ask('SELECT VALUE c.id FROM c')).toEqual(['1']);
    expect((await refusal(container.item('2', 'a').read())).code).toBe(410);
    expect(standIn.faults.clear()).toBe(1);
    expect((await container.item('2', 'a').read()).statusCode).toBe(404);
  });

  test('metadata is spared unless it is aimed at', async () => {
    const { container, standIn } = await openContainer();
    standIn.faults.next(503);
    expect((await container.read()).statusCode).toBe(200);
    standIn.faults.next(410, { match: ({ kind }) => kind === 'metadata' });
    expect((await refusal(container.read())).code).toBe(410);
  });

  test('a query that stops early goes on, with an empty page in between', async () => {
    const { container, standIn } = await openContainer();
    for (const id of ['1', '2', '3']) await container.items.create({ id, desk: 'a' });
    standIn.faults.next('short-page', { documents: 1 });
    standIn.faults.next('short-page', { documents: 0 });
    const iterator = container.items.query<string>('SELECT VALUE c.id FROM c ORDER BY c.id', { partitionKey: 'a' });
    const pages = [];
    while (iterator.hasMoreResults()) pages.push((await iterator.fetchNext()).resources);
    expect(pages).toEqual([['1'], [], ['2', '3']]);
  });

  test('an aggregate that stops early comes in parts', async () => {
    const { container, standIn, ask } = await openContainer();
    for (const id of ['1', '2', '3']) await container.items.create({ id, desk: 'a' });
    standIn.faults.next('short-page', { documents: 2 });
    expect(await ask('SELECT VALUE COUNT(1) FROM c')).toEqual([2, 1]);
    standIn.faults.next('short-page', { documents: 2 });
    expect(await ask('SELECT c.desk, COUNT(1) AS n FROM c GROUP BY c.desk')).toEqual([
      { desk: 'a', n: 2 },
      { desk: 'a', n: 1 },
    ]);
  });
});
