/** The fields of a new ticket that every help desk has. */

import type { Instance } from '../../../../api/contract/instance.ts';
import type { Priority, Ticket } from '../../../../api/contract/tickets.ts';
import type { Person } from '../../../../api/contract/wire.ts';
import { useMessages } from '../../i18n.tsx';
import { usePriorityOptions } from '../../ui/choices.tsx';
import { PeopleInput } from '../../ui/custom-field.tsx';
import { DueInput } from '../../ui/due.tsx';
import { PriorityMark } from '../../ui/marks.tsx';
import { PickPopover } from '../../ui/pick.tsx';
import { TagsInput } from '../../ui/tags-input.tsx';

/** What the form holds; the names are those of the ticket. */
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

export type OptionalField = Instance['optionalFieldsLeft'][number];

interface BuiltInProps {
  instanceId: string;
  field: OptionalField;
  values: Values;
  set: (part: Partial<Values>) => void;
  isInvalid: boolean;
}

/** A field that every ticket has. */
export function BuiltIn({ instanceId, field, values, set, isInvalid }: BuiltInProps) {
  const m = useMessages();
  const priorities = usePriorityOptions([values.priority]);
  const id = `new-${field.id}`;
  switch (field.id) {
    case 'description':
      return (
        <textarea
          id={id}
          className="inline-input boxed"
          rows={5}
          aria-invalid={isInvalid}
          value={values.description}
          onChange={(event) => set({ description: event.target.value })}
        />
      );
    case 'priority':
      return (
        <PickPopover
          label={m.field.priority}
          options={priorities}
          onPick={(key) => set({ priority: key as Priority })}
          trigger={
            <button
              id={id}
              type="button"
              className="inline-button boxed"
              aria-label={`${m.field.priority}: ${m.priority[values.priority]}`}
            >
              <PriorityMark priority={values.priority} isSilent /> {m.priority[values.priority]}
            </button>
          }
        />
      );
    case 'assignee':
      return (
        <PeopleInput
          id={id}
          instanceId={instanceId}
          title={m.field.assignee}
          value={values.assignee ? [values.assignee] : []}
          isMultiple={false}
          isForAssignee
          isInvalid={isInvalid}
          onChange={([assignee]) => set({ assignee })}
        />
      );
    case 'expectedDate':
      return (
        <DueInput
          id={id}
          value={values.expectedDate}
          onChange={(expectedDate) => set({ expectedDate: expectedDate ?? '' })}
        />
      );
    case 'tags':
      return <TagsInput instanceId={instanceId} id={id} tags={values.tags} onChange={(tags) => set({ tags })} />;
    default:
      return null;
  }
}
