/** Calls the operations of the contract as the person who is signed in. */

import type { ErrorCode, FieldError, Problem } from '../../api/contract/errors.ts';
import type { InputOf } from '../../api/contract/operation.ts';
import type { OPERATIONS } from '../../api/contract/operations.ts';
import type { PERSONAL } from '../../api/contract/people.ts';
import { currentToken, forgetToken, SignInError } from './session.ts';

type Operations = typeof OPERATIONS & typeof PERSONAL;
type OperationId = keyof Operations;
/** What an operation takes. */
export type Input<Id extends OperationId> = InputOf<Operations[Id]>;

type Value<S> = S extends { _zod: { output: infer T } } ? T : never;
type OutputOf<A> = A extends { kind: 'item'; of: infer S }
  ? { item: Value<S> }
  : A extends { kind: 'list'; of: infer S }
    ? { items: Value<S>[]; itemCount: number; continuationToken?: string }
    : undefined;
type Output<Id extends OperationId> = OutputOf<Operations[Id]['answer']>;

/** Below this lie all operations. */
export const BASE_PATH = '/ticketing/v1';

/** Below this lie those of an instance. */
export const instancePath = (instanceId: string): string => `${BASE_PATH}/instances/${encodeURIComponent(instanceId)}`;

/** How an operation is reached: its method and its path. */
export type Way<Id extends OperationId> = readonly [Operations[Id]['method'], Operations[Id]['path']];

/** How each operation is reached. The compiler holds it to the contract, whose own table would bring zod into the page. */
const WAYS = {
  listTickets: ['GET', '/tickets'],
  createTicket: ['POST', '/tickets'],
  bulkUpdateTickets: ['POST', '/tickets/bulk'],
  getTicket: ['GET', '/tickets/{ticketId}'],
  updateTicket: ['PUT', '/tickets/{ticketId}'],
  updateTicketStatus: ['PUT', '/tickets/{ticketId}/status'],
  markTicketSeen: ['PUT', '/tickets/{ticketId}/seen'],
  followTicket: ['PUT', '/tickets/{ticketId}/following'],
  announcePresence: ['PUT', '/tickets/{ticketId}/presence'],
  deleteTicket: ['DELETE', '/tickets/{ticketId}'],
  listActivities: ['GET', '/tickets/{ticketId}/activities'],
  addComment: ['POST', '/tickets/{ticketId}/activities'],
  addAttachments: ['POST', '/tickets/{ticketId}/attachments'],
  getInstance: ['GET', '/instance'],
  listTags: ['GET', '/tags'],
  listMembers: ['GET', '/members'],
  searchPeople: ['GET', '/people'],
  listViews: ['GET', '/views'],
  putView: ['PUT', '/views/{viewId}'],
  deleteView: ['DELETE', '/views/{viewId}'],
  getMe: ['GET', '/me'],
  updatePreferences: ['PUT', '/me/preferences'],
  openChannel: ['POST', '/me/channels'],
} as const satisfies { [Id in OperationId]?: Way<Id> };
export type UsedOperation = keyof typeof WAYS;

/** An error as the server tells it, or that it could not be reached. */
export class ApiError extends Error {
  readonly code: ErrorCode | 'offline';
  readonly errors: FieldError[];
  readonly retryAfter: number | undefined;
  readonly requestId: string;

  constructor(
    code: ApiError['code'],
    detail: string,
    rest: Partial<Pick<ApiError, 'errors' | 'retryAfter' | 'requestId'>> = {},
  ) {
    super(detail);
    this.code = code;
    this.errors = rest.errors ?? [];
    this.retryAfter = rest.retryAfter;
    this.requestId = rest.requestId ?? '';
  }
}

/** Whether the same request can succeed at another time. */
export const canSucceedLater = (error: unknown): boolean =>
  (error instanceof SignInError && error.reason === 'offline') ||
  (error instanceof ApiError &&
    (error.code === 'offline' || error.code === 'unavailable' || error.code === 'rate_limited'));

/** What a request brings beside the input of its operation. */
export interface CallOptions {
  ifMatch?: string | undefined;
  idempotencyKey?: string | undefined;
  signal?: AbortSignal | undefined;
  /** The request outlives the page. */
  keepalive?: boolean;
}

/** A change as a request to the API, for those who want to do it by a program. */
export interface Done {
  method: string;
  path: string;
  body: object | undefined;
  /** The names of what went up with it, as a form. */
  files?: string[];
}

/** What an operation answered, the version to change it by, what the server warns of, and the request itself. */
export interface Answer<Id extends OperationId> {
  data: Output<Id>;
  etag: string | undefined;
  warnings: string;
  done: Done;
}

/** Whoever has heard nothing for so long hears nothing any more: a network can go without a word. */
export const SILENCE_MS = 60_000;

