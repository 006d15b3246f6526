/** Settings that were changed and not saved yet; kept on the device, so that nothing is lost by leaving a page. */

import { storage } from '../../storage.ts';
import { cell, useCell } from '../../store.ts';

/** What a page was when its editing began, the version that was, and what it is to become. */
export interface Draft<T = unknown> {
  base: T;
  etag: string | undefined;
  value: T;
}

const KEY = 'tickets.settings';

const all = cell(kept());

function kept(): Record<string, Draft> {
  try {
    return JSON.parse(storage.get(KEY) ?? '{}');
  } catch {
    return {};
  }
}

/** The name of a draft: whose, of which help desk, of which page; `keys:primary` is a part of the page `keys`. */
export const draftKey = (personId: string, instanceId: string, page: string): string =>
  `${personId}/${instanceId}/${page}`;

/** A draft as it was kept. */
export const readDraft = <T>(key: string): Draft<T> | undefined => all.get()[key] as Draft<T> | undefined;

/** Keeps a draft; undefined forgets it. */
export function keepDraft(key: string, draft: Draft | undefined): void {
  // What another window keeps stays.
  const { [key]: _, ...others } = kept();
  all.set(draft ? { ...others, [key]: draft } : others);
  storage.set(KEY, JSON.stringify(all.get()));
}

/** The same, and a new rendering whenever it changes. */
export const useDraft = <T>(key: string): Draft<T> | undefined => useCell(all)[key] as Draft<T> | undefined;

/** Which pages of a help desk have something that is not saved. */
export function useUnsaved(personId: string, instanceId: string): Set<string> {
  const prefix = draftKey(personId, instanceId, '');
  const names = Object.keys(useCell(all)).filter((key) => key.startsWith(prefix));
  return new Set(names.map((key) => key.slice(prefix.length).split(':')[0]!));
}
