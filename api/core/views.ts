import { fail } from '../contract/errors.ts';
import type { Event } from '../contract/events.ts';
import type { Input } from '../contract/operations.ts';
import type { SavedView } from '../contract/views.ts';
import { actingPerson, type Context, type ItemResult } from './context.ts';
import { allOf } from './paging.ts';
import type { ListResult } from './ticket-list.ts';
import { ValueView } from './view.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

const isOwn = (ctx: Context, view: SavedView): boolean => view.owner.id === actingPerson(ctx, undefined).id;

export async function listViews(ctx: Context): Promise<ListResult<SavedView>> {
  const seen = (await allOf(ctx.instance, 'view'))
    .map(({ value }) => value)
    .filter((view) => view.isShared || isOwn(ctx, view));
  const sorted = seen.toSorted((left, right) => left.name.localeCompare(right.name));
  return { items: sorted.map((view) => new ValueView(view)), itemCount: sorted.length };
}

export async function putView(ctx: Context, input: Input<'putView'>): Promise<ItemResult<SavedView>> {
  const { viewId, name, isShared, query, columns } = input;
  const id = viewId.toLowerCase();
  if (!UUID.test(id)) return fail('not_found', 'The id of a view is a UUID of your choice.');
  const stored = await ctx.instance.get('view', id);
  if (stored) checkMine(ctx, stored.value);
  if (isShared && ctx.actor.role === 'member') fail('forbidden', 'Only those who work tickets can share a view.');
  const owner = stored?.value.owner ?? actingPerson(ctx, undefined);
  const view: SavedView = { id, name, isShared, owner, query, columns };
  const changes = [{ put: 'view' as const, id, value: view, replaces: stored?.version ?? null }];
  await ctx.instance.commit([...changes, told(ctx, view, stored?.value)]);
  return { item: new ValueView(view) };
}

export async function deleteView(ctx: Context, input: Input<'deleteView'>): Promise<undefined> {
  const stored = await ctx.instance.get('view', input.viewId.toLowerCase());
  if (!stored) return fail('not_found', 'There is no such view.');
  checkMine(ctx, stored.value);
  await ctx.instance.commit([{ delete: 'view', id: stored.id, replaces: stored.version }, told(ctx, stored.value)]);
  return undefined;
}

/** Everybody who has the view, or had it before, is told; of their own only its owner. */
function told(ctx: Context, view: SavedView, before = view): { event: Event } {
  const event: Event = { id: ctx.newId(), type: 'views.updated', at: ctx.at, by: actingPerson(ctx, undefined) };
  return { event: view.isShared || before.isShared ? event : { ...event, to: view.owner } };
}

/** Somebody else's view is not there; a shared one belongs to its owner and to the owners of the instance. */
function checkMine(ctx: Context, view: SavedView): void {
  if (isOwn(ctx, view)) return;
  if (!view.isShared) fail('not_found', 'There is no such view.');
  if (ctx.actor.role !== 'owner') fail('forbidden', `This view belongs to ${view.owner.name}.`);
}
