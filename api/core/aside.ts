import type { StoredTicket, TicketAside } from '../contract/events.ts';
import type { Hidden } from '../store/store.ts';
import type { Actor, ItemResult } from './context.ts';
import { maySeePrivate } from './visibility.ts';

/**
 * What lies beside a ticket (`TicketAside`), so that two things hold. Who changes a ticket with `If-Match` is not refused
 * because somebody has looked at it: the version that they mean leaves out the writes that only marked something as seen.
 * And to members a private note never was: their version leaves out its write too, and what it moved they see as it was.
 */

type Hiding = { hidden: Hidden<'ticket'> | undefined };

/** Of a stored ticket what its `ETag` says to the actor, and what `If-Match` compares: the `version`, not what was `seen`. */
export function versionFor(
  actor: Actor,
  { version, hidden }: Hiding & { version: number },
): Required<Pick<ItemResult<unknown>, 'version' | 'seen'>> {
  const { seen = 0, seenNotes = 0, notes = 0 } = hidden?.aside ?? {};
  const changes = version - seen - seenNotes;
  return maySeePrivate(actor) ? { version: changes, seen: seen + seenNotes } : { version: changes - notes, seen };
}

/** The JSON of a ticket as a member sees it. */
export function jsonForMembers({ json, hidden }: Hiding & { json: string }): string {
  const { unseenNotes, openInteraction } = hidden?.aside ?? {};
  if (!unseenNotes && openInteraction === undefined) return json;
  const ticket: StoredTicket = JSON.parse(json);
  ticket.assigneeUnseenEventCnt -= unseenNotes ?? 0;
  ticket.lastInteraction = openInteraction ?? ticket.lastInteraction;
  return JSON.stringify(ticket);
}

const withAside = (hidden: Hidden<'ticket'> | undefined, aside: TicketAside): Hidden<'ticket'> | undefined => {
  const { aside: _, ...rest } = hidden ?? {};
  const kept = Object.entries(aside).filter(([, value]) => Boolean(value));
  if (kept.length > 0) return { ...rest, aside: Object.fromEntries(kept) };
  return Object.keys(rest).length > 0 ? rest : undefined;
};

/** The hidden part after a private note: `before` was the last interaction until then. */
export function hiddenAfterNote(
  hidden: Hidden<'ticket'> | undefined,
  note: { before: string; isUnseen: boolean },
): Hidden<'ticket'> | undefined {
  const { aside = {} } = hidden ?? {};
  const { notes = 0, unseenNotes = 0, openInteraction = note.before } = aside;
  const more = { notes: notes + 1, unseenNotes: unseenNotes + (note.isUnseen ? 1 : 0), openInteraction };
  return withAside(hidden, { ...aside, ...more });
}

/** The hidden part after an interaction that members may know of. */
export function hiddenAfterOpen(hidden: Hidden<'ticket'> | undefined): Hidden<'ticket'> | undefined {
  if (!hidden?.aside) return hidden;
  const { openInteraction: _, ...aside } = hidden.aside;
  return withAside(hidden, aside);
}

/** The hidden part after somebody has seen what was new; of `unseen` events of the assignee they may all be private notes. */
export function hiddenAfterSeen(
  hidden: Hidden<'ticket'> | undefined,
  as: 'assignee' | 'requestor',
  unseen: number,
): Hidden<'ticket'> | undefined {
  const { aside = {} } = hidden ?? {};
  const { seen = 0, seenNotes = 0, unseenNotes = 0 } = aside;
  if (as === 'requestor') return withAside(hidden, { ...aside, seen: seen + 1 });
  const isNews = unseen > unseenNotes;
  const more = isNews ? { seen: seen + 1 } : { seenNotes: seenNotes + 1 };
  return withAside(hidden, { ...aside, ...more, unseenNotes: 0 });
}
