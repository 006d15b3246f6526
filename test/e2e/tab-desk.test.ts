import { exec } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { Activity } from '../../api/contract/activities.ts';
import { doneTo, expectSoon, openWorld, pressAs, row, type World } from './tab-world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
}, 90_000);
afterAll(() => world.close());

const historyOf = async (ticketNo: number) => {
  const response = await world.as.olga(`/tickets/${ticketNo}/activities`);
  return ((await response.json()) as { items: Activity[] }).items;
};

describe('an agent with a mouse', () => {
  let page: Page;
  let ticketNo: number;
  beforeAll(async () => {
    page = await world.open(world.people.ana);
  });

  test('creates a ticket with files, which are sent again when they did not arrive, and makes no second one', async () => {
    await page.getByRole('button', { name: 'New ticket' }).first().click();
    const form = page.getByRole('dialog', { name: 'New ticket' });
    await form.getByRole('textbox', { name: 'Title' }).fill('The screen, seen');
    await form.getByRole('button', { name: 'Location: None' }).click();
    await page.getByRole('option', { name: 'Paris' }).click();
    const file = { name: 'screen.txt', mimeType: 'text/plain', buffer: Buffer.from('It is black.') };
    await form.getByTestId('files').setInputFiles([file, { ...file, name: 'other.txt' }]);
    await form.getByRole('button', { name: 'Remove other.txt' }).click();
    await page.route('**/attachments', (route) => route.abort(), { times: 1 });
    await form.getByRole('button', { name: 'Create ticket' }).click();
    await form.getByText('was created, but its files did not arrive').waitFor();
    await form.getByRole('button', { name: 'Send files' }).click();
    const no = await doneTo(page, /created/);
    await page.getByRole('link', { name: 'screen.txt' }).waitFor();
    expect(await world.readTicket(no)).toMatchObject({ title: 'The screen, seen' });
    await row(page, 'The screen, seen').waitFor();
    expect(await row(page, 'The screen, seen').count()).toBe(1);
    await page.goto(world.server.url + world.path());
    await row(page, 'The screen, seen').waitFor();
  });

  test('creates a ticket in the layout of the help desk, whose mandatory fields bind', async () => {
    await page.getByRole('button', { name: 'New ticket' }).first().click();
    const likely = page.getByRole('region', { name: 'Is it one of these?' });
    await page.getByRole('textbox', { name: 'Title' }).fill('Any screens here?');
    await page.getByRole('textbox', { name: 'Title' }).fill('Screen stays black after lunch');
    await likely.getByRole('button', { name: 'The screen, seen Open' }).waitFor();
    await page.getByRole('button', { name: 'Create ticket' }).click();
    await page.getByText('Please fill this in').waitFor();
    await page.locator('button[aria-label="Location: None"]:focus').waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('option', { name: 'Paris' }).click();
    await page.locator('#new-description').fill('Since the update.\nBoth monitors.');
    await page.getByRole('button', { name: 'Create ticket' }).click();
    ticketNo = await doneTo(page, /created/);
    const ticket = await world.readTicket(ticketNo);
    expect(ticket).toMatchObject({
      title: 'Screen stays black after lunch',
      description: 'Since the update.\nBoth monitors.',
      requestor: { name: 'Ana Agent' },
      origin: 'tab',
    });
    expect(Object.values(ticket.customFields)).toEqual([['p']]);
  });

  test('finds it by typing a part of a word, and the rows that do not match go', async () => {
    await world.createTicket('Something else entirely');
    await page.goto(world.server.url + world.path());
    await row(page, 'Something else entirely').waitFor();
    await page.getByLabel('Search tickets').fill('blac');
    await row(page, 'Something else entirely').waitFor({ state: 'detached' });
    await row(page, 'Screen stays black').click();
    await page.getByRole('heading', { name: 'History' }).waitFor();
    expect(page.url()).toContain('search=blac');
    expect(page.url()).toContain(`ticket=${ticketNo}`);
  });

  test('writes a private note with formatted text, then a public answer, each told apart', async () => {
    await page.getByRole('button', { name: 'Private note' }).click();
    const box = page.getByRole('textbox', { name: 'Private note' });
    await box.click();
    await page.keyboard.press('Control+b');
    await page.keyboard.type('only us');
    const suggested = page.locator('.mention-list .pick-option');
    await page.keyboard.type(' @');
    await suggested.filter({ hasText: 'Ana Agent' }).waitFor();
    // Who could never read the note is not offered.
    expect(await suggested.filter({ hasText: world.people.mia.name }).count()).toBe(0);
    for (let typed = 0; typed < 2; typed++) await page.keyboard.press('Backspace');
    await page.getByRole('button', { name: 'Add note' }).click();
    await page.locator('.comment.private strong', { hasText: 'only us' }).waitFor();
    await page.getByRole('button', { name: 'Write a reply…' }).click();
    await page.getByRole('textbox', { name: 'Public reply' }).click();
    await page.keyboard.type('Please restart it.');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.locator('.comment:not(.private)', { hasText: 'Please restart it.' }).waitFor();
    const [answer, note] = await historyOf(ticketNo);
    expect(answer).toMatchObject({ comment: 'Please restart it.', isPrivate: false });
    expect(note).toMatchObject({ comment: 'only us', isPrivate: true });
  });

  test('sees the own answer in a long history, with nothing above it, and is left alone by those of others', async () => {
    const long = await world.createTicket('A long history');
    const say = (comment: string) =>
      world.as.ben(`/tickets/${long.id}/activities`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ comment }),
      });
    for (let number = 1; number <= 20; number++) await say(`One of many ${number}`);
    const hers = await world.open(world.people.ana, world.path(`/tickets/${long.ticketNo}`));
    await hers.locator('.comment', { hasText: 'One of many 20' }).waitFor();
    await say('One more of his');
    await hers.locator('.comment', { hasText: 'One more of his' }).waitFor();
    const top = () => hers.locator('.ticket-scroll').evaluate((element) => element.scrollTop);
    expect(await top()).toBe(0);
    await hers.keyboard.press('r');
    await hers.keyboard.type('Her own answer');
    await hers.keyboard.press('Control+Enter');
    const answer = hers.locator('.comment', { hasText: 'Her own answer' });
    await answer.waitFor();
    await hers.waitForFunction(() => Reflect.get(globalThis, 'document').querySelector('.ticket-scroll').scrollTop > 0);
    await hers.locator('.notice').waitFor();
    // One below the other: the answer, the notice, the box; once the page has come to rest.
    await hers.waitForFunction(() => {
      const of = (selector: string) => [...Reflect.get(globalThis, 'document').querySelectorAll(selector)];
      const said = of('.comment').find((one) => one.textContent.includes('Her own answer'));
      const [answer, notice, box] = [said, ...of('.notice'), ...of('.comment-box')].map((one) =>
        one?.getBoundingClientRect(),
      );
      return answer?.bottom <= notice?.top && notice?.bottom < box?.top;
    });
  });

  test('attaches a file to an answer', async () => {
    await page.getByRole('button', { name: 'Write a reply…' }).click();
    const file = { name: 'log.txt', mimeType: 'text/plain', buffer: Buffer.from('log') };
    await page.getByTestId('files').setInputFiles(file as never);
    await page.locator('.comment-box').getByText('log.txt').waitFor();
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    const link = page.locator('.timeline').getByRole('link', { name: 'log.txt' });
    await link.waitFor();
    const answer = await fetch((await link.getAttribute('href'))!);
    expect(await answer.text()).toBe('log');
  });

  test('resolves it with a resolution', async () => {
    await page.getByRole('button', { name: 'Status: Open' }).click();
    await page.getByRole('option', { name: 'Resolved' }).click();
    await page.getByRole('radio', { name: 'Cannot be resolved' }).click();
    await page.getByLabel('Message to who works on it').fill('It is too old.');
    await page.getByRole('dialog').getByRole('button', { name: 'Resolve', exact: true }).click();
    await doneTo(page, /is now Resolved/);
    expect(await world.readTicket(ticketNo)).toMatchObject({
      statusId: 'resolved',
      resolution: 'cannotResolve',
      lastResolutionComment: 'It is too old.',
    });
  });

  test('copies what was just done as a request that does the same with a key, in the name of who did it', async () => {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    const files = mkdtempSync(join(tmpdir(), 'tickets-curl-'));
    /** Copies the request of what was just done, and runs it in a shell. */
    const runCopied = async (what: RegExp): Promise<string> => {
      await doneTo(page, what);
      await page.getByRole('button', { name: 'Copy as curl' }).click();
      await page.getByRole('button', { name: 'Copied' }).waitFor();
      const text = await page.evaluate<string>('navigator.clipboard.readText()');
      expect(text).not.toContain('Bearer');
      const env = { ...process.env, TICKETS_KEY: world.instance.keys.primary };
      const answer = await promisify(exec)(text.replaceAll('curl ', 'curl -sSf '), {
        cwd: files,
        env,
        shell: '/bin/bash',
      });
      await page.locator('.notice').getByRole('button', { name: 'Close' }).click();
      return `${text}\n${answer.stdout}`;
    };
    const ana = { name: 'Ana Agent' };
    expect(await runCopied(/is now Resolved/)).toContain('"resolution":"cannotResolve"');

    const { ticketNo: other } = await world.createTicket('Done twice');
    await page.goto(world.server.url + world.path(`/tickets/${other}`));
    const followers = async () => (await world.readTicket(other)).followers;
    await page.getByRole('button', { name: 'Follow', exact: true }).click();
    await doneTo(page, /You follow/);
    await page.keyboard.press('Control+z');
    await doneTo(page, /Undone/);
    expect(await followers()).toEqual([]);
    await page.getByRole('button', { name: 'Follow', exact: true }).click();
    await runCopied(/You follow/);
    expect(await followers()).toMatchObject([ana]);

    const name = `it's "it".txt`;
    writeFileSync(join(files, name), 'It is black.');
    await page.getByRole('button', { name: 'Private note' }).click();
    await page.keyboard.type("It's on file");
    await page
      .getByTestId('files')
      .setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from('It is black.') });
    await page.getByRole('button', { name: 'Add note' }).click();
    await runCopied(/Note added/);
    const [again, first] = await historyOf(other);
    const note = { comment: "It's on file", isPrivate: true, createdBy: ana, attachments: [{ filename: name }] };
    expect([again, first]).toMatchObject([note, note]);

    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Delete ticket' }).click();
    await page.getByRole('button', { name: 'Delete ticket' }).click();
    await doneTo(page, /deleted/);
    await page.getByRole('button', { name: 'Copy as curl' }).click();
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toMatch(/^curl -X DELETE .*\n.*TICKETS_KEY"$/);
    rmSync(files, { recursive: true });
  });
});

