import { z } from 'zod';
import { defineOperations } from './operation.ts';
import { commonQuery, instant, person } from './wire.ts';

const count = z.int();

/** Where somebody is named in an instance. */
const traces = z
  .object({
    ids: z
      .array(z.string())
      .describe('The ids under which they are known here; one with the same mail address is theirs'),
    names: z.array(z.string()),
    emails: z.array(z.string()),
    isMember: z.boolean(),
    tickets: z.object({
      total: count,
      requestor: count,
      assignee: count,
      follower: count,
      other: count.describe('Named by a people picker, or as who created or changed the ticket'),
    }),
    activities: count.describe('What they did, and changes that name them'),
    comments: count.describe('Written by them'),
    attachments: count.describe('Added by them'),
    views: count.describe('Saved views of theirs, or that filter by them'),
    settings: count.describe('1 when the settings name them, as somebody who answers for example'),
    passing: count.describe('Events, stored replies and notes of presence, which go by themselves after a time'),
    mentions: count.describe('Titles, descriptions and comments that mention their name or mail address; these stay'),
  })
  .meta({ id: 'Traces' });
export type Traces = z.infer<typeof traces>;

const erasure = z
  .object({
    pseudonym: person.describe('Who stands where they stood'),
    startedOn: instant,
    doneOn: instant.describe('Empty as long as it goes on'),
    total: count.describe('How much named them when it began'),
    tickets: count.describe('So far, as the other counts'),
    activities: count,
    others: count.describe('Views, settings, events, stored replies and notes of presence'),
    mentions: count.describe('Texts that mention them, which stay as they are'),
  })
  .meta({ id: 'Erasure' });
export type Erasure = z.infer<typeof erasure>;

export const ERASURE = defineOperations({
  getTraces: {
    method: 'GET',
    path: '/people/{personId}/traces',
    summary: 'List what is known of a person',
    description:
      'What `POST /people/{personId}/erasure` will take out. The id is an Entra object id, or the mail address of ' +
      'somebody known only by mail. Everything in the instance is read for it.',
    access: 'administer',
    query: commonQuery,
    answer: { kind: 'item', of: traces },
    status: 200,
    errors: ['invalid_input', 'not_found'],
  },
  erasePerson: {
    method: 'POST',
    path: '/people/{personId}/erasure',
    summary: 'Erase a person',
    description:
      'Puts a pseudonym where the name, mail address and id of the person stand: in tickets, their history and ' +
      'attachments, in saved views, events and stored replies; takes them out of the settings and out of the instance. ' +
      'Neither searches nor exports find them afterwards. What people wrote stays, also where it mentions the name. ' +
      'This cannot be undone. Where much names them, it goes on after the answer: `doneOn` is empty then, and ' +
      '`GET /erasures` says how far it is. Should the server stop meanwhile, it goes on where it was.',
    access: 'administer',
    query: commonQuery,
    body: { confirm: z.literal(true, { error: 'must be true: this cannot be undone' }) },
    answer: { kind: 'item', of: erasure },
    status: 200,
    errors: ['invalid_input', 'not_found', 'conflict', 'only_owner'],
    example: { body: { confirm: true } },
  },
  listErasures: {
    method: 'GET',
    path: '/erasures',
    summary: 'List erasures and how far they are',
    description: 'Those that go on, and those of the last 30 days; the latest first. None says who it was.',
    access: 'administer',
    query: commonQuery,
    answer: { kind: 'list', of: erasure },
    status: 200,
    errors: ['invalid_input'],
  },
});
