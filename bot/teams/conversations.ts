import {
  type Activity,
  ActivityTypes,
  CardFactory,
  type CloudAdapter,
  type ConversationReference,
  TeamsInfo,
  type TurnContext,
} from 'botbuilder';
import { type Conversation, DeliveryError, type Message, type Place, type RosterPerson, type Teams } from './turn.ts';

/** The conversations of Teams, over botbuilder. */

/** As much of botbuilder's client as is used here directly. */
interface ConnectorClient {
  conversations: { createConversation(parameters: object): Promise<{ id: string; activityId?: string }> };
}

/** Everything that this app sends is an activity of the Bot Framework. */
function activityOf({ text, card, summary, mention }: Message): Partial<Activity> {
  const named = mention && {
    text: `<at>${mention.name.replace(/[<>&]/g, '')}</at>`,
    mentioned: { id: mention.id, name: mention.name },
  };
  return {
    type: ActivityTypes.Message,
    ...((text !== undefined || named) && { text: [named?.text, text].filter(Boolean).join(' ') }),
    ...(summary !== undefined && { summary }),
    ...(card && { attachments: [CardFactory.adaptiveCard(card)] }),
    ...(named && { entities: [{ type: 'mention', ...named }] }),
  } as Partial<Activity>;
}

interface RestError {
  statusCode?: number;
  code?: string;
  message?: string;
  body?: { error?: { code?: string } };
  response?: { headers?: { get(name: string): string | undefined } };
}

/** What the Connector refused, in our own terms. */
async function delivered<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    const { statusCode = 0, code, body, response } = error as RestError;
    const after = Number(response?.headers?.get('retry-after'));
    const retryAfter = Number.isFinite(after) && after > 0 ? after : undefined;
    throw new DeliveryError(statusCode, body?.error?.code ?? code ?? '', retryAfter, error);
  }
}

interface Account {
  id?: string;
  name?: string;
  aadObjectId?: string;
  objectId?: string;
  email?: string;
  userPrincipalName?: string;
  tenantId?: string;
  userRole?: string;
}

const rosterPerson = (account: Account): RosterPerson => ({
  id: account.id ?? '',
  name: account.name ?? '',
  objectId: (account.aadObjectId ?? account.objectId ?? '').toLowerCase(),
  email: account.email ?? account.userPrincipalName ?? '',
  tenantId: account.tenantId ?? '',
  isOwner: account.userRole?.toLowerCase() === 'owner',
});

const ROSTER_PAGE = 200;

/** The conversation that a turn is in. */
export function conversationOf(context: TurnContext): Conversation {
  return {
    send: (message) => delivered(async () => (await context.sendActivity(activityOf(message)))?.id ?? ''),
    update: (messageId, message) =>
      delivered(async () => {
        await context.updateActivity({ ...activityOf(message), id: messageId });
      }),
    typing: () =>
      delivered(async () => {
        await context.sendActivity({ type: ActivityTypes.Typing });
      }),
    async member(id) {
      try {
        return rosterPerson(await delivered(() => TeamsInfo.getMember(context, id)));
      } catch (error) {
        if (error instanceof DeliveryError && !error.isPassing) return undefined;
        throw error;
      }
    },
    async members(most) {
      const all: RosterPerson[] = [];
      for (let token: string | undefined; ; ) {
        const page = await delivered(() => TeamsInfo.getPagedMembers(context, ROSTER_PAGE, token));
        all.push(...page.members.map(rosterPerson));
        token = page.continuationToken;
        if (!token || all.length >= most) return all.slice(0, most);
      }
    },
  };
}

const referenceOf = ({
  serviceUrl,
  channel,
  conversationId,
  scope,
  tenantId,
  bot,
}: Place): Partial<ConversationReference> => ({
  serviceUrl,
  channelId: channel,
  bot,
  conversation: {
    id: conversationId,
    isGroup: scope !== 'personal',
    conversationType: scope,
    tenantId,
    name: '',
  },
});

/** All conversations, for what nobody asked for. */
export function teamsOf(adapter: CloudAdapter, appId: string): Teams {
  const within: Teams['in'] = async (place, act) => {
    let result: { value: Awaited<ReturnType<typeof act>> } | undefined;
    await adapter.continueConversationAsync(appId, referenceOf(place), async (context) => {
      result = { value: await act(conversationOf(context)) };
    });
    return result!.value;
  };

  /** Calls the Connector of a place beside any conversation. */
  const withConnector = async <T>(place: Place, act: (client: ConnectorClient) => Promise<T>): Promise<T> => {
    let result: { value: T } | undefined;
    await adapter.continueConversationAsync(appId, referenceOf(place), async (context) => {
      result = { value: await delivered(() => act(context.turnState.get(context.adapter.ConnectorClientKey))) };
    });
    return result!.value;
  };

  return {
    in: within,
    async post(place, message) {
      const channelData = { channel: { id: place.conversationId }, tenant: { id: place.tenantId } };
      const parameters = { isGroup: true, bot: place.bot, tenantId: place.tenantId, channelData };
      const activity = activityOf(message) as Activity;
      const made = await withConnector(place, (client) =>
        client.conversations.createConversation({ ...parameters, activity }),
      );
      return { conversationId: made.id, messageId: made.activityId ?? made.id.split(';messageid=')[1] ?? '' };
    },
    async openChat(place, userId) {
      const channelData = { tenant: { id: place.tenantId } };
      const members = [{ id: userId, name: '' }];
      const parameters = { isGroup: false, bot: place.bot, members, tenantId: place.tenantId, channelData };
      const made = await withConnector(place, (client) => client.conversations.createConversation(parameters));
      return made.id;
    },
  };
}
