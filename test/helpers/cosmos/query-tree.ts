import type { Value } from './json.ts';

/** A parsed query. Every expression knows its place in the text, from which a query plan cuts its own. */

interface Span {
  start: number;
  end: number;
}

export type Comparison = '=' | '!=' | '<' | '<=' | '>' | '>=';

export type PathExpression = Span & { type: 'path'; root: string; steps: (string | number)[] };
export type CallExpression = Span & { type: 'call'; name: string; operands: Expression[] };

export type Expression =
  | PathExpression
  | CallExpression
  | (Span & { type: 'constant'; value: Value })
  | (Span & { type: 'parameter'; name: string })
  | (Span & { type: 'array'; items: Expression[] })
  | (Span & { type: 'object'; members: [string, Expression][] })
  | (Span & { type: 'and' | 'or'; left: Expression; right: Expression })
  | (Span & { type: 'not'; operand: Expression })
  | (Span & { type: 'comparison'; operator: Comparison; left: Expression; right: Expression })
  | (Span & { type: 'in'; operand: Expression; list: Expression[] })
  | (Span & { type: 'between'; operand: Expression; low: Expression; high: Expression });

export type Selection =
  | { kind: 'all' }
  | { kind: 'value'; expression: Expression }
  | { kind: 'list'; items: { name: string; expression: Expression }[] };

export interface Query {
  text: string;
  alias: string;
  selection: Selection;
  filter: Expression | undefined;
  groupBy: Expression[];
  orderBy: { path: PathExpression; isDescending: boolean }[];
  top: Expression | undefined;
  offset: Expression | undefined;
  limit: Expression | undefined;
}

export const AGGREGATES = ['COUNT', 'SUM', 'MIN', 'MAX', 'AVG'];

export const isAggregate = (expression: Expression): expression is CallExpression =>
  expression.type === 'call' && AGGREGATES.includes(expression.name);

/** The expressions directly inside of one. */
export function childrenOf(expression: Expression): Expression[] {
  switch (expression.type) {
    case 'call':
      return expression.operands;
    case 'array':
      return expression.items;
    case 'object':
      return expression.members.map(([, inner]) => inner);
    case 'and':
    case 'or':
    case 'comparison':
      return [expression.left, expression.right];
    case 'not':
      return [expression.operand];
    case 'in':
      return [expression.operand, ...expression.list];
    case 'between':
      return [expression.operand, expression.low, expression.high];
    default:
      return [];
  }
}

/** The expression and all that is inside of it. */
export const within = (expression: Expression): Expression[] => [
  expression,
  ...childrenOf(expression).flatMap((inner) => within(inner)),
];

export const selectedExpressions = (selection: Selection): Expression[] => {
  if (selection.kind === 'all') return [];
  return selection.kind === 'value' ? [selection.expression] : selection.items.map(({ expression }) => expression);
};

export const aggregatesOf = (query: Query): CallExpression[] =>
  selectedExpressions(query.selection).flatMap((expression) => within(expression).filter(isAggregate));

/** The parts of a filter that all have to hold. */
export const conjuncts = (filter: Expression | undefined): Expression[] => {
  if (!filter) return [];
  return filter.type === 'and' ? [...conjuncts(filter.left), ...conjuncts(filter.right)] : [filter];
};
