import type { StatementSync } from 'node:sqlite';
import { fail } from '../contract/errors.ts';
import { dueAt, FINISHED_JOBS_KEPT_MS } from './jobs.ts';
import { type GroupCommit, reading } from './sqlite-group-commit.ts';
import type { Job, Jobs, NewJob } from './store.ts';

interface Parts {
  prepare: (text: string) => StatementSync;
  commits: GroupCommit;
  now: () => Date;
  /** To be called when jobs were put. */
  tell: () => void;
}

interface JobRow extends Omit<Job, 'payload'> {
  payload: string;
  freeOn: number;
}

/** The jobs of a kind that can be taken by a moment. */
export const FIND_DUE = `
  SELECT id, kind, instanceId, dueOn, payload, attempts, lastError, fence, freeOn FROM jobs
  WHERE kind = ? AND freeOn <= ? ORDER BY freeOn, rowid LIMIT ?`;

/** The table `jobs`. The fence grows whenever a job changes hands, so what a late holder writes meets no row. */
export function sqliteJobs({ prepare, commits, now, tell }: Parts): Jobs {
  function put(job: NewJob): void {
    prepare('DELETE FROM jobs WHERE id = ? AND finishedOn <= ?').run(job.id, now().getTime() - FINISHED_JOBS_KEPT_MS);
    prepare(
      `INSERT INTO jobs (id, kind, instanceId, dueOn, payload, freeOn) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO NOTHING`,
    ).run(job.id, job.kind, job.instanceId, job.dueOn, JSON.stringify(job.payload), dueAt(job));
  }

  /** Each kind is read off its own end of the index, however many jobs of the others wait. */
  function due(kinds: string[], limit: number): JobRow[] {
    const found = kinds.flatMap((kind) => prepare(FIND_DUE).all(kind, now().getTime(), limit));
    return (found as unknown as JobRow[]).toSorted((one, other) => one.freeOn - other.freeOn).slice(0, limit);
  }

  function take(row: JobRow, leaseMs: number): Job {
    const { freeOn: _, payload, ...job } = row;
    const fence = row.fence + 1;
    prepare('UPDATE jobs SET fence = ?, freeOn = ? WHERE id = ?').run(fence, now().getTime() + leaseMs, row.id);
    return { ...job, payload: JSON.parse(payload), fence };
  }

  /** Changes a job on behalf of who holds it. */
  const change = (job: Job, set: string, values: (string | number | null)[]): Promise<void> =>
    commits.run(() => {
      const update = prepare(`UPDATE jobs SET fence = fence + 1, ${set} WHERE id = ? AND fence = ?`);
      if (update.run(...values, job.id, job.fence).changes === 0) fail('conflict', 'Somebody else has this job now.');
      return undefined;
    });

  return {
    async put(jobs) {
      await commits.run(() => {
        for (const job of jobs) put(job);
        return undefined;
      });
      if (jobs.length > 0) tell();
    },
    async claim(leases, limit) {
      const kinds = Object.keys(leases);
      // To look is not to write: while nothing is due, the file is left alone.
      if (reading(() => due(kinds, 1)).length === 0) return [];
      let claimed: Job[] = [];
      await commits.run(() => {
        claimed = due(kinds, limit).map((row) => take(row, leases[row.kind]!));
        return undefined;
      });
      return claimed;
    },
    async finish(job, error = '') {
      // Only that it was done is remembered, not what it was about.
      await change(job, `freeOn = NULL, payload = '{}', finishedOn = ?, lastError = ?`, [now().getTime(), error]);
    },
    async reschedule(job, { dueOn, payload = job.payload, error }) {
      await change(job, 'dueOn = ?, freeOn = ?, payload = ?, attempts = ?, lastError = ?', [
        dueOn,
        dueAt({ dueOn }),
        JSON.stringify(payload),
        error === undefined ? 0 : job.attempts + 1,
        error ?? '',
      ]);
      tell();
    },
  };
}
