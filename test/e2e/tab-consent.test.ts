import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { BrowserContext, Page } from 'playwright-core';
import { openGraph } from '../../api/auth/graph.ts';
import { openSignIn } from '../../api/auth/sign-in.ts';
import { type Directory, DirectoryError } from '../../api/core/directory.ts';
import { ensureMember, type Identity } from '../../api/core/members.ts';
import { type Entra, startEntra } from '../helpers/entra.ts';
import { fetchOf, type Graph, startGraph } from '../helpers/graph.ts';
import { openInTeams, type TeamsHostPage } from '../helpers/teams-host.ts';
import { type Door, openSecondDoor } from '../rest/second-door.ts';
import { keepPicture, outsideOf, violationsIn } from './every-look.ts';
import { openWorld, THEMES, type World } from './tab-world.ts';

/** Teams opens pop-ups at https only, so this is where the tab is; what is asked there goes to the server of the test. */
const ORIGIN = 'https://tickets.contoso.com';
const AUTHORITY = 'https://login.contoso-cloud.example';
const OFFER = 'Find everybody in your organisation';
const REFUSED = 'Not allowed yet. An administrator may have to allow it.';
const CONSENT_MISSING = {
  status: 400,
  error: 'invalid_grant',
  suberror: 'consent_required',
  description: "AADSTS65001: The user or administrator has not consented to use the application with ID '…'.",
};

let world: World;
let entra: Entra;
let graph: Graph;
let door: Door;
let ana: Identity;
let anatol: Identity;
let faults: string[];

beforeAll(async () => {
  world = await openWorld();
  const { now } = world.server.clock;
  entra = await startEntra(now);
  graph = await startGraph(entra);
  const { clientId, clientSecret, tenantId, url } = entra;
  const { signIn } = await openSignIn({ clientId, authority: url, tenants: [tenantId], localPeople: [], now });
  const authority = 'https://login.microsoftonline.com';
  const directory = openGraph({
    clientId,
    clientSecret,
    authority,
    now,
    fetch: fetchOf(entra, graph),
    report: () => {},
  });
  door = await openSecondDoor(world.server, { people: { signIn, clientId, authority: AUTHORITY }, directory });
  ana = entra.newPerson('Ana Silva');
  await ensureMember(world.server.environment, world.instance.id, ana, 'owner');
  anatol = entra.newPerson('Anatol Known');
  await ensureMember(world.server.environment, world.instance.id, anatol);
  const mail = 'anabel@contoso.com';
  graph.photos = { [`${entra.tenantId}/${anatol.id}`]: { type: 'image/jpeg', bytes: PHOTO } };
  graph.people = [{ id: randomUUID(), displayName: 'Anabel Far', mail, userPrincipalName: mail }];
}, 90_000);
afterAll(async () => {
  await door.close();
  await graph.close();
  await entra.close();
  await world.close();
});

beforeEach(() => {
  entra.trouble = { token: CONSENT_MISSING };
  faults = [];
});
afterEach(() => expect(faults).toEqual([]));

/** A photo of one green pixel. */
const PHOTO = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/** The page of Entra on which people allow the permissions, or do not. */
function consentPage(url: URL): string {
  const back = (answer: Record<string, string>) =>
    `${url.searchParams.get('redirect_uri')}#${new URLSearchParams(answer)}`;
  const state = url.searchParams.get('state')!;
  const link = (text: string, href: string) => `<p><a href="${href.replaceAll('&', '&amp;')}">${text}</a></p>`;
  return [
    '<!doctype html><title>Permissions requested</title>',
    link('Accept', back({ code: 'a code', state })),
    link('Cancel', back({ error: 'access_denied', error_description: 'AADSTS65004: declined', state })),
    link('Somebody else', back({ code: 'a code', state: randomUUID() })),
    link('Nothing', back({ state })),
  ].join('\n');
}

interface Opened {
  page: Page;
  teams: TeamsHostPage;
  /** Types into the picker of the assignee. */
  search: (text: string) => Promise<void>;
  /** Of whom photos were asked for, in order. */
  photosAsked: string[];
  /** Presses Allow; the pop-up once it is at Entra. */
  allow: () => Promise<Page>;
}

