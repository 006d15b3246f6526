import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { BASE_PATH, SUCCESS } from '../../api/contract/wire.ts';
import { startServer, type TestInstance, type TestServer } from '../helpers/server.ts';
import { ADA, type Api, apiOf, GRACE } from './reference.ts';

let server: TestServer;
let instance: TestInstance;
let api: Api;
let admin: Api;

beforeAll(async () => {
  server = await startServer();
  instance = await server.newInstance();
  api = apiOf(instance);
  admin = apiOf(instance, 'administrative');
});
afterAll(() => server.close());

const minimal = { ticket: { title: 'My VPN is down', requestor: ADA }, user: ADA };

describe('the envelope', () => {
  test('TW-24 a list is items, itemCount, continuationToken, error and message, and nothing else', async () => {
    await api.newTicket();
    await api.newTicket();
    const { body, headers } = await api.get('/tickets?limit=1');
    expect(Object.keys(body).sort()).toEqual(['continuationToken', 'error', 'itemCount', 'items', 'message']);
    expect(body).toMatchObject({ error: false, message: SUCCESS });
    expect(headers.get('Content-Type')).toBe('application/json; charset=utf-8');
  });

  test.each(['/tags', '/tickets?title=nothing+like+it'])('TW-24 an empty list is whole too: %s', async (path) => {
    const { status, text } = await api.get(path);
    expect(status).toBe(200);
    expect(text).toBe(`{"items":[],"itemCount":0,"error":false,"message":"${SUCCESS}"}`);
  });

  test('TW-38 a single read is item, error and message, and nothing else', async () => {
    const { id } = await api.newTicket();
    const { status, body, headers } = await api.get(`/tickets/${id}?timezone=7`);
    expect(status).toBe(200);
    expect(Object.keys(body).sort()).toEqual(['error', 'item', 'message']);
    expect(body).toMatchObject({ item: { id }, error: false, message: SUCCESS });
    expect(headers.get('Content-Type')).toBe('application/json; charset=utf-8');
  });

  const faults = [
    {
      name: 'TW-7 400 a wrong value has a code and names its field',
      path: '/tickets?limit=0',
      status: 400,
      code: 'invalid_input',
      field: 'limit',
    },
    { name: 'TW-7 404 has a code', path: '/tickets/4711', status: 404, code: 'not_found' },
    { name: 'TW-7 404 for a path that is not there', path: '/ticket', status: 404, code: 'not_found' },
    { name: 'TW-7 403 has a code', path: '/keys', status: 403, code: 'forbidden' },
  ];
  test.each(faults)('$name', async ({ path, status, code, field }) => {
    const answer = await api.get(path, { 'X-Request-Id': 'my-request.1' });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('Content-Type')).toBe('application/problem+json; charset=utf-8');
    expect(answer.headers.get('X-Request-Id')).toBe('my-request.1');
    const { detail, ...rest } = answer.body as typeof answer.body & { detail: string };
    expect(rest).toEqual({
      type: 'about:blank',
      title: expect.any(String),
      status,
      code,
      requestId: 'my-request.1',
      error: true,
      message: detail,
      statusCode: status,
      ...(field && { errors: [{ field, message: expect.any(String) }] }),
    });
    expect(detail).toMatch(/^\S.+\S$/);
  });

  const unreadable = [
    { name: '400 a body that is no JSON', body: '{ status : "Resolved" }', code: 'bad_request' },
    { name: '400 a body that is a list', body: '[]', code: 'bad_request' },
    { name: '400 a body that is null', body: 'null', code: 'bad_request' },
    { name: '400 no body at all', body: undefined, code: 'invalid_input' },
    { name: '400 an empty object', body: '{}', code: 'invalid_input' },
    { name: '413 a body of more than 1 MB', body: `{"a":"${'x'.repeat(1024 * 1024)}"}`, code: 'payload_too_large' },
  ];
  test.each(unreadable)('$name', async ({ name, body, code }) => {
    const answer = await api.post('/tickets', body);
    expect(answer.status).toBe(Number(name.slice(0, 3)));
    expect(answer.body).toMatchObject({ error: true, code });
  });

  test('415 a body that says it is something else than JSON', async () => {
    const answer = await api.post('/tickets', JSON.stringify(minimal), { 'Content-Type': 'text/plain' });
    expect(answer).toMatchObject({ status: 415, body: { error: true, code: 'unsupported_media_type' } });
  });

  test('TW-7 a parameter that is not known is ignored and named in a warning; one given twice is 400', async () => {
    const unknown = await api.get('/tickets?colour=blue');
    expect(unknown.status).toBe(200);
    expect(unknown.headers.get('Warning')).toBe('299 - "the parameter colour is not known and was ignored"');
    expect((await api.get('/tickets?limit=1&limit=2')).body).toMatchObject({ code: 'invalid_input', statusCode: 400 });
  });
});

