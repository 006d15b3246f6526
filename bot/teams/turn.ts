import type { Card, Json } from '../cards/card.ts';

/** What came in from Teams, in plain terms: one activity as the bot's own code reads it. */

type Scope = 'personal' | 'groupChat' | 'channel';

/** Where the bot can speak by itself: as much as Teams needs to know of a conversation. */
export interface Place {
  serviceUrl: string;
  /** The channel of the Bot Framework: `msteams`. */
  channel: string;
  conversationId: string;
  scope: Scope;
  tenantId: string;
  bot: { id: string; name: string };
}

/** Somebody as Teams names them in a conversation: the roster knows the rest. */
interface Sender {
  /** The id that mentions and refreshing cards use. */
  id: string;
  name: string;
  /** The Entra object id; empty for a bot. */
  objectId: string;
}

export interface Said {
  activityId: string;
  type: string;
  /** Of an invoke, or of a change of the conversation (`eventType`). */
  name: string;
  place: Place;
  sender: Sender;
  team?: { id: string; groupId: string; name: string };
  /** The channel that a message stands in, without its thread. */
  channelId: string;
  channelName: string;
  /** The message that began the thread; empty outside of one. */
  threadId: string;
  replyToId: string;
  locale: string;
  zone: string;
  /** Without the mention of the bot. */
  text: string;
  /** The people mentioned, but the bot; by the name that the text has. */
  mentions: { id: string; name: string }[];
  /** In a channel or a group the bot hears other talk too, when it is allowed to. */
  isAddressed: boolean;
  value: Json;
  attachments: { contentType: string }[];
  membersAdded: Sender[];
  action: string;
}

const textOf = (value: unknown, max = 1000): string => (typeof value === 'string' ? value.slice(0, max) : '');

/** An object, whatever came: what is none is an empty one. */
export const objectOf = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};

const listOf = (value: unknown): Json[] => (Array.isArray(value) ? value.slice(0, 1000).map(objectOf) : []);

const MAX_TEXT = 100_000;

/** Reads an activity, whatever its shape: what is missing or of another type is empty. */
export function readActivity(activity: Json): Said {
  const conversation = objectOf(activity.conversation);
  const channelData = objectOf(activity.channelData);
  const from = objectOf(activity.from);
  const recipient = objectOf(activity.recipient);
  const team = objectOf(channelData.team);
  const channel = objectOf(channelData.channel);
  const entities = listOf(activity.entities);
  const client = entities.find(({ type }) => type === 'clientInfo') ?? {};
  const conversationId = textOf(conversation.id);
  const [channelId = '', threadId = ''] = conversationId.split(';messageid=');
  const scope = scopeOf(conversation, team, channelId);
  const mentions = entities
    .filter(({ type }) => type === 'mention')
    .map((mention) => ({
      text: textOf(mention.text),
      id: textOf(objectOf(mention.mentioned).id),
      name: textOf(objectOf(mention.mentioned).name),
    }));
  const isBot = ({ id }: { id: string }) => id !== '' && id === textOf(recipient.id);
  const said: Said = {
    activityId: textOf(activity.id),
    type: textOf(activity.type),
    name: textOf(activity.name) || textOf(channelData.eventType),
    place: {
      serviceUrl: textOf(activity.serviceUrl),
      channel: textOf(activity.channelId),
      conversationId,
      scope,
      tenantId: (textOf(conversation.tenantId) || textOf(objectOf(channelData.tenant).id)).toLowerCase(),
      bot: { id: textOf(recipient.id), name: textOf(recipient.name) },
    },
    sender: senderOf(from),
    channelId: scope === 'channel' ? channelOf(channelData, channel, channelId) : '',
    channelName: textOf(channel.name),
    threadId,
    replyToId: textOf(activity.replyToId),
    locale: textOf(client.locale) || textOf(activity.locale),
    zone: zoneOr(textOf(activity.localTimezone) || textOf(client.timezone)),
    text: withoutMention(
      textOf(activity.text, MAX_TEXT),
      mentions
        .filter(isBot)
        .map((mention) => mention.text)
        .filter(Boolean),
    ),
    mentions: mentions
      .filter((mention) => !isBot(mention))
      .map(({ id, name, text }) => ({ id, name: withoutMention(text, []) || name })),
    isAddressed: scope === 'personal' || mentions.some(isBot),
    value: objectOf(activity.value),
    attachments: listOf(activity.attachments).map(({ contentType }) => ({ contentType: textOf(contentType) })),
    membersAdded: listOf(activity.membersAdded).map(senderOf),
    action: textOf(activity.action),
  };
  if (Object.keys(team).length > 0) {
    said.team = { id: textOf(team.id), groupId: textOf(team.aadGroupId) || textOf(team.id), name: textOf(team.name) };
  }
  return said;
}

