import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Locator } from 'playwright-core';
import { doneTo, notice, openWorld, row, type World } from './tab-world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
}, 90_000);
afterAll(() => world.close());

/** Before this version, Chromium remembers for good what it could not load, and the page has to begin anew. */
const FORGETS_FAILURES = 156;

describe('where the connection or the page goes', () => {
  test('a comment or a description that was begun is there again after a reload, and what was not sent is sent again', async () => {
    const { ticketNo } = await world.createTicket('A draft');
    const page = await world.open(world.people.ana, world.path(`/tickets/${ticketNo}`));
    await page.getByRole('button', { name: 'Private note' }).click();
    await page.locator('.tiptap:focus').waitFor();
    await page.keyboard.type('half a sent');
    await page.reload();
    await page.getByRole('textbox', { name: 'Private note' }).getByText('half a sent').waitFor();
    await page.getByRole('button', { name: 'Add a description' }).click();
    await page.locator('.description .tiptap:focus').waitFor();
    await page.keyboard.type('half a description');
    await page.context().setOffline(true);
    await page.keyboard.press('Control+Enter');
    await page.locator('.notice', { hasText: 'The server cannot be reached' }).waitFor();
    const description = page.getByRole('textbox', { name: 'Description' });
    await description.getByText('half a description').waitFor();
    await page.context().setOffline(false);
    await page.reload();
    await description.getByText('half a description').waitFor();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await doneTo(page, /changed/);
    expect(await world.readTicket(ticketNo)).toMatchObject({ description: 'half a description' });
    // What could not be sent is sent once more.
    await page.context().setOffline(true);
    await page.getByLabel('Title').fill('A title without a connection');
    await page.keyboard.press('Enter');
    await page.locator('.notice', { hasText: 'The server cannot be reached' }).waitFor();
    await page.context().setOffline(false);
    await page.locator('.notice').getByRole('button', { name: 'Try again' }).click();
    await doneTo(page, /changed/);
    expect(await world.readTicket(ticketNo)).toMatchObject({ title: 'A title without a connection' });
  });

  test('a comment whose answer was lost is there once, and can be sent once more as a private note', async () => {
    const { id, ticketNo } = await world.createTicket('Lost on the way');
    const page = await world.open(world.people.ana, world.path(`/tickets/${ticketNo}`));
    await page.getByRole('button', { name: 'Write a reply' }).click();
    await page.locator('.tiptap:focus').waitFor();
    await page.keyboard.type('Ask the vendor');
    const way = `**/tickets/${id}/activities*`;
    await page.route(way, async (route) => {
      if (route.request().method() === 'POST') await route.fetch();
      await route.abort();
    });
    for (let tries = 0; tries < 2; tries++) {
      const lost = page.waitForEvent('requestfailed', (request) => request.method() === 'POST');
      await page.getByRole('button', { name: 'Send', exact: true }).click();
      await lost;
    }
    await notice(page, 'cannot be reached').waitFor();
    await page.unrouteAll({ behavior: 'wait' });
    await page.getByRole('button', { name: 'Private note' }).click();
    await page.getByRole('button', { name: 'Add note', exact: true }).click();
    await page.locator('.comment.private', { hasText: 'Ask the vendor' }).waitFor();
    expect(await page.locator('.comment', { hasText: 'Ask the vendor' }).count()).toBe(2);
  });

  test('a new ticket that was begun is there again after Escape and after a reload, until it is cancelled', async () => {
    const page = await world.open(world.people.ana);
    const title = page.getByRole('dialog').getByRole('textbox', { name: 'Title' });
    const begin = async () => {
      await page.getByRole('button', { name: 'New ticket' }).first().click();
      await title.waitFor();
    };
    await begin();
    await title.fill('Half a ticket');
    await page.locator('#new-description').fill('and half a descr');
    await page.getByRole('button', { name: 'Location: None' }).click();
    await page.getByRole('option', { name: 'Berlin' }).click();
    await page.getByRole('button', { name: 'Location: Berlin' }).waitFor();
    // The first may close the picker that is still going.
    for (let presses = 0; presses < 5 && (await title.count()) > 0; presses++) {
      await page.keyboard.press('Escape');
      await title.waitFor({ state: 'detached', timeout: 1000 }).catch(() => undefined);
    }
    await title.waitFor({ state: 'detached' });
    await page.reload();
    await begin();
    expect(await title.inputValue()).toBe('Half a ticket');
    expect(await page.locator('#new-description').inputValue()).toBe('and half a descr');
    await page.getByRole('button', { name: 'Location: Berlin' }).waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await begin();
    expect(await title.inputValue()).toBe('');
    await page.getByRole('button', { name: 'Location: None' }).waitFor();
  });

  test('without a connection the page says so, and catches up when it is back', async () => {
    await world.createTicket('Before the break');
    const page = await world.open(world.people.ana);
    await row(page, 'Before the break').waitFor();
    await page.context().setOffline(true);
    await page.getByText('Not connected').waitFor();
    await world.createTicket('During the break');
    await page.context().setOffline(false);
    await row(page, 'During the break').waitFor();
    await page.getByText('Not connected').waitFor({ state: 'detached' });
    // Whoever hears the page hears that too.
    await page.locator('body > [role="status"]', { hasText: 'Connected again' }).waitFor({ state: 'attached' });
  });

  test('a page that could not be loaded says why, and is there once the server is; so is a dialog', async () => {
    const page = await world.open(world.people.ana, '/tab/config.json');
    const missing = /assets\/(board|create-dialog)-.*\.(js|css)$/;
    await page.route(missing, (route) => route.abort());
    await page.goto(world.server.url + world.path());
    await page.getByText('No tickets here').or(page.locator('.ticket-row')).first().waitFor();
    await page.context().setOffline(true);
    await page.getByText('Not connected').waitFor();
    const tryAgain = page.getByRole('button', { name: 'Try again' });
    const reload = page.getByRole('button', { name: 'Reload' });
    const comesBack = async (part: Locator) => {
      await part.or(reload).first().waitFor();
      if ((await reload.count()) === 0) return;
      expect(Number.parseInt(world.browser.version(), 10)).toBeLessThan(FORGETS_FAILURES);
      await reload.last().click();
    };
    await page.getByRole('link', { name: 'Board' }).click();
    await page.getByRole('alert').getByText('The server cannot be reached').waitFor();
    await tryAgain.click();
    await page.getByRole('alert').getByText('The server cannot be reached').waitFor();
    await page.getByRole('button', { name: 'New ticket' }).first().click();
    const dialog = page.getByRole('alertdialog');
    await dialog.getByText('The server cannot be reached').waitFor();
    await page.unroute(missing);
    await page.context().setOffline(false);
    const title = page.getByRole('dialog').getByRole('textbox', { name: 'Title' });
    await comesBack(title);
    if (!(await title.isVisible())) await page.getByRole('button', { name: 'New ticket' }).first().click();
    await title.waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    const board = page.getByRole('region', { name: 'Board' });
    await comesBack(board);
    await board.waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
    // With its style sheet, which could not be loaded either.
    expect(await board.evaluate((element) => Reflect.get(globalThis, 'getComputedStyle')(element).display)).toBe(
      'flex',
    );
  });

  test('a page of a newer version is loaded anew, and a draft is kept', async () => {
    const { ticketNo } = await world.createTicket('Over a release');
    const path = world.path(`/tickets/${ticketNo}`);
    const page = await world.open(world.people.ana, '/tab/config.json');
    // As after a release: the script of the old page is gone, and the page begins with another one.
    await page.route(/assets\/board-.*\.js$/, (route) => route.fulfill({ status: 404 }));
    await page.route('**/tab/', (route) => route.fulfill({ body: '<script type="module" src="/tab/assets/new.js">' }));
    await page.goto(world.server.url + path);
    await page.getByRole('button', { name: 'Private note' }).click();
    await page.locator('.tiptap:focus').waitFor();
    await page.keyboard.type('half a note');
    await page.getByRole('link', { name: 'Board' }).click();
    await page.getByRole('alert').getByText('There is a new version').waitFor();
    await page.unroute(/assets\/board-.*\.js$/);
    await page.getByRole('region', { name: 'Board' }).waitFor();
    await page.goto(world.server.url + path);
    await page.getByRole('textbox', { name: 'Private note' }).getByText('half a note').waitFor();
  });
});
