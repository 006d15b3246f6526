/** The list by keyboard. */

import type { ListedTicket } from '../../data.ts';
import { useShortcuts } from '../../keyboard.ts';
import type { Action } from './selection-bar.tsx';

interface List {
  tickets: ListedTicket[];
  /** The index of the row that the keyboard is on. */
  at: number;
  /** The ticket that is open beside the list. */
  openNo: number | undefined;
  canWork: boolean;
  hasSelection: boolean;
  hasShortcuts: boolean;
  /** As many rows as Page Down goes. */
  screen: () => number;
  go: (index: number) => void;
  /** Goes to the next ticket (1) or to the one before (-1). */
  next: (step: 1 | -1) => void;
  show: (ticket: ListedTicket, isFull: boolean) => void;
  select: (index: number, isRange: boolean) => void;
  /** Selects on the way to another row. */
  extend: (step: number) => void;
  selectAll: () => void;
  clear: () => void;
  act: (what: Action) => () => unknown;
  /** Assigns what the keys mean to me. */
  take: () => unknown;
}

/** What each key does, as in Linear and Gmail: rows by arrows or J and K, selected ones or that of the keyboard changed. */
export function useListKeys(list: List): void {
  const { tickets, at, openNo, canWork, hasSelection, hasShortcuts, screen, go, next, show, select, extend, act } =
    list;
  const ticket = tickets[at];
  useShortcuts(
    {
      j: () => next(1),
      k: () => next(-1),
      'shift+j': () => extend(1),
      'shift+k': () => extend(-1),
      ...(canWork && {
        x: () => ticket && select(at, false),
        'shift+x': () => ticket && select(at, true),
      }),
      o: () => ticket && show(ticket, true),
      ...(hasSelection && { escape: list.clear }),
    },
    hasShortcuts,
  );
  // In the ticket that is open beside the list, these keys move and mark what is read there.
  const inList = (act: () => unknown) => (event: KeyboardEvent) =>
    event.target instanceof Element && event.target.closest('.pane') ? false : act();
  useShortcuts(
    {
      arrowdown: inList(() => next(1)),
      arrowup: inList(() => next(-1)),
      home: inList(() => go(0)),
      end: inList(() => go(tickets.length - 1)),
      pagedown: inList(() => go(at + screen())),
      pageup: inList(() => go(at - screen())),
      enter: inList(() => {
        if (!ticket) return;
        // Once more leads into the ticket.
        if (ticket.ticketNo === openNo) document.querySelector<HTMLElement>('.pane .ticket-scroll')?.focus();
        else show(ticket, false);
      }),
      ...(canWork && {
        'shift+arrowdown': inList(() => extend(1)),
        'shift+arrowup': inList(() => extend(-1)),
        'mod+a': inList(list.selectAll),
      }),
    },
    hasShortcuts,
  );
  // The ticket that is open has these keys for itself, unless others are selected.
  useShortcuts(
    canWork
      ? {
          ...{ a: act('assign'), i: list.take, s: act('state'), p: act('priority') },
          ...{ d: act('due'), t: act('tags') },
        }
      : {},
    hasShortcuts && (hasSelection || openNo === undefined),
    hasSelection,
  );
}
