/** Who else changes the settings while somebody edits them, as the server's live events tell. */

import { useEffect } from 'react';
import { onLiveEvent } from '../../live.ts';

/** The last one who changed the settings or the tags of the help desk whose settings are open. */
let last: { id: string; name: string } | undefined;

/** Listens for as long as the settings of an instance are shown. */
export function useWhoChanged(instanceId: string): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: of another help desk nothing is known yet
  useEffect(() => {
    last = undefined;
    return onLiveEvent(({ type, by }) => {
      if (by && (type === 'instance.updated' || type === 'tags.updated')) last = by;
    });
  }, [instanceId]);
}

/** The name of whoever that was, unless it was the person; without it, a collision is told without a name. */
export const otherName = (myId: string, somebody: string): string => (last && last.id !== myId ? last.name : somebody);
