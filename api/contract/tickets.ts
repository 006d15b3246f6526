import { z } from 'zod';
import { defineOperations } from './operation.ts';
import {
  assigneeIn,
  assigneeOut,
  commonQuery,
  continuationTokenHeader,
  includeQuery,
  instant,
  limit,
  offset,
  person,
  user,
} from './wire.ts';
import { workflow } from './workflow.ts';

export const PRIORITIES = ['Low', 'Medium', 'Important', 'Urgent'] as const;
export const priority = z.enum(PRIORITIES);
export type Priority = z.infer<typeof priority>;

/** Which door a change came through. */
export const ORIGINS = ['api', 'bot', 'tab', 'email', 'helpdesk', 'loopdesk', 'bluetickets'] as const;
export type Origin = (typeof ORIGINS)[number];

/** The orders of a list (TW-18), the last three being aliases. */
const ORDERS = [
  'status',
  'ticketId',
  'title',
  'requestorName',
  'requestorEmail',
  'assigneeName',
  'assigneeEmail',
  'expectedDate',
  'priority',
  'createdDateTime',
  'lastInteraction',
  'createdOn',
  'lastUpdatedOn',
  'ticketNo',
] as const;
export type Order = (typeof ORDERS)[number];

const tag = z.object({ tagCategoryId: z.string().min(1).max(64), text: z.string().min(1).max(255) });

/** Values by field id (TW-31); which type a value must have, the instance's own definitions say. */
const customFieldsIn = z.record(z.string().max(64), z.unknown());

const promised = z.object({
  dueOn: instant.describe('When it has to be kept, or had to be'),
  warnOn: instant.describe('When the assignee is warned; only while it can be kept').optional(),
});

export const ticket = z
  .object({
    id: z.uuid(),
    ticketNo: z.int(),
    title: z.string(),
    description: z.string(),
    description_HTML: z.string().optional(),
    statusId: z.string(),
    status: z.string(),
    resolvedStatus: z.array(z.string()).describe('The labels of the workflow that count as resolved'),
    resolution: z.string(),
    priority,
    requestor: person,
    assignee: assigneeOut,
    expectedDate: instant,
    tags: z.array(tag),
    customFields: z.record(z.string(), z.unknown()),
    createdOn: instant,
    lastUpdatedOn: instant,
    lastInteraction: instant,
    createdBy: person,
    lastUpdatedBy: person,
    firstResponseOn: instant,
    firstResolutionOn: instant,
    lastResolutionOn: instant,
    lastResolutionComment: z.string(),
    isFrtBreached: z.boolean(),
    isRtBreached: z.boolean(),
    isFrtEscalated: z.boolean(),
    isRtEscalated: z.boolean(),
    assigneeUnseenEventCnt: z.int(),
    requestorUnseenEventCnt: z.int(),
    origin: z.enum(ORIGINS),
    followers: z.array(person),
    isCustomWorkflow: z.boolean(),
    promises: z
      .object({ frt: promised, rt: promised })
      .partial()
      .describe('Of an open ticket, what it is promised (`sla`) and is still to be done, or was done too late')
      .optional(),
    workflow: workflow.optional(),
  })
  .meta({ id: 'Ticket' });
export type Ticket = z.infer<typeof ticket>;

const title = z
  .string()
  .max(1000)
  .refine((text) => text.trim().length >= 1 && text.trim().length <= 255, 'must have 1 to 255 characters');
const longText = z.string().max(100_000);

/** Everything of a ticket that a caller may set, all optional. */
const writable = {
  title,
  description: longText.describe('Plain text; wins over description_HTML'),
  description_HTML: longText.describe('HTML; scripts and event attributes are removed'),
  priority,
  requestor: person,
  assignee: assigneeIn,
  expectedDate: z.union([z.string().max(64), z.null()]).describe('A date, a date-time, or null for none'),
  tags: z.array(tag).max(100).describe('Replaces all tags'),
  customFields: customFieldsIn.describe('Each given field replaces its value; null clears it'),
  followers: z.array(person).max(100).describe('Replaces all followers'),
};

