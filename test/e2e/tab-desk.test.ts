import { exec } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { Activity } from '../../api/contract/activities.ts';
import { doneTo, openWorld, row, type World } from './tab-world.ts';

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
