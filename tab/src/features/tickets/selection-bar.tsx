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
  /** There is no room for more than the names of what can be changed. */
  isCard: boolean;
}

/** What can be done to the selection; it lies over the end of the list while there is one. */
export function SelectionBar({ instanceId, tickets, onAction, onClear, onAll, isCard }: BarProps) {
  const m = useMessages();
  const canWork = useCanWork(instanceId);
  if (tickets.length === 0 || !canWork) return null;
  const { actions, column } = m;
  const acts: [Action, string][] = [
    ['assign', isCard ? column.assignee : actions.assign],
    ['state', isCard ? column.status : actions.state],
    ['priority', isCard ? column.priority : actions.priority],
    ['due', isCard ? column.expectedDate : actions.due],
    ['tags', isCard ? column.tags : actions.tags],
  ];
  return (
    <div className="selection-bar" role="toolbar" aria-label={m.list.selected(tickets.length)}>
      <span className="selection-count">
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
      </span>
      <span className="selection-acts">
        {acts.map(([action, name]) => (
          <Button key={action} size="small" onClick={() => onAction(action)}>
            {name}
          </Button>
        ))}
      </span>
    </div>
  );
}
