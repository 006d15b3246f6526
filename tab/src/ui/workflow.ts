/** What the states and resolutions of a workflow mean to the tab. */

import { isResolved, mayMove, moverOf, type OfferedMove, offeredMoves } from '../../../api/contract/moves.ts';
import type { Role } from '../../../api/contract/people.ts';
import type { Ticket } from '../../../api/contract/tickets.ts';
import type { State, Workflow } from '../../../api/contract/workflow.ts';
import { useIsOff, useMe, useRole } from '../data.ts';
import { useMessages } from '../i18n.tsx';
import type { Messages } from '../messages/en.ts';

/** Whether a state is known and one in which the work has ended. */
export const isResolvedState = (state: State | undefined): boolean => state !== undefined && isResolved(state);

/** The state of this id. */
export const stateOf = ({ states }: Workflow, id: string): State | undefined => states.find((state) => state.id === id);

/** Whether a move to this state asks how it ended: from open work to its end. */
export function asksResolution(workflow: Workflow, to: State, from: string[]): boolean {
  const isOpen = from.some((id) => !isResolvedState(stateOf(workflow, id)));
  return isOpen && isResolvedState(to) && workflow.resolutions.length > 0;
}

/** The label of a state; those of the default workflow are translated. */
export const stateLabel = (m: Messages, label: string): string => m.state[label as keyof typeof m.state] ?? label;

/** The label that is kept of a state which is called so here: of a word for one of the default workflow, that one. */
export const keptLabel = (m: Messages, shown: string): string =>
  Object.entries(m.state).find(([, text]) => text === shown)?.[0] ?? shown;

/** Who moves a ticket. */
interface Who {
  id: string;
  role: Role;
  /** Nobody moves anything. */
  isOff: boolean;
}
/** What of a ticket says where it can be moved. */
export type Moved = Pick<Ticket, 'statusId' | 'requestor'>;

/** The person who is signed in, as somebody who moves tickets. */
export function useWho(instanceId: string): Who {
  const { id } = useMe();
  return { id, role: useRole(instanceId), isOff: useIsOff(instanceId) };
}

/** The moves that somebody may make with one of these tickets or more; by their own label when it is that of all. */
export function movesOf(workflow: Workflow, tickets: Moved[], { id, role, isOff }: Who): OfferedMove[] {
  if (isOff) return [];
  const all = tickets.flatMap((ticket) =>
    offeredMoves(workflow.states, stateOf(workflow, ticket.statusId), role, ticket.requestor.id === id),
  );
  return workflow.states.flatMap((state) => {
    const labels = new Set(all.filter((move) => move.state === state).map(({ label }) => label));
    if (labels.size === 0) return [];
    return [{ state, label: labels.size === 1 ? [...labels][0] : undefined }];
  });
}

/** What a move is called: by its own label, else by the state it leads to. */
export const moveLabel = (m: Messages, { state, label }: OfferedMove): string => label ?? stateLabel(m, state.label);

/** What the button that makes a move says: the move's own label, else what is done. */
export const moveAct = (m: Messages, { state, label }: OfferedMove): string =>
  label ?? m.move.act[state.label as keyof typeof m.move.act] ?? m.move.title(stateLabel(m, state.label));

/** To whom the message with a move is: nobody writes to themself. */
export function useCommentLabel(tickets: Moved[]): string {
  const m = useMessages();
  const { id } = useMe();
  return tickets.every(({ requestor }) => requestor.id === id) ? m.move.commentOfRequestor : m.move.comment;
}

/** Why somebody cannot move a ticket to a state; undefined when they can. */
export function barredBy(m: Messages, workflow: Workflow, ticket: Moved, to: State, who: Who): string | undefined {
  const from = stateOf(workflow, ticket.statusId);
  if (!from || from.id === to.id) return undefined;
  if (who.isOff) return m.shell.off;
  const labels = [stateLabel(m, from.label), stateLabel(m, to.label)] as const;
  if (!from.nextSteps.includes(to.id)) return m.move.barred.noStep(...labels);
  if (mayMove(from, to, who.role, ticket.requestor.id === who.id)) return undefined;
  return m.move.barred[moverOf(from, to)](...labels);
}

/** The label of a resolution; those of the default workflow are translated. */
export function useResolutionLabel(): (resolution: string) => string {
  const m = useMessages();
  return (resolution) => m.resolution[resolution as keyof typeof m.resolution] ?? resolution;
}
