import { execFileSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--disable-quic',
];

/** Where a system keeps its Chromium or Chrome; the first that exists is taken. */
const SYSTEM_BROWSERS = [process.env.CHROMIUM_PATH, '/usr/bin/chromium', '/usr/bin/google-chrome'];

/** Where the browser inside the package is unpacked. */
const UNPACKED = join(tmpdir(), 'chromium');

/** A real Chromium, headless: the machine's own, else the one inside the package `@sparticuz/chromium`. */
export async function openBrowser(): Promise<Browser> {
  const executablePath = SYSTEM_BROWSERS.find((path) => path && existsSync(path)) ?? UNPACKED;
  if (executablePath === UNPACKED) {
    await once(`${UNPACKED}.lock`, () => existsSync(UNPACKED), unpack);
  }
  return chromium.launch({ executablePath, args: FLAGS });
}

async function unpack(): Promise<void> {
  const { default: packaged } = await import('@sparticuz/chromium');
  await packaged.executablePath();
}

const LOCKED_FOR_MS = 60_000;

/** Of several processes that need the same thing done at once, one does it and the others wait. */
async function once(lock: string, isDone: () => boolean, act: () => Promise<void>): Promise<void> {
  for (;;) {
    if (!existsSync(lock) && isDone()) return;
    try {
      mkdirSync(lock);
    } catch {
      // One that was stopped in the middle leaves its lock behind.
      const lockedAt = statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? 0;
      if (Date.now() - lockedAt > LOCKED_FOR_MS) rmSync(lock, { recursive: true, force: true });
      await new Promise((resolve) => setTimeout(resolve, 100));
      continue;
    }
    try {
      return await act();
    } finally {
      rmSync(lock, { recursive: true, force: true });
    }
  }
}

const TAB = join(import.meta.dirname, '../../tab');
const isBuilt = (): boolean => {
  const built = statSync(join(TAB, 'dist/index.html'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const sources = [...globSync(join(TAB, 'src/**/*.*')), join(TAB, 'index.html'), join(TAB, 'vite.config.ts')];
  return sources.every((file) => statSync(file).mtimeMs <= built);
};

/** Builds the tab unless it is built as it stands. */
export function buildTab(): Promise<void> {
  return once(join(TAB, '.building'), isBuilt, async () => {
    const vite = join(TAB, '../node_modules/vite/bin/vite.js');
    // Jest calls it a test, and then React would be built for development.
    const env = { ...process.env, NODE_ENV: 'production' };
    execFileSync(process.execPath, [vite, 'build', TAB, '--logLevel', 'error'], { stdio: 'pipe', env });
  });
}
