/** What this device remembers. A frame of another site may be refused the browser's storage; then it lasts as long as the page. */

const memory = new Map<string, string>();

function browserStorage(): Storage | undefined {
  try {
    return window.localStorage;
  } catch {
    return undefined;
  }
}

export const storage = {
  get(key: string): string | null {
    return browserStorage()?.getItem(key) ?? memory.get(key) ?? null;
  },
  set(key: string, value: string): void {
    try {
      const kept = browserStorage();
      if (kept) kept.setItem(key, value);
      else memory.set(key, value);
    } catch {
      // The storage is full: then at least this page remembers.
      memory.set(key, value);
    }
  },
  remove(key: string): void {
    memory.delete(key);
    browserStorage()?.removeItem(key);
  },
};
