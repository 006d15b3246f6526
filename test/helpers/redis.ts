import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from '@jest/globals';
import { createClient } from 'redis';

/** A real Redis of one test. */
export interface TestRedis {
  url: string;
  /** Ends it; what it held is lost. */
  stop(): Promise<void>;
  /** Starts it again at the same address. */
  start(): Promise<void>;
  /** Leaves the connections open and answers nothing until it is thawed. */
  freeze(): void;
  thaw(): void;
  /** One command, for what a test looks at behind the product's back. */
  ask(...command: string[]): Promise<unknown>;
}

const LOOK_AGAIN_MS = 5;
const LONGEST_START_MS = 5000;

const isThere = (): boolean => spawnSync('redis-server', ['--version']).status === 0;

/** Whether this machine has a Redis to start. Where it can be installed by the system's own means, that is tried once. */
function findRedis(): boolean {
  if (isThere()) return true;
  if (process.getuid?.() !== 0) return false;
  try {
    execFileSync('apt-get', ['install', '-y', 'redis-server'], { stdio: 'ignore', timeout: 60_000 });
  } catch {
    // No apt-get, or no way to its packages.
  }
  return isThere();
}

/**
 * Declares cases that need a Redis; each gets one of its own. On a machine without one they are left out, and one line
 * says so.
 */
export function redisCases(cases: Record<string, (redis: TestRedis) => Promise<void>>): void {
  const all = Object.entries(cases);
  if (!findRedis()) {
    process.stderr.write(`REDIS: no redis-server on this machine, ${all.length} cases not run\n`);
    test.skip.each(all)('%s', () => {});
    return;
  }
  test.each(all)('%s', async (_title, act) => {
    const redis = await startRedis();
    try {
      await act(redis);
    } finally {
      await redis.stop();
    }
  });
}

/** On a free port, and it writes nothing to disk. */
async function startRedis(): Promise<TestRedis> {
  const folder = mkdtempSync(join(tmpdir(), 'tickets-redis-'));
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  let server: ChildProcess | undefined;
  const kill = () => server?.kill('SIGKILL');

  async function start(): Promise<void> {
    mkdirSync(folder, { recursive: true });
    const settings = { port, bind: '127.0.0.1', dir: folder, save: '', appendonly: 'no' };
    const settingArguments = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
    server = spawn('redis-server', settingArguments, { stdio: 'ignore' });
    // Whatever ends this process must not leave the server behind.
    process.once('exit', kill);
    const lastMoment = performance.now() + LONGEST_START_MS;
    while ((await ask(url, ['PING']).catch(() => '')) !== 'PONG') {
      if (performance.now() > lastMoment) throw new Error('Redis does not start.');
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    }
  }

  await start();
  return {
    url,
    start,
    async stop() {
      process.off('exit', kill);
      if (!server || server.exitCode !== null || server.signalCode !== null) return;
      const gone = once(server, 'exit');
      kill();
      await gone;
      rmSync(folder, { recursive: true, force: true });
    },
    freeze: () => void server?.kill('SIGSTOP'),
    thaw: () => void server?.kill('SIGCONT'),
    ask: (...command) => ask(url, command),
  };
}

/** A connection for one command, past the product's own. */
async function ask(url: string, command: string[]): Promise<unknown> {
  const client = createClient({ url, socket: { reconnectStrategy: false } });
  // The refusal itself arrives by the promise.
  client.on('error', () => {});
  await client.connect();
  try {
    return await client.sendCommand(command);
  } finally {
    client.destroy();
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('There is no free port.');
  return address.port;
}
