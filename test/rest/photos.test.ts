import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { openGraph } from '../../api/auth/graph.ts';
import { openSignIn } from '../../api/auth/sign-in.ts';
import { BASE_PATH } from '../../api/contract/wire.ts';
import type { Identity } from '../../api/core/members.ts';
import { type Entra, startEntra } from '../helpers/entra.ts';
import { fetchOf, type Graph, startGraph } from '../helpers/graph.ts';
import { startServer, type TestServer } from '../helpers/server.ts';
import { expectProblem } from './problems.ts';
import { type Door, openSecondDoor } from './second-door.ts';

/** Photos of one pixel, as browsers take them. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const GIF = Buffer.from('R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAUwAOw==', 'base64');
const JPEG = Buffer.concat([Buffer.from('ffd8ffe000104a46494600010100000100010000ffd9', 'hex'), Buffer.alloc(500)]);
const SVG = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>');
const CONSENT_MISSING = {
  status: 400,
  error: 'invalid_grant',
  suberror: 'consent_required',
  description: "AADSTS65001: The user or administrator has not consented to use the application with ID '…'.",
};
const HOUR_MS = 60 * 60_000;
const OTHER_TENANT = randomUUID();

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

let entra: Entra;
let graph: Graph;
let door: Door;
let ana: Identity;
/** Whose photo is asked for. */
let bo: Identity;

beforeEach(async () => {
  const { now } = server.clock;
  entra = await startEntra(now);
  graph = await startGraph(entra);
  const { clientId, clientSecret, tenantId, url } = entra;
  const tenants = [tenantId, OTHER_TENANT];
  const { signIn } = await openSignIn({ clientId, authority: url, tenants, localPeople: [], now });
  const authority = 'https://login.microsoftonline.com';
  const directory = openGraph({
    clientId,
    clientSecret,
    authority,
    now,
    fetch: fetchOf(entra, graph),
    report: () => {},
  });
  door = await openSecondDoor(server, { people: { signIn, clientId }, directory });
  ana = entra.newPerson('Ana Silva');
  bo = entra.newPerson('Bo Far');
  graph.photos = { [`${entra.tenantId}/${bo.id}`]: { type: 'image/jpeg', bytes: JPEG } };
});
afterEach(async () => {
  await door.close();
  await graph.close();
  await entra.close();
});

const photoOf = (personId: string, token = entra.token(ana)) =>
  fetch(`${door.url}${BASE_PATH}/people/${encodeURIComponent(personId)}/photo`, {
    headers: { Authorization: `Bearer ${token}` },
  });

const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer());

const gives = (bytes: Uint8Array, type = 'image/jpeg') => {
  graph.photos[`${entra.tenantId}/${bo.id}`] = { type, bytes };
};

