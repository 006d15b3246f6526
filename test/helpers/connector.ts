import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose';

/** A stand-in for the Bot Connector of Teams: signs what it sends like Microsoft does, and keeps what it is sent. */

export const APP_ID = '5d0a5c1f-7f3e-4a3b-9a52-7d5c0d8d7b11';
export const TENANT = '9f1e2d3c-4b5a-4697-8889-aabbccddeeff';
export const ISSUER = 'https://api.botframework.com';
export const BOT = { id: `28:${APP_ID}`, name: 'Tickets' };

// biome-ignore lint/suspicious/noExplicitAny: what goes over the wire has the shape that a test expects of it
export type Json = { [name: string]: any };

/** One request that the bot sent to Teams. */
export interface Call {
  method: string;
  path: string;
  conversationId: string;
  /** The activity; that of a new conversation for such. */
  activity: Json;
  body: Json;
  at: number;
  /** What it was answered with. */
  status: number;
  authorization: string;
}

export interface RosterEntry {
  id: string;
  name: string;
  aadObjectId: string;
  email: string;
  userRole?: string;
}

/** How a request is answered instead of well; undefined lets it through. */
type Trouble = (call: Call) => { status: number; code?: string; retryAfter?: number } | undefined;

export interface Connector {
  url: string;
  openIdMetadataUrl: string;
  calls: Call[];
  /** The messages that arrived, the latest last. */
  messages: () => Call[];
  roster: RosterEntry[];
  trouble: { act: Trouble | undefined };
  now: { act: () => number };
  token: () => Promise<string>;
  /** A header as Teams sends it; every claim and the key can be another. */
  sign: (
    claims?: Json,
    options?: { key?: CryptoKey; kid?: string; alg?: string; expiresIn?: number },
  ) => Promise<string>;
  otherKey: CryptoKey;
  /** A key of Microsoft's that is not endorsed for Teams. */
  unendorsedKey: CryptoKey;
  clear: () => void;
  close: () => Promise<void>;
}

async function readBody(request: IncomingMessage): Promise<Json> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  try {
    return text === '' ? {} : JSON.parse(text);
  } catch {
    return { text };
  }
}

export async function startConnector(): Promise<Connector> {
  const [own, other, unendorsed] = await Promise.all([
    generateKeyPair('RS256'),
    generateKeyPair('RS256'),
    generateKeyPair('RS256'),
  ]);
  const jwk = {
    ...(await exportJWK(own.publicKey)),
    kid: 'key-1',
    use: 'sig',
    alg: 'RS256',
    endorsements: ['msteams'],
  };
  const jwkUnendorsed = {
    ...(await exportJWK(unendorsed.publicKey)),
    kid: 'key-2',
    use: 'sig',
    alg: 'RS256',
    endorsements: ['webchat'],
  };
  const calls: Call[] = [];
  const roster: RosterEntry[] = [];
  const trouble: Connector['trouble'] = { act: undefined };
  const clock: Connector['now'] = { act: () => Date.now() };
  let lastMessage = 1000;
  let lastChat = 0;

  const account = (entry: RosterEntry) => ({
    ...entry,
    objectId: entry.aadObjectId,
    userPrincipalName: entry.email,
    tenantId: TENANT,
  });

  function answer(call: Call): { status: number; body?: unknown } {
    const { method, path } = call;
    if (path === '/v3/conversations' && method === 'POST') {
      if (call.body.isGroup) {
        const id = String(++lastMessage);
        return { status: 201, body: { id: `${call.body.channelData.channel.id};messageid=${id}`, activityId: id } };
      }
      return { status: 201, body: { id: `a:chat-${++lastChat}-${call.body.members[0].id}` } };
    }
    const [, , , , collection = '', ...rest] = path.split('/');
    if (collection === 'members' && rest[0]) {
      const wanted = decodeURIComponent(rest[0]);
      const found = roster.find(({ id, aadObjectId }) => id === wanted || aadObjectId === wanted);
      return found
        ? { status: 200, body: account(found) }
        : { status: 404, body: { error: { code: 'MemberNotFoundInConversation' } } };
    }
    if (collection === 'pagedmembers') return { status: 200, body: { members: roster.map(account) } };
    if (collection === 'activities') {
      if (method === 'PUT') return { status: 200, body: { id: rest[0] } };
      return { status: 201, body: { id: String(++lastMessage) } };
    }
    return { status: 404, body: { error: { code: 'NotFound' } } };
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '').split('?')[0]!;
    const send = (status: number, body: unknown, headers = {}) => {
      response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
      response.end(JSON.stringify(body ?? {}));
    };
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    if (path === '/openid')
      return send(200, {
        issuer: ISSUER,
        jwks_uri: `${origin}/keys`,
        id_token_signing_alg_values_supported: ['RS256'],
      });
    if (path === '/keys') return send(200, { keys: [jwk, jwkUnendorsed] });
    if (path === '/token')
      return send(200, { access_token: 'token-of-the-bot', expires_in: 3600, token_type: 'Bearer' });
    const body = await readBody(request);
    const conversationId =
      decodeURIComponent(path.split('/')[3] ?? '') || body.channelData?.channel?.id || body.members?.[0]?.id || '';
    const call: Call = {
      method: request.method!,
      path,
      conversationId,
      activity: body.activity ?? body,
      body,
      at: clock.act(),
      status: 0,
      authorization: request.headers.authorization ?? '',
    };
    calls.push(call);
    const bad = trouble.act?.(call);
    if (bad) {
      call.status = bad.status;
      const headers = bad.retryAfter === undefined ? {} : { 'Retry-After': String(bad.retryAfter) };
      return send(bad.status, { error: { code: bad.code ?? 'Trouble', message: 'as the test wants it' } }, headers);
    }
    const { status, body: result } = answer(call);
    call.status = status;
    send(status, result);
  }

  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    url,
    openIdMetadataUrl: `${url}/openid`,
    calls,
    messages: () => calls.filter(({ activity, status }) => activity.type === 'message' && status < 300),
    roster,
    trouble,
    now: clock,
    otherKey: other.privateKey,
    unendorsedKey: unendorsed.privateKey,
    async token() {
      const answered = await fetch(`${url}/token`, { method: 'POST' });
      return ((await answered.json()) as Json).access_token;
    },
    async sign(claims = {}, { key = own.privateKey, kid = 'key-1', alg = 'RS256', expiresIn = 3600 } = {}) {
      const all: Json = { serviceurl: `${url}/`, iss: ISSUER, aud: APP_ID, ...claims };
      const seconds = Math.floor(Date.now() / 1000);
      const token = await new SignJWT(all)
        .setProtectedHeader({ alg, kid, typ: 'JWT' })
        .setIssuedAt(seconds + Math.min(0, expiresIn) - 10)
        .setNotBefore(seconds + Math.min(0, expiresIn) - 10)
        .setExpirationTime(seconds + expiresIn)
        .sign(key);
      return `Bearer ${token}`;
    },
    clear: () => calls.splice(0),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
