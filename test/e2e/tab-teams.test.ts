import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { openInTeams } from '../helpers/teams-host.ts';
import { openWorld, row, type World } from './tab-world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
}, 90_000);
afterAll(() => world.close());

/** A page of a browser of its own, in which Teams runs. */
async function teamsPage(): Promise<Page> {
  const context = await world.browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  return page;
}

const tokenOf = (who: keyof World['people']) => () => world.server.token(world.people[who]);
const address = (path: string) => world.server.url + path;

describe('in a channel of Teams', () => {
  test('the tab signs in with the token of Teams, shows its list and says that it is there', async () => {
    await world.createTicket('Seen in Teams');
    const page = await teamsPage();
    const teams = await openInTeams(page, { url: address(world.path()), token: tokenOf('ana') });
    await teams.tab.getByRole('row').filter({ hasText: 'Seen in Teams' }).waitFor();
    await teams.askedFor('appInitialization.success');
    expect(teams.asked.map(({ func }) => func)).toContain('authentication.getAuthToken');
    // Who is signed in, Teams says; the person menu offers nobody else.
    await teams.tab.getByRole('button', { name: 'Ana Agent: settings' }).click();
    expect(await teams.tab.getByText('Signed in as').count()).toBe(0);
    await page.context().close();
  });

  test('the tab works for an owner too, where the browser keeps nothing for a frame of another site', async () => {
    const page = await teamsPage();
    const teams = await openInTeams(page, { url: address(world.path()), token: tokenOf('olga') });
    await teams.tab.getByRole('row').filter({ hasText: 'Seen in Teams' }).click();
    await teams.tab.getByRole('button', { name: 'Private note' }).click();
    await teams.tab.locator('.tiptap:focus').waitFor();
    await page.keyboard.type('kept');
    expect(await teams.tab.getByRole('alert').count()).toBe(0);
    await page.context().close();
  });

  test('the tab follows the theme of Teams at once', async () => {
    const page = await teamsPage();
    const teams = await openInTeams(page, { url: address(world.path()), theme: 'dark', token: tokenOf('ana') });
    await teams.tab.getByRole('row').first().waitFor();
    const body = teams.tab.locator('body');
    const background = () =>
      teams.tab
        .locator('.app')
        .evaluate((element) => Reflect.get(globalThis, 'getComputedStyle')(element).backgroundColor);
    expect(await body.getAttribute('data-theme')).toBe('dark');
    const dark = await background();
    await teams.setTheme('contrast');
    await teams.tab.locator('body[data-theme="contrast"]').waitFor();
    const contrast = await background();
    await teams.setTheme('default');
    await teams.tab.locator('body[data-theme="default"]').waitFor();
    expect(new Set([dark, contrast, await background()]).size).toBe(3);
    await page.context().close();
  });

  test('the tab speaks the language of Teams', async () => {
    const page = await teamsPage();
    const teams = await openInTeams(page, { url: address(world.path()), locale: 'de-de', token: tokenOf('ana') });
    await teams.tab.getByRole('button', { name: 'Neues Ticket' }).first().waitFor();
    await page.context().close();
  });

  test('a link to a ticket opens that ticket', async () => {
    const { ticketNo } = await world.createTicket('Linked to');
    const page = await teamsPage();
    const place = { url: address(world.path()), subPageId: `tickets/${ticketNo}`, token: tokenOf('ana') };
    const teams = await openInTeams(page, place);
    await teams.tab.getByRole('textbox', { name: 'Title' }).waitFor();
    expect(await teams.tab.getByRole('textbox', { name: 'Title' }).inputValue()).toBe('Linked to');
    await teams.tab.getByRole('button', { name: 'Copy link' }).click();
    const { args } = await teams.askedFor('shareDeepLink');
    expect(args[0]).toBe(`tickets/${ticketNo}`);
    await page.context().close();
  });

  test('a token that ran out is renewed without anybody noticing', async () => {
    const page = await teamsPage();
    const teams = await openInTeams(page, { url: address(world.path()), token: tokenOf('ana') });
    await teams.tab.getByRole('row').filter({ hasText: 'Seen in Teams' }).waitFor();
    const before = teams.asked.filter(({ func }) => func === 'authentication.getAuthToken').length;
    world.server.clock.advance(2 * 60 * 60 * 1000);
    await teams.tab.getByRole('button', { name: 'All', exact: true }).click();
    await teams.tab.getByRole('button', { name: 'All', exact: true, pressed: undefined }).waitFor();
    await teams.tab.getByRole('row').filter({ hasText: 'Linked to' }).waitFor();
    await teams.tab.getByLabel('Search tickets').fill('linked');
    await teams.tab.getByRole('row').filter({ hasText: 'Seen in Teams' }).waitFor({ state: 'detached' });
    const after = teams.asked.filter(({ func }) => func === 'authentication.getAuthToken').length;
    expect(after).toBeGreaterThan(before);
    await page.context().close();
  });
});

