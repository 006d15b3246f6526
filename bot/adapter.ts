import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  type Activity,
  CloudAdapter,
  ConfigurationBotFrameworkAuthentication,
  type InvokeResponse,
  type TurnContext,
} from 'botbuilder';
import { ERRORS, type ErrorCode } from '../api/contract/errors.ts';
import type { Environment } from '../api/core/context.ts';
import type { JobHandler } from '../api/jobs/worker.ts';
import type { Log } from '../api/log.ts';
import type { FeedEvent, NewJob } from '../api/store/store.ts';
import { conversationOf, teamsOf } from './bot.ts';
import type { Json } from './cards/card.ts';
import { createDesk } from './desk.ts';
import { objectOf, readActivity, type Said } from './turn.ts';

/** What the bot signs in with at Microsoft. */
export interface BotCredentials {
  appId: string;
  type: 'SingleTenant' | 'UserAssignedMSI';
  tenantId: string;
  /** None for a managed identity. */
  password?: string | undefined;
}

/** Where Microsoft's services are; those of the public cloud unless given. */
interface BotEndpoints {
  openIdMetadataUrl: string;
  tokenIssuer: string;
  /** Origins that count as Teams, beside the documented hosts. */
  serviceOrigins: string[];
  /** The token for what the bot sends. */
  token: () => Promise<string>;
}

export interface BotOptions {
  environment: Environment;
  log: Log;
  appName: string;
  /** Undefined in local mode: everything is taken from this machine, and nothing from any other. */
  credentials: BotCredentials | undefined;
  /** The tenants that may use the bot, beside its own. */
  allowedTenants: string[];
  endpoints?: BotEndpoints;
}

export interface Bot {
  /** Answers one activity of `POST /api/messages`. Never rejects. */
  handle(request: IncomingMessage, response: ServerResponse, body: unknown): Promise<void>;
  /** The jobs that an event of the feed asks for. */
  subscriber(event: FeedEvent): NewJob[];
  /** What does these jobs. */
  handlers: JobHandler[];
}

/** Who signs the tokens of Teams. */
const TOKEN_ISSUER = 'https://api.botframework.com';

/** The hosts of Teams in the public cloud and in those of governments, exactly. */
const SERVICE_HOSTS = [
  'smba.trafficmanager.net',
  'smba.infra.gcc.teams.microsoft.com',
  'smba.infra.gov.teams.microsoft.us',
  'smba.infra.dod.teams.microsoft.us',
];

const LOOPBACK = /^(?:127(?:\.\d{1,3}){3}|::1|::ffff:127(?:\.\d{1,3}){3})$/;
const LOCAL_HOSTS = ['localhost', '127.0.0.1', '[::1]'];

/** Refused before anything is done. */
class Refusal extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

type Who = Awaited<ReturnType<ConfigurationBotFrameworkAuthentication['authenticateRequest']>>;

/** Signs what the bot sends with tokens from elsewhere than Entra ID. */
const tokenCredentials = (own: string, token: () => Promise<string>) => ({
  isValidAppId: async (appId: string) => appId === own,
  isAuthenticationDisabled: async () => false,
  createCredentials: async () => ({
    async signRequest(request: { headers: { set(name: string, value: string): void } }) {
      request.headers.set('Authorization', `Bearer ${await token()}`);
      return request;
    },
  }),
});

type Factory = NonNullable<Who['connectorFactory']>;
type Client = Awaited<ReturnType<Factory['create']>>;
type UserTokens = Awaited<ReturnType<ConfigurationBotFrameworkAuthentication['createUserTokenClient']>>;

/** Teams has a few service addresses a region. */
const MAX_CLIENTS = 100;

/**
 * Makes the clients of a service address once: botbuilder would make two for every turn. They do not retry by
 * themselves, which would hold up a turn for ten seconds and more, and knows nothing of the limits that all share.
 */
class KeptClients extends ConfigurationBotFrameworkAuthentication {
  readonly #clients = new Map<string, Promise<Client>>();
  #userTokens: Promise<UserTokens> | undefined;

  override async authenticateRequest(activity: Activity, header: string): Promise<Who> {
    const who = await super.authenticateRequest(activity, header);
    return { ...who, connectorFactory: this.createConnectorFactory(who.claimsIdentity) };
  }

