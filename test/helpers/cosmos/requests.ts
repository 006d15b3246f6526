import type { RequestKind } from './account.ts';
import type { FaultKind, FaultOptions } from './faults.ts';
import type { Json } from './json.ts';
import { CosmosFailure, type WireRequest } from './wire.ts';

/** What a request is about, from its method, path and headers. */

export interface Target {
  kind: RequestKind;
  database: string | undefined;
  container: string | undefined;
  /** "docs", "pkranges" or nothing. */
  collection: string | undefined;
  document: string | undefined;
}

/** What a handler gives back: the answer, and what the real service would charge for it. */
export interface Handled {
  status: number;
  charge: number;
  headers?: Record<string, string | undefined>;
  body?: Json;
}

/** A fault that changes how a request is served rather than refusing it. */
export interface ServingFault extends Required<Pick<FaultOptions, 'documents'>> {
  kind: FaultKind;
}

export const isTrue = (header: string | undefined): boolean => header?.toLowerCase() === 'true';

function documentKind({ method, headers }: WireRequest, hasDocument: boolean): RequestKind {
  if (hasDocument) {
    const kinds: Record<string, RequestKind> = { GET: 'pointRead', PUT: 'replace', DELETE: 'delete', PATCH: 'patch' };
    return kinds[method] ?? 'metadata';
  }
  if (method === 'GET') return 'changeFeed';
  if (isTrue(headers['x-ms-cosmos-is-query-plan-request'])) return 'queryPlan';
  if (isTrue(headers['x-ms-documentdb-isquery'])) {
    return headers['x-ms-documentdb-partitionkey'] === undefined ? 'crossPartitionQuery' : 'query';
  }
  if (isTrue(headers['x-ms-cosmos-is-batch-request'])) return 'batch';
  return isTrue(headers['x-ms-documentdb-is-upsert']) ? 'upsert' : 'create';
}

/** /dbs/{database}/colls/{container}/docs/{document}, and the beginnings of it. */
export function targetOf(request: WireRequest): Target {
  let parts: string[];
  try {
    parts = request.path.split('/').filter(Boolean).map(decodeURIComponent);
  } catch {
    throw new CosmosFailure(400, 'The request path is not encoded as it has to be.');
  }
  const [databases, database, containers, container, collection, document] = parts;
  const isKnown =
    (databases ?? 'dbs') === 'dbs' &&
    (containers ?? 'colls') === 'colls' &&
    ['docs', 'pkranges'].includes(collection ?? 'docs') &&
    parts.length <= 6;
  if (!isKnown) throw new CosmosFailure(404, `The resource '${request.path}' is not supported by this stand-in.`);
  const kind = collection === 'docs' ? documentKind(request, document !== undefined) : 'metadata';
  return { kind, database, container, collection, document };
}
