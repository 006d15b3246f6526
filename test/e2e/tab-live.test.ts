import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { Instance } from '../../api/contract/instance.ts';
import { Live } from '../../api/core/live.ts';
import { doneTo, expectSoon, listSettled, openWorld, row, type World } from './tab-world.ts';

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

describe('a page shows what the server has', () => {
  /** Has one answer of the server wait on its way, until it is let through or lost. */
  async function delayed(page: Page, method: string, path: RegExp) {
    let isTaken = false;
    const answered = Promise.withResolvers<void>();
    const end = Promise.withResolvers<'arrives' | 'is lost'>();
    await page.route(
      (url) => path.test(url.pathname + url.search),
      async (route) => {
        if (isTaken || route.request().method() !== method) return route.fallback();
        isTaken = true;
        const response = await route.fetch();
        answered.resolve();
        // The page may have asked once more meanwhile, and want this answer no longer.
        if ((await end.promise) === 'arrives') await route.fulfill({ response }).catch(() => undefined);
        else await route.abort();
      },
    );
    return { answered: answered.promise, end: end.resolve };
  }
  const priority = (what: string) => put({ ticket: { priority: what } });

  test('when its answers come late, pass each other on the way, or are lost', async () => {
    await world.removeTickets('Late');
    const { id, ticketNo } = await world.createTicket('Late answer', { priority: 'Important' });
    const page = await world.open(world.people.ana, world.path('?title=Late'));
    const late = row(page, 'Late answer');
    await late.waitFor();
    // What changes while a list is on its way for the first time is in it.
    const listing = await delayed(page, 'GET', /tickets\?.*orderBy=title/);
    await page.getByRole('columnheader', { name: 'Title' }).getByRole('button').click();
    await listing.answered;
    await world.as.ben(`/tickets/${id}`, priority('Urgent'));
    await late.getByRole('img', { name: 'Urgent' }).waitFor();
    listing.end('arrives');

    // A change whose answer was lost is there, although it is told as one that failed.
    const change = await delayed(page, 'PUT', new RegExp(`tickets/${id}`));
    await page.keyboard.press('p');
    await page.locator('.pick-input:focus').waitFor();
    await page.keyboard.type('low');
    const heard = page.waitForResponse(/tickets\?.*orderBy=title/);
    await page.keyboard.press('Enter');
    await change.answered;
    await heard;
    change.end('is lost');
    await page.locator('.notice-text', { hasText: 'not changed' }).waitFor();
    await late.getByRole('img', { name: 'Low' }).waitFor();

    // An answer to what I did is older than what somebody else did since, and was heard before.
    await page.keyboard.press('o');
    const title = page.getByRole('textbox', { name: 'Title' });
    await title.waitFor();
    const mine = await delayed(page, 'PUT', new RegExp(`tickets/${id}`));
    await title.fill('Late answer, renamed');
    await page.keyboard.press('Enter');
    await mine.answered;
    await world.as.ben(`/tickets/${id}`, priority('Medium'));
    await page.getByRole('button', { name: 'Priority: Medium' }).waitFor();
    mine.end('arrives');
    expect(await doneTo(page, /changed/)).toBe(ticketNo);
    await page.getByRole('button', { name: 'Priority: Medium' }).waitFor();
  });

  test('in a list that was left, in one whose states get other names, after a break without a change and one without answers', async () => {
    await world.removeTickets('Left');
    const { ana } = world.people;
    const assignee = { id: ana.id, name: ana.name, email: ana.email };
    const { id } = await world.createTicket('Left for a while', { assignee });
    const page = await world.open(ana, '/tab/config.json');
    const isSettled = listSettled(page);
    await page.goto(world.server.url + world.path('?title=Left'));
    await row(page, 'Left for a while').waitFor();
    await isSettled;
    await page.locator('.scroller[aria-busy="false"]').waitFor();
    const isSeen = () => page.waitForResponse(/\/seen$/);
    const opened = isSeen();
    await page.keyboard.press('o');
    await opened;
    await world.createTicket('Left out before');
    const heard = isSeen();
    await world.as.ben(`/tickets/${id}/comments`, { ...put({ comment: 'For Ana' }), method: 'POST' });
    await heard;
    await page.goBack();
    await row(page, 'Left out before').waitFor();

    const { item } = (await (await world.as.olga('/instance')).json()) as { item: Instance };
    const [workflow] = item.workflows;
    const states = workflow!.states.map((state) => (state.id === 'open' ? { ...state, label: 'Fresh' } : state));
    await world.as.olga('/instance', put({ instance: { workflows: [{ ...workflow, states }] } }));
    await row(page, 'Left out before').getByText('Fresh').waitFor();
    await world.as.olga('/instance', put({ instance: { workflows: [workflow] } }));
    await row(page, 'Left out before').getByText('Open').waitFor();

    // The server ends what it tells a page that has heard of nothing yet.
    const { environment } = world.server;
    const quiet = await world.open(world.people.ben, world.path('?title=Left'));
    await row(quiet, 'Left out before').waitFor();
    environment.live.close();
    environment.live = new Live(environment.store);
    await world.as.olga('/instance', put({ instance: { name: 'Named in the break' } }));
    await quiet.locator('.instance-name', { hasText: 'Named in the break' }).waitFor();

    // What happens while the server has no answers is shown once it has them again.
    await quiet.clock.install();
    let refused = 0;
    await quiet.route(/tickets\?.*title=Left/, (route) => {
      refused++;
      return route.abort();
    });
    await world.as.ana(`/tickets/${id}`, put({ ticket: { title: 'Left while nobody answers' } }));
    await expectSoon(
      async () => {
        await quiet.clock.runFor(500);
        return { isGivenUp: refused >= 4 };
      },
      { isGivenUp: true },
    );
    // So that no reading is on its way that was begun while it was refused.
    await quiet.clock.runFor(10_000);
    await quiet.unrouteAll({ behavior: 'wait' });
    await expectSoon(
      async () => {
        await quiet.clock.runFor(10_000);
        return { count: await row(quiet, 'Left while nobody answers').count() };
      },
      { count: 1 },
    );
    await world.as.olga('/instance', put({ instance: { name: 'IT Help Desk' } }));
  });

  test('in more windows of a browser than it opens connections: they share what one of them hears, whichever goes or falls silent', async () => {
    await world.removeTickets('Shared');
    const { id } = await world.createTicket('Shared by all');
    const first = await world.open(world.people.ana, '/livez');
    const context = first.context();
    const streams: Page[] = [];
    context.on('request', (request) => {
      if (request.url().endsWith('/events')) streams.push(request.frame().page());
    });
    const windows = [first];
    for (let count = 1; count < 8; count++) windows.push(await context.newPage());
    for (const page of windows) {
      await page.goto(world.server.url + world.path('?title=Shared'));
      await row(page, 'Shared by all').waitFor();
    }
    /** Everybody who is left hears of a change. */
    const allHear = async (title: string) => {
      await world.as.ben(`/tickets/${id}`, put({ ticket: { title } }));
      await Promise.all(windows.map((page) => row(page, title).waitFor()));
    };
    await allHear('Shared by eight');
    expect(streams).toEqual([first]);

    await windows.shift()!.close();
    await allHear('Shared by seven');
    expect(streams).toHaveLength(2);

    // The one that leads now is put to sleep by its browser; somebody looks at another one a while later.
    const asleep = streams[1]!;
    const [awake] = windows.filter((page) => page !== asleep);
    const browser = await context.newCDPSession(asleep);
    await browser.send('Page.setWebLifecycleState', { state: 'frozen' });
    await world.as.ben(`/tickets/${id}`, put({ ticket: { title: 'Shared in its sleep' } }));
    const heard = awake!.waitForResponse(/\/events$/);
    await awake!.clock.setSystemTime(Date.now() + 60_000);
    await awake!.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
    await heard;
    await browser.send('Page.setWebLifecycleState', { state: 'active' });
    await allHear('Shared by all again');
    expect(streams).toEqual([first, asleep, awake]);
    await context.close();
  });

  test.each([
    ['BroadcastChannel = class { constructor() { throw new DOMException("", "SecurityError"); } }'],
    ['navigator.locks.request = () => Promise.reject(new DOMException("", "SecurityError"))'],
    ['Object.defineProperty(navigator, "locks", { value: undefined })'],
  ])('in windows that may not know of each other: %s', async (refusal) => {
    await world.removeTickets('Alone');
    const { id } = await world.createTicket('Alone each');
    const page = await world.open(world.people.ana, '/livez');
    const windows = [page, await page.context().newPage()];
    await page.context().addInitScript(refusal);
    for (const one of windows) {
      await one.goto(world.server.url + world.path('?title=Alone'));
      await row(one, 'Alone each').waitFor();
    }
    await world.as.ben(`/tickets/${id}`, put({ ticket: { title: 'Alone and told' } }));
    for (const one of windows) await row(one, 'Alone and told').waitFor();
    await page.context().close();
  });

  test('when nobody touches it over midnight: today becomes yesterday, what is due comes into the list, what is overdue too', async () => {
    await world.removeTickets('Night');
    const evening = (minute: number) => new Date(2026, 0, 31, 23, minute);
    await world.createTicket('Night shift', { expectedDate: evening(59).toISOString() });
    await world.createTicket('Night after', { expectedDate: new Date(2026, 1, 1, 12).toISOString() });
    const dueToday = await world.open(world.people.ana, '/livez');
    const overdue = await dueToday.context().newPage();
    const pages = [
      [dueToday, '?title=Night&expectedDateBefore=%2B1', 'Night shift'],
      [overdue, '?title=Night&expectedDateBefore=now', 'No ticket matches'],
    ] as const;
    for (const [page, query, shown] of pages) {
      await page.clock.install({ time: evening(57) });
      await page.goto(world.server.url + world.path(query));
      await page.getByText(shown).waitFor();
    }
    const due = row(dueToday, 'Night shift').locator('.cell.expectedDate');
    await due.locator('.quiet', { hasText: '23:59' }).waitFor();
    expect(await row(dueToday, 'Night after').count()).toBe(0);

    await dueToday.clock.fastForward('05:00');
    await due.locator('.late', { hasText: 'Yesterday' }).waitFor();
    await row(dueToday, 'Night shift').locator('.lastInteraction', { hasText: 'Yesterday' }).waitFor();
    await row(dueToday, 'Night after').waitFor();
    await overdue.clock.fastForward('05:00');
    await row(overdue, 'Night shift').waitFor();
    await dueToday.context().close();
  });
});
