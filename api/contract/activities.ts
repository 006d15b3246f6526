import { z } from 'zod';
import { attachment } from './attachments.ts';
import { defineOperations } from './operation.ts';
import { ORIGINS } from './tickets.ts';
import { continuationTokenHeader, includeQuery, instant, limit, person, user } from './wire.ts';

const ACTIONS = [
  'created',
  'commented',
  'started',
  'pending',
  'resolved',
  'closed',
  'reopened',
  'assigned',
  'updated',
  'attached',
  'escalated',
  'deleted',
  'merged',
] as const;

const change = z.object({ name: z.string(), oldValue: z.unknown(), newValue: z.unknown() });
export type Change = z.infer<typeof change>;

/** Every change of a ticket leaves exactly one activity: who, what, before, after, through which door. */
export const activity = z
  .object({
    id: z.uuid(),
    ticketId: z.uuid(),
    action: z.enum(ACTIONS),
    comment: z.string(),
    comment_HTML: z.string().optional(),
    isPrivate: z.boolean(),
    createdDateTime: instant,
    createdBy: person,
    changes: z.array(change),
    attachments: z.array(attachment),
    origin: z.enum(ORIGINS),
  })
  .meta({ id: 'Activity' });
export type Activity = z.infer<typeof activity>;

/** A comment carries its id twice (TW-45). */
const comment = activity.extend({ activityId: z.uuid() }).meta({ id: 'Comment' });

export const ACTIVITIES = defineOperations({
  listActivities: {
    method: 'GET',
    path: '/tickets/{ticketId}/activities',
    also: [{ method: 'GET', path: '/tickets/{ticketId}/comments' }],
    summary: 'List the history of a ticket',
    description: 'Status changes, comments and every other change, newest first; all of them unless `limit` is given.',
    access: 'read',
    query: { ...includeQuery('comment_HTML'), limit: limit.optional() },
    headers: continuationTokenHeader,
    answer: { kind: 'list', of: activity },
    status: 200,
    errors: ['invalid_input', 'not_found'],
  },
  addComment: {
    method: 'POST',
    path: '/tickets/{ticketId}/activities',
    also: [{ method: 'POST', path: '/tickets/{ticketId}/comments' }],
    summary: 'Comment on a ticket',
    access: 'take part',
    query: includeQuery('comment_HTML'),
    body: {
      comment: z.string().max(100_000).describe('Plain text; wins over comment_HTML').nullish(),
      comment_HTML: z.string().max(100_000).describe('HTML; scripts and event attributes are removed').nullish(),
      isPrivate: z.boolean().describe('Only for those who work the ticket. Default false').optional(),
      user: user.nullish(),
    },
    answer: { kind: 'item', of: comment },
    status: 201,
    location: '/tickets/{ticketId}/activities',
    errors: ['invalid_input', 'not_found', 'conflict', 'precondition_failed'],
    example: { body: { comment: 'comment from API' } },
  },
});
