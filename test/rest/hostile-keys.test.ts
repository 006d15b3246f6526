import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { generateKey } from '../../api/auth/api-key.ts';
import { BASE_PATH } from '../../api/contract/wire.ts';
import { startServer, type TestInstance, type TestServer } from '../helpers/server.ts';
import { ALL_WAYS, initOf, newWorld, pathOf, textOf } from './operation-calls.ts';
import { expectProblem } from './problems.ts';
import { sendRaw } from './raw-http.ts';
import { ADA, apiOf, succeed } from './reference.ts';

let server: TestServer;
let instance: TestInstance;
let key: string;

beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());
beforeEach(async () => {
  instance = await server.newInstance();
  key = instance.keys.primary;
});

const ask = (query: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${server.url}${BASE_PATH}/tickets${query}`, { headers });

const swapCase = (text: string): string =>
  text.replace(/[a-z]/gi, (sign) => (sign === sign.toLowerCase() ? sign.toUpperCase() : sign.toLowerCase()));

/** What is no key, from a good one: a query, or a query and headers. */
const NO_KEY: Record<string, (good: string) => [query: string, headers?: Record<string, string>]> = {
  missing: () => [''],
  empty: () => ['?key='],
  blank: () => ['?key=%20'],
  repeated: (good) => [`?key=${good}&key=${good}`],
  'repeated, the second empty': (good) => [`?key=${good}&key=`],
  'an array': (good) => [`?key[]=${good}`],
  'an array with encoded brackets': (good) => [`?key%5B%5D=${good}`],
  'an array beside the key': (good) => [`?key=${good}&key[]=${good}`],
  'an operator': () => ['?key[$ne]='],
  'an operator beside the key': (good) => [`?key=${good}&key[$ne]=`],
  'a member': (good) => [`?key[primary]=${good}`],
  'under another name': (good) => [`?apikey=${good}&KEY=${good}&api_key=${good}`],
  unknown: () => [`?key=${generateKey('primary')}`],
  'with another checksum': (good) => [`?key=${good.slice(0, -6)}000000`],
  'with the prefix of another slot': (good) => [`?key=${good.replace('tk_p_', 'tk_s_')}`],
  'with the prefix of no slot': (good) => [`?key=${good.replace('tk_p_', 'tk_x_')}`],
  'in upper case': (good) => [`?key=${good.toUpperCase()}`],
  'in lower case': (good) => [`?key=${good.toLowerCase()}`],
  'with its cases changed': (good) => [`?key=${swapCase(good)}`],
  'cut short': (good) => [`?key=${good.slice(0, -1)}`],
  'too long': (good) => [`?key=${good}a`],
  'very long': () => [`?key=${'a'.repeat(10_000)}`],
  'with a blank before': (good) => [`?key=%20${good}`],
  'with a blank after': (good) => [`?key=${good}%20`],
  'with a line feed after': (good) => [`?key=${good}%0a`],
  'with a zero after': (good) => [`?key=${good}%00`],
  'not decodable': () => ['?key=%ff%zz%'],
  'a pattern': () => ['?key=tk_p_*'],
  'an SQL text': () => ["?key=' OR 1=1 --"],
  'a member of every object': () => ['?key=__proto__'],
  'wrong beside a good header': (good) => ['?key=nonsense', { 'X-Api-Key': good }],
  'empty beside a good header': (good) => ['?key=', { Authorization: `Bearer ${good}` }],
  'an array beside a good header': (good) => ['?key[]=', { 'X-Api-Key': good }],
  'an empty header': () => ['', { 'X-Api-Key': '' }],
  'two in one header': (good) => ['', { 'X-Api-Key': `${good}, ${good}` }],
  'a bearer of nothing': () => ['', { Authorization: 'Bearer ' }],
  'a bearer of two': (good) => ['', { Authorization: `Bearer ${good} ${good}` }],
  'another scheme': (good) => ['', { Authorization: `Basic ${good}` }],
  'no scheme': (good) => ['', { Authorization: good }],
  'in a cookie': (good) => ['', { Cookie: `key=${good}` }],
};

describe('a key that is no key', () => {
  test.each(Object.entries(NO_KEY))('401 %s', async (_, make) => {
    expect((await ask(`?key=${key}`)).status).toBe(200);
    const known = { ...(await expectProblem(await ask(''), 'unauthorized')), requestId: '' };
    const response = await ask(...make(key));
    expect(response.headers.get('WWW-Authenticate')).toBe('Bearer');
    expect({ ...(await expectProblem(response, 'unauthorized')), requestId: '' }).toEqual(known);
  });

  test('401 with any one character changed', async () => {
    for (let at = 0; at < key.length; at++) {
      const changed = key.slice(0, at) + (key[at] === 'z' ? 'y' : 'z') + key.slice(at + 1);
      await expectProblem(await ask(`?key=${changed}`), 'unauthorized');
    }
  });

  test('401 for every operation', async () => {
    const world = await newWorld(server);
    for (const way of ALL_WAYS) {
      const init = initOf(way, world, generateKey('administrative'));
      await expectProblem(await fetch(server.url + pathOf(way, world), init), 'unauthorized');
    }
  });

  test('a bad checksum is refused without a look into the store', async () => {
    const read = jest.spyOn(server.environment.store.registry, 'keyByHash');
    for (const make of [NO_KEY['with another checksum']!, NO_KEY['an SQL text']!, NO_KEY['cut short']!]) {
      await ask(...make(key));
    }
    expect(read).not.toHaveBeenCalled();
    await ask(`?key=${generateKey('primary')}`);
    expect(read).toHaveBeenCalledTimes(1);
    read.mockRestore();
  });
});

describe('a good key', () => {
  test.each<[string, (good: string) => [string, Record<string, string>?]]>([
    ['as ?key=', (good) => [`?key=${good}`]],
    ['as ? key=, with a blank', (good) => [`?limit=1&%20key=${good}`]],
    ['as X-Api-Key', (good) => ['', { 'X-Api-Key': good }]],
    ['as Ocp-Apim-Subscription-Key', (good) => ['', { 'Ocp-Apim-Subscription-Key': good }]],
    ['as a bearer', (good) => ['', { Authorization: `Bearer ${good}` }]],
    ['as a bearer in lower case', (good) => ['', { authorization: `bearer ${good}` }]],
    ['as ?key= beside wrong headers', (good) => [`?key=${good}`, { 'X-Api-Key': 'no', Authorization: 'Bearer no' }]],
  ])('200 %s', async (_, make) => {
    expect((await ask(...make(key))).status).toBe(200);
  });

  test('401 once it was replaced, and the other slots go on', async () => {
    const admin = apiOf(instance, 'administrative');
    const replaced = succeed(await admin.post<{ key: string }>('/keys/primary/regenerate')).body.item.key;
    expect(replaced).not.toBe(key);
    await expectProblem(await ask(`?key=${key}`), 'unauthorized');
    for (const good of [replaced, instance.keys.secondary, instance.keys.administrative]) {
      expect((await ask(`?key=${good}`)).status).toBe(200);
    }
  });

  test('401 from the moment at which it expires', async () => {
    const expiresOn = new Date(server.clock.now().getTime() + 60_000).toISOString();
    succeed(await apiOf(instance, 'administrative').put('/keys/primary', { expiresOn }));
    server.clock.advance(59_999);
    expect((await ask(`?key=${key}`)).status).toBe(200);
    server.clock.advance(1);
    await expectProblem(await ask(`?key=${key}`), 'unauthorized');
    succeed(await apiOf(instance, 'administrative').put('/keys/primary', { expiresOn: null }));
    expect((await ask(`?key=${key}`)).status).toBe(200);
  });

  test.each([
    [200, ['127.0.0.1']],
    [200, ['203.0.113.0/24', '127.0.0.0/8']],
    [200, ['0.0.0.0/0']],
    [403, ['203.0.113.7']],
    [403, ['10.0.0.0/8', '127.0.0.2']],
    [403, ['::1']],
  ])('%i from this address when %j are allowed', async (status, allowedIps) => {
    succeed(await apiOf(instance, 'administrative').put('/keys/primary', { allowedIps }));
    const forwarded = { 'X-Forwarded-For': '203.0.113.7', Forwarded: 'for=203.0.113.7', 'X-Real-IP': '203.0.113.7' };
    const response = await ask(`?key=${key}`, forwarded);
    expect(response.status).toBe(status);
    if (status === 403) await expectProblem(response, 'forbidden');
    expect((await ask(`?key=${instance.keys.secondary}`)).status).toBe(200);
  });

  test.each(['', 'localhost', '10.0.0.0/33', '10.0.0.0/-1', '10.0.0.0/8/9', '::/129', '10.0.0', '10.0.0.0/', '*'])(
    '400 for %j among the allowed addresses',
    async (entry) => {
      const answer = await apiOf(instance, 'administrative').put('/keys/primary', { allowedIps: [entry] });
      expect(answer.body).toMatchObject({ statusCode: 400, errors: [{ field: 'allowedIps' }] });
      expect((await ask(`?key=${key}`)).status).toBe(200);
    },
  );
});

test('a raw key is in no log, no data file, no error and no address', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tickets-keys-'));
  const own = await startServer({ databasePath: join(folder, 'tickets.db') });
  const texts: string[] = [];
  const keys = new Set<string>();
  try {
    const world = await newWorld(own);
    for (const one of Object.values(world.instance.keys)) keys.add(one);
    await apiOf(world.instance).newTicket({ title: 'A canary in the mine' });
    const form = new FormData();
    form.append('files', new Blob(['A file']), 'a.txt');
    const attached = await world.instance.fetch(`/tickets/1/attachments`, { method: 'POST', body: form });
    const attachedText = await attached.text();
    texts.push(attachedText);
    const { src } = JSON.parse(attachedText).item.attachments[0];
    expect((await fetch(src)).status).toBe(200);
    expect((await world.instance.fetch(`/tickets?requestorEmail=${ADA.email}`)).status).toBe(200);
    const { primary, administrative } = world.instance.keys;
    for (const slot of ['primary', 'secondary', 'administrative'] as const) {
      for (const way of ALL_WAYS) {
        const response = await fetch(`${own.url}${pathOf(way, world)}?key=${world.instance.keys[slot]}`, {
          ...initOf(way, world, null),
          headers: { 'Content-Type': 'application/json', 'Idempotency-Key': way.id },
        });
        texts.push(JSON.stringify([...response.headers]));
        const text = await textOf(way, response);
        const shows = ['listKeys', 'updateKey', 'regenerateKey'].includes(way.id) && response.ok;
        if (shows) for (const [shown] of text.matchAll(/tk_[psa]_\w{38}/g)) keys.add(shown);
        else texts.push(text);
      }
    }
    // What callers get wrong, with the key in every place.
    const query = `?key=${primary}`;
    texts.push(
      await sendRaw(own.url, `GET /%${query} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`),
      await sendRaw(own.url, `PATCH ${BASE_PATH}/tickets${query} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`),
      await sendRaw(own.url, `GET ${BASE_PATH}/nothing/${primary} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`),
      await (await fetch(`${own.url}${BASE_PATH}/tickets/${primary}${query}`)).text(),
      await (await fetch(`${own.url}${BASE_PATH}/tickets${query}&key=${administrative}`)).text(),
      await (await fetch(`${own.url}${BASE_PATH}/tickets${query}&limit=${primary}`)).text(),
      (await apiOf(world.instance).post('/tickets', `{"key":${primary}`)).text,
      await (await fetch(`${own.url}${BASE_PATH}/tickets`, { headers: { 'X-Api-Key': `${primary}x` } })).text(),
    );
    expect(keys.size).toBeGreaterThan(3);
    expect(own.log.length).toBeGreaterThan(50);

    const files = readdirSync(folder).map((name) => readFileSync(join(folder, name)));
    // The look into the files does find what is there.
    expect(files.some((bytes) => bytes.includes('A canary in the mine'))).toBe(true);
    expect(readdirSync(folder)).toContain('tickets.db-wal');
    for (const one of keys) {
      expect(files.some((bytes) => bytes.includes(one))).toBe(false);
      expect(own.log.some((line) => line.includes(one))).toBe(false);
      expect(texts.filter((text) => text.includes(one))).toEqual([]);
    }
    // Nor is there a mail address in the log, nor what opens a file.
    const secrets = [ADA.email, encodeURIComponent(ADA.email), new URL(src).searchParams.get('signature')!];
    for (const secret of secrets) expect(own.log.filter((line) => line.includes(secret))).toEqual([]);
  } finally {
    await own.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
