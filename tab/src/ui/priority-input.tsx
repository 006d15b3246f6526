import type { Priority } from '../../../api/contract/tickets.ts';
import { useMessages } from '../i18n.tsx';
import { usePriorityOptions } from './choices.tsx';
import { PriorityMark } from './marks.tsx';
import { PickPopover } from './pick.tsx';

interface Props {
  id?: string;
  priority: Priority;
  /** With a border around it, as in a form. */
  isBoxed?: boolean;
  isReadOnly?: boolean;
  onChange: (priority: Priority) => void;
}

/** The priority of a ticket, chosen from a list. */
export function PriorityInput({ id, priority, isBoxed = false, isReadOnly = false, onChange }: Props) {
  const m = useMessages();
  const options = usePriorityOptions([priority]);
  const name = m.priority[priority];
  const shown = (
    <>
      <PriorityMark priority={priority} isSilent /> {name}
    </>
  );
  if (isReadOnly) return <span className="inline-text">{shown}</span>;
  return (
    <PickPopover
      label={m.field.priority}
      options={options}
      onPick={(key) => onChange(key as Priority)}
      trigger={
        <button
          id={id}
          type="button"
          className={isBoxed ? 'inline-button boxed' : 'inline-button'}
          aria-label={`${m.field.priority}: ${name}`}
        >
          {shown}
        </button>
      }
    />
  );
}
