import { afterAll, beforeAll, describe, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { expectEveryLook } from './every-look.ts';
import { openWorld, row, type World } from './tab-world.ts';

let world: World;
let ticketNo: number;
let page: Page;
beforeAll(async () => {
  world = await openWorld();
  const created = await world.createTicket('A ticket with everything', {
    description_HTML: '<p>Text with a <a href="https://contoso.com">link</a> and <code>code</code></p>',
    priority: 'Urgent',
    assignee: { id: world.people.ana.id, name: 'Ana Agent', email: world.people.ana.email },
    expectedDate: '2026-01-30T17:00:00Z',
  });
  ticketNo = created.ticketNo;
  await world.createTicket('A second one');
  const comment = (body: object) =>
    world.as.ben(`/tickets/${created.id}/activities`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
  await comment({ comment: 'public' });
  await comment({ comment: 'private', isPrivate: true });
  page = await world.open(world.people.ana);
}, 90_000);
afterAll(() => world.close());

/** Every page and every state of one that has controls of its own: where it is, and how it is reached from there. */
const PAGES: Record<string, { path: () => string; isWide?: boolean; ready: (page: Page) => Promise<unknown> }> = {
  'the list': { path: () => world.path(), ready: (page) => row(page, 'A second one').waitFor() },
  'the list with a ticket beside it': {
    isWide: true,
    path: () => world.path(`?isResolved=false&ticket=${ticketNo}`),
    ready: (page) => page.locator('.comment').first().waitFor(),
  },
  'the list with a selection': {
    path: () => world.path(),
    async ready(page) {
      await row(page, 'A second one').waitFor();
      await page.keyboard.press('x');
      await page.getByText('1 selected').waitFor();
    },
  },
  'the list without a match': {
    path: () => world.path('?search=nothinglikethis'),
    ready: (page) => page.getByText('No ticket matches').waitFor(),
  },
  'a choice of filters': {
    path: () => world.path(),
    async ready(page) {
      await row(page, 'A second one').waitFor();
      await page.getByRole('button', { name: 'Filter', exact: true }).click();
      await page.getByRole('option', { name: 'Requestor', exact: true }).waitFor();
    },
  },
  'a ticket': {
    path: () => world.path(`/tickets/${ticketNo}`),
    ready: (page) => page.locator('.comment').first().waitFor(),
  },
  'a private note being written': {
    path: () => world.path(`/tickets/${ticketNo}`),
    async ready(page) {
      await page.getByRole('button', { name: 'Private note' }).click();
      await page.locator('.tiptap:focus').waitFor();
    },
  },
  'a new ticket': {
    path: () => world.path(),
    async ready(page) {
      await page.getByRole('button', { name: 'New ticket' }).first().click();
      await page.locator('#new-description').waitFor();
    },
  },
  'the board': { path: () => world.path('/board'), ready: (page) => page.locator('.board-card').first().waitFor() },
  'my tickets': { path: () => '/tab/', ready: (page) => page.getByText('A ticket with everything').waitFor() },
  'my requests, of which there are none': {
    path: () => '/tab/?requestorId=me',
    ready: (page) => page.getByText('No tickets here').waitFor(),
  },
  'search and commands': {
    path: () => world.path(),
    async ready(page) {
      await row(page, 'A second one').waitFor();
      await page.keyboard.press('Control+k');
      await page.getByRole('option').first().waitFor();
    },
  },
  'the configuration page': {
    path: () => '/tab/config',
    ready: (page) => page.getByRole('main').waitFor(),
  },
  'the page for removing': { path: () => '/tab/remove', ready: (page) => page.getByRole('main').waitFor() },
};

describe('in every theme and at either width, axe finds nothing and nothing is outside of', () => {
  test.each(Object.keys(PAGES))('%s', async (name) => {
    const { path, ...state } = PAGES[name]!;
    await expectEveryLook(page, name, { url: world.server.url + path(), ...state });
  });
});

describe('at 360 pixels', () => {
  test('the list is one of cards, which open on a page of their own with a way back', async () => {
    const page = await world.open(world.people.ana, world.path(), { width: 360 });
    await page.locator('.ticket-card').first().waitFor();
    await page.locator('.ticket-card', { hasText: 'A second one' }).click();
    await page.getByRole('textbox', { name: 'Title' }).waitFor();
    await page.getByRole('button', { name: 'Back to the list' }).click();
    await page.locator('.ticket-card').first().waitFor();

    // So does the address of a ticket beside its list, and what is deleted is named before.
    const { ticketNo } = await world.createTicket('Shared from a wide page');
    await page.goto(world.server.url + world.path(`?view=all&ticket=${ticketNo}`));
    await page.getByRole('button', { name: 'Back to the list' }).click();
    await page.locator('.ticket-card', { hasText: 'Shared from a wide page' }).waitFor();
    await page.goto(world.server.url + world.path(`?view=all&ticket=${ticketNo}`));
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Delete ticket' }).click();
    const dialog = page.getByRole('dialog', { name: `Delete ticket #${ticketNo}?` });
    await dialog.getByText('Shared from a wide page').waitFor();
    await dialog.getByRole('button', { name: 'Delete ticket' }).click();
    await page.locator('.ticket-card').first().waitFor();
    await page.locator('.ticket-card', { hasText: 'Shared from a wide page' }).waitFor({ state: 'detached' });
  });
});
