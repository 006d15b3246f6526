/**
 * The server's events, heard once for all windows of a browser: over plain HTTP it opens six connections to a server, and
 * a stream of its own for each window would take them all. One window leads: it holds a lock, hears the stream and tells
 * the others. When it goes, or is not heard any more, another one does.
 */

import { ApiError, authorizedFetch, instancePath } from './api.ts';
import { messagesOf } from './event-stream.ts';

/** What the window that leads tells the others, and itself. */
export type Heard =
  /** The server is heard; `isGap` when something may have been missed before. */
  | { kind: 'live'; lastId: string | undefined; isGap: boolean }
  | { kind: 'change'; lastId: string; text: string }
  /** Something may have been missed. */
  | { kind: 'reset' }
  | { kind: 'offline' }
  /** The server has ended it, and what the person is here may be another thing now. */
  | { kind: 'ended' };

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30_000;
/** Silent for longer than this it is dead: the server says something every 20 seconds, and between tries less time passes. */
const SILENCE_MS = 45_000;
/** After this much of it, one that slept with its phone is not trusted when somebody looks again. */
const DOZED_MS = 25_000;
/** How often that is looked at: by the clock, for no timer runs while a machine sleeps. */
const LOOK_MS = 5000;

/** Hears what happens in an instance until it is aborted: by itself, or by another window of the same person. */
export async function hearTogether(
  instanceId: string,
  personId: string,
  signal: AbortSignal,
  hear: (heard: Heard) => void,
): Promise<void> {
  const name = `tickets.live.${personId}.${instanceId}`;
  const channel = channelOf(name);
  let lastId: string | undefined;
  let heardAt = Date.now();
  const take = (heard: Heard) => {
    heardAt = Date.now();
    if ('lastId' in heard) lastId = heard.lastId;
    hear(heard);
  };
  if (channel) channel.onmessage = ({ data }: MessageEvent<Heard>) => take(data);
  const tell = (heard: Heard) => {
    take(heard);
    channel?.postMessage(heard);
  };

  let turn = new AbortController();
  let isStealing = false;
  /** Nothing more comes from the window that leads, or from the server: this window begins anew, as the one that leads. */
  const look = (patience: number) => {
    if (document.visibilityState !== 'visible' || Date.now() - heardAt < patience) return;
    heardAt = Date.now();
    isStealing = true;
    turn.abort();
  };
  const wake = () => look(DOZED_MS);
  const timer = setInterval(() => look(SILENCE_MS), LOOK_MS);
  document.addEventListener('visibilitychange', wake);
  while (!signal.aborted) {
    turn = new AbortController();
    const ending = AbortSignal.any([signal, turn.signal]);
    const leading = (told: typeof tell) => lead(instanceId, ending, () => lastId, told);
    const how = isStealing ? { steal: true } : { signal: ending };
    isStealing = false;
    try {
      await (channel ? navigator.locks.request(name, how, () => leading(tell)) : leading(take));
    } catch (error) {
      // It was stolen, or not waited for. Where the browser gives no locks, each window hears by itself.
      if ((error as Error).name !== 'AbortError') await leading(take);
    }
    turn.abort();
  }
  clearInterval(timer);
  document.removeEventListener('visibilitychange', wake);
  channel?.close();
}

/** What the windows tell each other by; undefined in a frame of another site that is refused the browser's storage. */
function channelOf(name: string): BroadcastChannel | undefined {
  try {
    return new BroadcastChannel(name);
  } catch {
    return undefined;
  }
}

/** Hears the server, and comes back to it whenever it has gone. */
async function lead(
  instanceId: string,
  signal: AbortSignal,
  lastId: () => string | undefined,
  tell: (heard: Heard) => void,
): Promise<void> {
  let wait = FIRST_WAIT_MS;
  while (!signal.aborted) {
    const broken = new AbortController();
    const end = () => broken.abort();
    // A connection does not notice by itself that the machine has lost its network.
    addEventListener('offline', end);
    try {
      const from = lastId();
      const response = await authorizedFetch(`${instancePath(instanceId)}/events`, {
        headers: { Accept: 'text/event-stream', ...(from && { 'Last-Event-ID': from }) },
        signal: AbortSignal.any([signal, broken.signal]),
      });
      wait = FIRST_WAIT_MS;
      // Without the id of an event to go on from, whatever happened in between is not known.
      tell({ kind: 'live', lastId: from, isGap: !from });
      const isStill = () => tell({ kind: 'live', lastId: lastId(), isGap: false });
      for await (const { event, id, data } of messagesOf(response, isStill)) {
        if (event === 'change') tell({ kind: 'change', lastId: id, text: data });
        else if (event === 'reset') tell({ kind: 'reset' });
      }
      tell({ kind: 'ended' });
    } catch (error) {
      if (signal.aborted) return;
      const isOut = error instanceof ApiError && error.code === 'not_found';
      tell({ kind: isOut ? 'ended' : 'offline' });
    } finally {
      removeEventListener('offline', end);
    }
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
