import { IANAZone, type Zone } from 'luxon';
import type { Instance } from '../contract/instance.ts';

/** Working time: the moments at which the clock on the wall stands within a span of its weekday, on no holiday. */

export type Sla = Instance['sla'];

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** Who works nothing in so many days works nothing at all. */
const MAX_DAYS = 3660;

interface Calendar {
  zone: Zone;
  /** By weekday, from Monday, in milliseconds since midnight; in order, none touches another. */
  spans: [number, number][][];
  holidays: Set<string>;
  /** By their beginning: asking a zone for its offset takes long, and lists ask for the same days over and over. */
  days: Map<number, Day>;
}

/** A part of a day on the wall, in which the clocks are not changed. */
interface Day {
  end: number;
  /** The working time in it. */
  spans: [number, number][];
}

const calendars = new WeakMap<Sla, Calendar>();

function calendarOf(sla: Sla): Calendar {
  let calendar = calendars.get(sla);
  if (!calendar) {
    const spans = Array.from({ length: 7 }, (_, day) =>
      joined(sla.workingHours.filter((one) => one.weekday === day + 1)),
    );
    calendar = { zone: IANAZone.create(sla.timezone), spans, holidays: new Set(sla.holidays), days: new Map() };
    calendars.set(sla, calendar);
  }
  return calendar;
}

const clockMs = (clock: string): number => (Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3))) * MINUTE_MS;

function joined(hours: Sla['workingHours']): [number, number][] {
  const spans: [number, number][] = [];
  const all = hours.map(({ from, to }): [number, number] => [clockMs(from), clockMs(to)]);
  for (const [from, to] of all.toSorted(([one], [other]) => one - other)) {
    const last = spans.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else spans.push([from, to]);
  }
  return spans;
}

/** Every span of working time from a moment on, cut at the moment; ends when there have been none for years. */
function* spansFrom(sla: Sla, from: number): Generator<[number, number]> {
  const calendar = calendarOf(sla);
  if (calendar.spans.every((day) => day.length === 0)) return;
  // The first day begins anywhere; those after it begin where the one before ends.
  let day = dayFrom(calendar, from);
  for (let free = 0; free < MAX_DAYS; free++) {
    if (day.spans.length > 0) free = 0;
    yield* day.spans;
    const start = day.end;
    day = calendar.days.get(start) ?? dayFrom(calendar, start);
    calendar.days.set(start, day);
  }
}

/** From a moment to the end of its day: as far as the clock on the wall runs with time. */
function dayFrom({ zone, spans, holidays }: Calendar, start: number): Day {
  const shift = zone.offset(start) * MINUTE_MS;
  const day = Math.floor((start + shift) / DAY_MS);
  const end = endOfShift(zone, start, (day + 1) * DAY_MS - shift);
  if (holidays.has(new Date(day * DAY_MS).toISOString().slice(0, 10))) return { end, spans: [] };
  const midnight = day * DAY_MS - shift;
  // Day 0 was a Thursday.
  const worked = spans[(((day + 3) % 7) + 7) % 7]!.map(([opens, closes]): [number, number] => [
    Math.max(midnight + opens, start),
    Math.min(midnight + closes, end),
  ]);
  return { end, spans: worked.filter(([first, last]) => first < last) };
}

/** The end, or the first moment before it at which the clocks are changed: no zone changes them twice a day. */
function endOfShift(zone: Zone, start: number, end: number): number {
  const offset = zone.offset(start);
  if (zone.offset(end - 1) === offset) return end;
  let [before, after] = [start, end - 1];
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (zone.offset(middle) === offset) before = middle;
    else after = middle;
  }
  return after;
}

/** The working time between two moments, in milliseconds. */
export function workingMs(sla: Sla, from: string, to: string): number {
  const end = Date.parse(to);
  let sum = 0;
  for (const [first, last] of spansFrom(sla, Date.parse(from))) {
    if (first >= end) break;
    sum += Math.min(last, end) - first;
  }
  return sum;
}

/** The moment at which so much working time, more than none, has passed; undefined where nobody works. */
export function afterWorkingMs(sla: Sla, from: string, ms: number): string | undefined {
  let left = ms;
  for (const [first, last] of spansFrom(sla, Date.parse(from))) {
    if (left <= last - first) return new Date(first + left).toISOString();
    left -= last - first;
  }
  return undefined;
}
