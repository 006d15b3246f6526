import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Job, Jobs, NewJob } from '../../api/store/store.ts';
import { NAUGHTY_STRINGS } from './naughty-strings.ts';
import type { Subject } from './subject.ts';

const LEASE_MS = 60_000;
const DAY_MS = 24 * 60 * 60 * 1000;

export function jobPromises(subject: Subject): void {
  let jobs: Jobs;
  /** Tests share a store, and each has kinds of its own. */
  let kind: string;
  beforeEach(() => {
    ({ jobs } = subject.store());
    kind = `kind ${randomUUID()}`;
  });

  const inMs = (ms: number): string => new Date(subject.clock.now().getTime() + ms).toISOString();
  const newJob = (overrides: Partial<NewJob> = {}): NewJob => ({
    id: randomUUID(),
    kind,
    instanceId: 'instance',
    dueOn: inMs(0),
    payload: {},
    ...overrides,
  });
  const claim = (limit = 10, kinds = [kind]): Promise<Job[]> =>
    jobs.claim(Object.fromEntries(kinds.map((one) => [one, LEASE_MS])), limit);
  const claimOne = async (): Promise<Job> => {
    const claimed = await claim();
    expect(claimed).toHaveLength(1);
    return claimed[0]!;
  };
  const ids = (list: { id: string }[]): string[] => list.map(({ id }) => id);
  const conflict = { code: 'conflict' };

  describe('a job', () => {
    test('is claimed as it was put', async () => {
      const payload = { ticketId: 'x', list: [1, { deep: null }], text: 'é 😀 "' };
      const job = newJob({ payload, instanceId: 'é/1' });
      await jobs.put([job]);
      const claimed = await claimOne();
      expect(claimed).toEqual({ ...job, attempts: 0, lastError: '', fence: claimed.fence });
      expect(claimed.fence).toBeGreaterThan(0);
    });

    test('is claimed once it is due, and not before', async () => {
      const job = newJob({ dueOn: inMs(1000) });
      await jobs.put([job]);
      subject.clock.advance(999);
      expect(await claim()).toEqual([]);
      subject.clock.advance(1);
      expect(ids(await claim())).toEqual([job.id]);
    });

    test('may say when it is due in any time zone', async () => {
      const east = inMs(1000 + 2 * 60 * 60 * 1000).replace('Z', '+02:00');
      await jobs.put([newJob({ dueOn: east })]);
      expect(await claim()).toEqual([]);
      subject.clock.advance(1000);
      expect(await claimOne()).toMatchObject({ dueOn: east });
    });

    test('that says no time is refused', async () => {
      await expect(jobs.put([newJob({ dueOn: 'tomorrow' })])).rejects.toThrow();
      expect(await claim()).toEqual([]);
    });

    test('may have any text as its id', async () => {
      const named = ['a/b', 'a\\b', '?', '#', ...NAUGHTY_STRINGS.slice(0, 20)].map((text) =>
        newJob({ id: `${kind} ${text}`, payload: { text } }),
      );
      await jobs.put(named);
      const claimed = await claim(100);
      expect(ids(claimed).toSorted()).toEqual(ids(named).toSorted());
      for (const job of claimed) {
        expect(job.id).toBe(`${kind} ${job.payload.text}`);
        await jobs.finish(job);
      }
    });

    test('that is put again is left as it is: while it waits, while somebody has it, and finished', async () => {
      const job = newJob({ payload: { number: 1 } });
      const again = { ...job, payload: { number: 2 }, dueOn: inMs(-1000) };
      await jobs.put([job]);
      await jobs.put([again]);
      const claimed = await claimOne();
      expect(claimed).toMatchObject({ payload: { number: 1 }, dueOn: job.dueOn });
      await jobs.put([again]);
      expect(await claim()).toEqual([]);
      await jobs.finish(claimed);
      await jobs.put([again]);
      expect(await claim()).toEqual([]);
    });

    test('that is put twice at once, or twice in one go, is there once', async () => {
      const job = newJob();
      await Promise.all(Array.from({ length: 10 }, () => jobs.put([job])));
      await jobs.put([job, job]);
      expect(ids(await claim())).toEqual([job.id]);
      expect(await claim()).toEqual([]);
    });

    test('that is finished is known for 30 days', async () => {
      const job = newJob();
      await jobs.put([job]);
      await jobs.finish(await claimOne());
      subject.clock.advance(30 * DAY_MS - 1000);
      await jobs.put([job]);
      expect(await claim()).toEqual([]);
      subject.clock.advance(2000);
      await jobs.put([job]);
      expect(ids(await claim())).toEqual([job.id]);
    });

    test('that waits for longer than that is still there', async () => {
      const list = [newJob(), newJob({ dueOn: inMs(40 * DAY_MS) })];
      await jobs.put(list);
      subject.clock.advance(40 * DAY_MS);
      await jobs.put([newJob({ kind: 'another' })]);
      expect(ids(await claim())).toEqual(ids(list));
    });
  });

  describe('a claim', () => {
    test('takes the earliest first, and as many as it asked for', async () => {
      const delays = [5, 1, 4, 2, 3, 6, 0];
      const list = delays.map((delay) => newJob({ dueOn: inMs(delay), payload: { delay } }));
      await jobs.put(list);
      subject.clock.advance(5);
      const delaysOf = (claimed: Job[]) => claimed.map(({ payload }) => payload.delay);
      expect(delaysOf(await claim(2))).toEqual([0, 1]);
      expect(delaysOf(await claim(3))).toEqual([2, 3, 4]);
      expect(delaysOf(await claim(3))).toEqual([5]);
      subject.clock.advance(1);
      expect(delaysOf(await claim(3))).toEqual([6]);
      expect(await claim(3)).toEqual([]);
    });

    test('takes jobs of these kinds only', async () => {
      const kinds = [kind, `${kind} 2`, `${kind} 3`];
      const list = kinds.map((one, index) => newJob({ kind: one, dueOn: inMs(-index) }));
      await jobs.put(list);
      expect(await claim(10, [])).toEqual([]);
      expect(await claim(10, [kind.toUpperCase(), kind.slice(0, -1)])).toEqual([]);
      expect(ids(await claim(10, [kinds[1]!]))).toEqual([list[1]!.id]);
      expect(ids(await claim(10, kinds))).toEqual([list[2]!.id, list[0]!.id]);
    });

    test('takes what is due of one kind, however much of another waits before it', async () => {
      const other = `${kind} other`;
      await jobs.put(Array.from({ length: 60 }, () => newJob({ kind: other, dueOn: inMs(-1000) })));
      const job = newJob();
      await jobs.put([job]);
      expect(await claim(3, [kind, other])).toHaveLength(3);
      expect(ids(await claim())).toEqual([job.id]);
    });

    test('takes what came while another claim looked', async () => {
      const list = Array.from({ length: 30 }, () => newJob());
      await Promise.all([...list.map((job) => jobs.put([job])), ...list.map(() => claim(0))]);
      expect(ids(await claim(100)).toSorted()).toEqual(ids(list).toSorted());
    });

    test('shares no job with another, when sixteen claim at once, and none is left', async () => {
      const list = Array.from({ length: 50 }, (_, index) => newJob({ dueOn: inMs(-index) }));
      await jobs.put(list);
      const claimed: Job[] = [];
      for (let round = 0; round < 100 && claimed.length < list.length; round++) {
        claimed.push(...(await Promise.all(Array.from({ length: 16 }, () => claim(3)))).flat());
      }
      expect(ids(claimed).toSorted()).toEqual(ids(list).toSorted());
      expect(await claim(100)).toEqual([]);
    });
  });

  describe('a job that somebody has', () => {
    let job: Job;
    beforeEach(async () => {
      await jobs.put([newJob({ payload: { step: 1 } })]);
      job = await claimOne();
    });

    test('is held as long as its kind is', async () => {
      const brief = `${kind} brief`;
      await jobs.put([newJob({ id: `${kind} 1` }), newJob({ id: `${kind} 2`, kind: brief })]);
      expect(await jobs.claim({ [kind]: LEASE_MS, [brief]: 10 }, 10)).toHaveLength(2);
      subject.clock.advance(10);
      expect(ids(await jobs.claim({ [kind]: LEASE_MS, [brief]: 10 }, 10))).toEqual([`${kind} 2`]);
    });

    test('nobody else gets until its lease has run out', async () => {
      subject.clock.advance(LEASE_MS - 1);
      expect(await claim()).toEqual([]);
      subject.clock.advance(1);
      const next = await claimOne();
      expect(next).toEqual({ ...job, fence: next.fence });
      expect(next.fence).toBeGreaterThan(job.fence);
    });

    test('is theirs no more once somebody else has it: whatever they do then is a conflict, and changes nothing', async () => {
      subject.clock.advance(LEASE_MS);
      const next = await claimOne();
      await expect(jobs.finish(job)).rejects.toMatchObject(conflict);
      await expect(jobs.finish(job, 'gave up')).rejects.toMatchObject(conflict);
      await expect(jobs.reschedule(job, { dueOn: inMs(0), payload: { step: 2 } })).rejects.toMatchObject(conflict);
      expect(await claim()).toEqual([]);
      await jobs.reschedule(next, { dueOn: inMs(0) });
      expect(await claimOne()).toMatchObject({ payload: { step: 1 }, attempts: 0, lastError: '' });
    });

    test('can be finished late as long as nobody else has taken it', async () => {
      subject.clock.advance(LEASE_MS + 1);
      await jobs.finish(job);
      expect(await claim()).toEqual([]);
    });

    test('is finished once, and then nobody gets it again', async () => {
      await jobs.finish(job);
      await expect(jobs.finish(job)).rejects.toMatchObject(conflict);
      await expect(jobs.reschedule(job, { dueOn: inMs(0) })).rejects.toMatchObject(conflict);
      subject.clock.advance(2 * LEASE_MS);
      expect(await claim()).toEqual([]);
    });

    test('is given up with an error, and then nobody gets it again', async () => {
      await jobs.finish(job, 'No such address');
      subject.clock.advance(2 * LEASE_MS);
      expect(await claim()).toEqual([]);
    });

    test('is let go until it is due again, with what it will need then', async () => {
      const dueOn = inMs(5000);
      await jobs.reschedule(job, { dueOn, payload: { step: 2 } });
      await expect(jobs.finish(job)).rejects.toMatchObject(conflict);
      await expect(jobs.reschedule(job, { dueOn })).rejects.toMatchObject(conflict);
      subject.clock.advance(4999);
      expect(await claim()).toEqual([]);
      subject.clock.advance(1);
      const next = await claimOne();
      expect(next).toEqual({ ...job, dueOn, payload: { step: 2 }, fence: next.fence });
      expect(next.fence).toBeGreaterThan(job.fence);
    });

    test('counts how often in a row it was tried in vain, and remembers why', async () => {
      let next = job;
      for (let attempts = 1; attempts <= 3; attempts++) {
        await jobs.reschedule(next, { dueOn: inMs(0), error: `Error ${attempts}` });
        next = await claimOne();
        expect(next).toMatchObject({ attempts, lastError: `Error ${attempts}`, payload: { step: 1 } });
      }
      await jobs.reschedule(next, { dueOn: inMs(0) });
      expect(await claimOne()).toMatchObject({ attempts: 0, lastError: '', payload: { step: 1 } });
    });

    test('is finished by one of many who have it in hand', async () => {
      const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => jobs.finish({ ...job })));
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    });
  });

  describe('who watches', () => {
    test('is told of jobs that were put or let go, until they have had enough', async () => {
      const told: string[] = [];
      const stop = subject.store().watch((news) => {
        told.push(news);
      });
      await jobs.put([newJob()]);
      expect(told).toEqual(['jobs']);
      const job = await claimOne();
      expect(told).toEqual(['jobs']);
      await jobs.reschedule(job, { dueOn: inMs(0) });
      expect(told).toEqual(['jobs', 'jobs']);
      await jobs.finish(await claimOne());
      stop();
      await jobs.put([newJob()]);
      expect(told).toEqual(['jobs', 'jobs']);
    });
  });
}
