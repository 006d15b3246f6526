import { AppError } from '../api/contract/errors.ts';
import type { Ticket } from '../api/contract/tickets.ts';
import type { Environment } from '../api/core/context.ts';
import { actorOf } from '../api/core/members.ts';
import { type Acting, perform, readInstance, readTicket } from './acting.ts';
import { type Caller, instancesForExtension } from './actor.ts';
import { type Card, type CardContext, cut, type Json } from './cards/card.ts';
import { errorCard } from './cards/notice.ts';
import { personName, postCard, priorityText, stateLabel } from './cards/ticket.ts';
import { act } from './commands/doing.ts';
import { create } from './commands/forms.ts';
import { showForm } from './commands/reading.ts';
import { wishOf } from './commands/wish.ts';
import { cardAttachment, dialogOf } from './dialogs.ts';
import { type Conversation, objectOf, type Said, withoutMention } from './teams/turn.ts';

/** The message extension: tickets beside any chat. */

interface Parts {
  said: Said;
  conversation: Conversation;
  environment: Environment;
  caller: Caller;
  ctx: CardContext;
}

const FOUND_AT_MOST = 15;

export function messageExtension(parts: Parts): Promise<unknown> {
  switch (parts.said.name) {
    case 'composeExtension/query':
      return search(parts);
    case 'composeExtension/queryLink':
      return unfurl(parts);
    case 'composeExtension/fetchTask':
      return openForm(parts);
    case 'composeExtension/submitAction':
      return submit(parts);
    default:
      // Settings, sign-in, the selection of a row: there is nothing of it here.
      return Promise.resolve({ composeExtension: { type: 'result', attachmentLayout: 'list', attachments: [] } });
  }
}

async function actingIn({ said, conversation, environment, caller, ctx }: Parts, instanceId: string): Promise<Acting> {
  const actor = await actorOf(environment, caller.identity, instanceId);
  return { environment, said, conversation, caller, actor, ctx, threadTicketId: undefined };
}

const result = (attachments: unknown[]) => ({
  composeExtension: { type: 'result', attachmentLayout: 'list', attachments },
});
/** What a search answers instead of tickets. */
export const message = (text: string) => ({ composeExtension: { type: 'message', text } });

const isHidden = (error: unknown): boolean =>
  error instanceof AppError && (error.code === 'not_found' || error.code === 'forbidden');

/** Tickets that this person may see: the latest ones without words, else those that have every word or the number. */
async function search(parts: Parts): Promise<unknown> {
  const { said, environment, caller } = parts;
  const { m } = caller;
  const parameters = Array.isArray(said.value.parameters) ? said.value.parameters.map(objectOf) : [];
  const isInitial = parameters.some(({ name }) => name === 'initialRun');
  const words = isInitial
    ? ''
    : parameters
        .map(({ value }) => (typeof value === 'string' ? value : ''))
        .join(' ')
        .trim();
  const skip = Math.max(0, Math.min(10_000, Number(objectOf(said.value.queryOptions).skip) || 0));
  const ids = await instancesForExtension(environment, said, caller);
  if (ids.length === 0) return message(`${m.chooseNone}. ${m.chooseNoneText}`);
  const found = await Promise.all(
    ids.map(async (id) => {
      // A help desk that is away is none without tickets.
      const acting = await actingIn(parts, id).catch((error) => {
        if (!isHidden(error)) throw error;
        return undefined;
      });
      if (!acting) return [];
      const filter = words === '' ? {} : { search: words.slice(0, 200) };
      const order = words === '' ? { orderBy: 'lastInteraction', order: 'DESC' } : {};
      const { items } = await perform(acting, 'listTickets', {
        ...filter,
        ...order,
        limit: FOUND_AT_MOST,
        offset: skip,
      });
      const { isPrivate } = await readInstance(acting);
      return items.map(({ value }) => attachmentOf(parts, id, value, isPrivate));
    }),
  );
  const attachments = found.flat().slice(0, FOUND_AT_MOST);
  return attachments.length === 0 ? message(words === '' ? m.emptyMine : m.emptySearch) : result(attachments);
}

