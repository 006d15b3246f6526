/** What depends on the time of day, and goes on by itself on a page that nobody touches: "5 minutes ago", today, overdue. */

import { useRef, useSyncExternalStore } from 'react';
import { useFormat } from '../i18n.tsx';

const EVERY_MS = 15_000;

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
/** How often it was told that time has passed. */
let told = 0;

function tell(): void {
  if (document.visibilityState !== 'visible') return;
  told++;
  for (const listener of listeners) listener();
}

/** One timer for all that is shown; whoever looks again does not wait for it. */
function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) {
    timer = setInterval(tell, EVERY_MS);
    document.addEventListener('visibilitychange', tell);
  }
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    document.removeEventListener('visibilitychange', tell);
  };
}

/** What is so by the clock, and a new rendering when it is not so any more. */
export function useByClock<T extends string | number | boolean>(read: () => T): T {
  // React asks three times for each rendering, of each of many rows.
  const known = useRef<{ read: () => T; told: number; value: T }>(undefined);
  return useSyncExternalStore(subscribe, () => {
    if (known.current?.read !== read || known.current.told !== told) known.current = { read, told, value: read() };
    return known.current.value;
  });
}

/** A new rendering at midnight, when days that are counted from today become others. */
export function useToday(): void {
  const format = useFormat();
  useByClock(format.today);
}

/** When something was, as short as a column wants it. */
export function Ago({ instant }: { instant: string }) {
  const format = useFormat();
  return useByClock(() => format.short(instant));
}
