import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import type { Instance } from '../../api/contract/instance.ts';
import type { SignedInFetch } from '../helpers/server.ts';
import { doneTo, openWorld, type World } from './tab-world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
}, 90_000);
afterAll(() => world.close());

/** How somebody works the page: with the mouse, or without one. */
interface Hand {
  press: (what: Locator) => Promise<void>;
  tick: (what: Locator) => Promise<void>;
  write: (where: Locator, text: string) => Promise<void>;
  /** An entry of a menu or a list that is open. */
  pick: (what: Locator) => Promise<void>;
  /** Moves the row with this name below the one that follows it. */
  moveDown: (page: Page, name: string) => Promise<void>;
}

/** What a screen reader hears while something is moved. */
const said = (page: Page, text: string) => page.locator('[id^="DndLiveRegion"]', { hasText: text });

const mouse: Hand = {
  press: (what) => what.click(),
  tick: (what) => what.click(),
  write: (where, text) => where.fill(text),
  pick: (what) => what.click(),
  async moveDown(page, name) {
    const handle = page.getByRole('button', { name: `Move ${name}`, exact: true });
    const row = page.locator('.sort-row', { has: handle });
    const next = row.locator('xpath=following-sibling::li[1]');
    await handle.scrollIntoViewIfNeeded();
    const [from, to] = [(await handle.boundingBox())!, (await next.boundingBox())!];
    await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
    await page.mouse.down();
    await page.mouse.move(from.x + 20, to.y + to.height - 2, { steps: 4 });
    await said(page, 'at the end').waitFor({ state: 'attached' });
    await page.mouse.up();
    await said(page, 'Dropped').waitFor({ state: 'attached' });
  },
};

