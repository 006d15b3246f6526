import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import type { Server } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { BASE_PATH } from '../../api/contract/wire.ts';
import { startServer, type TestInstance, type TestServer } from '../helpers/server.ts';
import { openRaw, readAll, sendRaw, statusesOf } from './raw-http.ts';
import { ADA, apiOf } from './reference.ts';

let server: TestServer;
let instance: TestInstance;

beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());
beforeEach(async () => {
  instance = await server.newInstance();
});

const BODY = JSON.stringify({ ticket: { title: 'Over a raw connection', requestor: ADA } });

/** The head of a POST of a ticket, up to the empty line. */
const head = (...headers: string[]): string =>
  [
    `POST ${BASE_PATH}/tickets?key=${instance.keys.primary} HTTP/1.1`,
    ...['Host: x', 'Content-Type: application/json', ...headers],
  ].join('\r\n') + '\r\n\r\n';
const get = (path: string, ...headers: string[]): string =>
  [`GET ${BASE_PATH}${path}?key=${instance.keys.primary} HTTP/1.1`, 'Host: x', ...headers].join('\r\n') + '\r\n\r\n';
const itemCount = async (): Promise<number> => (await apiOf(instance).get('/tickets')).body.itemCount;

describe('requests in one connection', () => {
  test('are answered in their order when they come at once', async () => {
    const post = head(`Content-Length: ${BODY.length}`) + BODY;
    const last = get('/tickets', 'Connection: close');
    const answer = await sendRaw(server.url, post + get('/tickets/4711') + post + last);
    expect(statusesOf(answer)).toEqual([201, 404, 201, 200]);
    expect([...answer.matchAll(/Location: (\S+)/g)]).toHaveLength(2);
    expect(await itemCount()).toBe(2);
  });

  test('are read on after one whose body was refused unread', async () => {
    const long = 'x'.repeat(1024 * 1024 + 1);
    const refused = head(`Content-Length: ${long.length}`) + long;
    const smuggled = get('/tickets/4711');
    const answer = await sendRaw(
      server.url,
      refused +
        `POST ${BASE_PATH}/tickets HTTP/1.1\r\nHost: x\r\nContent-Length: ${smuggled.length}\r\n\r\n${smuggled}` +
        get('/tickets', 'Connection: close'),
    );
    expect(statusesOf(answer)).toEqual([413, 401, 200]);
  });

  test('that ask for a body in a GET are answered, and the body is no request', async () => {
    const smuggled = get('/tickets/4711');
    const answer = await sendRaw(
      server.url,
      get('/tickets', `Content-Length: ${smuggled.length}`) + smuggled + get('/tickets/1', 'Connection: close'),
    );
    expect(statusesOf(answer)).toEqual([200, 404]);
  });
});

