import { z } from 'zod';
import { defineOperations } from './operation.ts';
import { commonQuery, includeQuery, instant, person, user } from './wire.ts';

/** A file, or a link when `isHyperlink`. */
export const attachment = z
  .object({
    id: z.uuid(),
    caption: z.string(),
    filename: z.string(),
    createdDateTime: instant,
    createdBy: z.string().describe('Display name'),
    src: z.string().describe("A link's address, or a file's signed address, which works for an hour"),
    isArchive: z.boolean(),
    isHyperlink: z.boolean(),
    isImage: z.boolean(),
    size: z.int().describe('Bytes; 0 for a link'),
    contentType: z.string(),
  })
  .meta({ id: 'Attachment' });
export type Attachment = z.infer<typeof attachment>;

export const MAX_FILE_BYTES = 25 * 1024 * 1024;
export const MAX_FILES = 10;

const link = z.object({
  src: z
    .url({ protocol: /^https?$/, error: 'must be an http or https address' })
    .max(4000)
    .describe('An http or https address'),
  caption: z.string().max(255).optional(),
});

export const ATTACHMENTS = defineOperations({
  listAttachments: {
    method: 'GET',
    path: '/tickets/{ticketId}/attachments',
    summary: 'List the attachments of a ticket',
    access: 'read',
    query: commonQuery,
    answer: { kind: 'list', of: attachment },
    status: 200,
    errors: ['not_found'],
  },
  addAttachments: {
    method: 'POST',
    path: '/tickets/{ticketId}/attachments',
    summary: 'Attach files or links to a ticket',
    description:
      'Links as JSON; files as `multipart/form-data` with parts `files` (repeatable), `comment`, `comment_HTML`, ' +
      '`isPrivate` and `user` (JSON text). At most 10 files of 25 MB each.',
    access: 'take part',
    query: includeQuery('comment_HTML'),
    body: {
      comment: z.string().max(100_000).nullish(),
      comment_HTML: z.string().max(100_000).nullish(),
      isPrivate: z.boolean().describe('Default false').optional(),
      attachments: z.array(link).max(MAX_FILES).optional(),
      user: user.nullish(),
    },
    multipart: true,
    answer: {
      kind: 'item',
      of: z.object({
        activityId: z.uuid(),
        ticketId: z.uuid(),
        ticketNo: z.int(),
        comment: z.string(),
        comment_HTML: z.string().optional(),
        attachments: z.array(attachment),
        user: person,
      }),
    },
    status: 201,
    location: '/tickets/{ticketId}/attachments',
    errors: ['invalid_input', 'not_found', 'conflict', 'precondition_failed', 'payload_too_large'],
    example: {
      body: { attachments: [{ src: 'https://example.com/log.txt', caption: 'The log' }], comment: 'See there' },
    },
  },
  listActivityAttachments: {
    method: 'GET',
    path: '/tickets/activity/{activityId}/attachments',
    summary: 'List the attachments of one activity',
    access: 'read',
    query: commonQuery,
    answer: { kind: 'list', of: attachment },
    status: 200,
    errors: ['not_found'],
  },
});
