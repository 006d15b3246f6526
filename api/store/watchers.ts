import type { Change, News } from './store.ts';

type Watcher = (news: News) => void;

/** Those who want to know at once of what this process has written. */
export class Watchers {
  readonly #watchers = new Set<Watcher>();

  /** Answers what ends it. */
  add(watcher: Watcher): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** What a commit is to them. */
  tellOf(changes: Change[]): void {
    if (changes.some((change) => 'event' in change)) this.tell('events');
  }

  tell(news: News): void {
    for (const watcher of this.#watchers) watcher(news);
  }
}
