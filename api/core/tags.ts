import { fail } from '../contract/errors.ts';
import type { Input } from '../contract/operations.ts';
import type { TagCategory } from '../contract/tags.ts';
import type { Stored } from '../store/store.ts';
import { actingPerson, type Context, checkVersion, commit, type ItemResult } from './context.ts';
import { allOf } from './paging.ts';
import type { ListResult } from './ticket-list.ts';
import { TextView, ValueView } from './view.ts';

/** All tag categories, the deleted ones too (TW-47). */
export async function listTags(ctx: Context): Promise<ListResult<TagCategory>> {
  const items = await allOf(ctx.instance, 'tagCategory');
  return { items: items.map(({ json }) => new TextView<TagCategory>(json)), itemCount: items.length };
}

export async function createTagCategory(
  ctx: Context,
  input: Input<'createTagCategory'>,
): Promise<ItemResult<TagCategory>> {
  const empty: TagCategory = {
    id: ctx.newId(),
    instanceId: ctx.actor.instanceId,
    text: '',
    color: '#616161',
    tags: [],
    deleted: false,
  };
  return put(ctx, merge(empty, input.tagCategory), null);
}

export async function getTagCategory(ctx: Context, input: Input<'getTagCategory'>): Promise<ItemResult<TagCategory>> {
  const { json, version } = await findCategory(ctx, input.tagCategoryId);
  return { item: new TextView<TagCategory>(json), version };
}

async function findCategory(ctx: Context, id: string): Promise<Stored<'tagCategory'>> {
  const stored = await ctx.instance.get('tagCategory', id.toLowerCase());
  return stored ?? fail('not_found', 'There is no such tag category in this instance.');
}

export async function updateTagCategory(
  ctx: Context,
  input: Input<'updateTagCategory'>,
): Promise<ItemResult<TagCategory>> {
  const stored = await findCategory(ctx, input.tagCategoryId);
  checkVersion(ctx, stored.version);
  return put(ctx, merge(stored.value, input.tagCategory), stored.version);
}

function merge(before: TagCategory, given: Input<'updateTagCategory'>['tagCategory']): TagCategory {
  const tags = given.tags?.map(({ text, deleted }) => ({ text, deleted: deleted ?? false })) ?? before.tags;
  const { text = before.text, color = before.color, deleted = before.deleted } = given;
  return { ...before, text, color, deleted, tags };
}

function put(ctx: Context, value: TagCategory, replaces: number | null): Promise<ItemResult<TagCategory>> {
  return commit(ctx, {
    changes: [
      { put: 'tagCategory', id: value.id, value, replaces },
      { event: { id: ctx.newId(), type: 'tags.updated', at: ctx.at, by: actingPerson(ctx, undefined) } },
    ],
    item: new ValueView(value),
    version: (replaces ?? 0) + 1,
  });
}
