/** How long a finished job is known, so that whoever puts it again does nothing twice. */
export const FINISHED_JOBS_KEPT_MS = 30 * 24 * 60 * 60 * 1000;

/** When a job is due, in milliseconds. */
export function dueAt({ dueOn }: { dueOn: string }): number {
  const at = Date.parse(dueOn);
  if (Number.isNaN(at)) throw new Error(`Not a time at which a job can be due: ${dueOn}`);
  return at;
}
