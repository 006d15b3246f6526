import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { violationsIn } from './every-look.ts';
import { openWorld, type World } from './tab-world.ts';

let world: World;
let page: Page;
beforeAll(async () => {
  world = await openWorld();
  const { ana, ben } = world.people;
  const by = ({ id, name, email }: typeof ana) => ({ assignee: { id, name, email } });
  // The server's clock stands at the end of January: three tickets on one day, one two days later.
  const { id } = await world.createTicket('Resolved an hour later', { ...by(ana), priority: 'Urgent' });
  await world.createTicket('Open', by(ana));
  await world.createTicket('Open as well', by(ben));
  world.server.clock.advance(60 * 60_000);
  // By the key, for nobody's sign-in holds so long.
  const { client } = world.instance;
  await client('updateTicketStatus', { ticketId: id, status: 'Resolved', resolution: 'fixed' });
  world.server.clock.advance(2 * 24 * 60 * 60_000);
  const { id: requestorId, name, email } = world.people.mia;
  await client('createTicket', { ticket: { title: 'Two days later', requestor: { id: requestorId, name, email } } });
  page = await world.open(ana, world.path('/reports?from=2026-01-28&to=2026-02-03'));
  await page.locator('.figure-card').first().waitFor();
}, 90_000);
afterAll(() => world.close());

const card = (name: string) => page.locator('.figure-card').filter({ has: page.getByText(name, { exact: true }) });
const figure = async (name: string) => (await card(name).locator('.figure-value').textContent())!;
const frame = (title: string) => page.getByRole('region', { name: title, exact: true });
const cells = async (title: string) => {
  const texts = await frame(title)
    .locator('tbody tr')
    .evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent)));
  return texts as string[][];
};

