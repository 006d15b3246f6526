import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { openInTeams, TEAMS_APP_ID } from '../helpers/teams-host.ts';
import { openSecondDoor } from '../rest/second-door.ts';
import { openWorld, row, type World } from './tab-world.ts';

let world: World;
let muchAsked: number;
beforeAll(async () => {
  world = await openWorld();
  await world.createTicket('Seen in Teams');
  ({ ticketNo: muchAsked } = await world.createTicket('Asked much about'));
}, 90_000);
afterAll(() => world.close());

/** A page of a browser of its own, in which Teams runs. */
async function teamsPage(): Promise<Page> {
  const context = await world.browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  return page;
}

const EXPLAINED = 'appInitialization.expectedFailure';

const tokenOf = (who: keyof World['people']) => () => world.server.token(world.people[who]);
const address = (path: string) => world.server.url + path;

describe('where nobody can be signed in', () => {
  test('why is explained, by a page that Teams leaves in its place, and trying again works', async () => {
    let reason = '';
    const token = () => (reason ? Promise.reject(new Error(reason)) : tokenOf('ana')());
    const page = await teamsPage();
    // As Teams and Entra ID word it.
    const reasons: [reason: string, text: string, told: string][] = [
      ['resourceRequiresConsent', 'The app may not know who you are yet', 'PermissionError'],
      ['AADSTS90094: The grant requires admin permission.', 'send them the link', 'PermissionError'],
      ['resourceRequiresMfa', 'Microsoft wants to be sure that it is you', 'PermissionError'],
      ['interaction_required: AADSTS50076', 'Microsoft wants to be sure that it is you', 'PermissionError'],
      ['CancelledByUser', 'was closed before you were signed in', 'PermissionError'],
      ['AADSTS50105: The signed in user is not assigned to a role', 'assign you to it', 'PermissionError'],
      ['AADSTS700016: Application was not found in the directory', 'not set up for signing in', 'PermissionError'],
      ['resourceDisabled', 'They will want to know: resourceDisabled', 'PermissionError'],
      ['Failed to fetch', 'Check your connection', 'Offline'],
      ['Unexpected', 'Teams did not sign you in (Unexpected)', 'PermissionError'],
    ];
    reason = reasons[0]![0];
    const teams = await openInTeams(page, { url: address(world.path()), token });
    const explained = () => teams.asked.filter(({ func }) => func === EXPLAINED);
    for (const [index, [, text, told]] of reasons.entries()) {
      await page.waitForFunction(`calls.filter((func) => func === '${EXPLAINED}').length > ${index}`);
      expect(explained()[index]!.args[0]).toBe(told);
      await teams.tab.getByText(text).waitFor();
      reason = reasons[index + 1]?.[0] ?? '';
      // By its key: a click on a button that another one replaces at once can be made twice.
      await teams.tab.getByRole('button', { name: 'Try again' }).press('Enter');
    }
    await teams.tab.getByRole('row').first().waitFor();
    await teams.askedFor('appInitialization.success');
    expect(teams.asked.map(({ func }) => func)).not.toContain('appInitialization.failure');
    expect(teams.asked.filter(({ func }) => func === 'appInitialization.appLoaded')).toHaveLength(1);
    await page.context().close();
  });

  test('a token that the server does not take is told, with what an administrator needs', async () => {
    const page = await teamsPage();
    const claims = { tid: 'their tenant', ver: '1.0', aud: 'api://elsewhere', name: 'Ana' };
    const token = async () => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.e30`;
    const teams = await openInTeams(page, { url: address(world.path()), token });
    await teams.tab.getByText('does not take the account that you use in Teams').waitFor();
    await teams.tab.getByText('tid their tenant, ver 1.0, aud api://elsewhere').waitFor();
    await teams.tab.getByRole('button', { name: 'Try again' }).waitFor();
    await page.context().close();
  });

  test('a Teams that is slow to say who somebody is gets a page before it gives up; its answer is taken', async () => {
    const page = await teamsPage();
    await page.clock.install();
    const answer = Promise.withResolvers<string>();
    const teams = await openInTeams(page, { url: address(world.path()), token: () => answer.promise });
    await teams.askedFor('authentication.getAuthToken');
    await teams.tab.getByText('Loading').waitFor();
    await page.clock.fastForward(20_000);
    await teams.tab.getByText('Microsoft has not answered yet').waitFor();
    await teams.askedFor('appInitialization.expectedFailure');
    answer.resolve(await tokenOf('ana')());
    await teams.tab.getByRole('row').first().waitFor();
    await teams.askedFor('appInitialization.success');
    await page.context().close();
  });

  test('a server that does not answer is told of before Teams gives up; asked again, it answers', async () => {
    const page = await teamsPage();
    await page.clock.install();
    const asked = Promise.withResolvers<void>();
    await page.route(/\/ticketing\/v1\/me$/, () => asked.resolve(), { times: 1 });
    const teams = await openInTeams(page, { url: address(world.path()), token: tokenOf('ana') });
    await asked.promise;
    await page.clock.fastForward(25_000);
    await teams.tab.getByText('The server cannot answer right now').waitFor();
    await teams.askedFor('appInitialization.expectedFailure');
    await teams.tab.getByRole('button', { name: 'Try again' }).click();
    await teams.tab.getByRole('row').first().waitFor();
    await teams.askedFor('appInitialization.success');
    await page.context().close();
  });

  test.each(['initialize', 'getContext'])('whatever never answers %s is not Teams', async (func) => {
    const page = await teamsPage();
    await page.clock.install();
    const teams = await openInTeams(page, { url: address(world.path()), silent: [func], token: tokenOf('ana') });
    await teams.askedFor(func);
    await page.clock.fastForward(1000);
    await teams.tab.getByText('Loading').waitFor();
    await page.clock.fastForward(15_000);
    await teams.tab.getByRole('button', { name: /Ana Agent/ }).waitFor();
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

  test('where people sign in with Entra ID, a link leads to the same place in Teams', async () => {
    const people = { ...world.server.people, teamsAppId: TEAMS_APP_ID };
    delete people.localIssuer;
    const door = await openSecondDoor({ ...world.server, people }, {});
    const page = await (await world.browser.newContext()).newPage();
    await page.goto(door.url + world.path('/tickets/1'));
    await page.getByText('This page works inside Microsoft Teams').waitFor();
    const link = new URL((await page.getByRole('link', { name: 'Open in Teams' }).getAttribute('href'))!);
    expect(link.origin + link.pathname).toBe(`https://teams.microsoft.com/l/entity/${TEAMS_APP_ID}/tickets`);
    expect(Object.fromEntries(link.searchParams)).toEqual({
      webUrl: door.url + world.path('/tickets/1'),
      label: 'Tickets',
      context: JSON.stringify({ subEntityId: world.path('/tickets/1').replace('/tab/', '') }),
    });
    await page.context().close();
    await door.close();
  });

  test('a page of somebody else cannot show the tab in a frame', async () => {
    const page = await teamsPage();
    const at = 'https://teams.microsoft.com.stranger.example';
    await openInTeams(page, { url: address(world.path()), host: at, token: tokenOf('ana') });
    await page.frames()[1]!.waitForURL('chrome-error://chromewebdata/');
    await page.context().close();
  });

  test('a page that another one has opened does not take that one for Teams', async () => {
    const context = await world.browser.newContext();
    const page = await context.newPage();
    await page.goto(address('/livez'));
    await page.clock.install();
    const opened = page.waitForEvent('popup');
    await page.evaluate((url) => void Reflect.get(globalThis, 'open')(url), address(world.path()));
    // However little time passes.
    await (await opened).getByRole('button', { name: /Ana Agent/ }).waitFor();
    await context.close();
  });
});

