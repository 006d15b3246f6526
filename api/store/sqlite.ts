import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { fail } from '../contract/errors.ts';
import { SqliteColumns } from './sqlite-columns.ts';
import { CountCache } from './sqlite-counts.ts';
import { GroupCommit, reading } from './sqlite-group-commit.ts';
import { readHolding } from './sqlite-holding.ts';
import { sqliteJobs } from './sqlite-jobs.ts';
import { countSql, pageSql, type Sql } from './sqlite-query.ts';
import { sqliteRegistry } from './sqlite-registry.ts';
import { Remembered } from './sqlite-remembered.ts';
import { prepareDatabase } from './sqlite-schema.ts';
import { SqliteSearch } from './sqlite-search.ts';
import { SqliteWriter } from './sqlite-writer.ts';
import type {
  Change,
  FeedEvent,
  Hidden,
  InstanceStore,
  Kind,
  Position,
  Query,
  Store,
  Stored,
  Value,
  Where,
} from './store.ts';
import { Watchers } from './watchers.ts';

interface DocumentRow {
  id: string;
  version: number;
  json: string;
  hidden: string | null;
}

const MAX_STATEMENTS = 1000;

/** A row as the port's document; parsed only when somebody looks inside. */
class SqliteDocument<K extends Kind> implements Stored<K> {
  readonly id: string;
  readonly version: number;
  readonly json: string;
  readonly #hidden: string | null;

  constructor(row: DocumentRow) {
    this.id = row.id;
    this.version = row.version;
    this.json = row.json;
    this.#hidden = row.hidden;
  }

  get value(): Value<K> {
    return JSON.parse(this.json);
  }

  get hidden(): Hidden<K> | undefined {
    return this.#hidden === null ? undefined : JSON.parse(this.#hidden);
  }
}

/**
 * The embedded store. Commits that arrive in one turn of the event loop share one transaction, and so one fsync; each
 * still succeeds or fails by itself, and none is acknowledged before the fsync.
 *
 * @param path a file, or `:memory:`
 * @param now for documents that expire
 */
