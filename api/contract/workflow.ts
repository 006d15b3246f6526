import { z } from 'zod';
import { MOVERS } from './moves.ts';

/** What a state means to SLA, reports and the other doors, whatever its label says. */
const CATEGORIES = ['new', 'active', 'waiting', 'resolved', 'closed'] as const;

const label = z.string().trim().min(1).max(64);
const stateId = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'letters, digits, _ and -, at most 64');

const move = z.object({
  to: stateId.describe('One of `nextSteps`'),
  label: label.optional().describe('What buttons and menus call it; without one, the label of the state it leads to'),
  by: z
    .enum(MOVERS)
    .optional()
    .describe(
      '`everyone`: those who work tickets, and the requestor with the own ticket; `assignees`: those who work tickets; ' +
        '`owners`: owners, or an administrative key. Without it, `everyone` for a move that ends or reopens a ticket ' +
        '(category `resolved` or `closed` before or after it), else `assignees`',
    ),
});
export type Move = z.infer<typeof move>;

export const workflow = z
  .object({
    states: z
      .array(
        z.object({
          id: stateId,
          label,
          category: z.enum(CATEGORIES),
          nextSteps: z.array(stateId).max(50).describe('The ids of the states that a ticket can move to from here'),
          moves: z.array(move).max(50).optional().describe('What is special about the moves from here; one entry each'),
        }),
      )
      .min(2)
      .max(50)
      .describe('In the order of the status list; new tickets start in the first state of category `new`'),
    resolutions: z.array(label).max(50).describe('The allowed resolutions'),
  })
  .meta({ id: 'Workflow' });
export type Workflow = z.infer<typeof workflow>;
export type State = Workflow['states'][number];

/** The workflow of an instance that has none of its own. */
export const DEFAULT_WORKFLOW: Workflow = {
  states: [
    { id: 'open', label: 'Open', category: 'new', nextSteps: ['started', 'pending', 'resolved', 'closed'] },
    { id: 'started', label: 'Started', category: 'active', nextSteps: ['pending', 'resolved', 'closed'] },
    { id: 'pending', label: 'Pending', category: 'waiting', nextSteps: ['started', 'resolved', 'closed'] },
    { id: 'resolved', label: 'Resolved', category: 'resolved', nextSteps: ['closed', 'reopened'] },
    { id: 'closed', label: 'Closed', category: 'closed', nextSteps: ['reopened'] },
    { id: 'reopened', label: 'Reopened', category: 'active', nextSteps: ['started', 'pending', 'resolved', 'closed'] },
  ],
  resolutions: ['fixed', 'cannotResolve', 'cancelled'],
};
