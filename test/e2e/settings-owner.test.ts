import { readFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import type { Locator } from 'playwright-core';
import type { ApiKey } from '../../api/contract/keys.ts';
import { erasures } from '../../api/jobs/erasures.ts';
import { createWorker } from '../../api/jobs/worker.ts';
import { createLog } from '../../api/log.ts';
import type { Change } from '../../api/store/store.ts';
import { de as messages } from '../../tab/src/messages/de.ts';
import { de as reports } from '../../tab/src/messages/reports.de.ts';
import { de as settings } from '../../tab/src/messages/settings.de.ts';
import { ticketDocument } from '../helpers/documents.ts';
import { violationsIn } from './every-look.ts';
import { button, open, page, read, saved, told, workAsOwner, world } from './settings-page.ts';

workAsOwner();

describe('the keys', () => {
  test('are masked until somebody asks, and the line for a terminal works', async () => {
    await open('keys');
    const { primary } = world.instance.keys;
    await button('Show Primary key').waitFor();
    expect(await page.locator('#root').textContent()).not.toContain(primary);
    await button('Show Primary key').click();
    await page.getByText(primary, { exact: true }).waitFor();
    const line = (await page.locator('.curl-box code').first().textContent())!;
    const [, header, address] = /-H "X-Api-Key: (\S+)" "([^"]+)"/.exec(line)!;
    expect((await fetch(address!, { headers: { 'X-Api-Key': header! } })).status).toBe(200);
  });

  test('one is regenerated while a client uses the other one', async () => {
    const answers: number[] = [];
    let isOver = false;
    const client = (async () => {
      while (!isOver) answers.push((await world.instance.fetch('/tickets?limit=1')).status);
    })();
    await open('keys');
    await button('Regenerate Secondary key').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('stops working at once').waitFor();
    expect(await button('Regenerate', dialog).isDisabled()).toBe(true);
    await dialog.getByRole('checkbox').check();
    await button('Regenerate', dialog).click();
    await told('Secondary key: there is a new one');
    isOver = true;
    await client;
    expect(new Set(answers)).toEqual(new Set([200]));
    const old = await world.instance.fetch(`/tickets?limit=1&key=${world.instance.keys.secondary}`);
    expect(old.status).toBe(401);
    const keys = await read<ApiKey[]>('/keys');
    const fresh = keys.find(({ slot }) => slot === 'secondary')!.key;
    await page.getByText(fresh, { exact: true }).waitFor();
    expect((await world.instance.fetch(`/tickets?limit=1&key=${fresh}`)).status).toBe(200);
  });

  test('limits are saved together, and taken back', async () => {
    await open('keys');
    const limits = page.getByRole('region', { name: 'Secondary key' });
    await limits.locator('summary').click();
    await limits.getByLabel('Read-only').check();
    await limits.getByLabel('Only from these addresses').fill('10.0.0.0/8\n203.0.113.7');
    await button('Save limits', limits).click();
    await told('Secondary key: limits saved');
    const secondary = async () => (await read<ApiKey[]>('/keys')).find(({ slot }) => slot === 'secondary')!;
    expect(await secondary()).toMatchObject({ readOnly: true, allowedIps: ['10.0.0.0/8', '203.0.113.7'] });
    await button('Undo').click();
    await told('Undone');
    expect(await secondary()).toMatchObject({ readOnly: false, allowedIps: [] });
  });
});

test('what the server refuses and what states are called is read in the own language', async () => {
  await open('keys');
  await page.addInitScript("Object.defineProperty(navigator, 'language', { get: () => 'de' })");
  await page.reload();
  const limits = page.getByRole('region', { name: settings.keys.slots.primary.name });
  await limits.locator('summary').click();
  await limits.getByRole('textbox', { name: settings.keys.ips }).fill('10.0.0.0/8\nthe office');
  await button(settings.keys.saveLimits, limits).press('Enter');
  await limits.getByRole('alert').getByText(messages.error.field(settings.keys.ips)).waitFor();
  // Where it was refused, the keyboard goes on; what is dropped leads back to what was written.
  const has = (what: Locator) => what.and(page.locator(':focus')).waitFor();
  await has(button(settings.keys.saveLimits, limits));
  await button(settings.discard, limits).press('Enter');
  await has(limits.getByRole('textbox', { name: settings.keys.ips }));

  const says = (text: string) => page.getByRole('alert').getByText(text).waitFor();
  await page.goto(world.server.url + world.path('?priority=Highest'));
  await says(messages.error.filter(messages.filter.priority));
  await page.goto(world.server.url + world.path('/reports?from=2020-01-01&to=2026-01-01'));
  await says(reports.tooMuch);

  // The states of the default workflow are called as they are everywhere else, and kept as what they are.
  await page.goto(world.server.url + world.path('/settings/workflow'));
  await page.locator('.state-name', { hasText: new RegExp(`^${messages.state.Started}`) }).click();
  const label = page.getByRole('textbox', { name: settings.workflow.label });
  expect(await label.inputValue()).toBe(messages.state.Started);
  await label.fill('Läuft');
  await page.getByText(settings.workflow.movesFrom('Läuft')).waitFor();
  await label.fill(messages.state.Started);
  await saved();
});

