import type { Change as TicketChange } from '../contract/activities.ts';
import { fail } from '../contract/errors.ts';
import type { StoredTicket } from '../contract/events.ts';
import { isResolved } from '../contract/moves.ts';
import type { Input } from '../contract/operations.ts';
import type { Ticket, TicketUpdate } from '../contract/tickets.ts';
import type { State } from '../contract/workflow.ts';
import type { Stored } from '../store/store.ts';
import { hiddenAfterSeen, versionFor } from './aside.ts';
import { assignmentOf } from './assignment.ts';
import { actingPerson, type Context, checkVersion, commit, commitNumbered, type ItemResult } from './context.ts';
import { addFollowers } from './followers.ts';
import { timersAfterMove } from './sla.ts';
import { beforeMove, giveBack, takenBack, uncounted } from './take-back.ts';
import { applyUpdate, newActivity, ticketChange, touch, updateFields } from './ticket-changes.ts';
import { sourceOf, ticketResult } from './ticket-view.ts';
import { checkMover, checkSeen, maySee, requestorFor } from './visibility.ts';
import { checkMove, checkResolution, firstState, stateById, stateOf } from './workflow.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** A ticket by its UUID or its number; 404 for everything else. */
export async function findTicket(ctx: Context, ticketId: string): Promise<Stored<'ticket'>> {
  if (UUID.test(ticketId)) {
    const found = await ctx.instance.get('ticket', ticketId.toLowerCase());
    if (found && maySee(ctx.actor, found.value)) return found;
  } else if (/^\d{1,9}$/.test(ticketId)) {
    const { items } = await ctx.instance.list('ticket', {
      where: { field: 'ticketNo', in: [Number(ticketId)] },
      orderBy: 'ticketNo',
      direction: 'ASC',
      limit: 1,
    });
    if (items[0] && maySee(ctx.actor, items[0].value)) return items[0];
  }
  return fail('not_found', 'There is no such ticket in this instance.');
}

export async function getTicket(ctx: Context, input: Input<'getTicket'>): Promise<ItemResult<Ticket>> {
  const stored = await findTicket(ctx, input.ticketId);
  return ticketResult(ctx, stored, { include: input.include });
}

export async function createTicket(ctx: Context, input: Input<'createTicket'>): Promise<ItemResult<Ticket>> {
  const by = actingPerson(ctx, input.user);
  const requestor = requestorFor(ctx, input.ticket.requestor);
  const empty: StoredTicket = {
    id: ctx.newId(),
    ticketNo: 0,
    statusId: firstState(ctx.settings.workflow).id,
    title: input.ticket.title,
    description: '',
    resolution: '',
    priority: 'Medium',
    requestor,
    assignee: { id: '' },
    expectedDate: '',
    tags: [],
    customFields: {},
    createdOn: ctx.at,
    lastUpdatedOn: ctx.at,
    lastInteraction: ctx.at,
    createdBy: by,
    lastUpdatedBy: by,
    firstResponseOn: '',
    firstResolutionOn: '',
    lastResolutionOn: '',
    lastResolutionComment: '',
    isFrtBreached: false,
    isRtBreached: false,
    isFrtEscalated: false,
    isRtEscalated: false,
    assigneeUnseenEventCnt: 0,
    requestorUnseenEventCnt: 0,
    origin: ctx.origin,
    followers: [],
  };
  const draft = applyUpdate(ctx, empty, undefined, { ...input.ticket, requestor }, input.timezone);
  const followed: TicketChange[] = [];
  await addFollowers(ctx, draft.ticket, followed, { by, opens: true, html: draft.hidden?.description_HTML });
  const assignment = await assignmentOf(ctx, draft.ticket);
  const build = (ticketNo: number, turn: number) => {
    const ticket = { ...draft.ticket, ticketNo };
    const changes = [...followed];
    if (assignment) {
      ticket.assignee = assignment.choose(turn);
      changes.push({ name: 'assignee', oldValue: { id: '' }, newValue: ticket.assignee });
    }
    const made = { ticket, hidden: draft.hidden };
    touch(ctx, made, by, {});
    const activity = newActivity(ctx, ticket.id, by, { action: 'created', changes });
    return {
      changes: ticketChange(ctx, 'ticket.created', made, null, activity),
      ...ticketResult(ctx, sourceOf(made, 1), { include: input.include }),
    };
  };
  return commitNumbered(ctx, build, assignment?.rota);
}

