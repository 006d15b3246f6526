/** What happens elsewhere, as it happens: the server tells, and what the page shows is read again. */

import type { Query } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { Ticket } from '../../api/contract/tickets.ts';
import { ApiError, authorizedFetch, call, instancePath } from './api.ts';
import { keys, type ListedTicket, patchTickets, queryClient, type TicketPages, useRole } from './data.ts';
import { messagesOf } from './event-stream.ts';
import { isLive } from './signals.ts';

/** As the server sends it. */
interface LiveEvent {
  type: string;
  by?: { id: string; name: string };
  ticketId?: string;
  ticketNo?: number;
}

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30_000;
/** After this much of it, one that slept with its phone is not trusted when somebody looks again. */
const DOZED_MS = 25_000;
/** Changes that come in a burst are read once; where they go on coming, the pauses between the readings grow. */
const BURST_MS = 50;
const LONGEST_PAUSE_MS = 2000;
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
  useEffect(() => {
    const ending = new AbortController();
    void follow(instanceId, ending.signal);
    return () => ending.abort();
  }, [instanceId]);
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

async function follow(instanceId: string, signal: AbortSignal): Promise<void> {
  let lastId: string | undefined;
  let isFirst = true;
  let wait = FIRST_WAIT_MS;
  const changes = collector(instanceId, signal);
  while (!signal.aborted) {
    const silence = new AbortController();
    const end = () => silence.abort();
    // A connection does not notice by itself that the machine has lost its network.
    addEventListener('offline', end);
    let heard = Date.now();
    const wake = () => {
      if (document.visibilityState === 'visible' && Date.now() - heard > DOZED_MS) silence.abort('dozed');
    };
    document.addEventListener('visibilitychange', wake);
    try {
      const headers: Record<string, string> = { Accept: 'text/event-stream' };
      if (lastId) headers['Last-Event-ID'] = lastId;
      const response = await authorizedFetch(`${instancePath(instanceId)}/events`, {
        headers,
        signal: AbortSignal.any([signal, silence.signal]),
      });
      // Without the id of an event to go on from, whatever happened in between is not known.
      if (isFirst && isLive.get() !== 'offline') {
        const before = queryClient.getQueryCache().findAll({ queryKey: keys.all(instanceId) });
        setTimeout(() => signal.aborted || readTicketsAgain(instanceId, new Set(before)), SETTLED_MS);
      } else if (!lastId) readAgain(instanceId);
      isFirst = false;
      isLive.set('live');
      wait = FIRST_WAIT_MS;
      const hear = () => {
        heard = Date.now();
      };
      for await (const message of messagesOf(response, silence, hear)) {
        if (message.id) lastId = message.id;
        if (message.event === 'reset') readAgain(instanceId);
        else if (message.event === 'change') changes.take(JSON.parse(message.data));
      }
      // The server ends it for whoever is another thing here now.
      void queryClient.invalidateQueries({ queryKey: keys.me });
    } catch (error) {
      if (signal.aborted) return;
      if (silence.signal.reason === 'dozed') continue;
      // Who was taken out finds no help desk any more; the frame says so when it knows.
      if (error instanceof ApiError && error.code === 'not_found') {
        await queryClient.invalidateQueries({ queryKey: keys.me });
      } else isLive.set('offline');
    } finally {
      removeEventListener('offline', end);
      document.removeEventListener('visibilitychange', wake);
    }
    if (signal.aborted) return;
    await pause(wait + Math.random() * 500, signal);
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
  }
}

/** Waits, but not for longer than the machine is offline, nor when somebody looks again. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      removeEventListener('online', end);
      document.removeEventListener('visibilitychange', end);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    addEventListener('online', end);
    document.addEventListener('visibilitychange', end);
    signal.addEventListener('abort', end);
  });
}

const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Reads what is shown now, the rest when it is shown again. What was asked for and not answered yet is asked for anew. */
async function readAnew(queryKey: readonly unknown[], predicate = (_: Query) => true): Promise<void> {
  const isFirstUnderWay = ({ state }: Query) => state.data === undefined && state.fetchStatus === 'fetching';
  await queryClient.cancelQueries({ queryKey, predicate: (query) => isFirstUnderWay(query) && predicate(query) });
  await queryClient.invalidateQueries({ queryKey, predicate });
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
  let isSettling = false;
  const read = (): Promise<unknown>[] => {
    const readings: Promise<unknown>[] = [];
    if (tickets.size > 0) {
      const numbers = new Set([...tickets.values()].map(String));
      const predicate = ({ queryKey }: Query) => numbers.has(String(queryKey[2]));
      for (const queryKey of [keys.histories(instanceId), keys.openTickets(instanceId)]) {
        readings.push(readAnew(queryKey, predicate));
      }
      readings.push(readAnew(keys.lists(instanceId), (query) => !isLong(query) || !query.isActive()));
    }
    const long = longLists(instanceId);
    if (long.length > 0 && tickets.size > 0) settle();
    const patched = long.length > 0 ? [...tickets.keys(), ...seen] : [...seen];
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
    for (let pause = BURST_MS; tickets.size + seen.size > 0; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      await after(pause);
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
