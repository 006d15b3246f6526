import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page, Route } from 'playwright-core';
import type { Activity } from '../../api/contract/activities.ts';
import type { Instance } from '../../api/contract/instance.ts';
import { doneTo, expectSoon, notice, openWorld, row, type World } from './tab-world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
}, 90_000);
afterAll(() => world.close());

const json = (method: string, body: object) => ({
  method,
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify(body),
});

/** What was said to a ticket, newest first. */
async function commentsOn(ticketNo: number): Promise<string[]> {
  const response = await world.as.ana(`/tickets/${ticketNo}/activities`);
  const { items } = (await response.json()) as { items: Activity[] };
  return items.map(({ comment }) => comment).filter((comment) => comment !== '');
}

const box = (page: Page) => page.locator('.comment-box .tiptap');

async function reply(page: Page, text: string): Promise<void> {
  await page.getByRole('button', { name: 'Write a reply…' }).click();
  await page.locator('.comment-box .tiptap:focus').waitFor();
  await page.keyboard.type(text);
}

const send = (page: Page) => page.getByRole('button', { name: 'Send', exact: true });

/** The server does what it is asked for, and its answer does not come. */
const losesAnswer = async (route: Route): Promise<void> => {
  if (route.request().method() === 'GET') return route.continue();
  await route.fetch();
  await route.abort();
};

describe('a comment', () => {
  test('whose answer was lost is there once, tried again after a reload and from a second window; nobody else reads its draft', async () => {
    const { ticketNo } = await world.createTicket('Sent more than once');
    const path = world.server.url + world.path(`/tickets/${ticketNo}`);
    const page = await world.open(world.people.ana, world.path(`/tickets/${ticketNo}`));
    await reply(page, 'Only once');
    const second = await page.context().newPage();
    await second.goto(path);
    await box(second).getByText('Only once').waitFor();
    await page.keyboard.type(', please');
    await box(second).getByText('Only once, please').waitFor();

    await page.route('**/activities*', losesAnswer);
    await send(page).click();
    await notice(page, `The comment on ticket #${ticketNo} was not sent`).waitFor();
    await page.unrouteAll({ behavior: 'wait' });
    await page.reload();
    await box(page).getByText('Only once, please').waitFor();
    // The draft that is shown leaves the keyboard alone, and is gone on with where it ends.
    expect(await box(page).locator(':focus').count()).toBe(0);
    await page.keyboard.press('r');
    await page.keyboard.type('!');
    await box(page).getByText('Only once, please!').waitFor();
    await page.keyboard.press('Backspace');
    await box(page).getByText('Only once, please', { exact: true }).waitFor();
    const whoIs = (id: string) => page.addInitScript(`localStorage.setItem('tickets.person', '${id}')`);
    await whoIs(world.people.ben.id);
    await page.reload();
    await page.getByRole('heading', { name: 'History' }).waitFor();
    expect(await box(page).count()).toBe(0);
    await whoIs(world.people.ana.id);
    await page.reload();
    await send(page).click();
    await notice(page, 'Reply sent').waitFor();
    await box(second).waitFor({ state: 'detached' });
    expect(await commentsOn(ticketNo)).toEqual(['Only once, please']);

    // The next one of the same words is another one.
    await reply(page, 'Only once, please');
    await page.keyboard.press('Control+Enter');
    await box(page).waitFor({ state: 'detached' });
    expect(await commentsOn(ticketNo)).toEqual(['Only once, please', 'Only once, please']);
  });

  test('on its way takes no more letters and is not offered again; its files wait while another ticket is open', async () => {
    const slow = await world.createTicket('A slow answer');
    await world.createTicket('Another one');
    const page = await world.open(world.people.ana);
    await row(page, 'A slow answer').click();
    await reply(page, 'Take your time');
    const file = { name: 'a.txt', mimeType: 'text/plain', buffer: Buffer.from('a') };
    const picker = page.locator('.comment-box [data-testid=files]');
    await picker.setInputFiles([file]);
    await picker.setInputFiles([{ ...file, name: '😀 ملف.txt' }]);
    await row(page, 'Another one').click();
    await page.getByRole('textbox', { name: 'Title' }).and(page.getByText('Another one')).waitFor();
    await row(page, 'A slow answer').click();
    await page.locator('.file', { hasText: '😀 ملف.txt' }).waitFor();
    expect(await page.locator('.comment-box .file').count()).toBe(2);

    const { promise: gate, resolve: answer } = Promise.withResolvers<void>();
    await page.route('**/attachments*', async (route) => {
      await gate;
      await route.continue();
    });
    await box(page).click();
    await page.keyboard.press('Control+Enter');
    await page.keyboard.type(' and more');
    await page.keyboard.press('Control+Enter');
    await row(page, 'Another one').click();
    await page.getByRole('textbox', { name: 'Title' }).and(page.getByText('Another one')).waitFor();
    await row(page, 'A slow answer').click();
    await box(page).getByText('Take your time', { exact: true }).waitFor();
    expect(await send(page).isDisabled()).toBe(true);
    answer();
    await notice(page, 'Reply sent').waitFor();
    await box(page).waitFor({ state: 'detached' });
    expect(await commentsOn(slow.ticketNo)).toEqual(['Take your time']);
    await page.locator('.comment .file').nth(1).waitFor();
    expect(await page.locator('.comment .file').count()).toBe(2);
  });

  test('is kept where the storage is full, and where its ticket is gone, which the page says', async () => {
    const { ticketNo } = await world.createTicket('Full storage');
    const page = await world.open(world.people.ana);
    await row(page, 'Full storage').click();
    await reply(page, 'Kept');
    await page.evaluate(`Storage.prototype.setItem = () => { throw new DOMException('', 'QuotaExceededError'); }`);
    await page.keyboard.type(' in the page');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Close', exact: true }).click();
    await box(page).waitFor({ state: 'detached' });
    await row(page, 'Full storage').click();
    await box(page).getByText('Kept in the page').waitFor();
    await world.as.ben(`/tickets/${ticketNo}`, { method: 'DELETE' });
    await page.getByRole('alert').getByText('This ticket was deleted').waitFor();
    await box(page).getByText('Kept in the page').waitFor();
    const asked = page.waitForEvent('dialog');
    const left = page.close({ runBeforeUnload: true });
    const dialog = await asked;
    expect(dialog.type()).toBe('beforeunload');
    await dialog.accept();
    await left;
  });
});

