/** The tags as an owner edits them: all categories at once, saved one by one where something changed. */

import { useEffect, useState } from 'react';
import type { TagCategory } from '../../../../api/contract/tags.ts';
import { reasonOf, tell } from '../../changes.ts';
import { keys, queryClient, useMe } from '../../data.ts';
import { useMessages } from '../../i18n.tsx';
import { draftKey, keepDraft, useDraft } from './drafts.ts';
import { type Editing, same } from './editing.ts';
import { fieldNames } from './field-names.ts';
import { administer } from './operations.ts';
import { useTexts } from './texts.ts';
import { isOvertaken, Overtaken, undoing } from './undoing.ts';
import { otherName } from './who-changed.ts';

/** A category in the form; one that is new has an id of its own until it is saved. */
export type EditedCategory = Omit<TagCategory, 'instanceId'> & { isNew?: boolean };

const editedOf = ({ instanceId: _, ...category }: TagCategory): EditedCategory => category;

export function useTagsEditing(instanceId: string, categories: TagCategory[]): Editing<EditedCategory[]> {
  const m = useMessages();
  const t = useTexts();
  const me = useMe();
  const key = draftKey(me.id, instanceId, 'tags');
  const kept = useDraft<EditedCategory[]>(key);
  const [isSaving, setSaving] = useState(false);
  const [problem, setProblem] = useState<string>();
  const current = categories.map(editedOf);
  const hasClash = kept !== undefined && touched(kept).some((mine) => isMet(mine, kept.base, current));
  // What somebody else changed in other categories is no collision: it is there, beside mine.
  const draft = kept && !hasClash ? { base: current, value: merged(kept.base, kept.value, current) } : kept;
  // Somebody else did the same: nothing is left to save.
  const isDone = draft !== undefined && same(draft.value, current);
  useEffect(() => {
    if (isDone) keepDraft(key, undefined);
  }, [isDone, key]);

  const set = (value: EditedCategory[]) => {
    setProblem(undefined);
    const base = draft?.base ?? current;
    keepDraft(key, same(base, value) ? undefined : { base, etag: undefined, value });
  };
  const save = async (): Promise<boolean> => {
    if (!draft || isSaving) return false;
    setSaving(true);
    setProblem(undefined);
    try {
      const saved = await put(instanceId, draft.base, draft.value);
      keepDraft(key, undefined);
      const undo = undoing(() => put(instanceId, saved, draft.base), m, t);
      tell({ kind: 'done', text: t.saved(t.pages.tags.name), undo });
      return true;
    } catch (error) {
      // What is there now has been read: the clash shows itself.
      if (!isOvertaken(error)) setProblem(reasonOf(error, m, fieldNames(t)));
      return false;
    } finally {
      setSaving(false);
    }
  };
  return {
    value: draft ? draft.value : current,
    set,
    isDirty: draft !== undefined,
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
          keepMine: () =>
            keepDraft(key, { base: current, etag: undefined, value: merged(kept.base, kept.value, current) }),
          takeTheirs: () => keepDraft(key, undefined),
        }
      : undefined,
  };
}

const find = (categories: EditedCategory[], id: string) => categories.find((one) => one.id === id);

/** The categories that are not as they were when the editing began. */
const touched = ({ base, value }: { base: EditedCategory[]; value: EditedCategory[] }): EditedCategory[] =>
  value.filter((category) => !same(category, find(base, category.id)));

/** Whether somebody else made another thing of a category that I have changed. */
function isMet(mine: EditedCategory, base: EditedCategory[], now: EditedCategory[]): boolean {
  const theirs = find(now, mine.id);
  return !mine.isNew && !same(theirs, find(base, mine.id)) && !same(theirs, mine);
}

/** My changes on what is there now: the categories that I did not touch are as somebody else left them. */
function merged(base: EditedCategory[], value: EditedCategory[], now: EditedCategory[]): EditedCategory[] {
  const mine = touched({ base, value });
  return [...now.map((category) => find(mine, category.id) ?? category), ...mine.filter(({ isNew }) => isNew)];
}

/**
 * Changes what differs and makes what is new; answers what is there then. A category is never removed, only deleted.
 * Throws `Overtaken`, before anything is changed, when one of them is not what it was at the beginning; what changes
 * between that look and the change itself, the server refuses.
 */
async function put(instanceId: string, base: EditedCategory[], value: EditedCategory[]): Promise<EditedCategory[]> {
  const gone = base.filter(({ id }) => !find(value, id)).map((category) => ({ ...category, deleted: true }));
  const changed = [...touched({ base, value }), ...gone];
  const known = changed.filter(({ id }) => find(base, id));
  try {
    const versions = await Promise.all(known.map(({ id }) => versionOf(instanceId, find(base, id)!)));
    for (const [index, category] of known.entries()) {
      const tagCategory = fieldsOf(category, find(base, category.id));
      const input = { tagCategoryId: category.id, tagCategory };
      await administer(instanceId, 'updateTagCategory', input, { ifMatch: versions[index] });
    }
    for (const category of changed.filter(({ id }) => !find(base, id))) {
      const tagCategory = fieldsOf(category, undefined);
      await administer(instanceId, 'createTagCategory', { tagCategory }, { idempotencyKey: category.id });
    }
  } finally {
    await queryClient.invalidateQueries({ queryKey: keys.tags(instanceId) });
  }
  return (queryClient.getQueryData<TagCategory[]>(keys.tags(instanceId)) ?? []).map(editedOf);
}

/** The version of a category, which the list of them does not tell. */
async function versionOf(instanceId: string, category: EditedCategory): Promise<string | undefined> {
  const { data, etag } = await administer(instanceId, 'getTagCategory', { tagCategoryId: category.id });
  if (!same(editedOf(data.item), category)) throw new Overtaken();
  return etag;
}

const fieldsOf = (category: EditedCategory, before: EditedCategory | undefined) => {
  const { text, color, deleted } = category;
  return { text: text.trim(), color, deleted, tags: tagsOf(category, before) };
};

/** The tags to save: what was renamed stays as a deleted one, for tickets have it by its name. */
function tagsOf({ tags }: EditedCategory, before: EditedCategory | undefined): EditedCategory['tags'] {
  const given = tags.map(({ text, deleted }) => ({ text: text.trim(), deleted })).filter(({ text }) => text !== '');
  const gone = (before?.tags ?? []).filter(({ text }) => !given.some((tag) => tag.text === text));
  return [...given, ...gone.map(({ text }) => ({ text, deleted: true }))];
}