// Last, for the clock of the server goes on, and the tokens of all others end as well.
describe('when a token ends', () => {
  test('a token that the server refuses to many requests at once is renewed once for all of them', async () => {
    const page = await teamsPage();
    let refused = 0;
    const refusedTwice = Promise.withResolvers<void>();
    const renewed = Promise.withResolvers<void>();
    // The first refusal comes in when others have been refused as well, every second one when the token is another already.
    await page.route(/\/ticketing\/v1\/(?!.*\/events$)/, async (route) => {
      const response = await route.fetch();
      if (response.status() === 401) {
        if (++refused === 2) refusedTwice.resolve();
        await (refused % 2 === 0 ? renewed : refusedTwice).promise;
      } else if (refused > 1) renewed.resolve();
      return route.fulfill({ response });
    });
    const url = address(world.path());
    const live = page.waitForResponse(/\/events$/);
    const teams = await openInTeams(page, { url, subPageId: `tickets/${muchAsked}`, token: tokenOf('ana') });
    await teams.tab.getByText('created').first().waitFor();
    await live;
    const renewals = () => teams.asked.filter(({ func }) => func === 'authentication.getAuthToken').length;
    const before = renewals();
    world.server.clock.advance(2 * 60 * 60 * 1000);
    await teams.tab.getByRole('button', { name: 'Back to the list' }).click();
    await teams.tab.getByRole('row').filter({ hasText: 'Asked much about' }).waitFor();
    await renewed.promise;
    await page.unrouteAll({ behavior: 'wait' });
    expect(refused).toBeGreaterThan(1);
    expect(renewals() - before).toBe(1);
    await page.context().close();
  });

  test('a person who was asked by Teams and did not sign in is not asked again for a while', async () => {
    const page = await teamsPage();
    let isRefused = false;
    const token = () => (isRefused ? Promise.reject(new Error('CancelledByUser')) : tokenOf('ana')());
    const teams = await openInTeams(page, { url: address(world.path()), token });
    await teams.tab.getByRole('row').filter({ hasText: 'Seen in Teams' }).waitFor();
    const asks = () => teams.asked.filter(({ func }) => func === 'authentication.getAuthToken').length;
    const before = asks();
    isRefused = true;
    world.server.clock.advance(2 * 60 * 60 * 1000);
    // What the page asks for by itself, and what it is told to ask for.
    await teams.tab.getByLabel('Search tickets').fill('seen');
    await teams.tab.getByText('was closed before you were signed in').waitFor();
    await teams.tab.getByRole('link', { name: 'Board' }).click();
    await teams.tab.locator('a[aria-current="page"]', { hasText: 'Board' }).waitFor();
    await teams.tab.getByText('was closed before you were signed in').first().waitFor();
    expect(asks() - before).toBe(1);
    await page.context().close();
  });

  test('one that Teams has kept until shortly before its end is renewed before it is used', async () => {
    const page = await teamsPage();
    const { clock } = world.server;
    const kept = await tokenOf('ana')();
    clock.advance(59.5 * 60 * 1000);
    await page.clock.install({ time: clock.now() });
    const given: string[] = [];
    const token = async () => {
      given.push(given.length === 0 ? kept : await tokenOf('ana')());
      return given.at(-1)!;
    };
    const used: (string | undefined)[] = [];
    page.on('request', (request) => {
      if (request.url().includes('/ticketing/v1/')) used.push(request.headers().authorization?.slice('Bearer '.length));
    });
    const teams = await openInTeams(page, { url: address(world.path()), token });
    await teams.tab.getByRole('row').filter({ hasText: 'Seen in Teams' }).waitFor();
    expect(given).toHaveLength(2);
    expect(new Set(used)).toEqual(new Set([given[1]]));
    await page.context().close();
  });

  test('a token that ran out is renewed without anybody noticing', async () => {
    const page = await teamsPage();
    const teams = await openInTeams(page, { url: address(world.path()), token: tokenOf('ana') });
    await teams.tab.getByRole('row').filter({ hasText: 'Seen in Teams' }).waitFor();
    const before = teams.asked.filter(({ func }) => func === 'authentication.getAuthToken').length;
    world.server.clock.advance(2 * 60 * 60 * 1000);
    await teams.tab.getByRole('button', { name: 'All', exact: true }).click();
    await teams.tab.locator('.view-tab[aria-current]', { hasText: 'All' }).waitFor();
    await teams.tab.getByRole('row').filter({ hasText: 'Asked much about' }).waitFor();
    await teams.tab.getByLabel('Search tickets').fill('asked');
    await teams.tab.getByRole('row').filter({ hasText: 'Seen in Teams' }).waitFor({ state: 'detached' });
    const after = teams.asked.filter(({ func }) => func === 'authentication.getAuthToken').length;
    expect(after).toBeGreaterThan(before);
    await page.context().close();
  });
});
