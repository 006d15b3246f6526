import { useIsFetching, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';

/**
 * Loads code before somebody asks for it, once the page shows what it was opened for and has nothing else to do: what
 * is read for the page comes first. What fails is loaded when it is needed.
 */
export function useLoadedWhenIdle(load: () => Promise<unknown>): void {
  const client = useQueryClient();
  const isReading = useIsFetching() > 0;
  useEffect(() => {
    if (isReading) return;
    const act = () => {
      // Reading that began since this was rendered ends with another render.
      if (client.isFetching() === 0) void load().catch(() => undefined);
    };
    if (!('requestIdleCallback' in window)) {
      const timer = setTimeout(act, 1500);
      return () => clearTimeout(timer);
    }
    const id = requestIdleCallback(act, { timeout: 5000 });
    return () => cancelIdleCallback(id);
  }, [client, isReading, load]);
}
