import type { IncomingMessage } from 'node:http';
import type { Activity } from 'botbuilder';
import { isOwnMachine } from '../../api/auth/own-machine.ts';
import type { ErrorCode } from '../../api/contract/errors.ts';
import type { Json } from '../cards/card.ts';
import type { BotCredentials, BotEndpoints, TeamsAdapter, Who } from './adapter.ts';
import { objectOf, readActivity, type Said } from './turn.ts';

/** Who may speak to the bot: the token, the tenant, and where answers would be sent. */

/** Who signs the tokens of Teams. */
const TOKEN_ISSUER = 'https://api.botframework.com';

/** The hosts of Teams in the public cloud and in those of governments, exactly. */
const SERVICE_HOSTS = [
  'smba.trafficmanager.net',
  'smba.infra.gcc.teams.microsoft.com',
  'smba.infra.gov.teams.microsoft.us',
  'smba.infra.dod.teams.microsoft.us',
];

const LOCAL_HOSTS = ['localhost', '127.0.0.1', '[::1]'];

/** Refused before anything is done. */
export class Refusal extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

interface AdmissionParts {
  adapter: TeamsAdapter;
  credentials: BotCredentials | undefined;
  allowedTenants: string[];
  endpoints: BotEndpoints | undefined;
}

/** Makes sure who sends an activity, and that it is somebody whom this bot serves; rejects with a `Refusal`. */
export type Admit = (request: IncomingMessage, body: unknown) => Promise<{ said: Said; who: Who }>;

export function createAdmission({ adapter, credentials, allowedTenants, endpoints }: AdmissionParts): Admit {
  const tenants = credentials ? [credentials.tenantId, ...allowedTenants].map((id) => id.toLowerCase()) : [];
  const issuer = endpoints?.tokenIssuer ?? TOKEN_ISSUER;

  /** Whether a service address is one of Teams: anybody can be named in an activity, and would be sent our token. */
  function isTrusted(serviceUrl: string): boolean {
    const url = URL.canParse(serviceUrl) ? new URL(serviceUrl) : undefined;
    if (url?.username !== '' || url.password !== '') return false;
    if (!credentials) return /^https?:$/.test(url.protocol) && LOCAL_HOSTS.includes(url.hostname);
    if (endpoints?.serviceOrigins.includes(url.origin)) return true;
    return url.protocol === 'https:' && url.port === '' && SERVICE_HOSTS.includes(url.hostname);
  }

  return async (request, body) => {
    const header = request.headers.authorization ?? '';
    if (!credentials && !isOwnMachine(request)) {
      throw new Refusal('forbidden', 'Without credentials the bot answers this machine only.');
    }
    if (credentials) checkToken(header, issuer);
    if (typeof body !== 'object' || body === null || Array.isArray(body)) {
      throw new Refusal('bad_request', 'An activity is a JSON object.');
    }
    const said = readActivity(body as Json);
    const { place, type, activityId } = said;
    const bare = { channelId: place.channel, serviceUrl: place.serviceUrl } as Activity;
    const who = await adapter.authenticate(bare, header).catch((cause) => {
      if (isAway(cause))
        throw new Refusal('unavailable', 'The keys of the Bot Framework cannot be read right now.', cause);
      throw new Refusal('unauthorized', 'The token does not prove that this comes from Teams.', cause);
    });
    if (place.channel !== 'msteams') throw new Refusal('forbidden', 'Only Teams is answered here.');
    if (!isTrusted(place.serviceUrl)) throw new Refusal('forbidden', 'The service address is none of Teams.');
    const channelData = objectOf(objectOf(body).channelData);
    const named = [objectOf(objectOf(body).conversation).tenantId, objectOf(channelData.tenant).id].filter(
      (id) => id !== undefined,
    );
    const isForeign = named.length === 0 || named.some((id) => !tenants.includes(String(id).toLowerCase()));
    if (credentials && isForeign) throw new Refusal('forbidden', 'This tenant may not use the bot.');
    if (type === '') throw new Refusal('bad_request', 'The activity has no type.');
    if (place.conversationId === '' || activityId === '') {
      throw new Refusal('bad_request', 'The activity has no id, or no conversation.');
    }
    return { said, who };
  };
}

/** 401 for what botbuilder would answer with 500, or would look up elsewhere. The signature is checked after this. */
function checkToken(header: string, issuer: string): void {
  const refuse = (why: string): never => {
    throw new Refusal('unauthorized', why);
  };
  const [, head, claims] =
    /^Bearer ([\w-]+)\.([\w-]+)\.[\w-]+$/.exec(header) ?? refuse('A bearer token of Teams is needed.');
  const read = (part: string): Json => {
    try {
      return objectOf(JSON.parse(Buffer.from(part, 'base64url').toString()));
    } catch {
      return {};
    }
  };
  if (read(head!).alg !== 'RS256') refuse('The token is signed in a way that is not accepted.');
  const { iss, serviceurl } = read(claims!);
  if (iss !== issuer) refuse('The token is of another issuer.');
  if (typeof serviceurl !== 'string') refuse('The token names no service address.');
}

/** The keys could not be fetched: that says nothing about the token. */
const isAway = (error: unknown): boolean => {
  const { name, statusCode } = error as { name?: string; statusCode?: number };
  return name === 'FetchError' || statusCode === 500;
};