const senderOf = (account: Json): Sender => ({
  id: textOf(account.id),
  name: textOf(account.name),
  objectId: textOf(account.aadObjectId, 64).toLowerCase(),
});

function scopeOf(conversation: Json, team: Json, conversationId: string): Scope {
  const type = textOf(conversation.conversationType);
  if (type === 'channel' || type === 'groupChat' || type === 'personal') return type;
  if (Object.keys(team).length > 0 || conversationId.endsWith('@thread.tacv2')) return 'channel';
  return conversation.isGroup === true ? 'groupChat' : 'personal';
}

/** The channel that was chosen when the app was added, else the one that the activity comes from. */
const channelOf = (channelData: Json, channel: Json, fallback: string): string =>
  textOf(objectOf(objectOf(channelData.settings).selectedChannel).id) || textOf(channel.id) || fallback;

function zoneOr(zone: string): string {
  try {
    return zone === '' ? '' : new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone;
  } catch {
    return '';
  }
}

/** What the bot sends. */
export interface Message {
  text?: string;
  card?: Card;
  /** What a notice says before it is opened. */
  summary?: string;
  mention?: { id: string; name: string };
}

/** Somebody as the roster of a conversation knows them. */
export interface RosterPerson extends Sender {
  email: string;
  tenantId: string;
  isOwner: boolean;
}

/** A conversation to speak in. What Teams refuses is thrown as a `DeliveryError`. */
export interface Conversation {
  /** Answers the id of the message. */
  send(message: Message): Promise<string>;
  update(messageId: string, message: Message): Promise<void>;
  typing(): Promise<void>;
  /** By their id in Teams or in Entra ID; undefined when they are not there. */
  member(id: string): Promise<RosterPerson | undefined>;
  /** So many at most, page by page. */
  members(most: number): Promise<RosterPerson[]>;
}

/** All conversations of Teams, for what nobody asked for. */
export interface Teams {
  in<T>(place: Place, act: (conversation: Conversation) => Promise<T>): Promise<T>;
  /** Begins a thread in a channel. */
  post(place: Place, message: Message): Promise<{ conversationId: string; messageId: string }>;
  /** The chat with somebody, who must have the app; by their id in Teams. */
  openChat(place: Place, userId: string): Promise<string>;
}

/** Why something could not be delivered. */
export class DeliveryError extends Error {
  readonly status: number;
  /** The code of Teams, as in `ConversationNotFound`. */
  readonly code: string;
  /** Seconds, when Teams says so. */
  readonly retryAfter: number | undefined;

  constructor(status: number, code: string, retryAfter: number | undefined, cause: unknown) {
    super(`Teams answered ${status || 'nothing'} ${code}`.trim(), { cause });
    this.name = 'DeliveryError';
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
  }

  /** It may work later. Everything else stays as it is until the conversation is another one. */
  get isPassing(): boolean {
    return this.status === 0 || this.status === 408 || this.status === 412 || this.status === 429 || this.status >= 500;
  }
}

/** A text without the mention of the bot and without the markup of Teams. */
export function withoutMention(text: string, mentions: string[]): string {
  const stripped = mentions.reduce((left, mention) => left.replaceAll(mention, ' '), text);
  return stripped
    .replace(/<br\s*\/?>|<\/p>\s*<p>/gi, '\n')
    .replace(/<\/?(?:p|div|span|b|i|u|strong|em|at)(?:\s[^<>]*)?>/gi, '')
    .replace(/&nbsp;/g, ' ')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&amp;/g, '&')
    .trim();
}