export async function updateTicket(ctx: Context, input: Input<'updateTicket'>): Promise<ItemResult<Ticket>> {
  const update = updateFields(input);
  return changeFields(ctx, await findTicket(ctx, input.ticketId), update, input);
}

/** Changes fields of a ticket as it was read: when somebody else changes it before this does, it is read anew. */
async function changeFields(
  ctx: Context,
  stored: Stored<'ticket'>,
  update: TicketUpdate,
  input: Pick<Input<'updateTicket'>, 'user' | 'timezone' | 'include'>,
): Promise<ItemResult<Ticket>> {
  checkVersion(ctx, versionFor(ctx.actor, stored).version);
  const how = { include: input.include };
  const draft = applyUpdate(ctx, stored.value, stored.hidden, update, input.timezone);
  if (draft.changes.length === 0) {
    return commit(ctx, { changes: [], ...ticketResult(ctx, stored, how) });
  }

  const by = actingPerson(ctx, input.user);
  const [html, htmlBefore] = [draft.hidden?.description_HTML, stored.hidden?.description_HTML];
  await addFollowers(ctx, draft.ticket, draft.changes, { by, html, htmlBefore });
  touch(ctx, draft, by, { isChange: true });
  const onlyAssignee = draft.changes.every((change) => change.name === 'assignee');
  const activity = newActivity(ctx, draft.ticket.id, by, {
    action: onlyAssignee ? 'assigned' : 'updated',
    changes: draft.changes,
  });
  return commit(ctx, {
    changes: ticketChange(ctx, 'ticket.updated', draft, stored.version, activity),
    ...ticketResult(ctx, sourceOf(draft, stored.version + 1), how),
  });
}

/** The action that moving to a state is, by the default workflow's ids and else by the state's category. */
const MOVES = {
  new: 'reopened',
  active: 'started',
  waiting: 'pending',
  resolved: 'resolved',
  closed: 'closed',
} as const;

export async function updateTicketStatus(
  ctx: Context,
  input: Input<'updateTicketStatus'>,
): Promise<ItemResult<Ticket>> {
  const { workflow } = ctx.settings;
  const to = stateOf(workflow, 'status', input.status);
  if (input.resolution) checkResolution(workflow, input.resolution);
  const stored = await findTicket(ctx, input.ticketId);
  checkVersion(ctx, versionFor(ctx.actor, stored).version);
  const draft = { ticket: stored.value, hidden: stored.hidden };
  const { ticket } = draft;
  const from = stateById(workflow, ticket.statusId);
  const moves = from.id !== to.id;
  const comment = input.comment ?? '';
  const how = { include: input.include };
  const back = moves ? await takenBack(ctx, ticket, { from, to, comment, resolution: input.resolution }) : undefined;
  if (moves && !back) {
    checkMove(workflow, from, to);
    checkMover(ctx, ticket, from, to);
  } else if (!moves && comment === '') {
    return commit(ctx, { changes: [], ...ticketResult(ctx, stored, how) });
  }

  const by = actingPerson(ctx, input.user);
  const before = moves && !back ? beforeMove(ctx, stored, from) : null;
  const changes: TicketChange[] = moves ? [{ name: 'status', oldValue: from.label, newValue: to.label }] : [];
  if (back) {
    draft.hidden = giveBack(ticket, draft.hidden, back, changes);
  } else if (moves) {
    const timers = timersAfterMove(ctx.settings, ticket, draft.hidden?.timers, { from, to, at: ctx.at });
    if (timers) draft.hidden = { ...draft.hidden, timers };
    ticket.statusId = to.id;
    if (isResolved(to)) resolve(ctx, ticket, { from, comment, resolution: input.resolution }, changes);
  }
  const comments = comment.trim() !== '';
  await addFollowers(ctx, ticket, changes, { by, comments });
  touch(ctx, draft, by, { isChange: moves, isResponse: !back || comments });
  const reopens = isResolved(from) && !isResolved(to);
  const activity = newActivity(ctx, ticket.id, by, {
    action: back ? 'updated' : moves ? (reopens ? 'reopened' : MOVES[to.category]) : 'commented',
    comment,
    changes,
  });
  const type = moves ? 'ticket.updated' : 'ticket.commented';
  const kept = before ? { before } : undefined;
  return commit(ctx, {
    changes: [...ticketChange(ctx, type, draft, stored.version, activity, kept), ...(back ? uncounted(back) : [])],
    ...ticketResult(ctx, sourceOf(draft, stored.version + 1), how),
  });
}

