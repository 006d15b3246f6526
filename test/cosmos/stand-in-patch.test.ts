import type { PatchOperation } from '@azure/cosmos';
import { describe, expect, test } from '@jest/globals';
import { openContainer, refusal } from '../helpers/cosmos/open-container.ts';

const BIKE = {
  id: '1',
  desk: 'a',
  name: 'R-410 Road Bicycle',
  price: 455.95,
  inventory: { quantity: 15 },
  used: false,
  tags: ['r-series', 'new'],
};

async function patched(operations: PatchOperation[], condition?: string) {
  const { container } = await openContainer();
  await container.items.create(BIKE);
  const item = container.item('1', 'a');
  const answer = await item.patch(condition ? { operations, condition } : operations).catch(async (error) => {
    const { resource } = await item.read();
    expect(resource).toMatchObject(BIKE);
    throw error;
  });
  expect(answer.statusCode).toBe(200);
  const { resource } = await item.read();
  expect(answer.resource).toEqual(resource);
  return resource;
}

describe('patch', () => {
  test('the example of the documentation', async () => {
    const result = await patched([
      { op: 'add', path: '/color', value: 'silver' },
      { op: 'remove', path: '/used' },
      { op: 'set', path: '/price', value: 355.45 },
      { op: 'incr', path: '/inventory/quantity', value: 10 },
      { op: 'add', path: '/tags/-', value: 'featured-bikes' },
      { op: 'move', from: '/color', path: '/inventory/color' } as never,
    ]);
    expect(result).toMatchObject({
      name: 'R-410 Road Bicycle',
      price: 355.45,
      inventory: { quantity: 25, color: 'silver' },
      tags: ['r-series', 'new', 'featured-bikes'],
    });
    expect(result).not.toHaveProperty('used');
    expect(result).not.toHaveProperty('color');
  });

  test('add inserts into an array, set overwrites', async () => {
    const added = await patched([{ op: 'add', path: '/tags/1', value: 'x' }]);
    expect(added).toMatchObject({ tags: ['r-series', 'x', 'new'] });
    const set = await patched([{ op: 'set', path: '/tags/1', value: 'x' }]);
    expect(set).toMatchObject({ tags: ['r-series', 'x'] });
    expect(await patched([{ op: 'remove', path: '/tags/0' }])).toMatchObject({ tags: ['new'] });
  });

  test('incr creates a missing number, and counts down', async () => {
    expect(await patched([{ op: 'incr', path: '/views', value: 2 }])).toMatchObject({ views: 2 });
    expect(await patched([{ op: 'incr', path: '/price', value: -0.95 }])).toMatchObject({ price: 455 });
  });

  test('a name may have an escaped slash and tilde', async () => {
    expect(await patched([{ op: 'set', path: '/a~1b~0c', value: 1 }])).toMatchObject({ 'a/b~c': 1 });
  });

  test.each<[string, PatchOperation]>([
    ['replace of what is missing', { op: 'replace', path: '/color', value: 'red' }],
    ['remove of what is missing', { op: 'remove', path: '/color' }],
    ['add below what is missing', { op: 'add', path: '/a/b', value: 1 }],
    ['add beyond the end of an array', { op: 'add', path: '/tags/4', value: 1 }],
    ['incr of a text', { op: 'incr', path: '/name', value: 1 }],
    ['move of what is missing', { op: 'move', from: '/color', path: '/paint' } as never],
    ['move into itself', { op: 'move', from: '/inventory', path: '/inventory/x' } as never],
    ['a change of the id', { op: 'set', path: '/id', value: '2' }],
    ['a change of the partition key', { op: 'set', path: '/desk', value: 'b' }],
    ['a change of a system property', { op: 'set', path: '/_ts', value: 1 }],
    ['an unknown operation', { op: 'copy', path: '/name', value: 1 } as never],
    ['a path without a slash', { op: 'set', path: 'name', value: 1 }],
  ])('%s is 400 and changes nothing', async (_what, operation) => {
    const operations: PatchOperation[] = [{ op: 'set', path: '/price', value: 1 }, operation];
    expect((await refusal(patched(operations))).code).toBe(400);
  });

  test('10 operations are the most', async () => {
    const operations = Array.from({ length: 10 }, (): PatchOperation => ({ op: 'incr', path: '/views', value: 1 }));
    expect(await patched(operations)).toMatchObject({ views: 10 });
    expect((await refusal(patched([...operations, ...operations.slice(0, 1)]))).code).toBe(400);
    expect((await refusal(patched([]))).code).toBe(400);
  });

  test('a condition that does not hold is 412', async () => {
    const operations: PatchOperation[] = [{ op: 'set', path: '/price', value: 1 }];
    expect(await patched(operations, 'from c where c.inventory.quantity > 10 and c.used = false')).toMatchObject({
      price: 1,
    });
    expect((await refusal(patched(operations, 'from c where c.inventory.quantity > 15'))).code).toBe(412);
    expect((await refusal(patched(operations, 'from c where c.missing = 1'))).code).toBe(412);
    expect((await refusal(patched(operations, 'where c.used'))).code).toBe(400);
  });
});
