// biome-ignore-all lint/a11y/useSemanticElements: a table of HTML cannot be drawn in parts
/** The list of tickets: any number of them, of which only what can be seen is drawn. */

import { type MouseEvent, type ReactNode, Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { announce, useCountTold } from '../../announce.tsx';
import { changeTickets } from '../../bulk.ts';
import {
  type ListedTicket,
  type ListFilter,
  prefetchTicket,
  ticketsOf,
  useCanWork,
  useMe,
  useMyself,
  useTags,
  useTicketPages,
  useWorkflow,
} from '../../data.ts';
import { useMessages } from '../../i18n.tsx';
import { usePreferences } from '../../preferences.ts';
import { Boundary } from '../../ui/boundary.tsx';
import { useLoadedWhenIdle } from '../../ui/idle.ts';
import { lazily } from '../../ui/lazily.tsx';
import { Failed, Loading } from '../../ui/states.tsx';
import { useWidth } from '../../ui/wide.ts';
import { stateOf } from '../../ui/workflow.ts';
import { useActiveRow, useComeBack } from './active-row.ts';
import { type Column, fitting, MARKS_WIDTH, trackOf, withoutRoom } from './columns.ts';
import { useDrawnRows } from './drawn-rows.ts';
import { Header } from './header.tsx';
import { useListKeys } from './list-keys.ts';
import { TicketRow } from './row.tsx';
import { useSelection } from './selection.ts';
import { type Action, SelectionBar } from './selection-bar.tsx';
import './table.css';

const ActionDialog = lazily(() => import('./action-dialog.tsx'));

interface Props {
  instanceId: string;
  filter: ListFilter;
  allColumns: Map<string, Column>;
  columns: Column[];
  /** The ticket that is open beside the list. */
  openNo: number | undefined;
  onOpen: (ticket: ListedTicket, isFull: boolean) => void;
  onSort: (orderBy: string, order: 'ASC' | 'DESC') => void;
  /** What stands there when nothing matches. */
  empty: ReactNode;
  onCount: (count: number | undefined) => void;
  /** The ids of the columns for which there is no room. */
  onNoRoom: (ids: string[]) => void;
}

/** Below this width of the list, tickets are cards. */
const CARDS_BELOW = 620;
export function TicketTable({
  instanceId,
  filter,
  allColumns,
  columns,
  openNo,
  onOpen,
  onSort,
  empty,
  onCount,
  onNoRoom,
}: Props) {
  const m = useMessages();
  const me = useMe();
  const myself = useMyself();
  const workflow = useWorkflow(instanceId);
  const { data: categories = [] } = useTags(instanceId);
  const { hasShortcuts } = usePreferences();
  const prefetch = useCallback((ticketNo: number | undefined) => prefetchTicket(instanceId, ticketNo), [instanceId]);
  const pages = useTicketPages(instanceId, filter);
  const tickets = useMemo(() => ticketsOf(pages.data), [pages.data]);
  const count = pages.data?.pages[0]?.itemCount;
  const scroller = useRef<HTMLDivElement>(null);
  const width = useWidth(scroller);
  const isCard = width > 0 && width < CARDS_BELOW;
  const shown = useMemo(() => fitting(columns, allColumns, width), [columns, allColumns, width]);
  const { at, beside, activate, place } = useActiveRow(tickets, scroller);
  const selection = useSelection(tickets);
  const { selected, chosen, none, beginAt, toggle } = selection;
  /** With the tickets that were meant when it was asked for: the list may change while its dialog is open. */
  const [action, setAction] = useState<{ what: Action; tickets: ListedTicket[] }>();
  const canWork = useCanWork(instanceId);

  useEffect(() => onCount(count), [count, onCount]);
  useEffect(() => {
    if (width > 0) onNoRoom(withoutRoom(columns, shown, isCard));
  }, [columns, shown, isCard, width, onNoRoom]);
  // What a key opens is there before the key is pressed.
  useLoadedWhenIdle(ActionDialog.load);
  const filterKey = `${instanceId} ${JSON.stringify(filter)}`;
  const { orderBy: _, order: __, ...asked } = filter;
  useCountTold(`${instanceId} ${JSON.stringify(asked)}`, pages.isPlaceholderData ? undefined : count);
  const shownKey = useRef(filterKey);
  useEffect(() => {
    if (shownKey.current === filterKey) return;
    shownKey.current = filterKey;
    // Another filter begins at its top.
    none();
    activate(undefined);
    scroller.current?.scrollTo({ top: 0 });
  }, [filterKey, activate, none]);
  const isDrawn = width > 0 && tickets.length > 0;

  const { rows, height, scrollTo, screen } = useDrawnRows({ scroller, pages, count: tickets.length, at, isCard });
  const areAllChosen = chosen.length === tickets.length;
  const meant = chosen.length > 0 ? chosen : tickets[at] ? [tickets[at]] : [];

  const focusInPlace = () => {
    const before = document.activeElement;
    requestAnimationFrame(() => {
      const list = scroller.current;
      const now = document.activeElement;
      // A quick typist's next key has opened something, which keeps the keyboard.
      if (now !== before && !now?.matches('body, main') && !list?.contains(now)) return;
      // The row that is the active one by then.
      list?.querySelector<HTMLElement>('.rows [role="row"][tabindex="0"]')?.focus({ preventScroll: true });
    });
  };
  const focus = (index: number) => {
    scrollTo(index);
    focusInPlace();
  };
  useComeBack(place, isDrawn, scroller, focusInPlace);
  const go = (index: number) => {
    if (tickets.length === 0) return;
    const next = Math.max(0, Math.min(index, tickets.length - 1));
    activate(next);
    focus(next);
    if (openNo !== undefined) onOpen(tickets[next]!, false);
  };
  const isOpenHere = tickets.some(({ ticketNo }) => ticketNo === openNo);
  const next = (step: 1 | -1) => {
    if (openNo === undefined) go(at + step);
    // Where the ticket that is open has left the list, the row is the next one already.
    else go(isOpenHere || step < 0 ? beside(step) : at);
  };
  const latest = useRef({ tickets, onOpen });
  latest.current = { tickets, onOpen };
  const select = useCallback(
    (index: number, isRange: boolean) => {
      toggle(index, isRange);
      activate(index);
    },
    [toggle, activate],
  );
  const extend = (step: number) => {
    if (canWork) selection.add(at, at + step);
    go(at + step);
  };
  const clear = () => {
    none();
    announce(m.list.selected(0));
    // What was pressed goes with the selection.
    if (!scroller.current?.contains(document.activeElement)) scroller.current?.focus({ preventScroll: true });
  };
  const show = (ticket: ListedTicket, isFull: boolean) => {
    activate(at);
    onOpen(ticket, isFull);
  };
  const open = useCallback(
    (index: number, event: MouseEvent) => {
      const { tickets, onOpen } = latest.current;
      const ticket = tickets[index]!;
      beginAt(index);
      activate(index);
      onOpen(ticket, event.ctrlKey || event.metaKey);
    },
    [activate, beginAt],
  );
  const act = (what: Action) => () => meant.length > 0 && setAction({ what, tickets: meant });

  const take = () => meant.length > 0 && void changeTickets(instanceId, meant, { ticket: { assignee: myself } }, m);

  useListKeys({
    ...{ tickets, at, openNo, canWork, hasShortcuts, screen, go, show, select, extend, clear, act, take, next },
    hasSelection: chosen.length > 0,
    selectAll: selection.all,
  });
  useEffect(() => {
    if (isOpenHere) activate(latest.current.tickets.findIndex(({ ticketNo }) => ticketNo === openNo));
  }, [openNo, isOpenHere, activate]);

  const isMine = (ticket: ListedTicket) => ticket.requestor.id === me.id;
  const unseenOf = (ticket: ListedTicket) =>
    ticket.assignee.id === me.id ? ticket.assigneeUnseenEventCnt : isMine(ticket) ? ticket.requestorUnseenEventCnt : 0;
  const template = [`${MARKS_WIDTH}px`, ...shown.map(trackOf)].join(' ');

  return (
    <div className="ticket-list" style={{ '--columns': template } as object}>
      <div
        className={`scroller${pages.isPlaceholderData ? ' old' : ''}${tickets.length === 0 ? ' blank' : ''}`}
        ref={scroller}
        role="grid"
        tabIndex={tickets.length > 0 ? -1 : 0}
        aria-label={m.list.tickets}
        aria-rowcount={(count ?? 0) + 1}
        aria-multiselectable={canWork}
        aria-busy={pages.isFetching}
        // Whatever gives the list the keyboard means the row that has it.
        onFocus={({ target, currentTarget }) =>
          target === currentTarget && tickets.length > 0 && target.matches(':focus-visible') && focus(at)
        }
      >
        <Header
          columns={shown}
          isCard={isCard}
          filter={filter}
          onSort={onSort}
          canWork={canWork}
          isAll={chosen.length > 0 && areAllChosen}
          onAll={areAllChosen ? none : selection.all}
        />
        {isDrawn && (
          <div
            className="rows"
            role="rowgroup"
            style={{ blockSize: height }}
            onFocus={({ target }) => {
              // A screen reader puts the keyboard on any row, and what is pressed then means that one.
              const index = Number(target.getAttribute('aria-rowindex')) - 2;
              if (index >= 0 && index !== at) activate(index);
            }}
          >
            {rows.map(({ index, style }) => {
              const ticket = tickets[index]!;
              return (
                <TicketRow
                  key={ticket.id}
                  ticket={ticket}
                  index={index}
                  columns={shown}
                  isCard={isCard}
                  isActive={index === at}
                  isSelected={selected.has(ticket.id)}
                  isOpen={ticket.ticketNo === openNo}
                  isSelectable={canWork}
                  unseen={unseenOf(ticket)}
                  style={style}
                  state={stateOf(workflow, ticket.statusId)}
                  categories={categories}
                  onOpen={open}
                  onSelect={select}
                  onHover={prefetch}
                />
              );
            })}
          </div>
        )}
      </div>
      {pages.isPending && <Loading />}
      {pages.isError && tickets.length === 0 && <Failed error={pages.error} retry={() => void pages.refetch()} />}
      {pages.isSuccess && tickets.length === 0 && empty}
      {pages.isFetchingNextPage && <div className="more" aria-hidden="true" />}
      <SelectionBar
        instanceId={instanceId}
        tickets={chosen}
        onAction={(what) => setAction({ what, tickets: chosen })}
        onClear={clear}
        isCard={isCard}
        onAll={isCard && !areAllChosen ? selection.all : undefined}
      />
      <span className="hidden" role="status">
        {chosen.length > 0 ? m.list.selected(chosen.length) : ''}
      </span>
      {action && (
        <Boundary onClose={() => setAction(undefined)}>
          <Suspense>
            <ActionDialog
              instanceId={instanceId}
              tickets={action.tickets}
              action={action.what}
              onClose={() => setAction(undefined)}
            />
          </Suspense>
        </Boundary>
      )}
    </div>
  );
}
