import type { StatementSync } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
import { needleOf } from './held.ts';
import { reading } from './sqlite-group-commit.ts';
import { TICKET_BITS } from './sqlite-schema.ts';
import type { Held } from './store.ts';

/** So many rows are looked at before others have their turn. */
const WINDOW = 250;

interface Source {
  /** Table and key, what is read of a row, and which rows are this instance's. */
  table: string;
  key: string;
  columns: string;
  first: number;
  last: number;
}

interface Row {
  key: number;
  kind: string;
  id: string;
  version: number;
  json: string;
  hidden: string | null;
  expiresOn: string;
}

/** The rows of one window. The plus keeps SQLite from walking all rows of the instance for each of them. */
export const windowSql = (
  { table, key, columns }: Pick<Source, 'table' | 'key' | 'columns'>,
  isFound: string,
): string =>
  `SELECT ${key} AS key, ${columns}, json FROM ${table}
   WHERE ${key} >= ? AND ${key} < ? AND +instanceNo = ? AND (${isFound})`;

/** Walks every table of the instance's in the order of its rows, a window at a time. */
export async function* readHolding(
  prepare: (text: string) => StatementSync,
  instanceNo: number,
  texts: string[],
): AsyncGenerator<Held[]> {
  const needles = [...new Set(texts.map(needleOf).filter(Boolean))].map(
    (needle) => `%${needle.replace(/[\\%_]/g, '\\$&')}%`,
  );
  if (needles.length === 0) return;
  // In either case, and quicker than to put each text into lower case.
  const isFound = needles.map(() => `json LIKE ? ESCAPE '\\'`).join(' OR ');
  const ofInstance = instanceNo * 2 ** TICKET_BITS;
  const everything = { first: 0, last: Number.MAX_SAFE_INTEGER };
  const sources: Source[] = [
    {
      ...{ table: 'tickets', key: 'row', first: ofInstance, last: ofInstance + 2 ** TICKET_BITS - 1 },
      columns: `'ticket' AS kind, id, version, hidden, '' AS expiresOn`,
    },
    {
      table: 'activities',
      key: 'rowid',
      ...everything,
      columns: `'activity' AS kind, id, version, hidden, '' AS expiresOn`,
    },
    { table: 'documents', key: 'rowid', ...everything, columns: 'kind, id, version, NULL AS hidden, expiresOn' },
    {
      ...{ table: 'events', key: 'sequence', ...everything },
      columns: `'event' AS kind, '' AS id, 0 AS version, NULL AS hidden, '' AS expiresOn`,
    },
  ];
  for (const { table, key, columns, first, last } of sources) {
    const edge = (which: 'min' | 'max') =>
      reading(() =>
        prepare(`SELECT ${which}(${key}) AS edge FROM ${table} WHERE ${key} BETWEEN ? AND ?`).get(first, last),
      ) as { edge: number | null };
    const [begin, end] = [edge('min').edge, edge('max').edge];
    if (begin === null || end === null) continue;
    const text = windowSql({ table, key, columns }, isFound);
    for (let from = begin; from <= end; from += WINDOW) {
      const found = reading(() => prepare(text).all(from, from + WINDOW, instanceNo, ...needles)) as unknown as Row[];
      if (found.length > 0) yield found.map(heldOf);
      await setImmediate();
    }
  }
}

function heldOf({ key, json, hidden, ...row }: Row): Held {
  const value = JSON.parse(json);
  if (row.kind === 'event') return { event: value, place: String(key) };
  return { ...row, value, hidden: hidden === null ? undefined : JSON.parse(hidden) } as Held;
}
