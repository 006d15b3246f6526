import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { Instance } from '../../api/contract/instance.ts';
import { expectEveryLook } from './every-look.ts';
import { openWorld, row, type World } from './tab-world.ts';

/** A word without a blank, wider than a narrow page. */
const LONG = 'Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverleihungsurkunde';
const put = (body: object) => ({
  method: 'PUT',
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify(body),
});

let world: World;
let ticketNo: number;
let page: Page;
beforeAll(async () => {
  world = await openWorld();
  const { item } = (await (await world.as.olga('/instance')).json()) as { item: Instance };
  const optionsLeft = item.customFieldsLeft.map((field) =>
    field.title === 'Services' ? { ...field, options: [...field.options, { key: 'l', text: LONG }] } : field,
  );
  await world.as.olga('/instance', put({ instance: { customFieldsLeft: optionsLeft } }));
  const longNamed = { id: randomUUID(), name: LONG, email: 'long@contoso.com' };
  const values: Record<string, unknown> = {
    Services: ['m', 'l'],
    Colleagues: [longNamed, { ...longNamed, id: randomUUID() }],
    Steps: LONG,
    'Asset tag': LONG,
  };
  const customFields = Object.fromEntries(item.customFields.map(({ id, title }) => [id, values[title]]));
  const created = await world.createTicket(`A ticket with everything ${LONG}`, {
    customFields,
    followers: [longNamed],
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
      await page.getByRole('toolbar', { name: '1 selected' }).waitFor();
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
  'a new ticket without what is mandatory': {
    path: () => world.path(),
    async ready(page) {
      await page.getByRole('button', { name: 'New ticket' }).first().click();
      await page.getByRole('button', { name: 'Create ticket' }).click();
      await page.getByText('Please fill this in').first().waitFor();
    },
  },
  'two versions of the same': {
    path: () => world.path(`/tickets/${ticketNo}`),
    async ready(page) {
      const { id, ticketNo } = await world.createTicket('Changed by two', { description: 'Before' });
      await page.goto(world.server.url + world.path(`/tickets/${ticketNo}`));
      await page.getByRole('button', { name: 'Edit' }).click();
      await page.locator('.description .tiptap:focus').waitFor();
      await page.keyboard.insertText('Mine. '.repeat(200));
      await world.as.ben(`/tickets/${id}`, put({ ticket: { description: LONG } }));
      await page.keyboard.press('Control+Enter');
      await page.getByRole('alertdialog').waitFor();
    },
  },
  'all keys': {
    path: () => world.path(),
    async ready(page) {
      await row(page, 'A second one').waitFor();
      await page.keyboard.press('?');
      await page.getByRole('dialog').waitFor();
    },
  },
  'whom to sign in as': {
    path: () => world.path(),
    ready: (page) => refusing(page, '**/local/token', () => page.getByText('Choose whom to sign in as').waitFor()),
  },
  'a page that nothing is known of': {
    path: () => world.path(),
    ready: (page) => refusing(page, '**/me', () => page.getByRole('button', { name: 'Try again' }).waitFor()),
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

/** The page as it is while the server refuses something. */
async function refusing(page: Page, url: string, ready: () => Promise<unknown>): Promise<void> {
  await page.route(url, (route) => route.fulfill({ status: 404, json: { code: 'not_found', detail: 'Not here' } }));
  await page.reload();
  await ready();
  await page.unroute(url);
}

describe('in every theme and at either width, axe finds nothing and nothing is outside of', () => {
  test.each(Object.keys(PAGES))('%s', async (name) => {
    const { path, ...state } = PAGES[name]!;
    await expectEveryLook(page, name, { url: world.server.url + path(), ...state });
  });

  test('a ticket that can only be read', async () => {
    const { path, ...state } = PAGES['a ticket']!;
    const page = await world.open(world.people.mia);
    await expectEveryLook(page, 'a ticket of mine', { url: world.server.url + path(), ...state });
  });
});

describe('on a phone', () => {
  test('the list is one of cards, which open on a page of their own with a way back to where it was', async () => {
    await world.removeTickets('many');
    for (let n = 1; n <= 12; n++) await world.createTicket(`One of many ${n}`);
    const page = await world.open(world.people.ana, world.path('?title=of+many'), { isPhone: true });
    const list = page.locator('.scroller');
    const first = page.locator('.ticket-card').first();
    await first.waitFor();
    await list.evaluate((element) => {
      element.scrollTop = 500;
    });
    const top = () => list.evaluate((element) => element.scrollTop);
    const openOne = async () => {
      await page.locator('.ticket-card', { hasText: 'One of many 4' }).tap();
      await page.getByRole('textbox', { name: 'Title' }).waitFor();
    };
    await page
      .getByRole('checkbox', { name: /^Select ticket/ })
      .nth(5)
      .tap();
    await page.getByRole('button', { name: 'Select all' }).tap();
    await page.getByRole('toolbar', { name: '12 selected' }).waitFor();
    await page.getByRole('button', { name: 'Clear selection' }).tap();
    await openOne();
    await page.getByRole('button', { name: 'Back to the list' }).tap();
    await first.waitFor();
    expect([await top(), new URL(page.url()).search]).toEqual([500, '?title=of+many']);

    // Back by the browser or a gesture is the same, but for what lies above the page: that it closes first.
    await openOne();
    await page.getByRole('button', { name: 'Status: Open' }).tap();
    await page.getByRole('option', { name: 'Resolved' }).tap();
    await page.getByRole('dialog', { name: 'Move to Resolved' }).waitFor();
    await page.goBack();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByRole('textbox', { name: 'Title' }).waitFor();
    await page.goBack();
    await first.waitFor();
    expect(await top()).toBe(500);
    await page.getByRole('button', { name: 'Filter', exact: true }).tap();
    await page.getByRole('option', { name: 'Priority' }).tap();
    await page.getByRole('option', { name: 'Medium' }).tap();
    await page.waitForURL(/priority=Medium/);
    await page.waitForFunction(() => Reflect.get(globalThis, 'history').state.isAbove);
    await page.goBack();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.waitForURL(/priority=Medium/);
    await page.goBack();
    await page.waitForURL((url) => !url.searchParams.has('priority'));

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

  test('fingers find what they press, typing does not zoom, and a keyboard on the screen covers nothing needed', async () => {
    const page = await world.open(world.people.ana, world.path('?title=everything'), { isPhone: true });
    const card = page.locator('.ticket-card', { hasText: 'A ticket with everything' });
    await card.waitFor();
    const withKeyboard = (isOpen: boolean) => page.setViewportSize({ width: 360, height: isOpen ? 380 : 740 });
    expect(await unfitForFingers(page)).toEqual([]);

    await page.getByRole('button', { name: 'New ticket' }).tap();
    await page.getByRole('textbox', { name: 'Title' }).waitFor();
    await withKeyboard(true);
    expect(await unfitForFingers(page)).toEqual([]);
    await page.getByRole('button', { name: 'Create ticket' }).tap({ trial: true });
    await page.getByRole('button', { name: /^Requestor/ }).tap();
    // Whoever wants to search presses the box: the options are seen before the keyboard is.
    await page.getByRole('option', { name: /Ben Agent/ }).waitFor();
    expect(await page.locator('.pick-input:focus').count()).toBe(0);
    await page.getByRole('combobox').tap();
    await page.getByRole('option', { name: /Ben Agent/ }).tap();
    await page.getByRole('button', { name: 'Requestor: Ben Agent' }).waitFor();
    await page.getByRole('button', { name: 'Cancel' }).tap();

    await withKeyboard(false);
    await card.tap();
    await page.getByRole('button', { name: 'Private note' }).tap();
    await page.locator('.tiptap:focus').waitFor();
    expect(await unfitForFingers(page)).toEqual([]);
    await withKeyboard(true);
    const lastLine = `six ${randomUUID()}`;
    await page.keyboard.type(`one\ntwo\nthree\nfour\nfive\n${lastLine}`);
    const photo = { name: 'photo.png', mimeType: 'image/png', buffer: Buffer.from('not much of a photo') };
    const log = { name: 'log.txt', mimeType: 'text/plain', buffer: Buffer.from('not much of a log') };
    await page.getByTestId('files').setInputFiles([photo, { ...photo, name: 'another.png' }, log]);
    await page.getByRole('button', { name: 'Remove another.png' }).waitFor();
    expect(await unfitForFingers(page)).toEqual([]);
    await page.getByRole('button', { name: 'Back to the list' }).tap({ trial: true });
    await page.getByRole('button', { name: 'Add note' }).tap();
    const said = page.locator('.comment.private', { hasText: lastLine });
    await said.waitFor();
    await said.getByRole('link', { name: 'log.txt' }).scrollIntoViewIfNeeded();
    expect(await unfitForFingers(page)).toEqual([]);
    // What was said last is still seen above the box for the next.
    await page.getByRole('button', { name: 'Private note' }).tap();
    await page.locator('.tiptap:focus').waitFor();
    const isSeen = () => {
      const document = Reflect.get(globalThis, 'document');
      const last = [...document.querySelectorAll('.comment.private')].at(-1);
      const box = document.querySelector('.comment-box');
      return last.getBoundingClientRect().bottom < box.getBoundingClientRect().top;
    };
    await page.waitForFunction(isSeen);
  });
});

test('whoever hears the page is told once what others see happen, and nothing of what passes by', async () => {
  await world.removeTickets('Heard');
  await world.createTicket('Heard one');
  const { ticketNo, id } = await world.createTicket('Heard two', { priority: 'Urgent' });
  const page = await world.open(world.people.ana, world.path('?title=Heard'));
  // By the browser's clock it was promised long ago.
  const name = `${ticketNo} Heard two, Open, Urgent, Nobody, Overdue`;
  await page.getByRole('row', { name, exact: true }).waitFor();
  await page.locator('body > [role="status"]', { hasText: '2 tickets' }).waitFor({ state: 'attached' });
  await page.evaluate(LISTEN);
  const hears = async (...last: string[]) => {
    const isHeard = (wanted: string[]) =>
      Reflect.get(globalThis, 'heard').slice(-wanted.length).join() === wanted.join();
    await page.waitForFunction(isHeard, last).catch(() => undefined);
    expect(await page.evaluate<string[]>('heard')).toEqual(expect.arrayContaining(last));
  };

  await page.keyboard.press('/');
  await page.keyboard.type('two');
  await hears('1 ticket');
  await world.createTicket('Nobody has asked, Heard two');
  await page.locator('.count', { hasText: '2 tickets' }).waitFor();
  await page.locator(`[data-no="${ticketNo}"]`).focus();
  await page.keyboard.press('p');
  await page.keyboard.type('zz');
  await hears('Nothing found');
  // A dialog hides the rest of the page from screen readers, and not this.
  await page.locator('.app[aria-hidden="true"], [aria-hidden="true"] .app').waitFor({ state: 'attached' });
  await page.getByRole('status').filter({ hasText: 'Nothing found' }).waitFor({ state: 'attached' });
  await page.keyboard.press('Control+a');
  await page.keyboard.type('low');
  await page.keyboard.press('Enter');
  await hears(`Ticket #${ticketNo} changed`);
  await page.keyboard.press('a');
  // The group is heard once, not with each of its options.
  await page.getByRole('group', { name: 'Work tickets here' }).getByRole('option', { name: 'Ben Agent' }).waitFor();
  await page.keyboard.press('Escape');
  await page.locator(`[data-no="${ticketNo}"]:focus`).waitFor();
  await page.keyboard.press('Enter');
  await hears('Open beside the list');
  await page.getByRole('heading', { name: 'History' }).waitFor();
  const say = (body: object) => world.as.ben(`/tickets/${id}/activities`, { ...put(body), method: 'POST' });
  await say({ comment: 'I look at it' });
  await hears('Ben Agent commented');
  await say({ comment: 'It is done' });
  await hears('Ben Agent commented', 'Ben Agent commented');
  await say({ comment: 'Among us', isPrivate: true });
  await hears('Ben Agent wrote a private note');
  await page.getByRole('link', { name: 'Board' }).focus();
  await page.keyboard.press('Enter');
  await hears('2 tickets');
  expect(await page.evaluate('heard')).toEqual([
    '1 ticket',
    'Nothing found',
    `Ticket #${ticketNo} changed`,
    'Open beside the list',
    'Ben Agent commented',
    'Ben Agent commented',
    'Ben Agent wrote a private note',
    'Board',
    '2 tickets',
  ]);
});

/** Keeps in `heard` what is put into any part of the page that is read aloud when it changes. */
const LISTEN = `{
  const LIVE = '[aria-live], [role="status"], [role="alert"], output';
  window.heard = [];
  new MutationObserver((changes) => {
    for (const { type, target, addedNodes } of changes)
      for (const one of type === 'characterData' ? [target] : addedNodes) {
        const isLive = (one.matches ? one : one.parentElement)?.closest(LIVE);
        if (isLive && one.textContent) heard.push(one.textContent);
      }
  }).observe(document.body, { childList: true, characterData: true, subtree: true });
}`;

/** What a finger can see and not hit, letters that a phone would zoom in on, and what is wider than the page. */
function unfitForFingers(page: Page): Promise<string[]> {
  return page.evaluate(`(() => {
    const isSeen = (element) => {
      const { x, y, width, height } = element.getBoundingClientRect();
      const there = document.elementFromPoint(x + width / 2, y + height / 2);
      return width > 1 && there !== null && (element.contains(there) || there.contains(element));
    };
    const seen = (selector) => [...document.querySelectorAll(selector)].filter(isSeen);
    const nameOf = (element) => element.ariaLabel || element.textContent.trim() || element.className;
    const small = seen('button, a:not(.rich-text a), input, textarea, select, [role="option"], [role="menuitem"]').filter((element) => {
      // A box to tick is hit wherever its cell is.
      const { width, height } = (element.closest('.marks') ?? element).getBoundingClientRect();
      return Math.min(width, height) < 24;
    });
    const zoomed = seen('input:not([type="checkbox"]), textarea, select, [contenteditable="true"]').filter(
      (element) => Number.parseFloat(getComputedStyle(element).fontSize) < 16,
    );
    const wide = document.scrollingElement.scrollWidth > innerWidth ? ['the page'] : [];
    return [...small, ...zoomed].map(nameOf).concat(wide);
  })()`);
}
