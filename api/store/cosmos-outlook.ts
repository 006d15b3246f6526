import { SEEN_WITHIN_MS } from './store.ts';

/**
 * When this process looks into which bucket of jobs next: when it knows of a job there that is due, and every
 * `SEEN_WITHIN_MS` for those of others. So to wait costs one query a bucket in that time, however often it is asked for.
 */
export class Outlook {
  readonly #buckets: number;
  readonly #now: () => Date;
  /** By kind, for each bucket: the moment of the next look. */
  readonly #looks = new Map<string, number[]>();
  /** Processes that look at the same moment would be after the same jobs. */
  readonly #shift = Math.random() * SEEN_WITHIN_MS;

  constructor(buckets: number, now: () => Date) {
    this.#buckets = buckets;
    this.#now = now;
  }

  /** There is a job that can be taken from this moment on. */
  expect(kind: string, bucket: number, at: number): void {
    const looks = this.#looksOf(kind);
    looks[bucket] = Math.min(looks[bucket]!, at);
  }

  /** The buckets to look into now. What is put from here on is expected once more. */
  begin(kinds: string[]): number[] {
    const now = this.#now().getTime();
    const all = kinds.map((kind) => this.#looksOf(kind));
    const buckets = Array.from({ length: this.#buckets }, (_, bucket) => bucket);
    const due = buckets.filter((bucket) => all.some((looks) => looks[bucket]! <= now));
    for (const bucket of due) for (const looks of all) looks[bucket] = this.#nextRound(bucket, now);
    return due;
  }

  /** Each bucket has its turn at another time. */
  #nextRound(bucket: number, now: number): number {
    const turn = now + this.#shift + (bucket * SEEN_WITHIN_MS) / this.#buckets;
    return now + SEEN_WITHIN_MS - (turn % SEEN_WITHIN_MS);
  }

  #looksOf(kind: string): number[] {
    const looks = this.#looks.get(kind) ?? new Array<number>(this.#buckets).fill(0);
    this.#looks.set(kind, looks);
    return looks;
  }
}
