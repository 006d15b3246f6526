import { DateTime } from 'luxon';
import type { FieldError } from '../../api/contract/errors.ts';
import type { Instance } from '../../api/contract/instance.ts';
import type { Priority, Ticket, TicketUpdate } from '../../api/contract/tickets.ts';
import type { Person } from '../../api/contract/wire.ts';
import { type FormValues, fieldInput } from '../cards/form.ts';
import type { Messages } from '../messages/messages.ts';

/** Between what stands in a form and what a ticket holds. */

/** When no time of day is given, something is due at the end of the working day. */
const USUAL_TIME = '17:00';

interface Reading {
  instance: Pick<Instance, 'customFieldsLeft' | 'customFieldsRight' | 'optionalFieldsLeft' | 'optionalFieldsRight'>;
  isWorker: boolean;
  zone: string;
  m: Messages;
  /** Finds somebody by the id that the form gives. */
  findPerson: (id: string) => Promise<Person | undefined>;
}

const listOf = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);

/** The fields of a ticket that a form gives, and what is missing or wrong in it. Empty inputs clear what they stand for. */
export async function readForm(
  values: FormValues,
  { instance, isWorker, zone, m, findPerson }: Reading,
): Promise<{ fields: TicketUpdate; errors: FieldError[] }> {
  const fields: TicketUpdate = {};
  const errors: FieldError[] = [];
  const wrong = (field: string, message: string) => errors.push({ field, message });
  const optional = [...instance.optionalFieldsLeft, ...instance.optionalFieldsRight];
  const needs = (id: string, label: string) => {
    const field = optional.find((one) => one.id === id);
    if (field?.isMandatory && field.status === 'visible' && !values[id]) wrong(id, m.required(label));
  };

  fields.title = (values.title ?? '').trim().slice(0, 255);
  if (fields.title === '') wrong('title', m.required(m.title));
  if (values.description !== undefined) fields.description = values.description;
  if (values.priority) fields.priority = values.priority as Priority;
  if (isWorker && values.requestor) {
    const found = await findPerson(values.requestor);
    if (found) fields.requestor = found;
    else wrong('requestor', m.errors.person(values.requestor));
  }
  if (isWorker && values.assignee) {
    const found = values.assignee === 'none' ? { id: '' as const } : await findPerson(values.assignee);
    if (found) fields.assignee = found;
    else wrong('assignee', m.errors.person(values.assignee));
  }
  if (values.expectedDate !== undefined) {
    const time = DateTime.fromISO(`${values.expectedDate}T${values.expectedTime || USUAL_TIME}`, { zone });
    if (values.expectedDate === '') fields.expectedDate = null;
    else if (time.isValid) fields.expectedDate = time.toJSDate().toISOString();
    else wrong('expectedDate', m.errors.date(values.expectedDate));
  }
  if (values.tags !== undefined) fields.tags = listOf(values.tags).flatMap(tagOf);
  for (const id of ['description', 'expectedDate', 'tags'] as const) needs(id, m[id]);

  const custom: Record<string, unknown> = {};
  for (const field of [...instance.customFieldsLeft, ...instance.customFieldsRight]) {
    if (field.status !== 'visible') continue;
    const value = values[fieldInput(field.id)];
    if (field.isMandatory && (value === undefined || value.trim() === '')) wrong(field.id, m.required(field.title));
    if (value === undefined) continue;
    if (value === '') custom[field.id] = null;
    else if (field.type.key === 'toggle') custom[field.id] = value === 'true';
    else if (field.type.key === 'list') custom[field.id] = listOf(value);
    else if (field.type.key === 'peoplepicker') {
      const found = await Promise.all(listOf(value).map(findPerson));
      const missing = listOf(value).find((_, index) => !found[index]);
      if (missing) wrong(field.id, m.errors.person(missing));
      else custom[field.id] = found;
    } else custom[field.id] = value;
  }
  if (Object.keys(custom).length > 0) fields.customFields = custom;
  return { fields, errors };
}

/** A tag as a form's choice names it: its category's id, `_`, its text. */
function tagOf(value: string): { tagCategoryId: string; text: string }[] {
  const at = value.indexOf('_');
  return at <= 0 || at === value.length - 1 ? [] : [{ tagCategoryId: value.slice(0, at), text: value.slice(at + 1) }];
}

/** A ticket's fields as a form holds them. */
export function valuesOf(ticket: Ticket, zone: string): FormValues {
  const due = ticket.expectedDate === '' ? undefined : DateTime.fromISO(ticket.expectedDate, { zone });
  const values: FormValues = {
    title: ticket.title,
    description: ticket.description,
    priority: ticket.priority,
    requestor: ticket.requestor.id,
    assignee: ticket.assignee.id || 'none',
    expectedDate: due?.toFormat('yyyy-MM-dd') ?? '',
    expectedTime: due?.toFormat('HH:mm') ?? '',
    tags: ticket.tags.map((tag) => `${tag.tagCategoryId}_${tag.text}`).join(','),
  };
  for (const [id, value] of Object.entries(ticket.customFields)) {
    values[fieldInput(id)] = Array.isArray(value)
      ? value.map((one) => (typeof one === 'string' ? one : (one as Person).id)).join(',')
      : String(value);
  }
  return values;
}
