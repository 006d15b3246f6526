/** Who else changes the settings while somebody edits them, as the server's live events tell. */

import { useEffect } from 'react';
import { authorizedFetch } from '../../api.ts';
import { cell } from '../../store.ts';

/** The last one who changed the settings or the tags of the help desk whose settings are open. */
export const lastChange = cell<{ personId: string; name: string } | undefined>(undefined);

const SETTINGS_EVENTS = ['instance.updated', 'tags.updated'];
const WAIT_MS = 5000;

/** Follows an instance for as long as its settings are shown. */
export function useWhoChanged(instanceId: string): void {
  useEffect(() => {
    const ending = new AbortController();
    lastChange.set(undefined);
    void follow(instanceId, ending.signal);
    return () => ending.abort();
  }, [instanceId]);
}

async function follow(instanceId: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await listen(instanceId, signal);
    } catch {
      // Without it, a collision is told without a name.
    }
    await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
  }
}

async function listen(instanceId: string, signal: AbortSignal): Promise<void> {
  const path = `/ticketing/v1/instances/${encodeURIComponent(instanceId)}/events`;
  const response = await authorizedFetch(path, { headers: { Accept: 'text/event-stream' }, signal });
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  for (let rest = ''; ; ) {
    const { value, done } = await reader.read();
    if (done) return;
    const lines = (rest + value).split('\n');
    rest = lines.pop()!;
    for (const line of lines) {
      if (!line.startsWith('data:')) continue;
      const { type, by } = JSON.parse(line.slice('data:'.length)) as {
        type?: string;
        by?: { id: string; name: string };
      };
      if (by && type && SETTINGS_EVENTS.includes(type)) lastChange.set({ personId: by.id, name: by.name });
    }
  }
}
