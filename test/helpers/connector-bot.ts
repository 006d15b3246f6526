import { randomUUID } from 'node:crypto';
import { keyAuthentication } from '../../api/auth/authenticate.ts';
import { beginFeed, feedHandler } from '../../api/jobs/feed.ts';
import { timers } from '../../api/jobs/timers.ts';
import { createWorker, type Worker } from '../../api/jobs/worker.ts';
import { createLog } from '../../api/log.ts';
import { createRestServer } from '../../api/rest/server.ts';
import { type BotOptions, createBot } from '../../bot/bot.ts';
import {
  APP_ID,
  BOT,
  type Call,
  type Connector,
  ISSUER,
  type Json,
  type RosterEntry,
  startConnector,
  TENANT,
} from './connector.ts';
import { startServer, type TestServer } from './server.ts';

/** Somebody in Teams. */
export interface TeamsPerson extends RosterEntry {
  email: string;
}

/** A conversation of Teams that tests speak in. */
export interface TeamsConversation {
  id: string;
  type: 'personal' | 'groupChat' | 'channel';
  team?: { id: string; name: string; aadGroupId: string };
  channel?: { id: string; name?: string };
}

export interface TestBot {
  server: TestServer;
  connector: Connector;
  url: string;
  worker: Worker;
  person: (name: string, rest?: Partial<TeamsPerson>) => TeamsPerson;
  personal: (person: TeamsPerson) => TeamsConversation;
  group: () => TeamsConversation;
  channel: (teamName?: string) => TeamsConversation;
  thread: (channel: TeamsConversation, messageId: string) => TeamsConversation;
  /** Sends an activity as Teams does; answers status and body. */
  post: (activity: Json, header?: string) => Promise<{ status: number; body: Json }>;
  activity: (person: TeamsPerson, conversation: TeamsConversation, rest: Json) => Json;
  /** Says something, with a mention of the bot where one is needed; answers what the bot sent because of it. */
  say: (person: TeamsPerson, conversation: TeamsConversation, text: string, rest?: Json) => Promise<Call[]>;
  /** Presses a button (Action.Execute) and answers the card that replaces the old one. */
  press: (person: TeamsPerson, conversation: TeamsConversation, data: Json, rest?: Json) => Promise<Json>;
  invoke: (person: TeamsPerson, conversation: TeamsConversation, name: string, value: Json) => Promise<Json>;
  /** The app is added to a conversation. */
  install: (person: TeamsPerson, conversation: TeamsConversation) => Promise<Call[]>;
  /** Does all jobs that are due, with everything that follows from them. */
  work: () => Promise<void>;
  close: () => Promise<void>;
}

/** The card of a message. */
export const cardOf = (call: Call | undefined): Json => call?.activity.attachments?.[0]?.content ?? {};

/** All text of a card, for `toContain`. */
export function textOf(card: unknown): string {
  const words: string[] = [];
  const walk = (part: unknown, name = ''): void => {
    if (Array.isArray(part)) for (const one of part) walk(one, name);
    else if (typeof part === 'object' && part !== null)
      for (const [key, value] of Object.entries(part)) walk(value, key);
    else if (
      typeof part === 'string' &&
      ['text', 'title', 'value', 'label', 'placeholder', 'errorMessage'].includes(name)
    )
      words.push(part);
  };
  walk(card);
  return words.join('\n');
}

/** The buttons of a card, those inside of it too, by what they say. */
export function buttonsOf(card: unknown): Map<string, Json> {
  const found = new Map<string, Json>();
  const walk = (part: unknown): void => {
    if (Array.isArray(part)) part.forEach(walk);
    else if (typeof part === 'object' && part !== null) {
      const one = part as Json;
      if (typeof one.type === 'string' && one.type.startsWith('Action.') && typeof one.title === 'string')
        found.set(one.title, one);
      for (const [name, value] of Object.entries(one)) if (name !== 'fallback' && name !== 'refresh') walk(value);
    }
  };
  walk(card);
  return found;
}

/** The values that stand in a card's inputs, as a client sends them. */
export function inputsOf(card: unknown): Json {
  const values: Json = {};
  const walk = (part: unknown): void => {
    if (Array.isArray(part)) part.forEach(walk);
    else if (typeof part === 'object' && part !== null) {
      const one = part as Json;
      if (typeof one.type === 'string' && one.type.startsWith('Input.')) values[one.id] = one.value ?? '';
      for (const value of Object.values(one)) walk(value);
    }
  };
  walk(card);
  return values;
}

