/** What the tab changes: shown at once, sent with the version that was read, and taken back for ten seconds. */

import type { Ticket, TicketUpdate } from '../../api/contract/tickets.ts';
import { announce } from './announce.tsx';
import { ApiError, call, canSucceedLater, type Done } from './api.ts';
import { attemptKey } from './attempt.ts';
import {
  type Change,
  changeBack,
  choose,
  collisionsOf,
  isSame,
  rebased,
  type Seen,
  tellUnmoved,
  valuesAfter,
  valuesBefore,
  whoChanged,
} from './collisions.ts';
import {
  fieldTitle,
  keepTicket,
  keys,
  patchTicket,
  queryClient,
  readTicket,
  TICKET_INCLUDE,
  type VersionedTicket,
} from './data.ts';
import type { Messages } from './messages/en.ts';
import { type FieldNames, refusalText } from './refusals.ts';
import { NoFilesError } from './save-file.ts';
import { reasonNotSignedIn, SignInError } from './session.ts';
import { cell } from './store.ts';
import { stateLabel } from './ui/workflow.ts';

/** What was just done, as the bar at the bottom tells it. */
export interface Notice {
  id: number;
  kind: 'done' | 'failed';
  text: string;
  /** Takes it back. */
  undo?: () => Promise<void>;
  /** Does once more what failed. */
  retry?: () => void;
  /** The request that did it; several where the server takes no more at once. */
  done?: Done | Done[];
  /** A result for each ticket that failed. */
  failures?: { ticketNo: number; title: string; message: string }[];
  /** What it is about, where something is left to do when it failed: then it stays until it was read or that is done. */
  about?: string;
}

/** The last action's, and before it what failed and was not read yet. */
export const notices = cell<Notice[]>([]);
const MOST_NOTICES = 3;
/** Of many tickets that failed, so many are said aloud; the bar has all. */
const MOST_TOLD = 3;
let noticeId = 0;

export function tell(what: Omit<Notice, 'id'>): void {
  const unread = notices.get().filter(({ kind, about }) => kind === 'failed' && about && about !== what.about);
  notices.set([...unread, { ...what, id: ++noticeId }].slice(-MOST_NOTICES));
  const failures = what.failures?.slice(0, MOST_TOLD) ?? [];
  const reasons = failures.map(({ ticketNo, message }) => `#${ticketNo}: ${message}`).join(' ');
  announce(reasons ? `${what.text}. ${reasons}` : what.text);
}

export const closeNotice = (id: number): void => notices.set(notices.get().filter((one) => one.id !== id));

/** Why a call failed, as a sentence that says what to do; `names` are the fields of the page that made it. */
export function reasonOf(error: unknown, m: Messages, names: FieldNames = {}): string {
  if (error instanceof SignInError) return reasonNotSignedIn(error, m);
  if (error instanceof NoFilesError) return m.error.noFiles;
  // What fetch throws when nobody answers.
  if (error instanceof TypeError) return m.error.offline;
  if (!(error instanceof ApiError)) return (error as Error).message || m.error.unknown;
  return refusalText(error, m, names, fieldTitle);
}

/** Why a ticket that is in a state was not changed. */
export function reasonNotChanged(error: unknown, change: Change, status: string, m: Messages): string {
  if (!(error instanceof ApiError)) return reasonOf(error, m);
  if (error.code === 'not_found') return m.ticket.goneText;
  const isOfMove = 'move' in change && error.errors.every(({ field }) => field === 'status');
  if (isOfMove && error.code === 'forbidden') return m.move.barred.others;
  if (isOfMove && error.code === 'invalid_input') {
    return m.move.barred.noStep(stateLabel(m, status), stateLabel(m, change.move.label));
  }
  return reasonOf(error, m);
}

function remember(instanceId: string, known: VersionedTicket): void {
  const { workflow: _, ...patch } = known.ticket;
  if (keepTicket(instanceId, known)) patchTicket(instanceId, known.ticket.id, patch);
  refreshHistory(instanceId, known.ticket.ticketNo);
}

