import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { openGraph } from '../../api/auth/graph.ts';
import { openSignIn } from '../../api/auth/sign-in.ts';
import { BASE_PATH } from '../../api/contract/wire.ts';
import { ensureMember, type Identity } from '../../api/core/members.ts';
import { BUT_TIME } from '../helpers/clock.ts';
import { type Entra, startEntra } from '../helpers/entra.ts';
import { fetchOf, type Graph, startGraph } from '../helpers/graph.ts';
import { startServer, type TestInstance, type TestServer } from '../helpers/server.ts';
import { expectProblem } from './problems.ts';
import { apiOf, succeed } from './reference.ts';
import { type Door, openSecondDoor } from './second-door.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

let entra: Entra;
let graph: Graph;
let door: Door;
let instance: TestInstance;
let ana: Identity;
/** What whoever runs the server is told. */
let faults: string[];

const CONSENT = 'directory_consent_required: ';
const AWAY = 'directory_unavailable: ';
const CONSENT_MISSING = {
  status: 400,
  error: 'invalid_grant',
  suberror: 'consent_required',
  description: "AADSTS65001: The user or administrator has not consented to use the application with ID '…'.",
};

async function openDoor(clientSecret = entra.clientSecret): Promise<Door> {
  const { clientId, tenantId, url } = entra;
  const { now } = server.clock;
  const { signIn } = await openSignIn({ clientId, authority: url, tenants: [tenantId], localPeople: [], now });
  const authority = 'https://login.microsoftonline.com';
  const report = (fault: string) => void faults.push(fault);
  const directory = openGraph({ clientId, clientSecret, authority, now, fetch: fetchOf(entra, graph), report });
  return openSecondDoor(server, { people: { signIn, clientId }, directory });
}

beforeEach(async () => {
  faults = [];
  entra = await startEntra(server.clock.now);
  graph = await startGraph(entra);
  door = await openDoor();
  instance = await server.newInstance();
  ana = entra.newPerson('Ana Silva');
  await ensureMember(server.environment, instance.id, ana, 'owner');
  await ensureMember(server.environment, instance.id, entra.newPerson('Anatol Known'));
  const person = (displayName: string | null, mail: string | null, userPrincipalName: string) => ({
    ...{ id: randomUUID(), displayName, mail, userPrincipalName },
  });
  graph.people = [
    person('Anabel Far', 'anabel@contoso.com', 'anabel@contoso.onmicrosoft.com'),
    person('Bo Far', null, 'bo@contoso.onmicrosoft.com'),
    person(null, 'room@contoso.com', 'room@contoso.onmicrosoft.com'),
    { ...person('Ana Silva-Santos', 'ana@elsewhere.example', 'x'), id: ana.id.toUpperCase() },
  ];
});
afterEach(async () => {
  await door.close();
  await graph.close();
  await entra.close();
});

interface Found {
  names: string[];
  warnings: string;
}

async function search(text: string, token = entra.token(ana), at = door): Promise<Found> {
  const path = `${at.url}${BASE_PATH}/instances/${instance.id}/people?search=${encodeURIComponent(text)}`;
  const response = await fetch(path, { headers: { Authorization: `Bearer ${token}` } });
  const { items } = (await response.json()) as { items: { name: string; email: string }[] };
  expect(response.status).toBe(200);
  return { names: items.map(({ name }) => name), warnings: response.headers.get('Warning') ?? '' };
}

const grants = () => entra.requests.filter((one) => one.endsWith('/token')).length;

