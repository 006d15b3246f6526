/** The dialogs by which the keyboard changes a field, of one ticket or of several. */

import type { Priority, TicketUpdate } from '../../../api/contract/tickets.ts';
import { useMessages } from '../i18n.tsx';
import { usePeopleOptions, usePriorityOptions } from './choices.tsx';
import { PickDialog } from './pick-dialog.tsx';

interface Props {
  title: string;
  /** What the tickets have now. */
  chosen: string[];
  onChange: (update: TicketUpdate) => void;
  onClose: () => void;
}

/** Who has to do with it next, or nobody. */
export function AssigneeDialog({ instanceId, chosen, onChange, ...dialog }: Props & { instanceId: string }) {
  const m = useMessages();
  const people = usePeopleOptions(instanceId, { chosen, nobody: m.ticket.nobody, isForAssignee: true });
  return (
    <PickDialog
      {...dialog}
      label={m.actions.assign}
      options={people.options}
      onSearch={people.search}
      footer={people.footer}
      onPick={(key) => onChange({ assignee: people.personOf(key) ?? { id: '' } })}
    />
  );
}

/** How urgent it is. */
export function PriorityDialog({ chosen, onChange, ...dialog }: Props) {
  const m = useMessages();
  const options = usePriorityOptions(chosen);
  return (
    <PickDialog
      {...dialog}
      label={m.actions.priority}
      options={options}
      onPick={(priority) => onChange({ priority: priority as Priority })}
    />
  );
}
