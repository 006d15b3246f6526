/** The fields of a new ticket that every help desk has. */

import { useMessages } from '../../i18n.tsx';
import { PeopleInput } from '../../ui/custom-field.tsx';
import { DueInput } from '../../ui/due.tsx';
import { PriorityInput } from '../../ui/priority-input.tsx';
import { TagsInput } from '../../ui/tags-input.tsx';
import type { OptionalField, Values } from './values.ts';

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
      return <PriorityInput id={id} isBoxed priority={values.priority} onChange={(priority) => set({ priority })} />;
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
