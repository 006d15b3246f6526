import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { BASE_PATH } from '../../api/contract/wire.ts';
import { startServer, type TestInstance, type TestServer } from '../helpers/server.ts';
import { type Answer, type Api, answerOf, apiOf, setClock } from './reference.ts';

let server: TestServer;
let ours: TestInstance;
let theirs: TestInstance;
let api: Api;

beforeAll(async () => {
  server = await startServer();
  ours = await server.newInstance('Ours');
  theirs = await server.newInstance('Theirs');
  api = apiOf(ours);
});
afterAll(() => server.close());

/** GET /instance, whose item tells whose key it was. */
async function whoseKey(query: string, headers: Record<string, string> = {}): Promise<Answer<{ name: string }>> {
  const filled = query.replace('OURS', ours.keys.primary).replace('THEIRS', theirs.keys.primary);
  return answerOf(await fetch(`${server.url}${BASE_PATH}/instance${filled}`, { headers }));
}

const keyHeaders = {
  'X-Api-Key': (key: string) => ({ 'X-Api-Key': key }),
  'Ocp-Apim-Subscription-Key': (key: string) => ({ 'Ocp-Apim-Subscription-Key': key }),
  'Authorization: Bearer': (key: string) => ({ Authorization: `Bearer ${key}` }),
  'authorization: bearer': (key: string) => ({ authorization: `bearer ${key}` }),
};

describe('the key', () => {
  test.each(['primary', 'secondary'] as const)('TW-4 the %s key reads and writes', async (slot) => {
    const created = await apiOf(ours, slot).newTicket({ title: `By the ${slot} key` });
    const read = await apiOf(ours, slot).get(`/tickets/${created.id}`);
    expect(read).toMatchObject({ status: 200, body: { item: { title: `By the ${slot} key` } } });
  });

  test('TW-5 a key is valid for one instance only', async () => {
    expect((await whoseKey('?key=OURS')).body.item).toMatchObject({ id: ours.id, name: 'Ours' });
    expect((await whoseKey('?key=THEIRS')).body.item).toMatchObject({ id: theirs.id, name: 'Theirs' });
  });

  test.each(Object.keys(keyHeaders) as (keyof typeof keyHeaders)[])('TW-4 the key may travel as %s', async (name) => {
    const answer = await whoseKey('', keyHeaders[name](ours.keys.secondary));
    expect(answer).toMatchObject({ status: 200, body: { item: { name: 'Ours' } } });
  });

  test.each(Object.keys(keyHeaders) as (keyof typeof keyHeaders)[])('TW-4 ?key= wins over %s', async (name) => {
    expect((await whoseKey('?key=OURS', keyHeaders[name](theirs.keys.primary))).body.item.name).toBe('Ours');
    expect((await whoseKey('?key=OURS', keyHeaders[name]('nonsense'))).status).toBe(200);
    expect((await whoseKey('?key=nonsense', keyHeaders[name](ours.keys.primary))).status).toBe(401);
  });

  const refused = [
    { name: '401 no key at all', query: '' },
    { name: '401 an empty key', query: '?key=' },
    { name: '401 an empty key, whatever the header says', query: '?key=', withHeader: true },
    { name: '401 two keys, both good', query: '?key=OURS&key=OURS' },
    { name: '401 two keys, whatever the header says', query: '?key=OURS&key=OURS', withHeader: true },
    { name: '401 a key in brackets', query: '?key[]=OURS', withHeader: true },
    { name: '401 a key with an operator', query: '?key[$ne]=OURS', withHeader: true },
    { name: '401 an unknown key', query: `?key=tk_p_${'0'.repeat(38)}` },
    { name: '401 a mistyped key', query: '?key=OURSx' },
    { name: '401 a key with a blank', query: '?key=%20OURS' },
    { name: '401 the name of the parameter in capitals', query: '?KEY=OURS' },
  ];
  test.each(refused)('$name', async ({ query, withHeader }) => {
    const headers: Record<string, string> = withHeader ? { 'X-Api-Key': ours.keys.primary } : {};
    const { status, headers: answered, body } = await whoseKey(query, headers);
    expect(status).toBe(401);
    expect(answered.get('WWW-Authenticate')).toBe('Bearer');
    const sentence = 'Send a valid key of the instance as ?key=. Its owner finds the keys in the settings.';
    expect(body).toEqual({
      type: 'about:blank',
      title: 'The key is missing or not valid',
      status: 401,
      detail: sentence,
      code: 'unauthorized',
      error: true,
      message: sentence,
      statusCode: 401,
      requestId: expect.any(String),
    });
  });

  test('TW-4 the key is asked for before anything else is looked at', async () => {
    const body = await api.post('/tickets', { ticket: {} });
    const anonymous = await fetch(`${server.url}${BASE_PATH}/tickets/999?timezone=nonsense`, { method: 'PUT' });
    expect([body.status, anonymous.status]).toEqual([400, 401]);
  });

  test('TW-5 a key in the address is nowhere in the log', async () => {
    await whoseKey('?key=OURS');
    await whoseKey('?key=OURSx');
    expect(server.log.some((line) => line.includes('/instance'))).toBe(true);
    expect(server.log.filter((line) => line.includes(ours.keys.primary))).toEqual([]);
  });
});

