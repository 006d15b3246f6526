import type { Change } from '../contract/activities.ts';
import type { StoredTicket, TicketBefore } from '../contract/events.ts';
import type { Input } from '../contract/operations.ts';
import type { State } from '../contract/workflow.ts';
import type { Hidden, Change as StoreChange, Stored } from '../store/store.ts';
import type { Context } from './context.ts';
import { timersIn } from './sla.ts';
import { hiddenPart } from './ticket-changes.ts';
import { mayMoveTicket } from './visibility.ts';

/**
 * Taking back one's own move: for a minute, whoever signed in and moved a ticket can give it back the state that it had,
 * also where the workflow has no step that way, or has it for others. Then everything is as if there had been no move.
 */

/** How long a move can be taken back. */
const TAKEN_BACK_MS = 60_000;

/** What is kept of a ticket with the move of somebody who can take it back. With a key nothing is. */
export function beforeMove(
  ctx: Context,
  { value: ticket, hidden }: Stored<'ticket'>,
  from: State,
): TicketBefore | null {
  if (!ctx.actor.person) return null;
  const { statusId, resolution, firstResponseOn, firstResolutionOn, lastResolutionOn, lastResolutionComment } = ticket;
  const timers = timersIn(from, ticket, hidden?.timers);
  return {
    ...{ statusId, resolution, firstResponseOn, firstResolutionOn, lastResolutionOn, lastResolutionComment },
    ...(timers && { timers }),
  };
}

/** The move that is taken back, and what the ticket was before it. */
interface TakenBack {
  before: TicketBefore;
  last: Stored<'activity'>;
}

/**
 * What the ticket was before the move which this one takes back; undefined when it takes none back: somebody else has
 * done something since that the requestor can see, or it is too late. A move that the workflow has and that says
 * something of its own, a comment or another resolution, is a move like any other.
 */
export async function takenBack(
  ctx: Context,
  ticket: StoredTicket,
  move: { from: State; to: State } & Pick<Input<'updateTicketStatus'>, 'comment' | 'resolution'>,
): Promise<TakenBack | undefined> {
  const { person } = ctx.actor;
  const isRecent = Date.parse(ctx.at) - Date.parse(ticket.lastUpdatedOn) <= TAKEN_BACK_MS;
  // Most moves end here, without anything that is read.
  if (!person || !isRecent || ticket.lastUpdatedBy.id !== person.id) return undefined;
  const where = {
    and: [
      { field: 'ticketId', in: [ticket.id] },
      { field: 'isPrivate', in: [0] },
    ],
  };
  const { items } = await ctx.instance.list('activity', { where, orderBy: 'id', direction: 'DESC', limit: 1 });
  const last = items[0];
  const before = last?.hidden?.before;
  if (before?.statusId !== move.to.id || last?.value.createdBy.id !== person.id) return undefined;
  const { from, to, comment, resolution } = move;
  const isOwnWord = Boolean(comment?.trim()) || (resolution ?? before.resolution) !== before.resolution;
  const isAllowed = from.nextSteps.includes(to.id) && mayMoveTicket(ctx.actor, ticket, from, to);
  if (isOwnWord && isAllowed) return undefined;
  // What was said with the move was said, and is the response that it was.
  const wasResponse = last.value.comment.trim() !== '';
  return { before: wasResponse ? { ...before, firstResponseOn: ticket.firstResponseOn } : before, last };
}

/** Gives the ticket back what it was, and answers its hidden part. */
export function giveBack(
  ticket: StoredTicket,
  hidden: Hidden<'ticket'> | undefined,
  { before: { timers, ...before } }: TakenBack,
  changes: Change[],
): Hidden<'ticket'> | undefined {
  if (before.resolution !== ticket.resolution) {
    changes.push({ name: 'resolution', oldValue: ticket.resolution, newValue: before.resolution });
  }
  Object.assign(ticket, before);
  const { timers: _, ...rest } = hidden ?? {};
  return hiddenPart({ ...rest, ...(timers && { timers }) });
}

/** Reports count reopenings by the history: one that was taken back stays there as what it was, and counts as a change. */
export function uncounted({ last: { id, version, value } }: TakenBack): StoreChange[] {
  if (value.action !== 'reopened') return [];
  return [{ put: 'activity', id, value, hidden: { isTakenBack: true }, replaces: version }];
}
