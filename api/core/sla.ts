import type { StoredTicket, TicketTimers } from '../contract/events.ts';
import { isResolved } from '../contract/moves.ts';
import type { Ticket } from '../contract/tickets.ts';
import type { State } from '../contract/workflow.ts';
import type { Settings } from './settings.ts';
import { stateById } from './workflow.ts';
import { afterWorkingMs, workingMs } from './working-time.ts';

/**
 * What was agreed about a ticket: when somebody has to have answered (FRT, the first response time), and when it has to
 * be resolved (RT, the resolution time). Both are working time since the ticket was opened, without the working time in
 * which it was waiting.
 */

/** The two promises, and where a ticket says what became of each. */
export const PROMISES = {
  frt: { minutes: 'firstResponseMinutes', breached: 'isFrtBreached', escalated: 'isFrtEscalated', dueOn: 'frtDueOn' },
  rt: { minutes: 'resolutionMinutes', breached: 'isRtBreached', escalated: 'isRtEscalated', dueOn: 'rtDueOn' },
} as const;
type Promised = keyof typeof PROMISES;
const PROMISED = Object.keys(PROMISES) as Promised[];

/** What there is to do about a promise, and when. */
export interface Deadline {
  promise: Promised;
  what: 'warning' | 'breach';
  /** ISO 8601. */
  at: string;
  /** When the promise has to be kept. */
  dueOn: string;
}

/** In these states nobody of the help desk can do anything, so the clock stands still. */
const isPaused = (state: State): boolean => state.category === 'waiting' || isResolved(state);

/** What is kept of a ticket's clock when it moves. */
export function timersAfterMove(
  { value: { sla } }: Settings,
  ticket: Pick<StoredTicket, 'lastUpdatedOn'>,
  timers: TicketTimers | undefined,
  move: { from: State; to: State; at: string },
): TicketTimers | undefined {
  const [was, is] = [isPaused(move.from), isPaused(move.to)];
  if (was === is) return timers;
  if (is) return { ...timers, waitingSince: move.at };
  const { waitingSince = ticket.lastUpdatedOn, waitedMs = 0, ...rest } = timers ?? {};
  return { ...rest, waitedMs: waitedMs + workingMs(sla, waitingSince, move.at) };
}

/** The clock of a ticket in a state, with what is else read from the ticket itself and is gone when it changes. */
export const timersIn = (
  state: State,
  ticket: Pick<StoredTicket, 'lastUpdatedOn'>,
  timers: TicketTimers | undefined,
): TicketTimers | undefined => (isPaused(state) ? { waitingSince: ticket.lastUpdatedOn, ...timers } : timers);

/** When a share of the time of a promise has passed; undefined where nothing is promised, or nobody works. */
function momentsOf({ value: { sla } }: Settings, ticket: StoredTicket, { waitedMs = 0 }: TicketTimers) {
  const target = sla.targets.find(({ priority }) => priority === ticket.priority);
  return (promise: Promised, share: number): string | undefined => {
    if (!target) return undefined;
    const ms = Math.round(target[PROMISES[promise].minutes] * 60_000 * share);
    return afterWorkingMs(sla, ticket.createdOn, ms + waitedMs);
  };
}

/** The promises of an open ticket that are to be kept, and those that were not: until it is resolved, that matters. */
export function promisesOf(
  settings: Settings,
  ticket: StoredTicket,
  timers: TicketTimers = {},
): NonNullable<Ticket['promises']> {
  const state = stateById(settings.workflow, ticket.statusId);
  const after = momentsOf(settings, ticket, timers);
  const found: NonNullable<Ticket['promises']> = {};
  if (isResolved(state)) return found;
  for (const promise of PROMISED) {
    if (ticket[PROMISES[promise].breached]) {
      const dueOn = timers.brokenOn?.[promise];
      if (dueOn) found[promise] = { dueOn };
      continue;
    }
    const isKept = promise === 'frt' && ticket.firstResponseOn !== '';
    const dueOn = isKept || isPaused(state) ? undefined : after(promise, 1);
    if (dueOn) found[promise] = { dueOn, warnOn: after(promise, settings.value.sla.warningPercent / 100)! };
  }
  return found;
}

/** The deadlines of a ticket that are still to come or have not been seen to, the earliest first. */
export function deadlines(settings: Settings, ticket: StoredTicket, timers: TicketTimers = {}): Deadline[] {
  const after = momentsOf(settings, ticket, timers);
  const state = stateById(settings.workflow, ticket.statusId);
  const pausedOn = isPaused(state) ? (timers.waitingSince ?? ticket.lastUpdatedOn) : undefined;
  const found: Deadline[] = [];
  for (const promise of PROMISED) {
    if (ticket[PROMISES[promise].breached]) continue;
    const answeredOn = promise === 'frt' && ticket.firstResponseOn !== '' ? ticket.firstResponseOn : undefined;
    const endedOn = [answeredOn, pausedOn].filter((one) => one !== undefined).toSorted()[0];
    const dueOn = after(promise, 1);
    // What has ended in time is no matter any more; what ended too late is one, whenever that is noticed.
    if (dueOn === undefined || (endedOn !== undefined && endedOn <= dueOn)) continue;
    found.push({ promise, what: 'breach', at: dueOn, dueOn });
    const isWarned = timers.warned?.includes(promise) || ticket.assignee.id === '' || endedOn !== undefined;
    if (!isWarned)
      found.push({ promise, what: 'warning', at: after(promise, settings.value.sla.warningPercent / 100)!, dueOn });
  }
  return found.toSorted((one, other) => (one.at < other.at ? -1 : 1));
}
