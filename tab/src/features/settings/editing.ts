/** Editing a part of the settings: a draft that is saved as a whole, with the version that it began from. */

import { queryOptions, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { Instance, InstanceUpdate } from '../../../../api/contract/instance.ts';
import { type Answer, ApiError, call } from '../../api.ts';
import { reasonOf, tell } from '../../changes.ts';
import { keys, queryClient, useMe } from '../../data.ts';
import { useMessages } from '../../i18n.tsx';
import { useHeldPage } from '../../leaving.ts';
import { type Draft, draftKey, keepDraft, readDraft, useDraft } from './drafts.ts';
import { fieldNames } from './field-names.ts';
import { administer } from './operations.ts';
import type { PageName } from './parts.tsx';
import { useTexts } from './texts.ts';
import { Overtaken, undoing } from './undoing.ts';
import { otherName } from './who-changed.ts';

/** The settings with the version that a change of them names. */
export interface VersionedInstance {
  instance: Instance;
  etag: string | undefined;
}

const settingsOptions = (instanceId: string) =>
  queryOptions({
    queryKey: [...keys.instance(instanceId), 'versioned'],
    queryFn: async ({ signal }): Promise<VersionedInstance> => {
      const { data, etag } = await call(instanceId, 'getInstance', {}, { signal });
      return { instance: data.item, etag };
    },
  });

/** The settings, for whoever edits them. */
export const useSettings = (instanceId: string) => useQuery(settingsOptions(instanceId));

function remember(instanceId: string, known: VersionedInstance): void {
  queryClient.setQueryData(settingsOptions(instanceId).queryKey, known);
  queryClient.setQueryData(keys.instance(instanceId), known.instance);
  void queryClient.invalidateQueries({ queryKey: keys.me });
}

/** What a page edits of the settings. */
export interface Part<T> {
  page: PageName;
  pick: (instance: Instance) => T;
  /** The change that makes the settings hold the value. */
  toUpdate: (value: T, instance: Instance) => InstanceUpdate;
  /** My changes of `base` in what somebody else made of it meanwhile, where that is more than one setting beside another. */
  merge?: (base: T, mine: T, theirs: T) => T;
}

/** Somebody else changed the same part while it was edited. */
interface Clash<T> {
  name: string;
  theirs: T;
  keepMine: () => void;
  takeTheirs: () => void;
}

/** A part of the settings that is being edited. */
export interface Editing<T> {
  value: T;
  set: (value: T) => void;
  isDirty: boolean;
  isSaving: boolean;
  /** Why it could not be saved. */
  problem: string | undefined;
  clash: Clash<T> | undefined;
  discard: () => void;
  /** True when it was saved. */
  save: () => Promise<boolean>;
}

/** Whether two values are the same all the way down. */
export const same = (left: unknown, right: unknown): boolean => JSON.stringify(left) === JSON.stringify(right);

/** A draft that an older version of the tab has left may lack what this one needs. */
const fits = (draft: unknown, current: unknown): boolean =>
  typeof draft === 'object' && draft !== null && Object.keys(current as object).every((name) => name in draft);

const MOST_TRIES = 5;

/** Edits a part of the settings. */
export function useEditing<T>(instanceId: string, known: VersionedInstance, part: Part<T>): Editing<T> {
  const m = useMessages();
  const t = useTexts();
  const me = useMe();
  const key = draftKey(me.id, instanceId, part.page);
  const kept = useDraft<T>(key);
  const [isSaving, setSaving] = useState(false);
  const [problem, setProblem] = useState<string>();
  const current = part.pick(known.instance);
  const draft = kept && fits(kept.value, current) ? kept : undefined;
  const isDirty = draft !== undefined;
  // Inside the tab the draft is kept; the browser asks before it closes the page.
  useHeldPage(key, isDirty);
  // Somebody else did the same: nothing is left to save.
  const isDone = draft !== undefined && same(draft.value, current);
  useEffect(() => {
    if (isDone) keepDraft(key, undefined);
  }, [isDone, key]);

  const set = (value: T) => {
    setProblem(undefined);
    const { base, etag } = draft ?? { base: current, etag: known.etag };
    keepDraft(key, same(base, value) ? undefined : { base, etag, value });
  };
  const save = async (): Promise<boolean> => {
    const begun = readDraft<T>(key);
    if (!begun || isSaving) return false;
    setSaving(true);
    setProblem(undefined);
    try {
      const { saved, before } = await put(instanceId, begun, part, known);
      if (!saved) return false;
      keepDraft(key, undefined);
      const undo = undoing(() => takeBack(instanceId, part, before, saved.data.item), m, t);
      tell({ kind: 'done', text: t.saved(t.pages[part.page].name), undo, done: saved.done });
      return true;
    } catch (error) {
      setProblem(reasonOf(error, m, fieldNames(t)));
      return false;
    } finally {
      setSaving(false);
    }
  };
  const hasClash = draft !== undefined && !same(draft.base, current) && !same(draft.value, current);
  return {
    value: draft ? draft.value : current,
    set,
    isDirty,
    isSaving,
    problem,
    save,
    discard: () => {
      setProblem(undefined);
      keepDraft(key, undefined);
    },
    clash: hasClash
      ? {
          name: otherName(me.id, t.somebody),
          theirs: current,
          keepMine: () => {
            const value = (part.merge ?? mergedByName)(draft.base, draft.value, current);
            keepDraft(key, { base: current, etag: known.etag, value });
          },
          takeTheirs: () => keepDraft(key, undefined),
        }
      : undefined,
  };
}

/** Each setting as I have changed it, and as they have where I have not. */
function mergedByName<T>(base: T, mine: T, theirs: T): T {
  if (Array.isArray(mine)) return mine;
  const names = Object.keys(mine as object) as (keyof T)[];
  const entries = names.map((name) => [name, same(base[name], mine[name]) ? theirs[name] : mine[name]]);
  return Object.fromEntries(entries) as T;
}

/** Saves a draft; nothing when somebody else has changed the same part since it was begun. */
async function put<T>(instanceId: string, draft: Draft<T>, part: Part<T>, first: VersionedInstance) {
  let known = first;
  let etag = draft.etag;
  for (let attempt = 1; ; attempt++) {
    try {
      const before = part.pick(known.instance);
      const saved = await update(instanceId, part, draft.value, known.instance, etag);
      return { saved, before };
    } catch (error) {
      const isMet = error instanceof ApiError && error.code === 'precondition_failed';
      if (!isMet || attempt >= MOST_TRIES) throw error;
      known = await queryClient.fetchQuery({ ...settingsOptions(instanceId), staleTime: 0 });
      // What somebody else changed elsewhere in the settings is no collision.
      if (!same(part.pick(known.instance), draft.base)) return { saved: undefined, before: draft.base };
      etag = known.etag;
    }
  }
}

/** Gives a part of the settings back what it had before it was saved, unless somebody has changed it since. */
async function takeBack<T>(instanceId: string, part: Part<T>, before: T, saved: Instance): Promise<void> {
  const known = await queryClient.fetchQuery({ ...settingsOptions(instanceId), staleTime: 0 });
  if (!same(part.pick(known.instance), part.pick(saved))) throw new Overtaken();
  await update(instanceId, part, before, known.instance, known.etag);
}

/** Makes the settings hold a value of a part of them. */
async function update<T>(
  instanceId: string,
  part: Part<T>,
  value: T,
  current: Instance,
  ifMatch: string | undefined,
): Promise<Answer<'updateInstance'>> {
  const input = { instance: part.toUpdate(value, current) };
  const saved = await administer(instanceId, 'updateInstance', input, { ifMatch });
  remember(instanceId, { instance: saved.data.item, etag: saved.etag });
  return saved;
}
