/** What the tab reads, each with the key that it is remembered under. */

import {
  type InfiniteData,
  keepPreviousData,
  QueryClient,
  queryOptions,
  useInfiniteQuery,
  useQuery,
} from '@tanstack/react-query';
import type { Instance } from '../../api/contract/instance.ts';
import type { Me, Role } from '../../api/contract/people.ts';
import type { Ticket } from '../../api/contract/tickets.ts';
import type { Person } from '../../api/contract/wire.ts';
import type { Workflow } from '../../api/contract/workflow.ts';
import { ApiError, call, canSucceedLater, type Input } from './api.ts';
import { tabConfig } from './session.ts';

const TRIES = 3;
/** What could not be read then is read once more every now and then, for as long as it is shown. */
const FAILED_AGAIN_MS = 30_000;

/** Reads again by itself only what can succeed the next time. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      gcTime: 10 * 60_000,
      refetchOnWindowFocus: true,
      retry: (count, error) => count < TRIES && canSucceedLater(error),
      retryDelay: (count, error) =>
        error instanceof ApiError && error.retryAfter ? error.retryAfter * 1000 : 500 * 2 ** count,
      refetchInterval: ({ state: { error } }) => (error && canSucceedLater(error) ? FAILED_AGAIN_MS : false),
    },
  },
});

/** What a list is asked for. */
export type ListFilter = Omit<Input<'listTickets'>, 'continuationToken' | 'limit' | 'offset' | 'select' | 'include'>;

/** A ticket as the list has it: all but its long texts. */
export type ListedTicket = Omit<Ticket, 'description' | 'description_HTML' | 'workflow'>;

interface TicketPage {
  items: ListedTicket[];
  itemCount: number;
  continuationToken?: string;
  /** What the whole chain of pages means by now. */
  now: string;
}
/** The pages of a list that have been read. */
export type TicketPages = InfiniteData<TicketPage>;

/** A ticket with the version that a change of it names. */
export interface VersionedTicket {
  ticket: Ticket;
  etag: string | undefined;
}

const SELECT: (keyof ListedTicket)[] = [
  'ticketNo',
  'title',
  'statusId',
  'status',
  'resolvedStatus',
  'resolution',
  'priority',
  'requestor',
  'assignee',
  'expectedDate',
  'tags',
  'customFields',
  'createdOn',
  'lastUpdatedOn',
  'lastInteraction',
  'createdBy',
  'lastUpdatedBy',
  'firstResponseOn',
  'lastResolutionOn',
  'isFrtBreached',
  'isRtBreached',
  'promises',
  'assigneeUnseenEventCnt',
  'requestorUnseenEventCnt',
  'origin',
  'followers',
];
const PAGE = 100;
/** What is overdue is read anew as time goes on: nothing tells of it. */
const OVERDUE_MS = 60_000;

/** Under which key everything that is read is remembered. */
export const keys = {
  me: ['me'],
  all: (instanceId: string) => [instanceId],
  instance: (instanceId: string) => [instanceId, 'instance'],
  tags: (instanceId: string) => [instanceId, 'tags'],
  views: (instanceId: string) => [instanceId, 'views'],
  members: (instanceId: string) => [instanceId, 'members'],
  peoples: (instanceId: string) => [instanceId, 'people'],
  people: (instanceId: string, search: string, among: string) => [instanceId, 'people', search, among],
  lists: (instanceId: string) => [instanceId, 'tickets'],
  list: (instanceId: string, filter: ListFilter) => [instanceId, 'tickets', filter],
  openTickets: (instanceId: string) => [instanceId, 'ticket'],
  ticket: (instanceId: string, ticketNo: string) => [instanceId, 'ticket', ticketNo],
  histories: (instanceId: string) => [instanceId, 'activities'],
  activities: (instanceId: string, ticketNo: string) => [instanceId, 'activities', ticketNo],
};

/** How the person who is signed in is read. */
export const meOptions = queryOptions({
  queryKey: keys.me,
  // With its signal, one that is not answered can be asked again.
  queryFn: async ({ signal }): Promise<Me> => (await call('', 'getMe', {}, { signal })).data.item,
  staleTime: 5 * 60_000,
});

/** The person who is signed in; only below the gate that waited for them. */
export function useMe(): Me {
  const { data } = useQuery(meOptions);
  return data!;
}

/** The same, as they stand on tickets. */
export function useMyself(): Person {
  const { id, name, email } = useMe();
  return { id, name, email };
}

