/** How much Teams takes: at most so many in any span of so many milliseconds. */
interface Limit {
  most: number;
  ms: number;
}

/** Of one conversation; of the whole app in one tenant; of notices to one person. */
const CONVERSATION: Limit[] = [
  { most: 7, ms: 1000 },
  { most: 60, ms: 30_000 },
];
const APP: Limit[] = [{ most: 30, ms: 1000 }];
const PERSON: Limit[] = [{ most: 10, ms: 60_000 }];

/** So many conversations are remembered; those that are over are forgotten first. */
const MAX_KNOWN = 20_000;

/** Counts what is sent, so that nothing is sent that Teams would refuse. */
export class SendLimits {
  readonly #now: () => Date;
  readonly #sent = new Map<string, number[]>();

  constructor(now: () => Date) {
    this.#now = now;
  }

  /** 0 when a message may be sent now, and it is counted; else the milliseconds until one may be. */
  message(tenantId: string, conversationId: string): number {
    return this.#take([
      [`app ${tenantId}`, APP],
      [`conversation ${conversationId}`, CONVERSATION],
    ]);
  }

  /** The same for a notice to one person. */
  notice(tenantId: string, conversationId: string, personId: string): number {
    return this.#take([
      [`app ${tenantId}`, APP],
      [`conversation ${conversationId}`, CONVERSATION],
      [`person ${personId}`, PERSON],
    ]);
  }

  #take(buckets: [string, Limit[]][]): number {
    const now = this.#now().getTime();
    let wait = 0;
    for (const [key, limits] of buckets) {
      const longest = Math.max(...limits.map(({ ms }) => ms));
      const times = (this.#sent.get(key) ?? []).filter((time) => time > now - longest);
      this.#sent.set(key, times);
      for (const { most, ms } of limits) {
        const within = times.filter((time) => time > now - ms);
        if (within.length >= most) wait = Math.max(wait, within[within.length - most]! + ms - now);
      }
    }
    if (wait > 0) return wait;
    for (const [key] of buckets) this.#sent.get(key)!.push(now);
    if (this.#sent.size > MAX_KNOWN) this.#forget(now);
    return 0;
  }

  #forget(now: number): void {
    for (const [key, times] of this.#sent) if ((times.at(-1) ?? 0) < now - 60_000) this.#sent.delete(key);
  }
}