describe('the reports', () => {
  test('show the figures of the period', async () => {
    expect(await figure('Created')).toBe('4');
    expect(await figure('Resolved')).toBe('1');
    expect(await figure('Open now')).toBe('3');
    expect(await figure('Time to resolution')).toBe('1 h');
  });

  test('compare them with as many days before', async () => {
    await page.goto(`${world.server.url}${world.path('/reports?from=2026-02-01&to=2026-02-03')}`);
    await card('Created').getByText('67 % less than in the 3 days before (3)').waitFor();
    await page.goto(`${world.server.url}${world.path('/reports?from=2026-01-28&to=2026-02-03')}`);
    await card('Created').getByText('more than in the 7 days before (0)').waitFor();
  });

  test('say each chart in a sentence and as a table', async () => {
    await frame('In and out, day by day').getByText('4 tickets were created and 1 resolved.').waitFor();
    // The chart is heard in the words of the page, which have translations.
    await frame('In and out, day by day').getByRole('group', { name: 'Created', exact: true }).waitFor();
    const names = "[...document.querySelectorAll('.chart-box [aria-label]')].map((part) => part.ariaLabel).join()";
    expect(await page.evaluate(names)).not.toMatch(/chart with|line \d|category \d|series and|Legends/);
    await frame('In and out, day by day').locator('summary').click();
    const days = await cells('In and out, day by day');
    expect(days.length).toBe(7);
    expect(days.filter(([, created, resolved]) => created !== '0' || resolved !== '0')).toEqual([
      ['31 Jan 2026', '3', '1'],
      ['2 Feb 2026', '1', '0'],
    ]);
    await frame('Open tickets by age').getByText('3 tickets are open').waitFor();
    for (let index = 0; index < 4; index++)
      await page.locator('.chart-box').nth(index).locator('svg').first().waitFor();
  });

  test('count in groups, and remember in the address by what', async () => {
    await frame('By assignee').waitFor();
    expect(
      (await cells('By assignee')).map(([name, created, resolved, open]) => [name, created, resolved, open]).toSorted(),
    ).toEqual([
      ['Ana Agent', '2', '1', '1'],
      ['Ben Agent', '1', '0', '1'],
      ['Nobody', '1', '0', '1'],
    ]);
    const links = await frame('By assignee').locator('tbody').getByRole('link').all();
    const queries = await Promise.all(links.map(async (link) => (await link.getAttribute('href'))!.split('?')[1]));
    const { ana, ben } = world.people;
    expect(queries.toSorted()).toEqual([ana.id, ben.id, 'none'].map((id) => `assigneeId=${id}`).toSorted());
    await page.getByLabel('Group by').selectOption('Location');
    await frame('By “Location”').waitFor();
    await page.getByLabel('Group by').selectOption('Priority');
    await frame('By priority').waitFor();
    await page.reload();
    await frame('By priority').waitFor();
    expect((await cells('By priority')).map(([name, created]) => [name, created])).toEqual([
      ['Medium', '3'],
      ['Urgent', '1'],
    ]);
  });

  test.each([
    ['CSV', 'csv', /^\xef\xbb\xbfkey/],
    ['Excel', 'xlsx', /^PK/],
  ])('are downloaded as %s', async (name, ending, beginning) => {
    const waiting = page.waitForEvent('download');
    await page.getByRole('button', { name: `Download as ${name}` }).click();
    const download = await waiting;
    expect(download.suggestedFilename()).toBe(`priority-2026-01-28-2026-02-03.${ending}`);
    expect(await readFile(await download.path(), 'latin1')).toMatch(beginning);
  });

  test('take another period from the picker', async () => {
    await page.getByLabel('Period', { exact: true }).selectOption('Last 7 days');
    await page.waitForURL(/period=7/);
    await page.getByLabel('Period', { exact: true }).selectOption('From … to …');
    // Typed in the browser's order: on the way it is after the last day, and in the year 2.
    await page.getByLabel('First day').focus();
    await page.keyboard.type('12202025');
    await page.waitForURL(/from=2025-12-20/);
  });

  test('are of a filter’s tickets alone, by mouse and by keyboard; the address, the file and the list keep it', async () => {
    await page.goto(`${world.server.url}${world.path('/reports?from=2026-01-28&to=2026-02-03&by=priority')}`);
    const bar = page.getByRole('group', { name: 'Filters' });
    const another = bar.getByRole('button', { name: 'Filter', exact: true });
    const created = (count: string) => card('Created').locator('.figure-value').getByText(count, { exact: true });
    await another.click();
    const offered = page.getByRole('listbox', { name: 'Filter by…' }).getByRole('option');
    expect(await offered.allTextContents()).toEqual(['Priority', 'Assignee', 'Requestor', 'Tag']);
    await offered.filter({ hasText: 'Assignee' }).click();
    await page.getByRole('listbox', { name: 'Assignee' }).getByRole('option', { name: 'Ana Agent' }).click();
    await created('2').waitFor();
    await another.press('Enter');
    await page.keyboard.type('prio');
    await page.keyboard.press('Enter');
    await page.getByRole('combobox', { name: 'Priority' }).pressSequentially('urg');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    await created('1').waitFor();
    await page.reload();
    await created('1').waitFor();
    expect(await figure('Open now')).toBe('0');
    await page.getByRole('status').getByText('Only tickets with Priority: Urgent; Assignee: Ana Agent.').waitFor();
    await frame('In and out, day by day').getByText('1 resolved. The most').getByText('Only tickets with').waitFor();
    expect(await violationsIn(page)).toEqual([]);

    const waiting = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download as CSV' }).click();
    const download = await waiting;
    expect(download.suggestedFilename()).toBe('priority-2026-01-28-2026-02-03-filtered.csv');
    const [, ...lines] = (await readFile(await download.path(), 'utf8')).trim().split('\r\n');
    expect(lines.map((line) => line.split(',').slice(0, 4))).toEqual([['Urgent', 'Urgent', '1', '1']]);

    await frame('By priority').getByRole('link', { name: 'Urgent' }).press('Enter');
    await page.getByRole('row').filter({ hasText: 'Resolved an hour later' }).waitFor();
    expect(await page.locator('.chip-text').allTextContents()).toEqual(['Priority Urgent', 'Assignee Ana Agent']);
    await page.goBack();
    await created('1').waitFor();

    // By now those days are long gone.
    await page.getByLabel('Period', { exact: true }).selectOption('Last 7 days');
    await page.getByText('No ticket matches the filter').waitFor();
    expect(await violationsIn(page)).toEqual([]);
    await bar.getByRole('button', { name: 'Remove filter Priority' }).press('Enter');
    await card('Open now').locator('.figure-value').getByText('1', { exact: true }).waitFor();
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Filter');
    await page.goBack();
    await page.locator('.empty').getByRole('button', { name: 'Clear all' }).press('Enter');
    await card('Open now').locator('.figure-value').getByText('3', { exact: true }).waitFor();
    expect(new URL(page.url()).search).toBe('?by=priority&period=7');
  });

  test('are not for members, who are told so', async () => {
    const other = await world.open(world.people.mia, world.path('/reports'));
    await other.getByText('Reports are for those who work the tickets').waitFor();
  });
});
