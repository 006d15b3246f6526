import { setTimeout as pause } from 'node:timers/promises';
import type { Event } from '../contract/events.ts';
import type { FeedEvent, Store } from '../store/store.ts';

/** How often the store is asked what others have done, while anybody wants to know. */
const POLL_MS = 250;
const PAGE = 200;
/** How many events are remembered for those who come back after a short break. */
const REMEMBERED = 2000;

type Feed = Pick<Store, 'changes' | 'latest' | 'watch'>;
type Listener = (event: FeedEvent) => void;

/** Reads the store's feed once for everybody on this node who follows it. */
export class Live {
  readonly #store: Feed;
  readonly #listeners = new Set<Listener>();
  readonly #ending = new AbortController();
  #recent: FeedEvent[] = [];
  #loop: Promise<void> | undefined;

  constructor(store: Feed) {
    this.#store = store;
  }

  /** Aborted when the server stops. */
  get ending(): AbortSignal {
    return this.#ending.signal;
  }

  /** Resolves once nothing that happens from now on is missed. */
  async ready(): Promise<void> {
    this.#loop ??= this.#store.latest().then((cursor) => void this.#follow(cursor));
    const loop = this.#loop;
    await loop.catch((error) => {
      // Whoever comes next asks the store again.
      if (this.#loop === loop) this.#loop = undefined;
      throw error;
    });
  }

  /** Listens, once it is ready; answers what ends it. */
  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** What has happened in an instance after an event; null when that event is not remembered. */
  since(instanceId: string, eventId: string): Event[] | null {
    const index = this.#recent.findIndex((one) => one.event.id === eventId && one.instanceId === instanceId);
    if (index < 0) return null;
    return this.#recent
      .slice(index + 1)
      .filter((one) => one.instanceId === instanceId)
      .map(({ event }) => event);
  }

  close(): void {
    this.#ending.abort();
  }

  async #follow(from: string): Promise<void> {
    let hasNews = false;
    let wake: () => void = () => undefined;
    const unwatch = this.#store.watch(() => {
      hasNews = true;
      wake();
    });
    this.ending.addEventListener('abort', unwatch);
    for (let cursor = from; !this.ending.aborted; ) {
      hasNews = false;
      try {
        const { events, cursor: next } = await this.#store.changes(cursor, PAGE);
        cursor = next;
        hasNews ||= events.length === PAGE;
        this.#recent = [...this.#recent, ...events].slice(-REMEMBERED);
        for (const event of events) for (const listener of this.#listeners) listener(event);
      } catch {
        // The store is away; the next look may find it again.
      }
      if (hasNews) continue;
      const woken = new AbortController();
      wake = () => woken.abort();
      const signal = AbortSignal.any([woken.signal, this.ending]);
      await pause(POLL_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}
