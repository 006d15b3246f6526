import type { QueryEffort } from './account.ts';
import type { Container, StoredDocument } from './container.ts';
import { byteLength, compareValues, type Json, type JsonObject, objectOf, type Value } from './json.ts';
import { aggregateRows, type Row } from './query-aggregates.ts';
import { fingerprint, type Position, readToken, writeToken } from './query-continuation.ts';
import { evaluate, holds, type Scope } from './query-evaluator.ts';
import { isServed, planSort, type SortPlan } from './query-index.ts';
import { parseQuery } from './query-statement.ts';
import { aggregatesOf, conjuncts, type Expression, type Query } from './query-tree.ts';
import { badQuery } from './wire.ts';

/** Runs a query for one page. */

/** "Maximum response size (for example, paginated query): 4 MB", Azure Cosmos DB service quotas. */
const MAXIMUM_PAGE_BYTES = 4 * 1024 * 1024;
/** "The default value is 100" where the request names no number. */
const STANDARD_PAGE_ITEMS = 100;

export interface QueryRequest {
  text: string;
  parameters: ReadonlyMap<string, Value>;
  /** All partitions if there is none. */
  partition: string | undefined;
  maximumItems: number | undefined;
  continuation: string | undefined;
  /** How many documents are looked at before the query stops early. */
  budget: number;
}

export interface QueryPage {
  results: Json[];
  continuation: string | undefined;
  effort: QueryEffort;
  isFullScan: boolean;
}

interface Candidate {
  stored: StoredDocument;
  keys: Value[];
}

function natural(expression: Expression | undefined, scope: Scope): number | undefined {
  if (!expression) return undefined;
  const value = evaluate(expression, scope);
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value;
  throw badQuery('The value of TOP, OFFSET and LIMIT has to be a non-negative integer.');
}

function project(query: Query, scope: Scope): Value {
  const { selection } = query;
  if (selection.kind === 'all') return scope.document;
  if (selection.kind === 'value') return evaluate(selection.expression, scope);
  return objectOf(selection.items.map(({ name, expression }) => [name, evaluate(expression, scope)]));
}

function comparator(query: Query, sort: SortPlan | undefined) {
  return (left: { keys: Value[]; place: number }, right: { keys: Value[]; place: number }): number => {
    for (const [index, { isDescending }] of query.orderBy.entries()) {
      const sign = compareValues(left.keys[index], right.keys[index]);
      if (sign !== 0) return isDescending ? -sign : sign;
    }
    return sort?.isReversed ? right.place - left.place : left.place - right.place;
  };
}

/** The documents the index leads to, in the order in which it does. */
function candidates(
  container: Container,
  request: QueryRequest,
  query: Query,
  scopeOf: (document: JsonObject) => Scope,
) {
  const sort = planSort(query, container.policy);
  const parts = conjuncts(query.filter);
  const served = parts.filter((part) => isServed(part, container.policy, container.keyPaths));
  const isFullScan = parts.length > 0 && served.length === 0;
  const found: Candidate[] = [];
  for (const stored of container.documents(request.partition)) {
    const scope = scopeOf(stored.resource);
    if (!served.every((part) => holds(part, scope))) continue;
    const values = query.orderBy.map(({ path }) => evaluate(path, scope));
    const keys = sort ? sort.keep(values) : values;
    if (keys) found.push({ stored, keys });
  }
  const order = comparator(query, sort);
  const positionOf = ({ stored, keys }: Candidate) => ({ keys, place: stored.place });
  if (sort) found.sort((left, right) => order(positionOf(left), positionOf(right)));
  return { found, order, isFullScan, isIndexOnly: served.length === parts.length };
}

