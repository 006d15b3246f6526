import { z } from 'zod';
import { defineOperations } from './operation.ts';
import { commonQuery, instant } from './wire.ts';

export const SLOTS = ['primary', 'secondary', 'administrative'] as const;
export type Slot = (typeof SLOTS)[number];

/** A key as the settings show it. */
const apiKey = z
  .object({
    slot: z.enum(SLOTS),
    key: z.string().describe('The key itself'),
    readOnly: z.boolean(),
    allowedIps: z.array(z.string()).describe('Addresses or ranges (10.0.0.0/8); empty allows all'),
    expiresOn: instant,
    createdOn: instant,
    lastUsedOn: instant.describe('Exact to a minute'),
  })
  .meta({ id: 'ApiKey' });
export type ApiKey = z.infer<typeof apiKey>;

export const KEYS = defineOperations({
  listKeys: {
    method: 'GET',
    path: '/keys',
    summary: 'Show the keys',
    access: 'administer',
    query: commonQuery,
    answer: { kind: 'list', of: apiKey },
    status: 200,
    errors: [],
  },
  updateKey: {
    method: 'PUT',
    path: '/keys/{slot}',
    summary: 'Limit a key',
    description: 'Read-only, from certain addresses only, until a certain time. Only the limits given change.',
    access: 'administer',
    query: commonQuery,
    body: {
      readOnly: z.boolean().optional(),
      allowedIps: z.array(z.string().max(64)).max(100).optional(),
      expiresOn: z
        .union([z.string().max(64), z.null()])
        .describe('A date, a date-time, or null')
        .optional(),
    },
    answer: { kind: 'item', of: apiKey },
    status: 200,
    errors: ['invalid_input', 'not_found', 'conflict'],
    example: { body: { readOnly: true } },
  },
  regenerateKey: {
    method: 'POST',
    path: '/keys/{slot}/regenerate',
    summary: 'Replace a key',
    description: 'The old key of this slot stops working at once. The other slots go on working.',
    access: 'administer',
    query: commonQuery,
    answer: { kind: 'item', of: apiKey },
    status: 201,
    location: '/keys',
    errors: ['not_found', 'conflict'],
  },
});
