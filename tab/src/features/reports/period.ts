/** The period of a report, as the address has it: whole days, the first and the last one included. */

export const PERIODS = ['7', '30', '90', 'month', 'lastMonth', 'year'] as const;
type PeriodName = (typeof PERIODS)[number];

export interface Period {
  /** `own` when the days were chosen one by one. */
  name: PeriodName | 'own';
  from: string;
  to: string;
}

const USUAL = '30';
const DAY = /^\d{4}-\d\d-\d\d$/;
const DAY_MS = 24 * 60 * 60 * 1000;

/** A day as the person's clock has it, YYYY-MM-DD. */
const today = (timezone: string): string => new Intl.DateTimeFormat('en-CA', { timeZone: timezone }).format();

const plusDays = (day: string, days: number): string =>
  new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10);

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

const isDay = (text: string): boolean => DAY.test(text) && !Number.isNaN(Date.parse(text));

export function periodOf(params: URLSearchParams, timezone: string): Period {
  const from = params.get('from') ?? '';
  const to = params.get('to') ?? '';
  if (isDay(from) && isDay(to) && from <= to) return { name: 'own', from, to };
  const name = PERIODS.find((one) => one === params.get('period')) ?? USUAL;
  return named(name, today(timezone));
}
