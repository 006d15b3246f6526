import {
  ChangeFeedMode,
  type ChangeFeedPullModelIterator,
  ChangeFeedStartFrom,
  type Container,
  StatusCodes,
} from '@azure/cosmos';
import { describe, expect, test } from '@jest/globals';
import { clientOf, openContainer, refusal } from '../helpers/cosmos/open-container.ts';

interface Ticket {
  id: string;
  _lsn: number;
}

async function next(feed: ChangeFeedPullModelIterator<Ticket>) {
  const page = await feed.readNext();
  const ids = page.statusCode === StatusCodes.NotModified ? [] : page.result.map(({ id }) => id);
  return { status: page.statusCode, ids, lsn: page.result?.map(({ _lsn }) => _lsn), token: page.continuationToken };
}

async function opened() {
  const open = await openContainer();
  const put = (id: string, desk = 'a') => open.container.items.upsert({ id, desk });
  const feedOf = (container: Container, changeFeedStartFrom: ChangeFeedStartFrom, maxItemCount = 100) =>
    container.items.getChangeFeedIterator<Ticket>({ changeFeedStartFrom, maxItemCount });
  return { ...open, put, feedOf };
}

describe('change feed', () => {
  test('of a partition key: each document once, in its last version, in the order of the writes', async () => {
    const { container, put, feedOf, standIn } = await opened();
    for (const id of ['1', '2', '3', '1']) await put(id);
    await put('other', 'b');
    await container.item('3', 'a').delete();
    standIn.account.takeAccount();
    const feed = feedOf(container, ChangeFeedStartFrom.Beginning('a'));
    const page = await next(feed);
    expect(page).toMatchObject({ status: 200, ids: ['2', '1'] });
    expect(page.lsn).toEqual([2, 4]);
    expect(await next(feed)).toMatchObject({ status: 304, ids: [] });
    await put('2');
    expect(await next(feed)).toMatchObject({ status: 200, ids: ['2'] });
    expect(standIn.account.takeAccount().requests).toMatchObject({ changeFeed: 3, metadata: 1, upsert: 1 });
  });

  test('of the container: all partition keys in one order', async () => {
    const { container, put, feedOf } = await opened();
    await put('1');
    await put('other', 'b');
    await put('2');
    const feed = feedOf(container, ChangeFeedStartFrom.Beginning());
    expect((await next(feed)).ids).toEqual(['1', 'other', '2']);
    expect((await next(feed)).status).toBe(304);
  });

  test('pages, and a continuation that outlives the client', async () => {
    const { container, put, feedOf, standIn } = await opened();
    for (const id of ['1', '2', '3', '4', '5']) await put(id);
    const first = await next(feedOf(container, ChangeFeedStartFrom.Beginning('a'), 2));
    expect(first.ids).toEqual(['1', '2']);
    await put('1');
    const later = clientOf(standIn).database('desk').container('tickets');
    const feed = feedOf(later, ChangeFeedStartFrom.Continuation(first.token), 2);
    expect((await next(feed)).ids).toEqual(['3', '4']);
    expect((await next(feed)).ids).toEqual(['5', '1']);
    expect((await next(feed)).status).toBe(304);
  });

  test('a transaction is never cut in two', async () => {
    const { container, put, feedOf } = await opened();
    await put('0');
    const create = (id: string) => ({ operationType: 'Create' as const, resourceBody: { id, desk: 'a' } });
    await container.items.batch([create('1'), create('2'), create('3')], 'a');
    await put('4');
    const feed = feedOf(container, ChangeFeedStartFrom.Beginning('a'), 2);
    expect((await next(feed)).ids).toEqual(['0', '1', '2', '3']);
    expect((await next(feed)).ids).toEqual(['4']);
  });

  test('from now, and from a time', async () => {
    const { container, put, feedOf, clock } = await opened();
    await put('1');
    const start = clock.now();
    clock.advance(1000);
    const fromNow = feedOf(container, ChangeFeedStartFrom.Now('a'));
    expect((await next(fromNow)).status).toBe(304);
    await put('2');
    expect((await next(fromNow)).ids).toEqual(['2']);
    expect((await next(feedOf(container, ChangeFeedStartFrom.Time(start, 'a')))).ids).toEqual(['2']);
  });

  test('the older iterator of the client library reads it as well', async () => {
    const { container, put } = await opened();
    await put('1');
    const feed = container.items.changeFeed('a', { startFromBeginning: true });
    expect((await feed.fetchNext()).result).toHaveLength(1);
    expect(feed.hasMoreResults).toBe(true);
    expect((await feed.fetchNext()).statusCode).toBe(304);
    expect(feed.hasMoreResults).toBe(false);
  });

  test('on demand a page comes once more', async () => {
    const { container, put, feedOf, standIn } = await opened();
    for (const id of ['1', '2', '3', '4']) await put(id);
    const feed = feedOf(container, ChangeFeedStartFrom.Beginning('a'), 2);
    expect((await next(feed)).ids).toEqual(['1', '2']);
    standIn.faults.next('duplicate-page');
    expect((await next(feed)).ids).toEqual(['1', '2']);
    expect((await next(feed)).ids).toEqual(['3', '4']);
    standIn.faults.next('duplicate-page');
    expect((await next(feed)).ids).toEqual(['3', '4']);
    expect((await next(feed)).status).toBe(304);
  });

  test('all versions and deletes are refused', async () => {
    const { container } = await opened();
    const feed = container.items.getChangeFeedIterator({
      changeFeedMode: ChangeFeedMode.AllVersionsAndDeletes,
      changeFeedStartFrom: ChangeFeedStartFrom.Now('a'),
    });
    expect((await refusal(feed.readNext())).code).toBe(400);
  });
});
