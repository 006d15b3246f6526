/** Of any number of rows those that can be seen, some around them, and the one that has the keyboard. */

import { defaultRangeExtractor, type Range, useVirtualizer } from '@tanstack/react-virtual';
import { type CSSProperties, type RefObject, useCallback, useEffect, useLayoutEffect } from 'react';
import type { useTicketPages } from '../../data.ts';

const ROW_HEIGHT = 36;
const CARD_HEIGHT = 106;
/** The next page is fetched when this many rows are left. */
const AHEAD = 40;

interface DrawnRows {
  rows: { index: number; style: CSSProperties }[];
  /** Of all rows together. */
  height: number;
  scrollTo: (index: number) => void;
  /** As many rows as a screen has, but for the head and the row that stays in sight. */
  screen: () => number;
}

interface List {
  scroller: RefObject<HTMLElement | null>;
  pages: ReturnType<typeof useTicketPages>;
  count: number;
  /** The index of the row that has the keyboard. */
  at: number;
  isCard: boolean;
}

/** Which rows are drawn; reads the next page before somebody comes to its first row. */
export function useDrawnRows({ scroller, pages, count, at, isCard }: List): DrawnRows {
  // It is drawn wherever the list is scrolled to: without it the keyboard would be nowhere.
  const rangeExtractor = useCallback(
    (range: Range) => {
      const drawn = defaultRangeExtractor(range);
      if (range.count === 0 || drawn.includes(at)) return drawn;
      return at < range.startIndex ? [at, ...drawn] : [...drawn, at];
    },
    [at],
  );
  const rowHeight = isCard ? CARD_HEIGHT : ROW_HEIGHT;
  const virtual = useVirtualizer({
    count,
    rangeExtractor,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 6,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: cards are higher than lines
  useLayoutEffect(() => virtual.measure(), [rowHeight]);
  const last = virtual.range?.endIndex ?? 0;
  const { hasNextPage, isFetching, fetchNextPage } = pages;
  useEffect(() => {
    // A further page would break off a reading of those that are there.
    if (hasNextPage && !isFetching && last >= count - AHEAD) void fetchNextPage();
  }, [hasNextPage, isFetching, fetchNextPage, last, count]);
  return {
    rows: virtual.getVirtualItems().map(({ index, start, size }) => ({ index, style: rowStyle(start, size) })),
    height: virtual.getTotalSize(),
    scrollTo: (index) => virtual.scrollToIndex(index, { align: 'auto' }),
    screen: () => Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 2),
  };
}

const styles = new Map<string, CSSProperties>();

/** The same object for the same place, so that a row that has not changed is not drawn again. */
function rowStyle(start: number, size: number): CSSProperties {
  const key = `${start} ${size}`;
  let style = styles.get(key);
  if (!style) {
    if (styles.size > 50_000) styles.clear();
    style = { transform: `translateY(${start}px)`, blockSize: size };
    styles.set(key, style);
  }
  return style;
}
