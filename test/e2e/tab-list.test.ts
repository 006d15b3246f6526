import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { Instance } from '../../api/contract/instance.ts';
import { BASE_PATH } from '../../api/contract/wire.ts';
import { listSettled, notice, openWorld, row, type World } from './tab-world.ts';

let world: World;
let page: Page;
beforeAll(async () => {
  world = await openWorld();
  await world.createTicket('Alpha printer', { priority: 'Urgent' });
  await world.createTicket('Bravo laptop', { priority: 'Low', assignee: person(world.people.ana) });
  await world.createTicket('Charlie screen', { priority: 'Medium', requestor: person(world.people.ben) });
  page = await world.open(world.people.ana);
  await row(page, 'Alpha printer').waitFor();
}, 90_000);
afterAll(() => world.close());

const person = ({ id, name, email }: World['people']['ana']) => ({ id, name, email });

const titles = () => page.locator('.ticket-row .ticket-title').allTextContents();

/** Waits until the list shows exactly these, in this order. */
async function shows(...expected: string[]): Promise<void> {
  const isShown = (wanted: string) => {
    const titles = Reflect.get(globalThis, 'document').querySelectorAll('.ticket-row .ticket-title');
    return [...titles].map((one) => one.textContent).join('\n') === wanted;
  };
  await page.waitForFunction(isShown, expected.join('\n')).catch(() => undefined);
  expect(await titles()).toEqual(expected);
}

async function filterBy(name: string, ...values: string[]): Promise<void> {
  await page.getByRole('button', { name: 'Filter', exact: true }).click();
  await page.getByRole('combobox', { name: 'Filter by…' }).fill(name);
  await page.getByRole('option', { name, exact: true }).first().click();
  for (const value of values) await page.getByRole('option', { name: value }).first().click();
  await page.keyboard.press('Escape');
}

const clear = () => page.goto(world.server.url + world.path('?view=all'));

