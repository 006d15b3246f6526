import { execSync, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { file, multipart } from './multipart.ts';
import { endPrograms, type Program, ROOT, startProgram } from './program.ts';
import { openRaw, readAll, statusesOf } from './raw-http.ts';
import { ADA } from './reference.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tickets-program-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
afterAll(endPrograms);

const ENTRA = { ENTRA_CLIENT_ID: randomUUID(), MICROSOFT_APP_ID: randomUUID(), TENANTS: randomUUID() };
const keyIn = (program: Program): string => /tk_p_\w{38}/.exec(program.output())![0];
const readKey = async (address: string, key: string): Promise<number> =>
  (await fetch(`${address}/tickets?limit=1&key=${key}`)).status;

describe('start and stop', () => {
  test('the first start shows a key that works; the next one finds the data and shows none; another help desk has the same people', async () => {
    const first = startProgram({ DATA_DIR: folder });
    const address = await first.ready();
    const key = keyIn(first);
    expect(await readKey(address, key)).toBe(200);
    expect((await fetch(new URL('/readyz', address))).status).toBe(200);
    first.signal('SIGTERM');
    expect(await first.ended).toBe(0);
    expect(first.errors()).toBe('');

    const second = startProgram({ DATA_DIR: folder });
    const again = await second.ready();
    expect(await readKey(again, key)).toBe(200);
    expect(second.output()).not.toContain('tk_');
    // What it says to type finds the same data.
    const typed = /The keys: (.*)/.exec(second.output())![1]!;
    expect(typed).toBe(`DATA_DIR=${folder} npm run instance -- keys`);
    expect(execSync(typed, { cwd: ROOT, encoding: 'utf8' })).toContain(key);
    const make = `DATA_DIR=${folder} node api/instance.ts create --name Two --json`;
    const two = JSON.parse(execSync(make, { cwd: ROOT, encoding: 'utf8' }));
    const found = await fetch(`${again}/people?search=bellini&key=${two.keys[0].key}`);
    expect(await found.json()).toMatchObject({ items: [{ name: 'Marco Bellini' }] });
    second.signal('SIGINT');
    expect(await second.ended).toBe(0);
    expect(second.output() + second.errors()).not.toContain('tk_');
  });

  test('to look for keys where there is no data says so and leaves no data behind', () => {
    const path = process.env.PATH ?? '';
    const command = [join(ROOT, 'api/instance.ts'), 'keys'];
    const { status, stderr } = spawnSync(process.execPath, command, {
      cwd: folder,
      env: { PATH: path },
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([
      1,
      expect.stringContaining(`There is no help desk in ${join(folder, 'data')} yet.`),
    ]);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('SIGTERM lets a request in flight end, takes no other, and ends with 0', async () => {
    const program = startProgram({ DATA_DIR: folder });
    const address = await program.ready();
    const key = keyIn(program);
    const idle = openRaw(address);
    idle.write('GET /livez HTTP/1.1\r\nHost: x\r\n\r\n');
    await once(idle, 'data');
    const idleEnds = readAll(idle);

    const body = JSON.stringify({ ticket: { title: 'In flight at the stop', requestor: ADA } });
    const socket = openRaw(address);
    const head = `POST /ticketing/v1/tickets?key=${key} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json`;
    socket.write(`${head}\r\nContent-Length: ${body.length}\r\nExpect: 100-continue\r\n\r\n`);
    const [asked] = (await once(socket, 'data')) as [Buffer];
    expect(statusesOf(asked.toString())).toEqual([100]);
    program.signal('SIGTERM');
    // It stops when it no longer lets anybody in.
    while (
      await fetch(new URL('/livez', address)).then(
        () => true,
        () => false,
      )
    )
      await new Promise(setImmediate);
    await idleEnds;
    const answer = readAll(socket);
    socket.write(body);
    expect(statusesOf(await answer)).toEqual([201]);
    expect(await program.ended).toBe(0);

    const next = startProgram({ DATA_DIR: folder });
    const found = await fetch(`${await next.ready()}/tickets?title=In+flight&key=${key}`);
    expect(await found.json()).toMatchObject({ itemCount: 1 });
  });

  test('SIGTERM ends although somebody asked for another protocol and stays', async () => {
    const program = startProgram({ DATA_DIR: folder });
    const address = await program.ready();
    const socket = openRaw(address);
    socket.write('GET /livez HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(statusesOf(answer.toString())).toEqual([200]);
    program.signal('SIGTERM');
    expect(await program.ended).toBe(0);
  });

  test('production shows no key and makes no demo', async () => {
    const port = String(await freePort());
    const secret = { ENCRYPTION_SECRET: 'x'.repeat(32), PUBLIC_URL: 'https://tickets.example/' };
    const program = startProgram({ DATA_DIR: folder, NODE_ENV: 'production', PORT: port, ...secret, ...ENTRA });
    expect(await program.ready()).toBe('https://tickets.example/ticketing/v1');
    expect(program.output()).not.toContain('tk_');
    const response = await fetch(`http://127.0.0.1:${port}/readyz`);
    expect(response.status).toBe(200);
    expect(response.headers.has('Strict-Transport-Security')).toBe(true);
    expect(existsSync(join(folder, 'secret'))).toBe(false);
    // Nobody is believed to be who they say they are.
    for (const path of ['/local/people', '/local/token'])
      expect((await fetch(`http://127.0.0.1:${port}${path}`)).status).toBe(404);
    program.signal('SIGTERM');
    expect(await program.ended).toBe(0);
  });
});

describe('what does not fit is told at once, and ends with 1:', () => {
  /** The lines that the program ended with. */
  async function refusal(settings: Record<string, string>): Promise<string[]> {
    const program = startProgram({ DATA_DIR: folder, ...settings });
    expect(await program.ended).toBe(1);
    expect(program.output()).toBe('');
    return program.errors().trimEnd().split('\n');
  }

  test('all problems of the configuration by name', async () => {
    const lines = await refusal({ PORT: 'abc', RATE_LIMIT: 'foo', PUBLIC_URL: 'ftp://x', LOG_LEVEL: 'loud' });
    expect(lines[0]).toBe('The configuration has problems:');
    const names = lines.slice(1).map((line) => /^ {2}([A-Z_]+): \S/.exec(line)?.[1]);
    expect(names.toSorted()).toEqual(['LOG_LEVEL', 'PORT', 'PUBLIC_URL', 'RATE_LIMIT']);
  });

  test('production without its secrets', async () => {
    const [first, ...lines] = await refusal({ NODE_ENV: 'production', RATE_LIMIT: 'off' });
    expect(first).toBe('The configuration has problems:');
    const names = lines.map((line) => /^ {2}([A-Z_]+): \S/.exec(line)?.[1]);
    const needed = ['ENCRYPTION_SECRET', 'ENTRA_CLIENT_ID', 'MICROSOFT_APP_ID', 'PUBLIC_URL', 'RATE_LIMIT', 'TENANTS'];
    expect(names.toSorted()).toEqual(needed);
  });

  test('a secret that is too short', async () => {
    const secrets = { NODE_ENV: 'production', PUBLIC_URL: 'https://tickets.example', ENCRYPTION_SECRET: 'sesame' };
    const lines = await refusal({ ...secrets, ...ENTRA });
    expect(lines).toEqual(['The configuration has a problem:', expect.stringMatching(/^ {2}ENCRYPTION_SECRET: .*32/)]);
    expect(lines.join('\n')).not.toContain('sesame');
  });

  test.each(['0.0.0.0', '::'])('HOST=%s outside production', async (host) => {
    const lines = await refusal({ HOST: host });
    expect(lines).toEqual(['The configuration has a problem:', expect.stringMatching(/^ {2}HOST: .*loopback/)]);
    expect(existsSync(join(folder, 'tickets.db'))).toBe(false);
  });

  test('a taken port, in one sentence', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    const refused = refusal({ PORT: String(port) }).finally(() => other.close());
    expect(await refused).toEqual([expect.stringMatching(/^The port is taken by another program\..*PORT=/)]);
  });
});

describe('the program goes on after', () => {
  let program: Program;
  let own: string;
  let address: string;
  let key: string;
  beforeAll(async () => {
    own = mkdtempSync(join(tmpdir(), 'tickets-program-'));
    program = startProgram({ DATA_DIR: own });
    address = await program.ready();
    key = keyIn(program);
  });
  afterEach(async () => {
    expect((await fetch(new URL('/livez', address))).status).toBe(200);
    expect(await readKey(address, key)).toBe(200);
    expect(program.errors()).toBe('');
  });
  afterAll(async () => {
    program.signal('SIGTERM');
    expect(await program.ended).toBe(0);
    rmSync(own, { recursive: true, force: true });
  });

  const post = (parts: Parameters<typeof multipart>): Promise<Response> =>
    fetch(`${address}/tickets/1/attachments?key=${key}`, { method: 'POST', ...multipart(...parts) });

  test('400 for a file under another name', async () => {
    const [headers] = file('a.txt', '');
    expect((await post([[headers.replace('"files"', '"file"'), 'text']])).status).toBe(400);
    expect((await post([[headers.replace('name="files"; ', ''), 'text']])).status).toBe(400);
  });

  test('413 for a file too large', async () => {
    expect((await post([file('a.bin', Buffer.alloc(25 * 1024 * 1024 + 1))])).status).toBe(413);
  });

  test('an upload that hangs up, and one that ends in the middle', async () => {
    const { headers, body } = multipart(file('a.bin', Buffer.alloc(100_000)));
    const socket = openRaw(address);
    const head = `POST /ticketing/v1/tickets/1/attachments?key=${key} HTTP/1.1\r\nHost: x\r\nExpect: 100-continue`;
    socket.write(`${head}\r\nContent-Type: ${headers['Content-Type']}\r\nContent-Length: ${body.length}\r\n\r\n`);
    await once(socket, 'data');
    socket.write(body.subarray(0, 50_000), () => socket.destroy());
    await once(socket, 'close');
    const half = { method: 'POST', headers, body: body.subarray(0, 50_000) };
    expect((await fetch(`${address}/tickets/1/attachments?key=${key}`, half)).status).toBe(400);
  });

  test('404 for paths that cannot be decoded or are not there', async () => {
    for (const path of ['/nothing', '/%zz', '/ticketing/v1/tickets/%']) {
      expect((await fetch(new URL(address).origin + path)).status).toBe(404);
    }
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
