/** Changing many tickets: each by itself, with a sentence for each that failed, in the person's language. */

import type { ErrorCode } from '../../api/contract/errors.ts';
import { ApiError, call, canSucceedLater, type Done } from './api.ts';
import { attemptKey } from './attempt.ts';
import {
  changeTicket,
  givenTo,
  reasonNotChanged,
  reasonOf,
  refreshHistory,
  refreshLists,
  save,
  tell,
} from './changes.ts';
import { type Change, changeBack, type Seen, valuesAfter, valuesBefore, whoChanged } from './collisions.ts';
import { keys, patchTicket, queryClient } from './data.ts';
import type { Messages } from './messages/en.ts';
import { stateLabel } from './ui/workflow.ts';

type Tickets = Seen['ticket'][];

/**
 * Changes the tickets that are chosen in a list. A single one is changed as everywhere. Tried again under the same id, what
 * was done the first time is not done once more.
 */
export async function changeTickets(
  instanceId: string,
  tickets: Tickets,
  change: Change,
  m: Messages,
  id: string = crypto.randomUUID(),
): Promise<void> {
  const [first] = tickets;
  if (tickets.length === 1) return void (await changeTicket(instanceId, { ticket: first! }, change, m));
  for (const ticket of tickets) patchTicket(instanceId, ticket.id, valuesAfter(ticket, change));
  const restore = (failed: Tickets) => {
    for (const ticket of failed) patchTicket(instanceId, ticket.id, valuesBefore(ticket, change));
  };
  try {
    const { results, done } = await send(instanceId, tickets, change, m, id);
    const failed = tickets.filter(({ id }) => results.get(id) !== undefined);
    const succeeded = tickets.filter(({ id }) => results.get(id) === undefined);
    restore(failed);
    refresh(instanceId, tickets);
    const failures = failed.map(({ id, ticketNo, title }) => ({ ticketNo, title, message: results.get(id)! }));
    tell({
      kind: succeeded.length > 0 ? 'done' : 'failed',
      text: failed.length > 0 ? m.notice.someFailed(succeeded.length, failed.length) : textOf(change, tickets, m),
      about: id,
      done,
      ...(failures.length > 0 && { failures }),
      ...(succeeded.length > 0 && { undo: () => undoAll(instanceId, succeeded, change, m) }),
    });
  } catch (error) {
    restore(tickets);
    refresh(instanceId, tickets);
    const retry = () => void changeTickets(instanceId, tickets, change, m, id);
    tell({ kind: 'failed', text: reasonOf(error, m), ...(canSucceedLater(error) && { retry, about: id }) });
  }
}

/** Why one of many was not changed: its result has no fields. */
function refusal(code: ErrorCode, status: string, change: Change, m: Messages): string {
  const isOfValue = code === 'invalid_input' && !('move' in change);
  return isOfValue ? m.error.invalid : reasonNotChanged(new ApiError(code, ''), change, status, m);
}

/** The most that the server takes at once. */
const MOST_AT_ONCE = 100;

async function send(
  instanceId: string,
  tickets: Tickets,
  change: Change,
  m: Messages,
  id: string,
): Promise<{ results: Map<string, string | undefined>; done: Done[] }> {
  const ticketIds = tickets.map(({ id }) => id);
  const move = 'move' in change ? change.move : undefined;
  const what = move ? { status: move.statusId, resolution: move.resolution, comment: move.comment } : change;
  const status = new Map(tickets.map((ticket) => [ticket.id, ticket.status]));
  const results = new Map<string, string | undefined>();
  const done: Done[] = [];
  for (let start = 0; start < ticketIds.length; start += MOST_AT_ONCE) {
    const input = { ticketIds: ticketIds.slice(start, start + MOST_AT_ONCE), ...what };
    try {
      const idempotencyKey = await attemptKey(id, input);
      const answer = await call(instanceId, 'bulkUpdateTickets', input, { idempotencyKey });
      done.push(answer.done);
      for (const item of answer.data.items) {
        results.set(
          item.ticketId,
          item.ok ? undefined : refusal(item.code as ErrorCode, status.get(item.ticketId)!, change, m),
        );
      }
    } catch (error) {
      // Those before are changed and stay so.
      if (start === 0) throw error;
      for (const id of ticketIds.slice(start)) results.set(id, reasonOf(error, m));
      break;
    }
  }
  return { results, done };
}

function refresh(instanceId: string, tickets: Tickets): void {
  for (const { ticketNo } of tickets) {
    void queryClient.invalidateQueries({ queryKey: keys.ticket(instanceId, String(ticketNo)) });
    refreshHistory(instanceId, ticketNo);
  }
  refreshLists(instanceId);
}

function textOf(change: Change, tickets: Tickets, m: Messages): string {
  if ('move' in change) return m.notice.movedMany(tickets.length, stateLabel(m, change.move.label));
  const name = givenTo(change);
  return name === undefined ? m.notice.updatedMany(tickets.length) : m.notice.assignedMany(tickets.length, name);
}

/** How many undos are on their way at once. */
const UNDOS_AT_ONCE = 6;

/** Gives each ticket back what it had, but for those in which somebody else has changed the same since. */
async function undoAll(instanceId: string, tickets: Tickets, change: Change, m: Messages): Promise<void> {
  const failures: { ticketNo: number; title: string; message: string }[] = [];
  const waiting = [...tickets];
  const undo = async (): Promise<void> => {
    for (let ticket = waiting.shift(); ticket; ticket = waiting.shift()) {
      const message = await undoOne(instanceId, ticket, change, m);
      if (message !== undefined) failures.push({ ticketNo: ticket.ticketNo, title: ticket.title, message });
    }
  };
  await Promise.all(Array.from({ length: UNDOS_AT_ONCE }, undo));
  refresh(instanceId, tickets);
  const undone = tickets.length - failures.length;
  tell({
    kind: undone > 0 ? 'done' : 'failed',
    text: failures.length > 0 ? m.notice.someFailed(undone, failures.length) : m.notice.undone,
    ...(failures.length > 0 && { failures }),
  });
}

/** Why it could not be undone, or undefined. */
async function undoOne(
  instanceId: string,
  ticket: Seen['ticket'],
  change: Change,
  m: Messages,
): Promise<string | undefined> {
  const changed = { ...ticket, ...valuesAfter(ticket, change) };
  for (;;) {
    try {
      const outcome = await save(instanceId, { ticket: changed }, changeBack(ticket, change));
      if ('fresh' in outcome) {
        return m.notice.changedBy(await whoChanged(instanceId, outcome.fresh, outcome.fields));
      }
      patchTicket(instanceId, ticket.id, valuesBefore(ticket, change));
      return undefined;
    } catch (error) {
      // Of very many tickets the last ones have to wait until the server takes more.
      if (!(error instanceof ApiError) || error.code !== 'rate_limited') return reasonOf(error, m);
      await new Promise((resolve) => setTimeout(resolve, (error.retryAfter ?? 1) * 1000));
    }
  }
}
