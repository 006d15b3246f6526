import type { Role } from './people.ts';
import type { Move, State } from './workflow.ts';

/** What the moves of a workflow mean to core, bot and tab alike; without the schemas, which no browser needs. */

/** Who may make a move, from the most to the fewest. */
export const MOVERS = ['everyone', 'assignees', 'owners'] as const;
export type Mover = (typeof MOVERS)[number];

export const isResolved = ({ category }: State): boolean => category === 'resolved' || category === 'closed';

/** What is special about a move. */
export const moveBetween = (from: State, to: State): Move | undefined => from.moves?.find((move) => move.to === to.id);

/** Who may make a move when the workflow does not say. */
export const usualMover = (from: State, to: State): Mover =>
  isResolved(from) || isResolved(to) ? 'everyone' : 'assignees';

export const moverOf = (from: State, to: State): Mover => moveBetween(from, to)?.by ?? usualMover(from, to);

/** Whether somebody of this role may make a move, with a ticket that is theirs or is not. */
export function mayMove(from: State, to: State, role: Role, isRequestor: boolean): boolean {
  const by = moverOf(from, to);
  if (by === 'owners') return role === 'owner';
  return role !== 'member' || (by === 'everyone' && isRequestor);
}

/** A move that somebody may make: the state it leads to, and its own label where it has one. */
export interface OfferedMove {
  state: State;
  label: string | undefined;
}

/** The moves that somebody may make from a state, in the order of the states. */
export const offeredMoves = (
  states: State[],
  from: State | undefined,
  role: Role,
  isRequestor: boolean,
): OfferedMove[] =>
  states
    .filter((to) => from?.nextSteps.includes(to.id) && mayMove(from, to, role, isRequestor))
    .map((state) => ({ state, label: moveBetween(from!, state)?.label }));
