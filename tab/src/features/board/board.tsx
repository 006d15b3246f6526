/** The tickets by their state, one column each. A card moves only where the workflow lets it. */

import {
  DndContext,
  type DragEndEvent,
  DragOverlay,
  type DragStartEvent,
  KeyboardSensor,
  MouseSensor,
  pointerWithin,
  TouchSensor,
  useDroppable,
  useSensor,
  useSensors,
} from '@dnd-kit/core';
import { Button } from '@fluentui/react-components';
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { OfferedMove } from '../../../../api/contract/moves.ts';
import type { State } from '../../../../api/contract/workflow.ts';
import { announce, useCountTold } from '../../announce.tsx';
import { useKept } from '../../back.ts';
import { changeTicket, refreshLists, tell } from '../../changes.ts';
import type { Move } from '../../collisions.ts';
import { type ListedTicket, type ListFilter, ticketsOf, useTicketPages, useWorkflow } from '../../data.ts';
import { useFormat, useMessages } from '../../i18n.tsx';
import { usePreferences } from '../../preferences.ts';
import { moveOptions } from '../../ui/choices.tsx';
import { StateMark } from '../../ui/marks.tsx';
import MoveDialog from '../../ui/move-dialog.tsx';
import { PickDialog } from '../../ui/pick-dialog.tsx';
import { Failed } from '../../ui/states.tsx';
import { asksResolution, barredBy, movesOf, stateLabel, stateOf, useWho } from '../../ui/workflow.ts';
import { Card, CardContent, type CardProps } from './card.tsx';
import { columnKeys, giveBackFocus, held, useCardKeys } from './keys.ts';
import './board.css';

type BoardFilter = Omit<ListFilter, 'statusId' | 'isResolved' | 'orderBy' | 'order'>;

/** How cards are moved is said once, not with each card. */
let isHowToTold = false;

