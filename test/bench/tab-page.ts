import type { Browser, Page } from 'playwright-core';

/** What runs inside a page that is measured, and how it is asked. The texts are scripts: the page is no part of this program. */

/** Before any script of the page itself. All times are milliseconds since the navigation. */
const WATCH = `
  window.bench = { longTasks: [] };
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) bench.longTasks.push({ startTime, duration });
  }).observe({ type: 'longtask', buffered: true });
  // The moment when somebody clicked or typed, as the browser got it.
  for (const type of ['click', 'input']) {
    addEventListener(type, (event) => { bench.input = event.timeStamp; }, { capture: true });
  }
  // Resolves with the time after the first frame that was painted while it was so.
  bench.painted = (isSo) => new Promise((resolve) => {
    const look = () => isSo() ? setTimeout(() => resolve(performance.now())) : requestAnimationFrame(look);
    requestAnimationFrame(look);
  });
  // A row is usable when a click on its middle would meet it, and not something that lies above it.
  bench.isUsable = () => {
    const row = document.querySelector('.rows [role="row"]');
    if (!row) return false;
    const { left, top, width, height } = row.getBoundingClientRect();
    const met = document.elementFromPoint(left + width / 2, top + height / 2);
    return met !== null && row.contains(met);
  };
  // What the list shows: how many tickets match, and the rows that are drawn.
  bench.shown = () => {
    const list = document.querySelector('[role="grid"]');
    const rows = [...list.querySelectorAll('.rows [role="row"]')].map((row) => row.dataset.no);
    return list.getAttribute('aria-rowcount') + ' ' + rows.join();
  };
  // Rows of another filter, not those of the one before that stay until then.
  bench.isNew = (search) =>
    (search === null || new URLSearchParams(location.search).get('search') === search) &&
    bench.shown() !== bench.before && !document.querySelector('[role="grid"].old');
  bench.usable = bench.painted(bench.isUsable);
`;

/** A page for the tab as one of its people, in a profile of its own with nothing in its cache. */
export async function newPage(browser: Browser, personId: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB' });
  await context.addInitScript(WATCH);
  await context.addInitScript(`localStorage.setItem('tickets.person', ${JSON.stringify(personId)})`);
  return context.newPage();
}

/** Milliseconds from the navigation until the first row was painted and could be clicked. */
export const usableAt = (page: Page): Promise<number> => page.evaluate('bench.usable');

/**
 * Does something that changes the filter; milliseconds from the click or the last letter to the new rows.
 *
 * @param search the words that the address has once the filter is the wanted one
 */
export async function untilNewRows(page: Page, search: string | null, change: () => Promise<void>): Promise<number> {
  const isSo = `() => bench.isNew(${JSON.stringify(search)})`;
  await page.evaluate(`bench.before = bench.shown(), bench.wait = bench.painted(${isSo}), undefined`);
  await change();
  return (await page.evaluate('bench.wait.then((time) => time - bench.input)')) as number;
}

/** Does something elsewhere; milliseconds from its begin until a condition (a script) holds and was painted. */
export async function untilPainted(page: Page, isSo: string, act: () => Promise<unknown>): Promise<number> {
  await page.evaluate(`bench.wait = bench.painted(() => ${isSo}), undefined`);
  const begin = performance.now();
  const [, end] = await Promise.all([act(), page.evaluate('bench.wait').then(() => performance.now())]);
  return end - begin;
}

interface LongTasks {
  /** Those over 50 ms as the browser tells them to a page: by the clock, with all that the machine did in between. */
  longTasks: number[];
  /** The most of the processor that one task had: what the page itself is to blame for. */
  longestByProcessor: number;
}

/** An event of a trace, times in microseconds (the "Trace Event Format"). */
interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  tdur?: number;
  args: { name?: string };
}

/** How long the page's main thread was busy at a stretch while something was done. */
export async function longTasksOf(page: Page, act: () => Promise<void>): Promise<LongTasks> {
  const browser = page.context().browser()!;
  const since = (await page.evaluate('performance.now()')) as number;
  await browser.startTracing(page, { categories: ['toplevel'] });
  await act();
  // They are told a moment after they end.
  await page.evaluate('new Promise((resolve) => setTimeout(resolve, 100))');
  const { traceEvents }: { traceEvents: TraceEvent[] } = JSON.parse(String(await browser.stopTracing()));
  const threadOf = ({ pid, tid }: TraceEvent) => `${pid} ${tid}`;
  const isMain = ({ name, args }: TraceEvent) => name === 'thread_name' && args.name === 'CrRendererMain';
  const main = new Set(traceEvents.filter(isMain).map(threadOf));
  const tasks = traceEvents.filter(({ name, ph }) => ph === 'X' && name === 'ThreadControllerImpl::RunTask');
  const longest = Math.max(...tasks.filter((task) => main.has(threadOf(task))).map(({ tdur = 0 }) => tdur / 1000));
  if (!(longest > 0)) throw new Error('The trace has no tasks of the page.');
  const told = (await page.evaluate('bench.longTasks')) as { startTime: number; duration: number }[];
  const longTasks = told.filter(({ startTime }) => startTime >= since).map(({ duration }) => duration);
  return { longTasks, longestByProcessor: longest };
}

/** Megabytes of script objects that are left after a garbage collection, and the elements that there are. */
export async function memoryOfPage(page: Page): Promise<{ heapMb: number; nodes: number }> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  await session.send('Performance.enable');
  const { metrics } = await session.send('Performance.getMetrics');
  const metric = (wanted: string) => metrics.find(({ name }) => name === wanted)!.value;
  await session.detach();
  return { heapMb: metric('JSHeapUsedSize') / 1024 / 1024, nodes: metric('Nodes') };
}
