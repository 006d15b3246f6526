import { createHmac, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { openSignIn } from '../../api/auth/sign-in.ts';
import { BASE_PATH } from '../../api/contract/wire.ts';
import { ensureMember, type Identity } from '../../api/core/members.ts';
import { BUT_TIME } from '../helpers/clock.ts';
import { type Claims, type Entra, newKey, signed, startEntra, unsigned } from '../helpers/entra.ts';
import { startServer, type TestInstance, type TestServer } from '../helpers/server.ts';
import { expectProblem } from './problems.ts';
import { apiOf, succeed } from './reference.ts';
import { type Door, openSecondDoor } from './second-door.ts';

let server: TestServer;
let entra: Entra;
let door: Door;
let instance: TestInstance;
let ana: Identity;
/** Where the tokens' headers lead to, with how often somebody came. */
let elsewhere: Server;
let elsewhereUrl: string;
let visits = 0;

const openDoor = async (authority = entra.url): Promise<Door> => {
  const { clientId, tenantId } = entra;
  const { now } = server.clock;
  const { signIn } = await openSignIn({ clientId, authority, tenants: [tenantId], localPeople: [], now });
  return openSecondDoor(server, { people: { signIn, clientId } });
};

beforeAll(async () => {
  server = await startServer();
  entra = await startEntra(server.clock.now);
  elsewhere = createServer((_, response) => {
    visits++;
    const { publicKey, kid } = entra.key();
    response.end(JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid }] }));
  }).listen(0, '127.0.0.1');
  await once(elsewhere, 'listening');
  elsewhereUrl = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/keys`;
  door = await openDoor();
  instance = await server.newInstance();
  ana = entra.newPerson('Ana Silva');
  await ensureMember(server.environment, instance.id, ana, 'owner');
});
afterAll(async () => {
  await door.close();
  elsewhere.close();
  await entra.close();
  await server.close();
});

const ticket = (title: string) => JSON.stringify({ ticket: { title, requestor: ana } });

interface Way {
  authorization?: string;
  query?: string;
  headers?: Record<string, string>;
}

/** Creates a ticket, as somebody who would come in by these. */
function ask({ authorization, query = '', headers }: Way, { url } = door): Promise<Response> {
  return fetch(`${url}${BASE_PATH}/instances/${instance.id}/tickets${query}`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      ...(authorization !== undefined && { Authorization: authorization }),
      ...headers,
    },
    body: ticket('By a token'),
  });
}

const askMe = (token: string, { url } = door): Promise<Response> =>
  fetch(`${url}${BASE_PATH}/me`, { headers: { Authorization: `Bearer ${token}` } });

const good = (): string => entra.token(ana);
const header = (): Claims => ({ alg: 'RS256', typ: 'JWT', kid: entra.key().kid });
const claims = (): Claims => entra.claims(ana);
const seconds = (): number => server.clock.now().getTime() / 1000;
const bearer = (token: string): Way => ({ authorization: `Bearer ${token}` });
const withClaims = (other: Claims): Way => bearer(entra.token(ana, other));
const withHeader = (other: Claims): Way => bearer(entra.token(ana, {}, other));
const stranger = newKey();
/** Signed by somebody else's key, which the header calls ours or brings along. */
const byStranger = (other: Claims): Way => bearer(signed({ ...header(), ...other }, claims(), stranger));
const publicPem = () => entra.key().publicKey.export({ format: 'pem', type: 'spki' }).toString();
const publicJwk = () => ({ ...stranger.publicKey.export({ format: 'jwk' }), kid: stranger.kid, alg: 'RS256' });

function hmac(secret: string): Way {
  const input = unsigned({ ...header(), alg: 'HS256' }, claims());
  return bearer(`${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`);
}

function withDigest(alg: string, digest: string, padding?: { padding: number; saltLength: number }): Way {
  const input = unsigned({ ...header(), alg }, claims());
  const key = padding ? { key: entra.key().privateKey, ...padding } : entra.key().privateKey;
  return bearer(`${input}.${sign(digest, Buffer.from(input), key).toString('base64url')}`);
}

/** Another token's parts beside ours. */
function mixed(how: (ours: string[], theirs: string[]) => string[]): Way {
  const theirs = entra.token(ana, { oid: entra.newPerson('Mallory').id });
  return bearer(how(good().split('.'), theirs.split('.')).join('.'));
}

const OTHER_TENANT = '72f988bf-86f1-41af-91ab-2d7cd011db47';
const REQUIRED = ['exp', 'nbf', 'iat', 'iss', 'aud', 'tid', 'oid', 'scp', 'azp', 'ver'];

const HOSTILE: Record<string, () => Way> = {
  'no token': () => ({}),
  'an empty token': () => ({ authorization: 'Bearer ' }),
  'another scheme': () => ({ authorization: `Basic ${good()}` }),
  'no scheme': () => ({ authorization: good() }),
  'two tokens': () => ({ authorization: `Bearer ${good()} ${good()}` }),
  'the token in the query': () => ({ query: `?access_token=${good()}` }),
  'the token as a key': () => ({ query: `?key=${good()}`, headers: { 'X-Api-Key': good() } }),
  'the token in a cookie': () => ({ headers: { Cookie: `Authorization=Bearer ${good()}; token=${good()}` } }),
  'a key of the instance': () => bearer(instance.keys.primary),
  garbage: () => bearer('garbage'),
  'three words': () => bearer('a.b.c'),
  'dots alone': () => bearer('..'),
  'three dots': () => bearer(`${good()}.`),
  'five parts, as if encrypted': () => bearer(`${good()}.e30.e30`),
  'an empty payload': () => mixed(([head, , signature]) => [head!, '', signature!]),
  'an empty signature': () => mixed(([head, payload]) => [head!, payload!, '']),
  'a cut signature': () => bearer(good().slice(0, -4)),
  "another token's signature": () => mixed(([head, payload], theirs) => [head!, payload!, theirs[2]!]),
  "another token's payload": () => mixed(([head, , signature], theirs) => [head!, theirs[1]!, signature!]),
  'a token of the local issuer': () => bearer(localToken),
  'alg none': () => bearer(`${unsigned({ ...header(), alg: 'none' }, claims())}.`),
  'alg none, signed': () => withHeader({ alg: 'none' }),
  'alg None, signed': () => withHeader({ alg: 'None' }),
  'no alg': () => withHeader({ alg: undefined }),
  'HS256 with the public key in PEM as its secret': () => hmac(publicPem()),
  'HS256 with the modulus of the public key as its secret': () =>
    hmac(String(entra.key().publicKey.export({ format: 'jwk' }).n)),
  'HS256 with an empty secret': () => hmac(''),
  'RS512, signed well': () => withDigest('RS512', 'RSA-SHA512'),
  'PS256, signed well': () => withDigest('PS256', 'RSA-SHA256', { padding: 6, saltLength: 32 }),
  'the wrong key under the right id': () => byStranger({}),
  'an unknown key': () => byStranger({ kid: stranger.kid }),
  'no key id, and the wrong key': () => byStranger({ kid: undefined }),
  'a key id that is a path': () => byStranger({ kid: '../../../dev/null' }),
  'a key id that is no text': () => byStranger({ kid: { toString: 1 } }),
  'a key that the header brings along': () => byStranger({ jwk: publicJwk() }),
  'a key that the header brings along, by its own id': () => byStranger({ jwk: publicJwk(), kid: stranger.kid }),
  'keys at an address in the header': () => byStranger({ jku: elsewhereUrl, kid: stranger.kid }),
  'a certificate at an address in the header': () => byStranger({ x5u: elsewhereUrl, x5c: ['AAAA'] }),
  'a critical header that nobody knows': () => withHeader({ crit: ['exp-much'], 'exp-much': true }),
  'an unencoded payload': () => withHeader({ crit: ['b64'], b64: false }),
  'a nested token': () => bearer(entra.sign({ ...header(), cty: 'JWT' }, good())),
  'a payload that is no object': () => bearer(entra.sign(header(), [claims()])),
  'a payload that is no JSON': () => bearer(entra.sign(header(), 'oid=1')),
  'a payload of null': () => bearer(entra.sign(header(), null)),
  'a tenant that is given twice': () =>
    bearer(entra.sign(header(), JSON.stringify(claims()).replace(/\}$/, `,"tid":"${OTHER_TENANT}"}`))),
  'another audience': () => withClaims({ aud: '00000003-0000-0000-c000-000000000000' }),
  'an audience beside ours': () => withClaims({ aud: [entra.clientId, '00000003-0000-0000-c000-000000000000'] }),
  'the audience as an address': () => withClaims({ aud: `api://${entra.clientId}` }),
  'version 1': () =>
    withClaims({ ver: '1.0', iss: `https://sts.windows.net/${entra.tenantId}/`, appid: claims().azp, azp: undefined }),
  'version 1 by the issuer of version 2': () => withClaims({ ver: '1.0' }),
  'a version that is a number': () => withClaims({ ver: 2 }),
  'another issuer': () => withClaims({ iss: `https://login.elsewhere.example/${entra.tenantId}/v2.0` }),
  'the issuer of version 1': () => withClaims({ iss: `https://sts.windows.net/${entra.tenantId}/` }),
  'the issuer of another tenant': () => withClaims({ iss: `${entra.url}/${OTHER_TENANT}/v2.0` }),
  'the issuer of every tenant': () => withClaims({ iss: `${entra.url}/common/v2.0` }),
  'an issuer with a slash at the end': () => withClaims({ iss: `${entra.url}/${entra.tenantId}/v2.0/` }),
  'another tenant': () => withClaims({ tid: OTHER_TENANT, iss: `${entra.url}/${OTHER_TENANT}/v2.0` }),
  'another tenant by our issuer': () => withClaims({ tid: OTHER_TENANT }),
  'two tenants': () => withClaims({ tid: [entra.tenantId] }),
  'the tenant in its issuer in capitals': () => {
    const tid = entra.tenantId.toUpperCase();
    return withClaims({ tid, iss: `${entra.url}/${tid}/v2.0` });
  },
  'expired for longer than clocks differ': () => withClaims({ exp: seconds() - 301 }),
  'expired in 1970': () => withClaims({ exp: 0 }),
  'an expiry that is text': () => withClaims({ exp: String(seconds() + 3600) }),
  'not valid yet for longer than clocks differ': () => withClaims({ nbf: seconds() + 301 }),
  'issued later than now': () => withClaims({ iat: seconds() + 301 }),
  'another scope': () => withClaims({ scp: 'User.Read' }),
  'a scope that begins with ours': () => withClaims({ scp: 'access_as_user_all' }),
  'a scope that ends with ours': () => withClaims({ scp: 'User.Read not_access_as_user' }),
  'the scope in capitals': () => withClaims({ scp: 'ACCESS_AS_USER' }),
  'scopes that are a list': () => withClaims({ scp: ['access_as_user'] }),
  'an application by itself': () => withClaims({ scp: undefined, roles: ['access_as_user'], idtyp: 'app' }),
  'a client that is not Teams': () => withClaims({ azp: '11111111-1111-4111-8111-111111111111' }),
  'our own application as the client': () => withClaims({ azp: entra.clientId }),
  'a client that begins as Teams does': () => withClaims({ azp: `${claims().azp}0` }),
  'clients that are a list': () => withClaims({ azp: [claims().azp] }),
  'a person who is a mail address': () => withClaims({ oid: ana.email }),
  'a person who is a list': () => withClaims({ oid: [ana.id] }),
  'a person who is a path': () => withClaims({ oid: `../${ana.id}` }),
  'a person who is nobody': () => withClaims({ oid: '' }),
  'a large token, and the wrong key': () => bearer(signed(header(), { ...claims(), name: 'x'.repeat(9000) }, stranger)),
};
for (const name of REQUIRED) HOSTILE[`no ${name}`] = () => withClaims({ [name]: undefined });

