import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
import { reading } from './sqlite-group-commit.ts';
import { type Scope, type Sql, scopedCondition, tableOf } from './sqlite-query.ts';
import { TICKET_BITS } from './sqlite-schema.ts';
import type { InstanceStore, Scalar, Where } from './store.ts';

/** Others wait no longer than this for a page, and for what its reader does with it. */
const SLICE_MS = 20;
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

/** Reads with one statement, and lets others have their turn between two pages. */
export async function* readColumns(db: DatabaseSync, wanted: Wanted, scope: Scope): AsyncGenerator<Scalar[][]> {
  const { fields, terms } = wanted;
  if (terms === undefined) {
    yield* pages(db, columnsSql(wanted, scope));
    return;
  }
  const termsOf = await termsByTicket(db, terms, scope);
  for await (const page of pages(db, columnsSql({ ...wanted, fields: ['ticketNo', ...fields] }, scope))) {
    yield page.flatMap(([ticketNo, ...values]) =>
      (termsOf[ticketNo as number] ?? ['']).map((term) => [...values, term]),
    );
  }
}

/** By ticket number: the index of terms cannot be asked for those of one ticket. */
async function termsByTicket(db: DatabaseSync, prefix: string, { instanceNo }: Scope): Promise<string[][]> {
  const sql = {
    text: `SELECT term, group_concat(row & ${2 ** TICKET_BITS - 1}) FROM terms
           WHERE instanceNo = ? AND term >= ? AND term < ? GROUP BY term`,
    values: [instanceNo, prefix, afterAll(prefix)],
  };
  const found: string[][] = [];
  for await (const page of pages(db, sql)) {
    for (const [term, numbers] of page as [string, string][]) {
      const rest = term.slice(prefix.length);
      for (const number of numbers.split(',')) {
        const known = found[Number(number)];
        if (known) known.push(rest);
        else found[Number(number)] = [rest];
      }
    }
  }
  return found;
}

/** What comes after all texts that begin like this. */
const afterAll = (prefix: string): string =>
  prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1);

async function* pages(db: DatabaseSync, { text, values }: Sql): AsyncGenerator<Scalar[][]> {
  // A statement of its own: a kept one could be begun again by somebody else before it has ended.
  const rows = reading(() => {
    const statement = db.prepare(text);
    statement.setReturnArrays(true);
    return statement.iterate(...(values as SQLInputValue[])) as unknown as Iterator<Scalar[]>;
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
          if (page.length % LOOK_AT_CLOCK_EVERY === 0 && performance.now() > until) return;
        }
      });
      yield page;
      if (!isDone) await setImmediate();
    }
  } finally {
    // Whoever stops before the end leaves no statement open.
    rows.return?.();
  }
}