const ticketCreate = z.object(writable).partial().required({ title: true, requestor: true });
const ticketUpdate = z.object(writable).partial();
export type TicketUpdate = z.infer<typeof ticketUpdate>;

const statusMove = {
  status: z.string().trim().min(1).max(255).describe('A status label or id of the workflow, or `In Progress`'),
  resolution: z.string().max(255).describe('`fixed`, `cannotResolve`, `cancelled`, or one of the workflow').nullish(),
  comment: longText.describe('Added as a public comment').nullish(),
};

const flag = z.boolean();
const filterText = z.string().max(1000);
const time = z.string().max(64).describe('YYYY-MM-DD, or a date-time with or without an offset');

const listFilters = {
  search: filterText.describe('Every word must occur in the ticket or its comments; an exact number comes first'),
  title: filterText.describe('A part of the title, in any case'),
  status: filterText.describe('Comma list of status labels'),
  statusId: filterText.describe('Comma list of state ids'),
  isResolved: flag,
  priority: filterText.describe('Comma list of priorities: Low, Medium, Important, Urgent'),
  tags: filterText.describe('Comma list of `tagCategoryId_tagText`; any of them matches'),
  assigneeId: filterText.describe('Entra object id, or `none`'),
  assigneeEmail: filterText.describe('Mail address, or `none`'),
  requestorId: filterText,
  requestorEmail: filterText,
  ticketNo: z.int().min(0),
  followerId: filterText,
  unseenById: filterText.describe('Entra object id of whom something is new for, as assignee or requestor'),
  origin: filterText.describe(`Comma list of doors that tickets came through: ${ORIGINS.join(', ')}`),
  resolution: filterText.describe('Comma list of resolutions'),
  isFrtBreached: flag,
  isRtBreached: flag,
  createdAfter: time,
  createdBefore: time,
  expectedDateAfter: time,
  expectedDateBefore: time,
  lastUpdateAfter: time,
  lastUpdateBefore: time,
  customFields: z
    .record(z.string().max(64), z.string().max(1000))
    .describe('`customFields.<field id>=value`: text as it is, an option id, true or false, a date, a person id'),
};

