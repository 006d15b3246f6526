import type { Input } from '../contract/operations.ts';
import { AGES, type Figures, type Report } from '../contract/reports.ts';
import type { Scalar, Where } from '../store/store.ts';
import type { Context, ItemResult } from './context.ts';
import { Durations, eachRow, openStates, remembered } from './reports-figures.ts';
import { dayFinder, type Period, periodsOf } from './reports-period.ts';
import { ticketFilter } from './ticket-filter.ts';
import { ValueView } from './view.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** Where each age ends, in days. */
const AGE_ENDS = AGES.map((age) => Number(age.split('-')[1] || Number.POSITIVE_INFINITY));

/** The part of a filter that says which tickets a report is about, whenever they were. */
export function reportFilter(ctx: Context, input: Omit<Input<'getReport'>, 'from' | 'to'>): Where {
  const { priority, assigneeId, requestorId, tags } = input;
  return ticketFilter({ priority, assigneeId, requestorId, tags }, ctx.settings, false);
}

/** The figures of a period and of the one before it, and the open tickets. */
export async function getReport(ctx: Context, input: Input<'getReport'>): Promise<ItemResult<Report>> {
  const periods = periodsOf(input, ctx.at);
  const filter = reportFilter(ctx, input);
  const report = await remembered(ctx, ['overview', periods, filter], async () => {
    const made = new Overview(periods.current, periods.previous, ctx);
    await Promise.all([made.tickets(filter), made.reopened(filter), made.backlog(filter)]);
    return made.report();
  });
  return { item: new ValueView(report) };
}

/** One of the two periods while it is counted. */
class Counting {
  readonly period: Period;
  readonly begin: string;
  readonly end: string;
  readonly firstResponse = new Durations();
  readonly resolution = new Durations();
  created = 0;
  resolved = 0;
  reopened = 0;

  constructor(period: Period) {
    this.period = period;
    this.begin = period.begins[0]!;
    this.end = period.begins.at(-1)!;
  }

  figures(): Figures {
    const { created, resolved, reopened } = this;
    const { dates } = this.period;
    return {
      from: dates[0]!,
      to: dates.at(-1)!,
      created,
      resolved,
      reopened,
      firstResponse: this.firstResponse.summary(),
      resolution: this.resolution.summary(),
    };
  }
}

class Overview {
  readonly #ctx: Context;
  readonly #current: Counting;
  readonly #previous: Counting;
  readonly #perDay: { created: number; resolved: number }[];
  readonly #states = new Map<string, number>();
  readonly #ages = AGES.map(() => 0);

  constructor(current: Period, previous: Period, ctx: Context) {
    this.#ctx = ctx;
    this.#current = new Counting(current);
    this.#previous = new Counting(previous);
    this.#perDay = current.dates.map(() => ({ created: 0, resolved: 0 }));
  }

  /** Of both periods: the one lies right before the other. */
  #inPeriods(field: string): Where {
    return { field, from: this.#previous.begin, before: this.#current.end };
  }

  #at(instant: Scalar): Counting {
    return instant < this.#current.begin ? this.#previous : this.#current;
  }

  async tickets(filter: Where): Promise<void> {
    const read = (field: string, fields: string[], take: (row: Scalar[]) => void) =>
      eachRow(this.#ctx, 'ticket', { where: { and: [this.#inPeriods(field), filter] }, fields }, take);
    const dayOf = { created: dayFinder(this.#current.period), resolved: dayFinder(this.#current.period) };
    const count = (what: 'created' | 'resolved', instant: string): void => {
      const period = this.#at(instant);
      period[what]++;
      if (period === this.#current) this.#perDay[dayOf[what](instant)]![what]++;
    };
    await Promise.all([
      read('createdOn', ['createdOn'], ([createdOn]) => count('created', createdOn as string)),
      read('firstResponseOn', ['firstResponseOn', 'createdOn'], ([respondedOn, createdOn]) => {
        this.#at(respondedOn!).firstResponse.add(createdOn as string, respondedOn as string);
      }),
      read('lastResolutionOn', ['lastResolutionOn', 'createdOn'], ([resolvedOn, createdOn]) => {
        count('resolved', resolvedOn as string);
        this.#at(resolvedOn!).resolution.add(createdOn as string, resolvedOn as string);
      }),
    ]);
  }

  async reopened(filter: Where): Promise<void> {
    const rows: Scalar[][] = [];
    const where = { and: [{ field: 'action', in: ['reopened'] }, this.#inPeriods('createdDateTime')] };
    const wanted = { where, fields: ['ticketId', 'createdDateTime'] };
    await eachRow(this.#ctx, 'activity', wanted, (row) => rows.push(row));
    const isFiltered = 'and' in filter && filter.and.length > 0;
    const among = isFiltered && rows.length > 0 ? await this.#idsOf(filter) : undefined;
    for (const [ticketId, at] of rows) {
      if (!among || among.has(ticketId!)) this.#at(at!).reopened++;
    }
  }

  /** The tickets that the filter lets through and that can have been reopened: they were changed since then. */
  async #idsOf(filter: Where): Promise<Set<Scalar>> {
    const ids = new Set<Scalar>();
    const where = { and: [{ field: 'lastUpdatedOn', from: this.#previous.begin }, filter] };
    await eachRow(this.#ctx, 'ticket', { where, fields: ['id'] }, ([id]) => ids.add(id!));
    return ids;
  }

  async backlog(filter: Where): Promise<void> {
    const now = Date.parse(this.#ctx.at);
    // As text: so an age is found without reading a time.
    const begins = AGE_ENDS.map((end) =>
      Number.isFinite(end) ? new Date(now - end * DAY_MS).toISOString() : Number.NEGATIVE_INFINITY,
    );
    const where = { and: [{ field: 'statusId', in: openStates(this.#ctx) }, filter] };
    await eachRow(this.#ctx, 'ticket', { where, fields: ['statusId', 'createdOn'] }, ([statusId, createdOn]) => {
      this.#states.set(statusId as string, (this.#states.get(statusId as string) ?? 0) + 1);
      const age = begins.findIndex((begin) => typeof begin === 'number' || createdOn! > begin);
      this.#ages[age]!++;
    });
  }

  report(): Report {
    const { states } = this.#ctx.settings.workflow;
    const open = openStates(this.#ctx);
    return {
      asOf: this.#ctx.at,
      current: this.#current.figures(),
      previous: this.#previous.figures(),
      perDay: this.#current.period.dates.map((date, index) => ({ date, ...this.#perDay[index]! })),
      backlog: {
        total: this.#ages.reduce((sum, count) => sum + count, 0),
        ages: AGES.map((days, index) => ({ days, count: this.#ages[index]! })),
        states: states
          .filter(({ id }) => open.includes(id))
          .map(({ id, label }) => ({ statusId: id, status: label, count: this.#states.get(id) ?? 0 })),
      },
    };
  }
}
