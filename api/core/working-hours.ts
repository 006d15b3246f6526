import { DateTime, type Zone } from 'luxon';
import type { Instance } from '../contract/instance.ts';

type Sla = Instance['sla'];

const DAY = 24 * 60;
const WEEK = 7 * DAY;

const minutesOf = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));
const clockOf = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;

/**
 * The working hours as a caller in another zone reads them, by the offsets of this moment. A span that passes midnight
 * there becomes two.
 */
export function shiftWorkingHours(sla: Sla, zone: Zone, at: string): Sla {
  const now = DateTime.fromISO(at);
  const shift = now.setZone(zone).offset - now.setZone(sla.timezone).offset;
  const workingHours = sla.workingHours.flatMap(({ weekday, from, to }) => {
    const dayStart = (weekday - 1) * DAY + shift;
    return splitAtMidnight(dayStart + minutesOf(from), dayStart + minutesOf(to));
  });
  return { ...sla, timezone: zone.name, workingHours };
}

/** Spans within one day each, from a span in minutes since Monday 00:00. */
function splitAtMidnight(from: number, to: number): Sla['workingHours'] {
  const spans: Sla['workingHours'] = [];
  for (let start = from; start < to; ) {
    const midnight = (Math.floor(start / DAY) + 1) * DAY;
    const end = Math.min(to, midnight);
    const inWeek = ((start % WEEK) + WEEK) % WEEK;
    const weekday = Math.floor(inWeek / DAY) + 1;
    const minute = inWeek % DAY;
    spans.push({ weekday, from: clockOf(minute), to: clockOf(minute + end - start) });
    start = end;
  }
  return spans;
}
