import { z } from 'zod';
import { defineOperations } from './operation.ts';
import { commonQuery, person } from './wire.ts';

/** A list of tickets that somebody keeps under a name: its filter, order and columns, as the tab writes them. */
const savedView = z
  .object({
    id: z.uuid(),
    name: z.string().trim().min(1).max(100),
    isShared: z.boolean().describe('Everybody in the instance has it; else its owner alone'),
    owner: person,
    query: z.string().max(4000).describe('The query string of the list, as in `GET /tickets`'),
    columns: z.array(z.string().max(64)).max(50),
  })
  .meta({ id: 'SavedView' });
export type SavedView = z.infer<typeof savedView>;

const { name, isShared, query, columns } = savedView.shape;

export const VIEWS = defineOperations({
  listViews: {
    method: 'GET',
    path: '/views',
    summary: 'List saved views',
    description: 'The shared ones and those of the caller.',
    access: 'read',
    query: commonQuery,
    answer: { kind: 'list', of: savedView },
    status: 200,
    errors: ['invalid_input'],
  },
  putView: {
    method: 'PUT',
    path: '/views/{viewId}',
    summary: 'Save a view',
    description: 'The caller chooses the id, a UUID. Only those who work tickets may share one.',
    access: 'take part',
    query: commonQuery,
    body: { name, isShared, query, columns },
    answer: { kind: 'item', of: savedView },
    status: 200,
    errors: ['invalid_input', 'not_found', 'conflict'],
    example: {
      body: { name: 'Urgent', isShared: false, query: 'priority=Urgent&isResolved=false', columns: ['title'] },
    },
  },
  deleteView: {
    method: 'DELETE',
    path: '/views/{viewId}',
    summary: 'Delete a saved view',
    access: 'take part',
    query: commonQuery,
    answer: { kind: 'none' },
    status: 204,
    errors: ['not_found', 'conflict'],
  },
});
