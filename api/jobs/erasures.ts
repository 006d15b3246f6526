import type { Environment } from '../core/context.ts';
import { continueErasure, ERASURE_JOB } from '../core/erasure.ts';
import type { JobHandler } from './worker.ts';

/** Brings erasures to their end, each run for as long as it may take. */
export function erasures(environment: Environment): JobHandler {
  return {
    kind: ERASURE_JOB,
    concurrency: 1,
    maxAttempts: Number.POSITIVE_INFINITY,
    maxPauseMs: 10 * 60_000,
    async run({ instanceId, payload }, task) {
      const isDone = await continueErasure(environment, instanceId, String(payload.id), () => task.idle(0));
      return isDone ? undefined : { dueOn: environment.now().toISOString() };
    },
  };
}
