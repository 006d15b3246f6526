import { isResolved } from '../contract/moves.ts';
import type { Environment } from '../core/context.ts';
import { settingsReader } from '../core/settings.ts';
import { seeToTicket, timersOf } from '../core/timers.ts';
import type { Job, JobPayload, NewJob, Position, Store } from '../store/store.ts';
import type { Subscriber } from './feed.ts';
import type { JobHandler } from './worker.ts';

/**
 * Timers are jobs, put when a ticket changes for when something may have to be done on it. A job looks at the ticket as it
 * is then, so one that came too early, or whose reason is gone, does nothing and puts the next one.
 */

const TIMER = 'ticket.timer';
const SWEEP = 'ticket.sweep';

/** The settings that say when something is due. */
const SETTINGS = [
  ...['sla', 'workflows', 'enabled'],
  ...['isAutoAssignIdleTickets', 'dayBeforeTicketsIdle', 'idleTicketAssignedTo', 'isNotifyIdleTicket'],
];
/** Tickets that one run of a sweep puts timers for. */
const PAGE = 100;

type Timer = ReturnType<typeof timersOf>[number];

/**
 * The same moment of a ticket has the same job; idleness moves with everything that anybody does, so that of one day has.
 * For what is overdue there was a job already, perhaps: it has one for the `occasion`.
 */
function timerJob(instanceId: string, ticketId: string, { reason, at }: Timer, now: string, occasion: string): NewJob {
  const which = at <= now ? occasion : reason === 'idle' ? at.slice(0, 10) : at;
  return { id: `${ticketId}/${reason}/${which}`, kind: TIMER, instanceId, dueOn: at, payload: { ticketId } };
}

/** Tickets that nobody changes have no event either: a first start looks at those that are there already. */
export async function beginTimers(store: Store, now: () => Date): Promise<void> {
  const instances = await store.registry.instances();
  const dueOn = now().toISOString();
  await store.jobs.put(
    instances.map(({ id }) => ({ id: `${id}/sweep/first`, kind: SWEEP, instanceId: id, dueOn, payload: {} })),
  );
}

/** Puts the timers of whatever changes, and does what they are for. */
export function timers(environment: Environment): { subscriber: Subscriber; handlers: JobHandler[] } {
  const { store } = environment;
  const now = () => environment.now().toISOString();

  const subscriber: Subscriber = async ({ instanceId, event }) => {
    const { id, type, ticket } = event;
    if (type === 'instance.updated') {
      if (!event.settings?.some((name) => SETTINGS.includes(name))) return [];
      return [{ id: `${instanceId}/sweep/${id}`, kind: SWEEP, instanceId, dueOn: now(), payload: {} }];
    }
    if (!ticket || type === 'ticket.deleted') return [];
    const settings = await settingsReader.read(store.instance(instanceId), instanceId);
    return timersOf(settings, ticket, event.timers).map((one) => timerJob(instanceId, ticket.id, one, now(), id));
  };

  async function look(job: Job): Promise<{ dueOn: string } | undefined> {
    const { ticketId } = job.payload as { ticketId: string };
    const next = await seeToTicket(environment, job.instanceId, ticketId);
    const jobs = next.map((one) => timerJob(job.instanceId, ticketId, one, now(), job.id));
    const own = jobs.find(({ id }) => id === job.id);
    await store.jobs.put(jobs.filter((one) => one !== own));
    return own && { dueOn: own.dueOn };
  }

  /** New settings may make anything due at another time: the tickets that are open get timers, a page at a time. */
  async function sweep(job: Job): Promise<{ dueOn: string; payload: JobPayload } | undefined> {
    const { instanceId } = job;
    const instance = store.instance(instanceId);
    const settings = await settingsReader.read(instance, instanceId, 'now');
    const { after } = job.payload as { after?: Position };
    const statusIds = settings.workflow.states.filter((state) => !isResolved(state)).map(({ id }) => id);
    const { items, next } = await instance.list('ticket', {
      where: { field: 'statusId', in: statusIds },
      ...{ orderBy: 'ticketNo', direction: 'ASC', limit: PAGE },
      ...(after && { after }),
    });
    const jobs = items.flatMap(({ id, value, hidden }) =>
      timersOf(settings, value, hidden?.timers).map((one) => timerJob(instanceId, id, one, now(), job.id)),
    );
    await store.jobs.put(jobs);
    return next && { dueOn: now(), payload: { after: next } };
  }

  return {
    subscriber,
    handlers: [
      { kind: TIMER, run: look },
      { kind: SWEEP, run: sweep, concurrency: 1 },
    ],
  };
}
