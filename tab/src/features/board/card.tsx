// biome-ignore-all lint/a11y/useSemanticElements: a group of what can be dragged is no part of a form
/** A ticket on the board: what its card shows, and what it takes by pointer and by keyboard. */

import { useDraggable } from '@dnd-kit/core';
import { ArrowRightRegular } from '@fluentui/react-icons';
import { memo, useEffect } from 'react';
import { Link } from 'wouter';
import { paths } from '../../address.ts';
import { type ListedTicket, useTags, useWorkflow } from '../../data.ts';
import { useMessages } from '../../i18n.tsx';
import { keyName } from '../../keyboard.ts';
import { tagKey } from '../../ui/choices.tsx';
import { DueDay, LateSign } from '../../ui/late.tsx';
import { Face, nameOf, PriorityMark, TagMark } from '../../ui/marks.tsx';
import { useTicketName } from '../../ui/ticket-name.ts';
import { stateOf } from '../../ui/workflow.ts';
import { giveBackFocus, held } from './keys.ts';

export interface CardProps {
  instanceId: string;
  ticket: ListedTicket;
  onMenu: (ticket: ListedTicket) => void;
  /** The card has the keyboard now. */
  onHold: (ticketNo: number) => void;
  /** Tab leads to it, of all cards of its column. */
  isStop: boolean;
}

export const Card = memo(function Card({ instanceId, ticket, onMenu, onHold, isStop }: CardProps) {
  const m = useMessages();
  const { attributes, listeners, setNodeRef, isDragging } = useDraggable({
    id: ticket.id,
    data: ticket,
    attributes: { roleDescription: m.board.card, tabIndex: isStop ? 0 : -1 },
  });
  const { ticketNo } = ticket;
  const name = useTicketName(ticket, stateOf(useWorkflow(instanceId), ticket.statusId), { hasState: false });
  useEffect(() => {
    if (held.current === ticketNo) giveBackFocus(ticketNo);
  }, [ticketNo]);
  return (
    <div
      ref={setNodeRef}
      {...listeners}
      {...attributes}
      role="group"
      aria-describedby={undefined}
      className={`board-card${isDragging ? ' dragging' : ''}`}
      aria-label={name}
      data-no={ticketNo}
      onFocus={() => onHold(ticketNo)}
      onKeyDown={(event) => {
        if (event.target !== event.currentTarget) return;
        const hasModifier = event.ctrlKey || event.metaKey || event.altKey;
        if (/^[ms]$/.test(keyName(event.nativeEvent) ?? '')) {
          event.preventDefault();
          onMenu(ticket);
        } else if (!hasModifier) listeners?.onKeyDown?.(event);
      }}
    >
      <CardContent instanceId={instanceId} ticket={ticket} />
      <button
        type="button"
        className="card-move"
        tabIndex={-1}
        aria-label={`${m.board.moveTo} #${ticket.ticketNo}`}
        title={m.board.moveTo}
        onClick={() => onMenu(ticket)}
      >
        <ArrowRightRegular className="pointing" />
      </button>
    </div>
  );
});

/** What a card shows, where it lies and while it is moved; not drawn anew when another card is lifted. */
export const CardContent = memo(function CardContent({
  instanceId,
  ticket,
  isLifted = false,
}: {
  instanceId: string;
  ticket: ListedTicket;
  isLifted?: boolean;
}) {
  const m = useMessages();
  const { data: categories = [] } = useTags(instanceId);
  const assignee = nameOf(m, ticket.assignee);
  const state = stateOf(useWorkflow(instanceId), ticket.statusId);
  return (
    <div className={isLifted ? 'board-card lifted' : 'card-content'}>
      <span className="card-line">
        <PriorityMark priority={ticket.priority} />
        <span className="quiet">#{ticket.ticketNo}</span>
        <LateSign ticket={ticket} state={state} />
        <span className="spacer" />
        <DueDay ticket={ticket} state={state} />
      </span>
      <Link
        dir="auto"
        className="card-title two-lines"
        href={paths.ticket(instanceId, ticket.ticketNo)}
        draggable={false}
        tabIndex={-1}
      >
        {ticket.title}
      </Link>
      <span className="card-line">
        <span className="tags">
          {ticket.tags.slice(0, 2).map((tag) => (
            <TagMark key={tagKey(tag)} tag={tag} categories={categories} />
          ))}
          {ticket.tags.length > 2 && <span className="quiet">+{ticket.tags.length - 2}</span>}
        </span>
        <span className="faces" title={assignee} role="img" aria-label={assignee}>
          <Face person={ticket.assignee} size={22} />
        </span>
      </span>
    </div>
  );
});
