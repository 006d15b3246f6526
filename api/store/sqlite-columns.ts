import { setImmediate } from 'node:timers/promises';
import { reading } from './sqlite-group-commit.ts';
import { type Scope, type Sql, scopedCondition, tableOf } from './sqlite-query.ts';
import { TICKET_BITS } from './sqlite-schema.ts';
import type { Columns, InstanceStore, Scalar, Where } from './store.ts';

type Wanted = Parameters<InstanceStore['columns']>[1];
type Rows = (sql: Sql) => Record<string, string>[];

/** Others wait for one page, and for what its reader does with it: some 10 ms. */
const PAGE = 5000;
/** With each page SQLite gathers the tickets that have a term anew. */
const PAGE_BY_TERMS = 20_000;
/** To find a term takes as long as to read so many of its tickets. */
const READ_WITH_TERM = 100;

/** What is read off which index, and in its order, so that a page begins where the last one ended. */
const WALKS = {
  /** The one index that holds what reports ask for: to test each of its entries costs less than to look up a few tickets. */
  tickets: { index: 'tickets_createdOn', order: ['createdOn', 'ticketNo'] },
  ticketsById: { index: 'tickets_id', order: ['id'] },
  reopened: { index: 'activities_reopened', order: ['createdDateTime', 'ticketId', 'rowid'] },
  activities: { index: 'activities_id', order: ['id'] },
};

function walkFor({ kind }: Scope, where: Where): keyof typeof WALKS {
  if (kind === 'activity') return asksFor(where, 'action', ['reopened']) ? 'reopened' : 'activities';
  return asksFor(where, 'id') ? 'ticketsById' : 'tickets';
}

const asksFor = (where: Where, field: string, values?: Scalar[]): boolean =>
  'and' in where
    ? where.and.some((part) => asksFor(part, field, values))
    : 'in' in where && where.field === field && (!values || String(where.in) === String(values));

const usesTerms = (where: Where): boolean =>
  'and' in where
    ? where.and.some(usesTerms)
    : 'or' in where
      ? where.or.some(usesTerms)
      : 'not' in where
        ? usesTerms(where.not)
        : 'terms' in where;

/**
 * The statement of one page: each column as one JSON text, for to make a value of JavaScript out of every field of every
 * row costs several times as much.
 *
 * @param after the last place of the page before, by the names of the order
 */
export function columnsSql({ where, fields }: Pick<Wanted, 'where' | 'fields'>, scope: Scope, after?: Scalar[]) {
  const walk = walkFor(scope, where);
  const { index, order } = WALKS[walk];
  const names = [...new Set([...fields, ...order])];
  const condition = scopedCondition(where, walk === 'ticketsById' ? 'order first' : 'whole index', scope);
  // An index of some rows is used only where the statement's own text says that no others are wanted.
  const literal = walk === 'reopened' ? ` AND action = 'reopened'` : '';
  const place = after ? ` AND (${order.map(quoted)}) > (${order.map(() => '?')})` : '';
  const limit = usesTerms(where) ? PAGE_BY_TERMS : PAGE;
  const text = `
    SELECT ${names.map((name, at) => `json_group_array(value${at}) AS ${quoted(name)}`)} FROM (
      SELECT ${names.map((name, at) => `${quoted(name)} AS value${at}`)} FROM ${tableOf(scope.kind)} INDEXED BY ${index}
      WHERE ${condition.text}${literal}${place}
      ORDER BY ${order.map(quoted)} LIMIT ${limit}
    )`;
  return { text, values: [...condition.values, ...(after ?? [])], order, limit };
}

const quoted = (name: string): string => `"${name}"`;

/** Reads columns for everybody on one connection, and lets others have their turn between two pages. */
export class SqliteColumns {
  readonly #rows: Rows;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(rows: Rows) {
    this.#rows = rows;
  }

  async *read(wanted: Wanted, scope: Scope): AsyncGenerator<Columns> {
    const { terms } = wanted;
    const fields = terms === undefined ? wanted.fields : [...wanted.fields, 'ticketNo'];
    const termsOf = terms === undefined ? [] : await this.#termsByTicket(terms, scope);
    let after: Scalar[] | undefined;
    for (;;) {
      await this.#myTurn();
      const sql = columnsSql({ ...wanted, fields }, scope, after);
      const [row] = reading(() => this.#rows(sql));
      const page: Record<string, Scalar[]> = {};
      for (const name in row) page[name] = JSON.parse(row[name]!);
      const numbers = terms === undefined ? [] : (page.ticketNo as number[]);
      yield {
        values: wanted.fields.map((field) => page[field]!),
        terms: numbers.map((number) => termsOf[number] ?? NONE),
      };
      if (page[sql.order[0]!]!.length < sql.limit) return;
      after = sql.order.map((name) => page[name]!.at(-1)!);
    }
  }

  /** By ticket number; the index of terms cannot be asked for those of one ticket. */
  async #termsByTicket(prefix: string, { instanceNo }: Scope): Promise<(readonly string[])[]> {
    const found: (readonly string[])[] = [];
    const ticketBits = 2 ** TICKET_BITS;
    const next = `SELECT term FROM terms WHERE instanceNo = ? AND term > ? AND term < ? ORDER BY term LIMIT 1`;
    const tickets = `
      SELECT json_group_array(number) AS numbers FROM (
        SELECT row & ${ticketBits - 1} AS number FROM terms WHERE instanceNo = ? AND term = ? AND row > ?
        ORDER BY row LIMIT ${PAGE_BY_TERMS}
      )`;
    let [term, row, read] = [prefix, 0, 0];
    for (;;) {
      if (row === 0) {
        const values = [instanceNo, term, afterAll(prefix)];
        const [one] = reading(() => this.#rows({ text: next, values }));
        if (!one) return found;
        term = one.term!;
      }
      if (read >= PAGE_BY_TERMS) {
        await this.#myTurn();
        read = 0;
      }
      const [page] = reading(() => this.#rows({ text: tickets, values: [instanceNo, term, row] }));
      const numbers: number[] = JSON.parse(page!.numbers!);
      addTerm(found, term.slice(prefix.length), numbers);
      read += numbers.length + READ_WITH_TERM;
      row = numbers.length < PAGE_BY_TERMS ? 0 : instanceNo * ticketBits + numbers.at(-1)!;
    }
  }

  /** One page in each turn of the event loop, however many are read at the same time. */
  #myTurn(): Promise<unknown> {
    this.#turn = this.#turn.then(() => setImmediate());
    return this.#turn;
  }
}

const NONE: readonly string[] = [];

/** Adds a term to the lists of these tickets. Tickets with the same terms share one list of them. */
function addTerm(lists: (readonly string[])[], term: string, numbers: number[]): void {
  const longer = new Map<readonly string[], readonly string[]>();
  for (const number of numbers) {
    const known = lists[number] ?? NONE;
    let list = longer.get(known);
    if (!list) {
      list = [...known, term];
      longer.set(known, list);
    }
    lists[number] = list;
  }
}

/** What comes after all texts that begin like this. */
const afterAll = (prefix: string): string =>
  prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1);
