/** What happens elsewhere, as it happens: the server tells, and what the page shows is read again. */

import type { Query } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { Ticket } from '../../api/contract/tickets.ts';
import { call } from './api.ts';
import { keys, type ListedTicket, patchTickets, queryClient, type TicketPages, useMe, useRole } from './data.ts';
import { hearTogether } from './live-stream.ts';
import { isLive } from './signals.ts';

/** As the server sends it. */
interface LiveEvent {
  type: string;
  by?: { id: string; name: string };
  ticketId?: string;
  ticketNo?: number;
}

/** Changes that come in a burst are read once; where they go on coming, the pauses between the readings grow. */
const BURST_MS = 50;
const LONGEST_PAUSE_MS = 2000;
/** After so many readings in a minute each one waits for the longest pause: a busy help desk does not busy the server. */
const MOST_QUICK = 60;
/** A reading that takes longer is not waited for. */
const READING_MS = 10_000;
/** What was read before the page could hear of changes is read once more, when it has settled. */
const SETTLED_MS = 1500;
/** A list with more pages than this is not read anew for each change: the rows that changed are. */
const MOST_PAGES = 3;
/** Such a list is read whole a while after, for what left it, came to it or moved: on the average a page a second. */
const SETTLED_PAGE_MS = 1000;
const READ_TOGETHER = 6;

const listeners = new Set<(event: LiveEvent) => void>();

