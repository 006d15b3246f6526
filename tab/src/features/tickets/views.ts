/** Views of the list: filters and an order under a name. */

import type { SavedView } from '../../../../api/contract/views.ts';
import { call } from '../../api.ts';
import { keys, queryClient, useRole, useViews } from '../../data.ts';
import { usePreferences } from '../../preferences.ts';
import { filtersIn } from '../../ui/filter.ts';

/** The part of an address that a view is: filters, search and order. */
export function viewQuery(params: URLSearchParams): string {
  const kept = new URLSearchParams();
  for (const name of [...filtersIn(params), 'search', 'orderBy', 'order']) {
    const value = params.get(name);
    if (value) kept.set(name, value);
  }
  kept.sort();
  return kept.toString();
}

/** Views that every help desk has. What is mine belongs to the personal tab and to those who work tickets. */
export const BUILT_IN_VIEWS = {
  open: 'isResolved=false',
  unassigned: 'assigneeId=none&isResolved=false',
  mine: 'assigneeId=me&isResolved=false',
  overdue: 'expectedDateBefore=now&isResolved=false&order=ASC&orderBy=expectedDate',
  lateResponse: 'isFrtBreached=true&isResolved=false',
  lateResolution: 'isResolved=false&isRtBreached=true',
  resolved: 'isResolved=true',
  all: '',
} as const;
export type BuiltInView = keyof typeof BUILT_IN_VIEWS;

/** The views of a person's own tab. */
export const PERSONAL_VIEWS = {
  requested: 'requestorId=me',
  assigned: 'assigneeId=me&isResolved=false',
  news: 'unseenById=me',
  following: 'followerId=me',
} as const;
export type PersonalView = keyof typeof PERSONAL_VIEWS;

/** A query in the form that two are compared by. */
function normalized(query: string): string {
  const params = new URLSearchParams(query);
  params.sort();
  return params.toString();
}

export const isSameQuery = (left: string, right: string): boolean => normalized(left) === normalized(right);

/** Which saved view is shown: the one whose id stands in the address, also when it is changed; else one that is the same. */
export function shownView(saved: SavedView[], params: URLSearchParams): SavedView | undefined {
  const named = saved.find(({ id }) => id === params.get('view'));
  const current = viewQuery(params);
  if (named || Object.values<string>(BUILT_IN_VIEWS).some((query) => isSameQuery(query, current))) return named;
  return saved.find(({ query }) => isSameQuery(query, current));
}

/** The address of a view. */
export function queryOf({ query, id }: SavedView): string {
  const params = new URLSearchParams(query);
  params.set('view', id);
  return params.toString();
}

/** What a page shows that was asked for nothing; undefined while that is not known. */
export function useFirstQuery(instanceId: string, isPersonal: boolean): string | undefined {
  const isMember = useRole(instanceId) === 'member';
  const { data: saved, isError } = useViews(instanceId);
  const wanted = usePreferences().firstViews[instanceId];
  if (isPersonal) return isMember ? PERSONAL_VIEWS.requested : PERSONAL_VIEWS.assigned;
  if (wanted === undefined) return BUILT_IN_VIEWS.open;
  if (wanted in BUILT_IN_VIEWS) return BUILT_IN_VIEWS[wanted as BuiltInView] || 'view=all';
  if (!saved && !isError) return undefined;
  const view = saved?.find(({ id }) => id === wanted);
  return view ? queryOf(view) : BUILT_IN_VIEWS.open;
}

/** Keeps a view, new or changed. */
export async function putView(instanceId: string, { id, name, isShared, query, columns }: NewView): Promise<void> {
  await call(instanceId, 'putView', { viewId: id, name, isShared, query, columns });
  await queryClient.invalidateQueries({ queryKey: keys.views(instanceId) });
}
export type NewView = Omit<SavedView, 'owner'>;

/**
 * Changes a view as it is now, for its name and what it shows are changed apart. False when somebody else has changed the
 * same since it was seen, or it is gone.
 */
export async function changeView(instanceId: string, seen: SavedView, change: Partial<NewView>): Promise<boolean> {
  const { items } = (await call(instanceId, 'listViews', {})).data;
  const now = items.find(({ id }) => id === seen.id);
  const names = Object.keys(change) as (keyof NewView)[];
  if (now && names.every((name) => JSON.stringify(now[name]) === JSON.stringify(seen[name]))) {
    await putView(instanceId, { ...now, ...change });
    return true;
  }
  await queryClient.invalidateQueries({ queryKey: keys.views(instanceId) });
  return false;
}
