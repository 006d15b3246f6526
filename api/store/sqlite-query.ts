import type { SQLInputValue } from 'node:sqlite';
import { hasWords } from './filter.ts';
import { KINDS } from './kinds.ts';
import type { SqliteSearch } from './sqlite-search.ts';
import type { Kind, Query, Where } from './store.ts';

/** A piece of SQL and the values of its question marks. */
export interface Sql {
  text: string;
  values: SQLInputValue[];
}

/**
 * How a filter is read. `filter first`: the filter's index gives the few matches, which are then sorted.
 * `order first`: the order's index is walked and each row tested, until the page is full. `whole index`: the same, but to
 * the end, so that it pays to gather first which tickets have a term.
 */
type Plan = 'filter first' | 'order first' | 'whole index';

/** So few matches are sorted whatever else. */
const FEW = 50;
/** So many that hold a word are, for to walk the order means to read the text of each ticket on the way. */
const FEW_WITH_WORDS = 5000;

/** Walking the order reads about `wanted * total / matches` rows before a page is full; sorting reads all matches. */
function planFor({ where, limit, offset = 0 }: Query, matches: number, total: number): Plan {
  if (matches <= (hasWords(where) ? FEW_WITH_WORDS : FEW)) return 'filter first';
  return matches * matches <= (limit + offset) * total ? 'filter first' : 'order first';
}

/** The kinds that have a table of their own; `documents` holds all others. */
const TABLES: { [K in Kind]?: string } = { ticket: 'tickets', activity: 'activities' };
/** Where the documents of a kind lie. */
export const tableOf = (kind: Kind): string => TABLES[kind] ?? 'documents';

/** Whose documents a statement is about. */
export interface Scope {
  kind: Kind;
  instanceNo: number;
  /** ISO 8601; what goes by itself has gone from then on. */
  now: string;
  search: SqliteSearch;
}

function list(values: readonly unknown[]): string {
  return `(${values.map(() => '?').join(', ')})`;
}

function condition(where: Where, plan: Plan, scope: Scope): Sql {
  if ('and' in where) {
    if (where.and.length === 0) return { text: '1', values: [] };
    const parts = where.and.map((part) => condition(part, plan, scope));
    return { text: parts.map((part) => part.text).join(' AND '), values: parts.flatMap((part) => part.values) };
  }
  if ('or' in where) {
    if (where.or.length === 0) return { text: '0', values: [] };
    const parts = where.or.map((part) => condition(part, plan, scope));
    return {
      text: `(${parts.map(({ text }) => `(${text})`).join(' OR ')})`,
      values: parts.flatMap(({ values }) => values),
    };
  }
  if ('not' in where) {
    const part = condition(where.not, plan, scope);
    return { text: `NOT (${part.text})`, values: part.values };
  }
  if ('terms' in where) {
    const source = `SELECT row FROM terms WHERE instanceNo = ? AND term IN ${list(where.terms)}`;
    const values = [scope.instanceNo, ...where.terms];
    return plan === 'order first'
      ? { text: `EXISTS (${source} AND row = tickets.row)`, values }
      : { text: `row IN (${source})`, values };
  }
  if ('words' in where) {
    const { search, instanceNo } = scope;
    const parts = where.words.map((word) =>
      plan === 'filter first'
        ? search.condition(word, instanceNo, where.isPublicOnly)
        : search.conditionOfRow(word, where.isPublicOnly),
    );
    return { text: parts.map((part) => part.text).join(' AND ') || '1', values: parts.flatMap((part) => part.values) };
  }
  const column = `"${where.field}"`;
  if ('in' in where) {
    return where.in.length === 1
      ? { text: `${column} = ?`, values: where.in }
      : { text: `${column} IN ${list(where.in)}`, values: where.in };
  }
  if ('isNot' in where) return { text: `${column} <> ?`, values: [where.isNot] };
  if ('contains' in where) return { text: `instr(${column}, ?) > 0`, values: [where.contains] };
  const range: Sql = { text: `${column} <> ''`, values: [] };
  if (where.from !== undefined) {
    range.text += ` AND ${column} >= ?`;
    range.values.push(where.from);
  }
  if (where.before !== undefined) {
    range.text += ` AND ${column} < ?`;
    range.values.push(where.before);
  }
  return range;
}

function base({ kind, instanceNo, now }: Scope, where: Where, plan: Plan): Sql {
  if (tableOf(kind) === 'documents') {
    return {
      text: `instanceNo = ? AND kind = ? AND (expiresOn = '' OR expiresOn > ?)`,
      values: [instanceNo, kind, now],
    };
  }
  // Terms and words name their rows; a unary plus keeps SQLite from reading all rows of the instance instead.
  const sign = plan === 'filter first' && namesRows(where) ? '+' : '';
  return { text: `${sign}instanceNo = ?`, values: [instanceNo] };
}

