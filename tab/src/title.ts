/** What the window and a screen reader call the page. */

import { useEffect } from 'react';
import { cell } from './store.ts';

/** What is open on the page, where its name alone does not say it. */
export const openTitle = cell<string | undefined>(undefined);

/** Names what is open for as long as it is. */
export function useOpenTitle(title: string): void {
  useEffect(() => {
    openTitle.set(title);
    return () => openTitle.set(undefined);
  }, [title]);
}
