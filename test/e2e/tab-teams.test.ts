import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { openInTeams, openOnPhone, TEAMS_APP_ID } from '../helpers/teams-host.ts';
import { notice, openWorld, type World } from './tab-world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
}, 90_000);
afterAll(() => world.close());

/** A page of a browser of its own, in which Teams runs. */
async function teamsPage(isPhone = false): Promise<Page> {
  const viewport = isPhone ? { width: 360, height: 740 } : { width: 1280, height: 800 };
  const context = await world.browser.newContext({ viewport, hasTouch: isPhone, isMobile: isPhone });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  return page;
}

const tokenOf = (who: keyof World['people']) => () => world.server.token(world.people[who]);
const address = (path: string) => world.server.url + path;

describe('in a channel of Teams', () => {
  test.each(['https://teams.microsoft.com', 'https://teams.cloud.microsoft'])(
    'the tab signs in with the token of Teams, shows its list and says that it is there: %s',
    async (host) => {
      await world.createTicket('Seen in Teams');
      const page = await teamsPage();
      const teams = await openInTeams(page, { url: address(world.path()), host, token: tokenOf('ana') });
      await teams.tab.getByRole('row').filter({ hasText: 'Seen in Teams' }).first().waitFor();
      await teams.askedFor('appInitialization.success');
      expect(teams.asked.map(({ func }) => func)).toContain('authentication.getAuthToken');
      // Who is signed in, Teams says; the person menu offers nobody else.
      await teams.tab.getByRole('button', { name: 'Ana Agent: settings' }).click();
      expect(await teams.tab.getByText('Signed in as').count()).toBe(0);
      await page.context().close();
    },
  );

  test('the tab works for an owner too, where the browser keeps nothing for a frame of another site', async () => {
    const page = await teamsPage();
    const teams = await openInTeams(page, { url: address(world.path()), token: tokenOf('olga') });
    await teams.tab.getByRole('row').filter({ hasText: 'Seen in Teams' }).first().click();
    await teams.tab.getByRole('button', { name: 'Private note' }).click();
    await teams.tab.locator('.tiptap:focus').waitFor();
    await page.keyboard.type('kept');
    await teams.tab.locator('.tiptap', { hasText: 'kept' }).waitFor();
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
    const light = await background();
    expect(new Set([dark, contrast, light]).size).toBe(3);
    // That of a headset has light texts, too; of one that nobody knows yet, nothing is known.
    await teams.setTheme('glass');
    await teams.tab.locator('body[data-theme="dark"]').waitFor();
    await teams.setTheme('a theme of tomorrow');
    await teams.tab.locator('body[data-theme="default"]').waitFor();
    await page.context().close();
  });

  test('the tab speaks the language of Teams', async () => {
    const page = await teamsPage();
    const teams = await openInTeams(page, { url: address(world.path()), locale: 'de-de', token: tokenOf('ana') });
    await teams.tab.getByRole('button', { name: 'Neues Ticket' }).first().waitFor();
    await page.context().close();
  });

  test('a link to a ticket opens that ticket, whichever tab or client it leads to', async () => {
    const { ticketNo } = await world.createTicket('Linked to');
    const path = world.path(`/tickets/${ticketNo}`).replace('/tab/', '');
    const page = await teamsPage();
    // The tab of a person knows no help desk, and some clients hand the place on as it stands in the link.
    const opened = [
      { url: address(world.path()), subPageId: `tickets/${ticketNo}` },
      { url: address(world.path()), subPageId: encodeURIComponent(path) },
      { url: address('/tab'), subPageId: path },
    ];
    for (const place of opened) {
      const own = await page.context().newPage();
      const teams = await openInTeams(own, { ...place, token: tokenOf('ana') });
      await teams.tab.getByRole('textbox', { name: 'Title' }).waitFor();
      expect(await teams.tab.getByRole('textbox', { name: 'Title' }).inputValue()).toBe('Linked to');
      await teams.tab.getByRole('button', { name: 'Copy link' }).click();
      const { args } = await teams.askedFor('shareDeepLink');
      expect(args).toEqual([path, `#${ticketNo} Linked to`, address(`/tab/${path}`)]);
      await own.close();
    }
    // A page that is none of the tab's is not gone to.
    for (const subPageId of [
      'https://elsewhere.example/',
      '//elsewhere.example',
      '../docs',
      'instances/x/../../docs',
    ]) {
      const own = await page.context().newPage();
      const teams = await openInTeams(own, { url: address(world.path('/board')), subPageId, token: tokenOf('ana') });
      await teams.tab.locator('a[aria-current="page"]', { hasText: 'Board' }).waitFor();
      expect(own.frames()[1]!.url()).toBe(address(world.path('/board')));
      await own.close();
    }
    await page.context().close();
  });
});