function attachmentOf({ ctx }: Parts, instanceId: string, ticket: Ticket, isPrivate: boolean) {
  const { m } = ctx;
  const card = postCard(ctx, { instanceId, ticket, customFields: [] }, isPrivate);
  const about = [stateLabel(m, ticket.status), priorityText(m, ticket.priority), personName(m, ticket.requestor)];
  const preview = { title: `#${ticket.ticketNo} ${cut(ticket.title, 80)}`, text: about.join(' · ') };
  return {
    ...cardAttachment(card),
    preview: { contentType: 'application/vnd.microsoft.card.thumbnail', content: preview },
  };
}

/** A link to one of our own tickets becomes a card, for those who may see it; for others it stays a link. */
async function unfurl(parts: Parts): Promise<unknown> {
  const { said, environment } = parts;
  const url = typeof said.value.url === 'string' ? said.value.url : '';
  const base = `${environment.publicUrl}/tab/instances/`;
  const [, instanceId, no] =
    (url.startsWith(base) && /^([0-9a-f-]{36})\/tickets\/(\d{1,9})(?:[?#].*)?$/i.exec(url.slice(base.length))) || [];
  if (!instanceId || !no) return result([]);
  try {
    const acting = await actingIn(parts, instanceId);
    const [ticket, { isPrivate }] = await Promise.all([readTicket(acting, no), readInstance(acting)]);
    return result([attachmentOf(parts, instanceId, ticket, isPrivate)]);
  } catch (error) {
    if (isHidden(error)) return result([]);
    throw error;
  }
}

/** The help desk that a new ticket goes to, or a card that says what to do first. */
async function desk(parts: Parts): Promise<Acting | Card> {
  const { m } = parts.caller;
  const ids = await instancesForExtension(parts.environment, parts.said, parts.caller);
  const wanted = objectOf(parts.said.value.data).instanceId;
  const id = typeof wanted === 'string' && wanted !== '' ? wanted : ids[0];
  if (!id) return errorCard(parts.ctx, { message: `${m.chooseNone}. ${m.chooseNoneText}` });
  try {
    return await actingIn(parts, id);
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'not_found')) throw error;
    return errorCard(parts.ctx, { message: `${m.chooseNone}. ${m.chooseNoneText}` });
  }
}

/** The form, empty from the compose box; with its text, author and link from a message. */
async function openForm(parts: Parts): Promise<unknown> {
  const { m } = parts.caller;
  const acting = await desk(parts);
  if ('type' in acting) return dialogOf(m.formTitle, acting);
  const values = fromMessage(objectOf(parts.said.value.messagePayload));
  return dialogOf(m.formTitle, await showForm(acting, { values, isDialog: true }));
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** A form's values from a message of Teams. */
function fromMessage(payload: Json): Record<string, string> {
  const { content, contentType } = objectOf(payload.body);
  const raw = textOf(content).slice(0, 20_000);
  const stripped =
    contentType === 'html'
      ? withoutMention(
          raw.replace(/<[^<>]*>/g, (tag) => (/^<(?:br|\/p|\/div|\/li)/i.test(tag) ? '\n' : '')),
          [],
        )
      : raw;
  const text = stripped.replace(/\n{3,}/g, '\n\n').trim();
  if (text === '') return {};
  const author = textOf(objectOf(objectOf(payload.from).user).displayName);
  const link = textOf(payload.linkToMessage);
  const [first = ''] = text.split('\n');
  const lines = [text, '', [author, link].filter(Boolean).join(' · ')];
  return {
    title: cut(textOf(payload.subject) || first.trim(), 255),
    description: lines.join('\n').trim().slice(0, 8000),
  };
}

/** What the form of the message extension sends: the ticket's card for the compose box, or the form once more. */
async function submit(parts: Parts): Promise<unknown> {
  const { said, caller } = parts;
  const { m } = caller;
  const acting = await desk(parts);
  if ('type' in acting) return dialogOf(m.formTitle, acting);
  const wanted = wishOf(objectOf(said.value.data));
  if (wanted.verb !== 'create') return dialogOf(m.formTitle, await act(acting, { ...wanted, isDialog: true }));
  const { card, ticket } = await create(acting, wanted.values, wanted.values.formId ?? '', true);
  if (!ticket || said.value.commandContext !== 'compose') return dialogOf(m.formTitle, card);
  const { isPrivate } = await readInstance(acting);
  return result([attachmentOf(parts, acting.actor.instanceId, ticket, isPrivate)]);
}