export async function startBot(
  options: Partial<Pick<BotOptions, 'credentials' | 'allowedTenants'>> & { isLocal?: boolean } = {},
): Promise<TestBot> {
  const [server, connector] = await Promise.all([startServer(), startConnector()]);
  connector.now.act = () => server.clock.now().getTime();
  const { environment, log: lines } = server;
  const log = createLog('info', { write: (line) => lines.push(line) });
  const bot = createBot({
    environment,
    log,
    appName: 'Tickets',
    credentials: options.isLocal
      ? undefined
      : { appId: APP_ID, type: 'SingleTenant', tenantId: TENANT, password: 'secret' },
    allowedTenants: options.allowedTenants ?? [],
    endpoints: {
      openIdMetadataUrl: connector.openIdMetadataUrl,
      tokenIssuer: ISSUER,
      serviceOrigins: [connector.url],
      token: connector.token,
    },
  });
  const rest = createRestServer({
    environment,
    authenticate: keyAuthentication(environment),
    rateLimit: undefined,
    people: server.people,
    bot: bot.handle,
    log,
    appName: 'Tickets',
  });
  const port = await rest.listen(0, '127.0.0.1');
  const url = `http://127.0.0.1:${port}/api/messages`;
  const { store, now } = environment;
  await beginFeed(store, now);
  const timed = timers(environment);
  const feed = feedHandler({ store, now, log, subscribers: [bot.subscriber, timed.subscriber], pollMs: 1000 });
  const worker = createWorker({
    store,
    now,
    log,
    handlers: [feed, ...bot.handlers, ...timed.handlers],
    random: () => 0.5,
  });
  let count = 0;
  const next = () => `activity-${++count}`;

  const post: TestBot['post'] = async (activity, header) => {
    const authorization = header ?? (await connector.sign());
    const headers = {
      'Content-Type': 'application/json',
      ...(authorization !== '' && { Authorization: authorization }),
    };
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(activity) });
    const text = await response.text();
    return { status: response.status, body: text === '' ? {} : JSON.parse(text) };
  };

  const activity: TestBot['activity'] = (person, conversation, rest) => ({
    id: next(),
    channelId: 'msteams',
    serviceUrl: `${connector.url}/`,
    timestamp: now().toISOString(),
    locale: 'en-US',
    localTimezone: 'Europe/Berlin',
    from: { id: person.id, name: person.name, aadObjectId: person.aadObjectId },
    recipient: BOT,
    conversation: {
      id: conversation.id,
      conversationType: conversation.type,
      tenantId: TENANT,
      isGroup: conversation.type !== 'personal',
    },
    channelData: {
      tenant: { id: TENANT },
      ...(conversation.team && { team: conversation.team }),
      ...(conversation.channel && { channel: conversation.channel }),
    },
    ...rest,
  });

  const invoke: TestBot['invoke'] = async (person, conversation, name, value) => {
    const { status, body } = await post(activity(person, conversation, { type: 'invoke', name, value }));
    if (status !== 200) throw new Error(`${name} was answered with ${status}: ${JSON.stringify(body)}`);
    return body;
  };

  const since = async (act: () => Promise<{ status: number }>): Promise<Call[]> => {
    const before = connector.calls.length;
    const { status } = await act();
    if (status !== 200) throw new Error(`An activity was answered with ${status}.`);
    return connector.calls.slice(before).filter((call) => call.activity.type === 'message');
  };

  return {
    server,
    connector,
    url,
    worker,
    person(name, rest = {}) {
      const id = randomUUID();
      const person = {
        id: `29:${id}`,
        name,
        aadObjectId: id,
        email: `${name.toLowerCase().replaceAll(' ', '.')}@contoso.com`,
        ...rest,
      };
      connector.roster.push(person);
      return person;
    },
    personal: (person) => ({ id: `a:chat-of-${person.aadObjectId}`, type: 'personal' }),
    group: () => ({ id: `19:${randomUUID()}@thread.v2`, type: 'groupChat' }),
    channel(teamName = 'IT') {
      const id = `19:${randomUUID().replaceAll('-', '')}@thread.tacv2`;
      return { id, type: 'channel', team: { id, name: teamName, aadGroupId: randomUUID() }, channel: { id } };
    },
    thread: (channel, messageId) => ({ ...channel, id: `${channel.channel!.id};messageid=${messageId}` }),
    post,
    activity,
    invoke,
    say: (person, conversation, text, rest = {}) =>
      since(() => {
        const isPersonal = conversation.type === 'personal';
        const mention = { type: 'mention', text: '<at>Tickets</at>', mentioned: BOT };
        const { entities = [], ...others } = rest;
        const all = isPersonal ? entities : [mention, ...entities];
        const whole = isPersonal ? text : `<at>Tickets</at> ${text}`;
        return post(activity(person, conversation, { type: 'message', text: whole, entities: all, ...others }));
      }),
    async press(person, conversation, data, rest = {}) {
      const action = { type: 'Action.Execute', verb: data.verb, data };
      const value = { action, trigger: 'manual' };
      const { status, body } = await post(
        activity(person, conversation, { type: 'invoke', name: 'adaptiveCard/action', value, ...rest }),
      );
      if (status !== 200) throw new Error(`A button was answered with ${status}: ${JSON.stringify(body)}`);
      if (body.type !== 'application/vnd.microsoft.card.adaptive') throw new Error(`No card: ${JSON.stringify(body)}`);
      return body.value;
    },
    install: (person, conversation) =>
      since(() => post(activity(person, conversation, { type: 'conversationUpdate', membersAdded: [{ id: BOT.id }] }))),
    async work() {
      await worker.drain();
    },
    async close() {
      await worker.stop();
      await rest.close();
      await server.close();
      await connector.close();
    },
  };
}