describe('in Teams on a phone, where the tab is no frame', () => {
  test('the tab signs in, copies a link that opens in Teams, and goes back by the button of the phone', async () => {
    await world.removeTickets('way');
    const { ticketNo } = await world.createTicket('On the way & back');
    const path = world.path(`/tickets/${ticketNo}`).replace('/tab/', '');
    const page = await teamsPage(true);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    const phone = await openOnPhone(page, { url: address(world.path()), token: tokenOf('ana') });
    const listed = page.getByRole('row').filter({ hasText: 'On the way & back' });
    await listed.click();
    await page.getByRole('textbox', { name: 'Title' }).waitFor();
    await phone.askedFor('appInitialization.success');
    await page.getByRole('button', { name: 'Copy link' }).click();
    await notice(page, 'Link copied').waitFor();
    const link = new URL(await page.evaluate('navigator.clipboard.readText()'));
    expect(link.origin + link.pathname).toBe(`https://teams.microsoft.com/l/entity/${TEAMS_APP_ID}/tickets`);
    expect(link.search).not.toContain('+');
    expect(Object.fromEntries(link.searchParams)).toEqual({
      webUrl: address(`/tab/${path}`),
      label: `#${ticketNo} On the way & back`,
      context: JSON.stringify({ subEntityId: path }),
    });
    expect(phone.asked.map(({ func }) => func)).not.toContain('shareDeepLink');
    // What lies above the page is closed first, and then is in nobody's way.
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Delete ticket' }).click();
    await page.getByRole('dialog').waitFor();
    await phone.pressBack();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await phone.pressBack();
    await listed.waitFor();
    await page.getByRole('button', { name: 'Filter', exact: true }).click();
    await page.getByRole('option', { name: 'Status' }).waitFor();
    await phone.pressBack();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(phone.asked.map(({ func }) => func)).not.toContain('navigateBack');
    // There is no page before: Teams leaves the tab.
    await phone.pressBack();
    await phone.askedFor('navigateBack');
    await page.goto(address(world.path('/reports')));
    await page.getByRole('button', { name: 'Download as CSV' }).first().click();
    await notice(page, 'Teams on a phone saves no files').waitFor();
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
    // As it was, without a name, and with one again.
    await page.waitForFunction("calls.filter((func) => func === 'settings.setValidityState').length === 3");
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

  test('of a channel that another team shares, it goes to that team', async () => {
    const page = await teamsPage();
    const shared = { teamId: randomUUID(), channelId: '19:shared@thread.tacv2', name: 'Shared', isShared: true };
    const place = { url: address('/tab/config'), channel: shared, token: tokenOf('olga') };
    const teams = await openInTeams(page, { ...place, frameContext: 'settings' });
    await teams.tab.getByLabel('Name of the help desk').waitFor();
    const asked = page.waitForRequest(/\/me\/channels$/);
    await teams.save();
    expect((await asked).postDataJSON()).toMatchObject({ teamId: shared.teamId, channelId: shared.channelId });
    await page.context().close();
  });

  test('a save that fails says why, in the dialog and on the page; saved again, it works', async () => {
    const page = await teamsPage();
    const another = { ...channel, channelId: '19:another@thread.tacv2' };
    const place = { url: address('/tab/config'), channel: another, token: tokenOf('olga') };
    const teams = await openInTeams(page, { ...place, frameContext: 'settings' });
    await page.route(/\/me\/channels$/, (route) => route.abort(), { times: 1 });
    await teams.save();
    await teams.tab.getByRole('alert').getByText('The server cannot be reached').waitFor();
    await page.getByText('The server cannot be reached').waitFor();
    await teams.save();
    await teams.askedFor('settings.save.success');
    expect(await teams.tab.getByRole('alert').count()).toBe(0);
    await page.context().close();
  });

  test('the settings of a tab that is there show what it shows, and keep it', async () => {
    const page = await teamsPage();
    const configured = { entityId: world.instance.id, contentUrl: address(world.path()) };
    const place = { url: address('/tab/config'), channel, configured, token: tokenOf('olga') };
    const teams = await openInTeams(page, { ...place, frameContext: 'settings' });
    await teams.tab.getByRole('radio', { name: 'IT Help Desk, which you own', checked: true }).waitFor();
    await teams.save();
    await teams.askedFor('settings.save.success');
    const { args } = await teams.askedFor('settings.setSettings');
    expect(args).toEqual([
      {
        ...configured,
        websiteUrl: configured.contentUrl,
        removeUrl: address('/tab/remove'),
        suggestedDisplayName: 'Tickets',
      },
    ]);
    await page.context().close();
  });

  test('removing says that nothing is lost, and asks nobody to sign in', async () => {
    const page = await teamsPage();
    const token = () => Promise.reject(new Error('resourceRequiresConsent'));
    const teams = await openInTeams(page, { url: address('/tab/remove'), frameContext: 'remove', token });
    await teams.tab.getByText('The tab goes, the tickets stay').waitFor();
    await teams.remove();
    await teams.askedFor('settings.remove.success');
    await teams.askedFor('appInitialization.success');
    expect(teams.asked.map(({ func }) => func)).not.toContain('authentication.getAuthToken');
    await page.context().close();
  });
});
