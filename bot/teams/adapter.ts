import {
  type Activity,
  CloudAdapter,
  ConfigurationBotFrameworkAuthentication,
  type InvokeResponse,
  type TurnContext,
} from 'botbuilder';

/** Botbuilder's adapter, as it is used here. */

/** What the bot signs in with at Microsoft. */
export interface BotCredentials {
  appId: string;
  type: 'SingleTenant' | 'UserAssignedMSI';
  tenantId: string;
  /** None for a managed identity. */
  password?: string | undefined;
}

/** Where Microsoft's services are; those of the public cloud unless given. */
export interface BotEndpoints {
  openIdMetadataUrl: string;
  tokenIssuer: string;
  /** Origins that count as Teams, beside the documented hosts. */
  serviceOrigins: string[];
  /** The token for what the bot sends. */
  token: () => Promise<string>;
}

/** Whom a request comes from, as botbuilder has found out. */
export type Who = Awaited<ReturnType<ConfigurationBotFrameworkAuthentication['authenticateRequest']>>;

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
export class TeamsAdapter extends CloudAdapter {
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

/** The adapter that answers for these credentials; without any it signs nothing and checks nobody. */
export function createAdapter(
  credentials: BotCredentials | undefined,
  endpoints: BotEndpoints | undefined,
): TeamsAdapter {
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