export const refreshHistory = (instanceId: string, ticketNo: number): void =>
  void queryClient.invalidateQueries({ queryKey: keys.activities(instanceId, String(ticketNo)) });

/** Lists whose filter or order a change may have touched are read again. */
export const refreshLists = (instanceId: string): void =>
  void queryClient.invalidateQueries({ queryKey: keys.lists(instanceId) });

/** How often a change that meets others is tried on what they have left. */
const TRIES = 5;

/** The last change of each ticket that is on its way. */
const underWay = new Map<string, Promise<unknown>>();

/** A ticket's changes go out one after the other: two quick ones of the same person are no collision. */
async function inTurn<T>(ticketId: string, act: () => Promise<T>): Promise<T> {
  const mine = (underWay.get(ticketId) ?? Promise.resolve()).then(act, act);
  underWay.set(ticketId, mine);
  try {
    return await mine;
  } finally {
    if (underWay.get(ticketId) === mine) underWay.delete(ticketId);
  }
}

type Outcome =
  | { saved: VersionedTicket; replaced: Seen['ticket']; done: Done }
  | { fresh: VersionedTicket; fields: string[] };

/**
 * Changes one ticket, but never what somebody else has changed since it was seen: then it says which fields those are and
 * has done nothing. Changes of other fields are no collision: mine is repeated on what is there now. What comes from the
 * row of a list, which has no version, is compared before it is sent; `onSend` hears which version it goes out with.
 */
export async function save(
  instanceId: string,
  seen: Seen,
  change: Change,
  onSend: (seen: Seen) => void = () => undefined,
): Promise<Outcome> {
  let { ticket: replaced, etag } = seen;
  const ticketId = replaced.id;
  let mine = change;
  for (let attempt = 1; ; attempt++) {
    if (etag === undefined) {
      const fresh = await readTicket(instanceId, ticketId);
      mine = rebased(seen.ticket, fresh.ticket, change);
      const fields = collisionsOf(seen.ticket, fresh.ticket, mine);
      if (fields.length > 0) return { fresh, fields };
      ({ ticket: replaced, etag } = fresh);
    }
    onSend({ ticket: replaced, etag });
    try {
      const { data, done, ...answer } = await send(instanceId, ticketId, mine, etag);
      return { saved: { ticket: data.item, etag: answer.etag }, replaced, done };
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 'precondition_failed' || attempt === TRIES) throw error;
      etag = undefined;
    }
  }
}

async function send(instanceId: string, ticketId: string, change: Change, ifMatch: string | undefined) {
  const input = { ticketId, include: TICKET_INCLUDE };
  if (!('move' in change)) return call(instanceId, 'updateTicket', { ...input, ...change }, { ifMatch });
  const { statusId: status, resolution, comment, id } = change.move;
  const move = { ...input, status, resolution, comment };
  const idempotencyKey = id && (await attemptKey(id, move));
  return call(instanceId, 'updateTicketStatus', move, { ifMatch, idempotencyKey });
}

/**
 * Changes one ticket and shows it at once. Where somebody else has changed the same since, the person chooses; an undo
 * then leaves everything as it is. True when nothing of it is left to save: it was saved, or the person gave it up.
 */