describe('a photo', () => {
  test.each([
    ['image/jpeg', JPEG],
    ['image/png', PNG],
    ['image/gif', GIF],
  ])('that is %s goes out as its bytes, to be kept by who asked and nobody between', async (type, bytes) => {
    gives(bytes, 'application/octet-stream');
    const response = await photoOf(bo.id.toUpperCase());
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': type,
      'content-length': String(bytes.length),
      'cache-control': 'private, max-age=3600',
      vary: 'Authorization',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    });
    expect(await bytesOf(response)).toEqual(bytes);
    expect(graph.requests.map(({ pathname }) => pathname)).toEqual([`/v1.0/users/${bo.id}/photos/48x48/$value`]);
  });

  test.each<[string, Uint8Array, string]>([
    ['a page', Buffer.from('<!doctype html><script>alert(1)</script>'), 'text/html'],
    ['a page that says it is a photo', Buffer.from('<!doctype html><script>alert(1)</script>'), 'image/jpeg'],
    ['an SVG', SVG, 'image/svg+xml'],
    ['another file', Buffer.from('%PDF-1.7\n'), 'image/png'],
    ['nothing', Buffer.alloc(0), 'image/jpeg'],
    ['larger than 100 kB', Buffer.concat([JPEG, Buffer.alloc(100_000)]), 'image/jpeg'],
  ])('that is %s is none', async (_, bytes, type) => {
    gives(bytes, type);
    await expectProblem(await photoOf(bo.id), 'not_found');
  });

  test('as large as may be goes out whole', async () => {
    gives(Buffer.concat([JPEG, Buffer.alloc(100_000 - JPEG.length)]));
    expect(await bytesOf(await photoOf(bo.id))).toHaveLength(100_000);
  });

  test.each([
    ...['ana@contoso.com', 'api', 'me', '..', '../me/photo', 'x'.repeat(255), '%', '\0', "1' or '1'='1"],
    ...['00000000000070008000000000000001', '{00000000-0000-7000-8000-000000000001}', `${randomUUID()}/photo?x`],
  ])('of %j is none, and nobody is asked', async (personId) => {
    await expectProblem(await photoOf(personId), 'not_found');
    expect(graph.requests).toEqual([]);
    expect(entra.requests.filter((one) => one.endsWith('/token'))).toEqual([]);
  });

  test('is none without a directory; with a key it is 401', async () => {
    const { people } = server;
    const { url, close } = await openSecondDoor(server, { people });
    const [instance, person] = [await server.newInstance(), server.newPerson('Olga')];
    const path = `${url}${BASE_PATH}/people/${bo.id}/photo`;
    const headers = { Authorization: `Bearer ${await server.token(person)}` };
    const { detail } = await expectProblem(await fetch(path, { headers }), 'not_found');
    expect(detail).toBe('There is no directory that knows a photo by this id.');
    await expectProblem(await fetch(`${path}?key=${instance.keys.administrative}`), 'unauthorized');
    await expectProblem(await fetch(path), 'unauthorized');
    await close();
  });
});

describe('Graph is asked once', () => {
  test('for a hundred who look, at once or one after another, for four hours', async () => {
    const looks = Array.from({ length: 50 }, (_, index) => entra.token(entra.newPerson(`Agent ${index}`)));
    const look = async (token: string) => (await photoOf(bo.id, token)).status;
    const atOnce = await Promise.all(looks.map(look));
    for (const token of looks) expect(await look(token)).toBe(200);
    expect(new Set(atOnce)).toEqual(new Set([200]));
    expect(graph.requests).toHaveLength(1);
    gives(PNG);
    server.clock.advance(4 * HOUR_MS - 1);
    expect((await photoOf(bo.id)).headers.get('Content-Type')).toBe('image/jpeg');
    server.clock.advance(1);
    expect((await photoOf(bo.id)).headers.get('Content-Type')).toBe('image/png');
    expect(graph.requests).toHaveLength(2);
  });

  test('for somebody who has none, for an hour', async () => {
    graph.photos = {};
    await expectProblem(await photoOf(bo.id), 'not_found');
    gives(JPEG);
    server.clock.advance(HOUR_MS - 1);
    const { detail } = await expectProblem(await photoOf(bo.id), 'not_found');
    expect(detail).toBe('This person has no photo.');
    expect(graph.requests).toHaveLength(1);
    server.clock.advance(1);
    expect((await photoOf(bo.id)).status).toBe(200);
  });

  test('again for what the memory has no room for', async () => {
    const large = Buffer.concat([JPEG, Buffer.alloc(90_000)]);
    const ids = Array.from({ length: 200 }, () => randomUUID());
    for (const id of ids) graph.photos[`${entra.tenantId}/${id}`] = { type: 'image/jpeg', bytes: large };
    for (const id of ids) expect(await bytesOf(await photoOf(id))).toHaveLength(large.length);
    expect(graph.requests).toHaveLength(200);
    await photoOf(ids.at(-1)!);
    expect(graph.requests).toHaveLength(200);
    await photoOf(ids[0]!);
    expect(graph.requests).toHaveLength(201);
  });
});

