import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Job, Jobs, NewJob } from '../../api/store/store.ts';
import type { Subject } from './subject.ts';

type Step =
  | { does: 'put'; jobs: { id: number; kind: number; delay: number }[] }
  | { does: 'claim'; kinds: number[]; limit: number; leaseMs: number }
  | { does: 'finish'; which: number; error: string | undefined }
  | { does: 'reschedule'; which: number; delay: number; payload: number | undefined; error: string | undefined }
  | { does: 'wait'; ms: number };

const delay = fc.integer({ min: -20, max: 50 });
const error = fc.option(fc.string(), { nil: undefined });
/** Which of the claims so far; often a late one. */
const which = fc.nat({ max: 30 });
const STEP: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      does: fc.constant('put' as const),
      jobs: fc.array(fc.record({ id: fc.nat({ max: 8 }), kind: fc.nat({ max: 2 }), delay }), { maxLength: 4 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      does: fc.constant('claim' as const),
      kinds: fc.uniqueArray(fc.nat({ max: 2 }), { maxLength: 3 }),
      limit: fc.integer({ min: 1, max: 4 }),
      leaseMs: fc.constantFrom(1, 10, 40),
    }),
  },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('finish' as const), which, error }) },
  {
    weight: 2,
    arbitrary: fc.record({
      does: fc.constant('reschedule' as const),
      which,
      delay,
      payload: fc.option(fc.nat(), { nil: undefined }),
      error,
    }),
  },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('wait' as const), ms: fc.constantFrom(1, 9, 30) }) },
);

/** What a job is to the model: what the port gives out, from when on it can be taken, and whether it is held. */
interface Known {
  job: Omit<Job, 'fence'>;
  freeOn: number;
  isFinished: boolean;
  /** The last claim of it, as long as that is the holder's. */
  holder: Job | null;
}

/** The life of jobs as the port tells it, in a few lines. */
class Model {
  readonly known = new Map<string, Known>();

  put(jobs: NewJob[]): void {
    for (const job of jobs) {
      if (this.known.has(job.id)) continue;
      const freeOn = Date.parse(job.dueOn);
      this.known.set(job.id, { job: { ...job, attempts: 0, lastError: '' }, freeOn, isFinished: false, holder: null });
    }
  }

  /** The claimed jobs have to be the earliest of those that are due; those of one moment come in any order. */
  checkClaim(claimed: Job[], kinds: string[], limit: number, at: number, leaseMs: number): void {
    const isDue = ({ job, freeOn, isFinished }: Known) => !isFinished && freeOn <= at && kinds.includes(job.kind);
    const due = Array.from(this.known.values(), (one) => one).filter(isDue);
    const moments = due.map(({ freeOn }) => freeOn).toSorted((one, other) => one - other);
    expect(claimed.map(({ id }) => this.known.get(id)!.freeOn)).toEqual(moments.slice(0, limit));
    expect(new Set(claimed.map(({ id }) => id)).size).toBe(claimed.length);
    for (const { fence, ...job } of claimed) {
      const known = this.known.get(job.id)!;
      expect(isDue(known)).toBe(true);
      expect(job).toEqual(known.job);
      known.holder = { ...job, fence };
      known.freeOn = at + leaseMs;
    }
  }

  /** The job, if it is this claim that has it. */
  release(claim: Job): Known | null {
    const known = this.known.get(claim.id)!;
    if (known.holder?.fence !== claim.fence) return null;
    known.holder = null;
    return known;
  }
}

async function isConflict(done: Promise<void>): Promise<boolean> {
  try {
    await done;
    return false;
  } catch (thrown) {
    expect(thrown).toMatchObject({ code: 'conflict' });
    return true;
  }
}

async function live(jobs: Jobs, subject: Subject, steps: Step[]): Promise<void> {
  const run = randomUUID();
  const model = new Model();
  const claims: Job[] = [];
  const now = () => subject.clock.now().getTime();
  const inMs = (ms: number) => new Date(now() + ms).toISOString();
  const kindOf = (kind: number) => `${run} ${kind}`;
  for (const step of steps) {
    if (step.does === 'wait') subject.clock.advance(step.ms);
    else if (step.does === 'put') {
      const list = step.jobs.map(({ id, kind, delay: ms }): NewJob => {
        return { id: `${run} ${id}`, kind: kindOf(kind), instanceId: '', dueOn: inMs(ms), payload: { id } };
      });
      model.put(list);
      await jobs.put(list);
    } else if (step.does === 'claim') {
      const kinds = step.kinds.map(kindOf);
      const claimed = await jobs.claim(Object.fromEntries(kinds.map((kind) => [kind, step.leaseMs])), step.limit);
      model.checkClaim(claimed, kinds, step.limit, now(), step.leaseMs);
      for (const { id, fence } of claimed) {
        expect(claims.filter((one) => one.id === id).every((one) => one.fence < fence)).toBe(true);
      }
      claims.push(...claimed);
    } else if (claims.length > 0) {
      const claim = claims[claims.length - 1 - (step.which % claims.length)]!;
      const known = model.release(claim);
      if (step.does === 'finish') {
        expect(await isConflict(jobs.finish(claim, step.error))).toBe(known === null);
        if (known) known.isFinished = true;
        continue;
      }
      const dueOn = inMs(step.delay);
      const payload = step.payload === undefined ? undefined : { next: step.payload };
      const next = { dueOn, ...(payload && { payload }), ...(step.error !== undefined && { error: step.error }) };
      expect(await isConflict(jobs.reschedule(claim, next))).toBe(known === null);
      if (!known) continue;
      known.freeOn = Date.parse(dueOn);
      const attempts = step.error === undefined ? 0 : known.job.attempts + 1;
      known.job = { ...known.job, dueOn, ...(payload && { payload }), attempts, lastError: step.error ?? '' };
    }
  }
}

export function jobModelPromises(subject: Subject): void {
  describe('jobs', () => {
    test('live as the model of them does, whatever happens in whatever order', async () => {
      const lives = fc.asyncProperty(fc.array(STEP, { minLength: 10, maxLength: 60, size: 'max' }), (steps) =>
        live(subject.store().jobs, subject, steps),
      );
      await fc.assert(lives, { numRuns: 100, endOnFailure: true });
    });
  });
}
