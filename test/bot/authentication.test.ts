import { createHmac } from 'node:crypto';
import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { APP_ID, type Json, TENANT } from '../helpers/connector.ts';
import { startBot, type TeamsConversation, type TeamsPerson, type TestBot } from '../helpers/connector-bot.ts';
import { sendRaw, statusesOf } from '../rest/raw-http.ts';

let bot: TestBot;
let local: TestBot;
let ana: TeamsPerson;
let chat: TeamsConversation;

beforeAll(async () => {
  // botbuilder prints the key that a forged token was checked with.
  jest.spyOn(console, 'error').mockImplementation(() => {});
  [bot, local] = await Promise.all([startBot(), startBot({ isLocal: true })]);
  ana = bot.person('Ana Silva');
  chat = bot.personal(ana);
});
afterAll(() => Promise.all([bot.close(), local.close()]));

const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token put together by hand, for what no library signs. */
async function forged(header: Json, signature: (text: string) => string): Promise<string> {
  const [, claims] = (await bot.connector.sign()).split('.');
  const text = `${base64url({ typ: 'JWT', kid: 'key-1', ...header })}.${claims}`;
  return `Bearer ${text}.${signature(text)}`;
}

interface Forgery {
  name: string;
  header?: () => Promise<string> | string;
  change?: (activity: Json) => void;
}

const { sign } = { sign: (...given: Parameters<TestBot['connector']['sign']>) => bot.connector.sign(...given) };
const at = (serviceUrl: () => string): Pick<Forgery, 'header' | 'change'> => ({
  header: () => sign({ serviceurl: serviceUrl() }),
  change: (activity) => {
    activity.serviceUrl = serviceUrl();
  },
});

const FORGERIES: Forgery[] = [
  { name: 'no token', header: () => '' },
  { name: 'garbage for a token', header: () => 'Bearer garbage' },
  { name: 'a token of three parts that are none', header: () => 'Bearer aaaa.bbbb.cccc' },
  { name: 'another scheme', header: async () => (await sign()).replace('Bearer', 'Basic') },
  { name: 'an unknown key id', header: () => sign({}, { kid: 'key-9' }) },
  { name: 'no key id', header: () => sign({}, { kid: '' }) },
  { name: 'a wrong key', header: () => sign({}, { key: bot.connector.otherKey }) },
  { name: 'alg none', header: () => forged({ alg: 'none' }, () => 'x') },
  {
    name: 'HS256 with the public key as its secret',
    header: () =>
      forged({ alg: 'HS256' }, (text) => createHmac('sha256', 'public key').update(text).digest('base64url')),
  },
  { name: 'a changed payload', header: async () => (await sign()).replace(/\.([\w-]{20})/, '.$1AAAA') },
  { name: 'another audience', header: () => sign({ aud: 'a5c5fb8f-c5c3-4d3c-8ce1-07d0f1c9a1ab' }) },
  { name: 'no audience', header: () => sign({ aud: undefined }) },
  {
    name: 'another issuer',
    header: () => sign({ iss: 'https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871db/' }),
  },
  {
    name: 'the issuer of the emulator',
    header: () => sign({ iss: `https://login.microsoftonline.com/${TENANT}/v2.0`, azp: APP_ID, ver: '2.0' }),
  },
  { name: 'an expired token', header: () => sign({}, { expiresIn: -3600 }) },
  { name: 'no service address in the token', header: () => sign({ serviceurl: undefined }) },
  {
    name: 'another service address in the token',
    header: () => sign({ serviceurl: 'https://smba.trafficmanager.net/other/' }),
  },
  { name: 'no service address in the activity', change: (activity) => delete activity.serviceUrl },
  {
    name: 'another service address in the activity',
    change: (activity) => Object.assign(activity, { serviceUrl: 'https://attacker.example/' }),
  },
  { name: 'a host that looks like Teams, signed', ...at(() => 'https://evil.trafficmanager.net/emea/') },
  { name: 'a host that ends like Teams, signed', ...at(() => 'https://smba.trafficmanager.net.attacker.example/') },
  { name: 'Teams without https, signed', ...at(() => 'http://smba.trafficmanager.net/emea/') },
  { name: 'Teams on another port, signed', ...at(() => 'https://smba.trafficmanager.net:8443/emea/') },
  { name: 'Teams as a user name, signed', ...at(() => 'https://smba.trafficmanager.net@attacker.example/') },
  { name: 'a local service address, signed', ...at(() => 'http://127.0.0.1:9/') },
  {
    name: 'a key that is not endorsed for Teams',
    header: () => sign({}, { key: bot.connector.unendorsedKey, kid: 'key-2' }),
  },
  {
    name: 'another channel of the Bot Framework',
    change: (activity) => Object.assign(activity, { channelId: 'webchat' }),
  },
  { name: 'no channel', change: (activity) => delete activity.channelId },
  {
    name: 'the channel of a service of its own',
    change: (activity) => Object.assign(activity, { channelId: 'AseChannel' }),
  },
  {
    name: 'a foreign tenant',
    change: (activity) => {
      activity.conversation.tenantId = 'f0f0f0f0-4b5a-4697-8889-aabbccddeeff';
      activity.channelData.tenant.id = 'f0f0f0f0-4b5a-4697-8889-aabbccddeeff';
    },
  },
  {
    name: 'two tenants, one of them foreign',
    change: (activity) => Object.assign(activity.channelData.tenant, { id: 'f0f0f0f0-4b5a-4697-8889-aabbccddeeff' }),
  },
  {
    name: 'no tenant',
    change: (activity) => {
      delete activity.conversation.tenantId;
      delete activity.channelData.tenant;
    },
  },
];

