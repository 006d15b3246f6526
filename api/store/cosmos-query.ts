import type { SqlQuerySpec } from '@azure/cosmos';
import { KINDS } from './kinds.ts';
import type { Kind, Query, Scalar, Where } from './store.ts';

/** Collects the values of a query, each under a name of its own. */
class Parameters {
  readonly list: { name: string; value: Scalar }[] = [];

  add(value: Scalar): string {
    const name = `@p${this.list.length}`;
    this.list.push({ name, value });
    return name;
  }
}

const path = (field: string): string => `c.fields.${field}`;

function condition(where: Where, parameters: Parameters): string {
  if ('and' in where) return where.and.map((part) => `(${condition(part, parameters)})`).join(' AND ') || 'true';
  if ('or' in where) return where.or.map((part) => `(${condition(part, parameters)})`).join(' OR ') || 'false';
  if ('not' in where) return `NOT (${condition(where.not, parameters)})`;
  if ('terms' in where) return anyOf(where.terms, (term) => `ARRAY_CONTAINS(c.terms, ${parameters.add(term)})`);
  if ('words' in where) {
    const found = (word: string) => {
      const name = parameters.add(word);
      const texts = ['text', 'comments', ...(where.isPublicOnly ? [] : ['privateComments'])];
      return `(${texts.map((text) => `CONTAINS(c.${text}, ${name})`).join(' OR ')})`;
    };
    return where.words.map(found).join(' AND ') || 'true';
  }
  const field = path(where.field);
  if ('in' in where)
    return where.in.length > 0 ? `${field} IN (${where.in.map((one) => parameters.add(one)).join(', ')})` : 'false';
  if ('isNot' in where) return `${field} != ${parameters.add(where.isNot)}`;
  if ('contains' in where) return `CONTAINS(${field}, ${parameters.add(where.contains)})`;
  // Cosmos finds values of different types neither equal nor unequal, so only text is compared with no text.
  const parts = typeof (where.from ?? where.before) === 'string' ? [`${field} != ''`] : [];
  if (where.from !== undefined) parts.push(`${field} >= ${parameters.add(where.from)}`);
  if (where.before !== undefined) parts.push(`${field} < ${parameters.add(where.before)}`);
  return parts.join(' AND ') || `${field} != ''`;
}

const anyOf = (values: string[], test: (value: string) => string): string => values.map(test).join(' OR ') || 'false';

const from = (kind: Kind, where: Where, parameters: Parameters): string =>
  `FROM c WHERE c.kind = ${parameters.add(kind)} AND (${condition(where, parameters)})`;

/** How many documents of a kind the filter lets through. */
export function countQuery(kind: Kind, where: Where): SqlQuerySpec {
  const parameters = new Parameters();
  return { query: `SELECT VALUE COUNT(1) ${from(kind, where, parameters)}`, parameters: parameters.list };
}

/** One page; it goes on by comparing with the last place, so a later page costs no more than the first. */
export function pageQuery(kind: Kind, query: Query): SqlQuerySpec {
  const parameters = new Parameters();
  const { sequence } = KINDS[kind];
  const { direction, orderBy } = query;
  const filter = from(kind, query.where, parameters);
  let after = '';
  if (query.after) {
    const than = direction === 'ASC' ? '>' : '<';
    const [at, tie] = [parameters.add(query.after[0]), parameters.add(query.after[1])];
    after = ` AND (${path(orderBy)} ${than} ${at} OR (${path(orderBy)} = ${at} AND ${path(sequence)} ${than} ${tie}))`;
  }
  const tie = orderBy === sequence ? '' : `, ${path(sequence)} ${direction}`;
  const offset = query.after ? 0 : (query.offset ?? 0);
  return {
    query: `SELECT * ${filter}${after} ORDER BY ${path(orderBy)} ${direction}${tie} OFFSET ${offset} LIMIT ${query.limit}`,
    parameters: parameters.list,
  };
}

/** The fields of all documents that the filter lets through, and their terms when some of them are wanted. */
export function columnsQuery(kind: Kind, wanted: { where: Where; fields: string[]; terms?: string }): SqlQuerySpec {
  const parameters = new Parameters();
  const values = [...wanted.fields.map(path), ...(wanted.terms === undefined ? [] : ['c.terms'])];
  return {
    query: `SELECT VALUE [${values.join(', ')}] ${from(kind, wanted.where, parameters)}`,
    parameters: parameters.list,
  };
}