describe('people are found', () => {
  test.each([
    ['ana', ['Ana Silva', 'Anatol Known', 'Anabel Far']],
    ['bo', ['Bo Far']],
    ['Bo  FAR', ['Bo Far']],
    ['room@contoso.com', ['room@contoso.com']],
    ['silva', ['Ana Silva']],
    ['nobody', []],
    ['"', []],
    ['bo" OR "displayName:ana', []],
    ['bo\\', ['Bo Far']],
    ['bo&$top=999#', []],
  ])('by %j: those who are known, then those of the directory, nobody twice', async (text, names) => {
    expect(await search(text)).toEqual({ names, warnings: '' });
  });

  test('with the mail address they have, else the name they sign in by', async () => {
    const path = `${door.url}${BASE_PATH}/instances/${instance.id}/people?search=far`;
    const response = await fetch(path, { headers: { Authorization: `Bearer ${entra.token(ana)}` } });
    expect(await response.json()).toMatchObject({
      items: [
        { id: graph.people[0]!.id, name: 'Anabel Far', email: 'anabel@contoso.com' },
        { id: graph.people[1]!.id, name: 'Bo Far', email: 'bo@contoso.onmicrosoft.com' },
      ],
      itemCount: 2,
    });
  });

  test('by what Graph needs to be told, and no more is read of them', async () => {
    await search('ana');
    const [{ pathname, searchParams }] = graph.requests as [URL];
    expect(pathname).toBe('/v1.0/users');
    expect(Object.fromEntries(searchParams)).toEqual({
      $search: '"displayName:ana" OR "mail:ana" OR "userPrincipalName:ana"',
      $select: 'id,displayName,mail,userPrincipalName',
      $top: '25',
    });
  });

  test('in the directory by those who sign in alone; nobody asks it for nothing', async () => {
    const key = `${door.url}${BASE_PATH}/people?search=ana&key=${instance.keys.primary}`;
    expect(await (await fetch(key)).json()).toMatchObject({ itemCount: 2 });
    expect((await search('')).names).toHaveLength(2);
    expect((await search('  ')).names).toHaveLength(2);
    expect(graph.requests).toEqual([]);
    expect(grants()).toBe(0);
  });
});

describe('on behalf of somebody', () => {
  test('is asked for once, however much they search, even at once', async () => {
    const token = entra.token(ana);
    await Promise.all(['a', 'an', 'ana', 'anab', 'anabe'].map((text) => search(text, token)));
    await search('bo', token);
    expect(graph.requests).toHaveLength(6);
    expect(grants()).toBe(1);
    expect([...entra.graphTokens.values()].map(({ id }) => id)).toEqual([ana.id]);
  });

  test('is asked for each of them, for one may see what another may not', async () => {
    const bo = entra.newPerson('Bo Other');
    await ensureMember(server.environment, instance.id, bo);
    await search('ana');
    await search('ana', entra.token(bo));
    expect([...entra.graphTokens.values()].map(({ id }) => id)).toEqual([ana.id, bo.id]);
  });
});

describe('everything works when the directory does not:', () => {
  test.each<[string, string, () => void]>([
    ['consent is missing', CONSENT, () => (entra.trouble = { token: CONSENT_MISSING })],
    [
      'consent is missing, by its number alone',
      CONSENT,
      () => (entra.trouble = { token: { ...CONSENT_MISSING, suberror: '' } }),
    ],
    [
      'a second factor is wanted',
      CONSENT,
      () => {
        const description = 'AADSTS50076: You must use multi-factor authentication.';
        entra.trouble = {
          token: { status: 400, error: 'interaction_required', suberror: 'basic_action', description },
        };
      },
    ],
    [
      'Graph says that the consent is not enough',
      CONSENT,
      () => (graph.trouble = { status: 403, body: '{"error":{"code":"Authorization_RequestDenied"}}' }),
    ],
    ['Entra is away', AWAY, () => (entra.trouble = { entra: 'closed' })],
    ['Graph is away', AWAY, () => (graph.trouble = 'closed')],
    ['Graph fails', AWAY, () => (graph.trouble = { status: 500 })],
    ['Graph does not believe the token', AWAY, () => (graph.trouble = { status: 401 })],
    ['Graph answers a page', AWAY, () => (graph.trouble = { status: 200, body: '<html>' })],
    ['Graph answers something else', AWAY, () => (graph.trouble = { status: 200, body: '{"value":[{"id":1}]}' })],
    [
      'Graph leads elsewhere',
      AWAY,
      () => (graph.trouble = { status: 302, headers: { Location: `${entra.url}/elsewhere` } }),
    ],
  ])('%s', async (_, warning, happens) => {
    // The keys are known: it is the directory that is away.
    await search('nobody', entra.token(ana, { scp: 'access_as_user other' }));
    happens();
    const { names, warnings } = await search('ana');
    expect(names).toEqual(['Ana Silva', 'Anatol Known']);
    expect(warnings).toMatch(new RegExp(`^299 - "${warning}`));
    expect(warnings).not.toMatch(/AADSTS|eyJ|http/);
    expect(entra.requests).not.toContain('GET /elsewhere');
    entra.trouble = {};
    graph.trouble = undefined;
    expect(await search('ana')).toEqual({ names: ['Ana Silva', 'Anatol Known', 'Anabel Far'], warnings: '' });
    expect(door.log.filter((line) => /eyJ|AADSTS|"error"/.test(line))).toEqual([]);
  });

  test('the secret is wrong', async () => {
    const wrong = await openDoor('another secret');
    const { names, warnings } = await search('ana', entra.token(ana), wrong);
    expect(names).toEqual(['Ana Silva', 'Anatol Known']);
    expect(warnings).toContain(AWAY);
    await wrong.close();
  });

  test.each([429, 500])('Entra is busy (%i): it is left alone for a minute, then asked again', async (status) => {
    // The minute is one of the machine's clock.
    jest.useFakeTimers({ now: Date.now(), doNotFake: [...BUT_TIME] });
    try {
      await search('nobody', entra.token(ana, { scp: 'access_as_user other' }));
      entra.trouble = { token: { status, error: 'temporarily_unavailable', description: 'AADSTS90033: Busy.' } };
      expect((await search('ana')).warnings).toContain(AWAY);
      entra.trouble = {};
      const before = grants();
      expect((await search('ana')).warnings).toContain(AWAY);
      expect(grants()).toBe(before);
      jest.setSystemTime(Date.now() + 61_000);
      expect((await search('ana')).warnings).toBe('');
    } finally {
      jest.useRealTimers();
    }
  });

  test.each([429, 503])(
    'Graph is busy (%i): it is left alone for as long as it says, then asked again',
    async (status) => {
      graph.trouble = { status, headers: { 'Retry-After': '120' } };
      expect((await search('ana')).warnings).toContain(AWAY);
      graph.trouble = undefined;
      server.clock.advance(119_999);
      expect((await search('ana')).warnings).toContain(AWAY);
      expect(graph.requests).toHaveLength(1);
      server.clock.advance(1);
      expect((await search('ana')).warnings).toBe('');
      expect(graph.requests).toHaveLength(2);
    },
  );
});