describe('another instance', () => {
  test('TW-6 is a sandbox: it sees nothing of the first, and numbers by itself', async () => {
    const sandbox = await server.newInstance('Sandbox');
    const created = await apiOf(sandbox).newTicket({ title: 'Only here' });
    expect(created.ticketNo).toBe(1);
    expect((await apiOf(theirs).get('/tickets')).body).toMatchObject({ items: [], itemCount: 0 });
    expect((await apiOf(sandbox).get('/tickets')).body.itemCount).toBe(1);
  });

  test('TW-5 404 for every road to a ticket of another instance', async () => {
    const { id } = await api.newTicket();
    const foreign = apiOf(theirs);
    const answers = await Promise.all([
      foreign.get(`/tickets/${id}`),
      foreign.put(`/tickets/${id}`, { ticket: { title: 'Mine' } }),
      foreign.put(`/tickets/${id}/status`, { status: 'Closed' }),
      foreign.put(`/tickets/${id}/seen`, { as: 'requestor' }),
      foreign.get(`/tickets/${id}/activities`),
      foreign.post(`/tickets/${id}/activities`, { comment: 'Hello' }),
      foreign.get(`/tickets/${id}/attachments`),
      foreign.delete(`/tickets/${id}`),
    ]);
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 404));
    expect(await api.ticket(id)).toMatchObject({ title: 'My VPN is down', status: 'Open' });
    expect(await api.history(id)).toHaveLength(1);
  });
});

describe('methods', () => {
  test('TW-1 GET, POST, PUT and DELETE each do what REST says', async () => {
    const created = await api.post('/tickets', {
      ticket: { title: 'One', requestor: { id: 'a', name: 'A', email: 'a' } },
    });
    const path = `/tickets/${created.body.item.id}`;
    const read = await api.get(path);
    const updated = await api.put(path, { ticket: { title: 'Two' } });
    const deleted = await api.delete(path);
    const gone = await api.get(path);
    expect([created, read, updated, deleted, gone].map(({ status }) => status)).toEqual([201, 200, 200, 204, 404]);
    expect(updated.body.item).toMatchObject({ id: created.body.item.id, title: 'Two' });
  });

  const wrong = [
    { name: '405 DELETE of all tickets', method: 'DELETE', path: '/tickets', allow: 'GET, POST' },
    { name: '405 PATCH of a ticket', method: 'PATCH', path: '/tickets/1', allow: 'DELETE, GET, PUT' },
    { name: '405 GET of a status', method: 'GET', path: '/tickets/1/status', allow: 'POST, PUT' },
    { name: '405 DELETE of the instance', method: 'DELETE', path: '/instance', allow: 'GET, PUT' },
    { name: '405 PUT of all tags', method: 'PUT', path: '/tags', allow: 'GET, POST' },
  ];
  test.each(wrong)('$name', async ({ method, path, allow }) => {
    const { status, headers, body } = await answerOf(await ours.fetch(path, { method }));
    expect(status).toBe(405);
    expect((headers.get('Allow') ?? '').split(', ').sort().join(', ')).toBe(allow);
    expect(body).toMatchObject({ error: true, code: 'method_not_allowed', statusCode: 405 });
  });

  test.each(['/nothing', '/tickets/1/nothing', '/'])('404 there is nothing at %s', async (path) => {
    const { status, body } = await api.get(path);
    expect(status).toBe(404);
    expect(body).toMatchObject({ error: true, code: 'not_found', statusCode: 404 });
  });
});

