import { describe, expect, test } from '@jest/globals';
import { openContainer, refusal } from '../helpers/cosmos/open-container.ts';

describe('time to live', () => {
  test('an expired document is gone for reads, queries and the feed, and its id is free', async () => {
    const { container, clock, ask } = await openContainer({ defaultTtl: -1 });
    await container.items.create({ id: '1', desk: 'a', ttl: 60 });
    await container.items.create({ id: '2', desk: 'a' });
    clock.advance(59_000);
    expect((await container.item('1', 'a').read()).statusCode).toBe(200);
    clock.advance(1_000);
    expect((await container.item('1', 'a').read()).statusCode).toBe(404);
    expect(await ask('SELECT VALUE c.id FROM c')).toEqual(['2']);
    const feed = container.items.changeFeed('a', { startFromBeginning: true });
    expect((await feed.fetchNext()).result.map(({ id }: { id: string }) => id)).toEqual(['2']);
    expect((await refusal(container.item('1', 'a').delete())).code).toBe(404);
    expect((await container.items.create({ id: '1', desk: 'a' })).statusCode).toBe(201);
  });

  test('a write starts the time anew', async () => {
    const { container, clock } = await openContainer({ defaultTtl: -1 });
    const body = { id: '1', desk: 'a', ttl: 60 };
    await container.items.create(body);
    clock.advance(40_000);
    await container.items.upsert(body);
    clock.advance(40_000);
    expect((await container.item('1', 'a').read()).statusCode).toBe(200);
    await container.item('1', 'a').patch([{ op: 'set', path: '/ttl', value: 5 }]);
    clock.advance(5_000);
    expect((await container.item('1', 'a').read()).statusCode).toBe(404);
  });

  test('the default of the container counts unless the document says otherwise', async () => {
    const { container, clock } = await openContainer({ defaultTtl: 100 });
    await container.items.create({ id: 'default', desk: 'a' });
    await container.items.create({ id: 'longer', desk: 'a', ttl: 200 });
    await container.items.create({ id: 'never', desk: 'a', ttl: -1 });
    clock.advance(100_000);
    expect((await container.item('default', 'a').read()).statusCode).toBe(404);
    expect((await container.item('longer', 'a').read()).statusCode).toBe(200);
    clock.advance(1_000_000);
    expect((await container.item('longer', 'a').read()).statusCode).toBe(404);
    expect((await container.item('never', 'a').read()).statusCode).toBe(200);
  });

  test('without a default the time of a document has no effect', async () => {
    const { container, clock } = await openContainer();
    await container.items.create({ id: '1', desk: 'a', ttl: 1 });
    clock.advance(1_000_000);
    expect((await container.item('1', 'a').read()).statusCode).toBe(200);
  });

  test.each([0, -2, 1.5, null, 'soon', 2_147_483_648])('a time of %p is refused', async (ttl) => {
    const { container } = await openContainer({ defaultTtl: -1 });
    expect((await refusal(container.items.create({ id: '1', desk: 'a', ttl: ttl as number }))).code).toBe(400);
  });
});
