import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { AppError, fail } from '../contract/errors.ts';
import { CountCache } from './sqlite-counts.ts';
import { countSql, pageSql, type Sql } from './sqlite-query.ts';
import { prepareDatabase } from './sqlite-schema.ts';
import { SqliteWriter } from './sqlite-writer.ts';
import type {
  Change,
  FeedEvent,
  Hidden,
  InstanceRecord,
  InstanceStore,
  KeyRecord,
  Kind,
  Position,
  Query,
  Store,
  Stored,
  Value,
  Where,
} from './store.ts';

interface DocumentRow {
  id: string;
  version: number;
  json: string;
  hidden: string | null;
}

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
      statement = db.prepare(text);
      statements.set(text, statement);
    }
    return statement;
  };
  const rows = <T>({ text, values }: Sql): T[] => prepare(text).all(...values) as T[];

  const dataVersion = db.prepare('PRAGMA data_version');
  const readDataVersion = () => (dataVersion.get() as { data_version: number }).data_version;
  const counts = new CountCache(readDataVersion);
  const remembered = new Remembered(readDataVersion);
  const writer = new SqliteWriter(prepare, now);
  const commits = new GroupCommit(db, () => {
    writer.sweep();
  });

  const instanceNumbers = new Map<string, number>();
  /** 0, which no instance has, when there is none by this id. */
  const numberOf = (id: string): number => {
    let number = instanceNumbers.get(id);
    if (number === undefined) {
      number = (prepare('SELECT instanceNo AS n FROM instances WHERE id = ?').get(id) as { n: number } | undefined)?.n;
      if (number === undefined) return 0;
      // Inside a transaction it may yet be taken back, and the number given to another instance.
      if (!db.isTransaction) instanceNumbers.set(id, number);
    }
    return number;
  };

  const matchWord = (word: string): string | null => {
    const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
    if ([...word].length >= 3) return quote(word);
    // Shorter than a trigram: any trigram that begins with it. Every text ends in two blanks, so each part of it does.
    const found = prepare('SELECT term FROM trigrams WHERE term BETWEEN ? AND ? LIMIT 5000').all(
      word,
      `${word}\u{10ffff}\u{10ffff}`,
    ) as { term: string }[];
    return found.length === 0 ? null : found.map(({ term }) => quote(term)).join(' OR ');
  };

  function apply(instanceNo: number, changes: Change[]): () => void {
    const isOfInstance = (change: Change) =>
      ('put' in change ? change.put : 'delete' in change && change.delete) === 'instance';
    if (changes.some(isOfInstance)) remembered.forget();
    return counts.later(instanceNo, writer.apply(instanceNo, changes));
  }

  function instanceStore(id: string): InstanceStore {
    const scope = (kind: Kind) => ({ kind, instanceNo: numberOf(id), now: now().toISOString(), matchWord });

    function countNow(kind: Kind, where: Where): number {
      const count = () => rows<{ n: number }>(countSql(where, scope(kind)))[0]!.n;
      return kind === 'ticket' ? counts.get(numberOf(id), where, count) : count();
    }

    return {
      async get<K extends Kind>(kind: K, documentId: string) {
        const read = () => {
          const row = writer.read(numberOf(id), kind, documentId);
          return row ? new SqliteDocument<K>(row) : null;
        };
        return kind === 'instance' ? remembered.get(`instance ${id} ${documentId}`, read) : read();
      },
      async list<K extends Kind>(kind: K, query: Query) {
        const matchCount = kind === 'ticket' && !namesOne(query.where) ? countNow(kind, query.where) : Infinity;
        const found = rows<DocumentRow & { at: string | number; tie: string | number }>(
          pageSql({ ...query, limit: query.limit + 1 }, matchCount, scope(kind)),
        );
        const page = found.slice(0, query.limit);
        const items = page.map((row) => new SqliteDocument<K>(row));
        const last = page.at(-1);
        return found.length > page.length && last ? { items, next: [last.at, last.tie] as Position } : { items };
      },
      async count(kind, where) {
        return countNow(kind, where);
      },
      async commit(changes) {
        await commits.run(() => {
          const instanceNo = numberOf(id) || fail('not_found', 'There is no such instance.');
          return apply(instanceNo, changes);
        });
      },
      async commitNumbered(build) {
        let result: ReturnType<typeof build>['result'] | undefined;
        await commits.run(() => {
          const instanceNo = numberOf(id) || fail('not_found', 'There is no such instance.');
          const built = build(writer.nextTicketNo(instanceNo));
          result = built.result;
          return apply(instanceNo, built.changes);
        });
        return result!;
      },
    };
  }

  const keyOf = (row: unknown) =>
    row === undefined ? null : (JSON.parse((row as { json: string }).json) as KeyRecord);

  function putKey(record: KeyRecord, replaces: number | null): void {
    remembered.forget();
    const { instanceId, slot } = record;
    const old = prepare('SELECT version FROM keys WHERE instanceId = ? AND slot = ?').get(instanceId, slot) as
      | { version: number }
      | undefined;
    if ((old?.version ?? null) !== replaces) fail('conflict', 'The key was changed at the same moment. Try again.');
    prepare('DELETE FROM keys WHERE instanceId = ? AND slot = ?').run(instanceId, slot);
    const version = (replaces ?? 0) + 1;
    prepare('INSERT INTO keys (hash, instanceId, slot, version, json) VALUES (?, ?, ?, ?, ?)').run(
      record.hash,
      instanceId,
      slot,
      version,
      JSON.stringify({ ...record, version }),
    );
  }

  return {
    instance: instanceStore,
    registry: {
      async createInstance(record, changes, keys) {
        await commits.run(() => {
          prepare('INSERT INTO instances (id, json) VALUES (?, ?)').run(record.id, JSON.stringify(record));
          for (const key of keys) putKey(key, null);
          writer.apply(numberOf(record.id), changes);
          return undefined;
        });
      },
      async instances() {
        const found = prepare('SELECT json FROM instances ORDER BY instanceNo').all() as { json: string }[];
        return found.map((row) => JSON.parse(row.json) as InstanceRecord);
      },
      async keyByHash(hash) {
        return remembered.get(`key ${hash}`, () => keyOf(prepare('SELECT json FROM keys WHERE hash = ?').get(hash)));
      },
      async keys(instanceId) {
        const found = prepare('SELECT json FROM keys WHERE instanceId = ? ORDER BY slot').all(instanceId);
        return found.map((row) => keyOf(row)!);
      },
      async putKey(record, replaces) {
        await commits.run(() => {
          putKey(record, replaces);
          return undefined;
        });
      },
    },
    async changes(cursor, limit) {
      const found = prepare(
        `SELECT e.sequence, e.json, i.id FROM events AS e JOIN instances AS i USING (instanceNo)
         WHERE e.sequence > ? ORDER BY e.sequence LIMIT ?`,
      ).all(Number(cursor || 0), limit) as { sequence: number; json: string; id: string }[];
      const events = found.map((row): FeedEvent => ({ instanceId: row.id, event: JSON.parse(row.json) }));
      return { events, cursor: String(found.at(-1)?.sequence ?? cursor) };
    },
    async ping() {
      prepare('SELECT 1').get();
    },
    async close() {
      commits.flush();
      db.close();
    },
  };
}

