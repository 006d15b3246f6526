import { describe, expect, test } from '@jest/globals';
import { clientOf, openContainer, refusal } from '../helpers/cosmos/open-container.ts';

const FULL = { id: '1', desk: 'a', title: 'My VPN is down', tags: ['vpn'], nested: { deep: [1, null, true] } };

describe('databases and containers', () => {
  test('createIfNotExists creates once and then reads', async () => {
    const { client, container, standIn } = await openContainer();
    const again = await client.databases.createIfNotExists({ id: 'desk' });
    expect(again.statusCode).toBe(200);
    const { statusCode, resource } = await again.database.containers.createIfNotExists({
      id: 'tickets',
      partitionKey: { paths: ['/desk'] },
    });
    expect(statusCode).toBe(200);
    expect(resource).toMatchObject({ id: 'tickets', partitionKey: { paths: ['/desk'] } });
    expect(resource?.indexingPolicy).toMatchObject({ indexingMode: 'consistent', includedPaths: [{ path: '/*' }] });
    expect((await container.read()).resource?._rid).toBe(resource?._rid);
    expect(standIn.account.takeAccount().requests.metadata).toBe(3);
  });

  test('a second database or container of the name is 409, a missing one 404', async () => {
    const { client, container } = await openContainer();
    expect((await refusal(client.databases.create({ id: 'desk' }))).code).toBe(409);
    expect((await refusal(client.database('desk').containers.create({ id: 'tickets' }))).code).toBe(409);
    expect((await refusal(client.database('other').read())).code).toBe(404);
    expect((await refusal(client.database('desk').container('other').read())).code).toBe(404);
    expect((await container.delete()).statusCode).toBe(204);
    expect((await refusal(container.read())).code).toBe(404);
    expect((await client.database('desk').delete()).statusCode).toBe(204);
    expect((await refusal(client.database('desk').read())).code).toBe(404);
  });

  test('an indexing policy without the root path, or with an incomplete path, is refused', async () => {
    const noRoot = { indexingPolicy: { includedPaths: [{ path: '/a/?' }], excludedPaths: [] } };
    expect((await refusal(openContainer(noRoot))).message).toContain('special mandatory indexing path');
    const incomplete = { indexingPolicy: { includedPaths: [{ path: '/*' }], excludedPaths: [{ path: '/a' }] } };
    expect((await refusal(openContainer(incomplete))).code).toBe(400);
  });

  test('the account has one region and session consistency', async () => {
    const { client } = await openContainer();
    const { resource } = await client.getDatabaseAccount();
    expect(resource?.consistencyPolicy).toBe('Session');
    expect(resource?.writableLocations).toHaveLength(1);
  });

  test('a container may have a key of several paths', async () => {
    const { container } = await openContainer({
      partitionKey: { paths: ['/desk', '/year'], kind: 'MultiHash' as never },
    });
    await container.items.create({ id: '1', desk: 'a', year: 2026 });
    expect((await container.item('1', ['a', 2026]).read()).resource).toMatchObject({ year: 2026 });
    expect((await container.item('1', ['a', 2025]).read()).statusCode).toBe(404);
  });
});

