/** A workflow while it is edited: what can be done to it, and what keeps it from being saved. */

import { isResolved } from '../../../../api/contract/moves.ts';
import type { Move, State, Workflow } from '../../../../api/contract/workflow.ts';
import type { Part } from './editing.ts';

export const CATEGORIES = [
  'new',
  'active',
  'waiting',
  'resolved',
  'closed',
] as const satisfies readonly State['category'][];

export const WORKFLOW_PART: Part<Workflow> = {
  page: 'workflow',
  pick: ({ workflows }) => workflows[0]!,
  toUpdate: (workflow, { workflows }) => ({ workflows: [withReadableIds(workflow, workflows[0]!)] }),
};

/** A program that reads the API should find `in_review`, not a random name: new states are called as they were labelled. */
function withReadableIds(workflow: Workflow, before: Workflow): Workflow {
  const known = new Set(before.states.map(({ id }) => id));
  const taken = new Set([...known, ...workflow.states.map(({ id }) => id)]);
  const names = new Map<string, string>();
  for (const { id, label } of workflow.states.filter((state) => !known.has(state.id))) {
    const plain = label
      .normalize('NFD')
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '_')
      .replace(/^_+|_+$/g, '')
      .slice(0, 40);
    let name = plain || id;
    for (let number = 2; taken.has(name) && name !== id; number++) name = `${plain}_${number}`;
    taken.add(name);
    names.set(id, name);
  }
  const nameOf = (id: string) => names.get(id) ?? id;
  return {
    ...workflow,
    states: workflow.states.map((state) => ({
      ...state,
      id: nameOf(state.id),
      label: state.label.trim(),
      nextSteps: state.nextSteps.map(nameOf),
      ...(state.moves && {
        moves: state.moves.map((move) => ({
          ...move,
          to: nameOf(move.to),
          ...(move.label !== undefined && { label: move.label.trim() }),
        })),
      }),
    })),
  };
}

/** A state that tickets can come to from where they start, and leave to where they end. */
export function addState(workflow: Workflow): { workflow: Workflow; id: string } {
  const id = `state-${crypto.randomUUID().slice(0, 8)}`;
  const first = workflow.states.find(({ category }) => category === 'new');
  const lastOpen = workflow.states.findLastIndex((state) => !isResolved(state) && state.category !== 'new');
  const state: State = {
    id,
    label: '',
    category: 'active',
    nextSteps: workflow.states.filter(isResolved).map((end) => end.id),
  };
  const states = workflow.states.map((one) => (one === first ? { ...one, nextSteps: [...one.nextSteps, id] } : one));
  const at = lastOpen >= 0 ? lastOpen + 1 : states.length;
  return { workflow: { ...workflow, states: states.toSpliced(at, 0, state) }, id };
}

export const changeState = (workflow: Workflow, id: string, part: Partial<State>): Workflow => ({
  ...workflow,
  states: workflow.states.map((state) => (state.id === id ? { ...state, ...part } : state)),
});

const replaceState = (workflow: Workflow, state: State): Workflow => ({
  ...workflow,
  states: workflow.states.map((one) => (one.id === state.id ? state : one)),
});

export const moveState = (workflow: Workflow, id: string, index: number): Workflow => {
  const state = workflow.states.find((one) => one.id === id)!;
  return { ...workflow, states: workflow.states.filter((one) => one !== state).toSpliced(index, 0, state) };
};

/** A state with what is said of its moves: in their order, and of no other ones. */
function withMoves({ moves: _, ...state }: State, said: Move[] = []): State {
  const moves = [...new Set(state.nextSteps)].flatMap((id) => said.filter(({ to }) => to === id));
  return moves.length > 0 ? { ...state, moves } : state;
}

/** Takes a state out, with all moves to it. */
export const removeState = (workflow: Workflow, id: string): Workflow => ({
  ...workflow,
  states: workflow.states
    .filter((state) => state.id !== id)
    .map((state) => withMoves({ ...state, nextSteps: state.nextSteps.filter((next) => next !== id) }, state.moves)),
});

/** Adds a move or takes it out; the moves of a state stand in the order of the states. */
export function toggleMove(workflow: Workflow, from: string, to: string): Workflow {
  const state = workflow.states.find(({ id }) => id === from)!;
  const chosen = state.nextSteps.includes(to) ? state.nextSteps.filter((id) => id !== to) : [...state.nextSteps, to];
  const nextSteps = workflow.states.map(({ id }) => id).filter((id) => chosen.includes(id));
  return replaceState(workflow, withMoves({ ...state, nextSteps }, state.moves));
}

/** Says something of a move; a move of which nothing is left to say has no entry. */
export function changeMove(workflow: Workflow, from: string, to: string, part: Omit<Move, 'to'>): Workflow {
  const state = workflow.states.find(({ id }) => id === from)!;
  const { moves = [] } = state;
  const { label, by } = { ...moves.find((move) => move.to === to), ...part };
  const isLabelled = label !== undefined && label.trim() !== '';
  const entry: Move = { to, ...(isLabelled && { label }), ...(by && { by }) };
  const others = moves.filter((move) => move.to !== to);
  return replaceState(workflow, withMoves(state, isLabelled || by ? [...others, entry] : others));
}

type WorkflowProblem = 'label' | 'sameLabel' | 'noStart' | 'noEnd';

export function workflowProblem({ states }: Workflow): WorkflowProblem | undefined {
  const labels = states.map(({ label }) => label.trim().toLowerCase());
  if (labels.includes('')) return 'label';
  if (new Set(labels).size < labels.length) return 'sameLabel';
  if (!states.some(({ category }) => category === 'new')) return 'noStart';
  if (!states.some(isResolved)) return 'noEnd';
  return undefined;
}

/** Where new tickets start. */
export const startOf = ({ states }: Workflow): string | undefined =>
  states.find(({ category }) => category === 'new')?.id;
