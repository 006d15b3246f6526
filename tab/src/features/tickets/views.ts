/** Views of the list: filters and an order under a name. */

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
  overdue: 'expectedDateBefore=%2B0&isResolved=false&order=ASC&orderBy=expectedDate',
  resolved: 'isResolved=true',
  all: '',
} as const;
export type BuiltInView = keyof typeof BUILT_IN_VIEWS;

/** The views of a person's own tab. */
export const PERSONAL_VIEWS = {
  requested: 'requestorId=me',
  assigned: 'assigneeId=me&isResolved=false',
  following: 'followerId=me',
} as const;
export type PersonalView = keyof typeof PERSONAL_VIEWS;

/** A query in the form that two are compared by. */
export function normalized(query: string): string {
  const params = new URLSearchParams(query);
  params.sort();
  return params.toString();
}
