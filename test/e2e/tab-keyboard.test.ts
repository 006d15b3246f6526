import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Activity } from '../../api/contract/activities.ts';
import { doneTo, notice, openWorld, pressAs, row, type World } from './tab-world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
}, 90_000);
afterAll(() => world.close());

const historyOf = async (ticketNo: number) => {
  const response = await world.as.olga(`/tickets/${ticketNo}/activities`);
  return ((await response.json()) as { items: Activity[] }).items;
};

describe('an agent with a keyboard alone', () => {
  test('creates, finds, answers and resolves a ticket', async () => {
    await world.createTicket('Something else');
    const page = await world.open(world.people.ben);
    await row(page, 'Something else').first().waitFor();
    await page.keyboard.press('c');
    await page.getByRole('textbox', { name: 'Title' }).waitFor();
    await page.keyboard.type('Keyboard without a mouse');
    await page.getByRole('button', { name: 'Location: None' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('option', { name: 'Berlin' }).waitFor();
    await page.keyboard.type('ber');
    // The focus is back before the next key can come, which otherwise would lead behind the dialog.
    await page.evaluate("addEventListener('keydown', () => { document.title = document.activeElement.ariaLabel })");
    await page.keyboard.press('Enter');
    expect(await page.title()).toMatch(/^Location/);
    await page.getByRole('button', { name: 'Location: Berlin' }).waitFor();
    await page.keyboard.press('Control+Enter');
    const ticketNo = await doneTo(page, /created/);
    // The keyboard is somewhere at once, not only after the next key.
    await page.locator(':focus').waitFor();
    await page.getByRole('heading', { name: 'History' }).waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('/');
    await page.keyboard.type('without');
    await page.waitForURL(/search=without/);
    await row(page, 'Something else').first().waitFor({ state: 'detached' });
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'History' }).waitFor();
    await page.keyboard.press('a');
    await page.getByRole('combobox', { name: 'Assign to…' }).waitFor();
    await page.keyboard.type('me');
    await page.getByRole('option', { name: 'Ben Agent' }).waitFor();
    await page.keyboard.press('Enter');
    await doneTo(page, /is assigned to Ben Agent/);
    // Enter at once leaves it to whom it is assigned.
    await page.keyboard.press('a');
    await page.locator('[role="option"][aria-selected="true"][data-active="true"]', { hasText: 'Ben Agent' }).waitFor();
    await page.keyboard.press('Enter');
    await page.keyboard.press('r');
    await page.locator('.tiptap:focus').waitFor();
    await page.keyboard.type('On its way.');
    await page.keyboard.press('Control+Enter');
    await page.locator('.comment', { hasText: 'On its way.' }).waitFor();
    await page.locator('.comment-start:focus').waitFor();
    await page.keyboard.press('s');
    await page.getByRole('combobox', { name: 'Move to…' }).waitFor();
    await page.keyboard.type('resol');
    await page.keyboard.press('Enter');
    await page.getByRole('radio', { name: 'Fixed' }).waitFor();
    await page.keyboard.press('Control+Enter');
    await doneTo(page, /is now Resolved/);
    expect(await world.readTicket(ticketNo)).toMatchObject({
      statusId: 'resolved',
      resolution: 'fixed',
      assignee: { name: 'Ben Agent' },
    });
  });

  test('stays on the row that it works on, wherever that goes, and comes back to it from wherever it was', async () => {
    await world.removeTickets('Kept');
    for (const title of ['Kept one', 'Kept two', 'Kept three']) await world.createTicket(title);
    const page = await world.open(world.people.ben, world.path('?title=Kept&isResolved=false'));
    const focused = (title: string) => page.locator('.ticket-row:focus', { hasText: title }).waitFor();
    await row(page, 'Kept two').waitFor();
    await page.keyboard.press('j');
    await focused('Kept two');
    for (const key of ['c', '?', 'Control+k', 'a', 's', 'p', 't']) {
      await page.keyboard.press(key);
      await page.locator('[role="dialog"] :focus').waitFor();
      await page.keyboard.press('Escape');
      await focused('Kept two');
    }
    // What is typed at once is typed into what was opened.
    await page.keyboard.press('Control+k');
    await page.keyboard.type('crap');
    expect(await page.getByRole('combobox').inputValue()).toBe('crap');
    await page.keyboard.press('Escape');
    await focused('Kept two');
    // What was changed comes to the top, and the next key means the same ticket.
    world.server.clock.advance(1000);
    await page.keyboard.press('p');
    await page.getByRole('combobox', { name: 'Set priority…' }).fill('urg');
    await page.keyboard.press('Enter');
    await page.locator('[aria-rowindex="2"]:focus', { hasText: 'Kept two' }).waitFor();
    await page.keyboard.press('p');
    await page.getByRole('dialog', { name: 'Kept two' }).waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'History' }).waitFor();
    expect(await page.title()).toMatch(/^#\d+ Kept two – IT Help Desk$/);
    expect(await row(page, 'Kept two').getAttribute('aria-current')).toBe('true');
    await focused('Kept two');
    await page.keyboard.press('Enter');
    await page.locator('.pane .ticket-scroll:focus').waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('d');
    await page.getByRole('option', { name: /^Tomorrow/ }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Due: None' }).and(page.locator(':focus')).waitFor();
    await page.keyboard.press('Escape');
    await focused('Kept two');
    await page.keyboard.press('o');
    await page.locator('.ticket-scroll:focus').waitFor();
    await page.keyboard.press('r');
    await page.locator('.tiptap:focus').waitFor();
    await page.keyboard.type('begun');
    await page.keyboard.press('Tab');
    for (let step = 0; step < 4; step++) await page.keyboard.press('ArrowRight');
    await page.getByRole('button', { name: 'Link', exact: true }).and(page.locator(':focus')).waitFor();
    await page.keyboard.press('Shift+Tab');
    await page.locator('.tiptap:focus').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.ticket-scroll:focus').waitFor();
    await page.getByText('begun').waitFor();
    await page.keyboard.press('Escape');
    await focused('Kept two');

    // Keys of the browser, of a box that is written in and of other layouts.
    for (const key of ['Control+Shift+A', 'Control+Shift+K', 'Alt+c', 'Shift+C']) await page.keyboard.press(key);
    await page.keyboard.press('/');
    await page.keyboard.type('kep');
    await page.keyboard.press('Control+a');
    expect(await page.locator('.ticket-row.selected, [role="dialog"]').count()).toBe(0);
    await page.keyboard.press('Backspace');
    await page.keyboard.press('Escape');
    await focused('Kept two');
    // German and French for search, French for all keys; signs that lie where an American keyboard has N and T.
    for (const [key, code] of [
      ['/', 'Digit7'],
      ['/', 'Period'],
      ['?', 'KeyM'],
    ] as const) {
      await pressAs(page, key, code, { shiftKey: true });
      await page.locator(key === '/' ? '.search-box :focus' : '[role="dialog"] :focus').waitFor();
      await page.keyboard.press('Escape');
      await focused('Kept two');
    }
    for (const [key, code] of [
      ['’', 'KeyN'],
      ['è', 'KeyT'],
    ] as const)
      await pressAs(page, key, code);
    await pressAs(page, '[', 'Digit8', { ctrlKey: true, altKey: true });
    await focused('Kept two');
    // Cyrillic, and a Latin letter with Caps Lock.
    await pressAs(page, 'ф', 'KeyA', { ctrlKey: true });
    await page.getByRole('toolbar', { name: '3 selected' }).waitFor();
    await page.keyboard.press('Escape');
    await pressAs(page, 'о', 'KeyJ');
    await focused('Kept three');
    await pressAs(page, 'K', 'KeyK');
    await focused('Kept two');
    await pressAs(page, 'о', 'KeyJ');
    await focused('Kept three');
    await page.keyboard.press('Shift+ArrowDown');
    const bar = page.getByRole('toolbar', { name: '2 selected' });
    await bar.waitFor();
    await focused('Kept one');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await bar.waitFor({ state: 'detached' });
    await focused('Kept one');

    // Where the row goes, its neighbour has the keyboard.
    await page.keyboard.press('k');
    await focused('Kept three');
    await page.keyboard.press('s');
    await page.getByRole('combobox', { name: 'Move to…' }).fill('resol');
    await page.keyboard.press('Enter');
    await page.getByRole('radio', { name: 'Fixed' }).waitFor();
    await page.keyboard.press('Control+Enter');
    await row(page, 'Kept three').waitFor({ state: 'detached' });
    await focused('Kept one');
    await page.keyboard.press('z');
    await row(page, 'Kept three').waitFor();
    await focused('Kept one');
  });

  test('works a queue by J, and none is left out: what is done goes, what is answered comes to the top', async () => {
    await world.removeTickets('Queue');
    for (const title of ['Queue five', 'Queue four', 'Queue three', 'Queue two', 'Queue one']) {
      await world.createTicket(title);
      world.server.clock.advance(1000);
    }
    const page = await world.open(world.people.ben, world.path('?title=Queue&isResolved=false&assigneeId=none'));
    const isOpen = (title: string) => page.locator(`.pane .ticket-scroll[aria-label$="${title}"]`).waitFor();
    await row(page, 'Queue one').waitFor();
    await page.keyboard.press('Enter');
    await isOpen('Queue one');
    await page.keyboard.press('i');
    await doneTo(page, /is assigned to Ben Agent/);
    await row(page, 'Queue one').waitFor({ state: 'detached' });
    await isOpen('Queue one');
    await page.keyboard.press('j');
    await isOpen('Queue two');
    await page.keyboard.press('j');
    await isOpen('Queue three');
    await page.keyboard.press('r');
    await page.locator('.tiptap:focus').waitFor();
    await page.keyboard.type('On it');
    await page.keyboard.press('Control+Enter');
    await page.locator('[aria-rowindex="2"]', { hasText: 'Queue three' }).waitFor();
    await page.keyboard.press('j');
    await isOpen('Queue four');
    await page.keyboard.press('k');
    await isOpen('Queue two');
    await page.keyboard.press('j');
    await isOpen('Queue four');
    await page.keyboard.press('Escape');
    await page.keyboard.press('i');
    await row(page, 'Queue four').waitFor({ state: 'detached' });
    await page.locator('.ticket-row:focus', { hasText: 'Queue five' }).waitFor();
  });

  test('writes at once after R or N: no letter is lost or taken for a shortcut while the editor is fetched', async () => {
    const { ticketNo } = await world.createTicket('Written at once');
    const page = await world.open(world.people.ben);
    await row(page, 'Written at once').waitFor();
    let fetchEditor = () => {};
    const isAsked = new Promise<void>((resolve) => {
      fetchEditor = resolve;
    });
    await page.route(/editor-[^/]*\.js$/, async (route) => {
      await isAsked;
      await route.continue();
    });
    await page.goto(`${world.server.url}${world.path(`/tickets/${ticketNo}`)}`);
    await page.getByRole('heading', { name: 'History' }).waitFor();
    await page.keyboard.press('r');
    await page.keyboard.type('sorry, a < b &');
    await page.keyboard.press('Enter');
    await page.keyboard.type('just a ');
    expect(await page.locator('.tiptap').count()).toBe(0);
    fetchEditor();
    // Typing goes on while the one box takes the place of the other.
    const rest = 'moment, please: another text of some length, as somebody would type it';
    for (const letter of rest) await page.keyboard.type(letter);
    await page.locator('.tiptap:focus').waitFor();
    expect(await page.getByRole('dialog').count()).toBe(0);
    await page.keyboard.type('!');
    await page.keyboard.press('Control+Enter');
    await page.locator('.comment', { hasText: 'moment, please' }).waitFor();
    const [answer] = await historyOf(ticketNo);
    expect(answer!.comment.replaceAll('\u00a0', ' ')).toBe(`sorry, a < b &\njust a ${rest}!`);
    // Once it has been loaded, the editor itself takes what follows the key.
    await page.keyboard.press('n');
    await page.keyboard.type('spat');
    await page.keyboard.press('Control+Enter');
    await page.locator('.comment.private', { hasText: 'spat' }).waitFor();
    expect((await historyOf(ticketNo))[0]).toMatchObject({ comment: 'spat', isPrivate: true });
  });

  test('sees all keys with ?, and can switch them off', async () => {
    const page = await world.open(world.people.ben);
    const menu = () => page.getByRole('button', { name: 'Ben Agent: settings' }).click();
    await row(page, 'Something else').first().waitFor();
    // They are off when this is tried again.
    await menu();
    await page.getByRole('menuitemradio', { name: 'On', exact: true }).click();
    await page.getByRole('menuitemradio', { name: 'On', exact: true }).waitFor({ state: 'detached' });
    await page.keyboard.press('?');
    await page.getByRole('dialog').getByText('Keyboard shortcuts').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.route('**/me/preferences', (route) => route.abort());
    await menu();
    await page.getByRole('menuitemradio', { name: 'Off' }).click();
    await notice(page, 'The server cannot be reached').waitFor();
    await page.unroute('**/me/preferences');
    await page.keyboard.press('?');
    await page.getByRole('dialog').getByText('Keyboard shortcuts').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await menu();
    await Promise.all([
      page.waitForResponse('**/me/preferences'),
      page.getByRole('menuitemradio', { name: 'Off' }).click(),
    ]);
    await menu();
    await page.getByRole('menuitemradio', { name: 'Off', checked: true }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('menuitemradio', { name: 'Off' }).waitFor({ state: 'detached' });
    await page.keyboard.press('c');
    await page.keyboard.press('?');
    expect(await page.getByRole('dialog').count()).toBe(0);
    // What is no sign still leads through the list and into a ticket.
    await page.keyboard.press('Home');
    await page.locator('[aria-rowindex="2"]:focus').waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'History' }).waitFor();
    await page.keyboard.press('Escape');
    await page.locator('[aria-rowindex="2"]:focus').waitFor();
    await menu();
    await page.getByRole('menuitemradio', { name: 'On', exact: true }).click();
  });
});