/** Whether the filter asks for one ticket by its number: then there is nothing to weigh, and no count is needed. */
function namesOne(where: Where): boolean {
  return 'and' in where ? where.and.some(namesOne) : 'in' in where && where.field === 'ticketNo';
}

const MAX_REMEMBERED = 2000;

/**
 * What every request reads: its key and its instance's settings. Forgotten when this process changes one, and when
 * another process has committed to the same file, which is looked up once in each turn of the event loop.
 */
class Remembered {
  readonly #dataVersion: () => number;
  readonly #values = new Map<string, unknown>();
  #seenVersion = -1;
  #isChecked = false;

  constructor(dataVersion: () => number) {
    this.#dataVersion = dataVersion;
  }

  get<T>(name: string, read: () => T | null): T | null {
    if (!this.#isChecked) {
      this.#isChecked = true;
      setImmediate(() => {
        this.#isChecked = false;
      });
      const version = this.#dataVersion();
      if (version !== this.#seenVersion) this.forget();
      this.#seenVersion = version;
    }
    const known = this.#values.get(name) as T | undefined;
    if (known !== undefined) return known;
    const value = read();
    if (this.#values.size >= MAX_REMEMBERED) this.forget();
    if (value !== null) this.#values.set(name, value);
    return value;
  }

  forget(): void {
    this.#values.clear();
  }
}

interface PendingCommit {
  work: () => (() => void) | undefined;
  resolve: () => void;
  reject: (error: unknown) => void;
}

/** Runs the commits of one turn of the event loop in one transaction, each in a savepoint of its own. */
class GroupCommit {
  readonly #db: DatabaseSync;
  readonly #before: () => void;
  #pending: PendingCommit[] = [];

  constructor(db: DatabaseSync, before: () => void) {
    this.#db = db;
    this.#before = before;
  }

  /** `work` writes, and may answer what is to be done once the transaction is on disk. */
  run(work: PendingCommit['work']): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#pending.length === 0) setImmediate(() => this.flush());
      this.#pending.push({ work, resolve, reject });
    });
  }

  flush(): void {
    const group = this.#pending;
    this.#pending = [];
    if (group.length === 0) return;
    const db = this.#db;
    const settled: (() => void)[] = [];
    try {
      db.exec('BEGIN IMMEDIATE');
      this.#before();
      for (const { work, resolve, reject } of group) {
        db.exec('SAVEPOINT one');
        try {
          const then = work();
          settled.push(() => {
            then?.();
            resolve();
          });
        } catch (error) {
          // Some failures, a full disk among them, end the whole transaction.
          if (!db.isTransaction) throw error;
          db.exec('ROLLBACK TO one');
          settled.push(() => reject(error instanceof AppError ? error : unavailable(error)));
        }
        db.exec('RELEASE one');
      }
      db.exec('COMMIT');
    } catch (error) {
      if (db.isOpen && db.isTransaction) db.exec('ROLLBACK');
      for (const { reject } of group) reject(unavailable(error));
      return;
    }
    for (const settle of settled) settle();
  }
}

const unavailable = (cause: unknown): AppError =>
  new AppError('unavailable', 'The store cannot take changes right now. Try again.', { cause, retryAfter: 1 });