let localToken: string;
let bodies: Set<string>;

beforeAll(async () => {
  localToken = await server.token(server.newPerson('Somebody local'));
  bodies = new Set();
});

/** How many tickets there are, and who is known. */
async function state(): Promise<unknown> {
  const tickets = succeed(await apiOf(instance).get('/tickets?limit=1')).body.itemCount;
  return { tickets, people: succeed(await apiOf(instance).get('/members')).body.items };
}

describe('401, and nothing is done, with', () => {
  test('nothing wrong: 201', async () => {
    const response = await ask(bearer(good()));
    expect(await response.json()).toMatchObject({ item: { createdBy: { id: ana.id, name: ana.name } } });
    expect(response.status).toBe(201);
    expect(Object.keys(HOSTILE).length).toBeGreaterThan(80);
  });

  test.each(Object.keys(HOSTILE))('%s', async (name) => {
    const before = await state();
    const way = HOSTILE[name]!();
    const [response, me] = [await ask(way), await askMe(way.authorization?.replace(/^Bearer /, '') ?? '')];
    expect(response.headers.get('WWW-Authenticate')).toBe('Bearer');
    const { requestId: _, ...body } = await expectProblem(response, 'unauthorized');
    if (!/scheme/.test(name)) await expectProblem(me, 'unauthorized');
    bodies.add(JSON.stringify(body));
    expect(await state()).toEqual(before);
    // The good one is none the worse for it.
    expect((await askMe(good())).status).toBe(200);
  });

  test('the same answer to all of them, and no call to anywhere', () => {
    expect([...bodies]).toHaveLength(1);
    expect(visits).toBe(0);
    expect(new Set(entra.requests)).toEqual(new Set(['GET /common/discovery/v2.0/keys']));
    expect(door.log.filter((line) => line.includes('"level":"error"'))).toEqual([]);
    expect(door.log.filter((line) => line.includes('eyJ'))).toEqual([]);
  });

  test.each<[string, () => Way]>([
    ['Its version is 1.0: set requestedAccessTokenVersion', HOSTILE['version 1']!],
    [`It is meant for api://`, HOSTILE['the audience as an address']!],
    [`Its tenant ${OTHER_TENANT} is not among TENANTS`, HOSTILE['another tenant']!],
    ['is not of ENTRA_AUTHORITY', HOSTILE['another issuer']!],
    ['Its scope is User.Read, without access_as_user', HOSTILE['another scope']!],
    ['Its client 11111111-1111-4111-8111-111111111111', HOSTILE['a client that is not Teams']!],
  ])('whoever runs the server reads why it is of no use, where it is one of Entra ID: %s', async (fault, way) => {
    const before = door.log.length;
    await expectProblem(await ask(way()), 'unauthorized');
    await expectProblem(await ask(HOSTILE['the wrong key under the right id']!()), 'unauthorized');
    await expectProblem(await ask(HOSTILE['expired in 1970']!()), 'unauthorized');
    const warned = door.log.slice(before).filter((line) => line.includes('"level":"warn"'));
    expect(warned).toHaveLength(1);
    expect(JSON.parse(warned[0]!)).toMatchObject({ fault: expect.stringContaining(fault) });
  });

  test('a token of 1 MB: 431 by its size alone', async () => {
    expect((await ask(bearer(entra.token(ana, { name: 'x'.repeat(2 ** 20) })))).status).toBe(431);
  });
});