export function openSqlite(path: string, now: () => Date): Store {
  const db = new DatabaseSync(path);
  prepareDatabase(db);
  const statements = new Map<string, StatementSync>();
  const prepare = (text: string): StatementSync => {
    let statement = statements.get(text);
    if (!statement) {
      // Filters come in endless shapes.
      if (statements.size >= MAX_STATEMENTS) statements.clear();
      statement = db.prepare(text);
      statements.set(text, statement);
    }
    return statement;
  };
  const rows = <T>({ text, values }: Sql): T[] => reading(() => prepare(text).all(...values) as T[]);

  const dataVersion = db.prepare('PRAGMA data_version');
  const readDataVersion = () => reading(() => (dataVersion.get() as { data_version: number }).data_version);
  const counts = new CountCache(readDataVersion);
  const remembered = new Remembered(readDataVersion);
  const search = new SqliteSearch(prepare);
  const columns = new SqliteColumns(rows);
  const writer = new SqliteWriter(prepare, search, now);
  let seenVersion = readDataVersion();
  const commits = new GroupCommit(db, {
    before() {
      const version = readDataVersion();
      if (version !== seenVersion) search.forget();
      seenVersion = version;
      writer.sweep();
    },
    undone: () => search.forget(),
  });

  const watchers = new Watchers();
  let hasErased = false;

  const instanceNumbers = new Map<string, number>();
  /** 0, which no instance has, when there is none by this id. */
  const numberOf = (id: string): number => {
    let number = instanceNumbers.get(id);
    if (number === undefined) {
      const find = () => prepare('SELECT instanceNo AS n FROM instances WHERE id = ?').get(id);
      number = (reading(find) as { n: number } | undefined)?.n;
      if (number === undefined) return 0;
      // Inside a transaction it may yet be taken back, and the number given to another instance.
      if (!db.isTransaction) instanceNumbers.set(id, number);
    }
    return number;
  };

  function apply(instanceNo: number, changes: Change[]): () => void {
    const hasKind = (kind: Kind) =>
      changes.some((change) => ('put' in change ? change.put : 'delete' in change && change.delete) === kind);
    if (hasKind('instance')) remembered.forget();
    if (hasKind('erasure')) hasErased = true;
    const count = counts.later(instanceNo, writer.apply(instanceNo, changes));
    return () => {
      count();
      watchers.tellOf(changes);
    };
  }

  function instanceStore(id: string): InstanceStore {
    const scope = (kind: Kind) => ({ kind, instanceNo: numberOf(id), now: now().toISOString(), search });

    function countNow(kind: Kind, where: Where): number {
      const count = () => rows<{ n: number }>(countSql(where, scope(kind)))[0]!.n;
      return kind === 'ticket' ? counts.get(numberOf(id), where, count) : count();
    }

    return {
      async get<K extends Kind>(kind: K, documentId: string) {
        const read = () => {
          const row = reading(() => writer.read(numberOf(id), kind, documentId));
          return row ? new SqliteDocument<K>(row) : null;
        };
        return kind === 'instance' ? remembered.get(`instance ${id} ${documentId}`, read) : read();
      },
      async list<K extends Kind>(kind: K, query: Query) {
        const isWeighed = kind === 'ticket' && !namesOne(query.where);
        const [matchCount, total] = isWeighed
          ? [countNow(kind, query.where), countNow(kind, { and: [] })]
          : [Number.POSITIVE_INFINITY, 0];
        const found = rows<DocumentRow & { at: string | number; tie: string | number }>(
          pageSql({ ...query, limit: query.limit + 1 }, matchCount, scope(kind), total),
        );
        const page = found.slice(0, query.limit);
        const items = page.map((row) => new SqliteDocument<K>(row));
        const last = page.at(-1);
        return {
          items,
          ...(found.length > page.length && last && { next: [last.at, last.tie] as Position }),
          ...(query.counted && { count: countNow(kind, query.counted) }),
        };
      },
      async count(kind, where) {
        return countNow(kind, where);
      },
      columns: (kind, wanted) => columns.read(wanted, scope(kind)),
      holding: (texts) => readHolding(prepare, numberOf(id), texts),
      async commit(changes) {
        await commits.run(() => {
          const instanceNo = numberOf(id) || fail('not_found', 'There is no such instance.');
          return apply(instanceNo, changes);
        });
      },
      async commitNumbered(build, rota) {
        let result: ReturnType<typeof build>['result'] | undefined;
        await commits.run(() => {
          const instanceNo = numberOf(id) || fail('not_found', 'There is no such instance.');
          const turn = rota === undefined ? 0 : writer.nextTurn(instanceNo, rota);
          const built = build(writer.nextTicketNo(instanceNo), turn);
          result = built.result;
          return apply(instanceNo, built.changes);
        });
        return result!;
      },
    };
  }

  return {
    instance: instanceStore,
    registry: sqliteRegistry({
      prepare,
      commits,
      remembered,
      apply(id, changes) {
        writer.apply(numberOf(id), changes);
        return () => watchers.tellOf(changes);
      },
    }),
    jobs: sqliteJobs({ prepare, commits, now, tell: () => watchers.tell('jobs') }),
    async changes(cursor, limit) {
      const found = prepare(
        `SELECT e.sequence, e.json, i.id FROM events AS e JOIN instances AS i USING (instanceNo)
         WHERE e.sequence > ? ORDER BY e.sequence LIMIT ?`,
      ).all(Number(cursor || 0), limit) as { sequence: number; json: string; id: string }[];
      const events = found.map((row): FeedEvent => ({ instanceId: row.id, event: JSON.parse(row.json) }));
      return { events, cursor: String(found.at(-1)?.sequence ?? cursor) };
    },
    async latest() {
      // What the table counts by, for the last events may have gone by their age.
      const row = reading(() => prepare(`SELECT seq FROM sqlite_sequence WHERE name = 'events'`).get());
      return String((row as { seq: number } | undefined)?.seq ?? 0);
    },
    watch: (watcher) => watchers.add(watcher),
    async ping() {
      reading(() => prepare('SELECT 1').get());
    },
    async close() {
      commits.flush();
      if (hasErased) rewrite(db);
      db.close();
    },
  };
}

/**
 * Writes the whole file anew, so that nothing is left in it of who was erased: `secure_delete` clears what is deleted,
 * but not what a page held before its rows were shared out with its neighbours. It takes long for a large file, so it
 * waits until the store closes.
 */
function rewrite(db: DatabaseSync): void {
  try {
    // In memory it would take as much of that as the file is large.
    db.exec('PRAGMA temp_store = FILE; VACUUM');
  } catch {
    // Another process has the file open, or the disk is full: the file stays as it is.
  }
}

/** Whether the filter asks for one ticket by its number: then there is nothing to weigh, and no count is needed. */
function namesOne(where: Where): boolean {
  return 'and' in where ? where.and.some(namesOne) : 'in' in where && where.field === 'ticketNo';
}