describe('nobody is shown more than they may see:', () => {
  test('what one tenant has is not found in another', async () => {
    const stranger: Identity = { ...entra.newPerson('Sten Stranger'), tenantId: OTHER_TENANT };
    expect((await photoOf(bo.id)).status).toBe(200);
    await expectProblem(await photoOf(bo.id, entra.token(stranger)), 'not_found');
    const twin = { type: 'image/png', bytes: PNG };
    graph.photos[`${OTHER_TENANT}/${bo.id}`] = twin;
    server.clock.advance(HOUR_MS);
    expect((await photoOf(bo.id, entra.token(stranger))).headers.get('Content-Type')).toBe('image/png');
    expect((await photoOf(bo.id)).headers.get('Content-Type')).toBe('image/jpeg');
  });

  test('a guest is shown what Graph shows to them', async () => {
    const guest = entra.newPerson('Gus Guest');
    const token = entra.token(guest, { idp: `https://sts.windows.net/${OTHER_TENANT}/` });
    expect((await photoOf(bo.id)).status).toBe(200);
    graph.trouble = { status: 403 };
    await expectProblem(await photoOf(bo.id, token), 'forbidden');
    expect((await photoOf(bo.id)).status).toBe(200);
  });

  test('who has not allowed it gets nothing that the consent of others has brought', async () => {
    const [carl, hers] = [entra.newPerson('Carl'), entra.token(ana)];
    expect((await photoOf(bo.id, hers)).status).toBe(200);
    entra.trouble = { token: CONSENT_MISSING };
    const { detail } = await expectProblem(await photoOf(bo.id, entra.token(carl)), 'forbidden');
    expect(detail).toBe('Allow the app to look into the directory first: search for somebody in the tab.');
    expect((await photoOf(bo.id, hers)).status).toBe(200);
    entra.trouble = {};
    expect((await photoOf(bo.id, entra.token(carl))).status).toBe(200);
    expect(graph.requests).toHaveLength(1);
  });
});

describe('what could not be asked is not remembered:', () => {
  test.each<[string, () => void]>([
    ['Entra is away', () => (entra.trouble = { entra: 'closed' })],
    ['Graph is away', () => (graph.trouble = 'closed')],
    ['Graph fails', () => (graph.trouble = { status: 500 })],
    ['Graph does not believe the token', () => (graph.trouble = { status: 401 })],
    [
      'Graph leads elsewhere',
      () => (graph.trouble = { status: 302, headers: { Location: 'https://elsewhere.example/' } }),
    ],
  ])('%s', async (_, happens) => {
    // The keys are known: it is the directory that is away.
    expect((await photoOf('nobody', entra.token(ana, { scp: 'access_as_user other' }))).status).toBe(404);
    happens();
    const response = await photoOf(bo.id);
    expect(response.headers.get('Retry-After')).toBe('60');
    await expectProblem(response, 'unavailable');
    entra.trouble = {};
    graph.trouble = undefined;
    expect((await photoOf(bo.id)).status).toBe(200);
    expect(door.log.filter((line) => /eyJ|AADSTS/.test(line))).toEqual([]);
  });

  test.each([429, 503])(
    'Graph is busy with photos (%i): they wait, and people are found all the same',
    async (status) => {
      const { id } = await server.newInstance();
      await expectProblem(await photoOf('nobody'), 'not_found');
      graph.trouble = { status, headers: { 'Retry-After': '120' } };
      await expectProblem(await photoOf(bo.id), 'unavailable');
      graph.trouble = undefined;
      server.clock.advance(119_999);
      await expectProblem(await photoOf(bo.id), 'unavailable');
      expect(graph.requests).toHaveLength(1);
      const { item } = (await (await openChannel(id)).json()) as { item: { role: string } };
      expect(item.role).toBe('owner');
      const before = graph.requests.length;
      server.clock.advance(1);
      expect((await photoOf(bo.id)).status).toBe(200);
      expect(graph.requests).toHaveLength(before + 1);
    },
  );

  /** Asks the directory for something else: what somebody is in a team. */
  const openChannel = (teamId: string) => {
    graph.owners = { [teamId]: [ana.id] };
    return fetch(`${door.url}${BASE_PATH}/me/channels`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${entra.token(ana)}` },
      body: JSON.stringify({ name: 'Help Desk', teamId, channelId: `19:${randomUUID()}@thread.tacv2` }),
    });
  };
});

test('the tab is told whether there are photos to ask for', async () => {
  const told = await Promise.all(
    [server.url, door.url].map(async (url) => (await fetch(`${url}/tab/config.json`)).json()),
  );
  expect(told).toMatchObject([{ hasPhotos: false }, { hasPhotos: true }]);
});
