import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { BASE_PATH } from '../../api/contract/wire.ts';
import { startServer, type TestServer } from '../helpers/server.ts';
import { ALL_WAYS, initOf, nameOf, newWorld, pathOf, type World } from './operation-calls.ts';
import { expectProblem } from './problems.ts';
import { brokenStore, type Door, openSecondDoor } from './second-door.ts';

let server: TestServer;
let world: World;
let secure: Door;
let broken: Door;

beforeAll(async () => {
  server = await startServer();
  world = await newWorld(server);
  secure = await openSecondDoor(server, { publicUrl: 'https://tickets.example' });
  broken = await openSecondDoor(server, { store: brokenStore(server.environment.store, new Error('broken')) });
});
afterAll(async () => {
  await Promise.all([secure.close(), broken.close()]);
  await server.close();
});

const PAGES = ['/docs', '/docs/page.js', '/docs/page.css', '/docs/swagger-ui.css', '/docs/swagger-ui-bundle.js'];
const OPEN = [...PAGES, '/openapi.json', '/livez', '/readyz'];

/** What no answer may tell, and what each must. */
function checkHeaders({ headers }: Response): void {
  expect(headers.get('X-Content-Type-Options')).toBe('nosniff');
  expect(headers.get('Referrer-Policy')).toBe('no-referrer');
  expect(headers.get('X-Request-Id')).toMatch(/^[\w.-]{1,128}$/);
  const policy = new Map((headers.get('Content-Security-Policy') ?? '').split('; ').map((rule) => cut(rule)));
  expect(policy.get('default-src')).toBe("'none'");
  expect(policy.get('frame-ancestors')).toBe("'none'");
  expect(["'self'", undefined]).toContain(policy.get('script-src'));
  for (const [, sources] of policy) {
    expect(sources.split(' ').filter((one) => !["'none'", "'self'", "'unsafe-inline'", 'data:'].includes(one))).toEqual(
      [],
    );
  }
  const names = [...headers.keys()];
  const forbidden = ['server', 'x-powered-by', 'set-cookie', 'access-control', 'x-response-time', 'api-version'];
  expect(names.filter((name) => forbidden.some((start) => name.startsWith(start)))).toEqual([]);
}

const cut = (rule: string): [string, string] => {
  const at = rule.indexOf(' ');
  return [rule.slice(0, at), rule.slice(at + 1)];
};

describe('every answer is guarded:', () => {
  test.each(ALL_WAYS.map((way) => [nameOf(way), way] as const))('%s', async (_, way) => {
    const own = await newWorld(server);
    const init = initOf(way, own);
    const path = pathOf(way, own);
    // Whatever asks from another page: a browser gets no leave from us.
    const fromElsewhere = { ...(init.headers as Record<string, string>), Origin: 'https://elsewhere.example' };
    checkHeaders(await fetch(server.url + path, { ...init, headers: fromElsewhere }));
    checkHeaders(await fetch(server.url + path, initOf(way, own, null)));
    checkHeaders(await fetch(server.url + path, { ...init, method: 'PATCH' }));
    const failed = await fetch(broken.url + path, init);
    expect(failed.status).toBe(500);
    checkHeaders(failed);
  });

  test.each(OPEN)('200 %s', async (path) => {
    const response = await fetch(server.url + path);
    expect(response.status).toBe(200);
    checkHeaders(response);
  });

  test.each<[number, string, RequestInit]>([
    [302, '/', { redirect: 'manual' }],
    [404, '/nothing', {}],
    [404, `${BASE_PATH}/files/a/b/c`, {}],
    [405, '/docs', { method: 'POST' }],
    [405, `${BASE_PATH}/tickets`, { method: 'OPTIONS', headers: { Origin: 'https://elsewhere.example' } }],
    [415, `${BASE_PATH}/tickets?key=KEY`, { method: 'POST', body: 'text' }],
    [304, `${BASE_PATH}/instance?key=KEY`, { headers: { 'If-None-Match': '"1.1"' } }],
  ])('%i %s', async (status, path, init) => {
    const response = await fetch(server.url + path.replace('KEY', world.instance.keys.primary), init);
    expect(response.status).toBe(status);
    checkHeaders(response);
  });

  test('200 of a file', async () => {
    const form = new FormData();
    form.append('files', new Blob(['<script>'], { type: 'text/plain' }), 'a.txt');
    const path = `/tickets/${world.ticketId}/attachments`;
    const added = await world.instance.fetch(path, { method: 'POST', body: form });
    const { item } = (await added.json()) as { item: { attachments: [{ src: string }] } };
    const response = await fetch(item.attachments[0].src);
    expect(response.status).toBe(200);
    checkHeaders(response);
    expect(response.headers.get('Content-Security-Policy')).not.toContain('script-src');
  });
});

describe('Strict-Transport-Security', () => {
  const PATHS = [...OPEN, '/', '/nothing', `${BASE_PATH}/tickets`];

  test.each(PATHS)('is there when people come by https: %s', async (path) => {
    const { headers } = await fetch(secure.url + path, { redirect: 'manual' });
    expect(Number(/^max-age=(\d+)/.exec(headers.get('Strict-Transport-Security')!)![1])).toBeGreaterThanOrEqual(
      31_536_000,
    );
  });

  test.each(PATHS)('is not there when they come by http: %s', async (path) => {
    expect((await fetch(server.url + path, { redirect: 'manual' })).headers.has('Strict-Transport-Security')).toBe(
      false,
    );
  });
});

