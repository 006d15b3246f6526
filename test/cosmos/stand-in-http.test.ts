import { CosmosClient } from '@azure/cosmos';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { ServedStandIn } from '../helpers/cosmos/http-server.ts';
import { openContainer, refusal, STAND_IN_KEY } from '../helpers/cosmos/open-container.ts';

let served: ServedStandIn | undefined;

afterEach(async () => {
  await served?.close();
  served = undefined;
});

async function overHttp() {
  const open = await openContainer();
  served = await open.standIn.serve();
  const { connectionPolicy } = open.standIn.options;
  const client = new CosmosClient({
    endpoint: served.url,
    key: STAND_IN_KEY,
    connectionPolicy: connectionPolicy ?? {},
  });
  return { ...open, remote: client.database('desk').container('tickets') };
}

describe('over http', () => {
  test('another process sees and changes the same documents', async () => {
    const { container, remote } = await overHttp();
    await remote.items.create({ id: 'ü 1', desk: 'ä', title: '😀' });
    expect((await container.item('ü 1', 'ä').read()).resource).toMatchObject({ title: '😀' });
    const operation = { operationType: 'Delete' as const, id: 'ü 1' };
    expect((await remote.items.batch([operation], 'ä')).code).toBe(200);
    expect((await remote.item('ü 1', 'ä').read()).statusCode).toBe(404);
    await remote.items.create({ id: '2', desk: 'a' });
    const { resources } = await remote.items.query('SELECT VALUE c.id FROM c', { partitionKey: 'a' }).fetchAll();
    expect(resources).toEqual(['2']);
    const feed = remote.items.changeFeed('a', { startFromBeginning: true });
    expect((await feed.fetchNext()).result).toHaveLength(1);
    expect((await feed.fetchNext()).statusCode).toBe(304);
  });

  test('an answer that is lost is a broken connection', async () => {
    const { container, remote, standIn } = await overHttp();
    standIn.faults.next('timeout-after-commit');
    expect((await refusal(remote.items.create({ id: '1', desk: 'a' }))).code).toBe('ECONNRESET');
    expect((await container.item('1', 'a').read()).statusCode).toBe(200);
    standIn.faults.next('reset-before-commit');
    expect((await refusal(remote.items.create({ id: '2', desk: 'a' }))).code).toBe('ECONNRESET');
    expect((await container.item('2', 'a').read()).statusCode).toBe(404);
  });

  test('a request without authorization is 401, an unknown path 404', async () => {
    await overHttp();
    expect((await fetch(`${served?.url}/dbs/desk`)).status).toBe(401);
    const headers = { authorization: 'type%3dmaster' };
    expect((await fetch(`${served?.url}/dbs/desk`, { headers })).status).toBe(200);
    expect((await fetch(`${served?.url}/dbs/desk/colls/tickets/sprocs`, { headers })).status).toBe(404);
  });
});
