import { z } from 'zod';
import { defineOperations } from './operation.ts';
import { commonQuery, instant, person } from './wire.ts';

/** People who sign in with Entra ID: what each may do in an instance, and what belongs to them alone. */

/** `owner` sets the instance up; `assignee` works its tickets; `member` sees their own and those they follow (TW-48). */
const ROLES = ['owner', 'assignee', 'member'] as const;
export type Role = (typeof ROLES)[number];
const role = z.enum(ROLES);

const member = person
  .extend({
    tenantId: z.string().max(64),
    role: role.describe('What they were made; somebody whom the settings name as an assignee works tickets as well'),
    addedOn: instant,
  })
  .meta({ id: 'Member' });
export type Member = z.infer<typeof member>;

/** What a person can be told of in person. */
export const NOTICES = ['created', 'assigned', 'commented', 'statusChanged', 'dueSoon', 'escalated', 'idle'] as const;
export type Notice = (typeof NOTICES)[number];

const preferences = z.object({
  mutedNotices: z.array(z.enum(NOTICES)).describe('What the bot does not tell them'),
  locale: z.string().max(35).describe('`en`, `fr`, `de`; empty for that of Teams'),
  timezone: z.string().max(64).describe('An IANA name; empty for that of Teams or the browser'),
  /** What the tab remembers: columns, layout, whether single keys are shortcuts. */
  tab: z.record(z.string().max(64), z.unknown()),
});
export type Preferences = z.infer<typeof preferences>;

export const DEFAULT_PREFERENCES: Preferences = { mutedNotices: [], locale: '', timezone: '', tab: {} };

const me = person
  .extend({
    tenantId: z.string(),
    preferences,
    instances: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        role,
        teamId: z.string(),
        channelId: z.string(),
      }),
    ),
  })
  .meta({ id: 'Me' });
export type Me = z.infer<typeof me>;

export const PEOPLE = defineOperations({
  listMembers: {
    method: 'GET',
    path: '/members',
    summary: 'List the people of the instance',
    access: 'work',
    query: commonQuery,
    answer: { kind: 'list', of: member },
    status: 200,
    errors: ['invalid_input'],
  },
  putMember: {
    method: 'PUT',
    path: '/members/{personId}',
    summary: 'Add somebody to the instance, or change their role',
    description: 'Answers the version of the member as `ETag`; with `If-Match`, only that one is changed.',
    access: 'administer',
    query: commonQuery,
    body: {
      name: member.shape.name,
      email: member.shape.email,
      role,
      tenantId: z.string().max(64).describe("The person's tenant; that of the instance when absent").optional(),
    },
    answer: { kind: 'item', of: member },
    status: 200,
    errors: ['invalid_input', 'conflict', 'only_owner', 'precondition_failed'],
    example: { body: { name: 'Ana Silva', email: 'ana@contoso.com', role: 'assignee' } },
  },
  removeMember: {
    method: 'DELETE',
    path: '/members/{personId}',
    summary: 'Take somebody out of the instance',
    description: 'Their tickets and comments stay.',
    access: 'administer',
    query: commonQuery,
    answer: { kind: 'none' },
    status: 204,
    errors: ['not_found', 'conflict', 'only_owner'],
  },
  searchPeople: {
    method: 'GET',
    path: '/people',
    summary: 'Find a person',
    description:
      'Members of the instance whose name or mail address has every word, then people of its tickets for those who ' +
      'work them, then the directory where it may be asked.',
    access: 'read',
    query: {
      ...commonQuery,
      search: z.string().max(255).optional(),
      among: z
        .enum(['everyone', 'members', 'assignees'])
        .describe('`members`: people of the instance alone; `assignees`: those of them who work tickets')
        .optional(),
    },
    answer: { kind: 'list', of: person },
    status: 200,
    errors: ['invalid_input'],
    example: { query: 'search=ana' },
  },
});

/** Operations of somebody who signed in, above all instances: a key cannot do these. */
export const PERSONAL = defineOperations({
  getMe: {
    method: 'GET',
    path: '/me',
    summary: 'Who I am',
    description: 'The person who signed in, their instances and what they may do there.',
    access: 'read',
    query: commonQuery,
    answer: { kind: 'item', of: me },
    status: 200,
    errors: ['invalid_input'],
  },
  updatePreferences: {
    method: 'PUT',
    path: '/me/preferences',
    summary: 'Change what belongs to me alone',
    description: 'Only what is given changes.',
    access: 'read',
    query: {},
    body: preferences.partial().shape,
    answer: { kind: 'item', of: me },
    status: 200,
    errors: ['invalid_input', 'conflict'],
    example: { body: { mutedNotices: ['dueSoon'] } },
  },
  openChannel: {
    method: 'POST',
    path: '/me/channels',
    summary: 'Open the instance of a channel',
    description:
      'Finds the instance of a Teams channel, or makes it with the caller as its owner. The caller is let in as what they ' +
      'are in the team, where the directory can be asked. Without a name nothing is made: `not_found` when there is none.',
    access: 'read',
    query: commonQuery,
    body: {
      teamId: z.string().min(1).max(255).describe('The group of the team'),
      channelId: z.string().min(1).max(255),
      name: z.string().trim().min(1).max(255).optional().describe('Of the instance, when it has to be made'),
    },
    answer: { kind: 'item', of: me.shape.instances.element },
    status: 200,
    errors: ['invalid_input', 'not_found', 'conflict'],
    example: { body: { teamId: 'f3a7...', channelId: '19:...@thread.tacv2', name: 'IT Help Desk' } },
  },
  getPhoto: {
    method: 'GET',
    path: '/people/{personId}/photo',
    summary: "A person's photo",
    description:
      'Small, for beside a name, from the directory of the tenant by the object id of the person. `forbidden` says that ' +
      'the caller has not allowed the app to look into it yet; `not_found` that there is no photo, or no directory.',
    access: 'read',
    query: commonQuery,
    answer: { kind: 'bytes', types: ['image/jpeg', 'image/png', 'image/gif'] },
    status: 200,
    errors: ['invalid_input', 'not_found'],
  },
});
