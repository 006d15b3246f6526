import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError, ERRORS, type Problem } from '../contract/errors.ts';
import type { Operation } from '../contract/operation.ts';
import { BASE_PATH, SUCCESS } from '../contract/wire.ts';
import type { Download } from '../core/attachments.ts';
import type { Answer, AnyResult } from '../core/invoke.ts';
import type { BytesResult } from '../core/me.ts';

/** Headers in pairs, name and value in turn: the form that node writes without another look. */
export type Headers = (string | number)[];

const ENVELOPE_END = `"error":false,"message":${JSON.stringify(SUCCESS)}}`;
const JSON_TYPE = 'application/json; charset=utf-8';
/** Clients take 16 KB of headers, and fail on more. */
const MAX_WARNINGS = 20;

/** What every answer carries, whatever it is. */
export function securityHeaders(isHttps: boolean): Headers {
  return [
    ...['X-Content-Type-Options', 'nosniff', 'Referrer-Policy', 'no-referrer'],
    ...['Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'"],
    ...(isHttps ? ['Strict-Transport-Security', 'max-age=31536000'] : []),
  ];
}

export function sendText(response: ServerResponse, status: number, headers: Headers, type: string, text: string): void {
  // Short text goes out in one piece with its headers; long text is cheaper as bytes, which need no room for the worst case.
  const body = text.length > 16_384 ? Buffer.from(text) : text;
  response.writeHead(status, [...headers, 'Content-Type', type, 'Content-Length', Buffer.byteLength(body)] as string[]);
  response.end(body);
}

/** Sends one thing in the envelope of the contract. */
export function sendItem(response: ServerResponse, headers: Headers, status: number, item: unknown): void {
  sendText(
    response,
    status,
    [...headers, 'Cache-Control', 'no-store'],
    JSON_TYPE,
    `{"item":${JSON.stringify(item)},${ENVELOPE_END}`,
  );
}

/** Sends bytes that whoever asked may keep, and nobody else. */
export function sendBytes(response: ServerResponse, headers: Headers, status: number, result: BytesResult): void {
  const { contentType, bytes, keptSeconds } = result;
  const kept = ['Cache-Control', `private, max-age=${keptSeconds}`, 'Vary', 'Authorization'];
  const own = [...headers, ...kept, 'Content-Type', contentType, 'Content-Length', bytes.length];
  response.writeHead(status, own as string[]);
  response.end(bytes);
}

/** Sends what an operation answered, in the envelope of the contract. */
export async function sendResult(
  response: ServerResponse,
  headers: Headers,
  operation: Operation,
  answer: Answer<AnyResult>,
  ifNoneMatch: string | undefined,
): Promise<void> {
  const { result, warnings } = answer;
  const more = warnings.length - MAX_WARNINGS;
  const told = more > 0 ? [...warnings.slice(0, MAX_WARNINGS), `and ${more} more`] : warnings;
  for (const warning of told) headers.push('Warning', `299 - ${JSON.stringify(warning)}`);
  if (result === undefined) {
    response.writeHead(operation.status, headers as string[]);
    response.end();
  } else if ('chunks' in result) {
    headers.push('Content-Type', result.contentType, 'Cache-Control', 'no-store');
    if (result.filename) headers.push('Content-Disposition', `attachment; filename="${result.filename}"`);
    response.writeHead(operation.status, headers as string[]);
    await pipeline(Readable.from(result.chunks), response).catch(unlessLeft);
  } else if ('items' in result) {
    headers.push('Cache-Control', 'no-store');
    let token = '';
    if (result.continuationToken !== undefined) {
      headers.push('continuationToken', result.continuationToken);
      token = `"continuationToken":"${result.continuationToken}",`;
    }
    const items = result.items.map((view) => view.json).join(',');
    const body = `{"items":[${items}],"itemCount":${result.itemCount},${token}${ENVELOPE_END}`;
    sendText(response, operation.status, headers, JSON_TYPE, body);
  } else {
    if (result.replayed) headers.push('Idempotency-Replayed', 'true');
    if (result.version !== undefined) {
      const seen = result.seen ? `.${result.seen}` : '';
      const tag = `"${result.version}.${answer.settingsVersion}${seen}${answer.audience}"`;
      headers.push('ETag', tag, 'Cache-Control', 'private, no-cache');
      if (operation.method === 'GET' && ifNoneMatch?.split(',').some((one) => one.trim().replace(/^W\//, '') === tag)) {
        response.writeHead(304, headers as string[]);
        response.end();
        return;
      }
    } else headers.push('Cache-Control', 'no-store');
    if (operation.location) {
      const item = result.item.value as Record<string, unknown>;
      headers.push(
        'Location',
        BASE_PATH + operation.location.replace(/\{(\w+)\}/, (_, name: string) => String(item[name])),
      );
    }
    sendText(response, operation.status, headers, JSON_TYPE, `{"item":${result.item.json},${ENVELOPE_END}`);
  }
}

/** Whoever leaves before the end of a stream has what they wanted; nothing went wrong. */
function unlessLeft(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
}

/** Sends an error as RFC 9457 says, with the members that the reference's clients read (`error`, `message`, `statusCode`). */
export function sendError(response: ServerResponse, headers: Headers, error: AppError, requestId: string): void {
  const { status, title } = ERRORS[error.code];
  const body: Problem = {
    type: 'about:blank',
    title,
    status,
    detail: error.detail,
    code: error.code,
    ...(error.errors && { errors: error.errors }),
    requestId,
    error: true,
    message: error.detail,
    statusCode: status,
  };
  if (error.retryAfter !== undefined) headers.push('Retry-After', error.retryAfter);
  if (error.allow) headers.push('Allow', error.allow.join(', '));
  if (error.code === 'unauthorized') headers.push('WWW-Authenticate', 'Bearer');
  headers.push('Cache-Control', 'no-store');
  sendText(response, status, headers, 'application/problem+json; charset=utf-8', JSON.stringify(body));
}

/** Any throwable as an error of the contract; what is unknown says nothing of itself to the caller. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  return new AppError('internal', 'Something went wrong on our side. The log knows it by this request id.', {
    cause: error,
  });
}

/** Sends a file; only what a browser merely shows is shown, all else is saved. */
export async function sendFile(response: ServerResponse, headers: Headers, file: Download): Promise<void> {
  const ascii = file.filename.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const encoded = encodeURIComponent(file.filename).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
  const name = `filename="${ascii}"; filename*=UTF-8''${encoded}`;
  headers.push('Content-Type', file.contentType, 'Content-Length', file.content.size);
  headers.push(
    'Content-Disposition',
    `${file.isShown ? 'inline' : 'attachment'}; ${name}`,
    'Cache-Control',
    'private, no-store',
  );
  response.writeHead(200, headers as string[]);
  await pipeline(file.content.content, response).catch(unlessLeft);
}