describe('whoever runs the server', () => {
  const traced = (description: string) =>
    `${description} Trace ID: ${randomUUID()} Correlation ID: ${randomUUID()} Timestamp: 2026-11-22 07:00:00Z`;

  test.each([
    ['AADSTS7000222: The provided client secret keys are expired.', AWAY],
    ['AADSTS700016: Application was not found in the directory.', AWAY],
    ['AADSTS50105: The signed in user is not assigned to a role for the application.', AWAY],
    ['AADSTS65001: The user or administrator has not consented.', CONSENT],
  ])('hears once in ten minutes that nobody is found: %s', async (description, warning) => {
    const suberror = warning === CONSENT ? 'consent_required' : '';
    const once = async () => {
      entra.trouble = { token: { status: 400, error: 'invalid_grant', suberror, description: traced(description) } };
      expect((await search('ana')).warnings).toContain(warning);
    };
    await once();
    await once();
    expect(faults).toEqual([description]);
    server.clock.advance(10 * 60_000);
    await once();
    expect(faults).toEqual([description, description]);
  });

  test('hears of each fault, and of none while all is well', async () => {
    await search('ana');
    expect(faults).toEqual([]);
    graph.trouble = { status: 403 };
    await search('bo');
    graph.trouble = 'closed';
    await search('cy');
    expect(faults).toHaveLength(2);
    expect(faults[0]).toBe('Graph answered 403');
    expect(faults.join()).not.toContain(entra.clientSecret);
  });
});

