import { useSyncExternalStore } from 'react';

/** A value outside of React that components follow: what the keyboard, a mutation or the live stream may change too. */
export interface Cell<T> {
  get(): T;
  set(value: T): void;
  subscribe(listener: () => void): () => void;
}

export function cell<T>(first: T): Cell<T> {
  let value = first;
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    set(next) {
      value = next;
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The value of a cell, and a new rendering whenever it changes. */
export const useCell = <T>(one: Cell<T>): T => useSyncExternalStore(one.subscribe, one.get);
