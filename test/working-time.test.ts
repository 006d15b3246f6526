import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { afterWorkingMs, type Sla, workingMs } from '../api/core/working-time.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const weekdays = (from: string, to: string, days = [1, 2, 3, 4, 5]): Sla['workingHours'] =>
  days.map((weekday) => ({ weekday, from, to }));
const sla = (part: Partial<Sla> = {}): Sla => ({
  ...{ timezone: 'UTC', workingHours: weekdays('09:00', '17:00'), holidays: [], targets: [] },
  ...{ warningPercent: 75, escalateTo: [] },
  ...part,
});

describe('a target of two hours is due', () => {
  const cases: [string, Sla, string, string][] = [
    ['the next working day, when the day is over before', sla(), '2026-03-03T16:00:00Z', '2026-03-04T10:00:00.000Z'],
    ['on Monday, from Friday', sla(), '2026-03-06T16:30:00Z', '2026-03-09T10:30:00.000Z'],
    ['at the end of the day, not the next morning', sla(), '2026-03-03T15:00:00Z', '2026-03-03T17:00:00.000Z'],
    ['two hours after work begins, from the night', sla(), '2026-03-03T02:00:00Z', '2026-03-03T11:00:00.000Z'],
    [
      'after the holidays',
      sla({ holidays: ['2026-03-04', '2026-03-05'] }),
      '2026-03-03T16:00:00Z',
      '2026-03-06T10:00:00.000Z',
    ],
    [
      'after the break',
      sla({ workingHours: [...weekdays('08:00', '12:00'), ...weekdays('13:00', '16:00')] }),
      '2026-03-03T11:00:00Z',
      '2026-03-03T14:00:00.000Z',
    ],
    [
      'by the clocks of the place',
      sla({ timezone: 'America/New_York' }),
      '2026-03-03T21:00:00Z',
      '2026-03-04T15:00:00.000Z',
    ],
    [
      'through midnight, where a night is two spans',
      sla({ workingHours: [...weekdays('22:00', '24:00'), ...weekdays('00:00', '06:00')] }),
      '2026-03-03T23:00:00Z',
      '2026-03-04T01:00:00.000Z',
    ],
    // 2026-03-29, 02:00 becomes 03:00; 2026-10-25, 03:00 becomes 02:00.
    [
      'over the hour that is left out in spring',
      sla({ timezone: 'Europe/Berlin', workingHours: weekdays('01:00', '05:00', [7]) }),
      '2026-03-29T00:30:00Z',
      '2026-03-29T02:30:00.000Z',
    ],
    [
      'over the hour that comes twice in autumn',
      sla({ timezone: 'Europe/Berlin', workingHours: weekdays('02:00', '03:00', [7]) }),
      '2026-10-24T12:00:00Z',
      '2026-10-25T02:00:00.000Z',
    ],
  ];
  test.each(cases)('%s', (_, hours, from, due) => {
    expect(afterWorkingMs(hours, from, 2 * HOUR)).toBe(due);
  });

  test('never, where nobody works', () => {
    expect(afterWorkingMs(sla({ workingHours: [] }), '2026-03-03T16:00:00Z', MINUTE)).toBeUndefined();
    expect(workingMs(sla({ workingHours: [] }), '2026-03-03T16:00:00Z', '2027-03-03T16:00:00Z')).toBe(0);
  });
});

/** What the clock on the wall says, by the platform and nothing of ours. */
function wall(timezone: string): (at: number) => { date: string; weekday: number; clock: string } {
  const format = new Intl.DateTimeFormat('en-CA', {
    ...{ timeZone: timezone, hourCycle: 'h23', weekday: 'short' },
    ...{ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' },
  });
  return (at) => {
    const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
    return {
      date: `${part.year}-${part.month}-${part.day}`,
      weekday: ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'].indexOf(part.weekday!) + 1,
      clock: `${part.hour}:${part.minute}`,
    };
  };
}

/** Each minute that is worked, one by one. */
function* minutes({ timezone, workingHours, holidays }: Sla, from: number, to: number): Generator<number> {
  const look = wall(timezone);
  for (let at = from; at < to; at += MINUTE) {
    const { date, weekday, clock } = look(at);
    const isIn = (span: Sla['workingHours'][number]) =>
      span.weekday === weekday && span.from <= clock && clock < span.to;
    if (!holidays.includes(date) && workingHours.some(isIn)) yield at;
  }
}

const ZONES = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'America/Havana'];
/** Days around which the clocks are changed in one of them. */
const DAYS = ['2026-03-07', '2026-03-28', '2026-04-04', '2026-10-03', '2026-10-24', '2026-10-31', '2026-12-30'];
const clock = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.constantFrom(0, 1, 15, 30, 59))
  .map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`);
const span = fc
  .record({ weekday: fc.integer({ min: 1, max: 7 }), from: clock, to: fc.oneof(clock, fc.constant('24:00')) })
  .filter(({ from, to }) => from < to);
const hours = fc.record({
  timezone: fc.constantFrom(...ZONES),
  workingHours: fc.array(span, { minLength: 1, maxLength: 12 }),
  holidays: fc.uniqueArray(fc.constantFrom(...DAYS, '2026-03-29', '2026-10-25', '2026-11-01'), { maxLength: 2 }),
});
const moment = fc
  .tuple(fc.constantFrom(...DAYS), fc.integer({ min: 0, max: 3 * 24 * 60 }))
  .map(([day, minute]) => Date.parse(`${day}T00:00:00Z`) + minute * MINUTE);
const iso = (at: number): string => new Date(at).toISOString();

describe('minute by minute, in zones that change their clocks,', () => {
  test('the working time between two moments is that of the minutes between them', () => {
    fc.assert(
      fc.property(hours, moment, fc.integer({ min: 0, max: 4 * 24 * 60 }), (part, from, length) => {
        const to = from + length * MINUTE;
        const counted = [...minutes(sla(part), from, to)].length * MINUTE;
        expect(workingMs(sla(part), iso(from), iso(to))).toBe(counted);
      }),
      { numRuns: 80 },
    );
  });

  test('the moment after some working time is the end of its last minute', () => {
    fc.assert(
      fc.property(hours, moment, fc.integer({ min: 1, max: 600 }), (part, from, length) => {
        const found = minutes(sla(part), from, from + 9 * 24 * HOUR);
        let last: number | undefined;
        for (let count = 0; count < length; count++) last = found.next().value ?? undefined;
        fc.pre(last !== undefined);
        expect(afterWorkingMs(sla(part), iso(from), length * MINUTE)).toBe(iso(last! + MINUTE));
      }),
      { numRuns: 80 },
    );
  });

  test('so much time later, so much time has passed', () => {
    fc.assert(
      fc.property(hours, moment, fc.integer({ min: 1, max: 1e9 }), (part, from, ms) => {
        const due = afterWorkingMs(sla(part), iso(from), ms);
        expect(workingMs(sla(part), iso(from), due!)).toBe(ms);
      }),
    );
  });
});
