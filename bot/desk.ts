import { AppError } from '../api/contract/errors.ts';
import type { Environment } from '../api/core/context.ts';
import type { JobHandler } from '../api/jobs/worker.ts';
import type { Log } from '../api/log.ts';
import type { FeedEvent, NewJob } from '../api/store/store.ts';
import type { Acting } from './acting.ts';
import {
  actIn,
  type Caller,
  conversationRecord,
  groupPlace,
  instanceOf,
  keepConversation,
  recognize,
  speakLike,
  wholePlace,
} from './actor.ts';
import { arrival } from './arrival.ts';
import type { Card, CardContext } from './cards/card.ts';
import { errorCard } from './cards/notice.ts';
import { helpCard } from './cards/welcome.ts';
import { freeFromStrangers } from './claim.ts';
import { understand } from './commands/commands.ts';
import { act, draft } from './commands/doing.ts';
import { showChoice } from './commands/reading.ts';
import { type Wish, wishOf } from './commands/wish.ts';
import { comment } from './commands/working.ts';
import { dialogAnswer } from './dialogs.ts';
import { message as composeMessage, messageExtension } from './extension.ts';
import { LANGUAGES, languageOf } from './messages/messages.ts';
import { tellChannel } from './posts/channel.ts';
import type { Delivery } from './posts/delivery.ts';
import { CARD_JOB, reply, sendCard } from './posts/later.ts';
import { deliverNotice } from './posts/notice.ts';
import { KINDS, makeNotices, postJobs, remind } from './posts/notify.ts';
import { SendLimits } from './teams/limits.ts';
import { type Conversation, DeliveryError, objectOf, type Said, type Teams } from './teams/turn.ts';

/** What comes in, and what is answered: the bot without the wire. */

export interface DeskParts {
  environment: Environment;
  log: Log;
  appName: string;
  teams: Teams;
  isLocal: boolean;
}

/** What a turn is answered with over HTTP; messages are answered in the conversation. */
interface Answer {
  status: number;
  body?: unknown;
}

export interface Desk {
  turn(said: Said, conversation: Conversation): Promise<Answer>;
  subscriber(event: FeedEvent): NewJob[];
  handlers: JobHandler[];
}

/** Teams waits no longer than this before somebody wonders. */
const TYPING_AFTER_MS = 1500;

