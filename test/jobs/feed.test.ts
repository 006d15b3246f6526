import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { AppError } from '../../api/contract/errors.ts';
import { beginFeed, feedHandler, type Subscriber } from '../../api/jobs/feed.ts';
import { createWorker, type JobHandler, type Worker } from '../../api/jobs/worker.ts';
import type { InstanceStore, Store } from '../../api/store/store.ts';
import { type Clock, fakeClock } from '../helpers/clock.ts';
import { eventDocument, uuid } from '../helpers/documents.ts';
import { newInstance } from '../store/subject.ts';
import { deferred, dying, newJob, oneJob, readableLog, STORES } from './subject.ts';

/** So long that only a word of the store itself can end the wait. */
const NEVER_MS = 60 * 60 * 1000;
const LEASE_MS = 10_000;

describe.each(STORES)('the feed on %s', (_, open) => {
  let clock: Clock;
  let store: Store;
  let id: string;
  let instance: InstanceStore;
  let logged: ReturnType<typeof readableLog>;
  /** The events whose jobs were done, in the order of that. */
  let effects: unknown[];
  beforeEach(async () => {
    clock = fakeClock();
    store = await open(clock.now);
    ({ id, instance } = await newInstance(store));
    logged = readableLog();
    effects = [];
  });
  afterEach(() => store.close());

  const happen = async (...numbers: number[]): Promise<void> => {
    for (const number of numbers) await instance.commit([{ event: eventDocument({ id: uuid(number) }) }]);
  };
  const ids = (...numbers: number[]) => numbers.map(uuid);
  const feed = (subscribers: Subscriber[], on = store): JobHandler =>
    feedHandler({ store: on, now: clock.now, log: logged.log, subscribers, pollMs: NEVER_MS });
  const workHandler: JobHandler = {
    kind: 'work',
    async run({ payload }) {
      effects.push(payload.eventId);
      return undefined;
    },
  };
  const newWorker = (handlers: JobHandler[], on = store): Worker =>
    createWorker({ store: on, now: clock.now, log: logged.log, handlers, random: () => 0.5 });
  const work = (): Worker => newWorker([feed([oneJob(clock)]), workHandler]);
  /** Until the feed looks again. */
  const later = () => clock.advance(NEVER_MS);

  test('begins with what happens after the first start, and goes on from there whoever starts', async () => {
    await happen(1, 2);
    await beginFeed(store, clock.now);
    await happen(3);
    await beginFeed(store, clock.now);
    await happen(4);
    await work().drain();
    expect(effects.toSorted()).toEqual(ids(3, 4));
    await happen(5);
    await beginFeed(store, clock.now);
    later();
    await work().drain();
    expect(effects.toSorted()).toEqual(ids(3, 4, 5));
  });

  test('tells each subscriber of each event, with its instance, and makes all their jobs', async () => {
    const told: unknown[] = [];
    const first: Subscriber = ({ instanceId, event }) => {
      told.push([instanceId, event.id]);
      return [];
    };
    const several: Subscriber = async (event) => [...oneJob(clock, 'a')(event), ...oneJob(clock, 'b')(event)];
    const handlers = ['a', 'b'].map((kind): JobHandler => ({ ...workHandler, kind }));
    await beginFeed(store, clock.now);
    await happen(1, 2);
    await newWorker([feed([first, several]), ...handlers]).drain();
    expect(told).toEqual([
      [id, uuid(1)],
      [id, uuid(2)],
    ]);
    expect(effects.toSorted()).toEqual(ids(1, 1, 2, 2));
  });

  test('takes more events than one page at a time, and leaves none out', async () => {
    await beginFeed(store, clock.now);
    const numbers = Array.from({ length: 250 }, (_, index) => index + 1);
    await Promise.all(numbers.map((number) => happen(number)));
    await work().drain();
    expect(effects.toSorted()).toEqual(ids(...numbers));
  });

  test('has one reader at a time, and whoever is there goes on', async () => {
    await beginFeed(store, clock.now);
    const workers = [work(), work(), work()];
    for (let round = 0; round < 5; round++) {
      await happen(...[1, 2, 3].map((number) => round * 10 + number));
      later();
      await Promise.all(workers.map((worker) => worker.drain()));
    }
    expect(effects).toHaveLength(15);
    expect(new Set(effects).size).toBe(15);
  });

  test('makes a job of an event of its own process at once', async () => {
    await beginFeed(store, clock.now);
    const done = [1, 2].map(() => deferred());
    let count = 0;
    const handler: JobHandler = { kind: 'work', run: async () => done[count++]!.resolve() as undefined };
    const worker = newWorker([feed([oneJob(clock)]), handler]);
    worker.start();
    for (const [index, one] of done.entries()) {
      await happen(index + 1);
      await one.promise;
    }
    await worker.stop();
    // It let the feed go where it stood.
    later();
    expect(await work().drain()).toBeGreaterThan(0);
    expect(effects).toEqual([]);
  });

  test('leaves an event out for the one subscriber who cannot deal with it, loudly', async () => {
    const broken: Subscriber = ({ event }) => {
      if (event.id === uuid(1)) throw new TypeError('Cannot read');
      return [];
    };
    await beginFeed(store, clock.now);
    await happen(1, 2);
    await newWorker([feed([broken, oneJob(clock)]), workHandler]).drain();
    expect(effects.toSorted()).toEqual(ids(1, 2));
    expect(logged.lines).toMatchObject([{ level: 'error', event: uuid(1), err: { message: 'Cannot read' } }]);
  });

  test('leaves nothing out while a subscriber finds the store away', async () => {
    let failures = 3;
    const away: Subscriber = (event) => {
      if (failures-- > 0) throw new AppError('unavailable', 'Away.', { retryAfter: 1 });
      return oneJob(clock)(event);
    };
    await beginFeed(store, clock.now);
    await happen(1);
    const worker = newWorker([feed([away]), workHandler]);
    for (let round = 0; round < 5; round++) {
      await worker.drain();
      clock.advance(LEASE_MS);
    }
    expect(effects).toEqual(ids(1));
    expect(logged.lines.map(({ level }) => level)).toEqual(['warn', 'warn', 'warn']);
  });

  test('goes on only when all jobs of a page are put', async () => {
    let failures = 2;
    const away: Store = {
      ...store,
      jobs: {
        ...store.jobs,
        async put(jobs) {
          if (jobs.length > 0 && failures-- > 0) throw new AppError('unavailable', 'Away.');
          await store.jobs.put(jobs);
        },
      },
    };
    await beginFeed(store, clock.now);
    await happen(1, 2);
    const worker = newWorker([feed([oneJob(clock)], away), workHandler]);
    for (let round = 0; round < 4; round++) {
      await worker.drain();
      clock.advance(LEASE_MS);
    }
    expect(effects.toSorted()).toEqual(ids(1, 2));
  });

  describe.each([
    ['before it is done', false],
    ['after it is done', true],
  ])('of a process that dies at any step, %s,', (_title, isDoneFirst) => {
    test.each([1, 2, 3, 4, 5, 6, 7, 8, 9])(
      'as the one before step %d: nothing is lost and no job is done twice',
      async (steps) => {
        await beginFeed(store, clock.now);
        await happen(1, 2, 3);
        const mortal = dying(store, steps, isDoneFirst);
        // It only puts jobs; who does them stays alive.
        await newWorker([feed([oneJob(clock)], mortal)], mortal)
          .drain()
          .catch((error) => expect(error.message).toBe('Dead'));
        await newWorker([workHandler]).drain();
        await happen(4);
        clock.advance(LEASE_MS);
        later();
        await work().drain();
        expect(effects.toSorted()).toEqual(ids(1, 2, 3, 4));
      },
    );

    test('which it does reach', async () => {
      await beginFeed(store, clock.now);
      await happen(1);
      let steps = 1;
      for (let isDead = true; isDead; steps++) {
        const mortal = dying(store, steps, isDoneFirst);
        await newWorker([feed([oneJob(clock)], mortal)], mortal)
          .drain()
          .catch(() => undefined);
        isDead = mortal.isDead();
        await store.jobs.put([newJob(clock)]);
        clock.advance(LEASE_MS);
        later();
        if (steps > 50) throw new Error('It never comes to an end');
      }
      expect(steps).toBeGreaterThan(4);
    });
  });
});