const namesRows = (where: Where): boolean =>
  'and' in where ? where.and.some(namesRows) : 'terms' in where || ('words' in where && where.words.length > 0);

/** What a statement about documents of one instance says after its WHERE. */
export function scopedCondition(where: Where, plan: Plan, scope: Scope): Sql {
  const filter = condition(where, plan, scope);
  const owner = base(scope, where, plan);
  return { text: `${owner.text} AND ${filter.text}`, values: [...owner.values, ...filter.values] };
}

/** How many documents the filter lets through. */
export function countSql(where: Where, scope: Scope): Sql {
  const { text, values } = scopedCondition(where, 'filter first', scope);
  return { text: `SELECT count(*) AS n FROM ${tableOf(scope.kind)} WHERE ${text}`, values };
}

/** One page, where `matchCount` of `total` documents are matches. The place of each comes along as `at` and `tie`. */
export function pageSql(query: Query, matchCount: number, scope: Scope, total = 0): Sql {
  const table = tableOf(scope.kind);
  const plan = planFor(query, matchCount, total);
  const { sequence } = KINDS[scope.kind];
  const filter = condition(query.where, plan, scope);
  const owner = base(scope, query.where, plan);
  // A unary plus keeps SQLite from walking the order's index where the filter's is the better one.
  const sign = plan === 'filter first' && scope.kind === 'ticket' ? '+' : '';
  // The sequence breaks all ties, so nothing comes after it: SQLite would sort once more.
  const fields = query.orderBy === sequence ? [sequence] : [query.orderBy, sequence];
  const order = fields.map((field) => `${sign}"${field}" ${query.direction}`).join(', ');
  const pageOrder = ['at', 'tie']
    .slice(-fields.length)
    .map((name) => `page.${name} ${query.direction}`)
    .join(', ');
  const values = [...owner.values, ...filter.values];
  let after = '';
  if (query.after) {
    const than = query.direction === 'ASC' ? '>' : '<';
    after = ` AND (${fields.map((field) => `${sign}"${field}"`).join(', ')}) ${than} ${list(fields)}`;
    values.push(...query.after.slice(-fields.length));
  }
  const key = table === 'tickets' ? 'row' : 'rowid';
  const isTicket = table === 'tickets';
  const name = !isTicket ? undefined : plan === 'order first' ? orderIndex(query) : filterIndex(query.where);
  const index = name ? `INDEXED BY ${name}` : '';
  // The inner query finds the rows in the index alone; only the rows of the page are read whole.
  const text = `
    SELECT t.id, t.version, t.json, ${table === 'documents' ? 'NULL AS hidden' : 't.hidden'}, page.at, page.tie FROM (
      SELECT ${key} AS key, "${query.orderBy}" AS at, "${sequence}" AS tie FROM ${table} ${index}
      WHERE ${owner.text} AND ${filter.text}${after}
      ORDER BY ${order} LIMIT ? OFFSET ?
    ) AS page JOIN ${table} AS t ON t.${key} = page.key
    ORDER BY ${pageOrder}`;
  values.push(query.limit, query.after ? 0 : (query.offset ?? 0));
  return { text, values };
}

/**
 * The index that gives the few matches, by the field of which a value leaves the fewest. Else SQLite would rather read
 * the one that has the most fields from its beginning to its end.
 */
function filterIndex(where: Where): string | undefined {
  if (namesRows(where)) return undefined;
  const parts = 'and' in where ? where.and : [where];
  const isGiven = (field: string) => parts.some((part) => 'in' in part && part.field === field && part.in.length > 0);
  const field = ['ticketNo', 'assigneeId', 'requestorId', 'statusId', 'priority'].find(isGiven);
  return field && `tickets_${field}`;
}

/** The index that gives the order, with the filter's own field in front where there is such a one. */
function orderIndex({ where, orderBy }: Query): string {
  const parts = 'and' in where ? where.and : [where];
  const only = (field: string) => parts.some((part) => 'in' in part && part.field === field && part.in.length === 1);
  // One ticket needs no order.
  if (only('ticketNo')) return 'tickets_ticketNo';
  if (orderBy === 'createdOn') {
    const field = ['assigneeId', 'requestorId', 'statusId'].find(only);
    if (field) return `tickets_${field}`;
  }
  if (orderBy === 'ticketNo' && only('statusId')) return 'tickets_status_ticketNo';
  return `tickets_${orderBy}`;
}