export const TICKETS = defineOperations({
  listTickets: {
    method: 'GET',
    path: '/tickets',
    summary: 'List tickets',
    description: 'Newest first unless ordered otherwise. Follow `continuationToken` to read every page.',
    access: 'read',
    query: {
      ...includeQuery('description_HTML', 'promises'),
      ...z.object(listFilters).partial().shape,
      orderBy: z.enum(ORDERS).describe('Default createdDateTime').optional(),
      order: z.enum(['ASC', 'DESC']).describe('Default DESC').optional(),
      select: z.string().max(2000).describe('Comma list of ticket fields; `id` is always there').optional(),
      limit: limit.describe('Default 10').optional(),
      offset: offset.describe('Default 0').optional(),
    },
    headers: continuationTokenHeader,
    answer: { kind: 'list', of: ticket },
    status: 200,
    errors: ['invalid_input'],
    example: { query: 'orderBy=status&order=ASC&select=id,ticketId,title,status,requestorName&limit=20' },
  },
  createTicket: {
    method: 'POST',
    path: '/tickets',
    summary: 'Create a ticket',
    access: 'take part',
    query: includeQuery('description_HTML', 'promises'),
    body: { ticket: ticketCreate, user: user.nullish() },
    answer: { kind: 'item', of: ticket },
    status: 201,
    location: '/tickets/{id}',
    errors: ['invalid_input'],
    example: {
      body: {
        ticket: {
          title: 'My VPN is down',
          requestor: { id: 'jason.doe@contoso.com', name: 'Jason Doe', email: 'jason.doe@contoso.com' },
        },
        user: { id: 'jason.doe@contoso.com', name: 'Jason Doe', email: 'jason.doe@contoso.com' },
      },
    },
  },
  bulkUpdateTickets: {
    method: 'POST',
    path: '/tickets/bulk',
    summary: 'Update many tickets',
    description: 'The same change to each ticket, with a result per ticket: one that fails stops no other.',
    access: 'work',
    query: commonQuery,
    body: {
      ticketIds: z.array(z.string().max(64)).min(1).max(100),
      ticket: ticketUpdate.optional(),
      ...z.object(statusMove).partial().shape,
      user: user.nullish(),
    },
    answer: {
      kind: 'list',
      of: z.object({
        ticketId: z.string(),
        ok: z.boolean(),
        statusCode: z.int(),
        code: z.string().optional(),
        message: z.string().optional(),
      }),
    },
    status: 200,
    errors: ['invalid_input'],
    example: { body: { ticketIds: ['1', '2'], ticket: { priority: 'Urgent' } } },
  },
  getTicket: {
    method: 'GET',
    path: '/tickets/{ticketId}',
    summary: 'Read a ticket',
    access: 'read',
    query: includeQuery('description_HTML', 'promises'),
    answer: { kind: 'item', of: ticket },
    status: 200,
    errors: ['invalid_input', 'not_found'],
  },
  updateTicket: {
    method: 'PUT',
    path: '/tickets/{ticketId}',
    summary: 'Update a ticket',
    description: 'Only the fields given change. The fields may stand under `ticket` or under `updates`.',
    access: 'work',
    query: includeQuery('description_HTML', 'promises'),
    body: { ticket: ticketUpdate.optional(), updates: ticketUpdate.optional(), user: user.nullish() },
    answer: { kind: 'item', of: ticket },
    status: 200,
    errors: ['invalid_input', 'not_found', 'conflict', 'precondition_failed'],
    example: { body: { ticket: { priority: 'Urgent' } } },
  },
  updateTicketStatus: {
    method: 'PUT',
    path: '/tickets/{ticketId}/status',
    also: [{ method: 'POST', path: '/tickets/{ticketId}/status' }],
    summary: 'Move a ticket to another status',
    description: 'The workflow says which moves there are, and who may make each.',
    access: 'take part',
    query: includeQuery('description_HTML', 'promises'),
    body: { ...statusMove, user: user.nullish() },
    answer: { kind: 'item', of: ticket },
    status: 200,
    errors: ['invalid_input', 'not_found', 'conflict', 'precondition_failed'],
    example: { body: { status: 'Resolved', resolution: 'fixed', comment: 'Great job!' } },
  },
  markTicketSeen: {
    method: 'PUT',
    path: '/tickets/{ticketId}/seen',
    summary: 'Reset the counter of unseen events',
    description: 'A change with the `If-Match` of an earlier reading is not refused for it.',
    access: 'take part',
    query: commonQuery,
    body: { as: z.enum(['assignee', 'requestor']).describe('Whose counter becomes 0') },
    answer: { kind: 'item', of: ticket },
    status: 200,
    errors: ['invalid_input', 'not_found', 'conflict'],
    example: { body: { as: 'assignee' } },
  },
  followTicket: {
    method: 'PUT',
    path: '/tickets/{ticketId}/following',
    summary: 'Follow a ticket, or no longer',
    description: 'Followers see the ticket and are told of what happens to it.',
    access: 'take part',
    query: commonQuery,
    body: { following: flag, user: user.nullish() },
    answer: { kind: 'item', of: ticket },
    status: 200,
    errors: ['invalid_input', 'not_found', 'conflict', 'precondition_failed'],
    example: {
      body: { following: true, user: { id: 'ana@contoso.com', name: 'Ana', email: 'ana@contoso.com' } },
    },
  },
  deleteTicket: {
    method: 'DELETE',
    path: '/tickets/{ticketId}',
    summary: 'Delete a ticket',
    description: 'The ticket, its comments and its files can no longer be read. The deletion stays in the history.',
    access: 'work',
    query: commonQuery,
    answer: { kind: 'none' },
    status: 204,
    errors: ['not_found', 'conflict', 'precondition_failed'],
  },
});
