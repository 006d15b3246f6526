import { existsSync } from 'node:fs';
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
