import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The real server as a process of its own. */
export interface ServerProcess {
  url: string;
  pid: number;
  /** Ends it and waits until it is gone. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

/** As `npm start` does it. */
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const [, ...START]: string[] = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')).scripts.start.split(' ');
const LOOK_AGAIN_MS = 10;

/**
 * Starts the server on a folder of data and waits for the line that says where it is.
 *
 * @param output a file for what it prints, its log among it
 */
export async function startServerProcess(
  folder: string,
  output: string,
  { settings = {}, nodeOptions = [] }: { settings?: Record<string, string>; nodeOptions?: string[] } = {},
): Promise<ServerProcess> {
  const file = openSync(output, 'w');
  const child = spawn(process.execPath, [...nodeOptions, ...START], {
    cwd: ROOT,
    stdio: ['ignore', file, file],
    env: { PATH: process.env.PATH, DATA_DIR: folder, PORT: '0', RATE_LIMIT: 'off', ...settings },
  });
  closeSync(file);
  // Whatever ends this process must not leave the server behind.
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const gone = once(child, 'exit').then(() => {
    process.off('exit', kill);
  });
  return {
    url: await addressOf(child, output),
    pid: child.pid!,
    async end(signal) {
      child.kill(signal);
      await gone;
    },
  };
}

async function addressOf(child: ChildProcess, output: string): Promise<string> {
  for (;;) {
    const printed = readFileSync(output, 'utf8');
    const url = /^ +API +(http:\/\/[^/]+)/m.exec(printed)?.[1];
    if (url) return url;
    if (child.exitCode !== null) throw new Error(`The server ended with ${child.exitCode}:\n${printed}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}
