import { AppError, type ErrorCode, type Problem } from './errors.ts';
import type { Operation } from './operation.ts';
import { type Input, OPERATIONS, type OperationId, type Output } from './operations.ts';
import { BASE_PATH } from './wire.ts';

interface ClientOptions {
  /** Where the server is: scheme, host and port. */
  serverUrl: string;
  key: string;
}

interface CallOptions {
  idempotencyKey?: string;
  ifMatch?: string;
}

export type Client = <Id extends OperationId>(id: Id, input: Input<Id>, options?: CallOptions) => Promise<Output<Id>>;

/** A client of the operations table: `await call('getTicket', { ticketId: '42' })`. Throws AppError as the server says it. */
export function createClient({ serverUrl, key }: ClientOptions): Client {
  return async <Id extends OperationId>(id: Id, input: Input<Id>, options: CallOptions = {}) => {
    const operation: Operation = OPERATIONS[id];
    const values = input as Record<string, unknown>;
    const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(values[name])));
    const query = new URLSearchParams();
    for (const name of Object.keys(operation.query)) {
      const value = values[name];
      if (value === undefined) continue;
      if (typeof value === 'object') {
        for (const [part, one] of Object.entries(value as object)) query.set(`${name}.${part}`, String(one));
      } else query.set(name, String(value));
    }
    const headers = new Headers({ 'X-Api-Key': key });
    for (const name of Object.keys(operation.headers ?? {})) {
      if (values[name] !== undefined) headers.set(name, String(values[name]));
    }
    if (options.idempotencyKey !== undefined) headers.set('Idempotency-Key', options.idempotencyKey);
    if (options.ifMatch !== undefined) headers.set('If-Match', options.ifMatch);
    const init: RequestInit = { method: operation.method, headers };
    if (operation.body) {
      headers.set('Content-Type', 'application/json');
      init.body = JSON.stringify(Object.fromEntries(Object.keys(operation.body).map((name) => [name, values[name]])));
    }
    const response = await fetch(`${serverUrl}${BASE_PATH}${path}?${query}`, init);
    if (!response.ok) throw await errorOf(response);
    const read = {
      none: () => undefined,
      stream: () => response.text(),
      bytes: async () => new Uint8Array(await response.arrayBuffer()),
      item: () => response.json(),
      list: () => response.json(),
    };
    return (await read[operation.answer.kind]()) as Output<Id>;
  };
}

async function errorOf(response: Response): Promise<AppError> {
  const body = (await response.json().catch(() => ({}))) as Partial<Problem>;
  const code: ErrorCode = body.code ?? 'internal';
  const retryAfter = Number(response.headers.get('Retry-After') ?? Number.NaN);
  return new AppError(code, body.detail ?? `The server answered ${response.status}.`, {
    ...(body.errors && { errors: body.errors }),
    ...(!Number.isNaN(retryAfter) && { retryAfter }),
  });
}
