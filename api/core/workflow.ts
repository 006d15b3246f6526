import { fail, failField } from '../contract/errors.ts';
import { isResolved } from '../contract/moves.ts';
import { DEFAULT_WORKFLOW, type State, type Workflow } from '../contract/workflow.ts';

const same = (left: string, right: string): boolean => left.toLowerCase() === right.toLowerCase();

/** The state by its label or id, in any case and blanks around it trimmed; `In Progress` means Started. */
function findState(workflow: Workflow, text: string): State | undefined {
  const wanted = text.trim();
  const find = (name: string) => workflow.states.find((state) => same(state.label, name) || same(state.id, name));
  return find(wanted) ?? (same(wanted, 'In Progress') ? find('Started') : undefined);
}

/** As `findState`, but 400 that names the allowed states. */
export function stateOf(workflow: Workflow, field: string, text: string): State {
  const labels = workflow.states.map((state) => state.label).join(', ');
  return findState(workflow, text) ?? failField(field, `must be one of: ${labels}`);
}

export const stateById = (workflow: Workflow, id: string): State =>
  workflow.states.find((state) => state.id === id) ?? workflow.states[0]!;

/** Where new tickets start. */
export const firstState = (workflow: Workflow): State =>
  workflow.states.find((state) => state.category === 'new') ?? workflow.states[0]!;

/** 400 that names the allowed moves, unless the workflow has this one. */
export function checkMove(workflow: Workflow, from: State, to: State): void {
  if (from.nextSteps.includes(to.id)) return;
  const allowed = from.nextSteps.map((id) => stateById(workflow, id).label).join(', ');
  failField('status', `a ticket that is ${from.label} cannot become ${to.label}; allowed: ${allowed || 'nothing'}`);
}

/** The default workflow's resolutions hold everywhere; a workflow of the instance's own may name others. */
export function checkResolution(workflow: Workflow, resolution: string): void {
  if (!workflow.resolutions.includes(resolution)) {
    failField('resolution', `must be one of: ${workflow.resolutions.join(', ')}`);
  }
}

/** Whether a workflow differs from the default one; an entry of a move that says nothing is no difference. */
export function isCustom({ states, resolutions }: Workflow): boolean {
  const saying = states.map(({ moves = [], ...state }) => {
    const special = moves.filter(({ label, by }) => label !== undefined || by !== undefined);
    return special.length > 0 ? { ...state, moves: special } : state;
  });
  return JSON.stringify({ states: saying, resolutions }) !== JSON.stringify(DEFAULT_WORKFLOW);
}

/** 400 for a workflow in which a ticket could not be worked. */
export function checkWorkflow(workflow: Workflow): void {
  const { states } = workflow;
  const ids = states.map((state) => state.id.toLowerCase());
  const labels = states.map((state) => state.label.toLowerCase());
  if (new Set(ids).size < ids.length) failField('instance.workflows', 'two states have the same id');
  if (new Set(labels).size < labels.length) failField('instance.workflows', 'two states have the same label');
  for (const state of states) {
    const unknown = state.nextSteps.find((id) => !states.some((other) => other.id === id));
    if (unknown) failField('instance.workflows', `${state.label} leads to ${unknown}, which is no state`);
    checkMoves(state);
  }
  if (!states.some((state) => state.category === 'new')) {
    fail('invalid_input', 'instance.workflows: one state must have the category new, where tickets start');
  }
  if (!states.some(isResolved)) {
    fail('invalid_input', 'instance.workflows: one state must have the category resolved or closed');
  }
}

/** 400 for what is said of a move that the state does not have, or said twice. */
function checkMoves({ label, nextSteps, moves = [] }: State): void {
  const ids = moves.map(({ to }) => to);
  const lost = ids.find((id) => !nextSteps.includes(id));
  if (lost) failField('instance.workflows', `moves of ${label}: ${lost} is not one of its nextSteps`);
  const twice = ids.find((id, index) => ids.indexOf(id) < index);
  if (twice) failField('instance.workflows', `moves of ${label}: ${twice} stands there twice`);
}
