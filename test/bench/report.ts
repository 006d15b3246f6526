import type { Rates } from './driver.ts';
import type { Baseline } from './operations.ts';

/** What was measured of one operation with one number of tickets and of connections. */
export interface ResultRow {
  operation: string;
  tickets: number;
  concurrency: number;
  requestsPerSecond: number;
  p50Ms: number;
  p99Ms: number;
  baseline: Baseline | null;
  baselinePerSecond: number | null;
  /** The operation's rate by the baseline's. */
  ratio: number | null;
}

function median(numbers: number[]): number {
  const sorted = numbers.toSorted((left, right) => left - right);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

const round = (number: number, digits: number): number => Number(number.toFixed(digits));

/** One row from its rounds. */
export function resultRow(
  what: Pick<ResultRow, 'operation' | 'tickets' | 'concurrency'>,
  rounds: Rates[],
  baseline: Baseline | undefined,
  baselineRates: number[],
): ResultRow {
  const perSecond = median(rounds.map((rates) => rates.perSecond));
  const row: ResultRow = {
    ...what,
    requestsPerSecond: round(perSecond, 0),
    p50Ms: round(median(rounds.map((rates) => rates.p50Ms)), 3),
    p99Ms: round(median(rounds.map((rates) => rates.p99Ms)), 3),
    baseline: null,
    baselinePerSecond: null,
    ratio: null,
  };
  if (!baseline) return row;
  const baselinePerSecond = median(baselineRates);
  return {
    ...row,
    baseline,
    baselinePerSecond: round(baselinePerSecond, 0),
    ratio: round(perSecond / baselinePerSecond, 2),
  };
}

/** Figures of the tab of one kind. */
export interface TabRow {
  what: string;
  unit: string;
  /** Each as it was measured; of long tasks those that there were. */
  figures: number[];
  goal: { limit: number; of: 'p50' | 'most' } | undefined;
  /** The machine's load average of a minute, before and after. */
  load: string;
}

/** The figure that such a share of all of them does not exceed. */
const quantile = (figures: number[], share: number): number =>
  figures.toSorted((left, right) => left - right)[Math.max(0, Math.ceil(figures.length * share) - 1)] ?? 0;

/** Columns under one another, all but the first to the right. */
function table(lines: string[][]): string {
  const widths = lines[0]!.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  const pad = (text: string, column: number) =>
    column === 0 ? text.padEnd(widths[column]!) : text.padStart(widths[column]!);
  return lines.map((line) => line.map(pad).join('  ')).join('\n');
}

export function resultTable(rows: ResultRow[]): string {
  const head = [
    'operation',
    'tickets',
    'connections',
    'per second',
    'p50 ms',
    'p99 ms',
    'baseline',
    'per second',
    'ratio',
  ];
  const lines = rows.map((row) => [
    row.operation,
    String(row.tickets),
    String(row.concurrency),
    String(row.requestsPerSecond),
    row.p50Ms.toFixed(3),
    row.p99Ms.toFixed(3),
    row.baseline ?? '',
    String(row.baselinePerSecond ?? ''),
    row.ratio?.toFixed(2) ?? '',
  ]);
  return table([head, ...lines]);
}

/** The least share of the baseline's rate, at 16 connections. */
const LEAST_RATIO: Record<string, number> = {
  'get by id': 0.4,
  'list 50 by createdDateTime': 0.08,
  'list 50 by priority': 0.08,
  'update status': 0.5,
  comment: 0.5,
  create: 0.5,
};
const RARE_SEARCHES = ['search rare name', 'search rare code'];
const MOST_BY_GET = 3;
const MOST_BY_FEWEST_TICKETS = 1.5;
const MOST_MEMORY_MB = 200;
/** A report reads all of its tickets, so it may take longer with more of them, up to this. */
const MOST_MS_OF_REPORT = 300;
const isReport = ({ operation }: ResultRow): boolean => operation.startsWith('report ');

/** Each goal with what was measured of it, and whether it is met. */
export function goalTable(rows: ResultRow[], memoryMb: number): string {
  const sizes = rows.map(({ tickets }) => tickets);
  const [fewest, most] = [Math.min(...sizes), Math.max(...sizes)];
  const find = (operation: string, tickets: number, concurrency: number) =>
    rows.find((row) => row.operation === operation && row.tickets === tickets && row.concurrency === concurrency);
  const lines: string[][] = [];
  const add = (goal: string, limit: string, figure: number, isMet: boolean) =>
    lines.push([goal, limit, figure.toFixed(2), isMet ? 'met' : 'MISSED']);

  for (const { operation, tickets, concurrency, ratio, baseline } of rows) {
    const least = LEAST_RATIO[operation];
    if (least === undefined || concurrency !== 16 || ratio === null) continue;
    add(`${operation} by ${baseline}, ${tickets} tickets`, `>= ${least}`, ratio, ratio >= least);
  }
  for (const operation of RARE_SEARCHES) {
    const [search, get] = [find(operation, most, 1), find('get by id', most, 1)];
    if (!search || !get) continue;
    const times = search.p50Ms / get.p50Ms;
    add(`p50 of ${operation} by get by id's, ${most} tickets`, `<= ${MOST_BY_GET}`, times, times <= MOST_BY_GET);
  }
  for (const row of rows) {
    const small = find(row.operation, fewest, row.concurrency);
    if (row.tickets !== most || fewest === most || !small || isReport(row)) continue;
    const times = row.p50Ms / small.p50Ms;
    const goal = `p50 of ${row.operation} at ${most} tickets by ${fewest}, ${row.concurrency} connections`;
    add(goal, `<= ${MOST_BY_FEWEST_TICKETS}`, times, times <= MOST_BY_FEWEST_TICKETS);
  }
  for (const { operation, p50Ms } of rows.filter(
    (row) => isReport(row) && row.tickets === most && row.concurrency === 1,
  )) {
    add(`p50 of ${operation}, ${most} tickets, ms`, `< ${MOST_MS_OF_REPORT}`, p50Ms, p50Ms < MOST_MS_OF_REPORT);
  }
  add('memory of the server after the run, MB', `< ${MOST_MEMORY_MB}`, memoryMb, memoryMb < MOST_MEMORY_MB);
  return table([['goal', 'limit', 'measured', ''], ...lines]);
}

/** What was measured of the tab, each with its goal and whether it is met. */
export function tabTable(rows: TabRow[]): string {
  const head = ['tab', 'number', 'p50', 'p95', 'most', '', 'goal', '', 'load before and after'];
  const lines = rows.map(({ what, unit, figures, goal, load }) => {
    const values = { p50: quantile(figures, 0.5), p95: quantile(figures, 0.95), most: quantile(figures, 1) };
    const isMet = goal === undefined || values[goal.of] < goal.limit;
    return [
      what,
      String(figures.length),
      values.p50.toFixed(1),
      values.p95.toFixed(1),
      values.most.toFixed(1),
      unit,
      goal ? `${goal.of} < ${goal.limit}` : '',
      goal ? (isMet ? 'met' : 'MISSED') : '',
      load,
    ];
  });
  return table([head, ...lines]);
}
