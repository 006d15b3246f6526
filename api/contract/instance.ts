import { z } from 'zod';
import { defineOperations } from './operation.ts';
import { priority } from './tickets.ts';
import { commonQuery, person } from './wire.ts';
import { workflow } from './workflow.ts';

const short = z.string().trim().max(255);
const key = z.string().min(1).max(64);
const FIELD_TYPES = ['text', 'textarea', 'toggle', 'date', 'list', 'peoplepicker'] as const;

/** The definition of a custom field; `list` is a single or multiple item picker by `isMultiple` (TW-11, TW-31). */
const customField = z
  .object({
    id: z.uuid(),
    title: short.min(1),
    label: short.describe('The same as the title'),
    type: z.object({ key: z.enum(FIELD_TYPES), text: short }),
    isMandatory: z.boolean(),
    status: z.enum(['visible', 'hidden']),
    defaultValue: z.unknown(),
    options: z.array(z.object({ key, text: short.min(1) })).max(500),
    isMultiple: z.boolean(),
    isSeeTicket: z.boolean().describe('The people chosen here may see the ticket'),
  })
  .meta({ id: 'CustomField' });
export type CustomField = z.infer<typeof customField>;

const customFieldIn = customField
  .omit({ label: true, type: true })
  .partial()
  .required({ title: true })
  .extend({ type: z.object({ key: z.enum(FIELD_TYPES), text: short.optional() }) });
export type CustomFieldIn = z.infer<typeof customFieldIn>;

/** A built-in field of the form (description, priority, ...) that an owner can show, hide, or make mandatory. */
const optionalField = z.object({
  id: z.string().max(64),
  title: short,
  isMandatory: z.boolean(),
  status: z.enum(['visible', 'hidden']),
});

const conditionFields = ['title', 'description', 'tags', 'priority', 'requestor', 'customFields'] as const;
const rule = z.object({
  id: z.string().max(64).optional(),
  name: short.optional(),
  conditions: z
    .array(
      z.object({
        field: z.enum(conditionFields),
        fieldId: z.string().max(64).optional(),
        operator: z.enum(['is', 'isNot', 'contains']),
        value: z.string().max(1000),
      }),
    )
    .max(20),
  assign: z.enum(['person', 'roundRobin', 'leastOpen']),
  peoples: z.array(person).max(200),
});

const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'must be HH:MM');
const minutes = z.int().min(1).max(525_600);
const sla = z.object({
  timezone: short,
  workingHours: z
    .array(
      z
        .object({ weekday: z.int().min(1).max(7).describe('1 is Monday'), from: clock, to: clock })
        .refine(({ from, to }) => from < to, 'from must be before to; a night is two spans'),
    )
    .max(70),
  holidays: z.array(z.iso.date()).max(1000),
  targets: z.array(z.object({ priority, firstResponseMinutes: minutes, resolutionMinutes: minutes })).max(4),
  warningPercent: z.int().min(1).max(99),
  escalateTo: z.array(person).max(50),
});

const alertNotification = z.object({
  created: z.boolean(),
  assigned: z.boolean(),
  commented: z.boolean(),
  statusChanged: z.boolean(),
  dueSoon: z.boolean(),
});

const followersRule = z
  .object({
    peoples: z
      .array(person)
      .max(50)
      .describe('They follow every new ticket from its creation, whatever door made it, and so may see it'),
    isMentioned: z
      .boolean()
      .describe(
        'Members of the instance who are mentioned in a public comment or a description. A mention is a link of formatted ' +
          'text to their mail address or id that begins with @: `<a href="mailto:ana@contoso.com">@Ana Silva</a>`',
      ),
    isCommenter: z.boolean().describe('Members of the instance who write a public comment'),
  })
  .describe(
    'Who becomes a follower by themselves, in the same activity as what makes them one. Followers see the ticket and are ' +
      'told of its comments and states, but not of private notes; so a private note makes nobody a follower. Requestor ' +
      'and assignee are told anyway and become none by what is written. With a key, what is written counts only when ' +
      'its `user` is a member of the instance.',
  );

const language = z
  .enum(['', 'en', 'fr', 'de'])
  .describe(
    "What the bot writes in where nobody's own language is known: posts in the channel, the welcome, notices to people " +
      'whose language Teams does not tell. Empty for the language of whoever added the app in Teams. Posts that are ' +
      'there change when their ticket does.',
  );