export function createDesk(parts: DeskParts): Desk {
  const { environment, log, appName } = parts;

  const contextFor = (m: CardContext['m']): CardContext => ({
    m,
    appName,
    isTeams: !parts.isLocal,
    link: (instanceId, ticketNo) =>
      `${environment.publicUrl}/tab/instances/${instanceId}${ticketNo === undefined ? '' : `/tickets/${ticketNo}`}`,
  });

  /** Recognizes who speaks and where; without an instance when it is still to be chosen. */
  async function begin(said: Said, conversation: Conversation, wantedId: string) {
    const caller = await recognize(environment, said, conversation);
    if (said.place.scope === 'channel') await freeFromStrangers(environment, said, conversation);
    const instanceId = wantedId || (await instanceOf(environment, said, caller, parts.isLocal));
    await speakLike(environment, caller, instanceId);
    const ctx = contextFor(caller.m);
    return { caller, ctx, instanceId };
  }

  async function actingIn(
    said: Said,
    conversation: Conversation,
    caller: Caller,
    ctx: CardContext,
    instanceId: string,
  ): Promise<Acting> {
    const actor = await actIn(environment, said, caller, instanceId);
    const { threadId } = said;
    const thread = threadId === '' ? null : await environment.store.instance(instanceId).get('thread', threadId);
    return { environment, said, conversation, caller, actor, ctx, threadTicketId: thread?.value.ticketId };
  }

  /** Does what a button, a dialog or the message extension asks for; without an instance, asks for that first. */
  async function wish(said: Said, conversation: Conversation, wanted: Wish): Promise<Card> {
    const { caller, ctx, instanceId } = await begin(said, conversation, wanted.values.instanceId ?? '');
    const choice = { environment, caller, ctx };
    if (instanceId === '' && wanted.verb === 'help') return helpCard(ctx, { role: undefined });
    if (instanceId === '' && wanted.verb !== 'switch') return showChoice(choice);
    try {
      const acting = await actingIn(
        said,
        conversation,
        caller,
        ctx,
        instanceId || (caller.record.instanceIds[0] ?? ''),
      );
      return await act(acting, wanted);
    } catch (error) {
      if (error instanceof AppError && error.code === 'not_found') return showChoice(choice);
      throw error;
    }
  }

  /** Whether talk that does not name the bot stands in the thread of a ticket; nobody else's talk is looked at. */
  async function isOverheard(said: Said): Promise<boolean> {
    if (said.threadId === '') return false;
    const kept = await conversationRecord(environment, said.place, said.channelId);
    const ofTeam = kept?.instanceId
      ? kept
      : said.team && (await conversationRecord(environment, said.place, said.team.id));
    if (!ofTeam?.instanceId) return false;
    return (await environment.store.instance(ofTeam.instanceId).get('thread', said.threadId)) !== null;
  }

  async function message(said: Said, conversation: Conversation): Promise<void> {
    if (!said.isAddressed && !(await isOverheard(said))) return;
    const { caller, ctx, instanceId } = await begin(said, conversation, '');
    const choice = { environment, caller, ctx };
    if (instanceId === '') {
      const meant = understand(said.text);
      const isDraft = meant.id === 'sentence';
      const card = await showChoice(choice, undefined, isDraft ? meant.text : undefined);
      await reply(environment, said, conversation, card);
      return;
    }
    await refreshPlace(said);
    const acting = await actingIn(said, conversation, caller, ctx, instanceId);
    const card = await answerTo(acting);
    if (card) await reply(environment, said, conversation, card);
  }

  /** The answer to a text; none to talk that is not for the bot. */
  async function answerTo(acting: Acting): Promise<Card | undefined> {
    const { said, ctx, actor, caller } = acting;
    const isInThread = acting.threadTicketId !== undefined;
    const meant = understand(said.text, { isInThread });
    if (!said.isAddressed) {
      if (isInThread && said.text !== '') await comment(acting, acting.threadTicketId!, said.text, false);
      return undefined;
    }
    if (meant.id === 'nothing') {
      const { m } = caller;
      const hasFile = said.attachments.some(({ contentType }) => !contentType.startsWith('text/'));
      if (hasFile)
        return errorCard(ctx, { message: `${m.errors.attachment} ${m.errors.noText}`, instanceId: actor.instanceId });
      return act(acting, { verb: 'help', no: '', text: '', values: {} });
    }
    if (meant.id === 'sentence') {
      if (isInThread) return act(acting, { verb: 'comment', no: '', text: meant.text, values: {} });
      return draft(acting, meant.text);
    }
    const no = meant.number === undefined ? '' : String(meant.number);
    return act(acting, { verb: meant.id, no, text: meant.text, values: {} });
  }

  /** Keeps where a channel or a group chat is reached, when that has changed. */
  async function refreshPlace(said: Said): Promise<void> {
    if (said.place.scope === 'personal') return;
    const place = wholePlace(said);
    const kept = groupPlace(await conversationRecord(environment, place, place.conversationId));
    if (kept?.serviceUrl !== place.serviceUrl || kept.bot.id !== place.bot.id)
      await keepConversation(environment, place, {});
  }

  /** A button of a client that does not know Action.Execute: the same wish, as a message. */
  async function pressed(said: Said, conversation: Conversation): Promise<void> {
    const card = await wish(said, conversation, wishOf(said.value));
    if (said.replyToId !== '') {
      try {
        await conversation.update(said.replyToId, { card });
        return;
      } catch (error) {
        if (!(error instanceof DeliveryError)) throw error;
      }
    }
    await reply(environment, said, conversation, card);
  }

  async function invoked(said: Said, conversation: Conversation): Promise<Answer> {
    const m = LANGUAGES[languageOf(said.locale)];
    const ask = (wanted: Wish) => wish(said, conversation, wanted);
    if (said.name === 'adaptiveCard/action') {
      const action = objectOf(said.value.action);
      const data = { ...objectOf(action.data) };
      if (typeof data.verb !== 'string') data.verb = action.verb;
      return { status: 200, body: cardAnswer(await ask(wishOf(data))) };
    }
    if (said.name.startsWith('task/')) return { status: 200, body: await dialogAnswer(said, m, ask) };
    if (said.name.startsWith('composeExtension/')) {
      const caller = await recognize(environment, said, conversation);
      const ctx = contextFor(caller.m);
      return { status: 200, body: await messageExtension({ said, conversation, environment, caller, ctx }) };
    }
    return { status: 200, body: errorAnswer(400, 'BadRequest', m.errors.oldCard) };
  }

  async function dispatch(said: Said, conversation: Conversation): Promise<Answer> {
    const isPerson = said.sender.objectId !== '';
    switch (said.type) {
      case 'message':
        if (!isPerson) return { status: 200 };
        if (said.text === '' && Object.keys(said.value).length > 0) await pressed(said, conversation);
        else await message(said, conversation);
        return { status: 200 };
      case 'invoke':
        if (!isPerson) return { status: 200, body: errorAnswer(403, 'Forbidden', LANGUAGES.en.errors.forbidden) };
        return invoked(said, conversation);
      case 'conversationUpdate':
      case 'installationUpdate':
        await arrival({ ...parts, contextFor }, said, conversation);
        return { status: 200 };
      default:
        return { status: 200 };
    }
  }

  /** A card for what nobody foresaw: the person learns of it, and so does the log. */
  async function unforeseen(said: Said, conversation: Conversation, error: unknown): Promise<Answer> {
    const isAway = error instanceof AppError && error.code === 'unavailable';
    log.error({ type: said.type, name: said.name, err: error }, 'An activity could not be handled.');
    const m = LANGUAGES[languageOf(said.locale)];
    const text = isAway ? m.errors.unavailable : m.errors.internal;
    const card = errorCard(contextFor(m), { message: text });
    if (said.type === 'invoke') {
      if (said.name === 'adaptiveCard/action') return { status: 200, body: cardAnswer(card) };
      if (said.name === 'composeExtension/query') return { status: 200, body: composeMessage(text) };
      return { status: 200, body: errorAnswer(isAway ? 503 : 500, 'ServiceError', text) };
    }
    if (said.type === 'message' && !(error instanceof DeliveryError)) {
      await conversation.send({ card }).catch((cause) => log.error({ err: cause }, 'Nor could that be said.'));
    }
    return { status: 200 };
  }

  const delivery: Delivery = {
    environment,
    log,
    appName,
    teams: parts.teams,
    limits: new SendLimits(environment.now),
    isLocal: parts.isLocal,
    contextFor,
  };

  return {
    subscriber: (event) => postJobs(event, environment.now()),
    handlers: [
      { kind: KINDS.channel, run: (job) => tellChannel(delivery, job), maxAttempts: 12 },
      { kind: CARD_JOB, run: (job) => sendCard(delivery, job), maxAttempts: 12 },
      { kind: KINDS.notices, run: (job) => makeNotices(delivery, job) },
      { kind: KINDS.due, run: (job) => remind(delivery, job) },
      {
        kind: KINDS.notice,
        run: (job) => deliverNotice(delivery, job),
        maxAttempts: 20,
        maxPauseMs: 5 * 60_000,
        concurrency: 8,
      },
    ],
    async turn(said, conversation) {
      const timer =
        said.type === 'message' ? setTimeout(() => conversation.typing().catch(() => {}), TYPING_AFTER_MS) : undefined;
      try {
        return await dispatch(said, conversation);
      } catch (error) {
        return await unforeseen(said, conversation, error);
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

/** Teams replaces the card, for who pressed it, by this one. */
const cardAnswer = (card: Card) => ({ statusCode: 200, type: 'application/vnd.microsoft.card.adaptive', value: card });

const errorAnswer = (statusCode: number, code: string, message: string) => ({
  statusCode,
  type: 'application/vnd.microsoft.error',
  value: { code, message },
});
