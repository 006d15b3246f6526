import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { BASE_PATH } from '../../api/contract/wire.ts';
import { startServer, type TestInstance, type TestServer } from '../helpers/server.ts';
import { expectProblem } from './problems.ts';
import { sendRaw, statusesOf } from './raw-http.ts';
import { apiOf } from './reference.ts';

let server: TestServer;
let instance: TestInstance;

beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());
beforeEach(async () => {
  instance = await server.newInstance();
  for (const title of ['One', 'Two', 'Three']) await apiOf(instance).newTicket({ title });
});

/** The statuses of what comes back for a request line as it stands; KEY is a good key. */
async function ask(target: string, method = 'GET', headers = ''): Promise<number[]> {
  const line = `${method} ${target.replaceAll('KEY', instance.keys.primary)} HTTP/1.1`;
  return statusesOf(await sendRaw(server.url, `${line}\r\nHost: x\r\nConnection: close\r\n${headers}\r\n`));
}

describe('paths', () => {
  const TARGETS: [number, string][] = [
    [404, '/%'],
    [404, '/%zz?key=KEY'],
    [404, '/%ff%fe?key=KEY'],
    [404, `${BASE_PATH}/%?key=KEY`],
    [404, `${BASE_PATH}/tickets/%?key=KEY`],
    [404, `${BASE_PATH}/tickets/%e0%a4%a?key=KEY`],
    [404, `${BASE_PATH}/tickets/%00?key=KEY`],
    [404, `${BASE_PATH}/tickets/1%00?key=KEY`],
    [404, `${BASE_PATH}//tickets?key=KEY`],
    [404, `/${BASE_PATH}/tickets?key=KEY`],
    [404, `${BASE_PATH}/tickets/1/?key=KEY`],
    [404, `${BASE_PATH}/tickets;x=1?key=KEY`],
    [404, `${BASE_PATH}/Tickets?key=KEY`],
    [404, `${BASE_PATH}/../v1/nothing?key=KEY`],
    [404, '/../../etc/passwd'],
    [404, '/docs/../../package.json'],
    [404, '/docs/..%2f..%2fpackage.json'],
    [404, '/docs/%2e%2e/%2e%2e/package.json'],
    [404, '/docs/swagger-ui.css.map'],
    [404, '//example.com/%2f..'],
    [404, '/__proto__'],
    [404, '/constructor/prototype'],
    [404, `/${'a/'.repeat(5000)}`],
    [200, `http://other.example${BASE_PATH}/tickets?key=KEY`],
    [200, `${BASE_PATH}/tickets/%31?key=KEY`],
    [200, `${BASE_PATH}/tickets/1?key=KEY&?key=x`],
  ];

  test.each(TARGETS.map(([status, target]) => [status, target.slice(0, 60), target] as const))(
    '%i %s',
    async (...row) => {
      const [status, , target] = row;
      expect(await ask(target)).toEqual([status]);
    },
  );

  test('400 or 431 for an address of 64 KB, and the server goes on', async () => {
    const [status, ...more] = await ask(`${BASE_PATH}/tickets?key=KEY&title=${'a'.repeat(64 * 1024)}`);
    expect([400, 414, 431]).toContain(status);
    expect(more).toEqual([]);
    expect(await ask(`${BASE_PATH}/tickets?key=KEY&title=${'a'.repeat(900)}`)).toEqual([200]);
  });

  test.each(['PATCH', 'HEAD', 'OPTIONS', 'TRACE', 'PROPFIND', 'QUERY', 'M-SEARCH', 'PURGE', 'LOCK'])(
    '405 for %s',
    async (method) => {
      expect(await ask(`${BASE_PATH}/tickets?key=KEY`, method)).toEqual([405]);
    },
  );

  test.each([
    ...[
      'X-HTTP-Method-Override: DELETE',
      'X-Method-Override: DELETE',
      'X-HTTP-Method: DELETE',
      'Accept-Version: 9.9.9',
    ],
    ...['Accept-Version: x', 'Accept: image/png', 'Accept: */*;q=nonsense', 'Range: bytes=0-1', 'If-Match: x'],
    ...['If-Modified-Since: yesterday', 'Accept-Encoding: br;q=x', 'X-Forwarded-Proto: gopher', 'Content-Length: 0'],
    ...['Origin: https://example.com', 'Upgrade: h2c', 'Connection: Upgrade\r\nUpgrade: websocket', 'TE: trailers'],
  ])('200 with %j, which changes nothing', async (header) => {
    expect(await ask(`${BASE_PATH}/tickets/1?key=KEY`, 'GET', `${header}\r\n`)).toEqual([200]);
    expect((await apiOf(instance).get('/tickets')).body.itemCount).toBe(3);
  });
});

