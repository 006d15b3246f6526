import { fail } from '../contract/errors.ts';
import { isResolved } from '../contract/moves.ts';
import { MAX_TICKETS } from '../contract/reports.ts';
import type { Columns, Store, Where } from '../store/store.ts';
import type { Context } from './context.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** Measured times, in milliseconds. */
export class Durations {
  readonly #times: number[] = [];

  add(milliseconds: number): void {
    this.#times.push(milliseconds);
  }

  /** Median and 90th percentile by nearest rank, in minutes to a tenth; null when nothing was measured. */
  summary(): { count: number; medianMinutes: number | null; p90Minutes: number | null } {
    const sorted = new Float64Array(this.#times).sort();
    const ranked = (tenths: number): number | null => {
      const time = sorted[Math.ceil((sorted.length * tenths) / 10) - 1];
      return time === undefined ? null : Math.round((time / MINUTE_MS) * 10) / 10;
    };
    return { count: sorted.length, medianMinutes: ranked(5), p90Minutes: ranked(9) };
  }
}

/** Milliseconds from one instant to another. */
export const elapsed = (from: string, to: string): number => millisecondsOf(to) - millisecondsOf(from);

/**
 * Milliseconds since a day long ago, of an instant in the one form in which they are stored (2026-01-31T09:00:00.000Z).
 * `Date.parse` takes several times as long, and a report reads hundreds of thousands.
 */
function millisecondsOf(instant: string): number {
  const two = (at: number): number => instant.charCodeAt(at) * 10 + instant.charCodeAt(at + 1) - 528;
  const [year, month, day] = [two(0) * 100 + two(2), two(5), two(8)];
  // Days are counted in years that begin in March, so that a leap day is the last of its year.
  const y = month > 2 ? year : year - 1;
  const days = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day + 365 * y;
  const leapDays = Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400);
  const seconds = (two(11) * 60 + two(14)) * 60 + two(17);
  return (days + leapDays) * DAY_MS + seconds * 1000 + two(20) * 10 + instant.charCodeAt(22) - 48;
}

/** Reads columns page by page; 400 when there are more documents than a report may cost. */
export async function eachPage(
  ctx: Context,
  kind: 'ticket' | 'activity',
  wanted: { where: Where; fields: string[]; terms?: string },
  take: (page: Columns, count: number) => void,
): Promise<void> {
  let total = 0;
  for await (const page of ctx.instance.columns(kind, wanted)) {
    const count = page.values[0]!.length;
    total += count;
    if (total > MAX_TICKETS) {
      fail('invalid_input', `That is more than ${MAX_TICKETS} tickets. Choose a shorter period, or a filter.`);
    }
    take(page, count);
  }
}

/** What a report of tickets reads of each, in this order. */
export const FIELDS = ['createdOn', 'firstResponseOn', 'lastResolutionOn', 'statusId'];

/** The tickets that a report of a period counts: what came, was answered or resolved in it, and what is open. */
export function counted(ctx: Context, filter: Where, period: { from: string; before: string }): Where {
  const during = ['createdOn', 'firstResponseOn', 'lastResolutionOn'].map((field) => ({ field, ...period }));
  return { and: [filter, { or: [...during, { field: 'statusId', in: openStates(ctx) }] }] };
}

/** The states in which a ticket is still to be worked on. */
export const openStates = (ctx: Context): string[] =>
  ctx.settings.workflow.states.filter((state) => !isResolved(state)).map(({ id }) => id);

const REMEMBERED_MS = 10_000;
const MAX_REMEMBERED = 200;

/** Reports as they were made, by what they were made of. */
class Memory {
  readonly #made = new Map<string, { report: Promise<unknown>; until: number }>();

  constructor(store: Pick<Store, 'watch'>) {
    // What this process changes shows at once; what others change shows when the time is over.
    store.watch((news) => {
      if (news === 'events') this.#made.clear();
    });
  }

  get<T>(name: string, now: number, make: () => Promise<T>): Promise<T> {
    const known = this.#made.get(name);
    if (known && known.until > now) return known.report as Promise<T>;
    const report = make();
    this.#made.delete(name);
    if (this.#made.size >= MAX_REMEMBERED) this.#made.delete(this.#made.keys().next().value!);
    const entry = { report, until: now + REMEMBERED_MS };
    this.#made.set(name, entry);
    // What went wrong is tried again.
    report.catch(() => this.#made.get(name) === entry && this.#made.delete(name));
    return report;
  }
}

const memories = new WeakMap<object, Memory>();

/** Makes a report, unless the same one was made a moment ago, or is being made. */
export function remembered<T>(ctx: Context, what: unknown[], make: () => Promise<T>): Promise<T> {
  const memory = memories.get(ctx.store) ?? new Memory(ctx.store);
  memories.set(ctx.store, memory);
  const name = JSON.stringify([ctx.actor.instanceId, ctx.settings.version, ...what]);
  return memory.get(name, Date.parse(ctx.at), make);
}
