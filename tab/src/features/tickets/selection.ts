/** The tickets of a list that are selected, for what is then done to all of them. */

import { useCallback, useRef, useState } from 'react';
import type { ListedTicket } from '../../data.ts';

interface Selection {
  /** The ids of those that are. */
  selected: ReadonlySet<string>;
  /** Those of them that are in the list. */
  chosen: ListedTicket[];
  /** Selects the ticket of an index, or no longer, and as a range all from the last one on. */
  toggle: (index: number, isRange: boolean) => void;
  /** Selects the tickets of two indexes beside what is selected. */
  add: (index: number, other: number) => void;
  all: () => void;
  none: () => void;
  /** Has the next range begin at an index. */
  beginAt: (index: number) => void;
}

const NONE: ReadonlySet<string> = new Set();

/** None is selected at first. */
export function useSelection(tickets: ListedTicket[]): Selection {
  const [selected, setSelected] = useState(NONE);
  const anchor = useRef<string>(undefined);
  const latest = useRef({ tickets, selected });
  latest.current = { tickets, selected };
  const beginAt = useCallback((index: number) => {
    anchor.current = latest.current.tickets[index]?.id;
  }, []);
  const toggle = useCallback(
    (index: number, isRange: boolean) => {
      const { tickets, selected } = latest.current;
      const { id } = tickets[index]!;
      const next = new Set(selected);
      const begin = isRange ? tickets.findIndex((ticket) => ticket.id === anchor.current) : index;
      const [from, to] = begin < 0 ? [index, index] : [Math.min(begin, index), Math.max(begin, index)];
      const isOn = !selected.has(id);
      for (const ticket of tickets.slice(from, to + 1)) isOn ? next.add(ticket.id) : next.delete(ticket.id);
      beginAt(index);
      setSelected(next);
    },
    [beginAt],
  );
  const add = (index: number, other: number) => {
    const both = [tickets[index], tickets[other]].flatMap((ticket) => ticket?.id ?? []);
    setSelected(new Set([...selected, ...both]));
  };
  return {
    selected,
    chosen: selected.size > 0 ? tickets.filter(({ id }) => selected.has(id)) : [],
    toggle,
    add,
    all: () => setSelected(new Set(tickets.map(({ id }) => id))),
    none: useCallback(() => setSelected(NONE), []),
    beginAt,
  };
}
