import { createHash } from 'node:crypto';
import type { Json, Value } from './json.ts';
import { badRequest } from './wire.ts';

/**
 * Where a query goes on. The token is opaque and holds all that is needed, so it outlives client and server
 * ("Pagination in Azure Cosmos DB", https://learn.microsoft.com/azure/cosmos-db/nosql/query/pagination). It names the
 * last document by what it sorts by, so what is written in between moves nothing.
 */
export interface Position {
  after?: { keys: Value[]; place: number };
  /** What OFFSET still skips. */
  skip: number;
  /** What TOP or LIMIT still lets through; null is all. */
  left: number | null;
  /** Rows of the groups that were delivered. */
  rows: number;
}

/** A token belongs to one query with its parameters on one partition. */
export const fingerprint = (parts: (string | undefined)[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 12);

export function writeToken(owner: string, { after, ...rest }: Position): string {
  const keys = after?.keys.map((key) => (key === undefined ? [] : [key]));
  const content = { owner, ...rest, ...(after ? { keys: keys as Json, place: after.place } : {}) };
  return Buffer.from(JSON.stringify(content)).toString('base64url');
}

export function readToken(owner: string, token: string): Position {
  let content: { owner?: string; skip: number; left: number | null; rows: number; keys?: Json[][]; place?: number };
  try {
    content = JSON.parse(Buffer.from(token, 'base64url').toString()) as typeof content;
  } catch {
    throw badRequest('Invalid Continuation Token');
  }
  if (content.owner !== owner) throw badRequest('Invalid Continuation Token');
  const { skip, left, rows, keys, place } = content;
  if (!keys || place === undefined) return { skip, left, rows };
  return { skip, left, rows, after: { keys: keys.map(([key]) => key), place } };
}
