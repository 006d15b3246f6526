import { z } from 'zod';
import { defineOperations } from './operation.ts';
import { commonQuery, person, user } from './wire.ts';

export const LIVE = defineOperations({
  streamEvents: {
    method: 'GET',
    path: '/events',
    summary: 'Follow what happens',
    description:
      'Server-sent events, until the connection ends or after 15 minutes. Each `change` carries `type`, `at`, `by`, ' +
      '`ticketId`, `ticketNo` and `activityId`. With the id of the last one as `Last-Event-ID` nothing is missed; ' +
      '`reset` says that something may have been: read again what you show. `presence.changed` says that somebody came to ' +
      'a ticket or left it, to those who work tickets; `ticket.seen` that what was new in a ticket for you is marked as ' +
      'seen, to you alone. Both have no `ticketNo`, for nothing in the ticket changed.',
    access: 'read',
    query: commonQuery,
    headers: { 'last-event-id': z.string().max(255).optional() },
    answer: { kind: 'stream', types: ['text/event-stream'] },
    status: 200,
    errors: ['invalid_input'],
  },
  announcePresence: {
    method: 'PUT',
    path: '/tickets/{ticketId}/presence',
    summary: 'Say that I am looking at a ticket',
    description:
      'Answers who else is. It holds for a minute, so say it again before. Who comes or goes is told as the event ' +
      '`presence.changed`.',
    access: 'work',
    query: commonQuery,
    body: { isHere: z.boolean(), user: user.nullish() },
    answer: { kind: 'item', of: z.object({ ticketId: z.uuid(), people: z.array(person) }) },
    status: 200,
    errors: ['invalid_input', 'not_found', 'conflict'],
    example: { body: { isHere: true, user: { id: 'ana@contoso.com', name: 'Ana', email: 'ana@contoso.com' } } },
  },
});
