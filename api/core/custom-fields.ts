import { failField } from '../contract/errors.ts';
import type { CustomField } from '../contract/instance.ts';
import { type Person, person } from '../contract/wire.ts';
import type { Context } from './context.ts';
import { isDateText } from './time.ts';

const MAX_TEXT = 100_000;

/** What a value of each type must be, or undefined when it is right (TW-31). */
const PROBLEMS: Record<CustomField['type']['key'], (value: unknown, field: CustomField) => string | undefined> = {
  text: textProblem,
  textarea: textProblem,
  toggle: (value) => (typeof value === 'boolean' ? undefined : 'must be true or false'),
  date: (value) =>
    typeof value === 'string' && isDateText(value)
      ? undefined
      : 'must be a date (2026-01-31) or a date-time (2026-01-31T17:00:00Z)',
  list: (value, field) => {
    const names = field.options.map((option) => `${option.key} (${option.text})`).join(', ');
    if (!Array.isArray(value)) return `must be an array of option ids: ${names}`;
    if (!field.isMultiple && value.length > 1) return 'takes one option';
    const unknown = value.some((key) => !field.options.some((option) => option.key === key));
    return unknown ? `must be of the options: ${names}` : undefined;
  },
  peoplepicker: (value, field) => {
    if (!Array.isArray(value)) return 'must be an array of people {"id","name","email"}';
    if (!field.isMultiple && value.length > 1) return 'takes one person';
    const wrong = value.some((one) => !person.safeParse(one).success);
    return wrong ? 'must be an array of people {"id","name","email"}' : undefined;
  },
};

function textProblem(value: unknown): string | undefined {
  if (typeof value !== 'string') return 'must be text';
  return value.length <= MAX_TEXT ? undefined : `must have at most ${MAX_TEXT} characters`;
}

/** What is wrong with a value of a field, or undefined. */
export const valueProblem = (field: CustomField, value: unknown): string | undefined =>
  PROBLEMS[field.type.key](value, field);

/**
 * The custom fields after an update: each given field replaces its value, null clears it. A field that is not defined
 * is ignored and named in a warning; a wrong value or a hidden field is 400.
 */
export function mergeCustomFields(
  ctx: Context,
  before: Record<string, unknown>,
  given: Record<string, unknown>,
): Record<string, unknown> {
  const after = { ...before };
  for (const [id, value] of Object.entries(given)) {
    const field = ctx.settings.customFields.get(id);
    if (!field) {
      ctx.warnings.push(`customFields.${printable(id)} is not defined and was ignored`);
      continue;
    }
    const name = `ticket.customFields.${id}`;
    if (field.status === 'hidden') failField(name, `${field.title} is hidden and takes no value`);
    if (value === null) {
      delete after[id];
      continue;
    }
    const problem = valueProblem(field, value);
    if (problem) failField(name, `${field.title} ${problem}`);
    after[id] = field.type.key === 'peoplepicker' ? (value as unknown[]).map((one) => person.parse(one)) : value;
  }
  return after;
}

/** The people whom the fields marked `isSeeTicket` let see the ticket. */
export function peopleWhoMaySee(ctx: Context, customFields: Record<string, unknown>): Person[] {
  return [...ctx.settings.customFields.values()]
    .filter((field) => field.isSeeTicket && field.type.key === 'peoplepicker')
    .flatMap((field) => (customFields[field.id] ?? []) as Person[]);
}

/** Fit for a header. */
const printable = (text: string): string => text.replace(/[^\x21-\x7e]/g, '?').slice(0, 64);