describe('queries', () => {
  const query = (text: string) => instance.fetch(`/tickets?${text}`);

  const REFUSED = [
    ...['limit=0', 'limit=-1', 'limit=1001', 'limit=1.5', 'limit=1e2', 'limit=0x10', 'limit=10abc', 'limit=Infinity'],
    ...[`limit=${'9'.repeat(400)}`, 'limit=%00', 'limit=1&limit=2', 'limit=1&limit=1', 'limit=1&%20limit=2'],
    ...['offset=-1', 'offset=1e1', 'offset=10000001', 'offset=9007199254740993', 'offset=1&offset='],
    ...['ticketNo=abc', 'ticketNo=-1', 'ticketNo=1.0', `ticketNo=1${'0'.repeat(30)}`],
    ...['isResolved=maybe', 'isResolved=1', 'isResolved=__proto__', 'isResolved=constructor', 'isResolved=toString'],
    ...['orderBy=__proto__', 'orderBy=title;drop', 'orderBy=title,status', 'order=UP', 'order=asc'],
    ...[
      'status=Nothing',
      'statusId=__proto__',
      'priority=Highest',
      'tags=nounderscore',
      'tags=_',
      'status=Open&status=Closed',
    ],
    ...['createdAfter=yesterday', 'createdAfter=2026-02-30', 'createdBefore=1', 'createdBefore=2026-01-01T25:00'],
    ...['expectedDateAfter=2026-1-1', 'lastUpdateBefore=%2B275760-09-13', 'createdAfter=2026-01-01T00:00:00%2B99:00'],
    ...['Mars/Olympus', '15', '1e999', 'NaN'].map((zone) => `timezone=${zone}&createdAfter=2026-01-01`),
    ...[
      `timezone=${'x'.repeat(65)}`,
      `title=${'x'.repeat(1001)}`,
      `include=${'x'.repeat(256)}`,
      `select=${'x'.repeat(2001)}`,
    ],
    ...['customFields=x', 'customFields.=x', 'customFields.unknown=x', 'customFields.constructor=x'],
    ...['continuationToken=x', 'continuationToken=.', 'continuationToken=x&continuationToken=x'],
  ];

  test.each(REFUSED.map((text) => [text.slice(0, 60), text] as const))('400 %s', async (_, text) => {
    const problem = await expectProblem(await query(text), 'invalid_input');
    expect(problem.errors![0]!.field).toBe(text.split(/[=&]/)[0]);
  });

  test.each([
    ...['limit[]=1', 'limit[$gt]=1', 'limit.x=1', 'Limit=1', '__proto__=1', 'constructor=1', '__proto__[limit]=1'],
    ...['ticketId=2', 'instanceId=x', 'ticket[title]=x', '=1', '%=1', '%00=1', '%0d%0aSet-Cookie:a=b', '%C3%A4=1'],
  ])('200 %s: not known, ignored, and named in a warning', async (text) => {
    const response = await query(text);
    expect(await response.json()).toMatchObject({ itemCount: 3 });
    expect(response.headers.get('Warning')).toMatch(
      /^299 - "the parameter [\x21-\x7e]* is not known and was ignored"$/,
    );
    expect(response.headers.getSetCookie()).toEqual([]);
  });

  test('200 with thousands of parameters that are not known: the answer still fits into the headers', async () => {
    const response = await query(Array.from({ length: 2000 }, (_, n) => `x${n}`).join('&'));
    expect(response.status).toBe(200);
    expect(response.headers.get('Warning')).toContain('and 1980 more');
  });

  const ANSWERED: [string, number][] = [
    ['limit=&offset=&title=&status=&isResolved=&createdAfter=&orderBy=&timezone=', 3],
    ['%20limit%20=1', 3],
    ['title=%ff%fe', 0],
    ['title=%', 0],
    ['title=%zz&title2', 0],
    ['title=+one+', 0],
    ['title=ONE', 1],
    ['search=%00', 0],
    [`search=${'%22'.repeat(300)}`, 0],
    [`search=${'a%20'.repeat(300)}`, 3],
    ['search=one+OR+two', 0],
    ['search=title:one', 0],
    ['search=on*', 0],
    ['ticketNo=9007199254740991', 0],
    ['offset=10000000', 3],
    ['status=,,Open,,', 3],
    ['customFields.__proto__=1', 3],
    ['isResolved=FALSE', 3],
    ['select=__proto__,constructor,toString', 3],
    ['tags=a_b_c,d_', 0],
  ];

  test.each(ANSWERED.map(([text, count]) => [text.slice(0, 60), count, text] as const))(
    '200 %s finds %i',
    async (...row) => {
      const [, itemCount, text] = row;
      expect(await (await query(text)).json()).toMatchObject({ itemCount, error: false });
    },
  );

  test('200: a select gives nothing that a ticket has not', async () => {
    const response = await query('limit=1&select=__proto__,constructor,toString,title,key,hidden,json');
    expect(await response.json()).toMatchObject({ items: [{ id: expect.any(String), title: 'Three' }] });
    const { items } = (await (await query('select=__proto__,constructor')).json()) as { items: object[] };
    expect(items.map((item) => Object.keys(item))).toEqual([['id'], ['id'], ['id']]);
  });
});
