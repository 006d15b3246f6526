import { z } from 'zod';
import { defineOperations } from './operation.ts';
import { commonQuery } from './wire.ts';

const tagText = z.string().trim().min(1).max(255);
const writable = {
  text: tagText.describe('The name of the category'),
  color: z
    .string()
    .regex(/^#[0-9a-fA-F]{6}$/, 'must be a colour such as #0078d4')
    .describe('#rrggbb'),
  tags: z
    .array(z.object({ text: tagText, deleted: z.boolean().optional() }))
    .max(500)
    .describe('Replaces all tags'),
  deleted: z.boolean().describe('A deleted category stays listed'),
};

const tagCategory = z
  .object({
    id: z.uuid(),
    instanceId: z.uuid(),
    text: z.string(),
    color: z.string(),
    tags: z.array(z.object({ text: z.string(), deleted: z.boolean() })),
    deleted: z.boolean(),
  })
  .meta({ id: 'TagCategory' });
export type TagCategory = z.infer<typeof tagCategory>;

export const TAGS = defineOperations({
  listTags: {
    method: 'GET',
    path: '/tags',
    summary: 'List the tag categories',
    access: 'read',
    query: commonQuery,
    answer: { kind: 'list', of: tagCategory },
    status: 200,
    errors: [],
  },
  createTagCategory: {
    method: 'POST',
    path: '/tags',
    summary: 'Create a tag category',
    access: 'administer',
    query: commonQuery,
    body: { tagCategory: z.object(writable).partial().required({ text: true }) },
    answer: { kind: 'item', of: tagCategory },
    status: 201,
    location: '/tags',
    errors: ['invalid_input'],
    example: { body: { tagCategory: { text: 'Area', color: '#0078d4', tags: [{ text: 'Network' }] } } },
  },
  getTagCategory: {
    method: 'GET',
    path: '/tags/{tagCategoryId}',
    summary: 'Read a tag category',
    description: 'With its version as `ETag`, for `If-Match` of a change.',
    access: 'read',
    query: commonQuery,
    answer: { kind: 'item', of: tagCategory },
    status: 200,
    errors: ['invalid_input', 'not_found'],
  },
  updateTagCategory: {
    method: 'PUT',
    path: '/tags/{tagCategoryId}',
    summary: 'Update a tag category',
    description: 'Only the fields given change.',
    access: 'administer',
    query: commonQuery,
    body: { tagCategory: z.object(writable).partial() },
    answer: { kind: 'item', of: tagCategory },
    status: 200,
    errors: ['invalid_input', 'not_found', 'conflict', 'precondition_failed'],
    example: { body: { tagCategory: { text: 'Topic' } } },
  },
});