describe('an agent with a keyboard alone', () => {
  test('creates, finds, answers and resolves a ticket', async () => {
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
    await page.getByText('The server cannot be reached').waitFor();
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

test('an owner whose browser is new changes a ticket, beside a filter by somebody whom nobody knows', async () => {
  const requestor = { id: 'stranger@fabrikam.com', name: 'Stella Stranger', email: 'stranger@fabrikam.com' };
  const { ticketNo } = await world.createTicket('From a stranger', { requestor });
  const page = await world.open(world.people.olga, world.path(`?requestorId=${requestor.id}`));
  await page.locator('.chip', { hasText: 'Stella Stranger' }).waitFor();
  await page.keyboard.press('p');
  await page.getByRole('option', { name: 'Urgent' }).click();
  await doneTo(page, /changed/);
  expect(await world.readTicket(ticketNo)).toMatchObject({ priority: 'Urgent' });
  // Nor does somebody stand in the way who has no ticket at all.
  await page.goto(world.server.url + world.path('?requestorId=nobody@fabrikam.com'));
  await page.getByText('No ticket matches').waitFor();
  await page.getByRole('button', { name: 'Remove filter Requestor' }).click();
  await row(page, 'From a stranger').first().focus();
  await page.keyboard.press('p');
  await page.getByRole('option', { name: 'Low' }).click();
  await doneTo(page, /changed/);
  expect(await world.readTicket(ticketNo)).toMatchObject({ priority: 'Low' });
});

describe('many tickets at once', () => {
  test('are assigned to somebody or due on a day, and given back by one undo what they had', async () => {
    await world.removeTickets('Bulk');
    const first = await world.createTicket('Bulk one');
    const second = await world.createTicket('Bulk two', { assignee: personOf('ana') });
    const page = await world.open(world.people.ana, world.path('?title=Bulk&isResolved=false'));
    await row(page, 'Bulk two').waitFor();
    await page.keyboard.press('x');
    // Somebody types on before the row that J leads to has the keyboard: what the next keys open keeps it.
    await page.evaluate(
      'window.draw = requestAnimationFrame; window.held = []; requestAnimationFrame = (act) => held.push(act)',
    );
    await page.keyboard.press('j');
    await page.evaluate('requestAnimationFrame = draw');
    await page.keyboard.press('x');
    await page.getByRole('toolbar', { name: '2 selected' }).waitFor();
    await page.keyboard.press('a');
    await page.locator('.pick-input:focus').waitFor();
    await page.evaluate('held.forEach((act) => act(performance.now()))');
    await page.keyboard.type('ben');
    await page.getByRole('option', { name: 'Ben Agent' }).waitFor();
    await page.keyboard.press('Enter');
    await page.locator('.notice-text', { hasText: '2 tickets are assigned to Ben Agent' }).waitFor();
    expect(await world.readTicket(first.ticketNo)).toMatchObject({ assignee: { name: 'Ben Agent' } });
    expect(await world.readTicket(second.ticketNo)).toMatchObject({ assignee: { name: 'Ben Agent' } });
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.locator('.notice-text', { hasText: 'Undone' }).waitFor();
    await expectSoon(async () => (await world.readTicket(second.ticketNo)).assignee, { name: 'Ana Agent' });
    await expectSoon(async () => (await world.readTicket(first.ticketNo)).assignee, { id: '' });

    // They are due on a day, or on none.
    const due = async () => {
      const both = await Promise.all([first, second].map(({ ticketNo }) => world.readTicket(ticketNo)));
      return both.map(({ expectedDate }) => expectedDate.slice(0, 10));
    };
    const dueOn = async (day: string) => {
      await page.keyboard.press('d');
      await page.getByRole('combobox', { name: 'Set due date…' }).fill(day);
      await page.keyboard.press('Enter');
      await page.locator('.notice-text', { hasText: '2 tickets changed' }).waitFor();
    };
    await dueOn('2027-02-03');
    expect(await due()).toEqual(['2027-02-03', '2027-02-03']);
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.locator('.notice-text', { hasText: 'Undone' }).waitFor();
    expect(await due()).toEqual(['', '']);
  });

  test('are resolved, with how they ended, and so is one by keyboard alone', async () => {
    await world.removeTickets('Ended');
    await world.createTicket('Ended one');
    await world.createTicket('Ended two');
    const last = await world.createTicket('Ended by keys');
    const page = await world.open(world.people.ana, world.path('?title=Ended'));
    await row(page, 'Ended two').waitFor();
    await page.getByRole('checkbox', { name: 'Select all' }).check();
    await row(page, 'Ended by keys').getByRole('checkbox').uncheck();
    await page.getByRole('button', { name: 'Move to…' }).click();
    await page.getByRole('option', { name: 'Resolved' }).click();
    await page.getByRole('radio', { name: 'Cannot be resolved' }).check();
    await page.getByRole('dialog').getByRole('button', { name: 'Resolve', exact: true }).click();
    await page.locator('.notice-text', { hasText: '2 tickets are now Resolved' }).waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Home');
    await page.locator('.ticket-row:focus', { hasText: 'Ended by keys' }).waitFor();
    await page.keyboard.press('s');
    await page.getByRole('combobox', { name: 'Move to…' }).fill('res');
    await page.keyboard.press('Enter');
    await page.getByRole('radio', { name: 'Fixed' }).waitFor();
    await page.keyboard.press('Control+Enter');
    expect(await doneTo(page, /is now Resolved/)).toBe(last.ticketNo);
    expect(await world.readTicket(last.ticketNo)).toMatchObject({ statusId: 'resolved', resolution: 'fixed' });
  });

  test('that cannot all be changed tell which could not, and why', async () => {
    await world.removeTickets('Mixed');
    const open = await world.createTicket('Mixed one');
    const closed = await world.createTicket('Mixed two');
    await world.as.ana(`/tickets/${closed.id}/status`, {
      method: 'PUT',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ status: 'Closed' }),
    });
    const page = await world.open(world.people.ana, world.path('?title=Mixed'));
    await row(page, 'Mixed two').waitFor();
    await page.getByRole('checkbox', { name: 'Select all' }).check();
    await page.getByRole('button', { name: 'Move to…' }).click();
    await page.getByRole('option', { name: 'Started' }).click();
    await page.locator('.notice-text', { hasText: '1 changed, 1 not' }).waitFor();
    await page.locator('.failures li', { hasText: `#${closed.ticketNo} Mixed two` }).waitFor();
    await page.locator('.failures').getByText('no step from Closed to Started').waitFor();
    expect(await world.readTicket(open.ticketNo)).toMatchObject({ statusId: 'started' });
    expect(await world.readTicket(closed.ticketNo)).toMatchObject({ statusId: 'closed' });
  });
});

const personOf = (who: 'ana' | 'ben') => {
  const { id, name, email } = world.people[who];
  return { id, name, email };
};
