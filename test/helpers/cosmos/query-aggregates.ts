import { compareValues, type JsonObject, type Value } from './json.ts';
import { evaluate, type Scope } from './query-evaluator.ts';
import { aggregatesOf, type CallExpression, type Expression, type Query } from './query-tree.ts';
import { badQuery } from './wire.ts';

/**
 * COUNT, SUM, MIN, MAX and AVG, over groups or over everything.
 * "Aggregate functions", https://learn.microsoft.com/azure/cosmos-db/nosql/query/aggregate-functions: undefined is not
 * counted; a SUM or AVG over anything but numbers is undefined, and so are MIN and MAX over an array or an object.
 */
function aggregate(name: string, values: Value[]): Value {
  const defined = values.filter((value) => value !== undefined);
  if (name === 'COUNT') return defined.length;
  if (name === 'SUM' || name === 'AVG') {
    if (!defined.every((value) => typeof value === 'number')) return undefined;
    const sum = defined.reduce((total, value) => total + value, 0);
    if (name === 'SUM') return sum;
    return defined.length === 0 ? undefined : sum / defined.length;
  }
  if (defined.some((value) => typeof value === 'object' && value !== null)) return undefined;
  const direction = name === 'MIN' ? 1 : -1;
  return defined.sort((left, right) => direction * compareValues(left, right))[0];
}

export interface Row {
  document: JsonObject;
  aggregates: ReadonlyMap<Expression, Value>;
}

/** One row for each group; without GROUP BY one row for everything, even for nothing. */
export function aggregateRows(query: Query, documents: JsonObject[], scopeOf: (document: JsonObject) => Scope): Row[] {
  const calls: CallExpression[] = aggregatesOf(query);
  for (const call of calls) {
    if (call.operands.length !== 1) throw badQuery(`The ${call.name} function requires 1 argument(s).`);
  }
  const groups = new Map<string, JsonObject[]>();
  if (query.groupBy.length === 0) groups.set('', []);
  for (const document of documents) {
    const keys = query.groupBy.map((expression) => {
      const value = evaluate(expression, scopeOf(document));
      return value === undefined ? [] : [value];
    });
    const name = query.groupBy.length === 0 ? '' : JSON.stringify(keys);
    const group = groups.get(name);
    if (group) group.push(document);
    else groups.set(name, [document]);
  }
  return [...groups.values()].map((group) => ({
    document: group[0] ?? {},
    aggregates: new Map<Expression, Value>(
      calls.map((call) => {
        const [operand] = call.operands;
        const values = group.map((document) => evaluate(operand!, scopeOf(document)));
        return [call, aggregate(call.name, values)];
      }),
    ),
  }));
}