describe('documents', () => {
  test('a document comes back as it was written, with the system properties', async () => {
    const { container, clock } = await openContainer();
    const { statusCode, resource } = await container.items.create(FULL);
    expect(statusCode).toBe(201);
    expect(resource).toEqual({
      ...FULL,
      _rid: expect.any(String),
      _self: expect.any(String),
      _etag: expect.stringMatching(/^".+"$/),
      _attachments: 'attachments/',
      _ts: clock.now().getTime() / 1000,
    });
    const read = await container.item('1', 'a').read();
    expect(read.resource).toEqual(resource);
    expect(read.etag).toBe(resource?._etag);
  });

  test('an id is taken once for each partition key', async () => {
    const { container } = await openContainer();
    await container.items.create(FULL);
    expect((await refusal(container.items.create(FULL))).code).toBe(409);
    expect((await container.items.create({ ...FULL, desk: 'b' })).statusCode).toBe(201);
  });

  test('upsert creates and then replaces', async () => {
    const { container } = await openContainer();
    expect((await container.items.upsert(FULL)).statusCode).toBe(201);
    const { statusCode, resource } = await container.items.upsert({ id: '1', desk: 'a' });
    expect(statusCode).toBe(200);
    expect(resource).not.toHaveProperty('title');
  });

  test('replace, read and delete of what is not there are 404', async () => {
    const { container } = await openContainer();
    const item = container.item('1', 'a');
    expect((await item.read()).statusCode).toBe(404);
    expect((await refusal(item.replace(FULL))).code).toBe(404);
    expect((await refusal(item.delete())).code).toBe(404);
    expect((await refusal(item.patch([{ op: 'set', path: '/title', value: '' }]))).code).toBe(404);
  });

  test('every write makes a new etag, and If-Match guards all of them', async () => {
    const { container } = await openContainer();
    const item = container.item('1', 'a');
    const first = (await container.items.create(FULL)).etag;
    const second = (await item.replace({ ...FULL, title: 'two' })).etag;
    expect(second).not.toBe(first);
    const accessCondition = { type: 'IfMatch', condition: first };
    expect((await refusal(item.replace(FULL, { accessCondition }))).code).toBe(412);
    expect((await refusal(item.delete({ accessCondition }))).code).toBe(412);
    expect((await refusal(container.items.upsert(FULL, { accessCondition }))).code).toBe(412);
    const operations = [{ op: 'set' as const, path: '/title', value: 'three' }];
    expect((await refusal(item.patch(operations, { accessCondition }))).code).toBe(412);
    const current = { accessCondition: { type: 'IfMatch', condition: second } };
    expect((await item.replace({ ...FULL, title: 'three' }, current)).statusCode).toBe(200);
    expect((await item.read()).resource).toMatchObject({ title: 'three' });
  });

  test('an upsert with If-Match of what is not there creates it', async () => {
    const { container } = await openContainer();
    const accessCondition = { type: 'IfMatch', condition: '"gone"' };
    expect((await container.items.upsert(FULL, { accessCondition })).statusCode).toBe(201);
  });

  test('a read with If-None-Match of the current version is 304', async () => {
    const { container } = await openContainer();
    const { etag } = await container.items.create(FULL);
    const item = container.item('1', 'a');
    const accessCondition = { type: 'IfNoneMatch', condition: etag };
    expect((await item.read({ accessCondition })).statusCode).toBe(304);
    await item.replace({ ...FULL, title: 'new' });
    expect((await item.read({ accessCondition })).statusCode).toBe(200);
  });

  test('the id of a document does not change', async () => {
    const { container } = await openContainer();
    await container.items.create(FULL);
    expect((await refusal(container.item('1', 'a').replace({ ...FULL, id: '2' }))).code).toBe(400);
  });

  test('a key that differs from that of the document is 400', async () => {
    const { container } = await openContainer();
    await container.items.create(FULL);
    const { code, substatus, message } = await refusal(container.item('1', 'a').replace({ ...FULL, desk: 'b' }));
    expect({ code, substatus }).toEqual({ code: 400, substatus: 1001 });
    expect(message).toContain("doesn't match the one specified in the header");
  });

  test('a document of more than 2 MB is 413', async () => {
    const { container } = await openContainer();
    const room = 2 * 1024 * 1024 - JSON.stringify({ id: '1', desk: 'a', text: '' }).length;
    expect((await container.items.create({ id: '1', desk: 'a', text: 'x'.repeat(room) })).statusCode).toBe(201);
    const tooLong = { id: '2', desk: 'a', text: 'x'.repeat(room + 1) };
    expect((await refusal(container.items.create(tooLong))).code).toBe(413);
  });

  test.each(['a/b', 'a\\b', 'a#b'])('the client library refuses the id %s', async (id) => {
    const { container } = await openContainer();
    expect((await refusal(container.items.create({ id, desk: 'a' }))).message).toContain('illegal');
  });

  test.each([
    ['with a question mark', 'a?b'],
    ['of 1024 bytes', 'ä'.repeat(512)],
    ['that is a number', 7 as unknown as string],
  ])('an id %s is refused', async (_what, id) => {
    const { container } = await openContainer();
    const operation = { operationType: 'Create' as const, resourceBody: { id, desk: 'a' } };
    const { result } = await container.items.batch([operation], 'a');
    expect(result?.[0]).toMatchObject({ statusCode: 400 });
  });

  test('an id may have any other character, and up to 1023 bytes', async () => {
    const { container } = await openContainer();
    const ids = ['with space', 'ümläut', '100%', 'a+b&c=d', 'quote\'"', 'ä'.repeat(511), '__proto__', 'constructor'];
    for (const id of ids) {
      await container.items.create({ id, desk: 'a' });
      expect((await container.item(id, 'a').read()).resource).toMatchObject({ id });
    }
  });

  test('members with the names of prototypes survive', async () => {
    const { container } = await openContainer();
    const body = JSON.parse('{"id":"1","desk":"a","__proto__":{"x":1},"constructor":2}') as { id: string };
    await container.items.create(body);
    const { resource } = await container.item('1', 'a').read();
    expect(Object.entries(resource ?? {})).toEqual(expect.arrayContaining(Object.entries(body)));
  });

  test('a partition key may be missing, null, a number or a boolean', async () => {
    const { container } = await openContainer();
    for (const [index, desk] of [undefined, null, 7, true].entries()) {
      await container.items.create({ id: String(index), ...(desk === undefined ? {} : { desk }) });
    }
    expect((await container.item('1', null).read()).statusCode).toBe(200);
    expect((await container.item('2', 7).read()).statusCode).toBe(200);
    expect((await container.item('3', true).read()).statusCode).toBe(200);
    expect((await container.item('3', 7).read()).statusCode).toBe(404);
  });

  test('another client sees the same documents', async () => {
    const { container, standIn } = await openContainer();
    await container.items.create(FULL);
    const other = clientOf(standIn).database('desk').container('tickets');
    expect((await other.item('1', 'a').read()).resource).toMatchObject(FULL);
  });
});
