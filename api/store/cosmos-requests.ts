import { setTimeout } from 'node:timers/promises';
import type { CosmosClientOptions } from '@azure/cosmos';
import { AppError } from '../contract/errors.ts';
import { answered, hintOf, isLost, isPutOff, unavailable } from './cosmos-errors.ts';

/** How long one request may take; the client library would wait for a minute. */
const REQUEST_MS = 5000;
/** How long a caller may wait for all that one step takes, and how much of it for the service to come round. */
const STEP_MS = 15_000;
const WAITED_MS = 3000;
const TRIES = 9;

/**
 * The options of the client, with its own repeating taken away as far as it can be: it waits a second and more, does
 * not end for minutes, and sends a write twice whose first answer was lost. Here `Patience` repeats instead.
 */
export function boundedOptions(options: CosmosClientOptions): CosmosClientOptions {
  const connectionPolicy = {
    requestTimeout: REQUEST_MS,
    retryOptions: { maxRetryAttemptCount: 0 },
    ...options.connectionPolicy,
  };
  // The client library has these plugins, but does not declare them.
  return { ...options, connectionPolicy, plugins: [{ on: 'request', plugin: once }] } as CosmosClientOptions;
}

/** What the client library meets as this, it neither repeats nor explains away. */
class Unanswered extends Error {}

/** The partition is gone or about to be, because it is split ("HTTP status codes for Azure Cosmos DB", 410). */
const SPLIT = [1002, 1007];

interface RequestContext {
  operationType: string;
  headers: Record<string, unknown>;
  options?: { partitionKey?: unknown };
}

/** A step between the client library's repeating and the network. */
async function once<T>(context: RequestContext, _: unknown, next: (context: RequestContext) => Promise<T>): Promise<T> {
  // A query of one partition is never planned, but its plan is asked for each time.
  const isPlan = 'x-ms-cosmos-is-query-plan-request' in context.headers;
  if (isPlan && context.options?.partitionKey !== undefined) throw new Unanswered('No plan is needed');
  try {
    return await next(context);
  } catch (error) {
    const { code, substatus } = error as { code?: unknown; substatus?: number };
    // Never sent: the client library finds another region, or the new places of a partition that was split.
    if (code === 'ENOTFOUND' || (code === 410 && SPLIT.includes(substatus ?? 0))) throw error;
    const isRead = context.operationType === 'read' || context.operationType === 'query';
    // A read that took too long or met a 503 goes to another region, if there is one.
    if (isRead && (code === 'TimeoutError' || code === 503)) throw error;
    if (code === 410 || isLost(answered(error))) throw new Unanswered('No answer came', { cause: error });
    throw error;
  }
}

/** How long one step goes on asking. */
export class Patience {
  /** For every request of the step. */
  readonly abortSignal = AbortSignal.timeout(STEP_MS);
  #waited = 0;
  #tries = 0;

  /** Waits as long as the service asks, else a little longer each time; throws 503 when it has been enough. */
  async wait(error: unknown): Promise<void> {
    this.#tries += 1;
    const hint = hintOf(error);
    // Those who were put off together do not come back together.
    const milliseconds = (hint ?? 2 ** this.#tries) * (hint === undefined ? Math.random() : 1 + Math.random() / 2);
    this.#waited += milliseconds;
    if (this.#tries >= TRIES || this.#waited > WAITED_MS || this.abortSignal.aborted) throw unavailable(error);
    await setTimeout(milliseconds);
  }
}

/** Asks until there is an answer; for what may happen twice, as a read may. Other errors are the caller's. */
export async function repeating<T>(act: (options: { abortSignal: AbortSignal }) => Promise<T>): Promise<T> {
  const patience = new Patience();
  for (;;) {
    try {
      return await act({ abortSignal: patience.abortSignal });
    } catch (error) {
      const status = answered(error);
      if (error instanceof AppError || !(isLost(status) || isPutOff(status))) throw error;
      await patience.wait(error);
    }
  }
}