/** Hears of each event before anything is read because of it; answers what ends that. */
export function onLiveEvent(listener: (event: LiveEvent) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Follows an instance for as long as the component is there. */
export function useLive(instanceId: string): void {
  const { id: personId } = useMe();
  useEffect(() => {
    const ending = new AbortController();
    follow(instanceId, personId, ending.signal);
    return () => ending.abort();
  }, [instanceId, personId]);
  const role = useRole(instanceId);
  const last = useRef({ instanceId, role });
  useEffect(() => {
    const { current: before } = last;
    last.current = { instanceId, role };
    if (role === 'member' && before.role !== role && before.instanceId === instanceId) void forget(instanceId);
  }, [instanceId, role]);
}

/**
 * Who has become a member sees less: what was read before goes from every page at once. Only a ticket that they still may
 * see stays where it is, under what they are writing.
 */
async function forget(instanceId: string): Promise<void> {
  const queryKey = keys.openTickets(instanceId);
  queryClient.removeQueries({ queryKey, type: 'inactive' });
  const isOther = ({ queryKey: [, what] }: Query) => what !== queryKey[1];
  void queryClient.resetQueries({ queryKey: keys.all(instanceId), predicate: isOther });
  await queryClient.invalidateQueries({ queryKey });
  await queryClient.resetQueries({ queryKey, predicate: ({ state }) => state.status === 'error' });
}

/** Whoever does not look reads nothing: what is stale is read again by itself when they do. */
const isSeen = (): boolean => document.visibilityState === 'visible';

function follow(instanceId: string, personId: string, signal: AbortSignal): void {
  let isFirst = true;
  const changes = collector(instanceId, signal);
  const catchUp = () => {
    if (!isFirst || isLive.get() === 'offline') return readAgain(instanceId);
    const before = queryClient.getQueryCache().findAll({ queryKey: keys.all(instanceId) });
    setTimeout(() => signal.aborted || readTicketsAgain(instanceId, new Set(before)), SETTLED_MS);
  };
  void hearTogether(instanceId, personId, signal, (heard) => {
    if (heard.kind === 'change') changes.take(JSON.parse(heard.text));
    else if (heard.kind === 'reset') readAgain(instanceId);
    // The server ends it for whoever is another thing here now; who was taken out finds no help desk any more.
    else if (heard.kind === 'ended') void queryClient.invalidateQueries({ queryKey: keys.me });
    else if (heard.kind === 'offline') isLive.set('offline');
    else {
      if (heard.isGap || isFirst) catchUp();
      isFirst = false;
      isLive.set('live');
    }
  });
}

const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Reads what is shown now, the rest when it is shown again. What was asked for and not answered yet is asked for anew. */
async function readAnew(queryKey: readonly unknown[], predicate = (_: Query) => true): Promise<void> {
  const isFirstUnderWay = ({ state }: Query) => state.data === undefined && state.fetchStatus === 'fetching';
  await queryClient.cancelQueries({ queryKey, predicate: (query) => isFirstUnderWay(query) && predicate(query) });
  await queryClient.invalidateQueries({ queryKey, predicate, refetchType: isSeen() ? 'active' : 'none' });
}

const readAgain = (instanceId: string): void => void readAnew(keys.all(instanceId));

/** Reads the settings, and then the lists: they are sorted by the workflow, name its states, and are filtered by fields. */
async function readSettings(instanceId: string): Promise<void> {
  await readAnew(keys.instance(instanceId));
  // A filter by a field that is gone goes when the page is drawn with them.
  await after(BURST_MS);
  await readAnew(keys.lists(instanceId));
}

/** The tickets of what was asked for before. */
function readTicketsAgain(instanceId: string, before: Set<unknown>): void {
  for (const queryKey of [keys.lists(instanceId), keys.openTickets(instanceId), keys.histories(instanceId)]) {
    void readAnew(queryKey, (query) => before.has(query));
  }
}

/** Gathers the events of a moment, then reads what they touched. */
function collector(instanceId: string, signal: AbortSignal) {
  const tickets = new Map<string, number>();
  /** Tickets with other marks of what is new, which are otherwise as they were. */
  const seen = new Set<string>();
  /** From the first event until a pause without any. */
  let isGathering = false;
  let readAt: number[] = [];
  let isSettling = false;
  const read = (): Promise<unknown>[] => {
    const readings: Promise<unknown>[] = [];
    const long = isSeen() ? longLists(instanceId) : [];
    if (tickets.size > 0 || !isSeen()) {
      const numbers = new Set([...tickets.values()].map(String));
      const predicate = ({ queryKey }: Query) => numbers.has(String(queryKey[2]));
      for (const queryKey of [keys.histories(instanceId), keys.openTickets(instanceId)]) {
        readings.push(readAnew(queryKey, predicate));
      }
      readings.push(readAnew(keys.lists(instanceId), (query) => !long.includes(query)));
    }
    if (long.length > 0 && tickets.size > 0) settle();
    const patched = isSeen() ? [...(long.length > 0 ? tickets.keys() : []), ...seen] : [];
    if (patched.length > 0) readings.push(patchFromServer(instanceId, patched));
    tickets.clear();
    seen.clear();
    return readings;
  };
  /** Reads long lists whole, now and then while changes go on. */
  const settle = (): void => {
    if (isSettling) return;
    isSettling = true;
    const pages = longLists(instanceId).map(({ state }) => (state.data as TicketPages).pages.length);
    const wait = SETTLED_PAGE_MS * pages.reduce((sum, count) => sum + count, 0);
    setTimeout(() => {
      isSettling = false;
      if (!signal.aborted) void readAnew(keys.lists(instanceId), isLong);
    }, wait);
  };
  const gather = async (): Promise<void> => {
    isGathering = true;
    // A reading that has begun is not broken off by the next event, or a busy help desk would never be read to its end.
    readAt = readAt.filter((at) => at > Date.now() - 60_000);
    let pause = readAt.length < MOST_QUICK ? BURST_MS : LONGEST_PAUSE_MS;
    for (; tickets.size + seen.size > 0; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      await after(pause);
      readAt.push(Date.now());
      await Promise.race([Promise.allSettled(read()), after(READING_MS)]);
    }
    isGathering = false;
  };
  return {
    take(event: LiveEvent) {
      for (const listener of listeners) listener(event);
      if (event.type === 'instance.updated') {
        void readSettings(instanceId);
        // What I am here may be another thing now.
        void queryClient.invalidateQueries({ queryKey: keys.me });
        // A ticket that is open brings the workflow with it.
        void readAnew(keys.openTickets(instanceId));
      }
      if (event.type === 'tags.updated') void readAnew(keys.tags(instanceId));
      if (event.type === 'views.updated') void readAnew(keys.views(instanceId));
      // Seen at another window of the same person, or at this one, which shows it already.
      if (event.type === 'ticket.seen' && isUnseen(instanceId, event.ticketId!)) seen.add(event.ticketId!);
      if (event.ticketId && event.ticketNo !== undefined) tickets.set(event.ticketId, event.ticketNo);
      if (tickets.size + seen.size > 0 && !isGathering) void gather();
    },
  };
}

const isLong = ({ state }: Query): boolean =>
  ((state.data as TicketPages | undefined)?.pages?.length ?? 0) > MOST_PAGES;

const longLists = (instanceId: string): Query[] =>
  queryClient.getQueryCache().findAll({ queryKey: keys.lists(instanceId), type: 'active', predicate: isLong });

/** The tickets of all lists that are known, by id. */
const listed = (instanceId: string): Map<string, ListedTicket> =>
  new Map(
    queryClient
      .getQueriesData<TicketPages>({ queryKey: keys.lists(instanceId) })
      .flatMap(([, lists]) => lists?.pages ?? [])
      .flatMap(({ items }) => items)
      .map((one) => [one.id, one]),
  );

/** Whether a list shows a ticket as one with something new. */
function isUnseen(instanceId: string, ticketId: string): boolean {
  const one = listed(instanceId).get(ticketId);
  return one !== undefined && (one.assigneeUnseenEventCnt > 0 || one.requestorUnseenEventCnt > 0);
}

/** Of these tickets, reads those that a list has, a few at a time: a thousand at once would hold up page and server. */
async function patchFromServer(instanceId: string, ticketIds: string[]): Promise<void> {
  const known = listed(instanceId);
  const ids = ticketIds.filter((id) => known.has(id));
  for (let at = 0; at < ids.length; at += READ_TOGETHER) {
    const patches = new Map<string, Partial<Ticket>>();
    const read = async (ticketId: string) => {
      const { data } = await call(instanceId, 'getTicket', { ticketId, include: 'promises' });
      const { workflow: _, description: __, ...ticket } = data.item;
      patches.set(ticketId, ticket);
    };
    // One that fails is gone, or the next reading of the list shows it.
    await Promise.allSettled(ids.slice(at, at + READ_TOGETHER).map(read));
    patchTickets(instanceId, patches);
  }
}
