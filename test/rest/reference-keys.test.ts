import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { ApiKey } from '../../api/contract/keys.ts';
import { startServer, type TestInstance, type TestServer } from '../helpers/server.ts';
import { ADA, type Answer, type Api, apiOf, apiWithKey, setClock, succeed } from './reference.ts';

let server: TestServer;
let made: TestInstance;
let primary: Api;
let secondary: Api;
let admin: Api;

beforeAll(async () => {
  server = await startServer();
});
beforeEach(async () => {
  made = await server.newInstance();
  primary = apiOf(made);
  secondary = apiOf(made, 'secondary');
  admin = apiOf(made, 'administrative');
});
afterAll(() => server.close());

const keys = async (): Promise<ApiKey[]> => succeed(await admin.get<ApiKey>('/keys')).body.items;
const limit = (slot: string, limits: object, query = '') => admin.put<ApiKey>(`/keys/${slot}${query}`, limits);
const statusOf = async (api: Api) => (await api.get('/tags')).status;

describe('the keys', () => {
  test('TW-5 are listed in the settings, each with its limits', async () => {
    const listed = await keys();
    expect(listed.map(({ slot, key }) => [slot, key])).toEqual([
      ['administrative', made.keys.administrative],
      ['primary', made.keys.primary],
      ['secondary', made.keys.secondary],
    ]);
    for (const key of listed) {
      expect(key).toMatchObject({
        readOnly: false,
        allowedIps: [],
        expiresOn: '',
        createdOn: server.clock.now().toISOString(),
      });
      expect(Object.keys(key).sort()).toEqual([
        'allowedIps',
        'createdOn',
        'expiresOn',
        'key',
        'lastUsedOn',
        'readOnly',
        'slot',
      ]);
    }
  });

  test('TW-5 show when they were last used', async () => {
    const lastUsedOn = async () => (await keys()).find(({ slot }) => slot === 'secondary')!.lastUsedOn;
    expect(await lastUsedOn()).toBe('');
    await secondary.get('/tags');
    expect(await lastUsedOn()).toBe(server.clock.now().toISOString());
    server.clock.advance(3_600_000);
    await secondary.get('/tags');
    expect(await lastUsedOn()).toBe(server.clock.now().toISOString());
  });

  test('403 for a plain key: it neither shows keys nor changes them', async () => {
    const answers = [
      await primary.get('/keys'),
      await primary.put('/keys/secondary', { readOnly: true }),
      await primary.post('/keys/secondary/regenerate'),
    ];
    for (const answer of answers)
      expect(answer).toMatchObject({ status: 403, body: { error: true, code: 'forbidden' } });
    expect((await keys()).map(({ key }) => key)).toContain(made.keys.secondary);
    expect(answers.map(({ text }) => text).join()).not.toContain(made.keys.secondary);
  });

  test.each(['tertiary', 'PRIMARY'])('404 there is no slot %s', async (slot) => {
    const missing = {
      status: 404,
      body: { code: 'not_found', message: 'The slots are: primary, secondary, administrative.' },
    };
    expect(await limit(slot, { readOnly: true })).toMatchObject(missing);
    expect(await admin.post(`/keys/${slot}/regenerate`)).toMatchObject(missing);
  });
});

describe('a regenerated key', () => {
  const slots = [
    { slot: 'primary', other: 'secondary' },
    { slot: 'secondary', other: 'primary' },
  ] as const;
  test.each(slots)('TW-4 $slot: the old one stops at once, $other goes on', async ({ slot, other }) => {
    const { status, body } = await admin.post<ApiKey>(`/keys/${slot}/regenerate`);
    expect(status).toBe(201);
    expect(body.item).toMatchObject({ slot, readOnly: false, lastUsedOn: '' });
    expect(body.item.key).not.toBe(made.keys[slot]);
    expect(await statusOf(apiOf(made, slot))).toBe(401);
    expect(await statusOf(apiWithKey(made, body.item.key))).toBe(200);
    expect(await statusOf(apiOf(made, other))).toBe(200);
    expect((await keys()).find((key) => key.slot === slot)).toMatchObject({ key: body.item.key });
  });

  test('401 a revoked key gets the same body as an unknown one', async () => {
    await admin.post('/keys/primary/regenerate');
    const body = ({ body: { item: _, ...rest } }: Answer<unknown>) => ({ ...rest, requestId: '' });
    const revoked = await primary.get('/tags');
    const unknown = await apiWithKey(made, 'nonsense').get('/tags');
    expect(revoked.status).toBe(401);
    expect(body(revoked)).toEqual(body(unknown));
  });

  test('keeps the limits of its slot', async () => {
    succeed(await limit('primary', { readOnly: true }));
    const { item } = succeed(await admin.post<ApiKey>('/keys/primary/regenerate')).body;
    expect(item.readOnly).toBe(true);
    expect((await apiWithKey(made, item.key).post('/tickets', { ticket: { title: 'x', requestor: ADA } })).status).toBe(
      403,
    );
  });

  test('is the same one for the same Idempotency-Key', async () => {
    const once = { 'Idempotency-Key': 'once' };
    const first = succeed(await admin.post<ApiKey>('/keys/primary/regenerate', undefined, once)).body.item.key;
    const again = succeed(await admin.post<ApiKey>('/keys/primary/regenerate', undefined, once)).body.item.key;
    expect(again).toBe(first);
    expect(first).not.toBe(made.keys.primary);
  });
});

