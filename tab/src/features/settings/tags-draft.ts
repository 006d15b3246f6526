/** The tags as an owner edits them: all categories at once, saved one by one where something changed. */

import { useState } from 'react';
import type { TagCategory } from '../../../../api/contract/tags.ts';
import { call } from '../../api.ts';
import { reasonOf, tell } from '../../changes.ts';
import { keys, queryClient, useMe } from '../../data.ts';
import { useMessages } from '../../i18n.tsx';
import { draftKey, keepDraft, readDraft, useDraft } from './drafts.ts';
import { type Editing, same } from './editing.ts';
import { undoing } from './members.ts';
import { administer } from './operations.ts';
import { useTexts } from './texts.ts';
import { lastChange } from './who-changed.ts';

/** A category in the form; one that is new has an id of its own until it is saved. */
export type EditedCategory = Omit<TagCategory, 'instanceId'> & { isNew?: boolean };

const editedOf = ({ instanceId: _, ...category }: TagCategory): EditedCategory => category;

/** The list has no versions, so the categories are read once more before they are saved, and compared. */
export function useTagsEditing(instanceId: string, categories: TagCategory[]): Editing<EditedCategory[]> {
  const m = useMessages();
  const t = useTexts();
  const me = useMe();
  const key = draftKey(me.id, instanceId, 'tags');
  const draft = useDraft<EditedCategory[]>(key);
  const [isSaving, setSaving] = useState(false);
  const [problem, setProblem] = useState<string>();
  const current = categories.map(editedOf);
  const set = (value: EditedCategory[]) => {
    setProblem(undefined);
    const base = readDraft<EditedCategory[]>(key)?.base ?? current;
    keepDraft(key, same(base, value) ? undefined : { base, etag: undefined, value });
  };
  const save = async (): Promise<boolean> => {
    const begun = readDraft<EditedCategory[]>(key);
    if (!begun || isSaving) return false;
    setSaving(true);
    setProblem(undefined);
    try {
      const fresh = (await call(instanceId, 'listTags', {})).data.items;
      queryClient.setQueryData(keys.tags(instanceId), fresh);
      if (!same(fresh.map(editedOf), begun.base)) return false;
      const saved = await put(instanceId, begun.base, begun.value);
      keepDraft(key, undefined);
      const undo = undoing(() => put(instanceId, saved, begun.base), m);
      tell({ kind: 'done', text: t.saved(t.pages.tags.name), undo });
      return true;
    } catch (error) {
      setProblem(reasonOf(error, m));
      return false;
    } finally {
      setSaving(false);
    }
  };
  const hasClash = draft !== undefined && !same(draft.base, current);
  const last = lastChange.get();
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
          name: last && last.personId !== me.id ? last.name : t.somebody,
          theirs: current,
          keepMine: () =>
            keepDraft(key, { base: current, etag: undefined, value: merged(draft.base, draft.value, current) }),
          takeTheirs: () => keepDraft(key, undefined),
        }
      : undefined,
  };
}

/** My changes on what is there now: the categories that I did not touch are as somebody else left them. */
function merged(base: EditedCategory[], mine: EditedCategory[], now: EditedCategory[]): EditedCategory[] {
  const touched = mine.filter(
    (category) =>
      !same(
        category,
        base.find(({ id }) => id === category.id),
      ),
  );
  const kept = now.map((category) => touched.find(({ id }) => id === category.id) ?? category);
  return [...kept, ...touched.filter(({ isNew }) => isNew)];
}

/** Makes what is new and changes what differs; answers what is there then. A category is never removed, only deleted. */
async function put(instanceId: string, base: EditedCategory[], value: EditedCategory[]): Promise<EditedCategory[]> {
  try {
    for (const category of value) {
      const { id, text, color, deleted } = category;
      const before = base.find((one) => one.id === id);
      const tagCategory = { text: text.trim(), color, deleted, tags: tagsOf(category, before) };
      if (!before) await administer(instanceId, 'createTagCategory', { tagCategory }, { idempotencyKey: id });
      else if (!same(before, category))
        await administer(instanceId, 'updateTagCategory', { tagCategoryId: id, tagCategory });
    }
    for (const { id } of base.filter((one) => !value.some((other) => other.id === one.id))) {
      await administer(instanceId, 'updateTagCategory', { tagCategoryId: id, tagCategory: { deleted: true } });
    }
  } finally {
    await queryClient.invalidateQueries({ queryKey: keys.tags(instanceId) });
  }
  return (queryClient.getQueryData<TagCategory[]>(keys.tags(instanceId)) ?? []).map(editedOf);
}

/** The tags to save: what was renamed stays as a deleted one, for tickets have it by its name. */
function tagsOf({ tags }: EditedCategory, before: EditedCategory | undefined): EditedCategory['tags'] {
  const given = tags.map(({ text, deleted }) => ({ text: text.trim(), deleted })).filter(({ text }) => text !== '');
  const gone = (before?.tags ?? []).filter(({ text }) => !given.some((tag) => tag.text === text));
  return [...given, ...gone.map(({ text }) => ({ text, deleted: true }))];
}