/** The server's configuration, which stays what it is; undefined until it is there. */
export const useTabConfig = () =>
  useQuery({ queryKey: ['config'], queryFn: tabConfig, staleTime: Number.POSITIVE_INFINITY }).data;

/** What the person may do in an instance. */
export const useRole = (instanceId: string): Role =>
  useMe().instances.find(({ id }) => id === instanceId)?.role ?? 'member';

/** The settings of an instance as its people read them. */
export const useInstance = (instanceId: string) =>
  useQuery({
    queryKey: keys.instance(instanceId),
    queryFn: async ({ signal }): Promise<Instance> => (await call(instanceId, 'getInstance', {}, { signal })).data.item,
    staleTime: 5 * 60_000,
  });

/** The title of a custom field of any instance that was read. */
export function fieldTitle(fieldId: string): string | undefined {
  const isInstance = ({ queryKey: [, what, ...more] }: { queryKey: readonly unknown[] }) =>
    what === 'instance' && more.length === 0;
  const instances = queryClient.getQueriesData<Instance>({ predicate: isInstance });
  const fields = instances.flatMap(([, instance]) => instance?.customFields ?? []);
  return fields.find(({ id }) => id === fieldId)?.title;
}

/** Whether an instance is switched off: everything can be read, and nothing changed but its settings. */
export const useIsOff = (instanceId: string): boolean => useInstance(instanceId).data?.enabled === false;

/** Whether the person may work tickets here and now. */
export function useCanWork(instanceId: string): boolean {
  const isOff = useIsOff(instanceId);
  return useRole(instanceId) !== 'member' && !isOff;
}

/** The states that a ticket goes through; none until the settings are there. */
export const useWorkflow = (instanceId: string): Workflow =>
  useInstance(instanceId).data?.workflows[0] ?? { states: [], resolutions: [] };

/** The categories of tags, deleted ones too. */
export const useTags = (instanceId: string) =>
  useQuery({
    queryKey: keys.tags(instanceId),
    queryFn: async ({ signal }) => (await call(instanceId, 'listTags', {}, { signal })).data.items,
    staleTime: 5 * 60_000,
  });

/** The saved views that the person has in an instance. */
export const useViews = (instanceId: string) =>
  useQuery({
    queryKey: keys.views(instanceId),
    queryFn: async ({ signal }) => (await call(instanceId, 'listViews', {}, { signal })).data.items,
    staleTime: 60_000,
  });

/** The tickets of a filter, page by page; while another filter loads, the rows of the one before stay. */
export const useTicketPages = (instanceId: string, filter: ListFilter) =>
  useInfiniteQuery({
    queryKey: keys.list(instanceId, filter),
    queryFn: async ({ pageParam, signal }) => {
      const { now = new Date().toISOString(), ...page } = pageParam;
      const before = filter.expectedDateBefore === 'now' ? { expectedDateBefore: now } : {};
      const input = { ...filter, ...before, ...page, limit: PAGE, include: 'promises', select: SELECT.join(',') };
      const { data } = await call(instanceId, 'listTickets', input, { signal });
      return { ...(data as Omit<TicketPage, 'now'>), now };
    },
    initialPageParam: {} as Partial<Pick<TicketPage, 'now' | 'continuationToken'>>,
    getNextPageParam: ({ continuationToken, now }) => (continuationToken ? { continuationToken, now } : undefined),
    // Comparing thousands of rows with each page that arrives takes longer than drawing those that can be seen.
    structuralSharing: false,
    placeholderData: keepPreviousData,
    ...(filter.expectedDateBefore === 'now' && { refetchInterval: OVERDUE_MS }),
  });

/** The tickets of some pages; one that moved up while they were read can be in two of them. */
export function ticketsOf(lists: TicketPages | undefined): ListedTicket[] {
  const all = lists?.pages.flatMap(({ items }) => items) ?? [];
  return [...new Map(all.map((ticket) => [ticket.id, ticket])).values()];
}

/** A few tickets, for suggestions. */
export const useTicketSearch = (instanceId: string, search: string, limit: number, enabled: boolean) =>
  useQuery({
    queryKey: [instanceId, 'tickets', 'search', search, limit],
    queryFn: async ({ signal }) =>
      (await call(instanceId, 'listTickets', { search, limit, orderBy: 'lastInteraction' }, { signal })).data.items,
    placeholderData: keepPreviousData,
    enabled,
  });

