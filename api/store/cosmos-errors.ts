import { AppError } from '../contract/errors.ts';

/** 503: what was asked can be asked again. */
export function unavailable(cause: unknown): AppError {
  if (cause instanceof AppError) return cause;
  const milliseconds = (cause as { retryAfterInMs?: number }).retryAfterInMs ?? 1000;
  return new AppError('unavailable', 'The store cannot answer right now. Try again.', {
    cause,
    retryAfter: Math.max(1, Math.ceil(milliseconds / 1000)),
  });
}

/** The status that the service answered; 0 when it did not. */
export function answered(error: unknown): number {
  // What a whole batch was answered, the SDK wraps in an error of its own.
  const { code, cause } = error as { code?: unknown; cause?: { code?: unknown } };
  const status = code ?? cause?.code;
  return typeof status === 'number' ? status : 0;
}

/** Whether it cannot be told if the service did what was asked: no answer came, or one that says no more than that. */
export const isLost = (error: unknown): boolean => [0, 408, 500, 502, 503, 504].includes(answered(error));