test('a text that is left by a reload, by a lost connection or during a choice is there until it is saved or discarded', async () => {
  const { id, ticketNo } = await world.createTicket('Old title');
  const page = await world.open(world.people.ana, world.path(`/tickets/${ticketNo}`));
  const title = page.getByRole('textbox', { name: 'Title' });
  const notSaved = page.getByText('Not saved yet');
  const save = page.getByRole('button', { name: 'Save', exact: true });
  const choice = page.getByRole('alertdialog');
  await title.fill('Half a ti');
  await page.reload();
  await notSaved.waitFor();
  expect(await title.inputValue()).toBe('Half a ti');
  expect(await world.readTicket(ticketNo)).toMatchObject({ title: 'Old title' });
  await world.as.ben(`/tickets/${id}`, json('PUT', { ticket: { title: 'His title', description: 'His text' } }));
  await page.getByText('His text').waitFor();
  await save.click();
  await choice.getByText('His title').waitFor();
  await choice.getByRole('button', { name: 'Discard mine' }).click();
  await notSaved.waitFor({ state: 'detached' });
  expect(await title.inputValue()).toBe('His title');
  await page.context().setOffline(true);
  await title.fill('Typed offline');
  await page.keyboard.press('Enter');
  await notSaved.waitFor();
  expect(await title.inputValue()).toBe('Typed offline');
  await page.context().setOffline(false);
  await save.click();
  await expectSoon(() => world.readTicket(ticketNo), { title: 'Typed offline' });
  await notSaved.waitFor({ state: 'detached' });

  const description = page.locator('.description .tiptap');
  await page.getByRole('button', { name: 'Edit', exact: true }).click();
  await page.locator('.description .tiptap:focus').waitFor();
  await page.keyboard.type(' and hers');
  await page.keyboard.press('Escape');
  await world.as.ben(`/tickets/${id}`, json('PUT', { ticket: { description: 'His second text' } }));
  await save.click();
  await choice.getByText('His second text').waitFor();
  await page.reload();
  await description.getByText('His text and hers').waitFor();
  await save.click();
  await choice.getByText('His second text').waitFor();
  await page.context().setOffline(true);
  await choice.getByRole('button', { name: 'Save the choice' }).click();
  await page.locator('.notice', { hasText: 'The server cannot be reached' }).waitFor();
  await description.getByText('His text and hers').waitFor();
  await page.context().setOffline(false);
  await save.click();
  await choice.getByRole('button', { name: 'Save the choice' }).click();
  await expectSoon(() => world.readTicket(ticketNo), { description: 'His text and hers' });
  await description.waitFor({ state: 'detached' });
});