describe('200 with', () => {
  test.each<[string, () => string]>([
    ['a token of each client of Teams', () => entra.token(ana, { azp: '1fec8e78-bce4-4aaf-ab1b-5451cc387264' })],
    ['further scopes', () => entra.token(ana, { scp: 'openid access_as_user profile' })],
    ['a token that expired as long ago as clocks differ', () => entra.token(ana, { exp: seconds() - 299 })],
    ['a token that is valid as soon as clocks differ', () => entra.token(ana, { nbf: seconds() + 299 })],
    ['a token issued as late as clocks differ', () => entra.token(ana, { iat: seconds() + 299 })],
    [
      'ids in capitals, being the same person',
      () => entra.token(ana, { oid: ana.id.toUpperCase(), tid: ana.tenantId.toUpperCase() }),
    ],
    ['no name and no mail', () => entra.token(ana, { name: undefined, preferred_username: undefined })],
    ['headers that lead elsewhere, unread', () => entra.token(ana, {}, { jku: elsewhereUrl, x5u: elsewhereUrl })],
  ])('%s', async (_, token) => {
    const response = await askMe(token());
    const { item } = (await response.json()) as { item: { id: string; tenantId: string; instances: { id: string }[] } };
    expect(item).toMatchObject({ id: ana.id, tenantId: ana.tenantId });
    expect(item.instances.map(({ id }) => id)).toEqual([instance.id]);
    expect(visits).toBe(0);
  });

  test('a name that is another person does not make one another person', async () => {
    const mallory = entra.newPerson('Mallory');
    const token = entra.token(mallory, { name: ana.name, preferred_username: ana.email, email: ana.email });
    await expectProblem(await ask(bearer(token)), 'not_found');
  });
});

