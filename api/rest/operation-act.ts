import type { IncomingMessage } from 'node:http';
import { AppError, fail } from '../contract/errors.ts';
import type { Operation } from '../contract/operation.ts';
import { OPERATIONS, type OperationId } from '../contract/operations.ts';
import { authorize } from '../core/access.ts';
import type { Call, Environment } from '../core/context.ts';
import { invoke } from '../core/invoke.ts';
import { type Headers, sendResult } from './answer.ts';
import type { Act, Exchange } from './exchange.ts';
import { type MultipartBody, readMultipart } from './multipart.ts';
import { type Allowance, WINDOW_SECONDS } from './rate-limit.ts';
import { queryInput, queryReaders, readJson, readQuery } from './request.ts';

const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,255}$/;

/** Who asks, counted against their limit: with a key, or signed in. */
export type WhoAsks = (
  exchange: Exchange,
  query: Map<string, string[]>,
) => Promise<Pick<Call, 'actor' | 'origin' | 'token' | 'renew'>>;

/** One request of an operation: who asks, how often, what, and the answer. */
export function operationAct(id: OperationId, environment: Environment, whoAsks: WhoAsks): Act {
  const operation: Operation = OPERATIONS[id];
  const readers = queryReaders(operation);
  const headerNames = Object.keys(operation.headers ?? {});

  return async (exchange) => {
    const { request, response, headers } = exchange;
    const query = readQuery(request.url!);
    const asker = await whoAsks(exchange, query);
    authorize(asker.actor, operation);

    const warnings: string[] = [];
    const input = queryInput(query, readers, headerNames, warnings);
    for (const name of headerNames) input[name] = request.headers[name.toLowerCase()] ?? input[name];
    const conditions = { idempotencyKey: idempotencyKey(request), ifMatch: request.headers['if-match'] };
    const body = await readBody(request, operation, environment);
    const removeFiles = () => Promise.all(body.files.map((file) => environment.blobs.remove(file.id)));
    let isCommitted = false;
    const onCommit = () => {
      isCommitted = true;
    };
    const call: Call = { ...asker, ...conditions, files: body.files, onCommit };
    const { instanceId: _, ...names } = request.params;
    const answer = await invoke(environment, call, id, { ...body.input, ...input, ...names }).catch(async (error) => {
      // A commit without an answer may have happened, and then what it wrote names the files.
      if (!isCommitted || isRefusal(error)) await removeFiles();
      throw error;
    });
    answer.warnings.push(...warnings);
    // The answer speaks of the files that came with the first request.
    if (answer.result && 'replayed' in answer.result) await removeFiles();
    await sendResult(response, headers, operation, answer, request.headers['if-none-match']);
  };
}

/** Whether an error says that nothing was written. */
const isRefusal = (error: unknown): boolean =>
  error instanceof AppError && error.code !== 'unavailable' && error.code !== 'internal';

const NO_BODY: MultipartBody = { input: {}, files: [] };

async function readBody(
  request: IncomingMessage,
  operation: Operation,
  environment: Environment,
): Promise<MultipartBody> {
  if (operation.method === 'GET' || operation.method === 'DELETE') return NO_BODY;
  const isMultipart = /^multipart\/form-data\b/i.test(request.headers['content-type'] ?? '');
  if (operation.multipart && isMultipart) return readMultipart(request, environment);
  return { input: await readJson(request), files: [] };
}

function idempotencyKey(request: IncomingMessage): string | undefined {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key === 'string' && IDEMPOTENCY_KEY.test(key)) return key;
  return fail('invalid_input', 'Idempotency-Key: must have 1 to 255 visible ASCII characters');
}

/** Tells the caller what is left, and refuses what is too much. */
export function limit(headers: Headers, allowance: Allowance): void {
  const { accepted, limit: most, remaining, reset } = allowance;
  headers.push(
    'RateLimit-Policy',
    `"default";q=${most};w=${WINDOW_SECONDS}`,
    'RateLimit',
    `"default";r=${remaining};t=${reset}`,
  );
  headers.push('X-RateLimit-Limit', most, 'X-RateLimit-Remaining', remaining, 'X-RateLimit-Reset', reset);
  if (!accepted) {
    fail('rate_limited', `At most ${most} requests in any ${WINDOW_SECONDS} seconds. Try again in ${reset} seconds.`, {
      retryAfter: reset,
    });
  }
}