describe('a channel', () => {
  const open = (person: Identity, body: object) =>
    fetch(`${door.url}${BASE_PATH}/me/channels`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${entra.token(person)}` },
      body: JSON.stringify({ name: 'Help Desk', ...body }),
    });
  const roleOf = async (response: Promise<Response>) => {
    const { item } = (await (await response).json()) as { item?: { id: string; role: string } };
    return item?.role;
  };
  const newChannel = () => ({ teamId: randomUUID(), channelId: `19:${randomUUID()}@thread.tacv2` });

  test('lets the people of its team in as what they are there, and nobody else', async () => {
    const channel = newChannel();
    const [otto, mia, sten] = ['Otto', 'Mia', 'Sten'].map(entra.newPerson) as [Identity, Identity, Identity];
    graph.owners = { [randomUUID()]: [otto.id], [randomUUID()]: [otto.id], [channel.teamId.toUpperCase()]: [otto.id] };
    graph.members = { [channel.teamId]: [otto.id, mia.id] };
    expect(await roleOf(open(otto, channel))).toBe('owner');
    expect(await roleOf(open(mia, channel))).toBe('member');
    await expectProblem(await open(sten, channel), 'forbidden');
    expect(await roleOf(open(mia, channel))).toBe('member');
    // Where the owner has become another one.
    graph.owners = { [channel.teamId]: [mia.id] };
    expect(await roleOf(open(mia, channel))).toBe('owner');
  });

  test('is not opened by who owns another team and says that it is of that one', async () => {
    const channel = newChannel();
    const [otto, mallory] = ['Otto', 'Mallory'].map(entra.newPerson) as [Identity, Identity];
    const teamId = randomUUID();
    graph.owners = { [channel.teamId]: [otto.id], [teamId]: [mallory.id] };
    expect(await roleOf(open(otto, channel))).toBe('owner');
    await expectProblem(await open(mallory, { ...channel, teamId }), 'forbidden');
  });

  test('of a team that one does not belong to gets no instance', async () => {
    const [sten, otto] = ['Sten', 'Otto'].map(entra.newPerson) as [Identity, Identity];
    const channel = newChannel();
    const before = (await server.environment.store.registry.instances()).length;
    await expectProblem(await open(sten, channel), 'forbidden');
    expect(await server.environment.store.registry.instances()).toHaveLength(before);
    graph.owners = { [channel.teamId]: [otto.id] };
    expect(await roleOf(open(otto, channel))).toBe('owner');
  });

  test('is not set up by who is a member of its team only', async () => {
    const channel = newChannel();
    const [mia, otto] = ['Mia', 'Otto'].map(entra.newPerson) as [Identity, Identity];
    graph.members = { [channel.teamId]: [mia.id, otto.id] };
    graph.owners = { [channel.teamId]: [otto.id] };
    expect(await roleOf(open(mia, channel))).toBe('member');
    expect(await roleOf(open(otto, channel))).toBe('owner');
  });

  test('is not made by who gives no name for it: they are let into what is there', async () => {
    const channel = newChannel();
    const [otto, mia] = ['Otto', 'Mia'].map(entra.newPerson) as [Identity, Identity];
    graph.owners = { [channel.teamId]: [otto.id] };
    graph.members = { [channel.teamId]: [mia.id] };
    const before = (await server.environment.store.registry.instances()).length;
    await expectProblem(await open(otto, { ...channel, name: undefined }), 'not_found');
    expect(await server.environment.store.registry.instances()).toHaveLength(before);
    expect(await roleOf(open(otto, channel))).toBe('owner');
    expect(await roleOf(open(mia, { ...channel, name: undefined }))).toBe('member');
  });

  test.each<[string, () => void]>([
    ['without consent', () => (entra.trouble = { token: CONSENT_MISSING })],
    ['while Graph is away', () => (graph.trouble = 'closed')],
  ])('%s is opened by who comes first, and by who was added', async (_, happens) => {
    const channel = newChannel();
    const [otto, mia] = ['Otto', 'Mia'].map(entra.newPerson) as [Identity, Identity];
    graph.members = { [channel.teamId]: [mia.id] };
    await search('nobody');
    happens();
    const opened = await open(otto, channel);
    const { item } = (await opened.json()) as { item: { id: string; role: string } };
    expect(item.role).toBe('owner');
    await expectProblem(await open(mia, channel), 'forbidden');
    await ensureMember(server.environment, item.id, mia, 'assignee');
    expect(await roleOf(open(mia, channel))).toBe('assignee');
    entra.trouble = {};
    graph.trouble = undefined;
    // The directory raises nobody above what their team says, and lowers nobody.
    expect(await roleOf(open(mia, channel))).toBe('assignee');
  });
});

test('nobody but Microsoft is asked, and only for what this needs', async () => {
  await search('ana');
  const paths = new Set(entra.requests.map((one) => one.split('/').at(-1)));
  expect([...paths].filter((one) => !['keys', 'token', 'openid-configuration'].includes(one!))).toEqual([]);
  expect(succeed(await apiOf(instance).get('/people?search=ana')).body.itemCount).toBe(2);
});
