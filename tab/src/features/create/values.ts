/** What the form for a new ticket holds: at first, what of it is missing, and the ticket that it makes. */

import type { CustomField, Instance } from '../../../../api/contract/instance.ts';
import type { Priority, Ticket, TicketUpdate } from '../../../../api/contract/tickets.ts';
import type { Person } from '../../../../api/contract/wire.ts';
import { defaultOf, isGiven } from '../../ui/custom-field.tsx';

/** The names are those of the ticket. */
export interface Values {
  title: string;
  requestor: Person;
  description: string;
  priority: Priority;
  assignee: Person | undefined;
  expectedDate: string;
  tags: Ticket['tags'];
  customFields: Record<string, unknown>;
}

/** A field that every ticket has and the owner of the help desk can leave out. */
export type OptionalField = Instance['optionalFieldsLeft'][number];

const isVisible = ({ status }: OptionalField | CustomField): boolean => status === 'visible';

/** Who answers, and when, only those who work the tickets decide. */
export const isOffered = (field: OptionalField, canWork: boolean): boolean =>
  isVisible(field) && (canWork || (field.id !== 'assignee' && field.id !== 'expectedDate'));

/** What was begun before, and what each field of the help desk holds of itself. */
export function firstValues({ customFields }: Instance, requestor: Person, begun: Partial<Values>): Values {
  const { customFields: written = {} } = begun;
  const fields = customFields.filter(isVisible);
  return {
    title: '',
    requestor,
    description: '',
    priority: 'Medium',
    assignee: undefined,
    expectedDate: '',
    tags: [],
    ...begun,
    customFields: Object.fromEntries(
      fields.map((field) => [field.id, field.id in written ? written[field.id] : defaultOf(field)]),
    ),
  };
}

/** The ids of the fields that have to be filled in and are not. */
export function missingOf(instance: Instance, values: Values, canWork: boolean): Set<string> {
  const optional = [...instance.optionalFieldsLeft, ...instance.optionalFieldsRight].filter(
    (field) => field.isMandatory && isOffered(field, canWork) && !isGiven(values[field.id as keyof Values]),
  );
  const custom = instance.customFields.filter(
    (field) => field.isMandatory && isVisible(field) && !isGiven(values.customFields[field.id]),
  );
  return new Set([...(values.title.trim() ? [] : ['title']), ...[...optional, ...custom].map(({ id }) => id)]);
}

/** The ticket as it is sent. */
export function ticketOf({ title, requestor, description, priority, assignee, ...rest }: Values) {
  const { expectedDate, tags, customFields } = rest;
  return {
    title: title.trim(),
    requestor,
    ...(description.trim() && { description: description.trim() }),
    ...(expectedDate && { expectedDate }),
    ...(tags.length > 0 && { tags }),
    ...(assignee && { assignee }),
    priority,
    customFields: Object.fromEntries(Object.entries(customFields).filter(([, value]) => isGiven(value))),
  } satisfies TicketUpdate;
}