function resolve(
  ctx: Context,
  ticket: StoredTicket,
  { from, comment, resolution: given }: { from: State; comment: string; resolution: string | null | undefined },
  changes: TicketChange[],
): void {
  if (ticket.firstResolutionOn === '') ticket.firstResolutionOn = ctx.at;
  // Closing what is resolved is no second resolution; resolving anew does not inherit how it was resolved before.
  const resolution = given ?? (isResolved(from) ? ticket.resolution : '');
  if (resolution !== ticket.resolution) {
    changes.push({ name: 'resolution', oldValue: ticket.resolution, newValue: resolution });
    ticket.resolution = resolution;
  }
  if (!isResolved(from)) {
    ticket.lastResolutionOn = ctx.at;
    ticket.lastResolutionComment = comment;
  }
}

/** Makes the caller a follower, or no longer one (TW-48). */
export async function followTicket(ctx: Context, input: Input<'followTicket'>): Promise<ItemResult<Ticket>> {
  const by = actingPerson(ctx, input.user);
  const stored = await findTicket(ctx, input.ticketId);
  const { followers } = stored.value;
  const others = followers.filter(({ id }) => id.toLowerCase() !== by.id.toLowerCase());
  const isThere = others.length < followers.length;
  const after = input.following === isThere ? followers : [...others, ...(input.following ? [by] : [])];
  return changeFields(ctx, stored, { followers: after }, { user: by });
}

/**
 * Resets a counter of unseen events. Reading leaves no activity and no other version: it changes nothing that others see,
 * and only whoever the counter is for is told, at their other windows.
 */
export async function markTicketSeen(ctx: Context, input: Input<'markTicketSeen'>): Promise<ItemResult<Ticket>> {
  const stored = await findTicket(ctx, input.ticketId);
  const ticket = stored.value;
  checkSeen(ctx, ticket, input.as);
  const counter = input.as === 'assignee' ? 'assigneeUnseenEventCnt' : 'requestorUnseenEventCnt';
  if (ticket[counter] === 0) return ticketResult(ctx, stored, {});
  const hidden = hiddenAfterSeen(stored.hidden, input.as, ticket[counter]);
  ticket[counter] = 0;
  const to = input.as === 'assignee' ? ticket.assignee : ticket.requestor;
  const by = actingPerson(ctx, undefined);
  const { id } = ticket;
  const isPrivate = input.as === 'assignee' ? ({ isPrivate: true } as const) : {};
  return commit(ctx, {
    changes: [
      { put: 'ticket', id, value: ticket, hidden, replaces: stored.version },
      ...('name' in to
        ? [{ event: { id: ctx.newId(), type: 'ticket.seen' as const, at: ctx.at, by, to, ticketId: id, ...isPrivate } }]
        : []),
    ],
    ...ticketResult(ctx, sourceOf({ ticket, hidden }, stored.version + 1), {}),
  });
}