describe('where nobody can be signed in', () => {
  test('missing consent is explained, and trying again works once it is given', async () => {
    let isAllowed = false;
    const token = () => (isAllowed ? tokenOf('ana')() : Promise.reject(new Error('resourceRequiresConsent')));
    const page = await teamsPage();
    const teams = await openInTeams(page, { url: address(world.path()), token });
    await teams.tab.getByText('Ask your administrator to allow it').waitFor();
    await teams.askedFor('appInitialization.failure');
    isAllowed = true;
    await teams.tab.getByRole('button', { name: 'Try again' }).click();
    await teams.tab.getByRole('row').first().waitFor();
    await page.context().close();
  });

  test('a token that the server does not take is told, with a way on', async () => {
    const page = await teamsPage();
    const teams = await openInTeams(page, { url: address(world.path()), token: async () => 'no.token.atall' });
    await teams.tab.getByRole('alert').waitFor();
    await teams.tab.getByRole('button', { name: 'Try again' }).waitFor();
    await page.context().close();
  });

  test('somebody who is not in the help desk learns whom to ask', async () => {
    const stranger = world.server.newPerson('Sam Stranger');
    const page = await teamsPage();
    const teams = await openInTeams(page, { url: address(world.path()), token: () => world.server.token(stranger) });
    await teams.tab.getByText('Ask one of its owners to add you').waitFor();
    await page.context().close();
  });
});

describe('setting the tab up', () => {
  const channel = { teamId: 'a-team', channelId: '19:channel@thread.tacv2', name: 'Facilities' };

  test('Save makes the help desk of the channel and gives Teams its address; the next one finds it', async () => {
    const page = await teamsPage();
    const place = { url: address('/tab/config'), frameContext: 'settings', channel, token: tokenOf('olga') } as const;
    const teams = await openInTeams(page, place);
    await teams.tab.getByLabel('Name of the help desk').fill('');
    await teams.tab.getByLabel('Name of the help desk').fill('Facilities desk');
    await teams.askedFor('settings.setValidityState');
    expect(teams.asked.findLast(({ func }) => func === 'settings.setValidityState')?.args).toEqual([true]);
    await teams.save();
    await teams.askedFor('settings.save.success');
    const { args } = await teams.askedFor('settings.setSettings');
    const settings = args[0] as { contentUrl: string; entityId: string };
    expect(settings.contentUrl).toBe(address(`/tab/instances/${settings.entityId}`));
    await page.context().close();

    const again = await teamsPage();
    const second = await openInTeams(again, place);
    await second.tab.getByText('Facilities desk, the help desk of this channel').waitFor();
    await second.save();
    const { args: same } = await second.askedFor('settings.setSettings');
    expect((same[0] as { entityId: string }).entityId).toBe(settings.entityId);
    await again.context().close();
  });

  test('removing says that nothing is lost', async () => {
    const page = await teamsPage();
    const teams = await openInTeams(page, {
      url: address('/tab/remove'),
      frameContext: 'remove',
      token: tokenOf('olga'),
    });
    await teams.tab.getByText('The tab goes, the tickets stay').waitFor();
    await page.context().close();
  });
});

describe('in a plain browser on a laptop', () => {
  test('one of the people is chosen, and another one later', async () => {
    const context = await world.browser.newContext();
    // As a Chromium calls it where the machine has no language.
    await context.addInitScript("Object.defineProperty(navigator, 'language', { get: () => 'en-US@posix' })");
    const page = await context.newPage();
    await page.goto(address(world.path()));
    await page.getByRole('button', { name: /Ana Agent/ }).click();
    await row(page, 'Seen in Teams').waitFor();
    await page.getByRole('button', { name: 'Ana Agent: settings' }).click();
    await page.getByRole('menuitemradio', { name: /Mia Member/ }).click();
    await page.getByRole('button', { name: 'Mia Member: settings' }).waitFor();
    await context.close();
  });
});