describe('X-Request-Id', () => {
  const ask = (headers: Record<string, string>, path = '/livez') => fetch(server.url + path, { headers });

  test('is made for each request, and is another one each time', async () => {
    const ids = await Promise.all([1, 2, 3].map(async () => (await ask({})).headers.get('X-Request-Id')));
    expect(new Set(ids).size).toBe(3);
  });

  test.each(['abc', 'A-1_b.2', 'x'.repeat(128)])('is the one that the caller gives: %s', async (id) => {
    for (const path of ['/livez', '/nothing', `${BASE_PATH}/tickets`]) {
      expect((await ask({ 'X-Request-Id': id }, path)).headers.get('X-Request-Id')).toBe(id);
    }
    expect(JSON.parse(server.log.at(-1)!)).toMatchObject({ requestId: id, msg: 'request' });
  });

  test.each(['a b', 'x'.repeat(129), '<script>', 'ä', 'a,b', '{"a":1}'])('is not %j', async (id) => {
    expect((await ask({ 'X-Request-Id': id })).headers.get('X-Request-Id')).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('what may be kept', () => {
  test('nothing, unless it is asked for again with its version', async () => {
    const get = async (path: string) => (await world.instance.fetch(path)).headers.get('Cache-Control');
    expect(await get('/tickets')).toBe('no-store');
    expect(await get('/tags')).toBe('no-store');
    expect(await get('/tickets/4711')).toBe('no-store');
    expect(await get('/tickets?key=')).toBe('no-store');
    expect(await get('/instance')).toBe('private, no-cache');
    expect(await get(`/tickets/${world.ticketId}`)).toBe('private, no-cache');
    expect(await get(`/keys?key=${world.instance.keys.administrative}`)).toBe('no-store');
  });
});

describe('the reference page', () => {
  const read = async (path: string) => (await fetch(server.url + path)).text();

  test('needs nothing from elsewhere, and has no script in it', async () => {
    const page = await read('/docs');
    const addresses = [...page.matchAll(/\b(?:src|href)="([^"]*)"/g)].map((match) => match[1]!);
    expect(addresses.filter((address) => !address.startsWith('data:')).toSorted()).toEqual(PAGES.slice(1).toSorted());
    expect(page).not.toMatch(/<script(?! src=)|\son\w+=|\sstyle=|https?:|"\/\//);
    for (const path of ['/docs/page.css', '/docs/swagger-ui.css']) {
      const sources = [...(await read(path)).matchAll(/url\(\s*["']?([^"')]*)|@import\s+(\S+)/g)];
      expect(sources.map((match) => match[1] ?? match[2]).filter((source) => !source!.startsWith('data:'))).toEqual([]);
    }
    const script = await read('/docs/page.js');
    expect(script).not.toMatch(/https?:|"\/\//);
    expect(script).toContain("url: '/openapi.json'");
    expect(script).toContain('validatorUrl: null');
  });

  test.each([
    ['/docs', 'text/html; charset=utf-8'],
    ['/docs/page.js', 'text/javascript; charset=utf-8'],
    ['/docs/swagger-ui-bundle.js', 'text/javascript; charset=utf-8'],
    ['/docs/page.css', 'text/css; charset=utf-8'],
    ['/docs/swagger-ui.css', 'text/css; charset=utf-8'],
    ['/openapi.json', 'application/json; charset=utf-8'],
  ])('200 %s as %s', async (path, type) => {
    const response = await fetch(server.url + path);
    expect(response.headers.get('Content-Type')).toBe(type);
    expect((await response.arrayBuffer()).byteLength).toBe(Number(response.headers.get('Content-Length')));
  });

  test('302 from the root', async () => {
    const response = await fetch(`${server.url}/`, { redirect: 'manual' });
    expect([response.status, response.headers.get('Location')]).toEqual([302, '/docs']);
  });
});

describe('the tab', () => {
  const tabFolder = mkdtempSync(join(tmpdir(), 'tab-'));
  let tab: Door;
  beforeAll(async () => {
    writeFileSync(join(tabFolder, 'index.html'), '<!doctype html>');
    const people = { ...server.people, tabFolder };
    // Where people sign in with Entra ID, no page of a developer's own shows it.
    delete people.localIssuer;
    tab = await openSecondDoor({ ...server, people }, {});
  });
  afterAll(async () => {
    await tab.close();
    rmSync(tabFolder, { recursive: true });
  });

  test.each([
    ...['/tab', '/tab/config', '/tab/remove', '/tab/consent', '/tab/consent/done'],
    `/tab/instances/${randomUUID()}/tickets/1`,
  ])('is shown in a frame by Teams alone, and keeps the window that opened it: %s', async (path) => {
    const { status, headers } = await fetch(tab.url + path);
    expect(status).toBe(200);
    const policy = headers.get('Content-Security-Policy')!;
    expect(policy.split('; ').filter((rule) => rule.startsWith('frame-ancestors'))).toEqual([
      "frame-ancestors 'self' https://teams.microsoft.com https://*.teams.microsoft.com https://*.cloud.microsoft",
    ]);
    for (const name of ['X-Frame-Options', 'Set-Cookie', 'Cross-Origin-Opener-Policy']) {
      expect([name, headers.get(name)]).toEqual([name, null]);
    }
  });
});

describe('the state of the server', () => {
  test('200 without a key', async () => {
    for (const path of ['/livez', '/readyz']) expect(await (await fetch(server.url + path)).text()).toBe('ok\n');
  });

  test('503 when the store does not answer: not ready, but alive', async () => {
    const ping = () => Promise.reject(new Error('the disk is on fire'));
    const door = await openSecondDoor(server, { store: { ...server.environment.store, ping } });
    expect((await fetch(`${door.url}/livez`)).status).toBe(200);
    const response = await fetch(`${door.url}/readyz`);
    expect(response.headers.get('Retry-After')).toBe('5');
    expect((await expectProblem(response, 'unavailable')).detail).not.toContain('fire');
    await door.close();
  });
});
