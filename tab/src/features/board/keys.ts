/** The board by keyboard: from card to card, and a lifted card from column to column. */

import type { KeyboardCoordinateGetter } from '@dnd-kit/core';
import type { RefObject } from 'react';
import { useShortcuts } from '../../keyboard.ts';

/** The number of the ticket whose card had the keyboard last, also for whoever comes back to the board. */
export const held: { current: number | undefined } = { current: undefined };

/** Where a dialog or a card that had the keyboard went, its ticket's card has it: it may be another element by now. */
export function giveBackFocus(ticketNo: number | undefined): void {
  const { activeElement } = document;
  const isNowhere = activeElement === null || activeElement.matches('body, main, .board');
  if (isNowhere) document.querySelector<HTMLElement>(`.board-card[data-no="${ticketNo}"]`)?.focus();
}

/** Up and down lead through a column, left and right to the next one that has cards, Enter opens the ticket. */
export function useCardKeys(board: RefObject<HTMLElement | null>, isLifted: boolean, hasShortcuts: boolean): void {
  const columns = () =>
    [...(board.current?.querySelectorAll('.column') ?? [])]
      .map((column) => [...column.querySelectorAll<HTMLElement>('.board-card')])
      .filter((cards) => cards.length > 0);
  /** Leads on from the card that has the keyboard, or to the first of all when none has it. */
  const lead = (to: (cards: HTMLElement[], index: number, all: HTMLElement[][]) => HTMLElement | undefined) => () => {
    const { activeElement } = document;
    const card = activeElement?.closest<HTMLElement>('.board-card');
    // The link that led here does nothing with these keys.
    if (isLifted || (!card && !activeElement?.matches('body, main, .board, .top-link'))) return false;
    const all = columns();
    const cards = all.find((one) => card && one.includes(card));
    const next = cards ? to(cards, cards.indexOf(card!), all) : all[0]?.[0];
    next?.focus();
    next?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    return next !== undefined;
  };
  const beside = (step: number) =>
    lead((cards, index, all) => {
      const isMirrored = document.documentElement.dir === 'rtl';
      const column = all[all.indexOf(cards) + (isMirrored ? -step : step)];
      return column?.[Math.min(index, column.length - 1)];
    });
  const down = lead((cards, index) => cards[index + 1]);
  const up = lead((cards, index) => cards[index - 1]);
  const open = () => {
    const card = document.activeElement;
    if (isLifted || !card?.matches('.board-card')) return false;
    card.querySelector('a')?.click();
  };
  useShortcuts(
    {
      j: down,
      k: up,
      arrowdown: down,
      arrowup: up,
      arrowright: beside(1),
      arrowleft: beside(-1),
      home: lead((cards) => cards[0]),
      end: lead((cards) => cards.at(-1)),
      enter: open,
      o: open,
    },
    hasShortcuts,
  );
}

/** Left and right, as they are seen, take a lifted card to the middle of the next column that it may go to. */
export const columnKeys: KeyboardCoordinateGetter = (event, { context, currentCoordinates }) => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.code];
  if (!step || !context.collisionRect) return undefined;
  event.preventDefault();
  const middle = context.collisionRect.left + context.collisionRect.width / 2;
  const columns = [...context.droppableRects]
    .filter(([id]) => !context.droppableContainers.get(id)?.data.current?.isBarred)
    .map(([, rect]) => rect.left + rect.width / 2)
    .toSorted((left, right) => left - right);
  const next = step > 0 ? columns.find((x) => x > middle + 1) : columns.findLast((x) => x < middle - 1);
  return next === undefined ? undefined : { x: currentCoordinates.x + next - middle, y: currentCoordinates.y };
};
