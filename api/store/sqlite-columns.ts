import type { DatabaseSync } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
import { reading } from './sqlite-group-commit.ts';
import { type Scope, type Sql, scopedCondition, tableOf } from './sqlite-query.ts';
import { TICKET_BITS } from './sqlite-schema.ts';
import type { InstanceStore, Scalar, Where } from './store.ts';

/** Others wait no longer than this for a page, and for what its reader does with it. */
const SLICE_MS = 15;
const LOOK_AT_CLOCK_EVERY = 256;

type Wanted = Parameters<InstanceStore['columns']>[1];

/**
 * The statement. Of tickets it walks the one index that holds what reports ask for: to test each of its entries costs
 * less than to look up the few tickets that an index of the filter's own would name.
 */
export function columnsSql({ where, fields }: Pick<Wanted, 'where' | 'fields'>, scope: Scope): Sql {
  const table = tableOf(scope.kind);
  const { text, values } = scopedCondition(where, 'order first', scope);
  const index = table === 'tickets' ? ' INDEXED BY tickets_createdOn' : '';
  // An index of some rows is used only where the statement's own text says that no others are wanted.
  const literal = namesReopened(where) ? ` AND action = 'reopened'` : '';
  const names = fields.map((field) => `"${field}"`).join(', ');
  return { text: `SELECT ${names} FROM ${table}${index} WHERE ${text}${literal}`, values };
}

const namesReopened = (where: Where): boolean =>
  'and' in where
    ? where.and.some(namesReopened)
    : 'in' in where && where.field === 'action' && where.in.length === 1 && where.in[0] === 'reopened';

/** Reads columns for everybody on one connection, and lets others have their turn between two pages. */
export class SqliteColumns {
  readonly #db: DatabaseSync;
  /** Those who read at the same time share the terms. */
  readonly #terms = new Map<string, Promise<TermsOf>>();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  async *read(wanted: Wanted, scope: Scope): AsyncGenerator<Scalar[][]> {
    const { fields, terms } = wanted;
    if (terms === undefined) {
      yield* this.#pages(columnsSql(wanted, scope), LOOK_AT_CLOCK_EVERY);
      return;
    }
    const termsOf = await this.#sharedTerms(terms, scope);
    const sql = columnsSql({ ...wanted, fields: [...fields, 'ticketNo'] }, scope);
    for await (const page of this.#pages(sql, LOOK_AT_CLOCK_EVERY)) yield withTerms(page, termsOf);
  }

  #sharedTerms(prefix: string, scope: Scope): Promise<TermsOf> {
    const name = `${scope.instanceNo} ${prefix}`;
    let terms = this.#terms.get(name);
    if (!terms) {
      terms = this.#termsByTicket(prefix, scope).finally(() => this.#terms.delete(name));
      this.#terms.set(name, terms);
    }
    return terms;
  }

  /** The index of terms cannot be asked for those of one ticket. */
  async #termsByTicket(prefix: string, { instanceNo }: Scope): Promise<TermsOf> {
    const sql = {
      text: `SELECT term, group_concat(row & ${2 ** TICKET_BITS - 1}) FROM terms
             WHERE instanceNo = ? AND term >= ? AND term < ? GROUP BY term`,
      values: [instanceNo, prefix, afterAll(prefix)],
    };
    const found: TermsOf = [];
    for await (const page of this.#pages(sql, 1)) {
      for (const [term, numbers] of page as [string, string][]) {
        // Tickets with the same terms share one list of them.
        const longer = new Map<readonly string[] | undefined, readonly string[]>();
        const rest = term.slice(prefix.length);
        for (const text of numbers.split(',')) {
          const known = found[Number(text)];
          let list = longer.get(known);
          if (!list) {
            list = [...(known ?? []), rest];
            longer.set(known, list);
          }
          found[Number(text)] = list;
        }
      }
    }
    return found;
  }

  async *#pages({ text, values }: Sql, lookEvery: number): AsyncGenerator<Scalar[][]> {
    await this.#myTurn();
    // A statement of its own: a kept one could be begun again by somebody else before it has ended.
    const rows = reading(() => {
      const statement = this.#db.prepare(text);
      statement.setReturnArrays(true);
      return statement.iterate(...values) as unknown as Iterator<Scalar[]>;
    });
    try {
      for (let isDone = false; !isDone; ) {
        const page: Scalar[][] = [];
        reading(() => {
          for (const until = performance.now() + SLICE_MS; ; ) {
            const { value, done } = rows.next();
            isDone = done === true;
            if (isDone) return;
            page.push(value);
            if (page.length % lookEvery === 0 && performance.now() > until) return;
          }
        });
        yield page;
        if (!isDone) await this.#myTurn();
      }
    } finally {
      // Whoever stops before the end leaves no statement open.
      rows.return?.();
    }
  }

  /** One page in each turn of the event loop, however many are read at the same time. */
  #myTurn(): Promise<unknown> {
    this.#turn = this.#turn.then(() => setImmediate());
    return this.#turn;
  }
}

/** By ticket number. */
type TermsOf = (readonly string[])[];

/** A row for each term of its ticket, whose number is its last value and gives way to the term. */
function withTerms(page: Scalar[][], termsOf: TermsOf): Scalar[][] {
  const rows: Scalar[][] = [];
  for (const row of page) {
    const terms = termsOf[row.pop() as number];
    for (let index = 1; terms && index < terms.length; index++) rows.push([...row, terms[index]!]);
    row.push(terms?.[0] ?? '');
    rows.push(row);
  }
  return rows;
}

/** What comes after all texts that begin like this. */
const afterAll = (prefix: string): string =>
  prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1);