/** A browser in which the tab and Entra ID are where they are for everybody. */
async function newContext(width = 1280): Promise<BrowserContext> {
  const context = await world.browser.newContext({ viewport: { width, height: 800 }, reducedMotion: 'reduce' });
  await context.route(`${ORIGIN}/**`, async (route) => {
    const { pathname, search } = new URL(route.request().url());
    // It has no end, so it cannot be handed over as a whole.
    if (pathname.endsWith('/events')) return route.abort();
    try {
      return await route.fulfill({ response: await route.fetch({ url: door.url + pathname + search }) });
    } catch {
      // The test is over, and the page closed.
    }
  });
  await context.route(`${AUTHORITY}/**`, (route) =>
    route.fulfill({ contentType: 'text/html', body: consentPage(new URL(route.request().url())) }),
  );
  context.on('weberror', (error) => faults.push(error.error().message));
  return context;
}

/** The ticket's page in Teams, with the list of people open. */
async function openPicker(
  place: { locale?: string; tenantId?: string; blocksPopUps?: boolean } = {},
  width = 1280,
): Promise<Opened> {
  const { ticketNo } = await world.createTicket('Who can help');
  const context = await newContext(width);
  const photosAsked: string[] = [];
  context.on('request', (request) => {
    const personId = /\/people\/([^/]+)\/photo$/.exec(request.url())?.[1];
    if (personId) photosAsked.push(personId);
  });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const url = ORIGIN + world.path(`/tickets/${ticketNo}`);
  const teams = await openInTeams(page, { url, token: async () => entra.token(ana), ...place });
  await teams.tab.getByRole('button', { name: /^(Assignee|Zuständig\S*|Responsable|Attribué\S*).*:/ }).click();
  return {
    page,
    teams,
    photosAsked,
    search: (text) => teams.tab.getByRole('combobox').fill(text),
    async allow() {
      const opened = page.waitForEvent('popup');
      await teams.tab.getByRole('button', { name: /^(Allow|Erlauben)/ }).click();
      const popUp = await opened;
      await popUp.getByText('Accept').waitFor();
      return popUp;
    },
  };
}

const option = ({ teams }: Opened, name: string) => teams.tab.getByRole('option', { name });

/** In each theme axe finds nothing in the list of people, and all of it is on the page. */
async function expectNoFault({ page, teams }: Pick<Opened, 'page' | 'teams'>, name: string): Promise<void> {
  for (const theme of THEMES) {
    await teams.setTheme(theme);
    await teams.tab.locator(`body[data-theme="${theme}"]`).waitFor();
    await keepPicture(page, `${name}, ${theme}, 360`);
    const frame = page.frames()[1]!;
    expect([name, theme, ...(await violationsIn(frame)), ...(await outsideOf(frame))]).toEqual([name, theme]);
  }
}

