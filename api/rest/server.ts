import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import restify from 'restify';
import type { Authenticate } from '../auth/authenticate.ts';
import { AppError, fail } from '../contract/errors.ts';
import type { Operation } from '../contract/operation.ts';
import { OPERATIONS, type OperationId, operationIds } from '../contract/operations.ts';
import { BASE_PATH } from '../contract/wire.ts';
import { authorize } from '../core/access.ts';
import { openFile } from '../core/attachments.ts';
import type { Call, Environment } from '../core/context.ts';
import { invoke } from '../core/invoke.ts';
import { accessLog, type Log } from '../log.ts';
import { type Headers, securityHeaders, sendError, sendFile, sendResult, sendText, toAppError } from './answer.ts';
import { DOCS_POLICY, docsPages } from './docs.ts';
import { type MultipartBody, readMultipart } from './multipart.ts';
import { type Allowance, type RateLimit, WINDOW_SECONDS } from './rate-limit.ts';
import { BODY_TIMEOUT_MS, queryInput, queryReaders, readJson, readKey, readQuery } from './request.ts';

export interface RestOptions {
  environment: Environment;
  authenticate: Authenticate;
  /** Undefined when requests are not limited. */
  rateLimit: RateLimit | undefined;
  log: Log;
  appName: string;
}

export interface RestServer {
  /** Resolves with the port once it listens. */
  listen(port: number, host: string): Promise<number>;
  /** Takes no new requests, finishes those in flight, and gives up on them after ten seconds. */
  close(): Promise<void>;
}

const HEADERS_TIMEOUT_MS = 15_000;
const CLOSE_TIMEOUT_MS = 10_000;
const SWEEP_MS = 100;
const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,255}$/;
const REQUEST_ID = /^[\w.-]{1,128}$/;

/** A request on its way through the door. */
interface Exchange {
  request: IncomingMessage & { params: Record<string, string> };
  response: ServerResponse;
  requestId: string;
  headers: Headers;
  instanceId: string | undefined;
}

type Act = (exchange: Exchange) => Promise<void>;

/** The REST door: the operations table mounted on restify, the only importer of it. */
export function createRestServer({ environment, authenticate, rateLimit, log, appName }: RestOptions): RestServer {
  const server = restify.createServer({ name: '', log: log as never });
  const isHttps = environment.publicUrl.startsWith('https:');
  const secured = securityHeaders(isHttps);
  const requests = accessLog(log);
  let isClosing = false;

  const begin = (request: IncomingMessage, response: ServerResponse): Exchange => {
    const given = request.headers['x-request-id'];
    const requestId = typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
    const headers: Headers = [...secured, 'X-Request-Id', requestId];
    if (isClosing) headers.push('Connection', 'close');
    return { request: request as Exchange['request'], response, requestId, headers, instanceId: undefined };
  };

  const end = ({ request, response, requestId, instanceId }: Exchange, startedAt: number): void => {
    // Not the query, where the key is; some put theirs in the path.
    const path = (request.url ?? '').split('?')[0]!.replace(/tk_[a-z]_\w+/g, 'tk_');
    const ms = Math.round((performance.now() - startedAt) * 10) / 10;
    requests.info({ requestId, method: request.method, path, status: response.statusCode, ms, instanceId }, 'request');
  };

  const refuse = (exchange: Exchange, thrown: unknown): void => {
    const error = toAppError(thrown);
    const { response, requestId } = exchange;
    if (error.code === 'internal' || error.code === 'unavailable')
      log.error({ requestId, err: error.cause }, error.detail);
    if (response.headersSent || response.destroyed) {
      response.destroy();
      return;
    }
    // A caller who still sends reads the answer when done: closing at once would take it away from them.
    const { request } = exchange;
    if (!request.complete) setTimeout(() => request.complete || request.destroy(), BODY_TIMEOUT_MS).unref();
    sendError(response, exchange.headers, error, requestId);
  };

  const handler = (act: Act) => (request: IncomingMessage, response: ServerResponse, next: (stop: false) => void) => {
    const startedAt = performance.now();
    const exchange = begin(request, response);
    act(exchange)
      .catch((error) => refuse(exchange, error))
      .finally(() => {
        end(exchange, startedAt);
        next(false);
      });
  };

  const mount = (method: Operation['method'], path: string, act: Act): void => {
    const verb = { GET: 'get', POST: 'post', PUT: 'put', DELETE: 'del' } as const;
    server[verb[method]](path.replace(/\{(\w+)\}/g, ':$1'), handler(act) as never);
  };

  for (const id of operationIds) {
    const operation: Operation = OPERATIONS[id];
    const act = operationAct(id, { environment, authenticate, rateLimit });
    for (const { method, path } of [operation, ...(operation.also ?? [])]) mount(method, BASE_PATH + path, act);
  }

  mount(
    'GET',
    `${BASE_PATH}/files/{instanceId}/{activityId}/{attachmentId}`,
    async ({ request, response, headers }) => {
      const query = readQuery(request.url!);
      const { instanceId = '', activityId = '', attachmentId = '' } = request.params;
      const [expires = ''] = query.get('expires') ?? [];
      const [signature = ''] = query.get('signature') ?? [];
      await sendFile(
        response,
        headers,
        await openFile(environment, { instanceId, activityId, attachmentId, expires, signature }),
      );
    },
  );

  mount('GET', '/livez', async ({ response, headers }) => sendText(response, 200, headers, 'text/plain', 'ok\n'));
  mount('GET', '/readyz', async ({ response, headers }) => {
    if (isClosing) fail('unavailable', 'The server is stopping.', { retryAfter: 5 });
    await environment.store
      .ping()
      .catch((cause) => fail('unavailable', 'The store does not answer.', { cause, retryAfter: 5 }));
    sendText(response, 200, headers, 'text/plain', 'ok\n');
  });
  for (const [path, page] of docsPages(() => environment.publicUrl, appName)) {
    mount('GET', path, async ({ response, headers }) => {
      const { type, text } = page();
      const policy = headers.indexOf('Content-Security-Policy') + 1;
      sendText(response, 200, headers.with(policy, DOCS_POLICY), type, text);
    });
  }
  mount('GET', '/', async ({ response, headers }) => {
    response.writeHead(302, [...headers, 'Location', '/docs'] as string[]);
    response.end();
  });

  // What restify refuses by itself: a path that is not there, a method that the path does not have.
  // Its callback stays uncalled: with it restify would answer once more.
  server.on('restifyError', (request, response, error) => {
    const exchange = begin(request, response);
    const startedAt = performance.now();
    const allow = response.getHeader('Allow');
    response.removeHeader('Allow');
    refuse(exchange, restifyError(error, typeof allow === 'string' ? allow.split(', ') : [], request.method ?? ''));
    end(exchange, startedAt);
  });

  const http = server.server;
  // restify passes upgrades on to nobody, and they would wait for ever; without a listener they are ordinary requests.
  http.removeAllListeners('upgrade');
  Object.assign(http, { connectionsCheckingInterval: 1000 });
  http.headersTimeout = HEADERS_TIMEOUT_MS;
  // Bodies have limits of their own, for a large file may take longer than a small one.
  http.requestTimeout = 0;

  return {
    listen: (port, host) =>
      new Promise((resolve, reject) => {
        // restify passes it on, and an error that nobody listens for would end the program.
        server.once('error', reject);
        http.listen(port, host, () => resolve((http.address() as AddressInfo).port));
      }),
    close: () =>
      new Promise((resolve) => {
        isClosing = true;
        const timer = setTimeout(() => http.closeAllConnections(), CLOSE_TIMEOUT_MS);
        // Whoever was answered since would stay for the time that a connection is kept alive.
        const sweeper = setInterval(() => http.closeIdleConnections(), SWEEP_MS);
        http.close(() => {
          clearTimeout(timer);
          clearInterval(sweeper);
          resolve();
        });
        http.closeIdleConnections();
      }),
  };
}

