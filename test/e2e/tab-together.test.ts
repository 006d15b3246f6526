import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { Instance } from '../../api/contract/instance.ts';
import { readEvents } from '../rest/event-stream.ts';
import { doneTo, expectSoon, notice, openWorld, row, type World } from './tab-world.ts';

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

  test('change the ticket that was meant, though another arrives above it meanwhile', async () => {
    const meant = await world.createTicket('The one that is meant');
    const page = await world.open(world.people.ana, world.path('?title=meant'));
    await row(page, 'The one that is meant').waitFor();
    await page.keyboard.press('s');
    await page.locator('.pick-input:focus').waitFor();
    const other = await world.createTicket('Not meant at all');
    await page.locator('.ticket-row', { hasText: 'Not meant at all' }).waitFor();
    await page.keyboard.type('pend');
    await page.keyboard.press('Enter');
    expect(await doneTo(page, /is now Pending/)).toBe(meant.ticketNo);
    expect(await world.readTicket(other.ticketNo)).toMatchObject({ status: 'Open' });
  });

  test('see each other answer, and that the other is there', async () => {
    const { ticketNo } = await world.createTicket('Two look at it');
    const path = world.path(`/tickets/${ticketNo}`);
    const hers = await world.open(world.people.ana, path);
    await hers.getByRole('heading', { name: 'History' }).waitFor();
    const his = await world.open(world.people.ben, path);
    await his.getByText('Ana Agent is here too').waitFor();
    // Within the patience of this test, but not of what is merely said again every 25 seconds.
    const hisName = hers.getByText('Ben Agent is here too');
    await hisName.waitFor();
    await hers.getByRole('button', { name: 'Write a reply…' }).click();
    await hers.locator('.tiptap:focus').waitFor();
    await hers.keyboard.type('I have it.');
    await hers.keyboard.press('Control+Enter');
    await his.locator('.comment', { hasText: 'I have it.' }).waitFor();
    // While he has it open twice, one of them may go.
    const twice = await world.open(world.people.ben, path);
    await twice.getByText('Ana Agent is here too').waitFor();
    const events = await readEvents(world.as.olga('/events'));
    await his.goto(`${world.server.url}/livez`);
    expect(await events.changes(2)).toEqual(['presence.changed', 'presence.changed']);
    await events.leave();
    await hisName.waitFor();
    await twice.getByRole('link', { name: 'Board' }).click();
    await hisName.waitFor({ state: 'detached' });
  });

  test('a page that slept with its phone hears of changes again as soon as somebody looks at it', async () => {
    const page = await world.open(world.people.ana, '/livez');
    let isAsleep = true;
    await page.route('**/events', (route) => (isAsleep ? undefined : route.continue()));
    await page.goto(world.server.url + world.path('?title=slept'));
    await page.getByText('No ticket matches').waitFor();
    isAsleep = false;
    const heard = page.waitForResponse(/\/events$/);
    await page.clock.setSystemTime(Date.now() + 60_000);
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
    await heard;
    await world.createTicket('While it slept');
    await row(page, 'While it slept').waitFor();
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

  test('who type into the same field keep what they type, and choose when it is saved', async () => {
    const { id, ticketNo } = await world.createTicket('Title of both');
    const page = await world.open(world.people.ana, world.path(`/tickets/${ticketNo}`));
    const title = page.getByRole('textbox', { name: 'Title' });
    await title.fill('Title of both, and hers');
    await world.as.ben(`/tickets/${id}`, put({ ticket: { title: 'His title', priority: 'Urgent' } }));
    await page.getByRole('button', { name: 'Priority: Urgent' }).waitFor();
    expect(await title.inputValue()).toBe('Title of both, and hers');
    await title.press('Enter');
    const dialog = page.getByRole('alertdialog');
    await dialog.getByText('Title of both, and hers').waitFor();
    await dialog.getByRole('button', { name: 'Discard mine' }).click();
    expect(await title.inputValue()).toBe('His title');
    // A box that was entered and left as it was shows what has been written since.
    await title.focus();
    await world.as.ben(`/tickets/${id}`, put({ ticket: { title: 'His next title', priority: 'Low' } }));
    await page.getByRole('button', { name: 'Priority: Low' }).waitFor();
    await title.blur();
    expect(await title.inputValue()).toBe('His next title');
    expect(await world.readTicket(ticketNo)).toMatchObject({ title: 'His next title' });
  });

  test('by a key in the list: the same field is a choice, another one is kept beside mine', async () => {
    const { id, ticketNo } = await world.createTicket('Quick keys');
    const page = await world.open(world.people.ana, world.path('?title=Quick'));
    await row(page, 'Quick keys').waitFor();
    await page.keyboard.press('p');
    await page.locator('.pick-input:focus').waitFor();
    await world.as.ben(`/tickets/${id}`, put({ ticket: { priority: 'Urgent' } }));
    await page.keyboard.type('low');
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('alertdialog');
    await dialog.getByText('Ben Agent changed the same as you').waitFor();
    await dialog.getByRole('button', { name: 'Discard mine' }).click();
    await row(page, 'Quick keys').getByRole('img', { name: 'Urgent' }).waitFor();
    expect(await world.readTicket(ticketNo)).toMatchObject({ priority: 'Urgent' });
    await page.keyboard.press('a');
    await page.locator('.pick-input:focus').waitFor();
    await world.as.ben(`/tickets/${id}`, put({ ticket: { priority: 'Low' } }));
    await page.keyboard.type('ana');
    await page.keyboard.press('Enter');
    expect(await doneTo(page, /is assigned to/)).toBe(ticketNo);
    expect(await world.readTicket(ticketNo)).toMatchObject({ priority: 'Low', assignee: { name: 'Ana Agent' } });
  });

  test('an undo takes back what I did, but not what somebody else has done since', async () => {
    const { id, ticketNo } = await world.createTicket('Taken back one');
    const other = await world.createTicket('Taken back two');
    const page = await world.open(world.people.ana, world.path('?title=Taken'));
    const set = async (what: string) => {
      await page.keyboard.press('p');
      await page.locator('.pick-input:focus').waitFor();
      await page.keyboard.type(what);
      await page.keyboard.press('Enter');
      await page.locator('.notice-text', { hasText: /changed$/ }).waitFor();
    };
    const undo = page.getByRole('button', { name: 'Undo', exact: true });
    await row(page, 'Taken back two').waitFor();
    await set('low');
    await world.as.ben(`/tickets/${other.id}`, put({ ticket: { priority: 'Urgent' } }));
    await undo.click();
    await notice(page, `Not undone: Ben Agent has changed ticket #${other.ticketNo} since`).waitFor();
    expect(await world.readTicket(other.ticketNo)).toMatchObject({ priority: 'Urgent' });
    await page.keyboard.press('Control+a');
    await set('important');
    await world.as.ben(`/tickets/${id}`, put({ ticket: { priority: 'Low' } }));
    await world.as.ben(`/tickets/${other.id}`, put({ ticket: { title: 'Taken back two, by him' } }));
    await undo.click();
    await notice(page, '1 changed, 1 not').waitFor();
    expect(await page.locator('.failures li').allTextContents()).toEqual([
      `#${ticketNo} Taken back oneBen Agent has changed it since.`,
    ]);
    expect(await world.readTicket(ticketNo)).toMatchObject({ priority: 'Low' });
    const kept = { priority: 'Urgent', title: 'Taken back two, by him' };
    expect(await world.readTicket(other.ticketNo)).toMatchObject(kept);
  });

  test('who change the same field choose, and no text is lost', async () => {
    const { id, ticketNo } = await world.createTicket('Same field');
    const page = await world.open(world.people.ana, world.path(`/tickets/${ticketNo}`));
    const begin = page.getByRole('button', { name: 'Add a description' });
    await begin.click();
    await page.locator('.tiptap:focus').waitFor();
    await page.keyboard.press('Escape');
    await begin.and(page.locator(':focus')).waitFor();
    await page.keyboard.press('Enter');
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

test('a help desk that is renamed and switched off says so on open pages, before anybody writes for nothing', async () => {
  const set = (instance: object) => world.as.olga('/instance', put({ instance }));
  const { ticketNo } = await world.createTicket('Read only');
  const page = await world.open(world.people.ana);
  const owners = await world.open(world.people.olga, world.path(`/tickets/${ticketNo}`));
  const off = (where: Page) => where.locator('.off-bar', { hasText: 'This help desk is switched off' });
  const dialog = page.getByRole('dialog');
  await owners.getByRole('heading', { name: 'History' }).waitFor();
  await page.getByRole('button', { name: 'New ticket' }).first().click();
  await dialog.getByRole('textbox', { name: 'Title' }).fill('For nothing');
  await page.getByRole('button', { name: 'Location: None' }).click();
  await page.getByRole('option', { name: 'Berlin' }).click();
  await page.context().setOffline(true);
  await dialog.getByRole('button', { name: 'Create ticket' }).click();
  // Why it was refused stands beside the buttons, wherever the form is scrolled to.
  await dialog.getByRole('alert').getByText('The server cannot be reached').waitFor();
  const [alert, body] = [(await dialog.getByRole('alert').boundingBox())!, (await dialog.boundingBox())!];
  expect(alert.y).toBeGreaterThan(body.y + body.height / 2);
  await page.context().setOffline(false);

  await set({ enabled: false, name: 'Service Desk' });
  await dialog.getByRole('alert').getByText('This help desk is switched off').waitFor();
  expect(await dialog.getByRole('button', { name: 'Create ticket' }).isDisabled()).toBe(true);
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await off(page).waitFor();
  expect(await off(page).getByRole('link').count()).toBe(0);
  await page.locator('.instance-name', { hasText: 'Service Desk' }).waitFor();
  expect(await page.title()).toBe('Tickets – Service Desk');
  await page.locator('.new-button[aria-disabled="true"]').waitFor();
  // Nothing is said of who is there, which would be refused.
  await row(page, 'Read only').click();
  await page.getByRole('heading', { name: 'History' }).waitFor();
  // What would be refused is not offered; nothing of this changes anything.
  const offered = () =>
    page
      .locator('.ticket, .ticket-row')
      .evaluateAll((parts) =>
        parts.flatMap((part) =>
          [...part.querySelectorAll('button:not(:disabled), input:not(:disabled), textarea')].map(
            (one) => one.getAttribute('aria-label') ?? one.textContent,
          ),
        ),
      );
  await page.locator('.comment-start:disabled').waitFor();
  expect(await offered()).toEqual(['Copy link', 'Open on its own page', 'Close', 'Comments only']);
  for (const key of ['r', 's', 'a', 'p', 'x']) await page.keyboard.press(key);
  expect(await page.locator('[role="dialog"], .selection-bar, .tiptap').count()).toBe(0);
  await set({ enabled: true });
  await page.getByRole('button', { name: 'Write a reply…' }).click();
  await page.locator('.comment-box .tiptap').fill('Half an answer');
  await set({ enabled: false });
  await page.locator('.comment-box').getByText('This help desk is switched off').waitFor();
  await page.locator('.comment-box .tiptap').pressSequentially(', then all of it');
  expect(await page.getByRole('button', { name: 'Send', exact: true }).isDisabled()).toBe(true);
  await page.keyboard.press('Control+Enter');
  await set({ enabled: true });
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await page.locator('.comment', { hasText: 'Half an answer, then all of it' }).waitFor();
  await set({ enabled: false });
  await off(page).waitFor();
  // A card stays where it is, and says why.
  await page.goto(world.server.url + world.path('/board'));
  await page.locator('.board-card', { hasText: 'Read only' }).focus();
  await page.keyboard.press('m');
  await page.getByRole('dialog').getByText('This help desk is switched off').waitFor();
  await page.keyboard.press('Escape');
  await off(owners).getByRole('link', { name: 'Switch it on' }).click();
  await owners.getByRole('switch', { name: 'The help desk takes tickets' }).waitFor();
  await set({ enabled: true, name: 'IT Help Desk' });
  await off(page).waitFor({ state: 'detached' });
  await page.locator('.new-button:not([aria-disabled])').waitFor();
});

test('whoever works tickets finds those assigned to them in the personal tab, and what is new for them', async () => {
  const { id, name, email } = world.people.ben;
  const { ticketNo } = await world.createTicket('For Ben', { assignee: { id, name, email } });
  await world.createTicket('For nobody yet');
  const page = await world.open(world.people.ben, '/tab/');
  await row(page, 'For Ben').waitFor();
  await page.locator('.view-tab[aria-current]', { hasText: 'Assigned to me' }).waitFor();
  expect(await row(page, 'For nobody yet').count()).toBe(0);
  // By somebody else in his name.
  await world.createTicket('Asked by Ben', { requestor: { id, name, email } });
  await page.getByRole('button', { name: 'New for me' }).click();
  await page.locator('.ticket-row.unseen', { hasText: 'For Ben' }).waitFor();
  await page.locator('.ticket-row.unseen', { hasText: 'Asked by Ben' }).waitFor();
  expect(await row(page, 'For nobody yet').count()).toBe(0);
  // What is seen at another window is no news at this one.
  await world.open(world.people.ben, world.path(`/tickets/${ticketNo}`));
  await page.locator('.ticket-row:not(.unseen)', { hasText: 'For Ben' }).waitFor();
  await page.locator('.ticket-row.unseen', { hasText: 'Asked by Ben' }).waitFor();
});

test('the states of the default workflow speak the language of the person, those of an own one its own', async () => {
  const { ticketNo } = await world.createTicket('In another language');
  const page = await world.open(world.people.ben, world.path(`/tickets/${ticketNo}`));
  await page.getByRole('button', { name: 'Status: Open' }).waitFor();
  await page.getByRole('button', { name: 'Ben Agent: settings' }).click();
  await page.getByRole('menuitemradio', { name: 'Deutsch' }).click();
  await page.getByRole('button', { name: 'Status: Offen' }).click();
  await page.getByRole('option', { name: 'In Arbeit' }).click();
  await doneTo(page, /hat jetzt den Status „In Arbeit“/);
  await page.locator('.timeline ins', { hasText: 'In Arbeit' }).waitFor();
  // So are days, also those that are typed.
  await page.getByRole('button', { name: /^Fällig/ }).click();
  await page.keyboard.type('24.12.2099');
  await page.getByRole('option', { name: '24. Dez. 2099' }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: /^Fällig: .*24\. Dezember 2099/ }).waitFor();
  await page.goto(world.server.url + world.path('/board'));
  await page.getByRole('heading', { name: 'In Arbeit' }).waitFor();
  const response = await world.as.olga('/instance');
  const { item } = (await response.json()) as { item: Instance };
  const [workflow] = item.workflows;
  const states = workflow!.states.map((state) => (state.id === 'started' ? { ...state, label: 'At work' } : state));
  await world.as.olga('/instance', put({ instance: { workflows: [{ ...workflow, states }] } }));
  await page.getByRole('heading', { name: 'At work' }).waitFor();
  await world.as.olga('/instance', put({ instance: { workflows: [workflow] } }));
});

describe('a member', () => {
  test('sees own requests only, no private note, and closes what is done, and opens it again with an answer', async () => {
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
    await page.locator('.view-tab[aria-current]', { hasText: 'My requests' }).waitFor();
    expect(await row(page, 'Of somebody else').count()).toBe(0);
    await row(page, 'Of Mia').getByRole('img', { name: /new$/ }).waitFor();
    await row(page, 'Of Mia').click();
    await page.locator('.comment', { hasText: 'for you' }).waitFor();
    expect(await page.getByText('between us').count()).toBe(0);
    expect(await page.getByRole('button', { name: 'Private note' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Status: Open' }).click();
    expect(await page.getByRole('option').allTextContents()).toEqual(['Resolved', 'Closed']);
    await page.getByRole('option', { name: 'Closed' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Close', exact: true }).click();
    await doneTo(page, /is now Closed/);
    expect(await world.readTicket(ticketNo)).toMatchObject({ statusId: 'closed' });
    await page.getByRole('button', { name: 'Write a reply…' }).click();
    await page.getByText('counts as done').waitFor();
    await page.locator('.tiptap:focus').waitFor();
    await page.keyboard.type('It is back');
    await page.getByRole('button', { name: 'Send and move to Reopened' }).click();
    await page.locator('.comment', { hasText: 'It is back' }).waitFor();
    await expectSoon(() => world.readTicket(ticketNo), { statusId: 'reopened' });
    await page.getByRole('button', { name: 'Write a reply…' }).click();
    await page.locator('.tiptap:focus').waitFor();
    expect(await page.getByText('counts as done').count()).toBe(0);
    // What is no longer theirs goes from their page by itself.
    const { id: personId, name, email } = world.people.ben;
    await world.as.ana(`/tickets/${id}`, put({ ticket: { requestor: { id: personId, name, email }, followers: [] } }));
    await row(page, 'Of Mia').waitFor({ state: 'detached' });
  });
});
