import { z } from 'zod';
import { defineOperations } from './operation.ts';
import { commonQuery } from './wire.ts';

export const COLLECTIONS = ['tickets', 'activities', 'attachments'] as const;
export type Collection = (typeof COLLECTIONS)[number];

export const EXPORTS = defineOperations({
  exportCollection: {
    method: 'GET',
    path: '/exports/{collection}',
    summary: 'Export everything',
    description:
      'All `tickets`, `activities` or `attachments` (their metadata) as a stream, oldest first: one JSON object a line, ' +
      'or CSV whose cells cannot be taken for formulas. The CSV of tickets has a column for each custom field, by its ' +
      'title and as people read it; `customFields` has the same as JSON.',
    access: 'administer',
    query: { ...commonQuery, format: z.enum(['jsonl', 'csv']).describe('Default jsonl').optional() },
    answer: { kind: 'stream', types: ['application/jsonl', 'text/csv'] },
    status: 200,
    errors: ['invalid_input', 'not_found'],
  },
});