/** Everything in the store that a message leaves behind. */
const traces = async () => [
  await bot.server.environment.store.registry.record('person', `${TENANT}/${ana.aadObjectId}`),
  await bot.server.environment.store.registry.instances(),
];

describe('a forged activity is 401 or 403, and nothing is done', () => {
  test.each(FORGERIES)('$name', async ({ header, change }) => {
    const before = JSON.stringify(await traces());
    bot.connector.clear();
    for (const type of [
      { type: 'message', text: 'my tickets' },
      { type: 'invoke', name: 'adaptiveCard/action', value: {} },
    ]) {
      const activity = bot.activity(ana, chat, type);
      change?.(activity);
      const { status } = await bot.post(activity, await header?.());
      expect([401, 403]).toContain(status);
    }
    expect(bot.connector.calls).toEqual([]);
    expect(JSON.stringify(await traces())).toBe(before);
  });

  test('but what Teams sends is answered', async () => {
    expect(await bot.say(ana, chat, 'help')).toHaveLength(1);
    expect(bot.connector.calls.at(-1)!.authorization).toBe('Bearer token-of-the-bot');
  });

  test('there are two dozen kinds and more', () => {
    expect(FORGERIES.length).toBeGreaterThanOrEqual(24);
  });
});

test('a tenant that is allowed beside the own one is answered', async () => {
  const other = 'c0ffee00-4b5a-4697-8889-aabbccddeeff';
  const wide = await startBot({ allowedTenants: [other.toUpperCase()] });
  const ben = wide.person('Ben Okri');
  const activity = wide.activity(ben, wide.personal(ben), { type: 'message', text: 'help' });
  activity.conversation.tenantId = other;
  activity.channelData.tenant.id = other;
  expect((await wide.post(activity)).status).toBe(200);
  expect(wide.connector.messages()).toHaveLength(1);
  await wide.close();
});

describe('without credentials', () => {
  test('this machine needs no token', async () => {
    const ben = local.person('Ben Okri');
    const { status } = await local.post(
      local.activity(ben, local.personal(ben), { type: 'message', text: 'help' }),
      '',
    );
    expect(status).toBe(200);
    expect(local.connector.messages()).toHaveLength(1);
  });

  test('a service address elsewhere is refused', async () => {
    const ben = local.person('Ben Okri');
    const activity = local.activity(ben, local.personal(ben), { type: 'message', text: 'help' });
    for (const serviceUrl of [
      'https://smba.trafficmanager.net/emea/',
      'http://192.0.2.7:3978/',
      'http://127.0.0.1.nip.io/',
    ]) {
      expect((await local.post({ ...activity, serviceUrl }, '')).status).toBe(403);
    }
  });

  test.each<[string, Json]>([
    ['a page of somebody, in the browser of this machine', { Origin: 'https://attacker.example' }],
    ['a page that is nobody’s', { Origin: 'null' }],
    ['a page of another program on this machine', { Origin: 'http://127.0.0.1:1' }],
    ['a page whose name leads here', { Host: 'attacker.example' }],
    ['a page whose name begins like this machine', { Host: '127.0.0.1.nip.io' }],
    ['a tunnel or proxy', { 'X-Forwarded-For': '192.0.2.7' }],
    ['a tunnel or proxy that names the host alone', { 'X-Forwarded-Host': 'tunnel.example' }],
    ['a proxy of the standard', { Forwarded: 'for=192.0.2.7' }],
  ])('%s is refused, and nothing is done', async (_, headers) => {
    const eve = local.person('Eve');
    const activity = local.activity(eve, local.personal(eve), { type: 'message', text: 'new ticket Not mine' });
    const body = JSON.stringify(activity);
    const own = {
      Host: new URL(local.url).host,
      Connection: 'close',
      'Content-Length': String(body.length),
      ...headers,
    };
    const head = Object.entries(own).map(([name, value]) => `${name}: ${value}`);
    local.connector.clear();
    // Without a content type a browser asks nobody before it sends this.
    const answer = await sendRaw(local.url, `POST /api/messages HTTP/1.1\r\n${head.join('\r\n')}\r\n\r\n${body}`);
    expect(statusesOf(answer)).toEqual([403]);
    expect(local.connector.calls).toEqual([]);
    const { registry } = local.server.environment.store;
    expect(await registry.record('person', `${TENANT}/${eve.aadObjectId}`)).toBeNull();
  });

  test('another machine is refused, whatever token it has', async () => {
    const outside = Object.values(networkInterfaces())
      .flat()
      .find((one) => one?.family === 'IPv4' && !one.internal);
    // A machine without a network has no other address to come from.
    if (!outside) return;
    const { createServer } = await import('node:http');
    const { createBot } = await import('../../bot/bot.ts');
    const { createLog } = await import('../../api/log.ts');
    const log = createLog('silent', { write: () => {} });
    const open = createBot({
      environment: local.server.environment,
      log,
      appName: 'Tickets',
      credentials: undefined,
      allowedTenants: [],
    });
    const ben = local.person('Ben Okri');
    const activity = local.activity(ben, local.personal(ben), { type: 'message', text: 'help' });
    const server = createServer((request, response) => void open.handle(request, response, activity));
    await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
    const { port } = server.address() as { port: number };
    const from = async (host: string) => (await fetch(`http://${host}:${port}/`, { method: 'POST' })).status;
    expect(await from('127.0.0.1')).toBe(200);
    expect(await from(outside.address)).toBe(403);
    await new Promise((resolve) => server.close(resolve));
  });
});

test('a body that is no activity is 400', async () => {
  for (const body of [[], 'text', 7, null]) {
    const response = await fetch(bot.url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: await bot.connector.sign() },
      body: JSON.stringify(body),
    });
    expect(response.status).toBe(400);
  }
});
