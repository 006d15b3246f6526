import type { DatabaseSync } from 'node:sqlite';
import { AppError } from '../contract/errors.ts';

interface PendingCommit {
  work: () => (() => void) | undefined;
  resolve: () => void;
  reject: (error: unknown) => void;
}

interface Hooks {
  /** At the beginning of each transaction. */
  before: () => void;
  /** When what was written, all or a part of it, was taken back. */
  undone: () => void;
}

/** Runs the commits of one turn of the event loop in one transaction, each in a savepoint of its own. */
export class GroupCommit {
  readonly #db: DatabaseSync;
  readonly #hooks: Hooks;
  #pending: PendingCommit[] = [];

  constructor(db: DatabaseSync, hooks: Hooks) {
    this.#db = db;
    this.#hooks = hooks;
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
      this.#hooks.before();
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
          this.#hooks.undone();
          settled.push(() => reject(error instanceof AppError ? error : unavailable(error)));
        }
        db.exec('RELEASE one');
      }
      db.exec('COMMIT');
    } catch (error) {
      if (db.isOpen && db.isTransaction) db.exec('ROLLBACK');
      this.#hooks.undone();
      for (const { reject } of group) reject(unavailable(error));
      return;
    }
    for (const settle of settled) settle();
  }
}

/** 503: what was asked can be asked again. */
const unavailable = (cause: unknown): AppError =>
  new AppError('unavailable', 'The store cannot answer right now. Try again.', { cause, retryAfter: 1 });

/** Reads, or says that the store is away. */
export function reading<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof AppError ? error : unavailable(error);
  }
}