/** Does one operation in an instance (empty for those above all instances). Throws ApiError and SignInError. */
export const call = <Id extends UsedOperation>(
  instanceId: string,
  id: Id,
  input: Input<Id>,
  options?: CallOptions,
): Promise<Answer<Id>> => request(instanceId, WAYS[id], input, options);

/** The same for an operation that only a part of the tab knows the way to. */
export async function request<Id extends OperationId>(
  instanceId: string,
  way: Way<Id>,
  input: Input<Id>,
  options: CallOptions = {},
): Promise<Answer<Id>> {
  const { method, path, headers, body } = requestOf(way, input as Record<string, unknown>);
  const prefix = instanceId === '' ? BASE_PATH : instancePath(instanceId);
  if (options.ifMatch) headers.set('If-Match', options.ifMatch);
  if (options.idempotencyKey) headers.set('Idempotency-Key', options.idempotencyKey);
  const silence = AbortSignal.timeout(SILENCE_MS);
  const signal = options.signal ? AbortSignal.any([options.signal, silence]) : silence;
  const init: RequestInit = { method, headers, signal, keepalive: options.keepalive ?? false };
  if (body !== undefined) {
    headers.set('Content-Type', 'application/json');
    init.body = JSON.stringify(body);
  }
  const response = await authorizedFetch(prefix + path, init);
  const data = (response.status === 204 ? undefined : await bodyOf(response)) as Output<Id>;
  const etag = response.headers.get('ETag') ?? undefined;
  const warnings = response.headers.get('Warning') ?? '';
  return { data, etag, warnings, done: { method, path: BASE_PATH + path, body } };
}

/** Names that travel in the query although the request has a body; but a preference is a `timezone` as well. */
const inQuery = (path: string, name: string): boolean =>
  name === 'include' || (name === 'timezone' && path !== '/me/preferences');

function requestOf([method, template]: readonly [string, string], input: Record<string, unknown>) {
  const rest = new Map(Object.entries(input).filter(([, value]) => value !== undefined));
  const path = template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = rest.get(name);
    rest.delete(name);
    return encodeURIComponent(String(value));
  });
  const headers = new Headers();
  const query = new URLSearchParams();
  const fields: Record<string, unknown> = {};
  for (const [name, value] of rest) {
    if (name === 'continuationToken') headers.set(name, String(value));
    else if (method !== 'GET' && !inQuery(template, name)) fields[name] = value;
    else if (typeof value === 'object' && value !== null) {
      for (const [part, one] of Object.entries(value)) query.set(`${name}.${part}`, String(one));
    } else query.set(name, String(value));
  }
  const body = method === 'GET' || method === 'DELETE' ? undefined : fields;
  return { method, path: query.size > 0 ? `${path}?${query}` : path, headers, body };
}

/** Where the network has gone, the token for the request cannot be had either. */
export async function tokenOrOffline(): Promise<string> {
  try {
    return await currentToken();
  } catch (error) {
    throw error instanceof SignInError ? error : new ApiError('offline', '');
  }
}

/** A request with the token; one that the server refuses is sent once more with a new token. */
export async function authorizedFetch(url: string, init: RequestInit): Promise<Response> {
  for (let attempt = 1; ; attempt++) {
    const headers = new Headers(init.headers);
    const token = await tokenOrOffline();
    headers.set('Authorization', `Bearer ${token}`);
    let response: Response;
    try {
      response = await fetch(url, { ...init, headers });
    } catch (error) {
      if ((error as Error).name === 'AbortError') throw error;
      throw new ApiError('offline', '');
    }
    if (response.ok) return response;
    if (response.status === 401 && attempt === 1) {
      forgetToken(token);
      continue;
    }
    throw await errorOf(response);
  }
}

/** An answer that breaks off is none. */
async function bodyOf(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch (error) {
    if ((error as Error).name === 'AbortError') throw error;
    throw new ApiError('offline', '');
  }
}

async function errorOf(response: Response): Promise<ApiError> {
  const body = (await response.json().catch(() => ({}))) as Partial<Problem>;
  return problemError(response.status, body, response.headers.get('Retry-After'));
}

/** What something between the page and the server means, which knows no codes. */
const CODES: Record<number, ErrorCode> = {
  413: 'payload_too_large',
  429: 'rate_limited',
  502: 'unavailable',
  503: 'unavailable',
  504: 'unavailable',
};

/** The error that a refusal means. */
export function problemError(status: number, body: Partial<Problem>, retryAfter: string | null): ApiError {
  const code = body.code ?? CODES[status] ?? 'internal';
  return new ApiError(code, body.detail ?? `${status}`, {
    errors: body.errors ?? [],
    retryAfter: retryAfter === null ? undefined : Number(retryAfter),
    requestId: body.requestId ?? '',
  });
}

/** The photo of a person in the directory. */
export const readPhoto = async (personId: string): Promise<Blob> =>
  (await authorizedFetch(`${BASE_PATH}/people/${personId}/photo`, {})).blob();
