import type { CompositePath, IndexPolicy } from './index-policy.ts';
import type { Value } from './json.ts';
import { type Expression, type PathExpression, type Query, within } from './query-tree.ts';
import { badQuery } from './wire.ts';

/** What the index can do for a query, and the orders the service refuses without it. */

export const indexPath = (path: PathExpression): string[] =>
  path.steps.map((step) => (typeof step === 'number' ? '[]' : step));

export interface SortPlan {
  /** The index is read backwards, and with it the documents that sort alike. */
  isReversed: boolean;
  /** What a document sorts by; undefined where the index does not hold the document. */
  keep: (keys: Value[]) => Value[] | undefined;
}

/**
 * "The ORDER BY clause requires that the indexing policy includes an index for the fields being sorted", and a
 * composite one for several ("ORDER BY (NoSQL query)",
 * https://learn.microsoft.com/azure/cosmos-db/nosql/query/order-by).
 *
 * Whether a document without the property is found is followed from "Indexing policies": an explicitly included path
 * ("/name/?") and a composite index hold the value "undefined" for such documents, so they are found and sort first;
 * a path that only a wildcard covers holds nothing for them, so they are left out. In a composite index an array or an
 * object counts as undefined too.
 */
export function planSort(query: Query, policy: IndexPolicy): SortPlan | undefined {
  const { orderBy } = query;
  if (orderBy.length === 0) return undefined;
  if (orderBy.length === 1) {
    const { isIndexed, isExplicit } = policy.indexOf(indexPath(orderBy[0]!.path));
    if (!isIndexed) throw badQuery('The index path corresponding to the specified order-by item is excluded.');
    const keep = (keys: Value[]) => (keys[0] === undefined && !isExplicit ? undefined : keys);
    return { isReversed: orderBy[0]!.isDescending, keep };
  }
  const wanted = orderBy.map(
    ({ path, isDescending }): CompositePath => ({
      path: `/${indexPath(path).join('/')}`,
      order: isDescending ? 'descending' : 'ascending',
    }),
  );
  const composite = policy.compositeFor(wanted);
  if (!composite) {
    throw badQuery('The order by query does not have a corresponding composite index that it can be served from.');
  }
  const scalar = (value: Value): Value => (typeof value === 'object' && value !== null ? undefined : value);
  return { isReversed: composite[0]!.order !== wanted[0]!.order, keep: (keys) => keys.map(scalar) };
}

const isConstant = (expression: Expression): boolean => within(expression).every(({ type }) => type !== 'path');

const INDEXED_FUNCTIONS = [
  'ARRAY_CONTAINS',
  'CONTAINS',
  'ENDSWITH',
  'STARTSWITH',
  'IS_DEFINED',
  'IS_NULL',
  'IS_NUMBER',
  'IS_STRING',
  'IS_BOOL',
];

/**
 * Whether the index answers a condition, or every document has to be read for it: "Index usage",
 * https://learn.microsoft.com/azure/cosmos-db/index-overview#index-usage (LOWER and UPPER lead to a full scan; a filter
 * on an excluded path as well, "Indexing policies").
 */
export function isServed(condition: Expression, policy: IndexPolicy, keyPaths: readonly string[][]): boolean {
  const served = (inner: Expression): boolean => isServed(inner, policy, keyPaths);
  const isPathServed = (path: Expression, below: string[] = []): boolean => {
    if (path.type !== 'path') return false;
    const segments = [...indexPath(path), ...below];
    // The partition key is no index path, but the request is bound to its value anyway.
    const isKey = keyPaths.some((key) => key.join('/') === segments.join('/'));
    return isKey || policy.indexOf(segments).isIndexed;
  };
  switch (condition.type) {
    case 'and':
      return served(condition.left) || served(condition.right);
    case 'or':
      return served(condition.left) && served(condition.right);
    case 'not':
      return served(condition.operand);
    case 'comparison': {
      const { left, right } = condition;
      return (isPathServed(left) && isConstant(right)) || (isPathServed(right) && isConstant(left));
    }
    case 'in':
      return isPathServed(condition.operand) && condition.list.every(isConstant);
    case 'between':
      return isPathServed(condition.operand) && isConstant(condition.low) && isConstant(condition.high);
    case 'call': {
      const [path, ...others] = condition.operands;
      if (!path || !INDEXED_FUNCTIONS.includes(condition.name) || !others.every(isConstant)) return false;
      return isPathServed(path, condition.name === 'ARRAY_CONTAINS' ? ['[]'] : []);
    }
    case 'path':
      return isPathServed(condition);
    default:
      return isConstant(condition);
  }
}
