/** What one more request of an instance meant. */
export interface Allowance {
  accepted: boolean;
  limit: number;
  remaining: number;
  /** Whole seconds until there is room for one more than now. */
  reset: number;
}

/** Counts one more request of an instance. An answer that is there at once is not worth a turn of the event loop. */
export type RateLimit = (instanceId: string) => Allowance | Promise<Allowance>;

export const WINDOW_MS = 60_000;
export const WINDOW_SECONDS = WINDOW_MS / 1000;
const MAX_INSTANCES = 10_000;

/** The last accepted requests of one instance: a ring whose oldest is the next to be overwritten. */
interface Ring {
  times: Float64Array;
  next: number;
}

/**
 * Never more than `limit` accepted requests in any sliding 60 seconds per instance (TW-3): one more is accepted when
 * the one accepted `limit` ago is 60 seconds old.
 */
export function slidingWindow(limit: number, now: () => Date): (instanceId: string) => Allowance {
  const rings = new Map<string, Ring>();

  return (instanceId) => {
    const at = now().getTime();
    let ring = rings.get(instanceId);
    if (!ring) {
      if (rings.size >= MAX_INSTANCES) forgetIdle(rings, at);
      ring = { times: new Float64Array(limit).fill(Number.NEGATIVE_INFINITY), next: 0 };
      rings.set(instanceId, ring);
    }
    const { times } = ring;
    const accepted = at - times[ring.next]! >= WINDOW_MS;
    if (accepted) {
      times[ring.next] = at;
      ring.next = (ring.next + 1) % limit;
    }
    const { used, oldest } = inWindow(ring, limit, at);
    return {
      accepted,
      limit,
      remaining: limit - used,
      reset: Math.max(1, Math.ceil((oldest + WINDOW_MS - at) / 1000)),
    };
  };
}

/** How many requests the window holds, and the time of its oldest. The ring is in order of time, so a search halves it. */
function inWindow({ times, next }: Ring, limit: number, at: number): { used: number; oldest: number } {
  let low = 0;
  let high = limit;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (at - times[(next + middle) % limit]! < WINDOW_MS) high = middle;
    else low = middle + 1;
  }
  return { used: limit - low, oldest: low < limit ? times[(next + low) % limit]! : at };
}

function forgetIdle(rings: Map<string, Ring>, at: number): void {
  for (const [id, { times, next }] of rings) {
    const newest = times[(next + times.length - 1) % times.length]!;
    if (at - newest >= WINDOW_MS) rings.delete(id);
  }
}
