import type { Input, Output } from '../contract/operations.ts';
import { actingPerson, type Context, type ItemResult } from './context.ts';
import { findTicket } from './tickets.ts';
import { ValueView } from './view.ts';

/** How long somebody is taken to be there after they last said so. */
const PRESENT_MS = 60_000;

type Presence = Output<'announcePresence'>['item'];

/** Notes who looks at a ticket, so that two do not answer it at once; answers the others. */
export async function announcePresence(ctx: Context, input: Input<'announcePresence'>): Promise<ItemResult<Presence>> {
  const { id: ticketId } = await findTicket(ctx, input.ticketId);
  const me = actingPerson(ctx, input.user);
  const stored = await ctx.instance.get('presence', ticketId);
  const before = stored?.value.people ?? [];
  const others = before.filter(({ person, until }) => person.id !== me.id && until > ctx.at);
  const until = new Date(Date.parse(ctx.at) + PRESENT_MS).toISOString();
  const people = input.isHere ? [...others, { person: me, until }] : others;
  if (people.length > 0 || before.length > 0) {
    const expiresOn =
      people
        .map((one) => one.until)
        .toSorted()
        .at(-1) ?? until;
    const replaces = stored?.version ?? null;
    await ctx.instance.commit([{ put: 'presence', id: ticketId, value: { people }, replaces, expiresOn }]);
  }
  return { item: new ValueView({ ticketId, people: others.map(({ person }) => person) }) };
}
