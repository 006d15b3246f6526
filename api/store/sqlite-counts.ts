import { hasWords, matches, type Row } from './filter.ts';
import type { Where } from './store.ts';

/** A ticket before and after a change; null where there was or is none. */
export interface TicketChange {
  before: Row | null;
  after: Row | null;
}

const MAX_FILTERS = 64;
const MAX_INSTANCES = 500;

/**
 * Remembered counts of tickets, exact: each commit of this process moves them by what it changed, and a commit of
 * another process on the same file (seen by SQLite's `data_version`) forgets them all. So a page of a list costs no
 * count of its own, however many tickets match.
 */
export class CountCache {
  readonly #dataVersion: () => number;
  readonly #instances = new Map<number, Map<string, { where: Where; count: number }>>();
  #seenVersion: number;

  constructor(dataVersion: () => number) {
    this.#dataVersion = dataVersion;
    this.#seenVersion = dataVersion();
  }

  get(instanceNo: number, where: Where, count: () => number): number {
    const version = this.#dataVersion();
    if (version !== this.#seenVersion) {
      this.#instances.clear();
      this.#seenVersion = version;
    }
    const counts = this.#instances.get(instanceNo) ?? new Map();
    if (this.#instances.size >= MAX_INSTANCES) this.#instances.clear();
    this.#instances.set(instanceNo, counts);
    const key = JSON.stringify(where);
    const known = counts.get(key);
    if (known) return known.count;
    const value = { where, count: count() };
    if (counts.size >= MAX_FILTERS) counts.delete(counts.keys().next().value!);
    counts.set(key, value);
    return value.count;
  }

  /** What to do about these changes once they are on disk. */
  later(instanceNo: number, changes: TicketChange[]): () => void {
    return () => {
      const counts = this.#instances.get(instanceNo);
      if (!counts || changes.length === 0) return;
      for (const [key, counted] of counts) {
        if (hasWords(counted.where)) counts.delete(key);
        else {
          for (const { before, after } of changes) {
            if (before && matches(counted.where, before)) counted.count--;
            if (after && matches(counted.where, after)) counted.count++;
          }
        }
      }
    };
  }
}