export function Board({ instanceId, filter }: { instanceId: string; filter: BoardFilter }) {
  const m = useMessages();
  const workflow = useWorkflow(instanceId);
  const who = useWho(instanceId);
  const [dragged, setDragged] = useState<ListedTicket>();
  const [asked, setAsked] = useState<{ ticket: ListedTicket; move: OfferedMove }>();
  const [menuFor, setMenuFor] = useState<ListedTicket>();
  const { hasShortcuts } = usePreferences();
  /** The card that Tab leads to in its column. */
  const [current, setCurrent] = useState(held.current);
  /** How many columns have cards. */
  const [filledCount, setFilledCount] = useState(0);
  const board = useScrolled();
  const isAsking = menuFor !== undefined || asked !== undefined;
  useEffect(() => {
    if (!isAsking) giveBackFocus(held.current);
  }, [isAsking]);
  const sensors = useSensors(
    // A click opens the ticket; only a movement drags it.
    useSensor(MouseSensor, { activationConstraint: { distance: 6 } }),
    useSensor(TouchSensor, { activationConstraint: { delay: 250, tolerance: 8 } }),
    useSensor(KeyboardSensor, {
      coordinateGetter: columnKeys,
      scrollBehavior: 'auto',
      keyboardCodes: { start: ['Space'], cancel: ['Escape'], end: ['Space', 'Enter'] },
    }),
  );
  const move = (ticket: ListedTicket, chosen: Move) => void changeTicket(instanceId, { ticket }, { move: chosen }, m);
  const movesFor = (ticket: ListedTicket) => movesOf(workflow, [ticket], who);
  const moveTo = (ticket: ListedTicket, statusId: unknown) => {
    const offered = movesFor(ticket).find(({ state }) => state.id === statusId);
    if (!offered) return;
    const { state } = offered;
    if (asksResolution(workflow, state, [ticket.statusId])) setAsked({ ticket, move: offered });
    else move(ticket, { statusId: state.id, label: state.label });
  };
  const onDragEnd = ({ over }: DragEndEvent) => {
    setDragged(undefined);
    if (!dragged) return;
    // As it was when it was lifted: what somebody else has done with it since is told.
    const reason = barred(dragged, over?.id);
    if (reason) tell({ kind: 'failed', text: reason });
    else moveTo(dragged, over?.id);
  };
  /** Why a card cannot go to a column. */
  const barred = (ticket: ListedTicket, id: unknown): string | undefined => {
    const state = stateOf(workflow, String(id));
    return state && barredBy(m, workflow, ticket, state, who);
  };
  /** Said of the card that was just lifted. */
  const lifted = useRef<string>(undefined);
  const hold = useCallback(
    (ticketNo: number) => {
      held.current = ticketNo;
      setCurrent(ticketNo);
      if (isHowToTold || !document.activeElement?.matches(':focus-visible')) return;
      isHowToTold = true;
      announce(m.board.howTo);
    },
    [m],
  );
  const [counts, setCounts] = useState<Record<string, number>>({});
  const onCount = useCallback(
    (id: string, count: number | undefined) =>
      setCounts(({ [id]: _, ...others }) => (count === undefined ? others : { ...others, [id]: count })),
    [],
  );
  const isCounted = workflow.states.every(({ id }) => id in counts);
  const sum = Object.values(counts).reduce((all, count) => all + count, 0);
  useCountTold(`board ${instanceId} ${JSON.stringify(filter)}`, isCounted ? sum : undefined);
  useCardKeys(board, dragged !== undefined, hasShortcuts);
  const possible = dragged ? movesFor(dragged).map(({ state }) => state) : [];
  const labelOf = (id: unknown) => stateLabel(m, stateOf(workflow, String(id))?.label ?? '');
  return (
    <DndContext
      sensors={sensors}
      collisionDetection={pointerOrCorners}
      // Two columns a second, or nobody could stop at the one they want on a narrow page.
      autoScroll={{ acceleration: 3 }}
      onDragStart={({ active }: DragStartEvent) => setDragged(active.data.current as ListedTicket)}
      onDragCancel={() => setDragged(undefined)}
      onDragEnd={onDragEnd}
      accessibility={{
        // It would take the keyboard from the dialog that a drop opens; the board gives it back itself.
        restoreFocus: false,
        screenReaderInstructions: { draggable: '' },
        announcements: {
          onDragStart: ({ active }) => {
            lifted.current = m.board.lifted((active.data.current as ListedTicket).ticketNo);
            return lifted.current;
          },
          onDragOver: ({ over }) => {
            // The column under it is said a moment later, in place of what was said before.
            const before = lifted.current;
            lifted.current = undefined;
            return [before, over && m.board.over(labelOf(over.id))].filter(Boolean).join('. ') || undefined;
          },
          // A move, or why there is none, is told when it is known.
          onDragEnd: ({ active, over }) =>
            over && over.id !== (active.data.current as ListedTicket).statusId ? undefined : m.board.cancelled,
          onDragCancel: () => m.board.cancelled,
        },
      }}
    >
      <section
        ref={board}
        className="board"
        aria-label={m.shell.board}
        // Without a card that Tab could lead to, it leads to the board itself, to scroll it.
        tabIndex={filledCount === 0 ? 0 : -1}
        onFocus={({ target, currentTarget }) => target === currentTarget && giveBackFocus(held.current)}
      >
        {workflow.states.map((state) => (
          <Column
            key={state.id}
            instanceId={instanceId}
            state={state}
            filter={filter}
            isTarget={possible.includes(state)}
            isBarred={dragged !== undefined && dragged.statusId !== state.id && !possible.includes(state)}
            onMenu={setMenuFor}
            onHold={hold}
            onFilled={setFilledCount}
            onCount={onCount}
            current={current}
          />
        ))}
      </section>
      <DragOverlay dropAnimation={null}>
        {dragged && <CardContent instanceId={instanceId} ticket={dragged} isLifted />}
      </DragOverlay>
      {menuFor && (
        <PickDialog
          title={`#${menuFor.ticketNo} ${menuFor.title}`}
          label={m.board.moveTo}
          emptyText={who.isOff ? m.shell.off : movesFor(menuFor).length === 0 ? m.actions.noState : undefined}
          options={moveOptions(m, movesFor(menuFor))}
          onPick={(id) => moveTo(menuFor, id)}
          onClose={() => setMenuFor(undefined)}
        />
      )}
      {asked && (
        <MoveDialog
          move={asked.move}
          resolutions={workflow.resolutions}
          tickets={[asked.ticket]}
          onMove={(chosen) => move(asked.ticket, chosen)}
          onClose={() => setAsked(undefined)}
        />
      )}
    </DndContext>
  );
}

/** The board, which is scrolled as it was, like each of its columns, for whoever comes back from a ticket. */
function useScrolled() {
  const board = useRef<HTMLElement>(null);
  const parts = () => (board.current ? [board.current, ...board.current.querySelectorAll('.cards')] : []);
  const places = useKept('board', () => parts().map(({ scrollLeft: left, scrollTop: top }) => ({ left, top })));
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, for what is shown is remembered like its place
  useLayoutEffect(() => {
    for (const [index, part] of parts().entries()) if (places?.[index]) part.scrollTo(places[index]);
  }, []);
  return board;
}

