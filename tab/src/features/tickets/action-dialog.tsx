/** The dialogs of what is done to the tickets that are chosen in a list; loaded once the list is there. */

import { useRef, useState } from 'react';
import type { OfferedMove } from '../../../../api/contract/moves.ts';
import type { Ticket, TicketUpdate } from '../../../../api/contract/tickets.ts';
import { changeTickets } from '../../bulk.ts';
import type { Move } from '../../collisions.ts';
import { type ListedTicket, useWorkflow } from '../../data.ts';
import { useMessages } from '../../i18n.tsx';
import { moveOptions, tagKey, tagOf, useTagOptions } from '../../ui/choices.tsx';
import { dueOf, useDueList } from '../../ui/due.tsx';
import { AssigneeDialog, PriorityDialog } from '../../ui/field-dialogs.tsx';
import MoveDialog from '../../ui/move-dialog.tsx';
import { PickDialog } from '../../ui/pick-dialog.tsx';
import { asksResolution, movesOf, useWho } from '../../ui/workflow.ts';
import type { Action } from './selection-bar.tsx';

interface ActionProps {
  instanceId: string;
  tickets: ListedTicket[];
  action: Action;
  onClose: () => void;
}

/** The dialog of an action, for all the tickets that it is meant for. */
export default function ActionDialog(props: ActionProps) {
  const { instanceId, tickets, action, onClose } = props;
  const m = useMessages();
  const workflow = useWorkflow(instanceId);
  const [target, setTarget] = useState<OfferedMove>();
  /** The list to pick from closes with every pick; this one goes on to ask how the tickets ended. */
  const isAsking = useRef(false);
  const statusIds = tickets.map((ticket) => ticket.statusId);
  const next = movesOf(workflow, tickets, useWho(instanceId));
  const move = (chosen: Move) => void changeTickets(instanceId, tickets, { move: chosen }, m);
  if (target) {
    return (
      <MoveDialog move={target} resolutions={workflow.resolutions} tickets={tickets} onMove={move} onClose={onClose} />
    );
  }
  /** The ticket, when it is a single one. */
  const one = tickets.length === 1 ? tickets[0] : undefined;
  const title = one ? `#${one.ticketNo} ${one.title}` : m.list.selected(tickets.length);
  if (action === 'state') {
    return (
      <PickDialog
        title={title}
        label={m.actions.state}
        emptyText={next.length === 0 ? m.actions.noState : undefined}
        options={moveOptions(m, next)}
        onPick={(id) => {
          const picked = next.find(({ state }) => state.id === id)!;
          isAsking.current = asksResolution(workflow, picked.state, statusIds);
          if (isAsking.current) setTarget(picked);
          else move({ statusId: id, label: picked.state.label });
        }}
        onClose={() => !isAsking.current && onClose()}
      />
    );
  }
  const change = (ticket: TicketUpdate) => void changeTickets(instanceId, tickets, { ticket }, m);
  const dialog = { title, onClose, onChange: change };
  if (action === 'assign') {
    return <AssigneeDialog {...dialog} instanceId={instanceId} chosen={one ? [one.assignee.id] : []} />;
  }
  if (action === 'priority') return <PriorityDialog {...dialog} chosen={one ? [one.priority] : []} />;
  if (action === 'due') return <DueDialog {...props} title={title} />;
  return <TagsDialog {...props} title={title} />;
}

type DialogProps = ActionProps & { title: string };

function DueDialog({ instanceId, tickets, onClose, title }: DialogProps) {
  const m = useMessages();
  const list = useDueList(true);
  return (
    <PickDialog
      title={title}
      {...list}
      label={m.actions.due}
      onPick={(key) => void changeTickets(instanceId, tickets, { ticket: { expectedDate: dueOf(key) } }, m)}
      onClose={onClose}
    />
  );
}

/** Replaces the tags of all chosen tickets with those that are ticked. */
function TagsDialog({ instanceId, tickets, onClose, title }: DialogProps) {
  const m = useMessages();
  const common = tickets.reduce<Ticket['tags']>(
    (kept, { tags }, index) =>
      index === 0 ? tags : kept.filter((tag) => tags.some((one) => tagKey(one) === tagKey(tag))),
    [],
  );
  const [chosen, setChosen] = useState(common.map(tagKey));
  const options = useTagOptions(instanceId, chosen);
  const close = () => {
    onClose();
    const isChanged = chosen.toSorted().join() !== common.map(tagKey).toSorted().join();
    if (!isChanged) return;
    void changeTickets(instanceId, tickets, { ticket: { tags: chosen.map(tagOf) } }, m);
  };
  return (
    <PickDialog
      title={title}
      label={m.actions.tags}
      options={options}
      isMultiple
      onPick={(key) => setChosen(chosen.includes(key) ? chosen.filter((one) => one !== key) : [...chosen, key])}
      onClose={close}
    />
  );
}