test('what is taken away from somebody who writes leaves the text: a field, and the right to write notes; what they may not read any more goes from their pages', async () => {
  const me = world.people.ben;
  const be = (role: string) =>
    world.as.olga(`/members/${me.id}`, json('PUT', { role, name: me.name, email: me.email }));
  await be('assignee');
  const foreign = await world.createTicket('Of somebody else');
  await world.as.ana(`/tickets/${foreign.ticketNo}/activities`, json('POST', { comment: 'Among us', isPrivate: true }));
  const { ticketNo } = await world.createTicket('Of Ben', { requestor: { id: me.id, name: me.name, email: me.email } });
  const page = await world.open(me, world.path(`/tickets/${ticketNo}`));
  await page.getByRole('button', { name: 'Private note' }).click();
  await page.locator('.comment-box .tiptap:focus').waitFor();
  await page.keyboard.type('Between us');
  await page.getByRole('button', { name: /^Show \d empty/ }).click();
  const tag = page.getByRole('textbox', { name: 'Asset tag' });
  await tag.fill('A-17');
  const { item } = (await (await world.as.olga('/instance')).json()) as { item: Instance };
  const right = (customFieldsRight: object[]) =>
    world.as.olga('/instance', json('PUT', { instance: { customFieldsRight } }));
  await right(item.customFieldsRight.filter(({ title }) => title !== 'Asset tag' && title !== 'Needed on'));
  await page.getByText('Needed on').waitFor({ state: 'detached' });
  await page.keyboard.press('Enter');
  await notice(page, 'The field “Asset tag” is not there any more').waitFor();
  expect(await tag.inputValue()).toBe('A-17');
  await page.getByRole('button', { name: 'Discard' }).click();
  await tag.waitFor({ state: 'detached' });
  await right(item.customFieldsRight);
  // The key of an answer leads into the note, and does not make it public.
  await page.keyboard.press('r');
  await page.locator('.comment-box.private .tiptap:focus').waitFor();

  const other = await page.context().newPage();
  await other.goto(world.server.url + world.path(`/tickets/${foreign.ticketNo}`));
  await other.getByText('Among us').waitFor();
  await be('member');
  await other.getByText(`There is no ticket #${foreign.ticketNo} here`).waitFor();
  expect(await other.getByText('Among us').count()).toBe(0);
  await page.getByRole('button', { name: 'Priority: Medium' }).waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Add note', exact: true }).click();
  await notice(page, 'Your role in this help desk does not allow this').waitFor();
  await page.reload();
  await page.getByRole('textbox', { name: 'Private note' }).getByText('Between us').waitFor();
  expect(await commentsOn(ticketNo)).toEqual([]);
  await world.as.olga(`/members/${me.id}`, { method: 'DELETE' });
  for (const one of [page, other]) await one.getByText('You cannot see this help desk').waitFor();
  await be('assignee');
});

