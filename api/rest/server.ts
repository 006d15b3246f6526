import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import restify from 'restify';
import type { Authenticate } from '../auth/authenticate.ts';
import { AppError, fail } from '../contract/errors.ts';
import type { Operation } from '../contract/operation.ts';
import { OPERATIONS, operationIds } from '../contract/operations.ts';
import { BASE_PATH } from '../contract/wire.ts';
import { openFile } from '../core/attachments.ts';
import type { Environment } from '../core/context.ts';
import { accessLog, type Log } from '../log.ts';
import { type Headers, securityHeaders, sendError, sendFile, sendText, toAppError } from './answer.ts';
import { DOCS_POLICY, docsPages } from './docs.ts';
import type { Act, Exchange } from './exchange.ts';
import { limit, operationAct, type WhoAsks } from './operation-act.ts';
import { localActs, type PeopleOptions, personAsks, personalActs } from './people.ts';
import type { RateLimit } from './rate-limit.ts';
import { BODY_TIMEOUT_MS, readJson, readKey, readQuery } from './request.ts';
import { tabActs } from './tab.ts';

export interface RestOptions {
  environment: Environment;
  authenticate: Authenticate;
  /** Undefined when requests are not limited. */
  rateLimit: RateLimit | undefined;
  people: PeopleOptions;
  /** The bot's end of Teams' messages; absent when there is no bot. */
  bot?: (request: IncomingMessage, response: ServerResponse, body: unknown) => Promise<void>;
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
/** Longer than the minute of most proxies and clients: what they send on a connection that closes here is lost. */
const KEEP_ALIVE_MS = 65_000;
const CLOSE_TIMEOUT_MS = 10_000;
const SWEEP_MS = 100;
const REQUEST_ID = /^[\w.-]{1,128}$/;

/** The REST door: the operations table mounted on restify, the only importer of it. */
export function createRestServer(options: RestOptions): RestServer {
  const { environment, authenticate, rateLimit, people, bot, log, appName } = options;
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
    if (error.code === 'unauthorized' && error.cause) {
      log.warn({ requestId, fault: error.cause }, 'Somebody cannot sign in: their token is not one for this server.');
    }
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

  const keyAsks: WhoAsks = async (exchange, query) => {
    const { request, headers } = exchange;
    const renew = () => authenticate(readKey(query, request.headers), request.socket.remoteAddress ?? '');
    const actor = await renew();
    exchange.instanceId = actor.instanceId;
    if (rateLimit) {
      const allowance = rateLimit(actor.instanceId);
      limit(headers, allowance instanceof Promise ? await allowance : allowance);
    }
    return { actor, origin: 'api', renew };
  };
  const signedInAsks = personAsks(environment, people.signIn, people.rateLimit);
  for (const id of operationIds) {
    const operation: Operation = OPERATIONS[id];
    const withKey = operationAct(id, environment, keyAsks);
    const signedIn = operationAct(id, environment, signedInAsks);
    for (const { method, path } of [operation, ...(operation.also ?? [])]) {
      mount(method, BASE_PATH + path, withKey);
      mount(method, `${BASE_PATH}/instances/{instanceId}${path}`, signedIn);
    }
  }
  for (const { operation, act } of personalActs(environment, people.signIn, people.rateLimit)) {
    mount(operation.method, BASE_PATH + operation.path, act);
  }
  if (people.localIssuer) {
    for (const { method, path, act } of localActs(people.localIssuer)) mount(method, path, act);
  }
  const hasPhotos = environment.directory !== undefined;
  for (const [path, act] of tabActs(people, { appName, hasPhotos })) mount('GET', path, act);
  if (bot) {
    mount('POST', '/api/messages', async ({ request, response }) => bot(request, response, await readJson(request)));
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
  http.keepAliveTimeout = KEEP_ALIVE_MS;
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
        environment.live.close();
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
