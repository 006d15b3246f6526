import { beforeEach, describe, expect, test } from '@jest/globals';
import { AppError } from '../../api/contract/errors.ts';
import { type Job, type NewJob, SEEN_WITHIN_MS, type Store } from '../../api/store/store.ts';
import { fakeClock } from '../helpers/clock.ts';
import type { FaultKind, FaultOptions, RequestDescription } from '../helpers/cosmos/faults.ts';
import { type CosmosStandIn, cosmosStandIn } from '../helpers/cosmos/stand-in.ts';
import { openNode } from './cosmos-node.ts';

const JOBS = 40;
const STEPS = 3;
const WORKERS = 8;
const LEASE_MS = 60_000;
const PATIENCE = 200;

const clock = fakeClock();
let standIn: CosmosStandIn;
let stores: Store[];
/** How many requests have met a fault. */
let met: number;
/** How many steps were taken; some of those who take one fall asleep over it, and wake when others have gone on. */
let works: number;
let asleep: (() => Promise<void>)[];
beforeEach(async () => {
  met = 0;
  works = 0;
  asleep = [];
  standIn = cosmosStandIn({ now: clock.now });
  const nodes = [await openNode(standIn, clock), await openNode(standIn, clock)];
  stores = nodes.map(({ environment }) => environment.store);
});

const isJob = ({ kind, path }: RequestDescription) =>
  path.includes('/jobs') && kind !== 'metadata' && kind !== 'queryPlan';

/** Every so manieth request that fits meets the fault, from now on. */
function plan(kind: FaultKind, every: number, options: FaultOptions = {}): void {
  const { match = isJob } = options;
  let seen = 0;
  standIn.faults.next(kind, {
    times: Number.POSITIVE_INFINITY,
    ...options,
    match(request) {
      const meets = match(request) && ++seen % every === 0;
      if (meets) met += 1;
      return meets;
    },
  });
}

const isWrite = (request: RequestDescription) => isJob(request) && ['create', 'patch'].includes(request.kind);
const isPatch = (request: RequestDescription) => isJob(request) && request.kind === 'patch';

/** Which steps of which jobs somebody took, and which of these the store has acknowledged. */
class Ledger {
  readonly #taken = new Set<string>();
  readonly #acknowledged = new Set<string>();

  /** A job stands after steps that somebody took, and before all that nobody was told of. */
  claimed(job: Job): void {
    for (let step = 0; step < STEPS; step++) {
      const name = `${job.id} ${step}`;
      if (step < Number(job.payload.step)) expect(this.#taken.has(name)).toBe(true);
      else expect(this.#acknowledged.has(name)).toBe(false);
    }
  }

  /** From here on it may have happened. */
  takes({ id, payload }: Job): void {
    this.#taken.add(`${id} ${payload.step}`);
  }

  acknowledged({ id, payload }: Job): void {
    const name = `${id} ${payload.step}`;
    expect(this.#acknowledged.has(name)).toBe(false);
    this.#acknowledged.add(name);
  }

  /** Whether the last step was taken. */
  isDone(id: string): boolean {
    return this.#taken.has(`${id} ${STEPS - 1}`);
  }
}

/** Null when the store is away, or says another thing that is allowed; whatever else happens fails the test. */
async function unlessAway<T>(act: () => Promise<T>, allowed?: 'conflict'): Promise<T | null> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof AppError) || ![allowed, 'unavailable'].includes(error.code)) throw error;
    return null;
  }
}

async function putAll(jobs: NewJob[]): Promise<void> {
  for (let attempt = 0; attempt < PATIENCE; attempt++) {
    const put = (store: Store) => unlessAway(() => store.jobs.put(jobs).then(() => true));
    // Both put all of them, as two processes do that have seen the same events.
    if ((await Promise.all(stores.map(put))).every(Boolean)) return;
  }
  throw new Error('The jobs cannot be put');
}

