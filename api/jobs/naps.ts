/** Waiting that somebody else can end. What happens between two naps ends the next one before it begins. */
export class Naps<Reason extends string> {
  readonly #wakers = new Map<Reason, Set<() => void>>();
  readonly #woken = new Map<Reason, number>();

  /** Ends all naps that are taken for this reason. */
  wake(reason: Reason): void {
    this.#woken.set(reason, this.#count(reason) + 1);
    for (const waker of this.#wakers.get(reason) ?? []) waker();
  }

  /** For one who naps again and again. Each nap answers whether it was ended; if not, its time was over. */
  begin(reason: Reason): (ms: number) => Promise<boolean> {
    const wakers = this.#wakers.get(reason) ?? new Set();
    this.#wakers.set(reason, wakers);
    let seen = this.#count(reason);
    return async (ms) => {
      if (seen === this.#count(reason)) {
        await new Promise<void>((resolve) => {
          const end = () => {
            clearTimeout(timer);
            wakers.delete(end);
            resolve();
          };
          const timer = setTimeout(end, ms);
          wakers.add(end);
        });
      }
      const isWoken = seen !== this.#count(reason);
      seen = this.#count(reason);
      return isWoken;
    };
  }

  #count(reason: Reason): number {
    return this.#woken.get(reason) ?? 0;
  }
}
