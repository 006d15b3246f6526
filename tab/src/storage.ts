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
    // What the storage would not take is newer than what it still has.
    return memory.get(key) ?? browserStorage()?.getItem(key) ?? null;
  },
  /** False when it lasts only as long as the page: the storage is refused or full. */
  set(key: string, value: string): boolean {
    try {
      browserStorage()!.setItem(key, value);
      memory.delete(key);
      return true;
    } catch {
      memory.set(key, value);
      return false;
    }
  },
  remove(key: string): void {
    memory.delete(key);
    browserStorage()?.removeItem(key);
  },
};