/** What the page of a ticket shows beyond the ticket's usual fields. */
export const TICKET_INCLUDE = 'description_HTML,promises';

/** A ticket by its id or its number, as it is now. */
export async function readTicket(instanceId: string, ticketId: string, signal?: AbortSignal): Promise<VersionedTicket> {
  const { data, etag } = await call(instanceId, 'getTicket', { ticketId, include: TICKET_INCLUDE }, { signal });
  return { ticket: data.item, etag };
}

const ticketOptions = (instanceId: string, ticketNo: string) =>
  queryOptions({
    queryKey: keys.ticket(instanceId, ticketNo),
    queryFn: ({ signal }) => readTicket(instanceId, ticketNo, signal),
  });

/** A ticket that is open. */
export const useTicket = (instanceId: string, ticketNo: string) => useQuery(ticketOptions(instanceId, ticketNo));

/** The history of a ticket, oldest first. */
export const useActivities = (instanceId: string, ticketNo: string) =>
  useQuery({
    queryKey: keys.activities(instanceId, ticketNo),
    queryFn: async ({ signal }) => {
      const input = { ticketId: ticketNo, include: 'comment_HTML' };
      return (await call(instanceId, 'listActivities', input, { signal })).data.items.toReversed();
    },
  });

/** How long the pointer rests on a ticket before somebody may be about to open it. */
const RESTING_MS = 120;
let resting: ReturnType<typeof setTimeout> | undefined;

/** Fetches a ticket before somebody opens it: when the pointer rests on it, not when it passes by. */
export function prefetchTicket(instanceId: string, ticketNo: number | undefined): void {
  clearTimeout(resting);
  if (ticketNo === undefined) return;
  resting = setTimeout(() => void queryClient.prefetchQuery(ticketOptions(instanceId, String(ticketNo))), RESTING_MS);
}

/** Puts what is known of a ticket into every list that shows it, and into its own page. */
export const patchTicket = (instanceId: string, ticketId: string, patch: Partial<Ticket>): void =>
  patchTickets(instanceId, new Map([[ticketId, patch]]));

/** What is known of each, by id. */
export function patchTickets(instanceId: string, patches: Map<string, Partial<Ticket>>): void {
  putInPlace<TicketPages>(keys.lists(instanceId), (lists) => {
    const has = (page: TicketPage) => page.items.some(({ id }) => patches.has(id));
    // What has no pages, such as a count or a name, is read again with the lists.
    if (!lists.pages?.some(has)) return lists;
    const patched = (one: ListedTicket) => (patches.has(one.id) ? { ...one, ...patches.get(one.id) } : one);
    // A page that stays the same object is not compared in depth.
    return {
      ...lists,
      pages: lists.pages.map((page) => (has(page) ? { ...page, items: page.items.map(patched) } : page)),
    };
  });
  putInPlace<VersionedTicket>(keys.openTickets(instanceId), (known) => {
    const patch = patches.get(known.ticket.id);
    return patch ? { ...known, ticket: { ...known.ticket, ...patch } } : known;
  });
}

/** Changes a part of what was read, which is as old as it was: what has to be read again is read again all the same. */
function putInPlace<T>(queryKey: readonly unknown[], change: (data: T) => T): void {
  for (const query of queryClient.getQueryCache().findAll({ queryKey })) {
    const { data, dataUpdatedAt, isInvalidated } = query.state;
    if (!data) continue;
    const changed = change(data as T);
    if (changed === data) continue;
    query.setData(changed, { updatedAt: dataUpdatedAt, manual: true });
    if (isInvalidated) query.invalidate();
  }
}

/** How often a ticket was changed before it was read: the first part of its `ETag`. */
const versionOf = (etag: string | undefined): number => Number(/^"?(\d+)/.exec(etag ?? '')?.[1] ?? 0);

/** Keeps what a change has answered, unless a later change was read while that answer was on its way; whether it did. */
export function keepTicket(instanceId: string, { ticket, etag }: VersionedTicket): boolean {
  const queryKey = keys.ticket(instanceId, String(ticket.ticketNo));
  const known = queryClient.getQueryData<VersionedTicket>(queryKey);
  if (known && versionOf(known.etag) > versionOf(etag)) return false;
  queryClient.setQueryData<VersionedTicket>(queryKey, { ticket, etag });
  return true;
}