describe('the limit', () => {
  let limited: TestServer;
  beforeAll(async () => {
    limited = await startServer({ rateLimit: 100 });
  });
  afterAll(() => limited.close());

  const ask = async (instance: TestInstance, count: number) => {
    const answers: Answer[] = [];
    for (let i = 0; i < count; i++) answers.push(await apiOf(instance, i % 2 ? 'primary' : 'secondary').get('/tags'));
    return answers;
  };

  test('TW-3 100 requests in 60 seconds over both keys, then 429 until Retry-After has passed', async () => {
    const instance = await limited.newInstance();
    const answers = await ask(instance, 101);
    expect(answers.slice(0, 100).filter(({ status }) => status !== 200)).toEqual([]);
    const refusal = answers[100]!;
    expect(refusal).toMatchObject({ status: 429, body: { error: true, code: 'rate_limited', statusCode: 429 } });
    expect(refusal.headers.get('Retry-After')).toBe('60');
    limited.clock.advance(59_000);
    expect((await apiOf(instance).get('/tags')).headers.get('Retry-After')).toBe('1');
    limited.clock.advance(1000);
    expect((await apiOf(instance).get('/tags')).status).toBe(200);
  });

  test('TW-3 every answer says what is left, an error too', async () => {
    const instance = await limited.newInstance();
    const told = ({ headers }: Answer<unknown>) =>
      ['RateLimit-Policy', 'RateLimit', 'X-RateLimit-Limit', 'X-RateLimit-Remaining', 'X-RateLimit-Reset'].map((name) =>
        headers.get(name),
      );
    expect(told(await apiOf(instance).get('/tags'))).toEqual([
      '"default";q=100;w=60',
      '"default";r=99;t=60',
      '100',
      '99',
      '60',
    ]);
    limited.clock.advance(20_000);
    const missing = await apiOf(instance).get('/tickets/1');
    expect(missing.status).toBe(404);
    expect(told(missing)).toEqual(['"default";q=100;w=60', '"default";r=98;t=40', '100', '98', '40']);
  });

  test('TW-3 neither a refused key nor another instance uses up the quota', async () => {
    const instance = await limited.newInstance();
    await ask(await limited.newInstance(), 5);
    for (let i = 0; i < 5; i++) await instance.fetch('/tags?key=nonsense');
    expect((await apiOf(instance).get('/tags')).headers.get('X-RateLimit-Remaining')).toBe('99');
  });

  test('TW-3 the window slides: each request makes room when it is 60 seconds old', async () => {
    const instance = await limited.newInstance();
    setClock(limited, '2026-03-01T00:00:00.000Z');
    await ask(instance, 40);
    limited.clock.advance(30_000);
    await ask(instance, 60);
    limited.clock.advance(30_000);
    const answers = await ask(instance, 41);
    expect(answers.map(({ status }) => status)).toEqual([...Array(40).fill(200), 429]);
    expect(answers[40]!.headers.get('Retry-After')).toBe('30');
  });
});
