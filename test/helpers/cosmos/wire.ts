import { type Json, type JsonObject, objectOf } from './json.ts';

/** What arrives and what is answered, free of any transport. Header names are in lower case. */
export interface WireRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string;
}

export interface WireAnswer {
  status: number;
  headers: Record<string, string>;
  body?: Json;
}

/** The connection breaks before the service saw the request, or the answer to what it did never arrives. */
export type LostAnswer = { lost: 'reset' | 'timeout' };

/**
 * "HTTP status codes for Azure Cosmos DB",
 * https://learn.microsoft.com/rest/api/cosmos-db/http-status-codes-for-cosmosdb
 */
const CODES: Record<number, string> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  409: 'Conflict',
  410: 'Gone',
  412: 'PreconditionFailed',
  413: 'RequestEntityTooLarge',
  424: 'FailedDependency',
  429: 'TooManyRequests',
  449: 'RetryWith',
  503: 'ServiceUnavailable',
};

interface FailureDetail {
  substatus?: number;
  headers?: Record<string, string>;
  /** Further members of the body, such as additionalErrorInfo. */
  body?: JsonObject;
}

/** A refusal, thrown wherever a rule is broken and turned into an answer at the door. */
export class CosmosFailure extends Error {
  readonly status: number;
  readonly detail: FailureDetail;

  constructor(status: number, message: string, detail: FailureDetail = {}) {
    super(message);
    this.status = status;
    this.detail = detail;
  }

  answer(): WireAnswer {
    const { substatus, headers, body } = this.detail;
    const code = CODES[this.status] ?? String(this.status);
    return {
      status: this.status,
      headers: { ...headers, ...(substatus === undefined ? {} : { 'x-ms-substatus': String(substatus) }) },
      body: { code, message: `Message: ${this.message}`, ...body },
    };
  }
}

export const badRequest = (message: string, detail?: FailureDetail): CosmosFailure =>
  new CosmosFailure(400, message, detail);

/** The query engine wraps its refusals so; a driver may look for the text inside. */
export const badQuery = (message: string): CosmosFailure => badRequest(JSON.stringify({ Errors: [message] }));

export const syntaxError = (message: string, start: number, end: number, code = 'SC1001'): CosmosFailure =>
  badRequest(JSON.stringify({ errors: [{ severity: 'Error', location: { start, end }, code, message }] }));

export const preconditionFailed = (): CosmosFailure =>
  new CosmosFailure(412, 'Operation cannot be performed because one of the specified precondition is not met.');

export const documentNotFound = (): CosmosFailure =>
  new CosmosFailure(404, 'Entity with the specified id does not exist in the system.', { substatus: 0 });

export const tooLarge = (): CosmosFailure => new CosmosFailure(413, 'Request size is too large');

/** The body of a request as an object, or a refusal. */
export function parseBody(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw badRequest('The request payload is invalid. Ensure to provide a valid request payload.');
  }
}

export const withoutUndefined = (headers: Record<string, string | undefined>): Record<string, string> =>
  objectOf(Object.entries(headers)) as Record<string, string>;
