/** What was begun and neither sent nor saved: kept on the device for each person, so that nobody else reads it there. */

import { useEffect, useRef } from 'react';
import { holdPage } from './leaving.ts';
import { storage } from './storage.ts';
import { cell, useCell } from './store.ts';

/** The name of a draft: whose, of which help desk, and of what. */
export const draftKey = (personId: string, instanceId: string, what: string): string =>
  `tickets.draft.${personId}.${instanceId}.${what}`;

/** A draft as it was kept; empty when there is none. */
export function readDraft<T extends object>(key: string): Partial<T> {
  try {
    return { ...JSON.parse(storage.get(key) ?? '{}') };
  } catch {
    return {};
  }
}

export const hasDraft = (key: string): boolean => storage.get(key) !== null;

/** Keeps a draft; undefined forgets it. Where the device keeps nothing, the page is not closed without a question. */
export function keepDraft(key: string, draft: object | undefined): void {
  const isKept = draft ? storage.set(key, JSON.stringify(draft)) : true;
  if (!draft) {
    storage.remove(key);
    forgotten.set(forgotten.get() + 1);
  }
  holdPage(key, !isKept);
}

/** How many drafts were forgotten since the page was loaded. */
const forgotten = cell(0);

/** Draws anew what depends on `hasDraft` when a draft is forgotten. */
export const useForgottenDrafts = (): void => void useCell(forgotten);

/** Listens for what another window of the same person does with a draft. */
export function useDraftElsewhere(key: string, onChange: () => void): void {
  const latest = useRef(onChange);
  latest.current = onChange;
  useEffect(() => {
    const hear = (event: StorageEvent) => event.key === key && latest.current();
    addEventListener('storage', hear);
    return () => removeEventListener('storage', hear);
  }, [key]);
}
