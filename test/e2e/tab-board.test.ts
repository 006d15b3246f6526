import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import { doneTo, expectSoon, openWorld, type World } from './tab-world.ts';

let world: World;
let page: Page;
beforeAll(async () => {
  world = await openWorld();
}, 90_000);
afterAll(() => world.close());

const column = (label: string): Locator => page.getByRole('region', { name: new RegExp(`^${label},`) });
const card = (ticketNo: number): Locator => page.locator(`.board-card[data-no="${ticketNo}"]`);
const statusOf = async (ticketNo: number) => ({ statusId: (await world.readTicket(ticketNo)).statusId });

async function drag(from: Locator, to: Locator): Promise<void> {
  const start = (await from.boundingBox())!;
  const end = (await to.boundingBox())!;
  await page.mouse.move(start.x + 30, start.y + 12);
  await page.mouse.down();
  await page.mouse.move(start.x + 50, start.y + 30, { steps: 4 });
  await page.mouse.move(end.x + end.width / 2, end.y + 120, { steps: 8 });
  await page.mouse.up();
}

describe('the board', () => {
  let ticketNo: number;
  beforeAll(async () => {
    ({ ticketNo } = await world.createTicket('A card to move'));
    page = await world.open(world.people.ana, world.path('/board'));
    await card(ticketNo).waitFor();
  });

  test('moves a card by mouse to where the workflow lets it, and counts', async () => {
    await page.getByRole('region', { name: 'Open, 1 ticket' }).waitFor();
    await drag(card(ticketNo), column('Started'));
    await doneTo(page, /is now Started/);
    await column('Started').locator(`[data-no="${ticketNo}"]`).waitFor();
    await page.getByRole('region', { name: 'Started, 1 ticket' }).waitFor();
    await page.getByRole('region', { name: 'Open, 0 tickets' }).waitFor();
    expect(await statusOf(ticketNo)).toEqual({ statusId: 'started' });
  });

  test('leaves a card where it is that is dropped where the workflow does not lead', async () => {
    await drag(card(ticketNo), column('Open'));
    await page.locator('.column.barred').first().waitFor({ state: 'detached' });
    await column('Started').locator(`[data-no="${ticketNo}"]`).waitFor();
    expect(await statusOf(ticketNo)).toEqual({ statusId: 'started' });
  });

  test('moves a card by keyboard alone: lift, right, drop', async () => {
    await card(ticketNo).focus();
    await page.keyboard.press('Space');
    // What a screen reader hears tells when the card can be moved.
    await page.getByText('Over Started').waitFor({ state: 'attached' });
    // The board is measured a moment after the lift, and a key that comes before moves nothing.
    const over = page.locator('.column.over');
    for (let presses = 0; presses < 20 && (await over.count()) === 0; presses++) {
      await page.keyboard.press('ArrowRight');
      await over.waitFor({ timeout: 500 }).catch(() => undefined);
    }
    await over.waitFor();
    await page.keyboard.press('Space');
    await doneTo(page, /is now Pending/);
    expect(await statusOf(ticketNo)).toEqual({ statusId: 'pending' });
  });

  test('takes the last move back', async () => {
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.locator('.notice-text', { hasText: 'Undone' }).waitFor();
    await column('Started').locator(`[data-no="${ticketNo}"]`).waitFor();
    await expectSoon(() => statusOf(ticketNo), { statusId: 'started' });
  });

  test('takes a move back that the workflow has no way back from, for whoever made it and at once', async () => {
    const { ticketNo: fresh } = await world.createTicket('No way back');
    await card(fresh).waitFor();
    await drag(card(fresh), column('Started'));
    await doneTo(page, /is now Started/);
    await page.getByRole('button', { name: 'Undo' }).click();
    await column('Open').locator(`[data-no="${fresh}"]`).waitFor();
    await expectSoon(() => statusOf(fresh), { statusId: 'open' });
  });

  test('moves a card by a menu, which asks how it ended', async () => {
    await card(ticketNo).focus();
    await page.keyboard.press('m');
    await page.getByRole('combobox', { name: 'Move to…' }).waitFor();
    expect(await page.getByRole('option').allTextContents()).toEqual(['Pending', 'Resolved', 'Closed']);
    await page.keyboard.type('res');
    await page.keyboard.press('Enter');
    await page.getByRole('radio', { name: 'Cancelled' }).click();
    await page.keyboard.press('Control+Enter');
    await doneTo(page, /is now Resolved/);
    expect(await world.readTicket(ticketNo)).toMatchObject({ statusId: 'resolved', resolution: 'cancelled' });
  });

  test('tells who was quicker, and keeps the message until it is sent', async () => {
    const { id, ticketNo: both } = await world.createTicket('Moved by two');
    const moveByBen = (status: string) =>
      world.as.ben(`/tickets/${id}/status`, {
        method: 'PUT',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ status }),
      });
    await card(both).focus();
    await page.keyboard.press('m');
    await page.getByRole('option', { name: 'Resolved' }).click();
    await page.getByLabel('Message to the requestor').fill('All is well again.');
    await moveByBen('Pending');
    await page.keyboard.press('Control+Enter');
    const dialog = page.getByRole('alertdialog');
    await dialog.getByText('Ben Agent has moved it to Pending meanwhile.').waitFor();
    await moveByBen('Closed');
    await dialog.getByRole('button', { name: 'Move to Resolved' }).click();
    await dialog.getByText('The workflow has no step from there to Resolved.').waitFor();
    expect(await dialog.getByLabel('Message to the requestor').inputValue()).toBe('All is well again.');
    expect(await statusOf(both)).toEqual({ statusId: 'closed' });
    await dialog.getByRole('button', { name: 'Only send the message' }).click();
    await dialog.waitFor({ state: 'detached' });
    const comments = async () => {
      const response = await world.as.ana(`/tickets/${both}/activities`);
      const { items } = (await response.json()) as { items: { comment: string }[] };
      return { said: items.map(({ comment }) => comment).filter(Boolean) };
    };
    await expectSoon(comments, { said: ['All is well again.'] });
    expect(await statusOf(both)).toEqual({ statusId: 'closed' });
  });

  test('shows only what its filter lets through', async () => {
    const { ticketNo: other } = await world.createTicket('Urgent card', { priority: 'Urgent' });
    await page.goto(world.server.url + world.path('/board?priority=Urgent'));
    await card(other).waitFor();
    expect(await card(ticketNo).count()).toBe(0);
  });

  test('is not there for a member, who does not move cards', async () => {
    const theirs = await world.open(world.people.mia);
    await theirs.getByRole('link', { name: 'My tickets' }).waitFor();
    expect(await theirs.getByRole('link', { name: 'Board' }).count()).toBe(0);
  });
});
