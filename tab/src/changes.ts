/** What the tab changes: shown at once, sent with the version that was read, and taken back for ten seconds. */

import type { Ticket, TicketUpdate } from '../../api/contract/tickets.ts';
import { ApiError, call, type Done } from './api.ts';
import { keys, type ListedTicket, patchTicket, queryClient, ticketOptions, type VersionedTicket } from './data.ts';
import type { Messages } from './messages/en.ts';
import { cell } from './store.ts';
import { stateLabel } from './ui/workflow.ts';

/** What was just done, as the bar at the bottom tells it. */
export interface Notice {
  id: number;
  kind: 'done' | 'failed';
  text: string;
  /** Takes it back. */
  undo?: () => Promise<void>;
  done?: Done;
  /** A result for each ticket that failed. */
  failures?: { ticketNo: number; message: string }[];
}

/** One notice at a time: the last action's. */
export const notice = cell<Notice | undefined>(undefined);
let noticeId = 0;

export function tell(what: Omit<Notice, 'id'>): void {
  notice.set({ ...what, id: ++noticeId });
}

/** A change that met somebody else's in the same field: both versions, to choose from. */
export interface Collision {
  instanceId: string;
  fresh: VersionedTicket;
  mine: TicketUpdate;
  /** The names in `mine` that somebody else has changed as well. */
  fields: (keyof TicketUpdate)[];
}

export const collision = cell<Collision | undefined>(undefined);

/** Why a call failed, as a sentence that says what to do. */
export function reasonOf(error: unknown, m: Messages): string {
  if (!(error instanceof ApiError)) return (error as Error).message || m.error.unknown;
  if (error.code === 'offline') return m.error.offline;
  if (error.code === 'rate_limited') return m.error.rateLimited(error.retryAfter ?? 10);
  if (error.code === 'unavailable') return m.error.unavailable;
  if (error.code === 'internal') return m.error.internal(error.requestId);
  return error.message;
}

type Fields = keyof TicketUpdate & keyof Ticket;

/** The values that a change replaces, as a change back. */
function before(ticket: ListedTicket | Ticket, update: TicketUpdate): TicketUpdate {
  const back: Record<string, unknown> = {};
  for (const name of Object.keys(update) as Fields[]) {
    const value = (ticket as Ticket)[name];
    if (name === 'customFields') {
      const ids = Object.keys(update.customFields ?? {});
      back.customFields = Object.fromEntries(ids.map((id) => [id, ticket.customFields[id] ?? null]));
    } else back[name] = name === 'expectedDate' ? value || null : value;
  }
  return back as TicketUpdate;
}

/** The ticket as it will be, for the moment until the server says so. */
function after(ticket: ListedTicket | Ticket, update: TicketUpdate): Partial<Ticket> {
  const patch = { ...update } as Partial<Ticket>;
  if ('assignee' in update) patch.assignee = update.assignee ?? { id: '' };
  if ('expectedDate' in update) patch.expectedDate = update.expectedDate ?? '';
  if (update.customFields) {
    const merged = Object.entries({ ...ticket.customFields, ...update.customFields });
    patch.customFields = Object.fromEntries(merged.filter(([, value]) => value !== null));
  }
  return patch;
}

const same = (left: unknown, right: unknown): boolean => JSON.stringify(left ?? '') === JSON.stringify(right ?? '');

/** Which of my fields somebody else has changed since I read them. */
function collisions(base: Ticket, fresh: Ticket, mine: TicketUpdate): (keyof TicketUpdate)[] {
  return (Object.keys(mine) as (keyof TicketUpdate)[]).filter((name) => {
    if (name === 'customFields') {
      return Object.keys(mine.customFields!).some((id) => !same(base.customFields[id], fresh.customFields[id]));
    }
    return !same(base[name as Fields], fresh[name as Fields]) && !same(mine[name], fresh[name as Fields]);
  });
}

function remember(instanceId: string, known: VersionedTicket): void {
  const { workflow: _, ...patch } = known.ticket;
  patchTicket(instanceId, known.ticket.id, patch);
  queryClient.setQueryData(keys.ticket(instanceId, String(known.ticket.ticketNo)), known);
  refreshHistory(instanceId, known.ticket.ticketNo);
}

