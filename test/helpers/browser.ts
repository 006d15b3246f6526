import { execFileSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, rmSync, statSync } from 'node:fs';
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

/** A real Chromium, headless: the machine's own, else the one inside the package `@sparticuz/chromium`. */
export async function openBrowser(): Promise<Browser> {
  const found = SYSTEM_BROWSERS.find((path) => path && existsSync(path));
  if (found) return chromium.launch({ executablePath: found, args: FLAGS });
  const { default: packaged } = await import('@sparticuz/chromium');
  return chromium.launch({ executablePath: await packaged.executablePath(), args: [...packaged.args, ...FLAGS] });
}

const TAB = join(import.meta.dirname, '../../tab');
const LOCK = join(TAB, '.building');
const LOCKED_FOR_MS = 60_000;

const isBuilt = (): boolean => {
  const built = statSync(join(TAB, 'dist/index.html'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const sources = [...globSync(join(TAB, 'src/**/*.*')), join(TAB, 'index.html'), join(TAB, 'vite.config.ts')];
  return sources.every((file) => statSync(file).mtimeMs <= built);
};

/** Builds the tab unless it is built as it stands; of several tests that need it at once, one does. */
export async function buildTab(): Promise<void> {
  for (;;) {
    if (isBuilt() && !existsSync(LOCK)) return;
    try {
      mkdirSync(LOCK);
    } catch {
      // Another process builds; one that was stopped while it did leaves its lock behind.
      const lockedAt = statSync(LOCK, { throwIfNoEntry: false })?.mtimeMs ?? 0;
      if (Date.now() - lockedAt > LOCKED_FOR_MS) rmSync(LOCK, { recursive: true, force: true });
      await new Promise((resolve) => setTimeout(resolve, 100));
      continue;
    }
    try {
      const vite = join(TAB, '../node_modules/vite/bin/vite.js');
      execFileSync(process.execPath, [vite, 'build', TAB, '--logLevel', 'error'], { stdio: 'pipe' });
    } finally {
      rmSync(LOCK, { recursive: true, force: true });
    }
    return;
  }
}