describe('people', () => {
  test('the last owner stays one', async () => {
    await open('people');
    await page.getByText('Olga Owner is the only owner').waitFor();
    expect(await page.getByLabel('Role of Olga Owner').isDisabled()).toBe(true);
    expect(await button('Remove Olga Owner').isDisabled()).toBe(true);
  });

  test('a role is changed and taken back; somebody removed comes back by Undo', async () => {
    await open('people');
    const roleOf = async (name: string) =>
      (await read<{ name: string; role: string }[]>('/members')).find((member) => member.name === name)?.role;
    await page.getByLabel('Role of Mia Member').selectOption('assignee');
    await told('Mia Member is now: Agent');
    expect(await roleOf('Mia Member')).toBe('assignee');
    await button('Undo').click();
    await told('Undone');
    expect(await roleOf('Mia Member')).toBe('member');
    await button('Remove Mia Member').click();
    await button('Remove', page.getByRole('dialog')).click();
    await told('Mia Member removed');
    expect(await roleOf('Mia Member')).toBeUndefined();
    await button('Undo').click();
    await told('Undone');
    expect(await roleOf('Mia Member')).toBe('member');
  });

  test.each([
    ['an agent', 'ana', true],
    ['a member', 'mia', false],
  ] as const)('%s is told that settings are for owners', async (_, who, hasReports) => {
    const theirs = await world.open(world.people[who], world.path());
    await theirs.getByRole('link', { name: 'Tickets', exact: true }).waitFor();
    expect(await theirs.getByRole('link', { name: 'Settings', exact: true }).count()).toBe(0);
    expect(await theirs.getByRole('link', { name: 'Reports', exact: true }).count()).toBe(hasReports ? 1 : 0);
    await theirs.goto(world.server.url + world.path('/settings/keys'));
    await theirs.getByText('Only owners change the settings').waitFor();
  });
});

describe('data', () => {
  test('everything is exported as a file that only an owner gets', async () => {
    const { id } = await world.createTicket('To be exported');
    await open('data');
    const waiting = page.waitForEvent('download');
    await button('Export Tickets as JSON lines').click();
    const text = await readFile(await (await waiting).path(), 'utf8');
    const lines = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.find((ticket) => ticket.id === id)).toMatchObject({ title: 'To be exported' });
  });

  test('a person is erased: first what is known of them, then a name to type', async () => {
    const gone = world.server.newPerson('Gero Gone');
    await world.server.join(world.instance.id, gone, 'member');
    const { ticketNo } = await world.createTicket('Asked by Gero', {
      requestor: { id: gone.id, name: gone.name, email: gone.email },
    });
    await open('data');
    await page.getByRole('button', { name: /^Who/ }).click();
    await page.getByRole('combobox').fill('gero');
    await page.getByRole('option', { name: /Gero Gone/ }).click();
    await page.getByText('Tickets they asked for').waitFor();
    await button('Erase Gero Gone…').click();
    const dialog = page.getByRole('dialog');
    const erase = button('Erase for good', dialog);
    expect(await erase.isDisabled()).toBe(true);
    await dialog.getByLabel('Type “Gero Gone” to confirm').fill('Gero Gone');
    await erase.click();
    await told(/^Erased/);
    const ticket = await world.readTicket(ticketNo);
    expect(JSON.stringify(ticket.requestor)).not.toContain('Gero');
    expect(JSON.stringify(await read('/members'))).not.toContain('Gero');
  });

  test('whom much names is erased later, and the page says how far it is until it is done', async () => {
    const { environment, newPerson, join } = world.server;
    const mona = newPerson('Mona Many');
    await join(world.instance.id, mona, 'member');
    const requestor = { id: mona.id, name: mona.name, email: mona.email };
    const instance = environment.store.instance(world.instance.id);
    const tickets = Array.from({ length: 1100 }, (_, count) =>
      ticketDocument({ id: environment.newId(), ticketNo: 5000 + count, requestor }),
    );
    const puts = tickets.map((value): Change => ({ put: 'ticket', id: value.id, value, replaces: null }));
    while (puts.length > 0) await instance.commit(puts.splice(0, 90));
    await open('data');
    await page.getByRole('button', { name: /^Who/ }).click();
    await page.getByRole('combobox').fill('mona');
    await page.getByRole('option', { name: /Mona Many/ }).click();
    await button('Erase Mona Many…').click();
    await page.getByLabel('Type “Mona Many” to confirm').fill('Mona Many');
    await button('Erase for good').click();
    const bar = page.getByRole('progressbar', { name: /^Being erased/ });
    await bar.waitFor();
    await page.getByText(/^0 of 1,1\d\d places so far/).waitFor();
    expect(await violationsIn(page)).toEqual([]);
    const { now } = environment;
    const worker = createWorker({
      ...{ store: environment.store, now },
      log: createLog('error'),
      handlers: [erasures(environment)],
    });
    await worker.drain();
    await told('in 1100 tickets');
    await bar.waitFor({ state: 'detached' });
  });
});
