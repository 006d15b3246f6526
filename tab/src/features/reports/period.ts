/** The period of a report, as the address has it: whole days, the first and the last one included. */

import { isDay, plusDays, todayIn } from '../../ui/filter.ts';

/** The usual ones. */
export const PERIODS = ['7', '30', '90', 'month', 'lastMonth', 'year'] as const;
type PeriodName = (typeof PERIODS)[number];

/** A period and what it is called. */
export interface Period {
  /** `own` when the days were chosen one by one. */
  name: PeriodName | 'own';
  from: string;
  to: string;
}

const USUAL = '30';
const DAY_MS = 24 * 60 * 60 * 1000;

/** How many days a period has. */
export const daysOf = ({ from, to }: Pick<Period, 'from' | 'to'>): number =>
  Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS) + 1;

function named(name: PeriodName, now: string): Period {
  const [year, month] = now.split('-').map(Number) as [number, number];
  const firstOf = (months: number) => new Date(Date.UTC(year, month - 1 + months, 1)).toISOString().slice(0, 10);
  switch (name) {
    case 'month':
      return { name, from: firstOf(0), to: now };
    case 'lastMonth':
      return { name, from: firstOf(-1), to: plusDays(firstOf(0), -1) };
    case 'year':
      return { name, from: `${year}-01-01`, to: now };
    default:
      return { name, from: plusDays(now, 1 - Number(name)), to: now };
  }
}

/** The period that an address asks for. */
export function periodOf(params: URLSearchParams, timezone: string): Period {
  const from = params.get('from') ?? '';
  const to = params.get('to') ?? '';
  if (isDay(from) && isDay(to) && from <= to) return { name: 'own', from, to };
  const name = PERIODS.find((one) => one === params.get('period')) ?? USUAL;
  return named(name, todayIn(timezone));
}
