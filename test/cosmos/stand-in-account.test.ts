import { describe, expect, test } from '@jest/globals';
import { openContainer, refusal } from '../helpers/cosmos/open-container.ts';

const text = (bytes: number): string => 'x'.repeat(bytes);

describe('account', () => {
  test('counts what was asked, by kind and by status, until it is taken', async () => {
    const { container, standIn, ask } = await openContainer();
    const item = container.item('1', 'a');
    await container.items.create({ id: '1', desk: 'a' });
    await container.items.upsert({ id: '1', desk: 'a' });
    await item.replace({ id: '1', desk: 'a' });
    await item.patch([{ op: 'set', path: '/x', value: 1 }]);
    await item.read();
    await ask('SELECT * FROM c');
    await container.items.query('SELECT * FROM c').fetchAll();
    await container.items.batch([{ operationType: 'Read', id: '1' }], 'a');
    await container.items.changeFeed('a', { startFromBeginning: true }).fetchNext();
    await item.delete();
    await refusal(item.delete());
    await container.read();
    const account = standIn.account.takeAccount();
    expect(account.requests).toEqual({
      create: 1,
      upsert: 1,
      replace: 1,
      patch: 1,
      pointRead: 1,
      query: 1,
      crossPartitionQuery: 1,
      queryPlan: 2,
      batch: 1,
      changeFeed: 1,
      delete: 2,
      metadata: 1,
    });
    expect(account.total).toBe(14);
    expect(account.statuses).toEqual({ 200: 11, 201: 1, 204: 1, 404: 1 });
    expect(standIn.account.takeAccount()).toMatchObject({ total: 0, requestUnits: 0, statuses: {} });
  });

  test('a point read of 1 KB is 1 request unit, one of 100 KB is 10', async () => {
    const { container, standIn } = await openContainer();
    await container.items.create({ id: 'small', desk: 'a', text: text(900) });
    await container.items.create({ id: 'large', desk: 'a', text: text(100 * 1024 - 40) });
    standIn.account.takeAccount();
    const small = await container.item('small', 'a').read();
    expect(small.requestCharge).toBe(1);
    await container.item('large', 'a').read();
    const { requestUnits, requestUnitsOf } = standIn.account.takeAccount();
    expect(requestUnits).toBeCloseTo(11, 1);
    expect(requestUnitsOf.pointRead).toBe(requestUnits);
  });

  test('a write is charged by its size and its indexed values, and a replace twice', async () => {
    const body = { id: '1', desk: 'a', text: text(900), tags: ['p', 'q', 'r'] };
    const charges = async (indexingPolicy: object) => {
      const { container } = await openContainer({ indexingPolicy });
      const created = await container.items.create(body);
      return [created.requestCharge, (await container.items.upsert(body)).requestCharge];
    };
    const [bare, bareAgain] = await charges({ includedPaths: [], excludedPaths: [{ path: '/*' }] });
    // The id and _ts are always indexed.
    expect(bare).toBeCloseTo(5.2);
    expect(bareAgain).toBeCloseTo(10.4);
    const [full] = await charges({});
    // id, desk, text, three tags, _rid, _self, _attachments and _ts.
    expect(full).toBeCloseTo(6);
    const composite = [['/desk', '/text'].map((path) => ({ path, order: 'ascending' }))];
    const [more] = await charges({ compositeIndexes: composite });
    expect(more).toBeCloseTo(6.1);
  });

  test('a query is charged by the documents it looks at, and a full scan by all of them', async () => {
    const { container, standIn } = await openContainer();
    for (let n = 0; n < 50; n += 1) await container.items.create({ id: String(n), desk: 'a', n, text: text(1000) });
    const charge = async (query: string) => {
      standIn.account.takeAccount();
      await container.items.query(query, { partitionKey: 'a' }).fetchAll();
      return standIn.account.takeAccount().requestUnits;
    };
    const one = await charge('SELECT * FROM c WHERE c.n = 7');
    const counted = await charge('SELECT VALUE COUNT(1) FROM c');
    const all = await charge('SELECT * FROM c');
    const scanned = await charge("SELECT * FROM c WHERE LOWER(c.text) = 'y'");
    expect(one).toBeCloseTo(2.4, 1);
    expect(counted).toBeCloseTo(3.3, 1);
    expect(all).toBeCloseTo(8, 0);
    expect(scanned).toBe(all);
  });
});