export async function changeTicket(
  instanceId: string,
  seen: Seen,
  change: Change,
  m: Messages,
  isUndo = false,
): Promise<boolean> {
  const { ticket } = seen;
  const { id, ticketNo } = ticket;
  patchTicket(instanceId, id, valuesAfter(ticket, change));
  /** As it was sent last: a lost answer is asked for with the same version. */
  let tried = seen;
  const outcome = await inTurn(id, async () => {
    try {
      const done = await save(instanceId, seen, change, (as) => {
        tried = as;
      });
      remember(instanceId, 'fresh' in done ? done.fresh : done.saved);
      return done;
    } catch (error) {
      return { error };
    }
  });
  if ('fresh' in outcome) return tellCollision(instanceId, outcome.fresh, outcome.fields, change, m, isUndo);
  if ('error' in outcome) {
    patchTicket(instanceId, id, valuesBefore(ticket, change));
    // What it had may be another thing by now, by somebody else or by this very change, whose answer was lost.
    void queryClient.invalidateQueries({ queryKey: keys.ticket(instanceId, String(ticketNo)) });
    refreshLists(instanceId);
    const reason = reasonNotChanged(outcome.error, change, ticket.status, m);
    // What was written for a move is not lost with it.
    if ('move' in change && change.move.comment) tellUnmoved({ instanceId, seen: tried, move: change.move, reason });
    else {
      const retry = () => void changeTicket(instanceId, seen, change, m, isUndo);
      const text = m.notice.notUpdated(ticketNo, reason);
      tell({ kind: 'failed', text, ...(canSucceedLater(outcome.error) && { retry, about: id }) });
    }
    return false;
  }
  const { saved, replaced, done } = outcome;
  refreshLists(instanceId);
  // What somebody else had done already is not mine to take back.
  const isMine = !isSame(valuesBefore(replaced, change), valuesBefore(saved.ticket, change));
  const back = changeBack(replaced, change);
  tell({
    kind: 'done',
    text: isUndo ? m.notice.undone : textOf(change, ticketNo, m),
    about: id,
    done,
    ...(!isUndo && isMine && { undo: async () => void (await changeTicket(instanceId, saved, back, m, true)) }),
  });
  return true;
}

async function tellCollision(
  instanceId: string,
  fresh: VersionedTicket,
  fields: string[],
  change: Change,
  m: Messages,
  isUndo: boolean,
): Promise<boolean> {
  const by = await whoChanged(instanceId, fresh, fields);
  const { ticketNo, status } = fresh.ticket;
  if (isUndo) tell({ kind: 'failed', text: m.notice.notUndone(ticketNo, by) });
  else if ('ticket' in change) return choose({ instanceId, fresh, mine: change.ticket, fields, by });
  else {
    const reason = m.move.movedBy(by, stateLabel(m, status));
    tellUnmoved({ instanceId, seen: fresh, move: change.move, reason });
  }
  return false;
}

/** Whom a change gives the tickets to, '' for nobody; undefined when it changes anything else. */
export function givenTo(change: Change): string | undefined {
  if (!('ticket' in change) || Object.keys(change.ticket).join() !== 'assignee') return undefined;
  const { assignee } = change.ticket;
  return assignee && 'name' in assignee ? assignee.name || assignee.email || assignee.id : '';
}

function textOf(change: Change, ticketNo: number, m: Messages): string {
  if ('move' in change) return m.notice.moved(ticketNo, stateLabel(m, change.move.label));
  const name = givenTo(change);
  return name === undefined ? m.notice.updated(ticketNo) : m.notice.assigned(ticketNo, name);
}

/** Changes fields of a ticket that is open. */
export const updateTicket = (
  instanceId: string,
  known: VersionedTicket,
  update: TicketUpdate,
  m: Messages,
): Promise<boolean> => changeTicket(instanceId, known, { ticket: update }, m);

/** Resets the mark of what has not been seen; nobody is told when that fails. */
export async function markSeen(instanceId: string, ticket: Ticket, as: 'assignee' | 'requestor'): Promise<void> {
  const counter = as === 'assignee' ? 'assigneeUnseenEventCnt' : 'requestorUnseenEventCnt';
  if (ticket[counter] === 0) return;
  patchTicket(instanceId, ticket.id, { [counter]: 0 });
  try {
    // Its answer may be older than what was read since, and says nothing else that is new.
    await call(instanceId, 'markTicketSeen', { ticketId: ticket.id, as });
  } catch {
    refreshLists(instanceId);
  }
}