describe('requests that are none', () => {
  test.each<[number[], string, () => string]>([
    [[400], 'two lengths', () => head('Content-Length: 1', 'Content-Length: 2')],
    [[400], 'a length and pieces', () => head('Content-Length: 4', 'Transfer-Encoding: chunked')],
    [[400], 'a length that is none', () => head('Content-Length: -1')],
    [[400], 'an unknown encoding', () => head('Transfer-Encoding: gzip')],
    [[400], 'pieces of no length', () => `${head('Transfer-Encoding: chunked')}zz\r\n`],
    [[400], 'no host', () => 'GET /livez HTTP/1.1\r\n\r\n'],
    [[400], 'a line feed in a header', () => 'GET /livez HTTP/1.1\r\nHost: x\r\nA: b\rc\r\n\r\n'],
    [[400], 'a blank before the colon', () => 'GET /livez HTTP/1.1\r\nHost : x\r\n\r\n'],
    [[400], 'another protocol', () => 'EHLO example.com\r\n\r\n'],
    [[400], 'a TLS greeting', () => '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
    [[431], '64 KB of headers', () => head(`X-Long: ${'x'.repeat(64 * 1024)}`)],
    [[431], 'thousands of headers', () => head(...Array.from({ length: 5000 }, (_, n) => `X-${n}: ${n}`))],
    [[417], 'an expectation that nobody meets', () => get('/tickets', 'Expect: a miracle', 'Connection: close')],
  ])('%j for %s, and the server goes on', async (statuses, _, bytes) => {
    expect(statusesOf(await sendRaw(server.url, bytes()))).toEqual(statuses);
    expect(await itemCount()).toBe(0);
  });

  test('nothing for CONNECT', async () => {
    expect(await sendRaw(server.url, 'CONNECT example.com:80 HTTP/1.1\r\nHost: x\r\n\r\n')).toBe('');
  });
});

test('a request that hangs up in the middle of its body does nothing, and is no error of ours', async () => {
  const socket = openRaw(server.url);
  const started = serverOf(() => socket.write(head(`Content-Length: ${BODY.length}`) + BODY.slice(0, 20)));
  await started;
  const lines = server.log.length;
  socket.destroy();
  while (server.log.length === lines) await new Promise(setImmediate);
  expect(server.log.slice(lines).map((line) => JSON.parse(line).level)).toEqual(['info']);
  expect(await itemCount()).toBe(0);
});

test('one that hangs up before the answer has still done what it asked for', async () => {
  const socket = openRaw(server.url);
  socket.write(head(`Content-Length: ${BODY.length}`) + BODY, () => socket.end());
  expect(statusesOf(await readAll(socket))).toEqual([201]);
  expect(await itemCount()).toBe(1);
});

/** The HTTP server that takes the next request, which this sends. */
async function serverOf(send: () => void): Promise<Server> {
  return new Promise((resolve) => {
    const listener = (message: unknown) => {
      unsubscribe('http.server.request.start', listener);
      resolve((message as { server: Server }).server);
    };
    subscribe('http.server.request.start', listener);
    send();
  });
}

describe('slow senders', () => {
  // That node keeps these is its own affair: no test waits for 15 seconds.
  test('have 15 seconds for their headers, and no other limit on the whole', async () => {
    const socket = openRaw(server.url);
    const { headersTimeout, requestTimeout } = await serverOf(() => socket.write(get('/tickets', 'Connection: close')));
    expect({ headersTimeout, requestTimeout }).toEqual({ headersTimeout: 15_000, requestTimeout: 0 });
    socket.destroy();
  });

  test('408 after 30 seconds for a body', async () => {
    const socket = openRaw(server.url);
    await once(socket, 'connect');
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask', 'performance', 'Date', 'hrtime'] });
    try {
      const answer = readAll(socket);
      socket.write(head(`Content-Length: ${BODY.length}`, 'Connection: close') + BODY.slice(0, 20));
      while (jest.getTimerCount() === 0) await new Promise(setImmediate);
      jest.advanceTimersByTime(29_999);
      expect(jest.getTimerCount()).toBe(1);
      jest.advanceTimersByTime(1);
      expect(statusesOf(await answer)).toEqual([408]);
    } finally {
      jest.useRealTimers();
    }
    expect(await itemCount()).toBe(0);
  });
});

describe('who is at the machine itself', () => {
  const OWN = '127.0.0.1:3978';
  const person = () => server.newPerson('Somebody local').id;
  /** Signs in as anybody, or asks who there is. */
  const answers = async (...headers: string[]): Promise<number[]> => {
    const body = JSON.stringify({ personId: person() });
    const common = [...headers, 'Connection: close'].join('\r\n');
    const get = `GET /local/people HTTP/1.1\r\n${common}\r\n\r\n`;
    const post = `POST /local/token HTTP/1.1\r\n${common}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    return statusesOf((await sendRaw(server.url, get)) + (await sendRaw(server.url, post)));
  };

  test.each([[`Host: ${OWN}`], ['Host: localhost'], ['Host: [::1]:3978'], [`Host: ${OWN}`, `Origin: http://${OWN}`]])(
    'may sign in as anybody of the demo: %s %s',
    async (...headers) => {
      expect(await answers(...headers)).toEqual([200, 200]);
    },
  );

  test.each([
    ['Host: attacker.example'],
    ['Host: 127.0.0.1.nip.io:3978'],
    ['Host: localhost.attacker.example'],
    [`Host: ${OWN}@attacker.example`],
    ['Host: 0.0.0.0:3978'],
    ['Host:'],
    [`Host: ${OWN}`, 'Origin: https://attacker.example'],
    [`Host: ${OWN}`, 'Origin: http://localhost:3978'],
    [`Host: ${OWN}`, 'Origin: null'],
    ['Host: localhost:3978', 'X-Forwarded-For: 192.0.2.7'],
    ['Host: localhost:3978', 'X-Forwarded-Host: tunnel.example'],
    ['Host: localhost:3978', 'Forwarded: for=192.0.2.7'],
  ])('403 for whoever is elsewhere: %s %s', async (...headers) => {
    expect(await answers(...headers)).toEqual([403, 403]);
  });
});