describe('keys of Entra', () => {
  let own: Door;
  const keyRequests = () => entra.requests.filter((one) => one.endsWith('/keys')).length;

  beforeEach(async () => {
    // The clock by which keys grow old is the machine's.
    jest.useFakeTimers({ now: Date.now(), doNotFake: [...BUT_TIME] });
    own = await openDoor();
  });
  afterEach(async () => {
    entra.trouble = {};
    jest.useRealTimers();
    await own.close();
  });

  const later = (ms: number) => jest.setSystemTime(Date.now() + ms);

  test('are fetched once for many, even at once', async () => {
    const before = keyRequests();
    const all = await Promise.all(Array.from({ length: 20 }, () => askMe(good(), own)));
    expect(new Set(all.map(({ status }) => status))).toEqual(new Set([200]));
    expect(keyRequests() - before).toBe(1);
  });

  test('that are unknown are asked for at most once in half a minute, however many tokens name them', async () => {
    expect((await askMe(good(), own)).status).toBe(200);
    const before = keyRequests();
    const forged = () => signed({ ...header(), kid: newKey().kid }, claims(), stranger);
    for (let n = 0; n < 5; n++) await expectProblem(await askMe(forged(), own), 'unauthorized');
    expect(keyRequests() - before).toBe(0);
    later(31_000);
    for (let n = 0; n < 5; n++) await expectProblem(await askMe(forged(), own), 'unauthorized');
    expect(keyRequests() - before).toBe(1);
  });

  test('that are new are picked up, and those that were withdrawn no longer count', async () => {
    const old = good();
    expect((await askMe(old, own)).status).toBe(200);
    entra.rotate();
    later(31_000);
    expect((await askMe(good(), own)).status).toBe(200);
    expect((await askMe(old, own)).status).toBe(200);
    entra.rotate({ withdraw: true });
    later(31_000);
    expect((await askMe(good(), own)).status).toBe(200);
    await expectProblem(await askMe(old, own), 'unauthorized');
  });

  const AWAY: Record<string, () => void> = {
    'a closed connection': () => (entra.trouble = { entra: 'closed' }),
    '503': () => (entra.trouble = { entra: 503 }),
    '429': () => (entra.trouble = { entra: 429 }),
    'a page instead of keys': () => (entra.trouble = { keys: { status: 200, body: '<html>Sign in to the Wi-Fi' } }),
    'something else than keys': () => (entra.trouble = { keys: { status: 200, body: '{"keys":{}}' } }),
    'a redirect': () => (entra.trouble = { keys: { status: 302, body: '', headers: { Location: elsewhereUrl } } }),
  };

  test.each(Object.keys(AWAY))('that cannot be fetched, by %s, are 503 and no fault of the token', async (name) => {
    AWAY[name]!();
    const response = await askMe(good(), own);
    expect(response.headers.get('Retry-After')).toBe('5');
    expect(JSON.stringify(await expectProblem(response, 'unavailable'))).not.toContain(entra.url);
    expect(visits).toBe(0);
    entra.trouble = {};
    expect((await askMe(good(), own)).status).toBe(200);
    // Those that are known are enough while they are young.
    AWAY[name]!();
    expect((await askMe(good(), own)).status).toBe(200);
  });

  test('of nowhere are 503 as well', async () => {
    const nowhere = await openDoor('http://127.0.0.1:1');
    const token = entra.token(ana, { iss: `http://127.0.0.1:1/${entra.tenantId}/v2.0` });
    await expectProblem(await askMe(token, nowhere), 'unavailable');
    await nowhere.close();
  });
});
