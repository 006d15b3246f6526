import { z } from 'zod';
import { defineOperations } from './operation.ts';
import { commonQuery, instant } from './wire.ts';

/**
 * What a help desk did in a period, and what it has to do now. The words of every report:
 *
 * - The period is whole days in the caller's time zone, the first and the last one included.
 * - `created`: tickets that were created in the period. `resolved`: tickets whose last resolution (`lastResolutionOn`) is
 *   in the period, whatever they are now. `reopened`: activities with the action `reopened` in the period, but for those
 *   that whoever made them took back within a minute.
 * - First response: of the tickets whose `firstResponseOn` is in the period, the time since they were created.
 *   Resolution: of the tickets that count as resolved, the time from their creation to their last resolution.
 * - Times are minutes that went by, by night and on holidays too, to a tenth. The median and the 90th percentile are by
 *   nearest rank: of n times in ascending order the one with the number `ceil(n / 2)`, or `ceil(n * 9 / 10)`; so each is
 *   a time that was really measured. Null when there is none.
 * - Open is what is in a state whose category is neither resolved nor closed, now. Its age counts from its creation.
 * - A deleted ticket counts nowhere.
 */
const durations = z.object({
  count: z.int(),
  medianMinutes: z.number().nullable(),
  p90Minutes: z.number().nullable(),
});

const figures = z.object({
  from: z.iso.date().describe('The first day'),
  to: z.iso.date().describe('The last day'),
  created: z.int(),
  resolved: z.int(),
  reopened: z.int(),
  firstResponse: durations,
  resolution: durations,
});
export type Figures = z.infer<typeof figures>;

/** The ages of open tickets, in days: at least the number before the dash, and less than the one after it. */
export const AGES = ['0-1', '1-3', '3-7', '7-30', '30-'] as const;

const report = z
  .object({
    asOf: instant.describe('When the figures were made; they are kept for ten seconds unless something changes'),
    current: figures,
    previous: figures.describe('Of as many days just before'),
    perDay: z.array(z.object({ date: z.iso.date(), created: z.int(), resolved: z.int() })),
    backlog: z.object({
      total: z.int().describe('Open now'),
      ages: z.array(z.object({ days: z.enum(AGES), count: z.int() })),
      states: z.array(z.object({ statusId: z.string(), status: z.string(), count: z.int() })),
    }),
  })
  .meta({ id: 'Report' });
export type Report = z.infer<typeof report>;

const reportGroup = z
  .object({
    key: z.string().describe("A person's id, a priority, `tagCategoryId_tagText`, an option's key; empty for none"),
    label: z.string().describe('What people call it'),
    created: z.int(),
    resolved: z.int(),
    open: z.int().describe('Open now, whenever they were created'),
    medianFirstResponseMinutes: z.number().nullable(),
    p90FirstResponseMinutes: z.number().nullable(),
    medianResolutionMinutes: z.number().nullable(),
    p90ResolutionMinutes: z.number().nullable(),
  })
  .meta({ id: 'ReportGroup' });
export type ReportGroup = z.infer<typeof reportGroup>;

export const GROUPS = ['assignee', 'priority', 'tag', 'requestor'] as const;

/** A report is of so many days at the most. */
export const MAX_DAYS = 400;
/** A report is made of so many tickets at the most; a shorter period or a filter leaves fewer. */
export const MAX_TICKETS = 200_000;
export const MAX_GROUPS = 1000;
/** Without a period: the last days, today included. */
export const USUAL_DAYS = 30;

const day = z.iso.date({ error: 'must be a date such as 2026-01-31' });
const text = z.string().max(1000);

const query = {
  ...commonQuery,
  from: day.describe(`The first day, YYYY-MM-DD. Default ${USUAL_DAYS} days that end with \`to\``).optional(),
  to: day.describe(`The last day, YYYY-MM-DD, at most ${MAX_DAYS} days in all. Default today`).optional(),
  priority: text.describe('Comma list of priorities').optional(),
  assigneeId: text.describe('Entra object id, or `none`').optional(),
  requestorId: text.optional(),
  tags: text.describe('Comma list of `tagCategoryId_tagText`; any of them matches').optional(),
};

export const REPORTS = defineOperations({
  getReport: {
    method: 'GET',
    path: '/reports/overview',
    summary: 'How the help desk is doing',
    description:
      'Tickets created, resolved and reopened in a period, and how long they took, beside the period before; what came ' +
      'in and went out each day; and what is open now, by age and by state. `created` counts by `createdOn`, `resolved` ' +
      'by `lastResolutionOn`, first responses by `firstResponseOn`, `reopened` by the history. Times are elapsed ' +
      `minutes; percentiles are by nearest rank. At most ${MAX_TICKETS} tickets make a report.`,
    access: 'work',
    query,
    answer: { kind: 'item', of: report },
    status: 200,
    errors: ['invalid_input'],
    example: { query: 'from=2026-01-01&to=2026-01-31&timezone=Europe/Berlin' },
  },
  getReportGroups: {
    method: 'GET',
    path: '/reports/groups/{by}',
    summary: 'How the help desk is doing, in groups',
    description:
      `By \`${GROUPS.join('`, `')}\`, or the id of a custom list field. The group with the most created tickets comes ` +
      `first; at most ${MAX_GROUPS} groups. A ticket with several tags or options counts in each of their groups. ` +
      '`format` turns the answer into a file, in which no cell can be taken for a formula.',
    access: 'work',
    query: { ...query, format: z.enum(['json', 'csv', 'xlsx']).describe('Default json').optional() },
    answer: { kind: 'list', of: reportGroup },
    files: ['text/csv', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
    status: 200,
    errors: ['invalid_input', 'not_found'],
    example: { query: 'from=2026-01-01&to=2026-01-31&timezone=Europe/Berlin' },
  },
});