describe('people of the directory, while nobody has allowed the app to look there', () => {
  test('are offered in one line below those who are known; allowed, they are found at once', async () => {
    const opened = await openPicker();
    const { page, teams, search, allow } = opened;
    await option(opened, 'Anatol Known').waitFor();
    // Nothing was searched for, so nothing is missing.
    expect(await teams.tab.getByText(OFFER).count()).toBe(0);
    await search('ana');
    await teams.tab.getByText(OFFER).waitFor();
    await option(opened, 'Anatol Known').waitFor();
    expect(await option(opened, 'Anabel Far').count()).toBe(0);
    const popUp = await allow();
    expect(await teams.tab.getByRole('button', { name: 'Allow' }).getAttribute('aria-disabled')).toBe('true');
    entra.trouble = {};
    const closed = popUp.waitForEvent('close');
    await popUp.getByText('Accept').click();
    await option(opened, 'Anabel Far').waitFor();
    await teams.tab.getByText(OFFER).waitFor({ state: 'detached' });
    await closed;
    await option(opened, 'Anabel Far').click();
    await teams.tab.getByRole('button', { name: 'Assignee: Anabel Far' }).waitFor();
    // Whoever has a ticket is known without the directory.
    await teams.tab.getByRole('button', { name: 'Undo' }).click();
    await teams.tab.getByRole('button', { name: 'Assignee: Nobody' }).waitFor();
    await page.context().close();
  });

  test('show their initials, which one request has told; once allowed, their photos, each asked for once', async () => {
    const opened = await openPicker();
    const { page, teams, search, allow, photosAsked } = opened;
    const face = option(opened, 'Anatol Known').locator('.face');
    await face.getByText('AK').waitFor();
    await search('ana');
    await teams.tab.getByText(OFFER).waitFor();
    const popUp = await allow();
    expect(photosAsked).toHaveLength(1);
    entra.trouble = {};
    await popUp.getByText('Accept').click();
    const photo = face.locator('img');
    await photo.waitFor();
    expect(await photo.evaluate((img) => Reflect.get(img, 'naturalWidth'))).toBe(1);
    expect(await photo.boundingBox()).toEqual(await face.boundingBox());
    expect(await photo.boundingBox()).toMatchObject({ width: 20, height: 20 });
    // Who has none keeps the initials.
    await option(opened, 'Anabel Far').locator('.face').getByText('AF').waitFor();
    const [refused, ...asked] = photosAsked;
    expect(new Set(asked).size).toBe(asked.length);
    expect(asked).toEqual(expect.arrayContaining([refused, anatol.id, graph.people[0]!.id]));
    await page.context().close();
  });

  test('are allowed at Entra by the application, for what is asked of Graph and nothing else', async () => {
    const opened = await openPicker({ tenantId: entra.tenantId });
    await opened.search('ana');
    const popUp = await opened.allow();
    const { pathname, searchParams } = new URL(popUp.url());
    expect(pathname).toBe(`/${entra.tenantId}/oauth2/v2.0/authorize`);
    expect(Object.fromEntries(searchParams)).toEqual({
      client_id: entra.clientId,
      response_type: 'code',
      response_mode: 'fragment',
      redirect_uri: `${ORIGIN}/tab/consent/done`,
      scope: 'User.Read User.ReadBasic.All',
      state: expect.stringMatching(/^[\w-]{36}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
      login_hint: 'whoever@contoso.com',
    });
    await opened.page.context().close();
  });

  test('are allowed in whatever tenant the person is of, where Teams does not name one', async () => {
    const opened = await openPicker({ tenantId: '../evil?' });
    await opened.search('ana');
    expect(new URL((await opened.allow()).url()).pathname).toBe('/organizations/oauth2/v2.0/authorize');
    await opened.page.context().close();
  });

  test.each([
    ['refused', 'Cancel', 'access_denied'],
    ['answered to what another window asked', 'Somebody else', 'state_mismatch'],
    ['left without an answer', 'Nothing', 'no_answer'],
  ])(
    'are not found when it is %s: that is explained, and those who are known can be chosen',
    async (_, link, reason) => {
      const opened = await openPicker();
      const { page, teams, search, allow } = opened;
      await search('ana');
      const popUp = await allow();
      // Even if it would be given by now, this pop-up has not brought it.
      entra.trouble = {};
      await popUp.getByText(link).click();
      await teams.tab.getByText(REFUSED).waitFor();
      const { args } = await teams.askedFor('authentication.authenticate.failure');
      expect(args).toEqual([reason]);
      expect(await option(opened, 'Anabel Far').count()).toBe(0);
      await option(opened, 'Anatol Known').click();
      await teams.tab.getByRole('button', { name: 'Assignee: Anatol Known' }).waitFor();
      await page.context().close();
    },
  );

  test('are not found when the pop-up is closed, or an administrator has to allow it; asked again, they are', async () => {
    const opened = await openPicker({}, 360);
    const { page, teams, search, allow } = opened;
    await search('ana');
    const offer = teams.tab.getByText(OFFER);
    await offer.waitFor();
    await expectNoFault(opened, 'offer');
    // By keyboard alone.
    await page.keyboard.press('Tab');
    const first = page.waitForEvent('popup');
    await page.keyboard.press('Enter');
    await (await first).getByText('Accept').waitFor();
    await (await first).close();
    await teams.tab.getByText('Not allowed yet: the window was closed.').waitFor();
    const second = await allow();
    const closed = second.waitForEvent('close');
    await second.getByText('Accept').click();
    await closed;
    await teams.tab.getByRole('button', { name: 'Allow', disabled: false }).waitFor();
    await teams.tab.getByText(REFUSED).waitFor();
    await expectNoFault(opened, 'refusal');
    // Teams may let nothing be copied; then it can be read.
    await teams.tab.getByRole('button', { name: 'Copy the link for an administrator' }).click();
    await teams.tab.getByText(`${AUTHORITY}/organizations/adminconsent?client_id=${entra.clientId}`).waitFor();
    await expectNoFault(opened, 'address');
    const third = await allow();
    entra.trouble = {};
    await third.getByText('Accept').click();
    await option(opened, 'Anabel Far').waitFor();
    await page.context().close();
  });

  test('are found when the pop-up is taken for closed although it had its answer', async () => {
    const opened = await openPicker();
    await opened.search('ana');
    const popUp = await opened.allow();
    entra.trouble = {};
    await popUp.close();
    await option(opened, 'Anabel Far').waitFor();
    await opened.page.context().close();
  });

  test('are not found when the browser lets no window open: that is told', async () => {
    const { page, teams, search } = await openPicker({ blocksPopUps: true });
    await search('ana');
    await teams.tab.getByRole('button', { name: /^Allow/ }).click();
    await teams.tab.getByText('Let Teams open pop-ups').waitFor();
    await page.context().close();
  });

  test('are offered in the language of the person', async () => {
    const { page, teams, search, allow } = await openPicker({ locale: 'de-de' });
    await search('ana');
    await teams.tab.getByText('Alle in Ihrer Organisation finden').waitFor();
    await (await allow()).close();
    await teams.tab.getByText('Das Fenster wurde geschlossen.').waitFor();
    await page.context().close();
  });
});

test('who may not be signed in yet allows it in the pop-up, or learns that an administrator has to', async () => {
  let isAllowed = false;
  const token = async () => {
    if (!isAllowed) throw new Error('resourceRequiresConsent');
    return entra.token(ana);
  };
  const context = await newContext();
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const teams = await openInTeams(page, { url: ORIGIN + world.path(), tenantId: entra.tenantId, token });
  const answer = async (link: string) => {
    const opened = page.waitForEvent('popup');
    await teams.tab.getByRole('button', { name: 'Allow' }).click();
    await (await opened).getByText(link).click();
  };
  await answer('Cancel');
  await teams.tab.getByText('An administrator may have to allow it: send them the link').waitFor();
  await teams.tab.getByRole('button', { name: 'Copy the link for an administrator' }).waitFor();
  isAllowed = true;
  await answer('Accept');
  await teams.tab.getByRole('button', { name: 'Ana Silva: settings' }).waitFor();
  await context.close();
});

describe('a help desk that somebody of its team opens for the first time', () => {
  test('lets them in once the app may see their teams', async () => {
    const channel = { teamId: randomUUID(), channelId: `19:${randomUUID()}@thread.tacv2`, name: 'Facilities' };
    const mia = entra.newPerson('Mia of the team');
    graph.owners = { [channel.teamId]: [ana.id] };
    graph.members = { [channel.teamId]: [mia.id] };
    entra.trouble = {};
    const made = await fetch(`${door.url}/ticketing/v1/me/channels`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${entra.token(ana)}` },
      body: JSON.stringify(channel),
    });
    const { item } = (await made.json()) as { item: { id: string } };
    entra.trouble = { token: CONSENT_MISSING };
    const context = await newContext(360);
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    const url = `${ORIGIN}/tab/instances/${item.id}`;
    const teams = await openInTeams(page, { url, channel, token: async () => entra.token(mia) });
    await teams.tab.getByText('Let the app see that you are in this team').waitFor();
    await expectNoFault({ page, teams }, 'not in yet');
    const opened = page.waitForEvent('popup');
    await teams.tab.getByRole('button', { name: 'Let the app see my teams' }).click();
    const popUp = await opened;
    await popUp.getByText('Accept').waitFor();
    entra.trouble = {};
    await popUp.getByText('Accept').click();
    await teams.tab.getByRole('button', { name: 'Mia of the team: settings' }).waitFor();
    await context.close();
  });
});

describe('in a plain browser', () => {
  test('nothing is offered, for there is no Teams to open the pop-up', async () => {
    const missing = () => Promise.reject(new DirectoryError('consent_required', undefined));
    const directory: Directory = { findPeople: missing, teamRole: missing, photo: async () => null };
    const local = await openSecondDoor(world.server, { directory });
    const { ticketNo } = await world.createTicket('Alone');
    const page = await world.open(world.people.ana, world.path(`/tickets/${ticketNo}`));
    await page.goto(local.url + world.path(`/tickets/${ticketNo}`));
    await page.getByRole('button', { name: 'Assignee: Nobody' }).click();
    const answered = page.waitForResponse((response) => response.url().includes('/people?search=ana&among=everyone'));
    await page.getByRole('combobox').fill('ana');
    expect((await answered).headers().warning).toContain('directory_consent_required');
    // Who works the tickets comes first, and apart from those who do not.
    const others = page.getByRole('group', { name: 'Others, who do not work tickets here' });
    await others.getByRole('option', { name: 'Anatol Known' }).waitFor();
    expect(await page.locator('.pick-group').allTextContents()).toEqual([
      'Work tickets here',
      'Others, who do not work tickets here',
    ]);
    expect(await page.getByRole('option').first().textContent()).toContain('Ana Agent');
    expect(await page.getByText(OFFER).count()).toBe(0);
    await page.close();
    await local.close();
  });

  test.each(['/tab/consent', '/tab/consent/done'])('%s, opened by hand, says that it can be closed', async (path) => {
    const context = await world.browser.newContext();
    const page = await context.newPage();
    await page.goto(world.server.url + path);
    await page.getByText('You can close this window.').waitFor();
    await context.close();
  });
});
