import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { AppError, fail, failField } from '../contract/errors.ts';
import type { Operation } from '../contract/operation.ts';

const MAX_JSON_BYTES = 1024 * 1024;
const MAX_DEPTH = 64;
/** How long a body may take. */
export const BODY_TIMEOUT_MS = 30_000;

/** A query string read once: each name with all its values, blanks around names trimmed (TW-25 has one). */
export function readQuery(url: string): Map<string, string[]> {
  const query = new Map<string, string[]>();
  const start = url.indexOf('?');
  if (start < 0) return query;
  for (const [name, value] of new URLSearchParams(url.slice(start + 1))) {
    const trimmed = name.trim();
    const known = query.get(trimmed);
    if (known) known.push(value);
    else query.set(trimmed, [value]);
  }
  return query;
}

/**
 * The key of a request. `?key=` wins over the headers; a `key` that is repeated, nested or empty is no key at all, and
 * no header makes up for it (TW-4).
 */
export function readKey(query: Map<string, string[]>, headers: IncomingMessage['headers']): string | undefined {
  for (const name of query.keys()) if (name.startsWith('key[')) return undefined;
  const given = query.get('key');
  if (given) return given.length === 1 ? given[0] : undefined;
  const bearer = /^Bearer\s+(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  return one(headers['x-api-key']) ?? one(headers['ocp-apim-subscription-key']) ?? bearer;
}

const one = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value);

type Reader = (text: string) => unknown;

/** How each query parameter of an operation is read from its text, by the type that the contract declares. */
export function queryReaders(operation: Operation): Map<string, Reader> {
  return new Map(Object.entries(operation.query).map(([name, schema]) => [name, readerOf(schema as z.ZodType)]));
}

function readerOf(schema: z.ZodType): Reader {
  const inner = schema instanceof z.ZodOptional ? (schema.unwrap() as z.ZodType) : schema;
  // Text that is no number or boolean stays text, and the contract says what it should have been.
  if (inner instanceof z.ZodNumber) return (text) => (/^-?\d+$/.test(text.trim()) ? Number(text) : text);
  if (inner instanceof z.ZodBoolean) return (text) => ({ true: true, false: false })[text.trim().toLowerCase()] ?? text;
  return (text) => text;
}

/** The query as input. A parameter that is repeated is 400; one that is not known is ignored and named in a warning. */
export function queryInput(
  query: Map<string, string[]>,
  readers: Map<string, Reader>,
  headerNames: string[],
  warnings: string[],
): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  for (const [name, values] of query) {
    if (name === 'key') continue;
    const [parent, part] = name.startsWith('customFields.') ? ['customFields', name.slice(13)] : [name];
    const reader = readers.get(parent!);
    if (!reader && !headerNames.includes(name)) {
      warnings.push(`the parameter ${name.replace(/[^\x21-\x7e]/g, '?').slice(0, 64)} is not known and was ignored`);
      continue;
    }
    if (values.length > 1) failField(name, 'is given more than once');
    const value = reader ? reader(values[0]!) : values[0];
    if (value === '') continue;
    if (part === undefined) input[name] = value;
    else input.customFields = { ...(input.customFields as object), [part]: value };
  }
  return input;
}

/** The whole body. 413 when it is too large, 408 when it does not arrive in time. */
function readBytes(request: IncomingMessage): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > MAX_JSON_BYTES) return Promise.reject(tooLarge());
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const timer = setTimeout(() => reject(timeout()), BODY_TIMEOUT_MS);
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > MAX_JSON_BYTES) {
        clearTimeout(timer);
        reject(tooLarge());
        return;
      }
      chunks.push(chunk);
    });
    request.on('end', () => {
      clearTimeout(timer);
      resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks));
    });
    request.on('error', (cause) => {
      clearTimeout(timer);
      reject(new AppError('bad_request', 'The connection was closed before the body was complete.', { cause }));
    });
  });
}

const tooLarge = (): AppError =>
  new AppError('payload_too_large', 'A JSON body may have at most 1 MB; attach longer things as files.');

export const timeout = (): AppError => new AppError('request_timeout', 'The body did not arrive within 30 seconds.');

/** The JSON body as input; no body is an empty one. 415 for another content type, 400 for what is no JSON object. */
export async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  const type = (request.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase();
  if (type !== '' && type !== 'application/json' && !type.endsWith('+json')) {
    fail('unsupported_media_type', `The body must be application/json, not ${type.slice(0, 100)}.`);
  }
  const bytes = await readBytes(request);
  if (bytes.length === 0) return {};
  if (!isUtf8(bytes)) fail('bad_request', 'The body is not UTF-8.');
  const text = bytes.toString();
  if (isTooDeep(text)) fail('bad_request', `The body is nested deeper than ${MAX_DEPTH} levels.`);
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (error) {
    fail('bad_request', `The body is not JSON: ${(error as Error).message}`);
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    fail('bad_request', 'The body must be a JSON object.');
  return body as Record<string, unknown>;
}

/** Whether brackets outside of strings are nested too deep for whatever walks the value later. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x22) {
      i = endOfString(text, i);
    } else if (code === 0x5b || code === 0x7b) {
      if (++depth > MAX_DEPTH) return true;
    } else if (code === 0x5d || code === 0x7d) depth--;
  }
  return false;
}

function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end > 0) {
    let backslashes = 0;
    while (text.charCodeAt(end - 1 - backslashes) === 0x5c) backslashes++;
    if (backslashes % 2 === 0) return end;
    end = text.indexOf('"', end + 1);
  }
  return text.length;
}
