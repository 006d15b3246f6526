/** The row of a list that the keyboard is on. */

import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useKept } from '../../back.ts';
import type { ListedTicket } from '../../data.ts';

interface Row {
  id: string;
  /** The ids of the list as it was when somebody went to the row, and where the row was in it: it may be kept for long. */
  list: string[];
  index: number;
  lastInteraction: string;
}

/** Where somebody was in the list. */
interface Place {
  top: number;
  /** Undefined until somebody has gone to a row. */
  row: Row | undefined;
}

interface ActiveRow {
  /** Its index, which is that of the first until somebody has gone to another one. */
  at: number;
  /** The index of the ticket after it (1) or before it (-1), for whoever reads one after the other. */
  beside: (step: 1 | -1) => number;
  /** Goes to the row of an index, or to none. */
  activate: (index: number | undefined) => void;
  /** Where the list was when it was left, for whoever comes back to it. */
  place: Place | undefined;
}

/** The index of the nearest ticket that was after a row (1) or before it (-1) and is still in the list. */
function nearest({ list, index }: Row, step: 1 | -1, tickets: ListedTicket[]): number | undefined {
  for (let i = index + step; list[i]; i += step) {
    const at = tickets.findIndex(({ id }) => id === list[i]);
    if (at >= 0) return at;
  }
  return undefined;
}

/** A row keeps the keyboard wherever it goes; where it has left the list, the one that followed it has it. */
export function useActiveRow(tickets: ListedTicket[], scroller: RefObject<HTMLElement | null>): ActiveRow {
  /** As of now, for it is read while somebody leaves by the same key or click that goes to the row. */
  const now = useRef<Row>(undefined);
  const place: Place | undefined = useKept<Place>('list', () => ({
    top: scroller.current?.scrollTop ?? 0,
    row: now.current,
  }));
  const [row, setRow] = useState(place?.row);
  const latest = useRef(tickets);
  latest.current = tickets;
  const activate = useCallback((index: number | undefined) => {
    const ticket = index === undefined ? undefined : latest.current[index];
    const list = latest.current.map(({ id }) => id);
    now.current = ticket && { id: ticket.id, list, index: index!, lastInteraction: ticket.lastInteraction };
    setRow(now.current);
  }, []);
  const known = row ? tickets.findIndex(({ id }) => id === row.id) : 0;
  const at = known >= 0 ? known : (nearest(row!, 1, tickets) ?? nearest(row!, -1, tickets) ?? 0);
  const id = tickets[at]?.id;
  useEffect(() => {
    if (row && id && row.id !== id) activate(at);
    else now.current = row;
  }, [row, id, at, activate]);
  // An answer brings a ticket to the top of the list: the way goes on from where it was, so that none is left out.
  const isAnswered = row?.id === id && row?.lastInteraction !== tickets[at]?.lastInteraction;
  const beside = (step: 1 | -1) => (isAnswered ? (nearest(row!, step, tickets) ?? at) : at + step);
  return { at, beside, activate, place };
}

/** Scrolls a list to where it was, and gives its row the keyboard when nothing else has it. */
export function useComeBack(
  place: Place | undefined,
  isDrawn: boolean,
  scroller: RefObject<HTMLElement | null>,
  focus: () => void,
) {
  const waiting = useRef(place);
  const latest = useRef(focus);
  latest.current = focus;
  useLayoutEffect(() => {
    if (!isDrawn || !waiting.current) return;
    const { top, row } = waiting.current;
    waiting.current = undefined;
    scroller.current?.scrollTo({ top });
    const { activeElement } = document;
    if (row && (activeElement === document.body || activeElement?.matches('main'))) latest.current();
  }, [isDrawn, scroller]);
}
