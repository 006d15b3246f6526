import { fail } from '../contract/errors.ts';
import { isResolved } from '../contract/moves.ts';
import { MAX_TICKETS } from '../contract/reports.ts';
import type { Kind, Scalar, Store, Where } from '../store/store.ts';
import type { Context } from './context.ts';

const MINUTE_MS = 60_000;

/** Measured times, in milliseconds. */
export class Durations {
  readonly #times: number[] = [];

  add(from: string, to: string): void {
    this.#times.push(millisecondsOf(to) - millisecondsOf(from));
  }

  /** Median and 90th percentile by nearest rank, in minutes to a tenth; null when nothing was measured. */
  summary(): { count: number; medianMinutes: number | null; p90Minutes: number | null } {
    const sorted = Float64Array.from(this.#times).sort();
    const ranked = (tenths: number): number | null => {
      const time = sorted[Math.ceil((sorted.length * tenths) / 10) - 1];
      return time === undefined ? null : Math.round((time / MINUTE_MS) * 10) / 10;
    };
    return { count: sorted.length, medianMinutes: ranked(5), p90Minutes: ranked(9) };
  }
}

/** Where days begin, by their date: most instants of a report share a few hundred. */
const days = new Map<string, number>();
const MAX_KNOWN_DAYS = 20_000;

/** `Date.parse` of an instant in the one form in which they are stored (2026-01-31T09:00:00.000Z), in a third of its time. */
function millisecondsOf(instant: string): number {
  const date = instant.slice(0, 10);
  let day = days.get(date);
  if (day === undefined) {
    day = Date.parse(date);
    if (days.size >= MAX_KNOWN_DAYS) days.clear();
    days.set(date, day);
  }
  const two = (at: number): number => instant.charCodeAt(at) * 10 + instant.charCodeAt(at + 1) - 528;
  const seconds = (two(11) * 60 + two(14)) * 60 + two(17);
  return day + seconds * 1000 + two(20) * 10 + instant.charCodeAt(22) - 48;
}

/**
 * Reads columns row by row; 400 when there are more documents than a report may cost. With `terms` a document has several
 * rows, and its first field tells it from others.
 */
export async function eachRow(
  ctx: Context,
  kind: Kind,
  wanted: { where: Where; fields: string[]; terms?: string },
  take: (row: Scalar[]) => void,
): Promise<void> {
  let count = 0;
  let last: Scalar | undefined;
  for await (const page of ctx.instance.columns(kind, wanted)) {
    for (const row of page) {
      if (wanted.terms === undefined || row[0] !== last) count++;
      last = row[0];
      take(row);
    }
    if (count > MAX_TICKETS) {
      fail('invalid_input', `That is more than ${MAX_TICKETS} tickets. Choose a shorter period, or a filter.`);
    }
  }
}

/**
 * Whether so many of the tickets were created in a period that reading all of them at one go is less work than asking for
 * what was created, answered, resolved and is open one after the other.
 */
export async function isMostOf(
  ctx: Context,
  filter: Where,
  period: { from: string; before: string },
): Promise<boolean> {
  const [all, inPeriod] = await Promise.all([
    ctx.instance.count('ticket', filter),
    ctx.instance.count('ticket', { and: [{ field: 'createdOn', ...period }, filter] }),
  ]);
  return all <= MAX_TICKETS && inPeriod * 2 > all;
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
