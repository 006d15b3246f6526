import { ExpressionParser } from './query-parser.ts';
import {
  aggregatesOf,
  childrenOf,
  type Expression,
  isAggregate,
  type Query,
  type Selection,
  selectedExpressions,
  within,
} from './query-tree.ts';
import { badQuery, syntaxError } from './wire.ts';

/**
 * A whole query: SELECT, FROM, WHERE, GROUP BY, ORDER BY, OFFSET LIMIT.
 * "Queries in Azure Cosmos DB for NoSQL", https://learn.microsoft.com/azure/cosmos-db/nosql/query/
 */

function selection(parser: ExpressionParser): Selection {
  if (parser.takeSymbol('*')) return { kind: 'all' };
  if (parser.takeWord('VALUE')) return { kind: 'value', expression: parser.expression() };
  const items: { name: string; expression: Expression }[] = [];
  do {
    const expression = parser.expression();
    const hasName = parser.takeWord('AS') || (parser.current.kind === 'word' && !parser.isWord('FROM'));
    const step = expression.type === 'path' ? expression.steps.at(-1) : undefined;
    // An expression without a name is called $1, $2 and so on ("SELECT clause").
    const own = typeof step === 'string' ? step : expression.type === 'path' && !step ? expression.root : undefined;
    const name = hasName
      ? parser.expectName()
      : (own ?? `$${items.filter((item) => item.name.startsWith('$')).length + 1}`);
    if (items.some((item) => item.name === name)) {
      throw syntaxError(`The property name '${name}' is specified more than once.`, expression.start, expression.end);
    }
    items.push({ name, expression });
  } while (parser.takeSymbol(','));
  return { kind: 'list', items };
}

/** FROM c, FROM tickets AS t: the container under a name. */
function source(parser: ExpressionParser): string {
  parser.expectWord('FROM');
  const name = parser.expectName();
  if (parser.isSymbol('.') || parser.isSymbol('[')) throw parser.unsupported('FROM a part of the document');
  if (parser.isWord('IN')) throw parser.unsupported('FROM ... IN');
  const hasAlias = parser.takeWord('AS') || (parser.current.kind === 'word' && !isClause(parser));
  const alias = hasAlias ? parser.expectName() : name;
  if (parser.isWord('JOIN')) throw parser.unsupported('JOIN');
  return alias;
}

const isClause = (parser: ExpressionParser): boolean =>
  ['WHERE', 'GROUP', 'ORDER', 'OFFSET', 'JOIN', 'IN'].some((word) => parser.isWord(word));

function count(parser: ExpressionParser): Expression {
  const { kind } = parser.current;
  if (kind !== 'number' && kind !== 'parameter') throw parser.unexpected();
  const { text, start, end } = parser.advance();
  return kind === 'number'
    ? { type: 'constant', value: Number(text), start, end }
    : { type: 'parameter', name: text, start, end };
}

function groups(parser: ExpressionParser): Expression[] {
  if (!parser.takeWord('GROUP')) return [];
  parser.expectWord('BY');
  const expressions = [parser.expression()];
  while (parser.takeSymbol(',')) expressions.push(parser.expression());
  return expressions;
}

function order(parser: ExpressionParser): Query['orderBy'] {
  if (!parser.takeWord('ORDER')) return [];
  parser.expectWord('BY');
  const parts: Query['orderBy'] = [];
  do {
    const path = parser.expression();
    if (path.type !== 'path' || path.steps.length === 0) {
      throw badQuery('Unsupported ORDER BY clause. ORDER BY item expression could not be mapped to a document path.');
    }
    const isDescending = parser.takeWord('DESC');
    if (!isDescending) parser.takeWord('ASC');
    parts.push({ path, isDescending });
  } while (parser.takeSymbol(','));
  return parts;
}

/** Every path starts at the container's name. */
function checkNames(query: Query): void {
  const all = [
    ...selectedExpressions(query.selection),
    ...(query.filter ? [query.filter] : []),
    ...query.groupBy,
    ...query.orderBy.map(({ path }) => path),
  ];
  for (const inner of all.flatMap(within)) {
    if (inner.type === 'path' && inner.root !== query.alias) {
      throw syntaxError(`Identifier '${inner.root}' could not be resolved.`, inner.start, inner.end, 'SC2001');
    }
  }
  const misplaced = [...(query.filter ? within(query.filter) : []), ...query.groupBy.flatMap(within)].find(isAggregate);
  if (misplaced) {
    const message = `Cannot perform an aggregate function outside of SELECT.`;
    throw syntaxError(message, misplaced.start, misplaced.end, 'SC2103');
  }
}

/** "GROUP BY": what is selected is grouped by, or inside of an aggregate; and there is no ORDER BY beside it. */
function checkGroups(query: Query): void {
  const isGrouped = query.groupBy.length > 0 || aggregatesOf(query).length > 0;
  if (!isGrouped) return;
  const text = (expression: Expression): string => query.text.slice(expression.start, expression.end);
  if (query.orderBy.length > 0) {
    throw badQuery("'ORDER BY' is not allowed in a query with 'GROUP BY' or an aggregate.");
  }
  if (query.selection.kind === 'all') throw badQuery("'SELECT *' is not allowed in a query with 'GROUP BY'.");
  const keys = query.groupBy.map(text);
  const check = (expression: Expression): void => {
    if (isAggregate(expression) || keys.includes(text(expression))) return;
    if (expression.type === 'path') {
      const message =
        `Property reference '${text(expression)}' is invalid in the select list because it is not contained in ` +
        'either an aggregate function or the GROUP BY clause.';
      throw syntaxError(message, expression.start, expression.end, 'SC2102');
    }
    for (const inner of childrenOf(expression)) check(inner);
  };
  for (const expression of selectedExpressions(query.selection)) check(expression);
}

export function parseQuery(text: string): Query {
  const parser = new ExpressionParser(text);
  parser.expectWord('SELECT');
  if (parser.isWord('DISTINCT')) throw parser.unsupported('DISTINCT');
  const top = parser.takeWord('TOP') ? count(parser) : undefined;
  const selected = selection(parser);
  const alias = source(parser);
  const filter = parser.takeWord('WHERE') ? parser.expression() : undefined;
  const groupBy = groups(parser);
  const orderBy = order(parser);
  let offset: Expression | undefined;
  let limit: Expression | undefined;
  if (parser.takeWord('OFFSET')) {
    if (top) throw badQuery("'TOP' is not allowed in a query with 'OFFSET LIMIT'.");
    offset = count(parser);
    // "The OFFSET count and the LIMIT count are both required" ("OFFSET LIMIT clause").
    parser.expectWord('LIMIT');
    limit = count(parser);
  }
  parser.expectEnd();
  const query = { text, alias, selection: selected, filter, groupBy, orderBy, top, offset, limit };
  checkNames(query);
  checkGroups(query);
  return query;
}
