import type { Event } from '../contract/events.ts';
import type { Input } from '../contract/operations.ts';
import type { Actor, Context } from './context.ts';
import type { StreamResult } from './exports.ts';
import { isActorStill } from './members.ts';
import { isSame, maySee, maySeePrivate } from './visibility.ts';

/** How many events may wait for a reader who is slow. */
const MAX_WAITING = 1000;
/** A connection that says nothing for longer is taken for dead by what lies between. */
const HEARTBEAT_MS = 20_000;
/** Who follows for longer than this comes back and is asked again who they are. */
const STREAM_MS = 15 * 60_000;

/** Whether the actor may know of an event. */
function mayKnow(actor: Actor, event: Event): boolean {
  if (event.isPrivate && !maySeePrivate(actor)) return false;
  if (event.to) return actor.person !== undefined && isSame(event.to, actor.person);
  if (event.ticket === undefined || maySee(actor, event.ticket)) return true;
  // What they see of it has to go.
  return event.formerly?.some((one) => isSame(one, actor.person!)) ?? false;
}

function changeText({ id, type, at, by, ticket, ticketId = ticket?.id, activityId }: Event): string {
  const data = { type, at, by, ticketId, ticketNo: ticket?.ticketNo, activityId };
  return `id: ${id}\nevent: change\ndata: ${JSON.stringify(data)}\n\n`;
}

const RESET = 'event: reset\ndata: {}\n\n';

/** What happens in the instance and the actor may know of, as server-sent events (HTML standard, section 9.2). */
export async function streamEvents(ctx: Context, input: Input<'streamEvents'>): Promise<StreamResult> {
  const waiting: string[] = [];
  let wake: () => void = () => undefined;
  let mayHaveChanged = false;
  const tell = (event: Event): void => {
    // Who belongs to the instance, and as what, is a part of it.
    if (event.type === 'instance.updated') mayHaveChanged = true;
    if (!mayKnow(ctx.actor, event)) return;
    if (waiting.length >= MAX_WAITING) waiting.splice(0, waiting.length, RESET);
    else waiting.push(changeText(event));
    wake();
  };
  const { instanceId } = ctx.actor;
  const lastId = input['last-event-id'];
  await ctx.live.ready();

  async function* messages(): AsyncGenerator<string> {
    const until = Date.now() + STREAM_MS;
    const end = () => wake();
    ctx.live.ending.addEventListener('abort', end);
    // At one go, so that nothing comes between what was and what is, and here, where its end is sure to come.
    const unsubscribe = ctx.live.subscribe((one) => one.instanceId === instanceId && tell(one.event));
    const missed = lastId === undefined ? [] : ctx.live.since(instanceId, lastId);
    if (missed) for (const event of missed) tell(event);
    else waiting.push(RESET);
    try {
      yield 'retry: 1000\n\n';
      while (!ctx.live.ending.aborted && Date.now() < until) {
        if (waiting.length === 0) await something();
        // No event says that a key is replaced, ends or is limited to other addresses.
        if (!ctx.actor.person) mayHaveChanged = true;
        while (mayHaveChanged) {
          mayHaveChanged = false;
          // They come back as what they are now, if they may.
          if (!(await isActorStill(ctx))) return;
        }
        yield waiting.length > 0 ? waiting.splice(0).join('') : ': still here\n\n';
      }
    } finally {
      unsubscribe();
      ctx.live.ending.removeEventListener('abort', end);
    }
  }

  /** Resolves when `wake` is called, or when it has been quiet for long. An `AbortSignal` would cost a third of all the work. */
  const something = (): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, HEARTBEAT_MS);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  const generator = messages();
  /** Whoever leaves is not listened for until something happens. */
  const leave = (): Promise<IteratorResult<string>> => {
    wake();
    return generator.return(undefined);
  };
  const chunks = { [Symbol.asyncIterator]: () => ({ next: () => generator.next(), return: leave }) };
  return { contentType: 'text/event-stream', filename: '', chunks };
}
