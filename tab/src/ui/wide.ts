import { useLayoutEffect, useState, useSyncExternalStore } from 'react';

/** From this width on, a ticket opens beside its list. */
const WIDE = matchMedia('(min-width: 960px)');

const subscribe = (listener: () => void) => {
  WIDE.addEventListener('change', listener);
  return () => WIDE.removeEventListener('change', listener);
};

/** Whether there is room for a list and a ticket beside one another. */
export const useIsWide = (): boolean => useSyncExternalStore(subscribe, () => WIDE.matches);

/** The width of an element as it changes. */
export function useWidth(element: { current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const one = element.current;
    if (!one) return;
    setWidth(one.clientWidth);
    const observer = new ResizeObserver(() => setWidth(one.clientWidth));
    observer.observe(one);
    return () => observer.disconnect();
  }, [element]);
  return width;
}