export function runQuery(container: Container, request: QueryRequest): QueryPage {
  const query = parseQuery(request.text);
  const { parameters } = request;
  const scopeOf = (document: JsonObject): Scope => ({ alias: query.alias, document, parameters });
  const owner = fingerprint([request.text, JSON.stringify([...parameters]), request.partition, container.resourceId]);
  const start: Position = request.continuation
    ? readToken(owner, request.continuation)
    : {
        skip: natural(query.offset, scopeOf({})) ?? 0,
        left: natural(query.top ?? query.limit, scopeOf({})) ?? null,
        rows: 0,
      };
  const { found, order, isFullScan, isIndexOnly } = candidates(container, request, query, scopeOf);
  const { after } = start;
  const rest = after ? found.filter(({ stored, keys }) => order({ keys, place: stored.place }, after) > 0) : found;
  const isAggregated = query.groupBy.length > 0 || aggregatesOf(query).length > 0;
  const page = isAggregated
    ? aggregatedPage(query, request, start, rest, scopeOf)
    : plainPage(query, request, start, rest, scopeOf);
  // A count over what the index tells loads no document.
  const isLoaded = !isAggregated || query.groupBy.length > 0 || !isIndexOnly;
  const bytes = rest.slice(0, page.examined).reduce((sum, { stored }) => sum + stored.bytes, 0);
  return {
    results: page.results,
    continuation: page.next && writeToken(owner, page.next),
    effort: { examined: page.examined, loadedBytes: isLoaded ? bytes : 0 },
    isFullScan,
  };
}

interface PagePart {
  results: Json[];
  examined: number;
  next: Position | undefined;
}

const pageItems = ({ maximumItems }: QueryRequest): number =>
  maximumItems === undefined || maximumItems < 1 ? STANDARD_PAGE_ITEMS : maximumItems;

/**
 * Goes on until the page is full. A continuation says that there are more documents to look at, not that one of them
 * fits: the last page may well be empty.
 */
function plainPage(
  query: Query,
  request: QueryRequest,
  start: Position,
  rest: Candidate[],
  scopeOf: (document: JsonObject) => Scope,
): PagePart {
  const results: Json[] = [];
  let { skip, left, after } = start;
  let bytes = 0;
  let examined = 0;
  const most = pageItems(request);
  while (examined < rest.length && examined < request.budget && results.length < most && left !== 0) {
    const { stored, keys } = rest[examined]!;
    const scope = scopeOf(stored.resource);
    const isMatch = !query.filter || holds(query.filter, scope);
    const value = isMatch && skip === 0 ? project(query, scope) : undefined;
    const size = value === undefined ? 0 : byteLength(value);
    if (results.length > 0 && bytes + size > MAXIMUM_PAGE_BYTES) break;
    bytes += size;
    if (value !== undefined) results.push(value);
    if (isMatch && skip === 0 && left !== null) left -= 1;
    if (isMatch && skip > 0) skip -= 1;
    after = { keys, place: stored.place };
    examined += 1;
  }
  const isDone = left === 0 || examined === rest.length;
  return { results, examined, next: isDone ? undefined : { ...(after ? { after } : {}), skip, left, rows: 0 } };
}

/**
 * An aggregate is over the documents of this request: when the query stops early, the next page has the aggregate of
 * the others, and the caller puts them together.
 */
function aggregatedPage(
  query: Query,
  request: QueryRequest,
  start: Position,
  rest: Candidate[],
  scopeOf: (document: JsonObject) => Scope,
): PagePart {
  const seen = rest.slice(0, request.budget);
  const matching = seen
    .map(({ stored }) => stored.resource)
    .filter((document) => !query.filter || holds(query.filter, scopeOf(document)));
  const toScope = ({ document, aggregates }: Row): Scope => ({ ...scopeOf(document), aggregates });
  const all = aggregateRows(query, matching, scopeOf).slice(start.skip);
  const limited = start.left === null ? all : all.slice(0, start.left);
  const rows = limited.slice(start.rows, start.rows + pageItems(request));
  const results = rows.map((row) => project(query, toScope(row))).filter((value) => value !== undefined);
  const delivered = start.rows + rows.length;
  if (delivered < limited.length) return { results, examined: seen.length, next: { ...start, rows: delivered } };
  const last = seen.at(-1);
  if (seen.length === rest.length) return { results, examined: seen.length, next: undefined };
  const after = last ? { keys: last.keys, place: last.stored.place } : start.after;
  return { results, examined: seen.length, next: { ...start, ...(after ? { after } : {}), rows: 0 } };
}
