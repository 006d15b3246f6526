import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Microsoft's Agents Playground, beside the product: a Teams-like client on this machine. */

const ROOT = join(import.meta.dirname, '../..');

interface Started {
  url: string;
  stop: () => Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}

/** Resolves with what the program printed when it says so; rejects when it ends instead. */
async function until(child: ChildProcess, sign: RegExp): Promise<string> {
  let printed = '';
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
  }
  const ended = once(child, 'close');
  while (!sign.test(printed)) {
    await Promise.race([once(child.stdout!, 'data'), ended]);
    if (child.exitCode !== null) throw new Error(`It ended with ${child.exitCode}: ${printed}`);
  }
  return printed;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = once(child, 'close');
  child.kill();
  await ended;
}

/** Starts the product with a demo help desk, on a port of its own unless one is given. */
export async function startProduct(settings: Record<string, string> = {}): Promise<Started & { output: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'tickets-playground-'));
  const env = { PATH: process.env.PATH ?? '', PORT: '0', LOG_LEVEL: 'warn', DATA_DIR: folder, ...settings };
  const child = spawn(process.execPath, [join(ROOT, 'api/main.ts')], { env, cwd: ROOT });
  const output = await until(child, /API\s+https?:\S+[\s\S]*\n\n$/);
  return { url: /API\s+(https?:\/\/[^/\s]+)/.exec(output)![1]!, output, stop: () => stop(child) };
}

/** Starts Agents Playground against a bot, with the people of the demo. */
export async function startPlayground(botUrl: string, port?: number): Promise<Started> {
  const own = port ?? (await freePort());
  const env = {
    ...process.env,
    TEAMSAPPTESTER_BROWSER: 'none',
    M365_AGENTS_PLAYGROUND_CONFIG_PATH: join(ROOT, '.m365agentsplayground.yml'),
    M365_AGENTS_PLAYGROUND_LOGFILE: join(tmpdir(), `playground-${own}.log`),
  };
  const script = join(ROOT, 'node_modules/@microsoft/m365agentsplayground/cli.js');
  const flags = ['-e', `${botUrl}/api/messages`, '-c', 'msteams', '-p', String(own), '--disable-telemetry'];
  const child = spawn(process.execPath, [script, ...flags], { env, cwd: ROOT });
  // It takes another port when this one is taken.
  const [, taken] = /Listening on (\d+)/.exec(await until(child, /Listening on \d+/))!;
  return { url: `http://127.0.0.1:${taken}`, stop: () => stop(child) };
}

/** The product that runs on this port already, for whoever has started it before. */
async function runningProduct(port: string): Promise<Awaited<ReturnType<typeof startProduct>> | undefined> {
  const url = `http://127.0.0.1:${port}`;
  const answer = await fetch(`${url}/readyz`).catch(() => undefined);
  return answer?.ok ? { url, output: '', stop: async () => undefined } : undefined;
}

if (import.meta.main) {
  const { PORT = '3978', DATA_DIR = './data' } = process.env;
  const product = (await runningProduct(PORT)) ?? (await startProduct({ PORT, DATA_DIR }));
  const playground = await startPlayground(product.url, 56150);
  process.stdout.write(`${product.output}Playground   ${playground.url}\n`);
  const end = () => Promise.all([product.stop(), playground.stop()]).then(() => process.exit(0));
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
}