export const refreshHistory = (instanceId: string, ticketNo: number): void =>
  void queryClient.invalidateQueries({ queryKey: keys.activities(instanceId, String(ticketNo)) });

/** Lists whose filter or order a change may have touched are read again. */
export const refreshLists = (instanceId: string): void =>
  void queryClient.invalidateQueries({ queryKey: keys.lists(instanceId) });

/**
 * Changes fields of a ticket that is open. Somebody else's change of other fields is no collision: mine is repeated on
 * what is there now. In the same fields the person chooses. True when it was saved.
 */
export async function updateTicket(
  instanceId: string,
  known: VersionedTicket,
  update: TicketUpdate,
  m: Messages,
  isUndo = false,
): Promise<boolean> {
  const { ticket } = known;
  patchTicket(instanceId, ticket.id, after(ticket, update));
  let { etag } = known;
  for (let attempt = 1; ; attempt++) {
    try {
      const input = { ticketId: ticket.id, ticket: update, include: 'description_HTML' };
      const answer = await call(instanceId, 'updateTicket', input, { ifMatch: etag });
      const saved = { ticket: answer.data.item, etag: answer.etag };
      remember(instanceId, saved);
      refreshLists(instanceId);
      const back = before(ticket, update);
      tell({
        kind: 'done',
        text: isUndo ? m.notice.undone : m.notice.updated(ticket.ticketNo),
        done: answer.done,
        ...(!isUndo && { undo: async () => void (await updateTicket(instanceId, saved, back, m, true)) }),
      });
      return true;
    } catch (error) {
      if (error instanceof ApiError && error.code === 'precondition_failed' && attempt < 5) {
        const fresh = await readAgain(instanceId, ticket.ticketNo);
        const fields = collisions(ticket, fresh.ticket, update);
        if (fields.length === 0) {
          etag = fresh.etag;
          continue;
        }
        remember(instanceId, fresh);
        collision.set({ instanceId, fresh, mine: update, fields });
        return false;
      }
      patchTicket(instanceId, ticket.id, after(ticket, before(ticket, update)));
      void queryClient.invalidateQueries({ queryKey: keys.ticket(instanceId, String(ticket.ticketNo)) });
      tell({ kind: 'failed', text: reasonOf(error, m) });
      return false;
    }
  }
}

const readAgain = (instanceId: string, ticketNo: number): Promise<VersionedTicket> =>
  queryClient.fetchQuery({ ...ticketOptions(instanceId, String(ticketNo)), staleTime: 0 });

export interface Move {
  statusId: string;
  label: string;
  resolution?: string | undefined;
  comment?: string | undefined;
}

/** What the same change did to each of many tickets. */
type Change = { ticket: TicketUpdate } | { move: Move };

/** Changes many tickets, or one from a list: each by itself, with a sentence for each that failed. */
export async function changeTickets(
  instanceId: string,
  tickets: (ListedTicket | Ticket)[],
  change: Change,
  m: Messages,
  isUndo = false,
): Promise<boolean> {
  for (const ticket of tickets) {
    const patch =
      'move' in change ? { statusId: change.move.statusId, status: change.move.label } : after(ticket, change.ticket);
    patchTicket(instanceId, ticket.id, patch);
  }
  const restore = (failed: (ListedTicket | Ticket)[]) => {
    for (const ticket of failed) {
      const { statusId, status } = ticket;
      patchTicket(
        instanceId,
        ticket.id,
        'move' in change ? { statusId, status } : after(ticket, before(ticket, change.ticket)),
      );
    }
  };
  try {
    const { results, done } = await send(instanceId, tickets, change);
    const failed = tickets.filter(({ id }) => results.get(id) !== undefined);
    const succeeded = tickets.filter(({ id }) => results.get(id) === undefined);
    restore(failed);
    for (const { ticketNo } of tickets) {
      void queryClient.invalidateQueries({ queryKey: keys.ticket(instanceId, String(ticketNo)) });
      refreshHistory(instanceId, ticketNo);
    }
    refreshLists(instanceId);
    const failures = failed.map(({ id, ticketNo }) => ({ ticketNo, message: results.get(id)! }));
    tell({
      kind: succeeded.length > 0 ? 'done' : 'failed',
      text: isUndo && failed.length === 0 ? m.notice.undone : textOf(change, succeeded, failed.length, m),
      done,
      ...(failures.length > 0 && { failures }),
      ...(!isUndo && succeeded.length > 0 && { undo: () => undoAll(instanceId, succeeded, change, m) }),
    });
    return failed.length === 0;
  } catch (error) {
    restore(tickets);
    tell({ kind: 'failed', text: reasonOf(error, m) });
    return false;
  }
}

