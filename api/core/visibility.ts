import { fail } from '../contract/errors.ts';
import type { StoredTicket } from '../contract/events.ts';
import { type Mover, mayMove, moverOf } from '../contract/moves.ts';
import type { Person } from '../contract/wire.ts';
import type { State } from '../contract/workflow.ts';
import { followerTerm, requestorTerm } from '../store/kinds.ts';
import type { Where } from '../store/store.ts';
import type { Actor, Context } from './context.ts';

/** What a member sees and does: their own tickets and those they follow, and nothing that is private (TW-48). */

const isMember = (actor: Actor): boolean => actor.role === 'member';

const same = (left: string, right: string): boolean => left.toLowerCase() === right.toLowerCase();

/** Whether two are one person: Entra writes its ids in either case. */
export const isSame = (left: { id: string }, right: { id: string }): boolean => same(left.id, right.id);

const isRequestor = (actor: Actor, ticket: StoredTicket): boolean =>
  actor.person !== undefined && same(actor.person.id, ticket.requestor.id);

export function maySee(actor: Actor, ticket: StoredTicket): boolean {
  if (!isMember(actor)) return true;
  return isRequestor(actor, ticket) || ticket.followers.some(({ id }) => same(id, actor.person!.id));
}

export const maySeePrivate = (actor: Actor): boolean => !isMember(actor);

/** The part of a filter that leaves only the tickets which the actor may see. */
export function seenBy({ actor }: Context): Where {
  if (!isMember(actor)) return { and: [] };
  const { id } = actor.person!;
  return { terms: [requestorTerm(id), followerTerm(id)] };
}

/** The part of a filter of activities that leaves out what the actor may not see. */
export const publicOnly = ({ actor }: Context): Where =>
  maySeePrivate(actor) ? { and: [] } : { field: 'isPrivate', in: [0] };

/** Whom a new ticket is for: 403 when a member opens it for somebody else; their name and mail are those they have. */
export function requestorFor({ actor }: Context, given: Person): Person {
  if (!isMember(actor)) return given;
  if (same(actor.person!.id, given.id)) return actor.person!;
  return fail('forbidden', 'You can open tickets for yourself. Those who answer can open them for others.');
}

/** 403 when a member resets a counter that is not theirs. */
export function checkSeen({ actor }: Context, ticket: StoredTicket, as: 'assignee' | 'requestor'): void {
  if (isMember(actor) && !(as === 'requestor' && isRequestor(actor, ticket))) {
    fail('forbidden', 'You can say that you have seen what is new for the requestor of your own tickets.');
  }
}

/** 403 when a member writes a private comment. */
export function checkPrivacy({ actor }: Context, isPrivate: boolean): void {
  if (isPrivate && !maySeePrivate(actor)) fail('forbidden', 'Only those who work the tickets can write private notes.');
}

/** Whether the actor may make this move with this ticket, if the workflow has it. */
export const mayMoveTicket = (actor: Actor, ticket: StoredTicket, from: State, to: State): boolean =>
  mayMove(from, to, actor.role, isRequestor(actor, ticket));

const ONLY: Record<Mover, string> = {
  everyone: 'Only its requestor and those who work the tickets',
  assignees: 'Only those who work the tickets',
  owners: 'Only an owner of the help desk, or an administrative key,',
};

/** 403 that says who may, unless the actor may make this move. */
export function checkMover({ actor }: Context, ticket: StoredTicket, from: State, to: State): void {
  if (mayMoveTicket(actor, ticket, from, to)) return;
  fail('forbidden', `${ONLY[moverOf(from, to)]} may move this ticket from ${from.label} to ${to.label}.`);
}
