import { createHash, generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { TEAMS_CLIENTS } from '../../api/auth/entra-token.ts';
import type { Identity } from '../../api/core/members.ts';

export type Claims = Record<string, unknown>;

interface Key {
  kid: string;
  privateKey: KeyObject;
  publicKey: KeyObject;
}

/** How the stand-in misbehaves; each lasts until it is set to something else. */
interface Trouble {
  /** Of everything: closes the connection, or answers with this status. */
  entra?: 'closed' | number;
  /** What the keys endpoint answers instead of keys. */
  keys?: { status: number; body: string; headers?: Record<string, string> };
  /** An error of the token endpoint, as Entra words it. */
  token?: { status: number; error: string; suberror?: string; description: string };
}

/** Microsoft Entra ID, as far as the product asks it; for tests. */
export interface Entra {
  /** The authority, without a slash at the end. */
  url: string;
  clientId: string;
  clientSecret: string;
  tenantId: string;
  /** What it was asked, `METHOD path` without the query, in order. */
  requests: string[];
  trouble: Trouble;
  /** Somebody of the tenant. */
  newPerson: (name: string) => Identity;
  /** The claims of a good access token. */
  claims: (person: Identity) => Claims;
  /** A token as Teams gets it, with other claims or header members; `undefined` leaves one out. */
  token: (person: Identity, claims?: Claims, header?: Claims) => string;
  /** Signs anything with the key that is in force. */
  sign: (header: Claims, payload: unknown) => string;
  key: () => Key;
  /** A new key is in force; the old ones are published on, unless they are withdrawn. */
  rotate: (how?: { withdraw: boolean }) => void;
  /** Whom an access token to Graph was given for, by that token. */
  graphTokens: Map<string, { id: string; tenantId: string }>;
  close: () => Promise<void>;
}

const part = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

export const unsigned = (header: Claims, payload: unknown): string => `${part(header)}.${part(payload)}`;

export function newKey(kid = randomUUID()): Key {
  return { kid, ...generateKeyPairSync('rsa', { modulusLength: 2048 }) };
}

/** A compact JWS with RS256, whatever its header says. */
export function signed(header: Claims, payload: unknown, { privateKey }: Key): string {
  const input = unsigned(header, payload);
  return `${input}.${sign('RSA-SHA256', Buffer.from(input), privateKey).toString('base64url')}`;
}

export async function startEntra(now: () => Date): Promise<Entra> {
  let current = newKey();
  let published = [current];
  const requests: string[] = [];
  const graphTokens: Entra['graphTokens'] = new Map();
  const tenantId = randomUUID();
  const clientId = randomUUID();
  const clientSecret = randomUUID();

  const jwks = () => ({
    keys: published.map(({ kid, publicKey }) => ({
      ...publicKey.export({ format: 'jwk' }),
      kid,
    })),
  });

  const send = (response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}) => {
    response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };

  /** RFC 7523 and learn.microsoft.com, "OAuth 2.0 On-Behalf-Of flow". */
  async function onBehalfOf(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const form = new URLSearchParams(await text(request));
    const { token } = entra.trouble;
    const refuse = (status: number, error: string, description: string, suberror?: string) =>
      send(response, status, { error, ...(suberror && { suberror }), error_description: description });
    if (token) return refuse(token.status, token.error, token.description, token.suberror);
    const isClient = form.get('client_id') === clientId && form.get('client_secret') === clientSecret;
    if (!isClient) return refuse(401, 'invalid_client', 'AADSTS7000215: Invalid client secret provided.');
    const isGrant =
      form.get('grant_type') === 'urn:ietf:params:oauth:grant-type:jwt-bearer' &&
      form.get('requested_token_use') === 'on_behalf_of';
    if (!isGrant) return refuse(400, 'unsupported_grant_type', 'AADSTS70003: The grant is not supported.');
    const claims = JSON.parse(Buffer.from(form.get('assertion')!.split('.')[1]!, 'base64url').toString()) as Claims;
    if (claims.aud !== clientId) return refuse(400, 'invalid_grant', 'AADSTS50013: Assertion audience is wrong.');
    const given = createHash('sha256').update(randomUUID()).digest('hex');
    graphTokens.set(given, { id: String(claims.oid), tenantId: String(claims.tid) });
    const scope = form.get('scope') ?? '';
    return send(response, 200, { token_type: 'Bearer', scope, expires_in: 3600, access_token: given });
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '').split('?')[0]!;
    requests.push(`${request.method} ${path}`);
    const { entra: down, keys } = entra.trouble;
    if (down === 'closed') return void request.socket.destroy();
    if (down !== undefined) return send(response, down, { error: 'server_error' });
    if (path === '/common/discovery/v2.0/keys') {
      return keys ? send(response, keys.status, keys.body, keys.headers) : send(response, 200, jwks());
    }
    const [, tenant, rest] = /^\/([^/]+)\/(.*)$/.exec(path) ?? [];
    if (rest === 'v2.0/.well-known/openid-configuration') {
      // The addresses are those of the real one, which is whom the product believes it speaks to.
      const at = `https://login.microsoftonline.com/${tenant}`;
      return send(response, 200, {
        issuer: `${at}/v2.0`,
        authorization_endpoint: `${at}/oauth2/v2.0/authorize`,
        token_endpoint: `${at}/oauth2/v2.0/token`,
        jwks_uri: `${at}/discovery/v2.0/keys`,
      });
    }
    if (request.method === 'POST' && rest === 'oauth2/v2.0/token') return onBehalfOf(request, response);
    return send(response, 404, { error: 'not_found' });
  }

  const server = createServer((request, response) => void answer(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const claims = ({ id, name, email, tenantId: tid }: Identity): Claims => {
    const at = Math.floor(now().getTime() / 1000);
    return {
      aud: clientId,
      iss: `${url}/${tid}/v2.0`,
      iat: at,
      nbf: at,
      exp: at + 3600,
      azp: TEAMS_CLIENTS[1],
      azpacr: '0',
      name,
      oid: id,
      preferred_username: email,
      rh: '0.',
      scp: 'access_as_user',
      sub: createHash('sha256').update(id).digest('base64url'),
      tid,
      uti: randomUUID(),
      ver: '2.0',
    };
  };

  const entra: Entra = {
    url,
    clientId,
    clientSecret,
    tenantId,
    requests,
    trouble: {},
    newPerson: (name) => ({
      id: randomUUID(),
      name,
      email: `${name.toLowerCase().replaceAll(' ', '.')}@contoso.com`,
      tenantId,
    }),
    claims,
    token: (person, other = {}, header = {}) =>
      signed({ typ: 'JWT', alg: 'RS256', kid: current.kid, ...header }, { ...claims(person), ...other }, current),
    sign: (header, payload) => signed(header, payload, current),
    key: () => current,
    rotate({ withdraw } = { withdraw: false }) {
      current = newKey();
      published = withdraw ? [current] : [...published, current];
    },
    graphTokens,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return entra;
}
