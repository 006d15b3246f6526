import { beforeEach, expect, jest } from '@jest/globals';
import type { Browser, BrowserContext, Page, Request } from 'playwright-core';
import type { LocalPerson } from '../../api/auth/local-issuer.ts';
import type { Ticket } from '../../api/contract/tickets.ts';
import { BASE_PATH } from '../../api/contract/wire.ts';
import { buildTab, openBrowser } from '../helpers/browser.ts';
import { type SignedInFetch, startServer, type TestInstance, type TestServer } from '../helpers/server.ts';

/** On a machine that does much else, a browser misses a moment now and then; what fails twice is broken. At once: later tests change more. */
jest.retryTimes(1, { logErrorsBeforeRetry: true, retryImmediately: true });

/** A help desk with its people, and browsers that look at it. */
export interface World {
  server: TestServer;
  browser: Browser;
  instance: TestInstance;
  people: Record<'olga' | 'ana' | 'ben' | 'mia', LocalPerson>;
  /** The API as each of them. */
  as: Record<'olga' | 'ana' | 'ben' | 'mia', SignedInFetch>;
  /** A page of the tab, in a browser of its own, signed in as somebody. */
  open: (who: LocalPerson, path?: string, look?: Look) => Promise<Page>;
  /** The path of the help desk, and of what is below it. */
  path: (below?: string) => string;
  createTicket: (title: string, fields?: object) => Promise<{ id: string; ticketNo: number }>;
  /** Those with a word in their title: a case that is tried again begins without the tickets of its first try. */
  removeTickets: (word: string) => Promise<void>;
  readTicket: (ticketNo: number) => Promise<Ticket>;
  close: () => Promise<void>;
}

/** The themes of the tab. */
export const THEMES = ['default', 'dark', 'contrast'] as const;
type Theme = (typeof THEMES)[number];

interface Look {
  width?: number;
  theme?: Theme;
  /** With fingers instead of a mouse, and 360 pixels. */
  isPhone?: boolean;
}

const field = (title: string, key: string, rest: object = {}) => ({ title, type: { key }, ...rest });
const option = (key: string, text: string) => ({ key, text });

/** One field of each type. */
const FIELDS = {
  customFieldsLeft: [
    field('Location', 'list', { options: [option('b', 'Berlin'), option('p', 'Paris')], isMandatory: true }),
    field('Services', 'list', { options: [option('m', 'Mail'), option('v', 'VPN')], isMultiple: true }),
    field('Colleagues', 'peoplepicker', { isMultiple: true }),
    field('Steps', 'textarea'),
  ],
  customFieldsRight: [field('Asset tag', 'text'), field('Blocks my work', 'toggle'), field('Needed on', 'date')],
};

/** The tab's contrast theme without the browser's own forced colours, which would hide those of the theme. */
const preferContrast = (matches: boolean) => `{
  const real = matchMedia.bind(window);
  const contrast = Object.assign(new EventTarget(), { matches: ${matches} });
  window.matchMedia = (query) => (query.includes('forced-colors') ? contrast : real(query));
  window.preferContrast = (matches) => {
    contrast.matches = matches;
    contrast.dispatchEvent(new Event('change'));
  };
}`;

/** Changes the theme of an open page. */
export async function setTheme(page: Page, theme: Theme): Promise<void> {
  await page.emulateMedia({ colorScheme: theme === 'dark' ? 'dark' : 'light' });
  await page.evaluate(`preferContrast(${theme === 'contrast'})`);
  await page.locator(`body[data-theme="${theme}"]`).waitFor();
}

/** Messages of the browser that are no fault of the tab's. */
const EXPECTED_MESSAGE =
  /status of (400|401|403|404|412)|ERR_INTERNET_DISCONNECTED|ERR_FAILED|dynamically imported module|Unable to preload CSS|could not be loaded/;

/** How the tickets that each test has made are removed. */
const made = new Map<string | undefined, (() => Promise<unknown>)[]>();

// A test that is tried again finds none of its first try.
beforeEach(async () => {
  const { currentTestName } = expect.getState();
  await Promise.all((made.get(currentTestName) ?? []).map((remove) => remove()));
  made.set(currentTestName, []);
});

