import { type Bookkeeper, queryCharge } from './account.ts';
import type { Container } from './container.ts';
import { isObject, type Value } from './json.ts';
import { evaluate } from './query-evaluator.ts';
import { indexPath } from './query-index.ts';
import { needsPlan, QueryPlanner } from './query-plan.ts';
import { runQuery } from './query-runner.ts';
import { parseQuery } from './query-statement.ts';
import { aggregatesOf, conjuncts, type Query } from './query-tree.ts';
import { type Handled, isTrue, type ServingFault } from './requests.ts';
import { badRequest, parseBody, type WireRequest } from './wire.ts';

/**
 * Query and query plan requests: which partition they are for, and which of them the gateway refuses.
 * "Query Documents", https://learn.microsoft.com/rest/api/cosmos-db/query-documents
 */

interface ParsedQuery {
  text: string;
  query: Query;
  parameters: Map<string, Value>;
}

function parse(body: string): ParsedQuery {
  const specification = parseBody(body);
  if (!isObject(specification) || typeof specification.query !== 'string') throw badRequest('The query is missing.');
  // "Maximum length of SQL query: 512 KB", Azure Cosmos DB service quotas.
  if (Buffer.byteLength(specification.query) > 512 * 1024) throw badRequest('The query is too long.');
  const parameters = new Map<string, Value>();
  for (const parameter of Array.isArray(specification.parameters) ? specification.parameters : []) {
    if (isObject(parameter)) parameters.set(String(parameter.name), parameter.value);
  }
  return { text: specification.query, query: parseQuery(specification.query), parameters };
}

export function handleQueryPlan({ body }: WireRequest): Handled {
  const { query, parameters } = parse(body);
  return { status: 200, charge: 0, body: new QueryPlanner(query, parameters).plan() };
}

/**
 * The partition a filter is bound to: the value that each path of the partition key has to equal. "Queries that filter
 * against a single partition key do not need to set the header" for queries across partitions.
 */
function partitionOfFilter({ query, parameters }: ParsedQuery, container: Container): string | undefined {
  const values = container.keyPaths.map((keyPath) => {
    for (const part of conjuncts(query.filter)) {
      if (part.type !== 'comparison' || part.operator !== '=') continue;
      const [path, value] = part.left.type === 'path' ? [part.left, part.right] : [part.right, part.left];
      const isKey = path.type === 'path' && indexPath(path).join('/') === keyPath.join('/');
      if (isKey && (value.type === 'constant' || value.type === 'parameter')) {
        return evaluate(value, { alias: query.alias, document: {}, parameters });
      }
    }
    return undefined;
  });
  return values.includes(undefined) ? undefined : JSON.stringify(values);
}

/** Where a query goes: to one partition, or to all of them if that is allowed. */
function partitionOf(parsed: ParsedQuery, container: Container, headers: Record<string, string>): string | undefined {
  const header = headers['x-ms-documentdb-partitionkey'];
  if (header !== undefined) return container.keyOfHeader(header);
  const bound = partitionOfFilter(parsed, container);
  if (bound !== undefined) return bound;
  if (!isTrue(headers['x-ms-documentdb-query-enablecrosspartition'])) {
    throw badRequest(
      'Cross partition query is required but disabled. Please set x-ms-documentdb-query-enablecrosspartition to ' +
        'true, specify x-ms-documentdb-partitionkey, or revise your query to avoid this exception.',
    );
  }
  const isOfRange = headers['x-ms-documentdb-partitionkeyrangeid'] !== undefined;
  if (!isOfRange && needsPlan(parsed.query)) throw planNeeded(parsed);
  return undefined;
}

/** The client library sees additionalErrorInfo and runs the plan itself. */
function planNeeded({ query, parameters }: ParsedQuery): Error {
  const additionalErrorInfo = JSON.stringify(new QueryPlanner(query, parameters).plan());
  const isBareAggregate = aggregatesOf(query).length > 0 && query.selection.kind !== 'value';
  const message = isBareAggregate
    ? "Cross partition query only supports 'VALUE <AggregateFunc>' for aggregates."
    : 'The provided cross partition query can not be directly served by the gateway. This is a first chance ' +
      '(internal) exception that all newer clients will know how to handle gracefully.';
  return badRequest(message, { substatus: 1004, body: { additionalErrorInfo } });
}

export function handleQuery(
  container: Container,
  { headers, body }: WireRequest,
  book: Bookkeeper,
  fault: ServingFault | undefined,
): Handled & { isCrossPartition: boolean } {
  const parsed = parse(body);
  const partition = partitionOf(parsed, container, headers);
  const items = headers['x-ms-max-item-count'];
  const page = runQuery(container, {
    text: parsed.text,
    parameters: parsed.parameters,
    partition,
    maximumItems: items === undefined ? undefined : Number(items),
    continuation: headers['x-ms-continuation'],
    budget: fault?.kind === 'short-page' ? fault.documents : Number.POSITIVE_INFINITY,
  });
  if (page.isFullScan) book.recordFullScan();
  return {
    status: 200,
    charge: queryCharge(page.effort),
    headers: { 'x-ms-continuation': page.continuation, 'x-ms-item-count': String(page.results.length) },
    body: { _rid: container.resourceId, Documents: page.results, _count: page.results.length },
    isCrossPartition: partition === undefined,
  };
}