test('a new ticket, and moves of one ticket and of several with a message, whose answers were lost are there once', async () => {
  const page = await world.open(world.people.ana, world.path('?view=all'));
  const dialog = page.getByRole('dialog');
  const title = dialog.getByRole('textbox', { name: 'Title' });
  const open = async () => {
    await page.getByRole('button', { name: 'New ticket' }).first().click();
    await title.waitFor();
  };
  await open();
  await title.fill('Made a single time');
  await page.getByRole('button', { name: 'Location: None' }).click();
  await page.getByRole('option', { name: 'Berlin' }).click();
  await page.route('**/tickets', losesAnswer);
  await dialog.getByRole('button', { name: 'Create ticket' }).click();
  await dialog.getByRole('alert').getByText('The server cannot be reached').waitFor();
  await page.unrouteAll({ behavior: 'wait' });
  await page.reload();
  await open();
  expect(await title.inputValue()).toBe('Made a single time');
  await dialog.getByRole('button', { name: 'Create ticket' }).click();
  const ticketNo = await doneTo(page, /created/);
  const found = await world.as.ana('/tickets?title=single');
  expect(await found.json()).toMatchObject({ itemCount: 1 });

  await page.locator('.pane').getByRole('button', { name: 'Close', exact: true }).click();
  await page.route('**/status*', losesAnswer);
  await row(page, 'Made a single time').focus();
  await page.keyboard.press('s');
  await page.locator('.pick-input:focus').waitFor();
  await page.keyboard.type('resol');
  await page.keyboard.press('Enter');
  await dialog.getByRole('textbox').fill('Done, and told once');
  await dialog.getByRole('button', { name: 'Resolve', exact: true }).click();
  const unmoved = page.getByRole('alertdialog');
  await unmoved.getByText('The server cannot be reached').waitFor();
  await page.unrouteAll({ behavior: 'wait' });
  await unmoved.getByRole('button', { name: 'Move to Resolved' }).click();
  await doneTo(page, /is now Resolved/);
  expect(await commentsOn(ticketNo)).toEqual(['Done, and told once']);

  const several = [await world.createTicket('Lost together 1'), await world.createTicket('Lost together 2')];
  await page.goto(world.server.url + world.path('?search=together'));
  await row(page, 'Lost together 2').waitFor();
  await page.route('**/tickets/bulk', losesAnswer);
  await page.keyboard.press('Control+a');
  await page.keyboard.press('s');
  await page.locator('.pick-input:focus').waitFor();
  await page.keyboard.type('resol');
  await page.keyboard.press('Enter');
  await dialog.getByRole('textbox').fill('Told to both');
  await dialog.getByRole('button', { name: 'Resolve', exact: true }).click();
  await page.locator('.notice', { hasText: 'The server cannot be reached' }).waitFor();
  await page.unrouteAll({ behavior: 'wait' });
  await page.locator('.notice').getByRole('button', { name: 'Try again' }).click();
  await notice(page, '2 tickets are now Resolved').waitFor();
  for (const one of several) expect(await commentsOn(one.ticketNo)).toEqual(['Told to both']);
});