describe('a read-only key', () => {
  let id: string;
  beforeEach(async () => {
    id = (await primary.newTicket()).id;
    expect(succeed(await limit('primary', { readOnly: true })).body.item).toMatchObject({
      slot: 'primary',
      readOnly: true,
    });
  });

  const writes: { name: string; ask: () => Promise<Answer<unknown>> }[] = [
    { name: '403 POST /tickets', ask: () => primary.post('/tickets', { ticket: { title: 'x', requestor: ADA } }) },
    { name: '403 PUT /tickets/{ticketId}', ask: () => primary.put(`/tickets/${id}`, { ticket: { title: 'x' } }) },
    {
      name: '403 PUT /tickets/{ticketId}/status',
      ask: () => primary.put(`/tickets/${id}/status`, { status: 'Closed' }),
    },
    {
      name: '403 POST /tickets/{ticketId}/status',
      ask: () => primary.post(`/tickets/${id}/status`, { status: 'Closed' }),
    },
    { name: '403 PUT /tickets/{ticketId}/seen', ask: () => primary.put(`/tickets/${id}/seen`, { as: 'assignee' }) },
    {
      name: '403 POST /tickets/{ticketId}/activities',
      ask: () => primary.post(`/tickets/${id}/activities`, { comment: 'x' }),
    },
    {
      name: '403 POST /tickets/{ticketId}/comments',
      ask: () => primary.post(`/tickets/${id}/comments`, { comment: 'x' }),
    },
    {
      name: '403 POST /tickets/{ticketId}/attachments',
      ask: () => primary.post(`/tickets/${id}/attachments`, { attachments: [{ src: 'https://contoso.com' }] }),
    },
    { name: '403 DELETE /tickets/{ticketId}', ask: () => primary.delete(`/tickets/${id}`) },
  ];
  test.each(writes)('$name', async ({ ask }) => {
    const before = await primary.ticket(id);
    expect(await ask()).toMatchObject({
      status: 403,
      body: { error: true, code: 'forbidden', message: 'This key is read-only.' },
    });
    expect(await primary.ticket(id)).toEqual(before);
    expect((await primary.get('/tickets')).body.itemCount).toBe(1);
  });

  test('TW-4 still reads, the other slot still writes, and it can be switched back', async () => {
    for (const path of ['/tickets', `/tickets/${id}`, `/tickets/${id}/activities`, '/instance', '/tags']) {
      expect([path, (await primary.get(path)).status]).toEqual([path, 200]);
    }
    expect((await secondary.put(`/tickets/${id}`, { ticket: { title: 'x' } })).status).toBe(200);
    succeed(await limit('primary', { readOnly: false }));
    expect((await primary.put(`/tickets/${id}`, { ticket: { title: 'y' } })).status).toBe(200);
  });
});

describe('a key that is bound to addresses', () => {
  const lists = [
    { name: '200 its own address', allowedIps: ['127.0.0.1'], status: 200 },
    { name: '200 a range that holds it', allowedIps: ['127.0.0.0/8'], status: 200 },
    { name: '200 one of several', allowedIps: ['203.0.113.7', '127.0.0.1'], status: 200 },
    { name: '200 no list at all', allowedIps: [], status: 200 },
    { name: '403 another address', allowedIps: ['203.0.113.7'], status: 403 },
    { name: '403 a range that does not hold it', allowedIps: ['10.0.0.0/8', '2001:db8::/32'], status: 403 },
  ];
  test.each(lists)('$name', async ({ allowedIps, status }) => {
    expect(succeed(await limit('primary', { allowedIps })).body.item.allowedIps).toEqual(allowedIps);
    expect(await statusOf(primary)).toBe(status);
    expect(await statusOf(secondary)).toBe(200);
  });

  test.each(['localhost', '127.0.0.1/33', '300.1.1.1', '10.0.0.0/x', ''])(
    '400 what is no address: %s',
    async (entry) => {
      const { status, body } = await limit('primary', { allowedIps: ['127.0.0.1', entry] });
      expect({ status, fields: body.errors.map(({ field }) => field) }).toEqual({
        status: 400,
        fields: ['allowedIps'],
      });
      expect((await keys()).find(({ slot }) => slot === 'primary')!.allowedIps).toEqual([]);
    },
  );
});

describe('a key that expires', () => {
  test('401 from its moment on, with the body of an unknown key; null takes it back', async () => {
    setClock(server, '2026-02-10T12:00:00Z');
    const { item } = succeed(await limit('primary', { expiresOn: '2026-02-11T12:00' }, '?timezone=1')).body;
    expect(item.expiresOn).toBe('2026-02-11T11:00:00.000Z');
    setClock(server, '2026-02-11T10:59:59.999Z');
    expect(await statusOf(primary)).toBe(200);
    server.clock.advance(1);
    expect(await primary.get('/tags')).toMatchObject({ status: 401, body: { error: true, code: 'unauthorized' } });
    expect(await statusOf(secondary)).toBe(200);
    expect(succeed(await limit('primary', { expiresOn: null })).body.item.expiresOn).toBe('');
    expect(await statusOf(primary)).toBe(200);
  });

  test('400 a date that is none', async () => {
    const { status, body } = await limit('primary', { expiresOn: 'never' });
    expect({ status, fields: body.errors.map(({ field }) => field) }).toEqual({ status: 400, fields: ['expiresOn'] });
  });

  test('only the limits given change', async () => {
    succeed(await limit('primary', { readOnly: true, allowedIps: ['127.0.0.1'], expiresOn: '2030-01-01' }));
    expect(succeed(await limit('primary', { readOnly: false })).body.item).toMatchObject({
      readOnly: false,
      allowedIps: ['127.0.0.1'],
      expiresOn: '2030-01-01T00:00:00.000Z',
    });
  });
});
