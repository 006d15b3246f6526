import { createHash } from 'node:crypto';
import type { Container, PatchOperation } from '@azure/cosmos';
import { fail } from '../contract/errors.ts';
import { changeIf, type Place } from './cosmos-conditional.ts';
import { escapeId, unescapeId } from './cosmos-documents.ts';
import { answered, unavailable } from './cosmos-errors.ts';
import { Outlook } from './cosmos-outlook.ts';
import { repeating } from './cosmos-requests.ts';
import { dueAt, FINISHED_JOBS_KEPT_MS } from './jobs.ts';
import type { Job, Jobs, NewJob } from './store.ts';

/** Jobs are spread over so many logical partitions, for one takes 10,000 request units a second. */
const BUCKETS = 16;
/** How many jobs are put at the same time. */
const AT_ONCE = 16;

/** A job as it lies in the container `jobs`. */
interface JobDocument extends Job {
  bucket: number;
  /** From when on it can be taken, in milliseconds; absent once it is finished. */
  freeOn?: number;
}

interface Parts {
  container: Container;
  now: () => Date;
  /** To be called when jobs were put. */
  tell: () => void;
}

const bucketOf = (id: string): number => createHash('sha256').update(id).digest()[0]! % BUCKETS;

const set = (values: Record<string, unknown>): PatchOperation[] =>
  Object.entries(values).map(([name, value]) => ({ op: 'set', path: `/${name}`, value }));

/**
 * The container `jobs`. Each change is a patch on the condition that the fence is the one that was seen, and raises it:
 * so a job has one holder, and what a late one writes is refused by the service itself.
 */
export function cosmosJobs({ container, now, tell }: Parts): Jobs {
  const outlook = new Outlook(BUCKETS, now);
  const place = (id: string): Place => ({ container, id: escapeId(id), partitionKey: bucketOf(id) });

  async function put(job: NewJob): Promise<void> {
    const freeOn = dueAt(job);
    const document: JobDocument = { ...job, bucket: bucketOf(job.id), attempts: 0, lastError: '', fence: 0, freeOn };
    try {
      await repeating((options) => container.items.create({ ...document, id: escapeId(job.id) }, options));
    } catch (error) {
      // It is known, or it was this one, whose answer was lost.
      if (answered(error) !== 409) throw unavailable(error);
    }
    outlook.expect(job.kind, document.bucket, freeOn);
  }

  /** The next jobs of a bucket, the earliest first, whether they are due or not. */
  async function look(bucket: number, kinds: string[], limit: number): Promise<JobDocument[]> {
    const parameters = kinds.map((value, index) => ({ name: `@kind${index}`, value }));
    const isOfKind = `c.kind IN (${parameters.map(({ name }) => name).join(', ')})`;
    const query = `SELECT TOP ${limit} * FROM c WHERE ${isOfKind} AND c.freeOn > 0 ORDER BY c.freeOn`;
    const { resources } = await repeating((options) =>
      container.items
        .query<JobDocument>({ query, parameters }, { partitionKey: bucket, maxItemCount: limit, ...options })
        .fetchAll(),
    );
    return resources;
  }

  /** Null when somebody else was faster. */
  async function take(found: JobDocument, leaseMs: number): Promise<Job | null> {
    const freeOn = now().getTime() + leaseMs;
    const fence = found.fence + 1;
    const id = unescapeId(found.id);
    const taken = await changeIf<JobDocument>(place(id), `c.fence = ${found.fence}`, set({ fence, freeOn }));
    if (!taken) return null;
    outlook.expect(found.kind, found.bucket, freeOn);
    const { kind, instanceId, dueOn, payload, attempts, lastError } = taken;
    return { id, kind, instanceId, dueOn, payload, attempts, lastError, fence };
  }

  /** Changes a job on behalf of who holds it. */
  async function change(job: Job, changes: PatchOperation[]): Promise<void> {
    const isHeld = `c.fence = ${job.fence}`;
    const changed = await changeIf(place(job.id), isHeld, [...changes, ...set({ fence: job.fence + 1 })]);
    if (!changed) fail('conflict', 'Somebody else has this job now.');
  }

  return {
    async put(jobs) {
      for (let start = 0; start < jobs.length; start += AT_ONCE) {
        await Promise.all(jobs.slice(start, start + AT_ONCE).map(put));
      }
      if (jobs.length > 0) tell();
    },
    async claim(leases, limit) {
      const kinds = Object.keys(leases);
      const at = now().getTime();
      const buckets = outlook.begin(kinds);
      // One more than are taken: when the next is due is known then without another look.
      const seen = await Promise.all(buckets.map((bucket) => look(bucket, kinds, limit + 1))).catch((error) => {
        for (const bucket of buckets) for (const kind of kinds) outlook.expect(kind, bucket, at);
        throw unavailable(error);
      });
      const due = seen.flat().filter(({ freeOn }) => freeOn! <= at);
      const wanted = new Set(due.toSorted((one, other) => one.freeOn! - other.freeOn!).slice(0, limit));
      for (const found of seen) {
        for (const { kind, bucket, freeOn } of found.filter((job) => !wanted.has(job))) {
          // What comes after it may be of any kind.
          for (const one of found.length > limit ? kinds : [kind]) outlook.expect(one, bucket, freeOn!);
        }
      }
      const tries = await Promise.allSettled(Array.from(wanted, (found) => take(found, leases[found.kind]!)));
      const taken = tries.flatMap((tried) => (tried.status === 'fulfilled' && tried.value ? [tried.value] : []));
      const failed = tries.find((tried) => tried.status === 'rejected');
      if (failed) {
        for (const { kind, bucket, freeOn } of wanted) outlook.expect(kind, bucket, freeOn!);
        // What was taken is worked on; the next claim meets what is in the way.
        if (taken.length === 0) throw failed.reason;
      }
      return taken;
    },
    async finish(job, lastError = '') {
      const finishedOn = now().getTime();
      const ttl = FINISHED_JOBS_KEPT_MS / 1000;
      // Only that it was done is remembered, not what it was about.
      await change(job, [{ op: 'remove', path: '/freeOn' }, ...set({ payload: {}, finishedOn, lastError, ttl })]);
    },
    async reschedule(job, { dueOn, payload = job.payload, error }) {
      const freeOn = dueAt({ dueOn });
      const attempts = error === undefined ? 0 : job.attempts + 1;
      await change(job, set({ dueOn, freeOn, payload, attempts, lastError: error ?? '' }));
      outlook.expect(job.kind, bucketOf(job.id), freeOn);
      tell();
    },
  };
}
