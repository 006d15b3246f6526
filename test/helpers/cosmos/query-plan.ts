import type { Json, JsonObject, Value } from './json.ts';
import { evaluate } from './query-evaluator.ts';
import {
  aggregatesOf,
  type CallExpression,
  type Expression,
  isAggregate,
  type Query,
  selectedExpressions,
} from './query-tree.ts';
import { badQuery } from './wire.ts';

/**
 * The plan by which a client runs a query over several partitions and puts the answers together. The format is not
 * documented; it is the one that the client library reads (PartitionedQueryExecutionInfo), of version 2. The rule when
 * one is needed is: "queries that can be served by gateway" ("Querying Azure Cosmos DB resources using the REST API",
 * https://learn.microsoft.com/rest/api/cosmos-db/querying-cosmosdb-resources-using-the-rest-api).
 */

const AGGREGATE_NAMES: Record<string, string> = { COUNT: 'Count', SUM: 'Sum', MIN: 'Min', MAX: 'Max', AVG: 'Average' };

export const needsPlan = (query: Query): boolean =>
  Boolean(query.top || query.offset || query.orderBy.length || query.groupBy.length || aggregatesOf(query).length);

const quoted = (name: string): string => JSON.stringify(name);

export class QueryPlanner {
  private readonly query: Query;
  private readonly parameters: ReadonlyMap<string, Value>;

  constructor(query: Query, parameters: ReadonlyMap<string, Value>) {
    this.query = query;
    this.parameters = parameters;
  }

  plan(): JsonObject {
    const { query } = this;
    const isValue = query.selection.kind === 'value';
    const aliases: [string, Json][] =
      query.selection.kind === 'list' && (query.groupBy.length > 0 || aggregatesOf(query).length > 0)
        ? query.selection.items.map(({ name, expression }) => [name, aggregateType(expression)])
        : [];
    return {
      partitionedQueryExecutionInfoVersion: 2,
      queryInfo: {
        distinctType: 'None',
        top: this.number(query.top),
        offset: this.number(query.offset),
        limit: this.number(query.limit),
        orderBy: query.orderBy.map(({ isDescending }) => (isDescending ? 'Descending' : 'Ascending')),
        orderByExpressions: query.orderBy.map(({ path }) => this.text(path)),
        groupByExpressions: query.groupBy.map((expression) => this.text(expression)),
        groupByAliases: aliases.map(([name]) => name),
        aggregates: isValue ? aggregatesOf(query).map(({ name }) => AGGREGATE_NAMES[name]!) : [],
        groupByAliasToAggregateType: Object.fromEntries(aliases),
        rewrittenQuery: this.rewritten(),
        hasSelectValue: isValue,
        hasNonStreamingOrderBy: false,
      },
      queryRanges: [{ min: '', max: 'FF', isMinInclusive: true, isMaxInclusive: false }],
    };
  }

  private text({ start, end }: Expression): string {
    return this.query.text.slice(start, end);
  }

  private number(expression: Expression | undefined): number | null {
    if (!expression) return null;
    const value = evaluate(expression, { alias: '', document: {}, parameters: this.parameters });
    if (typeof value !== 'number') throw badQuery('The value of TOP, OFFSET and LIMIT has to be a number.');
    return value;
  }

  /** What each partition is asked, in a form that can be merged. */
  private rewritten(): string {
    const { query } = this;
    if (!needsPlan(query)) return '';
    const isAggregated = query.groupBy.length > 0 || aggregatesOf(query).length > 0;
    const top = query.top && !isAggregated ? `TOP ${this.number(query.top)} ` : '';
    const offset = this.number(query.offset);
    const limit = query.offset && !isAggregated ? ` OFFSET 0 LIMIT ${offset! + this.number(query.limit)!}` : '';
    const filter = query.filter ? `(${this.text(query.filter)})` : 'true';
    const from = `FROM ${query.alias} WHERE ${filter}`;
    if (isAggregated) return `SELECT ${this.groupedSelection()} ${from}${this.grouping()}`;
    if (query.orderBy.length === 0) return `SELECT ${top}${this.plainSelection()} ${from}${limit}`;
    const items = query.orderBy.map(({ path }) => `{"item": ${this.text(path)}}`).join(', ');
    const order = query.orderBy.map(({ path, isDescending }) => `${this.text(path)} ${isDescending ? 'DESC' : 'ASC'}`);
    return (
      `SELECT ${top}${query.alias}._rid, [${items}] AS orderByItems, ${this.payload()} AS payload ` +
      `${from} AND ({documentdb-formattableorderbyquery-filter}) ORDER BY ${order.join(', ')}${limit}`
    );
  }

  private plainSelection(): string {
    const { selection, alias } = this.query;
    return selection.kind === 'all' ? '*' : `VALUE ${this.payload() || alias}`;
  }

  private payload(): string {
    const { selection, alias } = this.query;
    if (selection.kind === 'all') return alias;
    if (selection.kind === 'value') return this.text(selection.expression);
    return `{${selection.items.map(({ name, expression }) => `${quoted(name)}: ${this.text(expression)}`).join(', ')}}`;
  }

  private grouping(): string {
    const keys = this.query.groupBy.map((expression) => this.text(expression));
    return keys.length === 0 ? '' : ` GROUP BY ${keys.join(', ')}`;
  }

  private groupedSelection(): string {
    const { query } = this;
    for (const expression of selectedExpressions(query.selection)) {
      const isPlain = isAggregate(expression) || aggregatesIn(expression).length === 0;
      if (!isPlain) throw badQuery('An aggregate inside of an expression is not supported across partitions.');
    }
    const item = (expression: Expression): string =>
      isAggregate(expression) ? `{"item": ${this.mergeable(expression)}}` : this.text(expression);
    const { selection } = query;
    const payload =
      selection.kind === 'list'
        ? `{${selection.items.map(({ name, expression }) => `${quoted(name)}: ${item(expression)}`).join(', ')}}`
        : selectedExpressions(selection).map((one) => (isAggregate(one) ? `[${item(one)}]` : item(one)))[0]!;
    const keys = query.groupBy.map((expression) => `{"item": ${this.text(expression)}}`);
    if (keys.length > 0) return `[${keys.join(', ')}] AS groupByItems, ${payload} AS payload`;
    return selection.kind === 'list' ? `${payload} AS payload` : `VALUE ${payload}`;
  }

  /** What of an aggregate can be merged with that of another partition. */
  private mergeable(call: CallExpression): string {
    const [operand] = call.operands;
    const value = operand ? this.text(operand) : '';
    if (call.name === 'AVG') return `{"sum": SUM(${value}), "count": COUNT(${value})}`;
    if (call.name === 'MIN') return `{"min": MIN(${value}), "count": COUNT(${value})}`;
    if (call.name === 'MAX') return `{"max": MAX(${value}), "count": COUNT(${value})}`;
    return `${call.name}(${value})`;
  }
}

const aggregateType = (expression: Expression): Json =>
  isAggregate(expression) ? AGGREGATE_NAMES[expression.name]! : null;

const aggregatesIn = (expression: Expression): CallExpression[] =>
  aggregatesOf({ selection: { kind: 'value', expression } } as Query);
