/** What would be lost with the page: as long as there is any of it, the browser asks before it closes the page. */

import { useEffect } from 'react';

const held = new Set<string>();

const ask = (event: BeforeUnloadEvent): void => event.preventDefault();

/** Says whether something of this name would be lost. */
export function holdPage(name: string, wouldBeLost: boolean): void {
  if (wouldBeLost) held.add(name);
  else held.delete(name);
  if (held.size > 0) addEventListener('beforeunload', ask);
  else removeEventListener('beforeunload', ask);
}

/** The same for as long as the component is there. */
export function useHeldPage(name: string, wouldBeLost: boolean): void {
  useEffect(() => {
    holdPage(name, wouldBeLost);
    return () => holdPage(name, false);
  }, [name, wouldBeLost]);
}
