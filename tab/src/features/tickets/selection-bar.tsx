/** What can be done to the tickets that are chosen in a list: the bar that appears while there are some. */

import { Button } from '@fluentui/react-components';
import { DismissRegular } from '@fluentui/react-icons';
import { type ListedTicket, useCanWork } from '../../data.ts';
import { useMessages } from '../../i18n.tsx';
import './selection-bar.css';

export type Action = 'assign' | 'state' | 'priority' | 'due' | 'tags';

interface BarProps {
  instanceId: string;
  tickets: ListedTicket[];
  onAction: (action: Action) => void;
  onClear: () => void;
  /** Selects the others too, where the list has no line above it that does. */
  onAll: (() => void) | undefined;
}

/** What can be done to the selection; it lies over the end of the list while there is one. */
export function SelectionBar({ instanceId, tickets, onAction, onClear, onAll }: BarProps) {
  const m = useMessages();
  const canWork = useCanWork(instanceId);
  if (tickets.length === 0 || !canWork) return null;
  return (
    <div className="selection-bar" role="toolbar" aria-label={m.list.selected(tickets.length)}>
      <strong>{m.list.selected(tickets.length)}</strong>
      <Button
        size="small"
        appearance="subtle"
        icon={<DismissRegular />}
        aria-label={m.list.clearSelection}
        onClick={onClear}
      />
      {onAll && (
        <Button size="small" appearance="subtle" onClick={onAll}>
          {m.list.selectAll}
        </Button>
      )}
      <Button size="small" onClick={() => onAction('assign')}>
        {m.actions.assign}
      </Button>
      <Button size="small" onClick={() => onAction('state')}>
        {m.actions.state}
      </Button>
      <Button size="small" onClick={() => onAction('priority')}>
        {m.actions.priority}
      </Button>
      <Button size="small" onClick={() => onAction('due')}>
        {m.actions.due}
      </Button>
      <Button size="small" onClick={() => onAction('tags')}>
        {m.actions.tags}
      </Button>
    </div>
  );
}
