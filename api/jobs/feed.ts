import { AppError } from '../contract/errors.ts';
import type { Log } from '../log.ts';
import type { FeedEvent, NewJob, Store } from '../store/store.ts';
import type { JobHandler } from './worker.ts';

/**
 * What there is to do about an event. The ids follow from the event, so that the same jobs are made when it comes again,
 * and a job that is known is not put a second time.
 */
export type Subscriber = (event: FeedEvent) => NewJob[] | Promise<NewJob[]>;

interface Parts {
  store: Store;
  now: () => Date;
  log: Log;
  subscribers: Subscriber[];
  /** How often it looks for the events of other processes; its own wake it at once. */
  pollMs: number;
}

const FEED = 'feed';
const PAGE = 100;
/** Short, for when a process dies, all others wait so long. Twice the work in the meantime does no harm. */
const LEASE_MS = 10_000;

/** There is one job that follows the events, made by the first start: from then on every event counts. */
export async function beginFeed(store: Store, now: () => Date): Promise<void> {
  const cursor = await store.latest();
  await store.jobs.put([{ id: FEED, kind: FEED, instanceId: '', dueOn: now().toISOString(), payload: { cursor } }]);
}

/**
 * Follows the events and turns each into jobs, at least once and in order. Its payload is the cursor: the place up to
 * which all jobs are put. One process at a time holds it, for half a lease; then whoever is there goes on.
 */
export function feedHandler({ store, now, log, subscribers, pollMs }: Parts): JobHandler {
  async function jobsOf(event: FeedEvent): Promise<NewJob[]> {
    const made = await Promise.all(
      subscribers.map(async (subscriber) => {
        try {
          return await subscriber(event);
        } catch (error) {
          // What is away comes back. Anything else would fail again, and hold up all events after this one.
          if (error instanceof AppError && error.code === 'unavailable') throw error;
          const { id, type } = event.event;
          log.error({ event: id, type, instanceId: event.instanceId, err: error }, 'An event is left out by one part.');
          return [];
        }
      }),
    );
    return made.flat();
  }

  return {
    kind: FEED,
    leaseMs: LEASE_MS,
    maxAttempts: Number.POSITIVE_INFINITY,
    maxPauseMs: 10_000,
    async run(job, task) {
      for (let cursor = String(job.payload.cursor); ; ) {
        const page = await store.changes(cursor, PAGE);
        const jobs = await Promise.all(page.events.map(jobsOf));
        await store.jobs.put(jobs.flat());
        cursor = page.cursor;
        const isBusy = page.events.length > 0;
        if (!(await task.idle(isBusy ? 0 : pollMs))) {
          const wait = isBusy ? 0 : pollMs;
          return { dueOn: new Date(now().getTime() + wait).toISOString(), payload: { cursor } };
        }
      }
    },
  };
}
