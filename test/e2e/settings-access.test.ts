import { afterAll, beforeAll, describe, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { expectEveryLook } from './every-look.ts';
import { openWorld, type World } from './tab-world.ts';

let world: World;
let page: Page;
beforeAll(async () => {
  world = await openWorld();
  const marked = { assignee: { id: world.people.ana.id, name: 'Ana Agent', email: world.people.ana.email } };
  await world.createTicket('A ticket', marked);
  const { id } = await world.createTicket('A resolved one', marked);
  await world.as.ana(`/tickets/${id}/status`, {
    method: 'PUT',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ status: 'Resolved', resolution: 'fixed' }),
  });
  page = await world.open(world.people.olga);
}, 90_000);
afterAll(() => world.close());

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).first();

/** Every page of an owner, and every state of one that has controls of its own. */
const PAGES: Record<string, { path: string; ready: (page: Page) => Promise<unknown> }> = {
  'the overview of the settings': {
    path: '/settings',
    ready: (page) => page.getByRole('heading', { name: 'Settings' }).waitFor(),
  },
  general: { path: '/settings/general', ready: (page) => page.getByLabel('Name').waitFor() },
  'general with something unsaved': {
    path: '/settings/general',
    async ready(page) {
      await page.getByLabel('Name').fill('Another name');
      await button(page, 'Save').waitFor();
    },
  },
  people: { path: '/settings/people', ready: (page) => page.getByLabel('Role of Mia Member').waitFor() },
  'adding a person': {
    path: '/settings/people',
    async ready(page) {
      await button(page, 'Add person').click();
      await button(page, 'Add by hand').click();
      await page.getByLabel('Object id').waitFor();
    },
  },
  'the form': { path: '/settings/fields', ready: (page) => page.getByText('Asset tag').first().waitFor() },
  'a list field being edited': {
    path: '/settings/fields',
    async ready(page) {
      await button(page, /^Location/).click();
      await page.getByLabel('Option 1', { exact: true }).waitFor();
    },
  },
  tags: { path: '/settings/tags', ready: (page) => page.getByLabel('Tag 1', { exact: true }).waitFor() },
  'the workflow': {
    path: '/settings/workflow',
    async ready(page) {
      await button(page, /^Open/).click();
      await page.getByText('From “Open” a ticket can go to').waitFor();
      await page.getByText('1 ticket').first().waitFor();
      // One move that has a label and is for some, another one that is being given them.
      await button(page, /^What the move from Open to Pending is called/).click();
      await page.getByLabel('What buttons call this move').fill('Wait for parts from abroad');
      await button(page, /^What the move from Open to Closed is called/).click();
      await page.getByText('From Open to Pending: “Wait for parts from abroad”').waitFor();
    },
  },
  'a rule of assignment being made': {
    path: '/settings/assignment',
    async ready(page) {
      await button(page, 'Add rule').click();
      await page.getByLabel('Condition 1: value').fill('printer');
      await page.getByText('Rule 1: name at least one person.').waitFor();
    },
  },
  'hours and targets': {
    path: '/settings/hours',
    ready: (page) => page.getByLabel('Monday, from').waitFor(),
  },
  notifications: {
    path: '/settings/notifications',
    ready: (page) => page.getByLabel('A ticket is due soon').waitFor(),
  },
  keys: {
    path: '/settings/keys',
    async ready(page) {
      await button(page, 'Show Primary key').click();
      await page.getByText('Limits').first().click();
      await page.getByLabel('Only from these addresses').first().waitFor();
    },
  },
  'a key about to be regenerated': {
    path: '/settings/keys',
    async ready(page) {
      await button(page, 'Regenerate Primary key').click();
      await page.getByRole('dialog').waitFor();
    },
  },
  data: { path: '/settings/data', ready: (page) => page.getByText('Erase a person').waitFor() },
  reports: {
    path: '/reports?from=2026-01-25&to=2026-02-05',
    async ready(page) {
      await page.locator('svg rect').first().waitFor();
      await page.getByRole('rowheader', { name: 'Ana Agent' }).waitFor();
    },
  },
};

describe('in every theme and at either width, axe finds nothing and nothing is outside of', () => {
  test.each(Object.keys(PAGES))('%s', async (name) => {
    const { path, ready } = PAGES[name]!;
    await expectEveryLook(page, name, { url: world.server.url + world.path(path), ready });
  });
});

describe('at 360 pixels', () => {
  test('each page of the settings has a way back to the others', async () => {
    const page = await world.open(world.people.olga, world.path(), { width: 360 });
    await button(page, 'Olga Owner: settings').click();
    await page.getByRole('menuitem', { name: 'Settings', exact: true }).click();
    await page.getByRole('link', { name: /^Workflow/ }).click();
    await page.getByRole('heading', { name: 'Workflow' }).waitFor();
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('link', { name: /^Workflow/ }).waitFor();
  });
});
