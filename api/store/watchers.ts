/** Those who want to know at once of what this process has written. */
export class Watchers {
  readonly #watchers = new Set<() => void>();

  /** Answers what ends it. */
  add(watcher: () => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  tell(): void {
    for (const watcher of this.#watchers) watcher();
  }
}
