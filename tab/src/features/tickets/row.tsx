// biome-ignore-all lint/a11y/useSemanticElements: a table of HTML cannot be drawn in parts
// biome-ignore-all lint/a11y/useFocusableInteractive: the rows have the focus, one at a time
/** One ticket in the list: a line of the table, or a card where the page is narrow. */

import { type CSSProperties, type MouseEvent, memo, type ReactNode } from 'react';
import type { TagCategory } from '../../../../api/contract/tags.ts';
import type { State } from '../../../../api/contract/workflow.ts';
import type { ListedTicket } from '../../data.ts';
import { useFormat, useMessages } from '../../i18n.tsx';
import { tagKey } from '../../ui/choices.tsx';
import { CustomValue } from '../../ui/custom-value.tsx';
import { DueDay, LateSign } from '../../ui/late.tsx';
import { Face, PersonName, PriorityMark, StateMark, TagMark } from '../../ui/marks.tsx';
import { Ago } from '../../ui/passing-time.tsx';
import { useTicketName } from '../../ui/ticket-name.ts';
import { stateLabel, useResolutionLabel } from '../../ui/workflow.ts';
import type { BuiltInColumn, Column } from './columns.ts';
import './row.css';

export interface RowProps {
  ticket: ListedTicket;
  index: number;
  columns: Column[];
  isCard: boolean;
  isActive: boolean;
  isSelected: boolean;
  isOpen: boolean;
  isSelectable: boolean;
  /** How many events I have not seen. */
  unseen: number;
  style: CSSProperties;
  state: State | undefined;
  categories: TagCategory[];
  onOpen: (index: number, event: MouseEvent) => void;
  onSelect: (index: number, isRange: boolean) => void;
  /** The pointer came to the ticket, or left it. */
  onHover: (ticketNo: number | undefined) => void;
}

export const TicketRow = memo(function TicketRow(props: RowProps) {
  const {
    ticket,
    index,
    isCard,
    isActive,
    isSelected,
    isOpen,
    isSelectable,
    unseen,
    style,
    state,
    onOpen,
    onSelect,
    onHover,
  } = props;
  const m = useMessages();
  const name = useTicketName(ticket, state, { unseen });
  const className = [
    isCard ? 'ticket-card' : 'ticket-row',
    isActive && 'active',
    isSelected && 'selected',
    isOpen && 'open',
    unseen > 0 && 'unseen',
  ]
    .filter(Boolean)
    .join(' ');
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list has the keyboard for all rows
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-label={name}
      aria-selected={isSelectable ? isSelected : undefined}
      aria-current={isOpen || undefined}
      data-no={ticket.ticketNo}
      className={className}
      style={style}
      tabIndex={isActive ? 0 : -1}
      onClick={(event) => onOpen(index, event)}
      onMouseEnter={() => onHover(ticket.ticketNo)}
      onMouseLeave={() => onHover(undefined)}
    >
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the box inside has the keyboard */}
      <span
        role="gridcell"
        className="marks"
        onClick={(event) => {
          event.stopPropagation();
          if (isSelectable) onSelect(index, event.shiftKey);
        }}
      >
        {isSelectable && (
          <input
            type="checkbox"
            className="check"
            tabIndex={-1}
            checked={isSelected}
            aria-label={m.list.select(ticket.ticketNo)}
            onChange={() => undefined}
          />
        )}
        {!isCard && <LateSign ticket={ticket} state={state} />}
        {unseen > 0 && (
          <span className="unseen-dot" role="img" aria-label={m.list.unseen(unseen)} title={m.list.unseen(unseen)} />
        )}
      </span>
      {isCard ? <CardBody {...props} /> : <Cells {...props} />}
    </div>
  );
});