/** Takes the next step of what it claims; who is not sure of a step drops the job and leaves it to its lease. */
async function work(store: Store, ledger: Ledger): Promise<number> {
  const claimed = (await unlessAway(() => store.jobs.claim({ work: LEASE_MS }, 3))) ?? [];
  for (const job of claimed) {
    ledger.claimed(job);
    ledger.takes(job);
    works += 1;
    if (works % 6 === 0) asleep.push(() => settle(store, ledger, job));
    else await settle(store, ledger, job);
  }
  return claimed.length;
}

async function settle(store: Store, ledger: Ledger, job: Job): Promise<void> {
  const step = Number(job.payload.step);
  const settled = await unlessAway(async () => {
    if (step === STEPS - 1) await store.jobs.finish(job);
    else await store.jobs.reschedule(job, { dueOn: clock.now().toISOString(), payload: { step: step + 1 } });
    return true;
    // A step whose answer was lost may be met by the next one, which somebody else has begun since.
  }, 'conflict');
  if (settled) ledger.acknowledged(job);
}

const FAULTS: [string, () => void][] = [
  ['429 on every second request', () => plan(429, 2)],
  ['storms of 429, longer than anybody waits', () => plan(429, 1, { times: 400 })],
  ['449 on every second request', () => plan(449, 2)],
  ['410 on every third request', () => plan(410, 3)],
  ['503 on every third request', () => plan(503, 3)],
  ['412 on every third patch, as if somebody else was faster', () => plan(412, 3, { match: isPatch })],
  ['a connection that breaks before every third request', () => plan('reset-before-commit', 3)],
  ['an answer that is lost after every third request', () => plan('timeout-after-commit', 3)],
  ['an answer that is lost after every second write', () => plan('timeout-after-commit', 2, { match: isWrite })],
  ['looks that stop early', () => plan('short-page', 1, { documents: 1 })],
  [
    'all of them at once',
    () => {
      plan('timeout-after-commit', 11);
      plan('reset-before-commit', 13);
      plan(412, 7, { match: isPatch });
      plan('short-page', 2, { documents: 2 });
      for (const [index, status] of ([429, 449, 410, 503] as const).entries()) plan(status, 9 + index * 8);
    },
  ],
];

describe('eight workers on two nodes lose no job and take no step twice under', () => {
  test.each(FAULTS)('%s', async (_, begin) => {
    begin();
    const ledger = new Ledger();
    const ids = Array.from({ length: JOBS }, (_one, index) => `job ${index}`);
    const dueOn = clock.now().toISOString();
    await putAll(ids.map((id) => ({ id, kind: 'work', instanceId: '', dueOn, payload: { step: 0 } })));
    for (let rounds = 0; rounds < PATIENCE && !ids.every((id) => ledger.isDone(id)); rounds++) {
      const worked = await Promise.all(
        Array.from({ length: WORKERS }, (_one, worker) => work(stores[worker % 2]!, ledger)),
      );
      // What is left is held by nobody who knows of it, or was put by the other node.
      if (worked.some((count) => count > 0)) continue;
      clock.advance(Math.max(LEASE_MS, SEEN_WITHIN_MS));
      const late = asleep.splice(0);
      await Promise.all(stores.map((store) => work(store, ledger)));
      await Promise.all(late.map((wake) => wake()));
    }
    standIn.faults.clear();
    expect(met).toBeGreaterThan(20);
    // Whatever was in doubt comes to its end, and then nothing is left.
    for (let isLeft = true; isLeft; ) {
      clock.advance(LEASE_MS);
      const worked = await Promise.all(stores.map((store) => work(store, ledger)));
      isLeft = worked.some((count) => count > 0);
      await Promise.all(asleep.splice(0).map((wake) => wake()));
    }
    expect(ids.filter((id) => !ledger.isDone(id))).toEqual([]);
    await putAll(ids.map((id) => ({ id, kind: 'work', instanceId: '', dueOn, payload: { step: 0 } })));
    for (const store of stores) expect(await store.jobs.claim({ work: LEASE_MS }, 100)).toEqual([]);
  });
});
