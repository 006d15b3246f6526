const MAX_REMEMBERED = 2000;

/**
 * What every request reads: its key and its instance's settings. Forgotten when this process changes one, and when
 * another process has committed to the same file, which is looked up once in each turn of the event loop.
 */
export class Remembered {
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
