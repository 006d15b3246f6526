import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { AppError } from '../../api/contract/errors.ts';
import { createWorker, type JobHandler, type Worker } from '../../api/jobs/worker.ts';
import type { Store } from '../../api/store/store.ts';
import { type Clock, fakeClock } from '../helpers/clock.ts';
import { eventDocument } from '../helpers/documents.ts';
import { newInstance } from '../store/subject.ts';
import { deferred, newJob, readableLog, STORES } from './subject.ts';

const LEASE_MS = 60_000;
/** So long that only a word of the store itself can end the wait. */
const NEVER_MS = 60 * 60 * 1000;

describe.each(STORES)('the worker on %s', (_, open) => {
  let clock: Clock;
  let store: Store;
  let logged: ReturnType<typeof readableLog>;
  /** What was done, by the ids of the jobs. */
  let effects: string[];
  beforeEach(async () => {
    clock = fakeClock();
    store = await open(clock.now);
    logged = readableLog();
    effects = [];
  });
  afterEach(() => store.close());

  const effect: JobHandler = {
    kind: 'work',
    async run(job) {
      effects.push(job.id);
      return undefined;
    },
  };
  const newWorker = (handlers: JobHandler[] = [effect], on = store): Worker =>
    // In the middle: each pause is as long as it is meant to be.
    createWorker({ store: on, now: clock.now, log: logged.log, handlers, random: () => 0.5 });
  const job = (overrides = {}) => newJob(clock, overrides);
  const levels = () => logged.lines.map(({ level }) => level);

  describe('does', () => {
    test('what is due, the earliest first, and nothing else', async () => {
      const at = (ms: number) => new Date(clock.now().getTime() + ms).toISOString();
      const late = job({ id: 'late', dueOn: at(1000) });
      await store.jobs.put([job({ id: 'b', dueOn: at(-1) }), late, job({ id: 'a', dueOn: at(-2) })]);
      await store.jobs.put([job({ kind: 'of somebody else' })]);
      const worker = newWorker([{ ...effect, concurrency: 1 }]);
      expect(await worker.drain()).toBe(2);
      expect(effects).toEqual(['a', 'b']);
      clock.advance(1000);
      expect(await worker.drain()).toBe(1);
      expect(await worker.drain()).toBe(0);
      expect(effects).toEqual(['a', 'b', 'late']);
      expect(logged.lines).toEqual([]);
    });

    test('what a job makes due', async () => {
      const count: JobHandler = {
        kind: 'count',
        async run({ id, payload }) {
          effects.push(`${id} ${payload.number}`);
          const number = Number(payload.number) + 1;
          if (number === 3) await store.jobs.put([job({ id: 'the last' })]);
          return number < 3 ? { dueOn: clock.now().toISOString(), payload: { number } } : undefined;
        },
      };
      await store.jobs.put([job({ id: 'c', kind: 'count', payload: { number: 0 } })]);
      expect(await newWorker([count, effect]).drain()).toBe(4);
      expect(effects).toEqual(['c 0', 'c 1', 'c 2', 'the last']);
    });

    test('a job again, when it says when, with the payload that it had', async () => {
      const seen: unknown[] = [];
      const again: JobHandler = {
        kind: 'work',
        async run({ payload, attempts }) {
          seen.push({ payload, attempts });
          return { dueOn: new Date(clock.now().getTime() + 500).toISOString() };
        },
      };
      await store.jobs.put([job({ payload: { a: 1 } })]);
      const worker = newWorker([again]);
      for (let round = 0; round < 3; round++) {
        expect(await worker.drain()).toBe(1);
        clock.advance(500);
      }
      expect(seen).toEqual(Array.from({ length: 3 }, () => ({ payload: { a: 1 }, attempts: 0 })));
    });

    test('each job once, when two share the store', async () => {
      const list = Array.from({ length: 60 }, () => job());
      await store.jobs.put(list);
      const done = await Promise.all([newWorker().drain(), newWorker().drain()]);
      expect(done[0]! + done[1]!).toBe(60);
      expect(effects.toSorted()).toEqual(list.map(({ id }) => id).toSorted());
    });
  });

  describe('does at most so many of a kind at once,', () => {
    test('and a slow kind holds up no other', async () => {
      const gate = deferred();
      const fastDone = deferred();
      let now = 0;
      let most = 0;
      const slow: JobHandler = {
        kind: 'slow',
        async run() {
          now += 1;
          most = Math.max(most, now);
          await gate.promise;
          now -= 1;
          return undefined;
        },
      };
      const fast: JobHandler = {
        kind: 'fast',
        async run({ id }) {
          effects.push(id);
          if (effects.length === 30) fastDone.resolve();
          return undefined;
        },
      };
      // All the slow ones are due before the first of the others.
      const early = new Date(clock.now().getTime() - 1000).toISOString();
      await store.jobs.put(Array.from({ length: 10 }, () => job({ kind: 'slow', dueOn: early })));
      await store.jobs.put(Array.from({ length: 30 }, () => job({ kind: 'fast' })));
      const draining = newWorker([slow, fast]).drain();
      await fastDone.promise;
      expect(now).toBe(4);
      gate.resolve();
      expect(await draining).toBe(40);
      expect(most).toBe(4);
    });
  });

  test('tells a job when its lease is over', async () => {
    const late: JobHandler = {
      kind: 'work',
      leaseMs: 10,
      async run({ id }, { signal }) {
        await once(signal, 'abort');
        effects.push(id);
        return undefined;
      },
    };
    await store.jobs.put([job({ id: 'late' })]);
    await newWorker([late]).drain();
    expect(effects).toEqual(['late']);
  });

  describe('tries a job again', () => {
    const failing = (error: () => unknown, more: Partial<JobHandler> = {}): JobHandler => ({
      kind: 'work',
      async run({ attempts }) {
        effects.push(`try ${attempts}`);
        throw error();
      },
      ...more,
    });

    test('after a pause that doubles, and gives it up in the end, loudly', async () => {
      await store.jobs.put([job({ id: 'in vain' })]);
      const worker = newWorker([failing(() => new Error('No answer'))]);
      for (let attempt = 0; attempt < 10; attempt++) {
        expect(await worker.drain()).toBe(1);
        clock.advance(1000 * 2 ** attempt - 1);
        expect(await worker.drain()).toBe(0);
        clock.advance(1);
      }
      expect(effects).toEqual(Array.from({ length: 10 }, (_, attempt) => `try ${attempt}`));
      expect(levels()).toEqual([...new Array(9).fill('warn'), 'error']);
      expect(logged.lines.at(-1)).toMatchObject({ job: 'in vain', attempts: 10, err: { message: 'No answer' } });
      clock.advance(24 * 60 * 60 * 1000);
      expect(await worker.drain()).toBe(0);
    });

    test('as often as its kind may fail, with pauses as long as its kind may wait', async () => {
      await store.jobs.put([job()]);
      const worker = newWorker([failing(() => 'a text', { maxAttempts: 3, maxPauseMs: 10 })]);
      for (let attempt = 0; attempt < 3; attempt++) {
        expect(await worker.drain()).toBe(1);
        clock.advance(10);
      }
      expect(await worker.drain()).toBe(0);
      expect(levels()).toEqual(['warn', 'warn', 'error']);
    });

    test('not before the time that the error asks for', async () => {
      await store.jobs.put([job()]);
      const worker = newWorker([failing(() => new AppError('unavailable', 'Later.', { retryAfter: 30 }))]);
      await worker.drain();
      clock.advance(30_000 - 1);
      expect(await worker.drain()).toBe(0);
      // Those that were put off together do not come back together.
      clock.advance(30_000 / 4 + 1);
      expect(await worker.drain()).toBe(1);
    });

    test('from the beginning, after it went well', async () => {
      const outcomes = [false, false, true, false, true];
      const moody: JobHandler = {
        kind: 'work',
        maxAttempts: 3,
        async run({ attempts }) {
          effects.push(`try ${attempts}`);
          if (!outcomes.shift()) throw new Error('Not now');
          return outcomes.length > 0 ? { dueOn: clock.now().toISOString() } : undefined;
        },
      };
      await store.jobs.put([job()]);
      const worker = newWorker([moody]);
      for (let round = 0; round < 5; round++) {
        await worker.drain();
        clock.advance(5000);
      }
      expect(effects).toEqual(['try 0', 'try 1', 'try 2', 'try 0', 'try 1']);
      expect(levels()).not.toContain('error');
    });
  });

  describe('that was held up for longer than its lease', () => {
    test.each([
      ['cannot finish what somebody else has done since', undefined],
      ['cannot put off what somebody else has done since', { dueOn: '2000-01-01T00:00:00.000Z' }],
    ])('%s', async (_title, next) => {
      const begun = deferred();
      const gate = deferred();
      const slow: JobHandler = {
        kind: 'work',
        async run() {
          begun.resolve();
          await gate.promise;
          return next;
        },
      };
      await store.jobs.put([job({ id: 'once' })]);
      const asleep = newWorker([slow]).drain();
      await begun.promise;
      clock.advance(LEASE_MS);
      const awake = newWorker();
      expect(await awake.drain()).toBe(1);
      gate.resolve();
      expect(await asleep).toBe(1);
      clock.advance(10 * LEASE_MS);
      expect(await awake.drain()).toBe(0);
      expect(effects).toEqual(['once']);
      expect(logged.lines).toMatchObject([{ level: 'warn', job: 'once', msg: 'A job took longer than its lease.' }]);
    });

    test('cannot fail what somebody else has at that moment', async () => {
      const begun = [deferred(), deferred()];
      const gates = [deferred(), deferred()];
      const handler = (index: number, outcome: () => undefined): JobHandler => ({
        kind: 'work',
        run() {
          begun[index]!.resolve();
          return gates[index]!.promise.then(outcome);
        },
      });
      await store.jobs.put([job({ id: 'once' })]);
      const fails = () => {
        throw new Error('Too late');
      };
      const asleep = newWorker([handler(0, fails)]).drain();
      await begun[0]!.promise;
      clock.advance(LEASE_MS);
      const awake = newWorker([handler(1, () => void effects.push('once'))]).drain();
      await begun[1]!.promise;
      gates[0]!.resolve();
      await asleep;
      gates[1]!.resolve();
      expect(await awake).toBe(1);
      clock.advance(10 * LEASE_MS);
      expect(await newWorker().drain()).toBe(0);
      expect(effects).toEqual(['once']);
    });
  });

  describe('once started', () => {
    test('does what is put, at once', async () => {
      const done = [deferred(), deferred()];
      const worker = newWorker([
        { kind: 'work', run: async ({ payload }) => done[Number(payload.n)]!.resolve() as undefined },
      ]);
      worker.start();
      for (const n of [0, 1]) {
        await store.jobs.put([job({ payload: { n } })]);
        await done[n]!.promise;
      }
      await worker.stop();
    });

    test('lets a job wait for something to happen, until half of its lease is over', async () => {
      const { instance } = await newInstance(store);
      const happen = () => instance.commit([{ event: eventDocument({ id: crypto.randomUUID() }) }]);
      const outcomes: boolean[] = [];
      const waiting = [deferred(), deferred(), deferred()];
      const done = deferred();
      const waits: JobHandler = {
        kind: 'work',
        async run(_job, task) {
          do {
            waiting[outcomes.length]?.resolve();
            outcomes.push(await task.idle(NEVER_MS));
          } while (outcomes.at(-1));
          done.resolve();
          return undefined;
        },
      };
      const worker = newWorker([waits]);
      worker.start();
      await store.jobs.put([job()]);
      for (const [index, ms] of [0, LEASE_MS / 2 - 1, 1].entries()) {
        await waiting[index]!.promise;
        clock.advance(ms);
        await happen();
      }
      await done.promise;
      expect(outcomes).toEqual([true, true, false]);
      await worker.stop();
    });

    test('and stopped, ends the waiting of a job', async () => {
      const waiting = deferred();
      const outcomes: boolean[] = [];
      const waits: JobHandler = {
        kind: 'work',
        async run(_job, task) {
          waiting.resolve();
          outcomes.push(await task.idle(NEVER_MS));
          return undefined;
        },
      };
      const worker = newWorker([waits]);
      worker.start();
      await store.jobs.put([job()]);
      await waiting.promise;
      await worker.stop();
      expect(outcomes).toEqual([false]);
    });

    test('and stopped, lets a job that runs come to its end', async () => {
      const begun = deferred();
      const gate = deferred();
      const slow: JobHandler = {
        kind: 'work',
        async run({ id }) {
          begun.resolve();
          await gate.promise;
          effects.push(id);
          return undefined;
        },
      };
      const worker = newWorker([slow]);
      worker.start();
      await store.jobs.put([job({ id: 'long' })]);
      await begun.promise;
      const stopped = worker.stop();
      await store.jobs.put([job({ id: 'next' })]);
      gate.resolve();
      await stopped;
      expect(effects).toEqual(['long']);
      clock.advance(LEASE_MS);
      expect(await newWorker().drain()).toBe(1);
      expect(effects).toEqual(['long', 'next']);
    });

    test('and stopped, lets go what it had claimed and not begun', async () => {
      const claimed = deferred();
      const stopped = deferred();
      const slow: Store = {
        ...store,
        jobs: {
          ...store.jobs,
          async claim(leases, limit) {
            const jobs = await store.jobs.claim(leases, limit);
            claimed.resolve();
            await stopped.promise;
            return jobs;
          },
        },
      };
      await store.jobs.put([job(), job()]);
      const worker = newWorker([effect], slow);
      worker.start();
      await claimed.promise;
      const stopping = worker.stop();
      stopped.resolve();
      await stopping;
      expect(effects).toEqual([]);
      // Without waiting for the lease.
      expect(await newWorker().drain()).toBe(2);
    });

    test('goes on when the store was away, and says so once', async () => {
      let failures = 3;
      const flaky: Store = {
        ...store,
        jobs: {
          ...store.jobs,
          claim(leases, limit) {
            if (failures-- > 0) throw new AppError('unavailable', 'Away.');
            return store.jobs.claim(leases, limit);
          },
        },
      };
      const done = deferred();
      const worker = newWorker([{ kind: 'work', run: async () => done.resolve() as undefined }], flaky);
      await store.jobs.put([job()]);
      worker.start();
      await done.promise;
      await worker.stop();
      expect(levels()).toEqual(['error']);
    });
  });
});