/** Presses Tab until it is there: whatever cannot be reached so fails. */
async function tabTo(what: Locator): Promise<void> {
  const page = what.page();
  await what.waitFor();
  for (let presses = 0; presses < 120; presses++) {
    if (await what.evaluate((element) => element === element.ownerDocument.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not lead to ${what}`);
}

const keyboard: Hand = {
  async press(what) {
    await tabTo(what);
    await what.page().keyboard.press('Enter');
  },
  async tick(what) {
    await tabTo(what);
    await what.page().keyboard.press('Space');
  },
  async write(where, text) {
    await tabTo(where);
    await where.page().keyboard.press('Control+a');
    await where.page().keyboard.type(text);
  },
  async pick(what) {
    const { keyboard: keys } = what.page();
    await what.waitFor();
    const isActive = () =>
      what.evaluate(
        (element) => element === element.ownerDocument.activeElement || element.getAttribute('data-active') === 'true',
      );
    for (let presses = 0; presses < 20 && !(await isActive()); presses++) await keys.press('ArrowDown');
    expect(await isActive()).toBe(true);
    await keys.press('Enter');
  },
  async moveDown(page, name) {
    const handle = page.getByRole('button', { name: `Move ${name}`, exact: true });
    await tabTo(handle);
    await page.keyboard.press('Space');
    await said(page, `Lifted ${name}`).waitFor({ state: 'attached' });
    // The list is measured a moment after the lift, and a key that comes before moves nothing.
    const isAtEnd = said(page, 'at the end');
    for (let presses = 0; presses < 20 && (await isAtEnd.count()) === 0; presses++) {
      await page.keyboard.press('ArrowDown');
      await isAtEnd.waitFor({ state: 'attached', timeout: 500 }).catch(() => undefined);
    }
    await isAtEnd.waitFor({ state: 'attached' });
    await page.keyboard.press('Space');
    await said(page, 'Dropped').waitFor({ state: 'attached' });
  },
};

const button = (page: Page | Locator, name: string) => page.getByRole('button', { name, exact: true });

async function settingsOf(as: SignedInFetch): Promise<Instance> {
  return ((await (await as('/instance')).json()) as { item: Instance }).item;
}

const CASES = [
  { how: 'the mouse', hand: mouse, theme: 'default', width: 1280 },
  { how: 'the keyboard alone', hand: keyboard, theme: 'dark', width: 1280 },
  { how: 'the mouse', hand: mouse, theme: 'contrast', width: 360 },
  { how: 'the keyboard alone', hand: keyboard, theme: 'default', width: 360 },
] as const;

/** As a browser does it for whoever pastes a column of a table; runs in the page. */
function pasteLines(element: unknown): void {
  const { DataTransfer, ClipboardEvent } = globalThis as unknown as Record<string, new (...is: unknown[]) => never>;
  const clipboardData = new DataTransfer!() as { setData(type: string, text: string): void };
  clipboardData.setData('text/plain', 'East\r\nWest\r\n');
  const event = new ClipboardEvent!('paste', { clipboardData, bubbles: true, cancelable: true });
  (element as { dispatchEvent(event: unknown): void }).dispatchEvent(event);
}

describe('an empty help desk is set up to its first ticket', () => {
  test.each(CASES)(
    'by $how, in the theme $theme at $width pixels',
    async ({ hand, theme, width }) => {
      const { id } = await world.server.newInstance(`Facilities ${width}`);
      const as = await world.server.join(id, world.people.olga, 'owner');
      const page = await world.open(world.people.olga, `/tab/instances/${id}`, { theme, width });
      const steps = page.getByRole('region', { name: 'Three steps to a working help desk' });
      await steps.waitFor();

      // The form: a mandatory list and a text, in the other order than they were made.
      await hand.press(steps.getByRole('link', { name: 'Edit the form' }));
      await hand.press(button(page, 'Add field'));
      await hand.pick(page.getByRole('menuitem', { name: /^List(?!,)/ }));
      await hand.write(page.getByLabel('Name of the field'), 'Building');
      await hand.write(page.getByLabel('Option 1', { exact: true }), 'North');
      await page.keyboard.press('Enter');
      await page.keyboard.type('South');
      await page.keyboard.press('Enter');
      await page
        .locator(':focus')
        .and(page.getByLabel('Option 3', { exact: true }))
        .evaluate(pasteLines);
      await hand.tick(page.getByLabel('Must be filled in'));
      await page.locator('.form-preview').getByText('Building *').waitFor();
      await hand.press(button(page, 'Add field'));
      await hand.pick(page.getByRole('menuitem', { name: /^Text/ }));
      await hand.write(page.getByLabel('Name of the field'), 'Room');
      await hand.press(button(page.locator('.sort-row', { hasText: 'Room' }), 'More for Room'));
      await hand.pick(page.getByRole('menuitem', { name: 'To the left column' }));
      await hand.press(page.getByRole('button', { name: 'Room', exact: false, expanded: true }));
      await hand.moveDown(page, 'Building');
      await hand.press(button(page, 'Save'));
      await page.locator('.notice-text', { hasText: 'Form: saved' }).waitFor();
      const { customFieldsLeft, customFieldsRight } = await settingsOf(as);
      expect(customFieldsLeft.map(({ title, isMandatory }) => [title, isMandatory])).toEqual([
        ['Room', false],
        ['Building', true],
      ]);
      expect(customFieldsLeft[1]!.options.map(({ text }) => text)).toEqual(['North', 'South', 'East', 'West']);
      expect(customFieldsRight).toEqual([]);

      // Who answers: somebody whom no directory knows.
      const name = `Nils Newcomer ${width}`;
      await hand.press(steps.getByRole('link', { name: 'Add people' }));
      await hand.press(button(page, 'Add person'));
      const dialog = page.getByRole('dialog');
      await hand.press(button(dialog, 'Not found? Add by hand'));
      await hand.write(dialog.getByLabel('Name'), name);
      await hand.write(dialog.getByLabel('Object id in Entra ID'), world.server.newPerson(name).id);
      await hand.press(button(dialog, 'Add'));
      await page.locator('.notice-text', { hasText: `${name} added` }).waitFor();

      // The first ticket, which cannot do without the mandatory field.
      await hand.press(button(steps, 'New ticket'));
      await hand.write(dialog.getByRole('textbox', { name: 'Title' }), 'The lift is stuck');
      await hand.press(button(dialog, 'Create ticket'));
      await dialog.getByText('Please fill this in').waitFor();
      await hand.press(dialog.getByRole('button', { name: /^Building/ }));
      await hand.pick(page.getByRole('option', { name: 'South' }));
      await hand.press(button(dialog, 'Create ticket'));
      const ticketNo = await doneTo(page, /created/);
      const ticket = (await (await as(`/tickets/${ticketNo}`)).json()) as { item: { customFields: object } };
      expect(Object.values(ticket.item.customFields)).toEqual([['2']]);

      // All three are done, so they are gone.
      await page.goto(`${world.server.url}/tab/instances/${id}`);
      await page.getByText('The lift is stuck').waitFor();
      await page.getByRole('link', { name: 'Tickets', exact: true }).waitFor();
      expect(await steps.count()).toBe(0);
      await page.context().close();
    },
    60_000,
  );
});