test('tags that two people add at once are both there; what failed is told beside what is done next; a message with a move is there after Escape', async () => {
  const { id, ticketNo } = await world.createTicket('Tagged by two');
  await world.createTicket('Done in between');
  const tags = (await (await world.as.olga('/tags')).json()) as { items: { id: string }[] };
  const tag = (text: string) => ({ tagCategoryId: tags.items[0]!.id, text });
  const tagsNow = async () => (await world.readTicket(ticketNo)).tags.map(({ text }) => text).toSorted();
  const page = await world.open(world.people.ana);
  const pane = page.locator('.pane');
  await row(page, 'Tagged by two').click();
  await page.route(`**/tickets/${id}?*`, async (route) => {
    if (route.request().method() === 'PUT' && (await tagsNow()).length === 0) {
      await world.as.ben(`/tickets/${id}`, json('PUT', { ticket: { tags: [tag('Network')] } }));
    }
    await route.continue();
  });
  await pane.getByRole('button', { name: 'Tags: None' }).click();
  await page.getByRole('option', { name: 'Printer' }).click();
  await page.keyboard.press('Escape');
  await pane.getByRole('button', { name: 'Tags: Network, Printer' }).waitFor();
  await doneTo(page, /changed/);
  expect(await tagsNow()).toEqual(['Network', 'Printer']);
  await page.unrouteAll({ behavior: 'wait' });
  await page.locator('.notice').getByRole('button', { name: 'Undo' }).click();
  await notice(page, 'Undone').waitFor();
  expect(await tagsNow()).toEqual(['Network']);

  await page.context().setOffline(true);
  await reply(page, 'Not yet');
  await page.keyboard.press('Control+Enter');
  const failed = notice(page, `The comment on ticket #${ticketNo} was not sent`);
  await failed.waitFor();
  await page.context().setOffline(false);
  await row(page, 'Done in between').click();
  await pane.getByRole('button', { name: 'Take it' }).click();
  await doneTo(page, /is assigned to/);
  expect(await failed.isVisible()).toBe(true);
  await row(page, 'Tagged by two').click();
  await send(page).click();
  await notice(page, 'Reply sent').waitFor();
  expect(await failed.count()).toBe(0);

  const message = page.getByRole('dialog').getByRole('textbox');
  const resolve = async () => {
    await pane.getByRole('button', { name: 'Status: Open' }).click();
    await page.getByRole('option', { name: 'Resolved' }).click();
    await message.waitFor();
  };
  await resolve();
  await message.fill('Half a message');
  await page.keyboard.press('Escape');
  await message.waitFor({ state: 'detached' });
  await page.reload();
  await resolve();
  expect(await message.inputValue()).toBe('Half a message');
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  await resolve();
  expect(await message.inputValue()).toBe('');
});

/** A paste as Word and Excel make it: text, formatted text and a picture of both; all in the page's own language. */
const paste = (html: string, plain: string) => `{
  const data = new DataTransfer();
  data.setData('text/html', ${JSON.stringify(html)});
  if (${JSON.stringify(plain)}) data.setData('text/plain', ${JSON.stringify(plain)});
  data.items.add(new File(['x'], 'image.png', { type: 'image/png' }));
  const event = new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true });
  document.querySelector('.comment-box .tiptap').dispatchEvent(event);
}`;

test('what a text holds and the editor does not make stays when the rest is changed; a paste is text where it has some', async () => {
  const html =
    '<h2>Setup</h2><table><tbody><tr><th><p>Host</p></th><td colspan="2"><p>b1</p></td></tr></tbody></table>' +
    '<p>H<sub>2</sub>O</p><hr /><p>end</p>';
  const { id, ticketNo } = await world.createTicket('With a table', { description_HTML: html });
  const page = await world.open(world.people.ana, world.path(`/tickets/${ticketNo}`));
  await page.getByRole('button', { name: 'Edit', exact: true }).click();
  await page.locator('.description .tiptap:focus').waitFor();
  await page.keyboard.type('ing');
  await page.keyboard.press('Control+Enter');
  await doneTo(page, /changed/);
  const response = await world.as.ana(`/tickets/${id}?include=description_HTML`);
  expect(await response.json()).toMatchObject({ item: { description_HTML: html.replace('end', 'ending') } });

  await reply(page, 'See ');
  await page.evaluate(paste('<table><tr><td>A1</td><td>B1</td></tr></table>', 'A1\tB1'));
  await box(page).locator('td', { hasText: 'B1' }).waitFor();
  expect(await page.locator('.comment-box .file').count()).toBe(0);
  await page.evaluate(paste('<img src="https://contoso.com/a.png">', ''));
  await page.locator('.comment-box .file', { hasText: 'image.png' }).waitFor();
  // A file that misses the ticket is not opened instead of the page.
  const isKept = await page.evaluate(`{
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File(['x'], 'missed.txt'));
    const event = new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true });
    !document.querySelector('.top-bar').dispatchEvent(event);
  }`);
  expect(isKept).toBe(true);
  await box(page).press('Control+Enter');
  await page.locator('.comment td', { hasText: 'B1' }).waitFor();
});