/** One request of an operation: who asks, how often, what, and the answer. */
function operationAct(
  id: OperationId,
  { environment, authenticate, rateLimit }: Pick<RestOptions, 'environment' | 'authenticate' | 'rateLimit'>,
): Act {
  const operation: Operation = OPERATIONS[id];
  const readers = queryReaders(operation);
  const headerNames = Object.keys(operation.headers ?? {});

  return async (exchange) => {
    const { request, response, headers } = exchange;
    const query = readQuery(request.url!);
    const key = readKey(query, request.headers);
    const actor = await authenticate(key, request.socket.remoteAddress ?? '');
    exchange.instanceId = actor.instanceId;
    if (rateLimit) {
      const allowance = rateLimit(actor.instanceId);
      limit(headers, allowance instanceof Promise ? await allowance : allowance);
    }
    authorize(actor, operation);

    const warnings: string[] = [];
    const input = queryInput(query, readers, headerNames, warnings);
    for (const name of headerNames) input[name] = request.headers[name.toLowerCase()] ?? input[name];
    const conditions = { idempotencyKey: idempotencyKey(request), ifMatch: request.headers['if-match'] };
    const body = await readBody(request, operation, environment);
    const removeFiles = () => Promise.all(body.files.map((file) => environment.blobs.remove(file.id)));
    const call: Call = { actor, origin: 'api', ...conditions, files: body.files };
    try {
      const answer = await invoke(environment, call, id, { ...body.input, ...input, ...request.params });
      answer.warnings.push(...warnings);
      // The answer speaks of the files that came with the first request.
      if (answer.result && 'replayed' in answer.result) await removeFiles();
      await sendResult(response, headers, operation, answer, request.headers['if-none-match']);
    } catch (error) {
      if (!response.headersSent) await removeFiles();
      throw error;
    }
  };
}

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
function limit(headers: Headers, allowance: Allowance): void {
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

function restifyError(error: { statusCode?: number }, allow: string[], method: string): AppError {
  if (error.statusCode === 405) {
    return new AppError('method_not_allowed', `${method} is not possible here; possible: ${allow.join(', ')}.`, {
      allow,
    });
  }
  if (error.statusCode === 404) {
    return new AppError('not_found', 'There is nothing at this path. The reference is at /docs.');
  }
  return new AppError('internal', 'Something went wrong on our side. The log knows it by this request id.', {
    cause: error,
  });
}
