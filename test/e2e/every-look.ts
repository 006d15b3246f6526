/** What must hold of every page however it looks: in each theme, at either width. */

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import axe from 'axe-core';
import type { Frame, Page } from 'playwright-core';
import { setTheme, THEMES } from './tab-world.ts';

/** A page in one of its states: where it is, and how it is reached from there. */
export interface PageState {
  url: string;
  ready: (page: Page) => Promise<unknown>;
  /** There is no room for it on a narrow page. */
  isWide?: boolean;
}

/** Where each look of each page is kept as a picture, for somebody to see. */
const PICTURES = process.env.SCREENSHOTS;

const RULES_OF_COLOURS = ['color-contrast', 'link-in-text-block'];

/** A page of 1280 by 1024 at 400 %, the least that one has to fit into by WCAG 1.4.10. */
const ZOOMED = { width: 320, height: 256 };

/** In each theme and at either width axe finds nothing, nothing scrolls sideways, and no control lies outside. */
export async function expectEveryLook(page: Page, name: string, { url, ready, isWide }: PageState): Promise<void> {
  const faults: Record<string, string[]> = {};
  for (const width of isWide ? [1280] : [1280, 360]) {
    await page.setViewportSize({ width, height: 800 });
    await setTheme(page, 'default');
    // What one page leaves unsaved is not on the next.
    await page.evaluate('localStorage.clear(), sessionStorage.clear()');
    await page.goto(url);
    await ready(page);
    for (const theme of THEMES) {
      await setTheme(page, theme);
      const look = `${name}, ${theme}, ${width}`;
      // A theme changes colours and nothing else.
      const found =
        theme === 'default'
          ? [...(await violationsIn(page)), ...(await outsideOf(page))]
          : await violationsIn(page, { rules: RULES_OF_COLOURS });
      if (found.length > 0) faults[look] = found;
      await keepPicture(page, look);
    }
    if (width > 360) continue;
    await page.setViewportSize(ZOOMED);
    const found = await settled(page);
    if (found.length > 0) faults[`${name}, zoomed`] = found;
    await keepPicture(page, `${name}, zoomed`);
  }
  expect(faults).toEqual({});
}

/** What still lies outside when all has found its place in a page of another size. */
async function settled(page: Page): Promise<string[]> {
  for (let frame = 1; ; frame++) {
    const found = await outsideOf(page);
    if (found.length === 0 || frame === 30) return found;
    await page.evaluate('new Promise(requestAnimationFrame)');
  }
}

/** Keeps the page as it looks, where pictures are kept. */
export async function keepPicture(page: Page, name: string): Promise<void> {
  if (!PICTURES) return;
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: join(PICTURES, `${name}.png`) });
}

/** What axe finds in the page as it stands: in a part of it, by some rules. */
export async function violationsIn(
  page: Page | Frame,
  { part = 'html', rules }: { part?: string; rules?: string[] } = {},
) {
  if (!(await page.evaluate<boolean>('"axe" in window'))) await page.evaluate(axe.source);
  // The ends of a dialog, which keep the focus inside, are nothing to anybody.
  const context = { include: part, exclude: '[data-tabster-dummy]' };
  const options = { resultTypes: ['violations'], ...(rules && { runOnly: rules }) };
  const { violations } = await page.evaluate<axe.AxeResults>(
    `axe.run(${JSON.stringify(context)}, ${JSON.stringify(options)})`,
  );
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
}

const OUTSIDE = `(() => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const nameOf = ({ outerHTML }) => outerHTML.slice(0, 160);
  const scrollers = '.page, .ticket-scroll, .scroller, .settings-scroll, .report-scroll, [role="dialog"]';
  const surfaces = '[role="dialog"], [role="alertdialog"], [role="menu"], .pick-surface';
  const isBeyond = (element) => {
    const { top, bottom, height } = element.getBoundingClientRect();
    return height > 1 && (top < -1 || bottom > innerHeight + 1);
  };
  const isWider = (element) => element.scrollWidth > element.clientWidth + 1;
  const isOutside = (element) => {
    const { left, right, width } = element.getBoundingClientRect();
    return width > 1 && (left < -1 || right > innerWidth + 1) && !element.closest('.board, .view-bar, .filter-bar');
  };
  return [
    ...[document.scrollingElement, ...all(scrollers)].filter(isWider).map((one) => 'scrolls sideways: ' + nameOf(one)),
    ...all(surfaces).filter(isBeyond).map((one) => 'is cut off: ' + nameOf(one)),
    ...all('a, button, input, textarea, select').filter(isOutside).map((one) => 'lies outside: ' + nameOf(one)),
  ];
})()`;

/** What scrolls sideways for it is wider than its place, what is opened and cut off, and what could be pressed if it were not outside. */
export const outsideOf = (page: Page | Frame): Promise<string[]> => page.evaluate<string[]>(OUTSIDE);
