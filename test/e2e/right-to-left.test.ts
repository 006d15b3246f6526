/** No language of the tab is written from right to left yet; French is here, as one that is would be. */

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { outsideOf } from './every-look.ts';
import { doneTo, openWorld, type World } from './tab-world.ts';

const TITLE = 'الطابعة لا تعمل (HP 2055)!';
const HEBREW = 'המדפסת ריקה (HP 2055)!';

let world: World;
let ticketNo: number;
beforeAll(async () => {
  world = await openWorld();
  const { id, name, email } = world.people.ana;
  const fields = (await (await world.as.olga('/instance')).json()) as { item: { customFields: { id: string }[] } };
  const [, , , steps, assetTag] = fields.item.customFields;
  const created = await world.createTicket(TITLE, {
    description_HTML: `<p>${HEBREW}</p>`,
    assignee: { id, name, email },
    customFields: { [steps!.id]: HEBREW, [assetTag!.id]: TITLE },
  });
  ticketNo = created.ticketNo;
  const send = (method: string, path: string, body: object) =>
    world.as.ben(`/tickets/${created.id}${path}`, {
      method,
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
  await send('POST', '/activities', { comment: HEBREW });
  await send('PUT', '', { ticket: { title: `${TITLE} 2` } });
}, 90_000);
afterAll(() => world.close());

/** A page in French as it would be if it was written from right to left. */
async function openMirrored(): Promise<Page> {
  const page = await world.open(world.people.olga, '/tab/config.json');
  await page.addInitScript("Object.defineProperty(navigator, 'language', { get: () => 'fr' })");
  await page.route('**/assets/fr-*.js', async (route) => {
    const response = await route.fetch();
    const body = (await response.text()).replace(/\bdirection:(["'`])ltr\1/, 'direction:"rtl"');
    await route.fulfill({ response, body });
  });
  return page;
}

const PAGES: Record<string, { path: () => string; ready: string }> = {
  'the list and a ticket': { path: () => `?ticket=${ticketNo}`, ready: '.comment, .ticket-card' },
  'a ticket': { path: () => `/tickets/${ticketNo}`, ready: '.comment' },
  'the board': { path: () => '/board', ready: '.board-card' },
  reports: { path: () => '/reports', ready: '.figure-card' },
  'the overview of the settings': { path: () => '/settings', ready: 'a[href$="/settings/workflow"]:visible' },
  'the form': { path: () => '/settings/fields', ready: '.sort-row' },
  'the workflow': { path: () => '/settings/workflow', ready: '.graph-state' },
  'hours and targets': { path: () => '/settings/hours', ready: 'input[type="time"]' },
  people: { path: () => '/settings/people', ready: '.page select' },
};

describe('from right to left', () => {
  let page: Page;
  beforeAll(async () => {
    page = await openMirrored();
  });

  test.each(Object.keys(PAGES))('nothing is outside, and what points does so the other way, on %s', async (name) => {
    const { path, ready } = PAGES[name]!;
    for (const width of [1280, 360]) {
      await page.setViewportSize({ width, height: 800 });
      await page.goto(world.server.url + world.path(path()));
      await page.locator(ready).first().waitFor();
      expect(await page.evaluate("[document.dir, getComputedStyle(document.querySelector('.app')).direction]")).toEqual(
        ['rtl', 'rtl'],
      );
      expect({ width, outside: await outsideOf(page) }).toEqual({ width, outside: [] });
      const pointing = await page
        .locator('.pointing:visible')
        .evaluateAll((marks) => marks.map((mark) => Reflect.get(globalThis, 'getComputedStyle')(mark).transform));
      expect(pointing.filter((transform) => transform !== 'matrix(-1, 0, 0, 1, 0, 0)')).toEqual([]);
    }
  });

  test('a card goes where the arrow on its key points', async () => {
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.goto(world.server.url + world.path('/board'));
    const card = page.locator(`.board-card[data-no="${ticketNo}"]`);
    await card.focus();
    await page.keyboard.press('Space');
    const over = page.locator('.column.over');
    // The board is measured a moment after the lift, and a key that comes before moves nothing.
    for (let presses = 0; presses < 20 && (await over.count()) === 0; presses++) {
      await page.keyboard.press('ArrowLeft');
      await over.waitFor({ timeout: 500 }).catch(() => undefined);
    }
    const from = (await page.locator('.column', { has: card }).boundingBox())!;
    expect((await over.boundingBox())!.x).toBeLessThan(from.x);
    await page.keyboard.press('Space');
    await doneTo(page, /ticket n°\s\d/);
  });
});

test('a text that people wrote from right to left is shown so wherever it stands', async () => {
  const page = await world.open(world.people.olga);
  for (const below of [`?ticket=${ticketNo}`, `/tickets/${ticketNo}`, '/board']) {
    await page.goto(world.server.url + world.path(below));
    await page.getByText(TITLE).first().waitFor();
    const wrong = await page.evaluate<string[]>(`(() => {
      const isArabic = (text) => /^\\s*[\\u0590-\\u06ff]/.test(text);
      const texts = document.createNodeIterator(document.body, NodeFilter.SHOW_TEXT);
      const around = [];
      for (let text = texts.nextNode(); text; text = texts.nextNode()) if (isArabic(text.data)) around.push(text.parentElement);
      const boxes = [...document.querySelectorAll('input, textarea')].filter(({ value }) => isArabic(value));
      return [...around, ...boxes]
        .filter((element) => {
          const { direction, unicodeBidi } = getComputedStyle(element);
          return direction !== 'rtl' && unicodeBidi !== 'plaintext';
        })
        .map((element) => element.outerHTML.slice(0, 160));
    })()`);
    expect({ below, wrong }).toEqual({ below, wrong: [] });
  }
});