/** The request for one ticket is the one for one, so that its history and its curl say what was done. */
async function send(
  instanceId: string,
  tickets: (ListedTicket | Ticket)[],
  change: Change,
): Promise<{ results: Map<string, string | undefined>; done: Done }> {
  const ticketIds = tickets.map(({ id }) => id);
  const move = 'move' in change ? change.move : undefined;
  const status = move && { status: move.statusId, resolution: move.resolution, comment: move.comment };
  if (ticketIds.length === 1) {
    const ticketId = ticketIds[0]!;
    const { done } = status
      ? await call(instanceId, 'updateTicketStatus', { ticketId, ...status })
      : await call(instanceId, 'updateTicket', { ticketId, ticket: (change as { ticket: TicketUpdate }).ticket });
    return { results: new Map(), done };
  }
  const results = new Map<string, string | undefined>();
  let done: Done | undefined;
  for (let start = 0; start < ticketIds.length; start += MOST_AT_ONCE) {
    const input = { ticketIds: ticketIds.slice(start, start + MOST_AT_ONCE), ...(status ?? change) };
    const answer = await call(instanceId, 'bulkUpdateTickets', input);
    done ??= answer.done;
    for (const item of answer.data.items) {
      results.set(item.ticketId, item.ok ? undefined : (item.message ?? String(item.statusCode)));
    }
  }
  return { results, done: done! };
}

const MOST_AT_ONCE = 100;

function textOf(change: Change, succeeded: unknown[], failed: number, m: Messages): string {
  const count = succeeded.length;
  const first = (succeeded[0] as ListedTicket | undefined)?.ticketNo ?? 0;
  if (failed > 0) return m.notice.someFailed(count, failed);
  if ('move' in change) {
    const label = stateLabel(m, change.move.label);
    return count === 1 ? m.notice.moved(first, label) : m.notice.movedMany(count, label);
  }
  return count === 1 ? m.notice.updated(first) : m.notice.updatedMany(count);
}

/** Gives each ticket back what it had; those that had the same share a request. */
async function undoAll(
  instanceId: string,
  tickets: (ListedTicket | Ticket)[],
  change: Change,
  m: Messages,
): Promise<void> {
  const groups = new Map<string, { back: Change; tickets: (ListedTicket | Ticket)[] }>();
  for (const ticket of tickets) {
    const back: Change =
      'move' in change
        ? { move: { statusId: ticket.statusId, label: ticket.status } }
        : { ticket: before(ticket, change.ticket) };
    const key = JSON.stringify(back);
    const group = groups.get(key) ?? { back, tickets: [] };
    group.tickets.push(ticket);
    groups.set(key, group);
  }
  for (const { back, tickets: some } of groups.values()) {
    if (!(await changeTickets(instanceId, some, back, m, true))) return;
  }
}

/** Resets the mark of what has not been seen; nobody is told when that fails. */
export async function markSeen(instanceId: string, ticket: Ticket, as: 'assignee' | 'requestor'): Promise<void> {
  const counter = as === 'assignee' ? 'assigneeUnseenEventCnt' : 'requestorUnseenEventCnt';
  if (ticket[counter] === 0) return;
  patchTicket(instanceId, ticket.id, { [counter]: 0 });
  try {
    const { data, etag } = await call(instanceId, 'markTicketSeen', { ticketId: ticket.id, as });
    queryClient.setQueryData<VersionedTicket>(keys.ticket(instanceId, String(ticket.ticketNo)), (known) =>
      known ? { ticket: { ...data.item, description_HTML: known.ticket.description_HTML }, etag } : known,
    );
  } catch {
    // The mark comes back with the next reading.
  }
}
