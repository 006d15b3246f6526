import { mkdirSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { readConfig } from '../../api/config.ts';
import { type Client, createClient } from '../../api/contract/client.ts';
import { createInstance } from '../../api/core/instances.ts';
import { ensureMember } from '../../api/core/members.ts';
import { DEMO_PEOPLE } from '../../api/demo.ts';
import { openEnvironment } from '../../api/environment.ts';
import { startServerProcess } from '../crash/server-process.ts';
import { buildTab, openBrowser } from '../helpers/browser.ts';
import { load } from './load.ts';
import type { TabRow } from './report.ts';
import { longTasksOf, memoryOfPage, newPage, untilNewRows, untilPainted, usableAt } from './tab-page.ts';
import { COMMON_WORDS, randomNumbers, text } from './words.ts';

/**
 * Measures the tab as an agent meets it: the real server as a process of its own, a real browser, the local sign-in.
 * The times are of the clock on the wall, so whatever else the machine does is in them; its load stands beside each.
 */

const TICKETS = 20_000;
const COLD_STARTS = 9;
const CHANGES = 30;
const ROW_HEIGHT = 36;
/** Between two letters of somebody who types fast. */
const LETTER_MS = 100;
/** How long somebody scrolls in each way. */
const SCROLL_MS = 8000;
/** How long it may take to reach the last ticket. */
const END_WITHIN_MS = 120_000;

const AGENT = DEMO_PEOPLE.find(({ role }) => role === 'assignee')!;

interface Desk {
  /** The address of its list. */
  url: string;
  api: Client;
}

/** An instance with its people and tickets, made before the server starts. */
async function makeDesk(folder: string): Promise<{ instanceId: string; key: string }> {
  const environment = await openEnvironment(readConfig({ DATA_DIR: folder }));
  const { record, keys } = await createInstance(environment, { name: 'Bench' });
  for (const { role, ...identity } of DEMO_PEOPLE) await ensureMember(environment, record.id, identity, role);
  await load(environment.store.instance(record.id), 0, TICKETS, TICKETS);
  await environment.store.close();
  return { instanceId: record.id, key: keys.find(({ slot }) => slot === 'primary')!.key };
}

function noted(row: TabRow): TabRow {
  console.log(JSON.stringify({ ...row, figures: row.figures.map((figure) => Number(figure.toFixed(1))) }));
  return row;
}

const loadNow = (): string => loadavg()[0]!.toFixed(2);

/** One row of figures with the machine's load before and after they were taken. */
async function row(
  what: string,
  unit: string,
  measure: () => Promise<number[]>,
  goal?: TabRow['goal'],
): Promise<TabRow> {
  const before = loadNow();
  const figures = await measure();
  return noted({ what, unit, figures, goal, load: `${before} ${loadNow()}` });
}

async function repeat(count: number, measure: (index: number) => Promise<number>): Promise<number[]> {
  const figures: number[] = [];
  for (let index = 0; index < count; index++) figures.push(await measure(index));
  return figures;
}

/** The scripts that a page fetches until its list is usable, in kilobytes (1000 bytes) as gzip makes them. */
async function scriptsOf(desk: Desk): Promise<number[]> {
  const browser = await openBrowser();
  try {
    const page = await newPage(browser, AGENT.id);
    const sizes: Promise<{ name: string; size: number; raw: number }>[] = [];
    page.on('response', (response) => {
      if (response.request().resourceType() !== 'script') return;
      const name = response.url().split('/').at(-1)!;
      sizes.push(response.body().then((body) => ({ name, size: gzipSync(body).length, raw: body.length })));
    });
    await page.goto(desk.url);
    await usableAt(page);
    page.removeAllListeners('response');
    const scripts = (await Promise.all(sizes)).toSorted((left, right) => right.size - left.size);
    const kilobytes = (bytes: number) => (bytes / 1000).toFixed(1);
    for (const { name, size, raw } of scripts) console.log(`  ${kilobytes(size)} kB of ${kilobytes(raw)}  ${name}`);
    return [scripts.reduce((sum, { size }) => sum + size, 0) / 1000];
  } finally {
    await browser.close();
  }
}

/** A browser that was not there before, which has nothing in its cache. */
async function coldStart(desk: Desk): Promise<number> {
  const browser = await openBrowser();
  try {
    const page = await newPage(browser, AGENT.id);
    await page.goto(desk.url, { waitUntil: 'commit' });
    const time = await usableAt(page);
    // What is said to be usable is used.
    await page.locator('.rows [role="row"]').first().click();
    await page.waitForURL(/[?&]ticket=\d/);
    return time;
  } finally {
    await browser.close();
  }
}

/** Repeats something for as long as somebody scrolls. */
async function scrolling(act: () => Promise<void>): Promise<void> {
  for (const until = Date.now() + SCROLL_MS; Date.now() < until; ) await act();
}

const loadedRows = async (page: Page): Promise<number> =>
  ((await page.evaluate(`document.querySelector('.rows').offsetHeight`)) as number) / ROW_HEIGHT;

const scrolledTo = async (page: Page): Promise<number> =>
  (await page.evaluate(`document.querySelector('.scroller').scrollTop`)) as number;

/** A turn of the wheel: two screens or so in a tenth of a second, drawn in small steps as a wheel sends them. */
const wheel = (page: Page, pixels: number) => async () => {
  await page.mouse.wheel(0, pixels);
  await page.waitForTimeout(16);
};

const press = (page: Page, key: string) => async () => {
  await page.keyboard.press(key);
  await page.waitForTimeout(33);
};

async function measureScrolling(page: Page): Promise<TabRow[]> {
  const goal = { limit: 50, of: 'most' } as const;
  const rows: TabRow[] = [];
  const scroll = async (how: string, act: () => Promise<void>) => {
    const before = loadNow();
    const from = await scrolledTo(page);
    const { longTasks, longestByProcessor } = await longTasksOf(page, act);
    const load = `${before} ${loadNow()}`;
    const passed = Math.round(Math.abs((await scrolledTo(page)) - from) / ROW_HEIGHT);
    rows.push(
      noted({ what: `tasks over 50 ms: ${how}, ${passed} tickets on`, unit: 'ms', figures: longTasks, goal, load }),
    );
    const what = '  the longest by processor time';
    rows.push(noted({ what, unit: 'ms', figures: [longestByProcessor], goal, load }));
  };
  await page.mouse.move(600, 500);
  await scroll('wheel down', () => scrolling(wheel(page, 240)));
  // The keys begin where the last of them left off, at the first or the last ticket.
  await page.keyboard.press('j');
  await scroll('Page Down', () => scrolling(press(page, 'PageDown')));
  console.log(`  ${await loadedRows(page)} tickets reached`);
  const begin = Date.now();
  const toTheEnd = async () => {
    while ((await loadedRows(page)) < TICKETS && Date.now() - begin < END_WITHIN_MS) await press(page, 'End')();
  };
  await scroll('End until the last ticket', toTheEnd);
  console.log(`  ${await loadedRows(page)} tickets reached in ${((Date.now() - begin) / 1000).toFixed(1)} s more`);
  await scroll('wheel up with all tickets', () => scrolling(wheel(page, -240)));
  await page.keyboard.press('k');
  await scroll('Page Up with all tickets', () => scrolling(press(page, 'PageUp')));
  const jump = async () => {
    await page.evaluate(`document.querySelector('.scroller').scrollTop = ${TICKETS * ROW_HEIGHT} * Math.random()`);
    await page.waitForTimeout(33);
  };
  await scroll('dragging the scroll bar to and fro', () => scrolling(jump));
  rows.push(
    await row('heap of the page after scrolling', 'MB', async () => {
      const { heapMb, nodes } = await memoryOfPage(page);
      console.log(`  ${nodes} nodes in the page`);
      return [heapMb];
    }),
  );
  return rows;
}

/** The numbers of the options that turn on or off, so that no two of the sets that follow are the same (a Gray code). */
const toggles = Array.from({ length: CHANGES }, (_, index) => Math.log2((index + 1) & -(index + 1)));

async function measureFilters(page: Page, url: string): Promise<TabRow[]> {
  const goal = { limit: 100, of: 'p50' } as const;
  await page.goto(`${url}?statusId=open`);
  await usableAt(page);
  await page.locator('.chip-text').click();
  // The first one stays on: with none the filter is gone.
  const option = (index: number) => page.locator('.pick-option').nth(index + 1);
  const byChip = await row(
    'filter: status chip to new rows',
    'ms',
    () => repeat(CHANGES, (index) => untilNewRows(page, null, () => option(toggles[index]!).click())),
    goal,
  );
  await page.goto(`${url}?view=all`);
  await usableAt(page);
  const box = page.locator('.search-box input');
  const type = (word: string) => async () => {
    await box.selectText();
    await page.keyboard.type(word, { delay: LETTER_MS });
  };
  const bySearch = await row(
    'filter: last letter of a search to new rows',
    'ms',
    () => repeat(CHANGES, (index) => untilNewRows(page, COMMON_WORDS[index]!, type(COMMON_WORDS[index]!))),
    goal,
  );
  return [byChip, bySearch];
}

async function measureEvents(page: Page, desk: Desk): Promise<TabRow[]> {
  const goal = { limit: 300, of: 'p50' } as const;
  await page.goto(desk.url);
  await usableAt(page);
  const number = (await page.locator('.rows [role="row"]').first().getAttribute('data-no'))!;
  const cell = `document.querySelector('[data-no="${number}"] .status')?.textContent`;
  const [first, second] = ['Started', 'Pending'];
  await untilPainted(page, `${cell} === '${second}'`, async () => {
    await desk.api('updateTicketStatus', { ticketId: number, status: first });
    await desk.api('updateTicketStatus', { ticketId: number, status: second });
  });
  const inList = await row(
    'event: status by key to its sight in the list',
    'ms',
    () =>
      repeat(CHANGES, (index) => {
        const status = index % 2 === 0 ? first : second;
        return untilPainted(page, `${cell} === '${status}'`, () =>
          desk.api('updateTicketStatus', { ticketId: number, status }),
        );
      }),
    goal,
  );
  await page.goto(`${desk.url}/tickets/${number}`);
  await page.locator('.timeline li').first().waitFor();
  const random = randomNumbers(7);
  const inTicket = await row(
    'event: comment by key to its sight in the ticket',
    'ms',
    () =>
      repeat(CHANGES, (index) => {
        const comment = `${text(random, 12)} ${index}`;
        return untilPainted(
          page,
          `document.querySelector('.timeline').textContent.includes(${JSON.stringify(comment)})`,
          () => desk.api('addComment', { ticketId: number, comment }),
        );
      }),
    goal,
  );
  return [inList, inTicket];
}

/** Loads, starts the server and measures all of it. */
export async function measureTab(parent: string): Promise<TabRow[]> {
  await buildTab();
  const folder = join(parent, 'tab');
  mkdirSync(folder);
  const { instanceId, key } = await makeDesk(folder);
  const server = await startServerProcess(folder, join(folder, 'server.log'));
  const browser = await openBrowser();
  try {
    const desk: Desk = {
      url: `${server.url}/tab/instances/${instanceId}`,
      api: createClient({ serverUrl: server.url, key }),
    };
    const rows = [
      await row('script until the list is usable, gzip', 'kB', () => scriptsOf(desk), { limit: 250, of: 'most' }),
      await row('cold start to a usable list', 'ms', () => repeat(COLD_STARTS, () => coldStart(desk))),
    ];
    const page = await newPage(browser, AGENT.id);
    await page.goto(`${desk.url}?view=all`);
    await usableAt(page);
    rows.push(...(await measureScrolling(page)));
    rows.push(...(await measureFilters(page, desk.url)));
    rows.push(...(await measureEvents(page, desk)));
    return rows;
  } finally {
    await browser.close();
    await server.end('SIGTERM');
  }
}
