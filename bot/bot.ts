import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Activity } from 'botbuilder';
import { ERRORS } from '../api/contract/errors.ts';
import type { Environment } from '../api/core/context.ts';
import type { JobHandler } from '../api/jobs/worker.ts';
import type { Log } from '../api/log.ts';
import type { FeedEvent, NewJob } from '../api/store/store.ts';
import { createDesk } from './desk.ts';
import { type BotCredentials, type BotEndpoints, createAdapter } from './teams/adapter.ts';
import { createAdmission, Refusal } from './teams/admission.ts';
import { conversationOf, teamsOf } from './teams/conversations.ts';
import type { Said } from './teams/turn.ts';

/** The door between Teams and the product. */

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

/** The bot, ready to be mounted. */
export function createBot({ environment, log, appName, credentials, allowedTenants, endpoints }: BotOptions): Bot {
  const adapter = createAdapter(credentials, endpoints);
  const admit = createAdmission({ adapter, credentials, allowedTenants, endpoints });
  const teams = teamsOf(adapter, credentials?.appId ?? '');
  const desk = createDesk({ environment, log, appName, teams, isLocal: credentials === undefined });

  async function answer(request: IncomingMessage, response: ServerResponse, body: unknown): Promise<void> {
    const { said, who } = await admit(request, body);
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