describe('what creates answers 201 with the created thing and its place', () => {
  const creating = [
    { name: '201 POST /tickets', path: '/tickets', body: minimal, location: /^\/tickets\/[0-9a-f-]{36}$/ },
    {
      name: '201 POST /tickets/{ticketId}/activities',
      path: '/tickets/1/activities',
      body: { comment: 'Hi' },
      location: /^\/tickets\/[0-9a-f-]{36}\/activities$/,
    },
    {
      name: '201 POST /tickets/{ticketId}/comments',
      path: '/tickets/1/comments',
      body: { comment: 'Hi' },
      location: /^\/tickets\/[0-9a-f-]{36}\/activities$/,
    },
    {
      name: '201 POST /tickets/{ticketId}/attachments',
      path: '/tickets/1/attachments',
      body: { attachments: [{ src: 'https://contoso.com' }] },
      location: /^\/tickets\/[0-9a-f-]{36}\/attachments$/,
    },
    { name: '201 POST /tags', path: '/tags', body: { tagCategory: { text: 'Area' } }, location: /^\/tags$/ },
    {
      name: '201 POST /keys/{slot}/regenerate',
      path: '/keys/secondary/regenerate',
      body: undefined,
      location: /^\/keys$/,
    },
  ];
  test.each(creating)('$name', async ({ path, body, location }) => {
    await api.newTicket();
    const { status, headers, body: answered } = await admin.post<Record<string, unknown>>(path, body);
    expect(status).toBe(201);
    expect(Object.keys(answered).sort()).toEqual(['error', 'item', 'message']);
    expect(answered).toMatchObject({ error: false, message: SUCCESS });
    const place = headers.get('Location')!;
    expect(place.slice(0, BASE_PATH.length)).toBe(BASE_PATH);
    expect(place.slice(BASE_PATH.length)).toMatch(location);
    expect((await admin.get(place.slice(BASE_PATH.length))).status).toBe(200);
  });

  test('TW-37 where the reference answers nothing, the new ticket is the item and Location leads to it', async () => {
    const { body, headers } = await api.post('/tickets', minimal);
    const found = await api.get(headers.get('Location')!.slice(BASE_PATH.length));
    expect(found.body.item).toEqual(body.item);
    expect(body.item).toMatchObject({ title: 'My VPN is down', requestor: ADA, status: 'Open' });
  });

  test('204 DELETE answers nothing at all', async () => {
    const { id } = await api.newTicket();
    const answer = await api.delete(`/tickets/${id}`);
    expect(answer).toMatchObject({ status: 204, text: '' });
  });
});

describe('versions', () => {
  test('TW-38 304 when the ticket is as the caller knows it', async () => {
    const { id } = await api.newTicket();
    const tag = (await api.get(`/tickets/${id}`)).headers.get('ETag')!;
    expect(await api.get(`/tickets/${id}`, { 'If-None-Match': tag })).toMatchObject({ status: 304, text: '' });
    await api.post(`/tickets/${id}/activities`, { comment: 'News', user: GRACE });
    expect((await api.get(`/tickets/${id}`, { 'If-None-Match': tag })).status).toBe(200);
  });

  const writes = [
    {
      name: '412 an update of a ticket that has changed since',
      ask: (id: string, headers: Record<string, string>) =>
        api.put(`/tickets/${id}`, { ticket: { title: 'Late' } }, headers),
    },
    {
      name: '412 a move of a ticket that has changed since',
      ask: (id: string, headers: Record<string, string>) =>
        api.put(`/tickets/${id}/status`, { status: 'Closed' }, headers),
    },
    {
      name: '412 a comment on a ticket that has changed since',
      ask: (id: string, headers: Record<string, string>) =>
        api.post(`/tickets/${id}/comments`, { comment: 'Late' }, headers),
    },
    {
      name: '412 the deletion of a ticket that has changed since',
      ask: (id: string, headers: Record<string, string>) => api.delete(`/tickets/${id}`, headers),
    },
  ];
  test.each(writes)('$name', async ({ ask }) => {
    const { id } = await api.newTicket();
    const tag = (await api.get(`/tickets/${id}`)).headers.get('ETag')!;
    await api.put(`/tickets/${id}`, { ticket: { title: 'First' } });
    const late = await ask(id, { 'If-Match': tag });
    expect(late).toMatchObject({ status: 412, body: { error: true, code: 'precondition_failed' } });
    expect(await api.ticket(id)).toMatchObject({ title: 'First', status: 'Open' });
    const fresh = (await api.get(`/tickets/${id}`)).headers.get('ETag')!;
    expect((await ask(id, { 'If-Match': fresh })).status).toBeLessThan(300);
  });
});

describe('an Idempotency-Key', () => {
  test('makes a repeated POST harmless, and is good for one request only', async () => {
    const own = apiOf(await server.newInstance());
    const first = await own.post('/tickets', minimal, { 'Idempotency-Key': 'once' });
    const again = await own.post('/tickets', minimal, { 'Idempotency-Key': 'once' });
    expect(again).toMatchObject({ status: 201, text: first.text });
    expect(again.headers.get('Location')).toBe(first.headers.get('Location'));
    expect(again.headers.get('Idempotency-Replayed')).toBe('true');
    const other = await own.post('/tickets', { ...minimal, user: GRACE }, { 'Idempotency-Key': 'once' });
    expect(other).toMatchObject({ status: 422, body: { error: true, code: 'idempotency_mismatch' } });
    expect((await own.get('/tickets')).body.itemCount).toBe(1);
  });

  test('answers anew after 24 hours', async () => {
    const own = apiOf(await server.newInstance());
    await own.post('/tickets', minimal, { 'Idempotency-Key': 'daily' });
    server.clock.advance(24 * 60 * 60 * 1000 - 1);
    await own.post('/tickets', minimal, { 'Idempotency-Key': 'daily' });
    expect((await own.get('/tickets')).body.itemCount).toBe(1);
    server.clock.advance(1);
    await own.post('/tickets', minimal, { 'Idempotency-Key': 'daily' });
    expect((await own.get('/tickets')).body.itemCount).toBe(2);
  });
});
