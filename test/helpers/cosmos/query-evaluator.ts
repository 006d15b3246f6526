import { compareValues, isObject, type JsonObject, member, objectOf, sameValue, typeRank, type Value } from './json.ts';
import { callFunction } from './query-functions.ts';
import type { Comparison, Expression } from './query-tree.ts';
import { badQuery } from './wire.ts';

/** The value of an expression for a document. */

export interface Scope {
  alias: string;
  document: JsonObject;
  parameters: ReadonlyMap<string, Value>;
  /** What the aggregates of the select list came to, when they are done. */
  aggregates?: ReadonlyMap<Expression, Value>;
}

/**
 * "Equality and comparison operators in Azure Cosmos DB for NoSQL",
 * https://learn.microsoft.com/azure/cosmos-db/nosql/query/equality-comparison-operators: a comparison with undefined or
 * across types is undefined, and so is any but "=" between two objects or two arrays. So c.x != 'a' does not find null.
 */
function compare(operator: Comparison, left: Value, right: Value): boolean | undefined {
  if (left === undefined || right === undefined || typeRank(left) !== typeRank(right)) return undefined;
  if (operator === '=') return sameValue(left, right);
  if (Array.isArray(left) || isObject(left)) return undefined;
  const sign = compareValues(left, right);
  switch (operator) {
    case '!=':
      return sign !== 0;
    case '<':
      return sign < 0;
    case '<=':
      return sign <= 0;
    case '>':
      return sign > 0;
    default:
      return sign >= 0;
  }
}

const truth = (value: Value): boolean | undefined => (typeof value === 'boolean' ? value : undefined);

/** "Logical operators", https://learn.microsoft.com/azure/cosmos-db/nosql/query/logical-operators */
function both(left: Value, right: Value): boolean | undefined {
  if (left === false || right === false) return false;
  return truth(left) && truth(right);
}

function either(left: Value, right: Value): boolean | undefined {
  if (left === true || right === true) return true;
  return left === false && right === false ? false : undefined;
}

function negate(value: Value): boolean | undefined {
  return typeof value === 'boolean' ? !value : undefined;
}

export function evaluate(expression: Expression, scope: Scope): Value {
  const inner = (operand: Expression): Value => evaluate(operand, scope);
  switch (expression.type) {
    case 'constant':
      return expression.value;
    case 'parameter':
      if (scope.parameters.has(expression.name)) return scope.parameters.get(expression.name);
      throw badQuery(`The parameter '${expression.name}' has no value.`);
    case 'path':
      return expression.steps.reduce<Value>((value, step) => member(value, step), scope.document);
    case 'array':
      return expression.items.map(inner).filter((item) => item !== undefined);
    case 'object':
      return objectOf(expression.members.map(([name, value]) => [name, inner(value)]));
    case 'and':
      return both(inner(expression.left), inner(expression.right));
    case 'or':
      return either(inner(expression.left), inner(expression.right));
    case 'not':
      return negate(inner(expression.operand));
    case 'comparison':
      return compare(expression.operator, inner(expression.left), inner(expression.right));
    case 'in': {
      const value = inner(expression.operand);
      return expression.list.map((item) => compare('=', value, inner(item))).reduce(either);
    }
    case 'between': {
      const value = inner(expression.operand);
      return both(compare('>=', value, inner(expression.low)), compare('<=', value, inner(expression.high)));
    }
    case 'call':
      if (scope.aggregates?.has(expression)) return scope.aggregates.get(expression);
      return callFunction(expression.name, expression.operands.map(inner));
  }
}

/** "Only items for which the condition is true are returned" ("WHERE clause"): undefined is not enough. */
export const holds = (filter: Expression, scope: Scope): boolean => evaluate(filter, scope) === true;
