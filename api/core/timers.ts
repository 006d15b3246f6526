import type { Activity, Change } from '../contract/activities.ts';
import { AppError } from '../contract/errors.ts';
import type { StoredTicket, TicketTimers } from '../contract/events.ts';
import { isResolved } from '../contract/moves.ts';
import type { Person } from '../contract/wire.ts';
import type { Hidden, Stored } from '../store/store.ts';
import { workersAmong } from './assignment.ts';
import type { Context, Environment } from './context.ts';
import type { Settings } from './settings.ts';
import { settingsReader } from './settings.ts';
import { type Deadline, deadlines, PROMISES } from './sla.ts';
import { newActivity, ticketChange } from './ticket-changes.ts';
import { stateById } from './workflow.ts';

/** What time does to a ticket while nobody else does anything: promises that run out (`sla.ts`), and idleness. */

/** Who did what nobody did. */
export const SYSTEM: Person = { id: 'system', name: 'System', email: '' };

const DAY_MS = 24 * 60 * 60 * 1000;

/** When a ticket has to be looked at again, each for its reason; what is past has not been seen to yet. */
export function timersOf(
  settings: Settings,
  ticket: StoredTicket,
  timers: TicketTimers | undefined,
): { reason: 'sla' | 'idle'; at: string }[] {
  if (!settings.value.enabled) return [];
  const sla = deadlines(settings, ticket, timers)[0];
  const idle = idleOn(settings, ticket, timers);
  return [
    ...(sla ? [{ reason: 'sla' as const, at: sla.at }] : []),
    ...(idle === undefined ? [] : [{ reason: 'idle' as const, at: idle }]),
  ];
}

/** When a ticket becomes idle: so many days after anybody last did anything with it. Once for each such time. */
function idleOn(
  { value, workflow }: Settings,
  ticket: StoredTicket,
  timers: TicketTimers | undefined,
): string | undefined {
  const { dayBeforeTicketsIdle: days, isAutoAssignIdleTickets, isNotifyIdleTicket } = value;
  if (days === 0 || (!isAutoAssignIdleTickets && !isNotifyIdleTicket)) return undefined;
  if (timers?.idleSince === ticket.lastInteraction || isResolved(stateById(workflow, ticket.statusId)))
    return undefined;
  return new Date(Date.parse(ticket.lastInteraction) + days * DAY_MS).toISOString();
}

/** How often it is tried to do something on a ticket that others change at the same moment. */
const TRIES = 20;

/** Does everything on a ticket for which the time has come; answers when to look at it again. */
export async function seeToTicket(
  environment: Environment,
  instanceId: string,
  ticketId: string,
): Promise<ReturnType<typeof timersOf>> {
  const instance = environment.store.instance(instanceId);
  for (let attempt = 1; ; ) {
    const settings = await settingsReader.read(instance, instanceId, 'now');
    const stored = await instance.get('ticket', ticketId);
    if (!stored) return [];
    const at = environment.now().toISOString();
    const actor = { instanceId, role: 'owner', readOnly: false } as const;
    const ctx: Context = { ...environment, actor, origin: 'api', instance, settings, at, warnings: [] };
    const timers = timersOf(settings, stored.value, stored.hidden?.timers);
    const due = timers.find((one) => one.at <= at);
    if (!due) return timers;
    const act = due.reason === 'sla' ? promiseAct(ctx, stored) : await idleAct(ctx, stored);
    if (!act) return timers.filter((one) => one !== due);
    try {
      await commitAct(ctx, stored, act);
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'conflict') || attempt >= TRIES) throw error;
      attempt++;
    }
  }
}

/** What is done to a ticket, and what is remembered of it. */
interface Act {
  action: Activity['action'];
  /** In its history; those of its fields are made. */
  changes: Change[];
  timers: TicketTimers;
  /** With its activity. */
  kept?: Hidden<'activity'>;
}

function promiseAct({ settings }: Context, { value: ticket, hidden }: Stored<'ticket'>): Act {
  const timers = hidden?.timers ?? {};
  const { promise, what, dueOn } = deadlines(settings, ticket, timers)[0] as Deadline;
  const names = PROMISES[promise];
  if (what === 'warning') {
    const changes = [{ name: names.dueOn, oldValue: null, newValue: dueOn }];
    return { action: 'escalated', changes, timers: { ...timers, warned: [...(timers.warned ?? []), promise] } };
  }
  const flags = [names.breached, ...(settings.value.sla.escalateTo.length > 0 ? [names.escalated] : [])];
  const changes = flags.map((name) => ({ name, oldValue: false, newValue: true }));
  const brokenOn = { ...timers.brokenOn, [promise]: dueOn };
  return { action: 'escalated', changes, timers: { ...timers, brokenOn } };
}

/** Undefined when there is nobody to give it to and nobody to tell. */
async function idleAct(ctx: Context, { value: ticket, hidden }: Stored<'ticket'>): Promise<Act | undefined> {
  const { isAutoAssignIdleTickets, idleTicketAssignedTo, isNotifyIdleTicket } = ctx.settings.value;
  const to = isAutoAssignIdleTickets ? (await workersAmong(ctx, idleTicketAssignedTo))[0] : undefined;
  const passes = to !== undefined && to.id.toLowerCase() !== ticket.assignee.id.toLowerCase();
  if (!passes && !(isNotifyIdleTicket && ticket.assignee.id !== '')) return undefined;
  const since: Change = { name: 'idleSince', oldValue: null, newValue: ticket.lastInteraction };
  const timers = { ...hidden?.timers, idleSince: ticket.lastInteraction };
  const openIdleSince = hidden?.aside?.openInteraction;
  const kept = openIdleSince === undefined ? {} : { kept: { openIdleSince } };
  if (!passes) return { action: 'escalated', changes: [since], timers, ...kept };
  const changes = [{ name: 'assignee', oldValue: ticket.assignee, newValue: to }, since];
  return { action: 'assigned', changes, timers, ...kept };
}

/** The ticket with its mark that it was done, the activity and the event as one: so it is done once. */
function commitAct(ctx: Context, stored: Stored<'ticket'>, { action, changes, timers, kept }: Act): Promise<void> {
  const before = stored.value;
  const fields = Object.fromEntries(
    changes.filter(({ name }) => Object.hasOwn(before, name)).map(({ name, newValue }) => [name, newValue]),
  ) as Partial<StoredTicket>;
  // No interaction: nobody has done anything.
  const ticket = { ...before, ...fields, lastUpdatedOn: ctx.at, lastUpdatedBy: SYSTEM };
  if (ticket.assignee.id !== '') ticket.assigneeUnseenEventCnt++;
  const activity = newActivity(ctx, ticket.id, SYSTEM, { action, changes });
  const hidden = { ...stored.hidden, ...(Object.keys(timers).length > 0 && { timers }) };
  const draft = { ticket, hidden: Object.keys(hidden).length > 0 ? hidden : undefined };
  return ctx.instance.commit(ticketChange(ctx, 'ticket.updated', draft, stored.version, activity, kept));
}