const settings = {
  name: short.min(1),
  enabled: z.boolean(),
  isPrivate: z.boolean().describe('Posts in the channel tell the number and the state of a ticket alone'),
  mailAddress: short,
  language,
  customFieldsLeft: z.array(customField),
  customFieldsRight: z.array(customField),
  optionalFieldsLeft: z.array(optionalField).max(50),
  optionalFieldsRight: z.array(optionalField).max(50),
  assignees: z.object({ type: z.enum(['teamsOwner', 'customAssignee']), peoples: z.array(person).max(500) }),
  assigneeRules: z.array(rule).max(100),
  defaultRuleAssignee: z.array(rule).max(1),
  isAutomaticAssignTickets: z.boolean(),
  alertNotification,
  followersRule,
  isAutoAssignIdleTickets: z.boolean(),
  dayBeforeTicketsIdle: z.int().min(0).max(3650),
  idleTicketAssignedTo: z.array(person).max(50),
  isNotifyIdleTicket: z.boolean(),
  sla,
};

export const instance = z
  .object({
    id: z.uuid(),
    groupId: z.string(),
    tenantId: z.string(),
    teamId: z.string(),
    channelId: z.string(),
    subscriptionId: z.string(),
    ...settings,
    customFields: z.array(customField).describe('Left column, then right column'),
    workflows: z.array(workflow).min(1).max(1),
    isCustomWorkflow: z.boolean(),
  })
  .meta({ id: 'Instance' });
export type Instance = z.infer<typeof instance>;

const settingsUpdate = z
  .object({
    ...settings,
    customFieldsLeft: z.array(customFieldIn).max(50).describe('The left column, in order; replaces it'),
    customFieldsRight: z.array(customFieldIn).max(50).describe('The right column, in order; replaces it'),
    customFields: z.array(customFieldIn).max(100).describe('All fields; a new one goes to the left column'),
    workflows: z.array(workflow).length(1).describe('The workflow; replaces it'),
  })
  .partial();
export type InstanceUpdate = z.infer<typeof settingsUpdate>;

const workflowPreview = z
  .object({
    canBeSaved: z.boolean(),
    problems: z.array(z.string()).describe('Why it cannot be saved'),
    states: z
      .array(
        z.object({
          id: z.string(),
          label: z.string(),
          tickets: z.int().describe('That are in this state now'),
          isNew: z.boolean(),
          isRemoved: z.boolean().describe('It would go; while tickets are in it, it cannot'),
          isUnreachable: z.boolean().describe('No move leads here from where new tickets start'),
          isDeadEnd: z.boolean().describe('No move leads out of here'),
          needsOwner: z.boolean().describe('Moves lead out of here, but only owners may make them'),
        }),
      )
      .describe('The states of the new workflow, then those that would go'),
  })
  .meta({ id: 'WorkflowPreview' });
export type WorkflowPreview = z.infer<typeof workflowPreview>;

export const INSTANCE = defineOperations({
  getInstance: {
    method: 'GET',
    path: '/instance',
    summary: 'Read the instance',
    description: 'The definitions of the custom fields, the people who answer, the workflow and every other setting.',
    access: 'read',
    query: commonQuery,
    answer: { kind: 'item', of: instance },
    status: 200,
    errors: ['invalid_input'],
  },
  updateInstance: {
    method: 'PUT',
    path: '/instance',
    summary: 'Change the settings',
    description: 'Only the settings given change.',
    access: 'administer',
    query: commonQuery,
    body: { instance: settingsUpdate },
    answer: { kind: 'item', of: instance },
    status: 200,
    errors: ['invalid_input', 'conflict', 'precondition_failed'],
    example: { body: { instance: { name: 'IT Help Desk' } } },
  },
  previewWorkflow: {
    method: 'POST',
    path: '/instance/workflow-preview',
    summary: 'See what another workflow would do',
    description: 'To the tickets that there are, and whether it could be saved. Nothing is changed.',
    access: 'administer',
    query: commonQuery,
    body: { workflow },
    answer: { kind: 'item', of: workflowPreview },
    status: 200,
    errors: ['invalid_input'],
    example: {
      body: {
        workflow: {
          states: [
            { id: 'open', label: 'Open', category: 'new', nextSteps: ['closed'] },
            { id: 'closed', label: 'Closed', category: 'closed', nextSteps: ['open'] },
          ],
          resolutions: ['fixed'],
        },
      },
    },
  },
});