export async function openWorld(): Promise<World> {
  await buildTab();
  const [server, browser] = await Promise.all([startServer(), openBrowser()]);
  const instance = await server.newInstance('IT Help Desk');
  const names = { olga: 'Olga Owner', ana: 'Ana Agent', ben: 'Ben Agent', mia: 'Mia Member' };
  const roles = { olga: 'owner', ana: 'assignee', ben: 'assignee', mia: 'member' } as const;
  const people = {} as World['people'];
  const as = {} as World['as'];
  for (const who of ['olga', 'ana', 'ben', 'mia'] as const) {
    people[who] = server.newPerson(names[who]);
    as[who] = await server.join(instance.id, people[who], roles[who]);
  }
  const person = ({ id, name, email }: LocalPerson) => ({ id, name, email });
  const send = async (path: string, method: string, body: object) => {
    const headers = { 'Content-Type': 'application/json' };
    const response = await as.olga(path, { method, headers, body: JSON.stringify(body) });
    const answer = (await response.json()) as { item: { id: string; ticketNo: number } };
    if (!response.ok) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
    return answer.item;
  };
  await send('/instance', 'PUT', {
    instance: { ...FIELDS, assignees: { type: 'customAssignee', peoples: [person(people.ana), person(people.ben)] } },
  });
  await send('/tags', 'POST', {
    tagCategory: { text: 'Topic', color: '#0078d4', tags: [{ text: 'Network' }, { text: 'Printer' }] },
  });

  const contexts: BrowserContext[] = [];
  const faults: string[] = [];
  return {
    server,
    browser,
    instance,
    people,
    as,
    path: (below = '') => `/tab/instances/${instance.id}${below}`,
    async open(
      who,
      path = `/tab/instances/${instance.id}`,
      { theme = 'default', isPhone = false, width = isPhone ? 360 : 1280 } = {},
    ) {
      const context = await browser.newContext({
        viewport: { width, height: isPhone ? 740 : 800 },
        hasTouch: isPhone,
        isMobile: isPhone,
        locale: 'en-GB',
        colorScheme: theme === 'dark' ? 'dark' : 'light',
        forcedColors: 'none',
        reducedMotion: 'reduce',
      });
      contexts.push(context);
      await context.addInitScript(`localStorage.setItem('tickets.person', ${JSON.stringify(who.id)})`);
      await context.addInitScript(preferContrast(theme === 'contrast'));
      const page = await context.newPage();
      page.setDefaultTimeout(10_000);
      page.on('pageerror', (error) => faults.push(error.message));
      page.on('console', (message) => {
        if (message.type() === 'error' && !EXPECTED_MESSAGE.test(message.text())) faults.push(message.text());
      });
      await page.goto(server.url + path);
      return page;
    },
    async createTicket(title, fields = {}) {
      // Each a moment later than the one before, so that the order of the list is known.
      server.clock.advance(1000);
      const ticket = await send('/tickets', 'POST', { ticket: { title, requestor: person(people.mia), ...fields } });
      made.get(expect.getState().currentTestName)?.push(() => as.olga(`/tickets/${ticket.id}`, { method: 'DELETE' }));
      return ticket;
    },
    async removeTickets(word) {
      for (;;) {
        const response = await as.olga(`/tickets?title=${encodeURIComponent(word)}&limit=100`);
        const { items } = (await response.json()) as { items: Ticket[] };
        if (items.length === 0) return;
        await Promise.all(items.map(({ id }) => as.olga(`/tickets/${id}`, { method: 'DELETE' })));
      }
    },
    async readTicket(ticketNo) {
      const response = await fetch(`${server.url}${BASE_PATH}/tickets/${ticketNo}?key=${instance.keys.primary}`);
      return ((await response.json()) as { item: Ticket }).item;
    },
    async close() {
      for (const context of contexts) await context.close();
      await browser.close();
      await server.close();
      expect(faults).toEqual([]);
    },
  };
}

/** Presses a key where the keyboard is, as another layout than the American one sends it. */
export const pressAs = (page: Page, key: string, code: string, modifiers: object = {}): Promise<unknown> =>
  page.evaluate(
    `document.activeElement.dispatchEvent(new KeyboardEvent('keydown', ${JSON.stringify({ key, code, bubbles: true, cancelable: true, ...modifiers })}))`,
  );

/** The row of a ticket in the list. */
export const row = (page: Page, title: string) => page.getByRole('row').filter({ hasText: title });

/** The bar that tells what was just done, or was not. */
export const notice = (page: Page, text: string | RegExp) => page.locator('.notice-text', { hasText: text });

/** The number of the ticket in the bar that tells what was just done. */
export async function doneTo(page: Page, text: RegExp): Promise<number> {
  const bar = notice(page, text);
  await bar.waitFor();
  return Number(/#(\d+)/.exec((await bar.textContent())!)?.[1]);
}

/**
 * Resolves when a list is read a second time: a page that has just been opened does so when it hears of changes. To be
 * asked for before the page is opened.
 */
export async function listSettled(page: Page): Promise<void> {
  const reading = (request: Request) => /\/tickets\?/.test(request.url()) && !request.headers().continuationtoken;
  await page.waitForRequest(reading);
  await page.waitForRequest(reading);
}

/** Asks the server until it has what is expected: what a page shows at once may be under way to it. */
export async function expectSoon(read: () => Promise<unknown>, expected: object): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const found = await read();
    try {
      expect(found).toMatchObject(expected);
      return;
    } catch (error) {
      if (attempt === 200) throw error;
    }
  }
}
