import { z } from 'zod';

/**
 * Every error that a caller can meet, by its code. Callers branch on `code`, never on text.
 * The titles are fixed per code (RFC 9457, section 3.1.3); the sentence for this one case is the error's `detail`.
 */
export const ERRORS = {
  bad_request: { status: 400, title: 'The request cannot be read' },
  invalid_input: { status: 400, title: 'The request has invalid values' },
  unauthorized: { status: 401, title: 'The key is missing or not valid' },
  forbidden: { status: 403, title: 'That is not allowed' },
  switched_off: { status: 403, title: 'This help desk is switched off' },
  not_found: { status: 404, title: 'Not found' },
  method_not_allowed: { status: 405, title: 'Method not allowed' },
  request_timeout: { status: 408, title: 'The request did not arrive in time' },
  conflict: { status: 409, title: 'Somebody else changed this at the same moment' },
  only_owner: { status: 409, title: 'Nobody else could set the help desk up' },
  precondition_failed: { status: 412, title: 'This has changed since it was read' },
  payload_too_large: { status: 413, title: 'The request is too large' },
  unsupported_media_type: { status: 415, title: 'The content type is not supported' },
  idempotency_mismatch: { status: 422, title: 'The Idempotency-Key was used for another request' },
  rate_limited: { status: 429, title: 'Too many requests' },
  internal: { status: 500, title: 'Something went wrong on our side' },
  unavailable: { status: 503, title: 'The service cannot answer right now' },
} as const;

export type ErrorCode = keyof typeof ERRORS;

/** One field that did not fit: its path in dots (`ticket.title`) and what is allowed there. */
export interface FieldError {
  field: string;
  message: string;
}

interface ErrorOptions {
  /** For the log only; never shown to a caller. */
  cause?: unknown;
  errors?: FieldError[];
  /** Whole seconds after which the same call can succeed (429 and 503). */
  retryAfter?: number;
  /** The methods that the path does have (405). */
  allow?: string[];
}

/** The one error that doors translate. `detail` is a sentence for the caller, `cause` is for the log. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly detail: string;
  readonly errors: FieldError[] | undefined;
  readonly retryAfter: number | undefined;
  readonly allow: string[] | undefined;

  constructor(code: ErrorCode, detail: string, options: ErrorOptions = {}) {
    super(detail, { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.detail = detail;
    this.errors = options.errors;
    this.retryAfter = options.retryAfter;
    this.allow = options.allow;
  }
}

/** Throws an AppError; typed `never` so that it can stand where a value is expected. */
export function fail(code: ErrorCode, detail: string, options?: ErrorOptions): never {
  throw new AppError(code, detail, options);
}

/** One invalid field: 400 `invalid_input` that names the field and what is allowed. */
export function failField(field: string, message: string): never {
  throw new AppError('invalid_input', `${field}: ${message}`, { errors: [{ field, message }] });
}

/** The body of every error: the reference's envelope (`error`, `message`, `statusCode`) and RFC 9457 in one. */
export const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.enum(Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]]),
    errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
    requestId: z.string(),
    error: z.literal(true),
    message: z.string().describe('The same as detail'),
    statusCode: z.int(),
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof problem>;