function Cells({ ticket, columns, state, categories }: RowProps) {
  const m = useMessages();
  const format = useFormat();
  const resolutionLabel = useResolutionLabel();
  const time = (instant: string) => (
    // biome-ignore lint/a11y/noStaticElementInteractions: the full time is written only when somebody points at it, for rows are many
    <span
      className="quiet nowrap"
      onMouseEnter={({ currentTarget }) => {
        currentTarget.title = format.full(instant);
      }}
    >
      <Ago instant={instant} />
    </span>
  );
  const cell: Record<BuiltInColumn, () => ReactNode> = {
    priority: () => <PriorityMark priority={ticket.priority} />,
    ticketNo: () => <span className="quiet">{ticket.ticketNo}</span>,
    title: () => (
      <span className="title-cell">
        <span dir="auto" className="ticket-title ellipsis" title={ticket.title}>
          {ticket.title}
        </span>
        {!columns.some(({ id }) => id === 'tags') && <Tags ticket={ticket} categories={categories} most={2} />}
      </span>
    ),
    status: () => (
      <span className="state-cell">
        <StateMark category={state?.category} />
        <span className="ellipsis">{stateLabel(m, ticket.status)}</span>
      </span>
    ),
    assignee: () => <PersonName person={ticket.assignee} />,
    requestor: () => (
      <span className="ellipsis quiet" title={ticket.requestor.email}>
        {ticket.requestor.name}
      </span>
    ),
    expectedDate: () => <DueDay ticket={ticket} state={state} />,
    lastInteraction: () => time(ticket.lastInteraction),
    createdOn: () => time(ticket.createdOn),
    lastUpdatedOn: () => time(ticket.lastUpdatedOn),
    tags: () => <Tags ticket={ticket} categories={categories} most={2} />,
    followers: () => (
      <span className="faces">
        {ticket.followers.slice(0, 3).map((person) => (
          <span key={person.id} title={person.name}>
            <Face person={person} />
          </span>
        ))}
      </span>
    ),
    resolution: () => <span className="ellipsis quiet">{ticket.resolution && resolutionLabel(ticket.resolution)}</span>,
    origin: () => <span className="quiet">{m.origin[ticket.origin]}</span>,
    sla: () => <Late ticket={ticket} />,
  };
  return columns.map(({ id, field }) => (
    <span key={id} role="gridcell" className={`cell ${field ? 'custom' : id}`}>
      {field ? <CustomValue field={field} value={ticket.customFields[field.id]} /> : cell[id as BuiltInColumn]()}
    </span>
  ));
}

function Tags({ ticket, categories, most }: { ticket: ListedTicket; categories: TagCategory[]; most: number }) {
  if (ticket.tags.length === 0) return null;
  return (
    <span className="tags">
      {ticket.tags.slice(0, most).map((tag) => (
        <TagMark key={tagKey(tag)} tag={tag} categories={categories} />
      ))}
      {ticket.tags.length > most && <span className="quiet">+{ticket.tags.length - most}</span>}
    </span>
  );
}

function Late({ ticket }: { ticket: ListedTicket }) {
  const m = useMessages();
  const text = ticket.isRtBreached ? m.filter.isRtBreached : ticket.isFrtBreached ? m.filter.isFrtBreached : undefined;
  if (!text) return null;
  return (
    <span className="late ellipsis" title={text}>
      {text}
    </span>
  );
}

function CardBody({ ticket, state, categories }: RowProps) {
  const m = useMessages();
  return (
    <span role="gridcell" className="card-body">
      <span className="card-line">
        <PriorityMark priority={ticket.priority} />
        <LateSign ticket={ticket} state={state} />
        <span className="quiet">#{ticket.ticketNo}</span>
        <span className="state-cell">
          <StateMark category={state?.category} />
          <span className="ellipsis">{stateLabel(m, ticket.status)}</span>
        </span>
        <span className="spacer" />
        <span className="quiet nowrap">
          <Ago instant={ticket.lastInteraction} />
        </span>
      </span>
      <span dir="auto" className="ticket-title two-lines">
        {ticket.title}
      </span>
      <span className="card-line">
        <PersonName person={ticket.assignee} isQuiet />
        <span className="spacer" />
        <Tags ticket={ticket} categories={categories} most={1} />
        <DueDay ticket={ticket} state={state} />
      </span>
    </span>
  );
}
