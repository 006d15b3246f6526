import { setTimeout as pause } from 'node:timers/promises';
import type { Event } from '../contract/events.ts';
import type { Input } from '../contract/operations.ts';
import type { FeedEvent, Store } from '../store/store.ts';
import type { Actor, Context } from './context.ts';
import type { StreamResult } from './exports.ts';
import { maySee, maySeePrivate } from './visibility.ts';

/** How often the store is asked what others have done, while anybody wants to know. */
const POLL_MS = 250;
const PAGE = 200;
/** How many events are remembered for those who come back after a short break. */
const REMEMBERED = 2000;
/** How many events may wait for a reader who is slow. */
const MAX_WAITING = 1000;
/** A connection that says nothing for longer is taken for dead by what lies between. */
const HEARTBEAT_MS = 20_000;
/** Who follows for longer than this comes back and is asked again who they are. */
const STREAM_MS = 15 * 60_000;

type Feed = Pick<Store, 'changes' | 'latest' | 'watch'>;
type Listener = (event: FeedEvent) => void;

/** Reads the store's feed once for everybody on this node who follows it. */
export class Live {
  readonly #store: Feed;
  readonly #listeners = new Set<Listener>();
  readonly #ending = new AbortController();
  #recent: FeedEvent[] = [];
  #loop: Promise<void> | undefined;

  constructor(store: Feed) {
    this.#store = store;
  }

  /** Aborted when the server stops. */
  get ending(): AbortSignal {
    return this.#ending.signal;
  }

  /** Begins to listen; resolves once nothing that happens from now on is missed. */
  async subscribe(listener: Listener): Promise<() => void> {
    if (!this.#loop) {
      const from = this.#store.latest();
      this.#loop = from.then(
        (cursor) => void this.#follow(cursor),
        () => {
          this.#loop = undefined;
        },
      );
    }
    await this.#loop;
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** What has happened in an instance after an event; null when that event is not remembered. */
  since(instanceId: string, eventId: string): Event[] | null {
    const index = this.#recent.findIndex(({ event }) => event.id === eventId);
    if (index < 0) return null;
    return this.#recent
      .slice(index + 1)
      .filter((one) => one.instanceId === instanceId)
      .map(({ event }) => event);
  }

  close(): void {
    this.#ending.abort();
  }

  async #follow(from: string): Promise<void> {
    let hasNews = false;
    let wake: () => void = () => undefined;
    const unwatch = this.#store.watch(() => {
      hasNews = true;
      wake();
    });
    this.ending.addEventListener('abort', unwatch);
    for (let cursor = from; !this.ending.aborted; ) {
      hasNews = false;
      try {
        const { events, cursor: next } = await this.#store.changes(cursor, PAGE);
        cursor = next;
        hasNews ||= events.length === PAGE;
        this.#recent = [...this.#recent, ...events].slice(-REMEMBERED);
        for (const event of events) for (const listener of this.#listeners) listener(event);
      } catch {
        // The store is away; the next look may find it again.
      }
      if (hasNews) continue;
      const woken = new AbortController();
      wake = () => woken.abort();
      const signal = AbortSignal.any([woken.signal, this.ending]);
      await pause(POLL_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}

/** Whether the actor may know of an event. */
function mayKnow(actor: Actor, event: Event): boolean {
  if (event.isPrivate && !maySeePrivate(actor)) return false;
  return event.ticket === undefined || maySee(actor, event.ticket);
}

function changeText({ id, type, at, by, ticket, activityId }: Event): string {
  const data = { type, at, by, ticketId: ticket?.id, ticketNo: ticket?.ticketNo, activityId };
  return `id: ${id}\nevent: change\ndata: ${JSON.stringify(data)}\n\n`;
}

const RESET = 'event: reset\ndata: {}\n\n';

/** What happens in the instance and the actor may know of, as server-sent events (HTML standard, section 9.2). */
export async function streamEvents(ctx: Context, input: Input<'streamEvents'>): Promise<StreamResult> {
  const waiting: string[] = [];
  let wake: () => void = () => undefined;
  const tell = (event: Event): void => {
    if (!mayKnow(ctx.actor, event)) return;
    if (waiting.length >= MAX_WAITING) waiting.splice(0, waiting.length, RESET);
    else waiting.push(changeText(event));
    wake();
  };
  const { instanceId } = ctx.actor;
  const unsubscribe = await ctx.live.subscribe((one) => one.instanceId === instanceId && tell(one.event));
  const lastId = input['last-event-id'];
  if (lastId !== undefined) {
    const missed = ctx.live.since(instanceId, lastId);
    if (missed) for (const event of missed) tell(event);
    else waiting.push(RESET);
  }

  async function* chunks(): AsyncGenerator<string> {
    const until = Date.now() + STREAM_MS;
    try {
      yield 'retry: 1000\n\n';
      while (!ctx.live.ending.aborted && Date.now() < until) {
        if (waiting.length === 0) await something();
        yield waiting.length > 0 ? waiting.splice(0).join('') : ': still here\n\n';
      }
    } finally {
      unsubscribe();
    }
  }

  /** Resolves with the next event, or when it has been quiet for long. */
  async function something(): Promise<void> {
    const heard = new AbortController();
    wake = () => heard.abort();
    const signal = AbortSignal.any([heard.signal, ctx.live.ending]);
    await pause(HEARTBEAT_MS, undefined, { signal }).catch(() => undefined);
  }

  return { contentType: 'text/event-stream', filename: '', chunks: chunks() };
}