/** By pointer the column under it counts; by keyboard the one whose place the card was moved to. */
const pointerOrCorners: typeof pointerWithin = (given) => {
  if (given.pointerCoordinates) return pointerWithin(given);
  const { left, width } = given.collisionRect;
  const middle = left + width / 2;
  const hit = given.droppableContainers.find(
    ({ rect }) => rect.current && middle >= rect.current.left && middle <= rect.current.right,
  );
  return hit ? [{ id: hit.id }] : [];
};

interface ColumnProps {
  instanceId: string;
  state: State;
  filter: BoardFilter;
  isTarget: boolean;
  isBarred: boolean;
  onMenu: (ticket: ListedTicket) => void;
  onHold: CardProps['onHold'];
  onFilled: (change: (count: number) => number) => void;
  /** How many tickets it has; undefined while that is asked. */
  onCount: (id: string, count: number | undefined) => void;
  current: number | undefined;
}

function Column(props: ColumnProps) {
  const { instanceId, state, filter, isTarget, isBarred, onMenu, onHold, onFilled, onCount, current } = props;
  const m = useMessages();
  const format = useFormat();
  const { setNodeRef, isOver } = useDroppable({ id: state.id, data: { isBarred } });
  const pages = useTicketPages(instanceId, {
    ...filter,
    statusId: state.id,
    orderBy: 'lastInteraction',
    order: 'DESC',
  });
  // A card that was moved here or away a moment ago is where it was put, before the lists are read again.
  const tickets = ticketsOf(pages.data).filter(({ statusId }) => statusId === state.id);
  const isFilled = tickets.length > 0;
  useEffect(() => {
    if (!isFilled) return;
    onFilled((others) => others + 1);
    return () => onFilled((all) => all - 1);
  }, [isFilled, onFilled]);
  const count = pages.data?.pages[0]?.itemCount;
  const known = pages.isPlaceholderData ? undefined : count;
  useEffect(() => onCount(state.id, known), [onCount, state.id, known]);
  // A further page would break off a reading of those that are there.
  const readMore = async () => {
    if (pages.isFetching) await pages.refetch({ cancelRefetch: false });
    await pages.fetchNextPage();
  };
  const cards = useRef<HTMLDivElement>(null);
  /** How many cards there were when more were asked for. */
  const before = useRef<number>(undefined);
  const { length } = tickets;
  useLayoutEffect(() => {
    if (before.current === undefined || length <= before.current) return;
    const first = cards.current!.querySelectorAll<HTMLElement>('.board-card')[before.current];
    before.current = undefined;
    // Whoever asked goes on at the first of them, unless they went elsewhere meanwhile.
    if (document.activeElement?.matches('.cards > button, body')) first?.focus();
  }, [length]);
  const stop = tickets.some(({ ticketNo }) => ticketNo === current) ? current : tickets[0]?.ticketNo;
  return (
    <section
      ref={setNodeRef}
      className={`column${isTarget ? ' target' : ''}${isBarred ? ' barred' : ''}${isOver && isTarget ? ' over' : ''}`}
      aria-label={m.board.column(stateLabel(m, state.label), count ?? 0)}
    >
      <header>
        <StateMark category={state.category} />
        <h2 className="ellipsis">{stateLabel(m, state.label)}</h2>
        <span className="quiet">{count !== undefined && format.number(count)}</span>
      </header>
      {pages.isError && <Failed error={pages.error} retry={() => refreshLists(instanceId)} />}
      <div
        ref={cards}
        className="cards"
        onScroll={({ currentTarget: { scrollTop, clientHeight, scrollHeight } }) => {
          const isNearEnd = scrollHeight - scrollTop - clientHeight < clientHeight;
          if (isNearEnd && pages.hasNextPage && !pages.isFetching) void readMore();
        }}
      >
        {tickets.map((ticket) => (
          <Card
            key={ticket.id}
            instanceId={instanceId}
            ticket={ticket}
            onMenu={onMenu}
            onHold={onHold}
            isStop={ticket.ticketNo === stop}
          />
        ))}
        {pages.isSuccess && !isFilled && <p className="quiet column-empty">{m.board.empty}</p>}
        {pages.hasNextPage && (
          <Button
            size="small"
            appearance="subtle"
            disabledFocusable={pages.isFetchingNextPage}
            onClick={() => {
              before.current = length;
              void readMore();
            }}
          >
            {m.board.more}
          </Button>
        )}
      </div>
    </section>
  );
}
