import { useSyncExternalStore } from 'react';

/** From this width on, a ticket opens beside its list. */
const WIDE = matchMedia('(min-width: 960px)');

const subscribe = (listener: () => void) => {
  WIDE.addEventListener('change', listener);
  return () => WIDE.removeEventListener('change', listener);
};

/** Whether there is room for a list and a ticket beside one another. */
export const useIsWide = (): boolean => useSyncExternalStore(subscribe, () => WIDE.matches);