describe('the list', () => {
  test('is filtered by several priorities and sources', async () => {
    await clear();
    await filterBy('Priority', 'Urgent', 'Low');
    await shows('Bravo laptop', 'Alpha printer');
    expect(page.url()).toContain('priority=Urgent%2CLow');
    await filterBy('Source', 'Email', 'Bot');
    await page.getByText('No ticket matches').waitFor();
    await page.getByRole('button', { name: 'Source Email, Bot' }).click();
    await page.getByRole('option', { name: 'Tab' }).click();
    await page.keyboard.press('Escape');
    await shows('Bravo laptop', 'Alpha printer');
  });

  test('is filtered by who asked, found by typing, by nobody in charge and by whoever looks', async () => {
    await clear();
    await filterBy('Requestor', 'Ben Agent');
    await shows('Charlie screen');
    await page.getByRole('button', { name: 'Remove filter Requestor' }).click();
    await filterBy('Assignee', 'Nobody');
    await shows('Charlie screen', 'Alpha printer');
    await page.getByRole('button', { name: 'Assignee Nobody' }).click();
    await page.getByRole('option', { name: 'Me whoever looks at the list' }).click();
    await shows('Bravo laptop');
    expect(page.url()).toContain('assigneeId=me');
  });

  test('is filtered by a text, by a number and by a day', async () => {
    await clear();
    await page.getByRole('button', { name: 'Filter', exact: true }).click();
    await page.getByRole('option', { name: 'Title contains' }).click();
    await page.getByRole('combobox', { name: 'Type a text' }).fill('screen');
    await page.keyboard.press('Enter');
    await shows('Charlie screen');
    await page.goto(world.server.url + world.path('?ticketNo=1'));
    await shows('Alpha printer');
    await page.goto(world.server.url + world.path('?createdBefore=2026-01-01'));
    await page.getByText('No ticket matches').waitFor();
    await page.getByRole('button', { name: 'Clear all' }).click();
    await shows('Charlie screen', 'Bravo laptop', 'Alpha printer');
  });

  test('is sorted by a column, either way, and the address keeps it', async () => {
    await clear();
    await page.getByRole('columnheader', { name: 'Title' }).getByRole('button').click();
    await shows('Alpha printer', 'Bravo laptop', 'Charlie screen');
    await page.getByRole('columnheader', { name: 'Title' }).getByRole('button').click();
    await shows('Charlie screen', 'Bravo laptop', 'Alpha printer');
    await page.reload();
    await shows('Charlie screen', 'Bravo laptop', 'Alpha printer');
    expect(await page.getByRole('columnheader', { name: 'Title' }).getAttribute('aria-sort')).toBe('descending');
    // By what has no column, and where there are none.
    await page.setViewportSize({ width: 360, height: 800 });
    await page.getByRole('button', { name: 'Columns and order' }).click();
    await page.getByRole('combobox', { name: 'Sort by' }).selectOption('Requestor email');
    await page.getByRole('button', { name: 'Ascending' }).click();
    await page.getByRole('button', { name: 'Descending' }).waitFor();
    await page.keyboard.press('Escape');
    await page.setViewportSize({ width: 1280, height: 800 });
    await shows('Bravo laptop', 'Alpha printer', 'Charlie screen');
  });

  test('has the columns that a person chose, also after a reload', async () => {
    await clear();
    await page.getByRole('button', { name: 'Columns' }).click();
    await page.getByRole('checkbox', { name: 'Requestor' }).uncheck();
    const isSaved = page.waitForResponse(
      async (response) => (await response.request().postData())?.includes('origin') ?? false,
    );
    await page.getByRole('checkbox', { name: 'Source' }).check();
    await page.keyboard.press('Escape');
    await page.getByRole('columnheader', { name: 'Source' }).waitFor();
    await isSaved;
    await page.reload();
    await page.getByRole('columnheader', { name: 'Source' }).waitFor();
    await page.setViewportSize({ width: 700, height: 800 });
    await page.getByRole('columnheader', { name: 'Source' }).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Columns' }).click();
    await page.getByRole('checkbox', { name: 'Source (no room at this width)' }).waitFor();
    await page.keyboard.press('Escape');
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.getByRole('columnheader', { name: 'Source' }).waitFor();
    expect(await page.getByRole('columnheader', { name: 'Requestor' }).count()).toBe(0);
  });

  test('has the fields of the help desk as columns, each in its form, for as long as an owner shows them', async () => {
    const response = await world.as.olga('/instance');
    const { customFieldsLeft, customFieldsRight, customFields } = ((await response.json()) as { item: Instance }).item;
    const values: Record<string, unknown> = {
      Location: ['b'],
      Services: ['m', 'v'],
      Colleagues: [person(world.people.ana), person(world.people.ben)],
      Steps: 'Open it\nClose it',
      'Asset tag': 'A-17',
      'Blocks my work': true,
      'Needed on': '2027-02-03',
    };
    const given = customFields.map(({ id, title }) => [id, values[title]]);
    const { ticketNo } = await world.createTicket('Fielded', { customFields: Object.fromEntries(given) });
    const filterBy = (title: string, value: string) =>
      `customFields.${customFields.find((one) => one.title === title)!.id}=${value}`;
    // Counted from today, and by whoever looks: as in a view that is to mean the same tomorrow and to others.
    const today = new Date();
    const inDays = Math.round(
      (Date.UTC(2027, 1, 3) - Date.UTC(today.getFullYear(), today.getMonth(), today.getDate())) / 86_400_000,
    );
    const fromToday = encodeURIComponent(`${inDays < 0 ? '' : '+'}${inDays}`);
    const query = [filterBy('Location', 'b'), filterBy('Colleagues', 'me'), filterBy('Needed on', fromToday)].join('&');
    const his = await world.open(world.people.ben, world.path(`?ticketNo=${ticketNo}&${query}`), { width: 2200 });
    const chips = his.locator('.chip');
    const cells = his.locator('.ticket-row .cell.custom');
    const location = his.getByRole('columnheader', { name: 'Location' });
    const columns = his.getByRole('button', { name: 'Columns' });
    await row(his, 'Fielded').waitFor();
    await columns.click();
    for (const title of Object.keys(values)) await his.getByRole('checkbox', { name: title }).check();
    await his.keyboard.press('Escape');
    await location.waitFor();
    const shown = ['Berlin', 'Mail, VPN', 'AABAAna Agent, Ben Agent', 'Open it\nClose it', 'A-17', '✓', '3 Feb 2027'];
    expect(await cells.allTextContents()).toEqual(shown);
    const setFields = (instance: object) =>
      world.as.olga('/instance', {
        method: 'PUT',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ instance }),
      });
    const setLocation = (status: string) =>
      setFields({
        customFieldsLeft: customFieldsLeft.map((one) => (one.title === 'Location' ? { ...one, status } : one)),
      });
    await setLocation('hidden');
    await location.waitFor({ state: 'detached' });
    expect(await chips.allTextContents()).toEqual([
      `Number ${ticketNo}`,
      'Location Berlin',
      'Colleagues Me',
      'Needed on 3 Feb 2027',
    ]);
    await columns.click();
    expect(await his.getByRole('checkbox', { name: 'Location' }).count()).toBe(0);
    await his.getByRole('checkbox', { name: 'Services' }).uncheck();
    await his.keyboard.press('Escape');
    await setLocation('visible');
    await location.waitFor();
    expect(await cells.allTextContents()).toEqual(shown.filter((text) => text !== 'Mail, VPN'));

    // A filter by a field that is removed is none, and says so until it is taken off.
    await his.goto(world.server.url + world.path(`?${filterBy('Needed on', '2027-02-04')}`));
    await his.getByText('No ticket matches').waitFor();
    await setFields({ customFieldsRight: customFieldsRight.filter(({ title }) => title !== 'Needed on') });
    await row(his, 'Fielded').first().waitFor();
    await his.getByRole('link', { name: 'Board' }).click();
    await his.locator(`.board-card[data-no="${ticketNo}"]`).waitFor();
    await his.getByRole('button', { name: 'Remove filter A field that is gone' }).click();
    expect(await chips.count()).toBe(0);
  });

  test('is saved under a name and shared with the others; changed, renamed, opened first and deleted by who owns it', async () => {
    const bar = page.locator('.view-bar');
    const menu = async (name: string) => {
      await page.getByRole('button', { name: 'More for this view' }).click();
      await page.getByRole('menuitem', { name }).click();
    };
    await page.goto(world.server.url + world.path('?priority=Urgent'));
    await shows('Alpha printer');
    await page.getByRole('button', { name: 'Save view' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('On fire');
    await page.getByRole('switch', { name: 'Share with everybody' }).click();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await bar.getByRole('button', { name: 'On fire' }).waitFor();
    const his = await world.open(world.people.ben);
    await his.getByRole('button', { name: 'On fire' }).click();
    await row(his, 'Bravo laptop').waitFor({ state: 'detached' });
    await row(his, 'Alpha printer').waitFor();

    // What it shows is changed for a moment, then for everybody, then back.
    const due = page.getByRole('columnheader', { name: 'Due' });
    await page.getByRole('button', { name: 'Columns' }).click();
    await page.getByRole('checkbox', { name: 'Due' }).uncheck();
    await page.keyboard.press('Escape');
    await filterBy('Status', 'Open', 'Started');
    await bar.getByText('(changed)').waitFor();
    await page.reload();
    await bar.getByText('(changed)').waitFor();
    await due.waitFor({ state: 'detached' });
    await bar.getByRole('button', { name: 'Unresolved' }).click();
    await due.waitFor();
    await page.goBack();
    await page.getByRole('button', { name: 'Save changes' }).click();
    await notice(page, 'View “On fire” saved').waitFor();
    await bar.getByText('(changed)').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Undo' }).click();
    await bar.getByText('(changed)').waitFor();
    await page.getByRole('button', { name: 'Save changes' }).click();
    await notice(page, 'View “On fire” saved').waitFor();

    // He has the old one still: what he may not change he keeps as another, under a name that is free.
    await his.getByRole('columnheader', { name: 'Title' }).getByRole('button').click();
    expect(await his.getByRole('button', { name: 'Save changes' }).count()).toBe(0);
    await his.getByRole('button', { name: 'Save as a new view' }).click();
    await his.getByRole('textbox', { name: 'Name' }).fill('on Fire');
    await his.getByText('There is a view of this name already.').waitFor();
    await his.keyboard.press('Escape');
    await his.getByRole('button', { name: 'More for this view' }).click();
    expect(await his.getByRole('menuitem').allTextContents()).toEqual(['Open this view first']);

    await menu('Rename or share…');
    await page.getByRole('textbox', { name: 'Name' }).fill('Burning');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await bar.getByRole('button', { name: 'Burning' }).waitFor();
    // He sees it, too, without asking.
    const hisBar = his.locator('.view-bar');
    await hisBar.getByRole('button', { name: 'Burning' }).waitFor();
    const isKept = page.waitForResponse('**/me/preferences');
    await menu('Open this view first');
    await isKept;
    await page.goto(world.server.url + world.path());
    await shows('Alpha printer');
    await due.waitFor({ state: 'detached' });
    await menu('Delete view');
    await bar.getByRole('button', { name: 'Burning' }).waitFor({ state: 'detached' });
    await hisBar.getByRole('button', { name: 'Burning' }).waitFor({ state: 'detached' });
    await page.goto(world.server.url + world.path());
    await shows('Fielded', 'Charlie screen', 'Bravo laptop', 'Alpha printer');
  });

  test('shows a long title on a narrow page as two lines, and nothing of the third', async () => {
    const title = 'The printer beside the kitchen prints nothing but empty pages since it was moved there '.repeat(2);
    await world.createTicket(title, { assignee: person(world.people.ben) });
    const his = await world.open(world.people.ben, world.path('?title=kitchen'), { width: 360 });
    const shown = his.locator('.ticket-card.unseen .ticket-title');
    await shown.waitFor();
    const { clientHeight, lineHeight } = await shown.evaluate((element) => ({
      clientHeight: element.clientHeight,
      lineHeight: Number.parseFloat(Reflect.get(globalThis, 'getComputedStyle')(element).lineHeight),
    }));
    expect(clientHeight).toBe(2 * lineHeight);
  });

  test('tells what was done above the bar of what is selected', async () => {
    await page.goto(world.server.url + world.path('?title=Bravo'));
    await row(page, 'Bravo laptop').waitFor();
    await page.getByRole('checkbox', { name: 'Select all' }).check();
    await page.getByRole('button', { name: 'Set priority…' }).click();
    await page.getByRole('option', { name: 'Important' }).click();
    await page.locator('.notice').waitFor();
    // It rises to its place.
    await page.evaluate(
      `Promise.all(document.querySelector('.notice').getAnimations().map(({ finished }) => finished)).then(() => undefined)`,
    );
    const bar = (await page.getByRole('toolbar', { name: '1 selected' }).boundingBox())!;
    const notice = (await page.locator('.notice').boundingBox())!;
    expect(notice.y + notice.height).toBeLessThan(bar.y);
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.locator('.notice-text', { hasText: 'Undone' }).waitFor();
  });

  test('finds a ticket or does a command with Ctrl+K', async () => {
    await clear();
    await row(page, 'Bravo laptop').waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').fill('bravo');
    await page.getByRole('option', { name: /Bravo laptop/ }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('textbox', { name: 'Title' }).waitFor();
    expect(await page.getByRole('textbox', { name: 'Title' }).inputValue()).toBe('Bravo laptop');
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').fill('board');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/board$/);
    // A saved view, also where one that every help desk has shows the same.
    const view = { name: 'Everything', query: '', columns: ['title', 'origin'], isShared: false };
    await world.as.ana(`/views/${crypto.randomUUID()}`, {
      method: 'PUT',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(view),
    });
    await page.reload();
    await page.getByRole('region', { name: 'Board' }).waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').fill('every');
    await page.getByRole('option', { name: 'Everything' }).click();
    await page.locator('.view-tab[aria-current]', { hasText: 'Everything' }).waitFor();
    await page.getByRole('columnheader', { name: 'Source' }).waitFor();
  });

  test('reads further pages when it is scrolled, and draws only what can be seen', async () => {
    await world.removeTickets('Many');
    const many = await Promise.all(
      Array.from({ length: 310 }, (_, number) => world.createTicket(`Many ${String(number).padStart(3, '0')}`)),
    );
    const isSettled = listSettled(page);
    await page.goto(world.server.url + world.path('?title=Many&orderBy=title&order=ASC'));
    await row(page, 'Many 000').waitFor();
    await page.locator('.count', { hasText: '310 tickets' }).waitFor();
    await isSettled;
    await page.locator('.scroller[aria-busy="false"]').waitFor();
    expect(await page.locator('.ticket-row').count()).toBeLessThan(60);
    // To the end of what has been read, which grows on the way there.
    for (let pages = 0; pages < 20 && !(await row(page, 'Many 309').isVisible()); pages++) {
      await page.keyboard.press('End');
      await page.locator('.scroller[aria-busy="false"]').waitFor();
    }
    await row(page, 'Many 309').waitFor();
    expect(await page.locator('.ticket-row').count()).toBeLessThan(60);
    // Of many that change at once, it reads those that it has and nothing else.
    const { id: other } = await world.createTicket('Elsewhere');
    const read: string[] = [];
    page.on('request', (request) => read.push(new URL(request.url()).pathname.split('/').at(-1)!));
    const changed = [other, ...many.slice(-40).map(({ id }) => id)];
    const body = JSON.stringify({ ticketIds: changed, ticket: { priority: 'Urgent' } });
    await world.as.ana('/tickets/bulk', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
    await row(page, 'Many 309').getByRole('img', { name: 'Urgent' }).waitFor();
    await page.keyboard.press('PageUp');
    await page.keyboard.press('PageUp');
    await row(page, 'Many 280').getByRole('img', { name: 'Urgent' }).waitFor();
    expect(read.filter((name) => changed.includes(name)).toSorted()).toEqual(changed.slice(1).toSorted());
    // What leaves the list goes a moment later, and what comes to it comes to its place.
    await page.locator('.count', { hasText: '310 tickets' }).waitFor();
    const put = (body: object) => ({
      method: 'PUT',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    await world.as.ana(`/tickets/${many[300]!.id}`, put({ ticket: { title: 'Gone from here' } }));
    await world.as.ana(`/tickets/${other}`, put({ ticket: { title: 'Many 299, and one' } }));
    await world.as.olga(`/tickets/${many[301]!.id}`, { method: 'DELETE' });
    await page.locator('.count', { hasText: '309 tickets' }).waitFor();
    await page.keyboard.press('End');
    await row(page, 'Many 299, and one').waitFor();
    expect(await row(page, 'Gone from here').count()).toBe(0);
  });

  test('shows on each ticket that it is late or nearly, and why, in the list, on a narrow page and on the board', async () => {
    const workingHours = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, from: '00:00', to: '24:00' }));
    const targets = [{ priority: 'Important', firstResponseMinutes: 30, resolutionMinutes: 120 }];
    const sla = { timezone: 'UTC', workingHours, holidays: [], targets, warningPercent: 50, escalateTo: [] };
    const body = JSON.stringify({ instance: { sla } });
    await world.as.olga('/instance', { method: 'PUT', headers: { 'Content-Type': 'application/json' }, body });
    const inMinutes = (minutes: number) => new Date(world.server.clock.now().getTime() + minutes * 60_000);
    const due = { priority: 'Low', expectedDate: inMinutes(60).toISOString() };
    await world.createTicket('Late free', { priority: 'Low', expectedDate: inMinutes(9000).toISOString() });
    const done = await world.createTicket('Late done', due);
    await world.createTicket('Late due', due);
    await world.createTicket('Late soon', { ...due, expectedDate: inMinutes(200).toISOString() });
    await world.createTicket('Late promise', { priority: 'Important' });
    await page.clock.setFixedTime(inMinutes(90));
    const signs = () =>
      page
        .locator('.late-sign')
        .evaluateAll((all) =>
          all.map(
            (sign) =>
              `${sign.closest('[data-no]')?.textContent?.match(/Late (free|done|due|soon|promise)/)?.[0]} ${sign.className}: ${sign.title}`,
          ),
        );
    const titlesOf = async () => (await signs()).map((sign) => sign.split(':')[0]).toSorted();
    await page.goto(world.server.url + world.path('?title=Late&orderBy=ticketNo&order=ASC&isResolved=false'));
    await row(page, 'Late promise').locator('.late-sign').waitFor();
    expect((await signs()).map((sign) => sign.replace(/,? \w+, \d.*?\d\d:\d\d/g, ' DATE'))).toEqual([
      'Late done late-sign late: Late: was due on DATE',
      'Late due late-sign late: Late: was due on DATE',
      'Late soon late-sign soon: Due soon: DATE',
      'Late promise late-sign late: First response late: was promised by DATE\nResolution promised by DATE',
    ]);
    const move = { method: 'PUT', headers: { 'Content-Type': 'application/json' } };
    await world.as.ana(`/tickets/${done.id}/status`, { ...move, body: JSON.stringify({ status: 'Resolved' }) });
    const still = ['Late due late-sign late', 'Late promise late-sign late', 'Late soon late-sign soon'];
    await page.goto(world.server.url + world.path('?title=Late'));
    await row(page, 'Late done').waitFor();
    expect(await titlesOf()).toEqual(still);
    await page.setViewportSize({ width: 360, height: 800 });
    await page.locator('.ticket-card .late-sign').first().waitFor();
    expect(await titlesOf()).toEqual(still);
    await page.goto(world.server.url + world.path('/board?title=Late'));
    await page.locator('.board-card .late-sign').first().waitFor();
    expect(await titlesOf()).toEqual(still);
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.goto(world.server.url + world.path());
    // What was due an hour ago is late, although its day is not over.
    await page.getByRole('button', { name: 'Overdue' }).click();
    await shows('Late due');
  });

  test('has its days by the clock that a person has set, and takes no day that there is not', async () => {
    const set = async (timezone: string) => {
      const headers = {
        'Content-Type': 'application/json',
        Authorization: `Bearer ${await world.server.token(world.people.ben)}`,
      };
      const body = JSON.stringify({ timezone });
      await fetch(`${world.server.url}${BASE_PATH}/me/preferences`, { method: 'PUT', headers, body });
    };
    const today = world.server.clock.now().toISOString().slice(0, 10);
    const tomorrow = new Date(Date.parse(today) + 86_400_000).toISOString().slice(0, 10);
    await world.removeTickets('Far east');
    await world.createTicket('Far east', { expectedDate: `${tomorrow}T05:00:00Z` });
    await set('Pacific/Kiritimati');
    const his = await world.open(world.people.ben, '/livez');
    // Where he is, it is tomorrow already.
    await his.clock.setFixedTime(`${today}T12:00:00Z`);
    const asked = his.waitForRequest((request) => request.url().includes(`expectedDateAfter=${tomorrow}`));
    await his.goto(world.server.url + world.path('?title=east&expectedDateAfter=%2B0'));
    await asked;
    await row(his, 'Far east').locator('.expectedDate', { hasText: '19:00' }).waitFor();
    await his.goto(world.server.url + world.path('?createdBefore=2026-13-45'));
    await his.getByRole('alert').waitFor();
    await his.locator('.chip', { hasText: 'Created before 2026-13-45' }).getByRole('button').first().click();
    await his.getByRole('combobox').fill('2026-13-46');
    await his.locator('.pick-empty').waitFor();
    expect(await his.getByRole('option').count()).toBe(0);
    await set('');
  });
});