  override createConnectorFactory(identity: Who['claimsIdentity']): Factory {
    const factory = super.createConnectorFactory(identity);
    const create = async (serviceUrl: string, audience?: string): Promise<Client> => {
      const client = await factory.create(serviceUrl, audience as string);
      const { pipeline } = (client as unknown as { client: { pipeline: { removePolicy(which: object): void } } })
        .client;
      pipeline.removePolicy({ name: 'defaultRetryPolicy' });
      return client;
    };
    return {
      create: (serviceUrl, audience) => {
        const known = this.#clients.get(serviceUrl);
        if (known) return known;
        if (this.#clients.size >= MAX_CLIENTS) this.#clients.clear();
        const made = create(serviceUrl, audience);
        this.#clients.set(serviceUrl, made);
        made.catch(() => this.#clients.delete(serviceUrl));
        return made;
      },
    };
  }

  override createUserTokenClient(identity: Who['claimsIdentity']): Promise<UserTokens> {
    this.#userTokens ??= super.createUserTokenClient(identity);
    return this.#userTokens;
  }
}

/** CloudAdapter with the two halves of a request apart: who asks, and what is done. */
class TeamsAdapter extends CloudAdapter {
  authenticate(activity: Activity, header: string): Promise<Who> {
    return this.botFrameworkAuthentication.authenticateRequest(activity, header);
  }

  run(
    who: Who,
    activity: Activity,
    logic: (context: TurnContext) => Promise<void>,
  ): Promise<InvokeResponse | undefined> {
    return this.processActivity(who, activity, logic);
  }
}

function createAdapter({ credentials, endpoints }: BotOptions): TeamsAdapter {
  if (!credentials) return new TeamsAdapter(new KeptClients({}));
  const { appId, type, tenantId, password } = credentials;
  const settings = {
    MicrosoftAppId: appId,
    MicrosoftAppType: type,
    MicrosoftAppTenantId: tenantId,
    ...(password !== undefined && { MicrosoftAppPassword: password }),
  };
  if (!endpoints) return new TeamsAdapter(new KeptClients(settings));
  const { openIdMetadataUrl, tokenIssuer, token } = endpoints;
  const placed = {
    ...settings,
    ToChannelFromBotLoginUrl: 'https://login.microsoftonline.com/botframework.com',
    ToChannelFromBotOAuthScope: 'https://api.botframework.com',
    ToBotFromChannelTokenIssuer: tokenIssuer,
    OAuthUrl: 'https://api.botframework.com',
    ToBotFromChannelOpenIdMetadataUrl: openIdMetadataUrl,
    // Nobody comes in by this way: the issuer is looked at first.
    ToBotFromEmulatorOpenIdMetadataUrl: openIdMetadataUrl,
  };
  return new TeamsAdapter(new KeptClients(placed, tokenCredentials(appId, token) as never));
}

/** The bot, ready to be mounted: the door between Teams and the product. */
export function createBot(options: BotOptions): Bot {
  const { environment, log, appName, credentials, endpoints } = options;
  const adapter = createAdapter(options);
  const teams = teamsOf(adapter, credentials?.appId ?? '');
  const desk = createDesk({ environment, log, appName, teams, isLocal: credentials === undefined });
  const tenants = credentials ? [credentials.tenantId, ...options.allowedTenants].map((id) => id.toLowerCase()) : [];
  const issuer = endpoints?.tokenIssuer ?? TOKEN_ISSUER;

  /** Whether a service address is one of Teams: anybody can be named in an activity, and would be sent our token. */
  function isTrusted(serviceUrl: string): boolean {
    const url = URL.canParse(serviceUrl) ? new URL(serviceUrl) : undefined;
    if (url?.username !== '' || url.password !== '') return false;
    if (!credentials) return /^https?:$/.test(url.protocol) && LOCAL_HOSTS.includes(url.hostname);
    if (endpoints?.serviceOrigins.includes(url.origin)) return true;
    return url.protocol === 'https:' && url.port === '' && SERVICE_HOSTS.includes(url.hostname);
  }

  /** Makes sure who sends this, and that it is somebody whom this bot serves. */
  async function admit(request: IncomingMessage, body: unknown, said: Said): Promise<Who> {
    const header = request.headers.authorization ?? '';
    if (!credentials && !LOOPBACK.test(request.socket.remoteAddress ?? '')) {
      throw new Refusal('forbidden', 'Without credentials the bot answers this machine only.');
    }
    if (credentials) checkToken(header, issuer);
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
    return who;
  }

  async function answer(request: IncomingMessage, response: ServerResponse, body: unknown): Promise<void> {
    if (typeof body !== 'object' || body === null || Array.isArray(body)) {
      if (credentials) checkToken(request.headers.authorization ?? '', issuer);
      throw new Refusal('bad_request', 'An activity is a JSON object.');
    }
    const said = readActivity(body as Json);
    const who = await admit(request, body, said);
    let result: { status: number; body?: unknown } = { status: 200 };
    await adapter.run(who, bareActivity(said), async (context) => {
      result = await desk.turn(said, conversationOf(context));
    });
    send(response, result.status, result.body);
  }

  return {
    handlers: desk.handlers,
    subscriber: desk.subscriber,
    async handle(request, response, body) {
      try {
        await answer(request, response, body);
      } catch (error) {
        const code = error instanceof Refusal ? error.code : 'internal';
        const detail = error instanceof Refusal ? error.message : 'The log of the server says more.';
        if (code === 'internal' || code === 'unavailable')
          log.error({ err: error }, 'An activity could not be handled.');
        else log.warn({ code, reason: detail }, 'An activity was refused.');
        if (!response.headersSent) send(response, ERRORS[code].status, { code, message: detail });
        else response.destroy();
      }
    },
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

/** As much of an activity as botbuilder needs to answer in its conversation. */
function bareActivity({ activityId, type, place, sender, replyToId, locale, team, channelId }: Said): Activity {
  const { serviceUrl, channel, conversationId, scope, tenantId, bot } = place;
  return {
    id: activityId,
    type,
    serviceUrl,
    channelId: channel,
    ...(locale !== '' && { locale }),
    ...(replyToId !== '' && { replyToId }),
    from: { id: sender.id, name: sender.name, aadObjectId: sender.objectId },
    recipient: bot,
    conversation: { id: conversationId, conversationType: scope, isGroup: scope !== 'personal', tenantId, name: '' },
    channelData: { tenant: { id: tenantId }, ...(team && { team: { id: team.id }, channel: { id: channelId } }) },
  } as Activity;
}

function send(response: ServerResponse, status: number, body: unknown): void {
  if (body === undefined) {
    response.writeHead(status);
    response.end();
    return;
  }
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
  });
  response.end(text);
}
