import { AppError } from '../contract/errors.ts';
import type { Log } from '../log.ts';
import type { Job, JobPayload, Store } from '../store/store.ts';
import { Naps } from './naps.ts';

/** What does the jobs of one kind. It happens at least once, so whoever does it twice has to notice, or not to mind. */
export interface JobHandler {
  kind: string;
  /** To throw is to fail: the job is tried again later, after `retryAfter` seconds at least when the error has that. */
  run(job: Job, task: Task): Promise<Next | undefined>;
  /** How often in a row it may fail before it is given up; 10 unless given. */
  maxAttempts?: number;
  /** The longest pause after a failure; an hour unless given. */
  maxPauseMs?: number;
  /** How many of them this process does at the same time; 4 unless given. */
  concurrency?: number;
  /**
   * How long nobody else takes such a job; a minute unless given. Nothing extends it: a job that takes longer is done
   * once more by somebody else.
   */
  leaseMs?: number;
}

/** The job again, then; with the payload that it has when none is given. */
interface Next {
  dueOn: string;
  payload?: JobPayload;
}

/** What a job may ask of who runs it. */
interface Task {
  /** Aborted when the lease is over; for requests that could take longer. */
  signal: AbortSignal;
  /**
   * Waits for something to happen, so long at most. False when the job is to come to its end: half of its lease is over,
   * or the process is about to stop.
   */
  idle(ms: number): Promise<boolean>;
}

export interface Worker {
  start(): void;
  /** Lets the jobs that run come to their end, and takes no more. */
  stop(): Promise<void>;
  /** Does what is due, and what becomes due by that, until nothing is left; answers how much it was. */
  drain(): Promise<number>;
}

interface Parts {
  store: Store;
  now: () => Date;
  log: Log;
  handlers: JobHandler[];
  /** From 0 to 1, for pauses of different length; tests bring their own. */
  random?: () => number;
}

const MAX_ATTEMPTS = 10;
const CONCURRENCY = 4;
const LEASE_MS = 60_000;
/** The pause after the first failure; each further one is twice as long, up to the longest. */
const FIRST_PAUSE_MS = 1000;
const MAX_PAUSE_MS = 60 * 60 * 1000;
/** Between two looks for work: at first, and the longest while there is none. */
const SOON_MS = 100;
const IDLE_MS = 1000;
/** As much of an error as a job remembers. */
const MAX_ERROR = 500;

/** Does the jobs of the store, beside all other processes that do. */
export function createWorker({ store, now, log, handlers, random = Math.random }: Parts): Worker {
  const byKind = new Map(handlers.map((handler) => [handler.kind, handler]));
  const running = new Map<string, Set<Promise<void>>>(handlers.map(({ kind }) => [kind, new Set()]));
  const naps = new Naps<'job' | 'event'>();
  let isStopping = false;
  let draining = 0;
  let loop: Promise<void> | undefined;
  let unwatch = () => {};

  const free = ({ kind, concurrency = CONCURRENCY }: JobHandler): number => concurrency - running.get(kind)!.size;

  /** Begins jobs that are due, and says how many it were. Never more of a kind than it may run at once. */
  async function begin(): Promise<number> {
    const willing = handlers.filter((handler) => free(handler) > 0);
    if (willing.length === 0) return 0;
    const leases = Object.fromEntries(willing.map(({ kind, leaseMs = LEASE_MS }) => [kind, leaseMs]));
    const jobs = await store.jobs.claim(leases, Math.min(...willing.map(free)));
    if (isStopping && draining === 0) {
      await Promise.all(jobs.map((job) => settle(job, () => store.jobs.reschedule(job, { dueOn: iso(0) }))));
      return 0;
    }
    for (const job of jobs) {
      const all = running.get(job.kind)!;
      const done = work(byKind.get(job.kind)!, job).finally(() => {
        all.delete(done);
        naps.wake('job');
      });
      all.add(done);
    }
    return jobs.length;
  }

  async function work(handler: JobHandler, job: Job): Promise<void> {
    const { leaseMs = LEASE_MS } = handler;
    const half = now().getTime() + leaseMs / 2;
    const isOver = () => isStopping || draining > 0 || now().getTime() >= half;
    const nap = naps.begin('event');
    const task: Task = {
      signal: AbortSignal.timeout(leaseMs),
      async idle(ms) {
        if (!isOver()) await nap(ms);
        return !isOver();
      },
    };
    let next: Next | undefined;
    try {
      next = await handler.run(job, task);
    } catch (error) {
      return settle(job, () => failed(handler, job, error));
    }
    await settle(job, () => (next ? store.jobs.reschedule(job, next) : store.jobs.finish(job)));
  }

  async function failed(handler: JobHandler, job: Job, error: unknown): Promise<void> {
    const { maxAttempts = MAX_ATTEMPTS, maxPauseMs = MAX_PAUSE_MS } = handler;
    const attempts = job.attempts + 1;
    const message = (error instanceof Error ? error.message : String(error)).slice(0, MAX_ERROR);
    const about = { job: job.id, kind: job.kind, instanceId: job.instanceId, attempts, err: error };
    if (attempts >= maxAttempts) {
      log.error(about, 'A job failed for the last time and is given up.');
      return store.jobs.finish(job, message);
    }
    const retryAfter = error instanceof AppError ? (error.retryAfter ?? 0) : 0;
    // Those that failed together do not come back together.
    const pause = Math.min(FIRST_PAUSE_MS * 2 ** job.attempts, maxPauseMs) * (0.5 + random());
    const wait = Math.max(pause, retryAfter * 1000 * (1 + random() / 4));
    log.warn({ ...about, wait }, 'A job failed and is tried again.');
    return store.jobs.reschedule(job, { dueOn: iso(wait), error: message });
  }

  /** Says how a job went. When that cannot be said, its lease runs out and it is done once more. */
  async function settle(job: Job, act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      const about = { job: job.id, kind: job.kind, err: error };
      const isLost = error instanceof AppError && error.code === 'conflict';
      log.warn(about, isLost ? 'A job took longer than its lease.' : 'How a job went cannot be written down.');
    }
  }

  const iso = (inMs: number): string => new Date(now().getTime() + inMs).toISOString();

  async function follow(): Promise<void> {
    const nap = naps.begin('job');
    let isAway = false;
    for (let pause = SOON_MS; !isStopping; ) {
      let begun = 0;
      try {
        begun = await begin();
        isAway = false;
      } catch (error) {
        // Said once, not with every look.
        if (!isAway) log.error({ err: error }, 'The store gives out no jobs.');
        isAway = true;
      }
      if (begun > 0) pause = SOON_MS;
      else {
        const isWoken = await nap(pause);
        pause = isWoken ? SOON_MS : Math.min(pause * 2, IDLE_MS);
      }
    }
  }

  const all = (): Promise<void>[] => Array.from(running.values(), (some) => [...some]).flat();

  return {
    start() {
      unwatch = store.watch((news) => naps.wake(news === 'events' ? 'event' : 'job'));
      loop = follow();
    },
    async stop() {
      isStopping = true;
      unwatch();
      naps.wake('event');
      naps.wake('job');
      await loop;
      await Promise.all(all());
    },
    async drain() {
      draining += 1;
      naps.wake('event');
      try {
        for (let count = 0; ; ) {
          const begun = await begin();
          count += begun;
          if (begun > 0) continue;
          if (all().length === 0) return count;
          await Promise.race(all());
        }
      } finally {
        draining -= 1;
      }
    },
  };
}
