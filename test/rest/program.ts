import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** The program as people start it, in a process of its own. */
export interface Program {
  /** Below `/ticketing/v1`, as the program printed it; rejects when it ended instead. */
  ready: () => Promise<string>;
  /** What it printed so far. */
  output: () => string;
  errors: () => string;
  signal: (name: NodeJS.Signals) => void;
  /** The exit code, once it has ended. */
  ended: Promise<number | null>;
}

/** Where the program is. */
export const ROOT = join(import.meta.dirname, '../..');
const running = new Set<ChildProcess>();

/** Starts it with these settings and no others. */
export function startProgram(settings: Record<string, string>): Program {
  const env = { PATH: process.env.PATH ?? '', PORT: '0', LOG_LEVEL: 'warn', ...settings };
  const child = spawn(process.execPath, [join(ROOT, 'api/main.ts')], {
    env,
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  const texts = { output: '', errors: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    texts.output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    texts.errors += text;
  });
  const ended = once(child, 'close').then(([code]) => {
    running.delete(child);
    return code as number | null;
  });
  return {
    async ready() {
      for (;;) {
        const address = /API\s+(https?:\S+)/.exec(texts.output)?.[1];
        if (address && texts.output.endsWith('\n\n')) return address;
        await Promise.race([once(child.stdout, 'data'), ended]);
        if (child.exitCode !== null) throw new Error(`It ended with ${child.exitCode}: ${texts.errors}`);
      }
    },
    output: () => texts.output,
    errors: () => texts.errors,
    signal: (name) => child.kill(name),
    ended,
  };
}

/** Ends those that a test has left behind. */
export function endPrograms(): void {
  for (const child of running) child.kill('SIGKILL');
}
