import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { doneTo, expectSoon, openWorld, row, type World } from './tab-world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
}, 90_000);
afterAll(() => world.close());

const put = (body: object) => ({
  method: 'PUT',
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify(body),
});

describe('two people at once', () => {
  test('see in an open list what the API does, without doing anything', async () => {
    const page = await world.open(world.people.ana);
    await page.getByText('No tickets here').or(page.locator('.ticket-row')).first().waitFor();
    const { id } = await world.createTicket('Arrives by itself');
    await row(page, 'Arrives by itself').waitFor();
    await world.as.ben(`/tickets/${id}`, put({ ticket: { priority: 'Urgent' } }));
    await row(page, 'Arrives by itself').getByRole('img', { name: 'Urgent' }).waitFor();
  });

  test('see each other answer, and that the other is there', async () => {
    const { ticketNo } = await world.createTicket('Two look at it');
    const path = world.path(`/tickets/${ticketNo}`);
    const hers = await world.open(world.people.ana, path);
    await hers.getByRole('heading', { name: 'History' }).waitFor();
    const his = await world.open(world.people.ben, path);
    await his.getByText('Ana Agent is here too').waitFor();
    await hers.getByRole('button', { name: 'Write a reply…' }).click();
    await hers.locator('.tiptap:focus').waitFor();
    await hers.keyboard.type('I have it.');
    await hers.keyboard.press('Control+Enter');
    await his.locator('.comment', { hasText: 'I have it.' }).waitFor();
  });

  test('who change different fields keep both changes', async () => {
    const { id, ticketNo } = await world.createTicket('Different fields');
    const page = await world.open(world.people.ana, world.path(`/tickets/${ticketNo}`));
    await page.getByLabel('Title').waitFor();
    // Her page does not hear of it: her change names the version before his.
    await page.context().setOffline(true);
    await world.as.ben(`/tickets/${id}`, put({ ticket: { priority: 'Low' } }));
    await page.getByLabel('Title').fill('Different fields, her title');
    await page.context().setOffline(false);
    await page.keyboard.press('Enter');
    await doneTo(page, /changed/);
    await expectSoon(() => world.readTicket(ticketNo), { title: 'Different fields, her title', priority: 'Low' });
  });

  test('who change the same field choose, and no text is lost', async () => {
    const { id, ticketNo } = await world.createTicket('Same field');
    const page = await world.open(world.people.ana, world.path(`/tickets/${ticketNo}`));
    await page.getByRole('button', { name: 'Add a description' }).click();
    await page.locator('.tiptap:focus').waitFor();
    await page.keyboard.type('Her long text');
    await world.as.ben(`/tickets/${id}`, put({ ticket: { description: 'His text' } }));
    await page.keyboard.press('Control+Enter');
    const dialog = page.getByRole('alertdialog');
    await dialog.getByText('Her long text').waitFor();
    await dialog.getByText('His text').waitFor();
    expect(await world.readTicket(ticketNo)).toMatchObject({ description: 'His text' });
    await dialog.getByRole('radio', { name: 'My version' }).check();
    await dialog.getByRole('button', { name: 'Save the choice' }).click();
    await doneTo(page, /changed/);
    await expectSoon(() => world.readTicket(ticketNo), { description: 'Her long text' });
  });
});

describe('what is not sent yet', () => {
  test('a comment that was begun is there again after a reload, as private as it was', async () => {
    const { ticketNo } = await world.createTicket('A draft');
    const page = await world.open(world.people.ana, world.path(`/tickets/${ticketNo}`));
    await page.getByRole('button', { name: 'Private note' }).click();
    await page.locator('.tiptap:focus').waitFor();
    await page.keyboard.type('half a sent');
    await page.reload();
    await page.getByRole('textbox', { name: 'Private note' }).getByText('half a sent').waitFor();
  });

  test('without a connection the page says so, and catches up when it is back', async () => {
    const { ticketNo } = await world.createTicket('Before the break');
    const page = await world.open(world.people.ana);
    await row(page, 'Before the break').waitFor();
    await page.context().setOffline(true);
    await page.getByText('Not connected').waitFor();
    await world.createTicket('During the break');
    await page.context().setOffline(false);
    await row(page, 'During the break').waitFor();
    await page.getByText('Not connected').waitFor({ state: 'detached' });
    expect(ticketNo).toBeGreaterThan(0);
  });
});

describe('a member', () => {
  test('sees own requests only, no private note, and closes what is done', async () => {
    const { id, ticketNo } = await world.createTicket('Of Mia');
    await world.createTicket('Of somebody else', {
      requestor: { id: 'x@contoso.com', name: 'X', email: 'x@contoso.com' },
    });
    const post = (comment: string, isPrivate: boolean) =>
      world.as.ana(`/tickets/${id}/activities`, { ...put({ comment, isPrivate }), method: 'POST' });
    await post('between us', true);
    await post('for you', false);
    const page = await world.open(world.people.mia, '/tab/');
    await row(page, 'Of Mia').waitFor();
    expect(await row(page, 'Of somebody else').count()).toBe(0);
    await row(page, 'Of Mia').getByRole('img', { name: /new$/ }).waitFor();
    await row(page, 'Of Mia').click();
    await page.locator('.comment', { hasText: 'for you' }).waitFor();
    expect(await page.getByText('between us').count()).toBe(0);
    expect(await page.getByRole('button', { name: 'Private note' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Status: Open' }).click();
    expect(await page.getByRole('option').allTextContents()).toEqual(['Resolved', 'Closed']);
    await page.getByRole('option', { name: 'Closed' }).click();
    await page.getByRole('button', { name: 'Closed', exact: true }).click();
    await doneTo(page, /is now Closed/);
    expect(await world.readTicket(ticketNo)).toMatchObject({ statusId: 'closed' });
  });
});
