/**
 * A document on its way out: as text for a door that only sends it on, as a value for a door that reads it. What is
 * stored in the wire's form is never parsed and written again.
 */
export interface View<T> {
  readonly json: string;
  readonly value: T;
}

export class TextView<T> implements View<T> {
  readonly json: string;

  constructor(json: string) {
    this.json = json;
  }

  get value(): T {
    return JSON.parse(this.json);
  }
}

export class ValueView<T> implements View<T> {
  readonly value: T;

  constructor(value: T) {
    this.value = value;
  }

  get json(): string {
    return JSON.stringify(this.value);
  }
}
