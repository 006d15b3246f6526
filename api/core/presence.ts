import type { Event } from '../contract/events.ts';
import type { Input, Output } from '../contract/operations.ts';
import type { Person } from '../contract/wire.ts';
import { actingPerson, type Context, type ItemResult } from './context.ts';
import { findTicket } from './tickets.ts';
import { ValueView } from './view.ts';

/** How long somebody is taken to be there after they last said so. */
const PRESENT_MS = 60_000;
/** Said again sooner than this, it is not written. */
const FRESH_MS = 15_000;

type Presence = Output<'announcePresence'>['item'];

/**
 * Notes who looks at a ticket, so that two do not answer it at once; answers the others. Coming and going is an event,
 * saying it again is none. Whoever hears of such an event asks for the others by saying it again.
 */
export async function announcePresence(ctx: Context, input: Input<'announcePresence'>): Promise<ItemResult<Presence>> {
  const { id: ticketId } = await findTicket(ctx, input.ticketId);
  const me = actingPerson(ctx, input.user);
  const stored = await ctx.instance.get('presence', ticketId);
  const present = (stored?.value.people ?? []).filter(({ until }) => until > ctx.at);
  const mine = present.find(({ person }) => person.id === me.id);
  const others = present.filter((one) => one !== mine);
  const until = later(ctx.at, PRESENT_MS);
  const isKnown = input.isHere ? mine !== undefined && mine.until > later(ctx.at, PRESENT_MS - FRESH_MS) : !mine;
  if (!isKnown) {
    const people = input.isHere ? [...others, { person: me, until }] : others;
    const replaces = stored?.version ?? null;
    const isNews = input.isHere !== (mine !== undefined);
    await ctx.instance.commit([
      { put: 'presence', id: ticketId, value: { people }, replaces, expiresOn: until },
      ...(isNews ? [{ event: changed(ctx, me, ticketId) }] : []),
    ]);
  }
  return { item: new ValueView({ ticketId, people: others.map(({ person }) => person) }) };
}

const later = (at: string, ms: number): string => new Date(Date.parse(at) + ms).toISOString();

const changed = (ctx: Context, by: Person, ticketId: string): Event => ({
  id: ctx.newId(),
  type: 'presence.changed',
  at: ctx.at,
  by,
  ticketId,
  isPrivate: true,
});
