import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { doneTo, expectSoon, openWorld, row, type World } from './tab-world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
}, 90_000);
afterAll(() => world.close());

const personOf = (who: 'ana' | 'ben') => {
  const { id, name, email } = world.people[who];
  return { id, name, email };
};

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
    const told = `1 changed, 1 not. #${closed.ticketNo}: The workflow has no step from Closed to Started.`;
    await page.getByRole('status').getByText(told, { exact: true }).waitFor({ state: 'attached' });
    await page.locator('.failures li', { hasText: `#${closed.ticketNo} Mixed two` }).waitFor();
    await page.locator('.failures').getByText('no step from Closed to Started').waitFor();
    expect(await world.readTicket(open.ticketNo)).toMatchObject({ statusId: 'started' });
    expect(await world.readTicket(closed.ticketNo)).toMatchObject({ statusId: 'closed' });
  });
});
