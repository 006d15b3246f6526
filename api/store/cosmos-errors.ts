import { AppError } from '../contract/errors.ts';

/** 503: what was asked can be asked again. */
export function unavailable(cause: unknown): AppError {
  if (cause instanceof AppError) return cause;
  return new AppError('unavailable', 'The store cannot answer right now. Try again.', {
    cause,
    retryAfter: Math.max(1, Math.ceil((hintOf(cause) ?? 1000) / 1000)),
  });
}

/** The status that the service answered; 0 when it did not. A batch has what it met as its cause. */
export function answered(error: unknown): number {
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  if (typeof code === 'number') return code;
  return cause ? answered(cause) : 0;
}

/** The milliseconds that the service asks to be left alone for, if it does. */
export function hintOf(error: unknown): number | undefined {
  const { retryAfterInMs, cause } = error as { retryAfterInMs?: number; cause?: unknown };
  return retryAfterInMs ?? (cause ? hintOf(cause) : undefined);
}

/** Whether it cannot be told if the service did what was asked: no answer came, or one that says no more than that. */
export const isLost = (status: number): boolean => [0, 408, 500, 502, 503, 504].includes(status);

/** Whether the service says that it did nothing and can be asked again: moved (410), too much (429), retry (449). */
export const isPutOff = (status: number): boolean => [410, 429, 449].includes(status);
