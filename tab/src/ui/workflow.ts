/** What the states and resolutions of a workflow mean to the tab. */

import type { State, Workflow } from '../../../api/contract/workflow.ts';
import { useMessages } from '../i18n.tsx';
import type { Messages } from '../messages/en.ts';

export const isResolvedState = (state: State | undefined): boolean =>
  state?.category === 'resolved' || state?.category === 'closed';

/** Whether a move to this state asks how it ended: from open work to its end. */
export function asksResolution(workflow: Workflow, to: State, from: string[]): boolean {
  const isOpen = from.some((id) => !isResolvedState(workflow.states.find((state) => state.id === id)));
  return isOpen && isResolvedState(to) && workflow.resolutions.length > 0;
}

/** The label of a state; those of the default workflow are translated. */
export const stateLabel = (m: Messages, label: string): string => m.state[label as keyof typeof m.state] ?? label;

/** The label of a resolution; those of the default workflow are translated. */
export function useResolutionLabel(): (resolution: string) => string {
  const m = useMessages();
  return (resolution) => m.resolution[resolution as keyof typeof m.resolution] ?? resolution;
}

/** Whether the day it was due has passed while work goes on. */
export const isOverdue = (ticket: { expectedDate: string }, state: State | undefined): boolean =>
  ticket.expectedDate !== '' && Date.parse(ticket.expectedDate) < Date.now() && !isResolvedState(state);
