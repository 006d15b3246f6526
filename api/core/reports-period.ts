import { DateTime, type Zone } from 'luxon';
import { failField } from '../contract/errors.ts';
import { MAX_DAYS, USUAL_DAYS } from '../contract/reports.ts';
import { zoneOf } from './time.ts';

/** Whole days of one time zone, some of which have 23 or 25 hours. */
export interface Period {
  /** The days as dates. */
  dates: string[];
  /** Where each of them begins, and after the last one where it ends: instants in UTC. */
  begins: string[];
}

interface Asked {
  from?: string | undefined;
  to?: string | undefined;
  timezone?: string | number | undefined;
}

/** The period that a caller asks for, and the one of as many days before it. 400 for one that is none. */
export function periodsOf(asked: Asked, at: string): { current: Period; previous: Period } {
  const zone = zoneOf(asked.timezone);
  const today = DateTime.fromISO(at, { zone });
  const last = asked.to === undefined ? undefined : dayOf('to', asked.to, zone);
  const first = asked.from === undefined ? undefined : dayOf('from', asked.from, zone);
  const end = last ?? today;
  const begin = first ?? end.minus({ days: USUAL_DAYS - 1 });
  const days = Math.round(dayNumber(end) - dayNumber(begin)) + 1;
  if (days < 1) failField('from', 'must not be after to');
  if (days > MAX_DAYS) failField('from', `must be at most ${MAX_DAYS} days before the end, both included`);
  return { current: daysFrom(begin, days), previous: daysFrom(begin.minus({ days }), days) };
}

/** Years that every database can compare as text. */
const YEARS = [1970, 9000] as const;

function dayOf(field: string, date: string, zone: Zone): DateTime {
  // At noon, which every day has.
  const day = DateTime.fromISO(`${date}T12:00:00`, { zone });
  if (day.year < YEARS[0] || day.year > YEARS[1]) failField(field, `must be in the years ${YEARS.join(' to ')}`);
  return day;
}

const dayNumber = ({ year, month, day }: DateTime): number => Date.UTC(year, month - 1, day) / 86_400_000;

function daysFrom(begin: DateTime, days: number): Period {
  const first = begin.startOf('day');
  const begins = Array.from({ length: days + 1 }, (_, index) =>
    first.plus({ days: index }).startOf('day').toJSDate().toISOString(),
  );
  const dates = Array.from({ length: days }, (_, index) => first.plus({ days: index }).toISODate()!);
  return { dates, begins };
}

/** Tells which day of a period an instant is in: its index, or -1. Quick when they come nearly in order. */
export function dayFinder({ begins }: Period): (instant: string) => number {
  let known = 0;
  const end = begins.length - 1;
  return (instant) => {
    if (instant >= begins[known]! && instant < begins[known + 1]!) return known;
    if (instant < begins[0]! || instant >= begins[end]!) return -1;
    let [low, high] = [0, end - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (begins[middle]! <= instant) low = middle;
      else high = middle - 1;
    }
    known = low;
    return low;
  };
}
