import { z } from 'zod';
import type { ErrorCode } from './errors.ts';

/**
 * An operation: one thing that the product can do, whoever asks and through whichever door. Validation, types,
 * permissions, declared errors, the OpenAPI document and the client are all read from it.
 */
export interface Operation {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below `/ticketing/v1`, with `{name}` for each path parameter. */
  path: string;
  /** Further ways to the same operation, which a document or its example names. */
  also?: { method: Operation['method']; path: string }[];
  summary: string;
  description?: string;
  /** The least permission that the actor needs; see `core/access.ts`. */
  access: Access;
  query: z.core.$ZodShape;
  headers?: z.core.$ZodShape;
  body?: z.core.$ZodShape;
  /** Files in `multipart/form-data`, beside the JSON form of the body. */
  multipart?: boolean;
  answer: Answer;
  /** Content types of the files that a `format` answers instead of a list. */
  files?: string[];
  status: 200 | 201 | 204;
  /** Where the created thing is found, with `{name}` for a field of the item. */
  location?: string;
  /** Errors of this operation, beside those that every operation can meet. */
  errors: ErrorCode[];
  example?: { query?: string; body?: unknown };
}

/**
 * `read` and `take part`: everybody, with the tickets that they may see; `work`: assignees, and any key; `administer`:
 * owners, or an administrative key.
 */
export type Access = 'read' | 'take part' | 'work' | 'administer';

type Answer =
  | { kind: 'item'; of: z.ZodType }
  | { kind: 'list'; of: z.ZodType }
  | { kind: 'none' }
  | { kind: 'stream'; types: string[] }
  | { kind: 'bytes'; types: string[] };

/** Every operation can meet these, so no operation declares them. */
const COMMON_ERRORS: ErrorCode[] = ['unauthorized', 'forbidden', 'rate_limited', 'internal', 'unavailable'];

/** Whether an operation is refused while the instance is switched off: all but reading and setting it up. */
export const needsEnabled = ({ access, method }: Operation): boolean => access !== 'administer' && method !== 'GET';

/** Every error that a caller of an operation can meet. */
export const errorsOf = (operation: Operation): Set<ErrorCode> =>
  new Set([...operation.errors, ...COMMON_ERRORS, ...(needsEnabled(operation) ? (['switched_off'] as const) : [])]);

/** Keeps the exact type of each operation, from which Input and Output are read. */
export function defineOperations<const T extends Record<string, Operation>>(operations: T): T {
  return operations;
}

/** The names between braces in a path. */
type PathNames<P extends string> = P extends `${string}{${infer Name}}${infer Rest}` ? Name | PathNames<Rest> : never;

type Shape<T> = T extends z.core.$ZodShape ? z.infer<z.ZodObject<T>> : unknown;

/** What an operation is given: path, query, headers and body as one flat object, of which no two names are alike. */
export type InputOf<O extends Operation> = { [Name in PathNames<O['path']>]: string } & Shape<O['query']> &
  Shape<O['headers']> &
  Shape<O['body']>;

/** The schema of InputOf. */
export function inputSchema(operation: Operation): z.ZodObject {
  const names = [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => [name, z.string().max(255)]);
  return z.object({ ...Object.fromEntries(names), ...operation.query, ...operation.headers, ...operation.body });
}
