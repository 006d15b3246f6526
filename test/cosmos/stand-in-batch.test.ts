import { BulkOperationType, type OperationInput } from '@azure/cosmos';
import { describe, expect, test } from '@jest/globals';
import { openContainer, refusal } from '../helpers/cosmos/open-container.ts';

const create = (id: string, more: Record<string, string> = {}): OperationInput => ({
  operationType: BulkOperationType.Create,
  resourceBody: { id, desk: 'a', ...more },
});

describe('transactional batch', () => {
  test('all kinds of operations succeed together, each seeing those before it', async () => {
    const { container, standIn } = await openContainer();
    await container.items.create({ id: 'old', desk: 'a' });
    standIn.account.takeAccount();
    const { code, result } = await container.items.batch(
      [
        create('1'),
        { operationType: BulkOperationType.Upsert, resourceBody: { id: '2', desk: 'a', title: 'two' } },
        { operationType: BulkOperationType.Replace, id: '1', resourceBody: { id: '1', desk: 'a', title: 'one' } },
        {
          operationType: BulkOperationType.Patch,
          id: '2',
          resourceBody: [{ op: 'incr', path: '/views', value: 1 }] as never,
        },
        { operationType: BulkOperationType.Read, id: '1' },
        { operationType: BulkOperationType.Delete, id: 'old' },
      ],
      'a',
    );
    expect(code).toBe(200);
    expect(result?.map(({ statusCode }) => statusCode)).toEqual([201, 201, 200, 200, 200, 204]);
    expect(result?.[4]?.resourceBody).toMatchObject({ id: '1', title: 'one' });
    expect(result?.[3]).toMatchObject({ eTag: expect.any(String), resourceBody: { views: 1 } });
    expect((await container.item('2', 'a').read()).resource).toMatchObject({ title: 'two', views: 1 });
    expect((await container.item('old', 'a').read()).statusCode).toBe(404);
    expect(standIn.account.takeAccount().requests).toMatchObject({ batch: 1, pointRead: 2, metadata: 0 });
  });

  test('one that fails undoes all: 207, its own status, and 424 for the others', async () => {
    const { container } = await openContainer();
    const { etag } = await container.items.create({ id: '1', desk: 'a' });
    const { code, result } = await container.items.batch(
      [
        create('2'),
        { operationType: BulkOperationType.Upsert, resourceBody: { id: '1', desk: 'a', title: 'changed' } },
        create('1'),
        create('3'),
      ],
      'a',
    );
    expect(code).toBe(207);
    expect(result?.map(({ statusCode }) => statusCode)).toEqual([424, 424, 409, 424]);
    expect((await container.item('1', 'a').read()).etag).toBe(etag);
    expect((await container.item('2', 'a').read()).statusCode).toBe(404);
  });

  test.each<[string, OperationInput, number]>([
    [
      'Replace with another etag',
      { operationType: 'Replace', id: '1', ifMatch: '"x"', resourceBody: { id: '1', desk: 'a' } },
      412,
    ],
    [
      'Upsert with another etag',
      { operationType: 'Upsert', ifMatch: '"x"', resourceBody: { id: '1', desk: 'a' } },
      412,
    ],
    ['Delete with another etag', { operationType: 'Delete', id: '1', ifMatch: '"x"' } as OperationInput, 412],
    [
      'Patch with another etag',
      { operationType: 'Patch', id: '1', ifMatch: '"x"', resourceBody: { operations: [] } },
      412,
    ],
    [
      'Patch whose condition does not hold',
      {
        operationType: 'Patch',
        id: '1',
        resourceBody: { condition: 'from c where c.x = 1', operations: [{ op: 'incr', path: '/x', value: 1 }] },
      },
      412,
    ],
    ['Read of the known version', { operationType: 'Read', id: '1', ifNoneMatch: '*' } as OperationInput, 304],
    ['Read of what is missing', { operationType: 'Read', id: '2' }, 404],
    ['Delete of what is missing', { operationType: 'Delete', id: '2' }, 404],
    ['Replace of what is missing', { operationType: 'Replace', id: '2', resourceBody: { id: '2', desk: 'a' } }, 404],
    ['Create on another partition key', { operationType: 'Create', resourceBody: { id: '2', desk: 'b' } }, 400],
    ['an operation with another partition key', { operationType: 'Read', id: '1', partitionKey: 'b' }, 400],
  ])('%s makes the batch fail', async (_what, operation, status) => {
    const { container } = await openContainer();
    await container.items.create({ id: '1', desk: 'a' });
    const { code, result } = await container.items.batch([create('new'), operation], 'a');
    expect(code).toBe(207);
    expect(result?.map(({ statusCode }) => statusCode)).toEqual([424, status]);
    expect((await container.item('new', 'a').read()).statusCode).toBe(404);
  });

  test('If-Match of the current version succeeds', async () => {
    const { container } = await openContainer();
    const { etag } = await container.items.create({ id: '1', desk: 'a' });
    const resourceBody = { id: '1', desk: 'a', title: 'new' };
    const { code } = await container.items.batch(
      [{ operationType: 'Replace', id: '1', ifMatch: etag, resourceBody }],
      'a',
    );
    expect(code).toBe(200);
  });

  test('a batch of 100 operations is the most, of 2 MB as well', async () => {
    const { container, standIn } = await openContainer();
    const hundred = Array.from({ length: 100 }, (_, index) => create(String(index)));
    expect((await container.items.batch(hundred, 'a')).code).toBe(200);
    // The client library refuses more by itself; the service does so too.
    expect((await refusal(container.items.batch([...hundred, create('100')], 'a'))).message).toContain(
      '100 operations',
    );
    const headers = {
      authorization: 'type%3dmaster',
      'x-ms-documentdb-partitionkey': '["a"]',
      'x-ms-cosmos-is-batch-request': 'true',
      'x-ms-cosmos-batch-atomic': 'true',
    };
    const served = await standIn.serve();
    const body = JSON.stringify([...hundred, create('100')]);
    const answer = await fetch(`${served.url}/dbs/desk/colls/tickets/docs`, { method: 'POST', headers, body });
    await served.close();
    expect(answer.status).toBe(400);
    const large = ['x', 'y', 'z'].map((id) => create(id, { text: 'x'.repeat(700_000) }));
    expect((await refusal(container.items.batch(large, 'a'))).code).toBe(413);
    expect((await container.item('x', 'a').read()).statusCode).toBe(404);
  });

  test('bodies of writes can be left out of the answer', async () => {
    const { container } = await openContainer();
    const operations = [create('1'), { operationType: BulkOperationType.Read, id: '1' }];
    const { result } = await container.items.batch(operations, 'a', { contentResponseOnWriteEnabled: false });
    expect(result?.[0]).not.toHaveProperty('resourceBody');
    expect(result?.[0]?.eTag).toEqual(expect.any(String));
    expect(result?.[1]?.resourceBody).toMatchObject({ id: '1' });
  });
});
