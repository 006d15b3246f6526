import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import { DEFAULT_WORKFLOW } from '../../api/contract/workflow.ts';
import { doneTo, expectSoon, openWorld, pressAs, row, type World } from './tab-world.ts';

let world: World;
let page: Page;
beforeAll(async () => {
  world = await openWorld();
}, 90_000);
afterAll(() => world.close());

const column = (label: string): Locator => page.getByRole('region', { name: new RegExp(`^${label},`) });
const card = (ticketNo: number): Locator => page.locator(`.board-card[data-no="${ticketNo}"]`);
const statusOf = async (ticketNo: number) => ({ statusId: (await world.readTicket(ticketNo)).statusId });

/** Drags a card by mouse into a column, and lets go once the board says that it is there. */
async function drag(ticketNo: number, label: string, meanwhile?: () => Promise<void>): Promise<void> {
  // Once it has come to rest and nothing lies above it.
  await card(ticketNo).hover({ position: { x: 30, y: 12 } });
  const start = (await card(ticketNo).boundingBox())!;
  const end = (await column(label).boundingBox())!;
  await page.mouse.down();
  await page.mouse.move(start.x + 50, start.y + 30, { steps: 4 });
  await page.mouse.move(end.x + end.width / 2, end.y + 120, { steps: 8 });
  await page.getByText(`Over ${label}`).waitFor({ state: 'attached' });
  await meanwhile?.();
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
    await drag(ticketNo, 'Started');
    await doneTo(page, /is now Started/);
    await column('Started').locator(`[data-no="${ticketNo}"]`).waitFor();
    await page.getByRole('region', { name: 'Started, 1 ticket' }).waitFor();
    await page.getByRole('region', { name: 'Open, 0 tickets' }).waitFor();
    expect(await statusOf(ticketNo)).toEqual({ statusId: 'started' });
  });

  test('leaves a card where it is that is dropped where the workflow does not lead, and says so', async () => {
    await drag(ticketNo, 'Open');
    await page.locator('.notice-text', { hasText: 'The workflow has no step from Started to Open.' }).waitFor();
    await column('Started').locator(`[data-no="${ticketNo}"]`).waitFor();
    expect(await statusOf(ticketNo)).toEqual({ statusId: 'started' });
  });

  test('leads whoever asks for more cards to the first of them', async () => {
    await world.createTicket('Paged, the older one');
    await world.createTicket('Paged, the newer one');
    await page.route('**/tickets?*', (route) =>
      route.continue({
        url: route
          .request()
          .url()
          .replace(/limit=\d+/, 'limit=1'),
      }),
    );
    await page.goto(world.server.url + world.path('/board?title=Paged'));
    await page.getByRole('button', { name: 'Show more' }).focus();
    await page.keyboard.press('Enter');
    await page.locator('.board-card:focus', { hasText: 'Paged, the older one' }).waitFor();
    await page.unroute('**/tickets?*');
    await world.removeTickets('Paged');
    await page.goto(world.server.url + world.path('/board'));
    await card(ticketNo).waitFor();
  });

  test('moves a card by keyboard alone: lift, right, drop', async () => {
    await card(ticketNo).focus();
    await page.keyboard.press('Space');
    // What a screen reader hears tells when the card can be moved.
    await page.getByText(`Lifted ticket ${ticketNo}. Over Started`).waitFor({ state: 'attached' });
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
    await column('Pending').locator(`[data-no="${ticketNo}"]:focus`).waitFor();
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
    await drag(fresh, 'Started');
    await doneTo(page, /is now Started/);
    await page.getByRole('button', { name: 'Undo' }).click();
    await column('Open').locator(`[data-no="${fresh}"]`).waitFor();
    await expectSoon(() => statusOf(fresh), { statusId: 'open' });
  });

  test('leads from card to card by arrows, into a ticket and back to its card, and into what a drop asks', async () => {
    const held = page.locator('.board-card:focus');
    const isHeld = (no: number) => page.locator(`.board-card[data-no="${no}"]:focus`).waitFor();
    const { ticketNo: first } = await world.createTicket('First card');
    const { ticketNo: second } = await world.createTicket('Second card');
    await card(second).waitFor();
    await page.getByRole('link', { name: 'Board' }).focus();
    await page.keyboard.press('ArrowDown');
    await isHeld(second);
    await page.keyboard.press('ArrowDown');
    await isHeld(first);
    await page.keyboard.press('ArrowRight');
    await isHeld(ticketNo);
    expect(await column('Started').locator('[tabindex="0"]').count()).toBe(1);
    await page.keyboard.press('ArrowLeft');
    await isHeld(second);
    await page.keyboard.press('?');
    await page.getByText('Lift or drop a card').waitFor();
    expect(await page.getByText('Select all').count()).toBe(0);
    await page.keyboard.press('Escape');
    await isHeld(second);
    await page.keyboard.press('Enter');
    await page.locator('.ticket-scroll:focus').waitFor();
    await page.keyboard.press('Escape');
    await isHeld(second);
    await page.keyboard.press('Space');
    await page.getByText('Over Open').waitFor({ state: 'attached' });
    const over = page.locator('.column.over', { hasText: 'Resolved' });
    for (let presses = 0; presses < 20 && (await over.count()) === 0; presses++) {
      await page.keyboard.press('ArrowRight');
      await over.waitFor({ timeout: 500 }).catch(() => undefined);
    }
    await page.keyboard.press('Space');
    await page.locator('[role="dialog"] [type="radio"]:focus').waitFor();
    await page.keyboard.press('Escape');
    await isHeld(second);
    expect(await held.count()).toBe(1);
    await page.keyboard.press('m');
    await page.getByRole('option', { name: 'Closed' }).click();
    await page.keyboard.press('Control+Enter');
    await column('Closed').locator(`[data-no="${second}"]`).waitFor();
    await card(first).focus();
    // In Cyrillic, and S with Caps Lock.
    await pressAs(page, 'ь', 'KeyM');
    await page.getByRole('option', { name: 'Closed' }).waitFor();
    await page.keyboard.press('Escape');
    await isHeld(first);
    await pressAs(page, 'S', 'KeyS');
    await page.getByRole('option', { name: 'Closed' }).click();
    await page.keyboard.press('Control+Enter');
    await column('Closed').locator(`[data-no="${first}"]`).waitFor();
  });

  test('moves a card by a menu, which asks how it ended', async () => {
    await card(ticketNo).focus();
    await page.keyboard.press('m');
    await page.getByRole('combobox', { name: 'Move to…' }).waitFor();
    await page.keyboard.press('Escape');
    await page.locator(`.board-card[data-no="${ticketNo}"]:focus`).waitFor();
    await page.keyboard.press('m');
    await page.getByRole('combobox', { name: 'Move to…' }).waitFor();
    expect(await page.getByRole('option').allTextContents()).toEqual(['Pending', 'Resolved', 'Closed']);
    await page.keyboard.type('res');
    await page.keyboard.press('Enter');
    await page.getByRole('radio', { name: 'Cancelled' }).click();
    await page.keyboard.press('Control+Enter');
    await doneTo(page, /is now Resolved/);
    expect(await world.readTicket(ticketNo)).toMatchObject({ statusId: 'resolved', resolution: 'cancelled' });
    await column('Resolved').locator(`[data-no="${ticketNo}"]:focus`).waitFor();
  });

  test('tells who was quicker, and keeps the message until it is sent', async () => {
    const { id, ticketNo: both } = await world.createTicket('Moved by two');
    const moveByBen = (status: string) =>
      world.as.ben(`/tickets/${id}/status`, {
        method: 'PUT',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ status }),
      });
    const dialog = page.getByRole('alertdialog');
    await card(both).waitFor();
    await drag(both, 'Started', async () => {
      await moveByBen('Pending');
      await column('Pending').locator(`[data-no="${both}"]`).waitFor();
    });
    await dialog.getByText('Ben Agent has moved it to Pending meanwhile.').waitFor();
    expect(await statusOf(both)).toEqual({ statusId: 'pending' });
    await dialog.getByRole('button', { name: 'Move to Started' }).click();
    await column('Started').locator(`[data-no="${both}"]`).waitFor();
    await card(both).focus();
    await page.keyboard.press('m');
    await page.getByRole('option', { name: 'Resolved' }).click();
    await page.getByLabel('Message to the requestor').fill('All is well again.');
    await moveByBen('Pending');
    await page.context().setOffline(true);
    await page.keyboard.press('Control+Enter');
    await dialog.getByText('The server cannot be reached').waitFor();
    await page.context().setOffline(false);
    await dialog.getByRole('button', { name: 'Move to Resolved' }).click();
    await dialog.getByText('Ben Agent has moved it to Pending meanwhile.').waitFor();
    await moveByBen('Closed');
    await dialog.getByRole('button', { name: 'Move to Resolved' }).click();
    await dialog.getByText('The workflow has no step from Closed to Resolved.').waitFor();
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

  test('shows only what its filter and its search let through', async () => {
    const { ticketNo: other } = await world.createTicket('Urgent card', { priority: 'Urgent' });
    const { ticketNo: another } = await world.createTicket('Another urgent one', { priority: 'Urgent' });
    await page.goto(world.server.url + world.path('/board?priority=Urgent'));
    await card(other).waitFor();
    await card(another).waitFor();
    expect(await card(ticketNo).count()).toBe(0);
    await page.keyboard.press('/');
    await page.keyboard.type('car');
    await card(another).waitFor({ state: 'detached' });
    await card(other).waitFor();
    await page.waitForURL(/priority=Urgent&search=car$/);
    // Without a card, Tab leads to the board itself, which scrolls.
    expect(await page.locator('.board[tabindex="0"]').count()).toBe(0);
    await page.keyboard.type('x');
    await page.locator('.board[tabindex="0"]').waitFor();
  });

  test('calls moves by their labels, and offers them to those who may make them, here and on the ticket', async () => {
    const [open, ...others] = DEFAULT_WORKFLOW.states;
    const moves = [
      { to: 'pending', label: 'Wait for parts', by: 'everyone' },
      { to: 'resolved', label: 'It works again', by: 'assignees' },
      { to: 'closed', label: 'Write it off', by: 'owners' },
    ];
    const setMoves = (states: object[]) =>
      world.as.olga('/instance', {
        method: 'PUT',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ instance: { workflows: [{ ...DEFAULT_WORKFLOW, states }] } }),
      });
    await setMoves([{ ...open, moves }, ...others]);
    const { ticketNo: special } = await world.createTicket('Moves of its own');
    const { ticketNo: usual } = await world.createTicket('In another state');
    await world.as.ana(`/tickets/${usual}/status`, {
      method: 'PUT',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ status: 'started' }),
    });
    const options = async (where: Page) => {
      await where.getByRole('option').first().waitFor();
      return where.getByRole('option').allTextContents();
    };

    await page.goto(world.server.url + world.path('/board'));
    await card(special).waitFor();
    await drag(special, 'Closed');
    await page.locator('.notice-text', { hasText: 'Only owners can move it from Open to Closed.' }).waitFor();
    expect(await statusOf(special)).toEqual({ statusId: 'open' });
    await card(special).focus();
    await page.keyboard.press('m');
    expect(await options(page)).toEqual(['Started', 'Wait for partsPending', 'It works againResolved']);
    await page.getByRole('option', { name: 'It works again' }).click();
    await page.getByRole('dialog').getByRole('heading', { name: 'Move to Resolved' }).waitFor();
    await page.getByRole('button', { name: 'It works again' }).click();
    await doneTo(page, /is now Resolved/);
    await page.getByRole('button', { name: 'Undo' }).click();
    await expectSoon(() => statusOf(special), { statusId: 'open' });

    // Of several tickets, a move has its label when it is that of all.
    await page.goto(world.server.url + world.path('?view=all'));
    await row(page, 'Moves of its own').first().getByRole('checkbox').click();
    await page.keyboard.press('s');
    await page.getByRole('option', { name: 'Wait for parts' }).waitFor();
    await page.keyboard.press('Escape');
    await row(page, 'In another state').first().getByRole('checkbox').click();
    await page.keyboard.press('s');
    expect(await options(page)).toEqual(['Started', 'Pending', 'Resolved', 'Closed']);

    const theirs = await world.open(world.people.mia, world.path(`/tickets/${special}`));
    await theirs.getByRole('button', { name: 'Status: Open' }).click();
    expect(await options(theirs)).toEqual(['Wait for partsPending']);
    await theirs.keyboard.press('Escape');
    await theirs.getByRole('button', { name: 'Write a reply…' }).click();
    await theirs.getByRole('textbox', { name: 'Reply' }).fill('Parts are on their way');
    await theirs.getByRole('button', { name: 'Send and move' }).click();
    await theirs.getByRole('menuitem', { name: 'Send, then “Wait for parts”' }).waitFor();
    expect(await theirs.getByRole('menuitem').count()).toBe(1);
    await theirs.getByRole('menuitem').click();
    await doneTo(theirs, /is now Pending/);
    await expectSoon(() => statusOf(special), { statusId: 'pending' });

    // A ticket that is open has the workflow as it is now.
    const ended = { moves: [{ to: 'closed', label: 'No longer needed' }] };
    await setMoves(DEFAULT_WORKFLOW.states.map((state) => (state.id === 'pending' ? { ...state, ...ended } : state)));
    await theirs.getByRole('button', { name: 'Status: Pending' }).click();
    await theirs.getByRole('option', { name: 'No longer needed' }).waitFor();
    await setMoves(DEFAULT_WORKFLOW.states);
  });

  test('on a phone scrolls under a finger, opens a ticket at a tap, and carries a card that was held', async () => {
    const { ticketNo: carried } = await world.createTicket('A card to carry');
    const phone = await world.open(world.people.ana, world.path('/board'), { isPhone: true });
    const mine = phone.locator(`.board-card[data-no="${carried}"]`);
    await mine.waitFor();
    const fingers = await phone.context().newCDPSession(phone);
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', at?: { x: number; y: number }) =>
      fingers.send('Input.dispatchTouchEvent', { type, touchPoints: at ? [at] : [] });
    const { x, y } = (await mine.boundingBox())!;
    const board = phone.locator('.board');

    await touch('touchStart', { x: x + 200, y: y + 40 });
    for (let moved = 20; moved <= 180; moved += 20) await touch('touchMove', { x: x + 200 - moved, y: y + 40 });
    await touch('touchEnd');
    await phone.waitForFunction(() => Reflect.get(globalThis, 'document').querySelector('.board').scrollLeft > 100);
    expect(await phone.locator('.board-card.lifted').count()).toBe(0);
    await board.evaluate((element) => {
      element.scrollLeft = 0;
    });

    // Beside its title, too.
    await mine.tap({ position: { x: 120, y: 14 } });
    await phone.getByRole('textbox', { name: 'Title' }).waitFor();
    await phone.goBack();
    await mine.waitFor();

    await touch('touchStart', { x: x + 100, y: y + 40 });
    await phone.locator('.board-card.lifted').waitFor();
    await touch('touchMove', { x: x + 110, y: y + 40 });
    // What can be seen of the next column is enough; the board scrolls on while the finger rests there.
    await touch('touchMove', { x: 318, y: y + 40 });
    await phone.locator('.column.over').waitFor();
    await touch('touchEnd');
    await doneTo(phone, /is now (Started|Pending)/);
  });

  test('is not there for a member, who does not move cards', async () => {
    const theirs = await world.open(world.people.mia);
    await theirs.getByRole('link', { name: 'My tickets' }).waitFor();
    expect(await theirs.getByRole('link', { name: 'Board' }).count()).toBe(0);
  });
});
