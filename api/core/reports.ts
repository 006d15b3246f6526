import type { Input } from '../contract/operations.ts';
import { AGES, type Figures, type Report } from '../contract/reports.ts';
import type { Scalar, Where } from '../store/store.ts';
import type { Context, ItemResult } from './context.ts';
import { counted, Durations, eachPage, elapsed, FIELDS, openStates, remembered } from './reports-figures.ts';
import { dayFinder, type Period, periodsOf } from './reports-period.ts';
import { ticketFilter } from './ticket-filter.ts';
import { ValueView } from './view.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const IDS_AT_ONCE = 500;
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
    await Promise.all([made.tickets(filter), made.reopened(filter)]);
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
  /** What was created after one of these has its age, as text: so no time is read. */
  readonly #ageBegins: string[];
  readonly #dayOfCreation: (instant: string) => number;
  readonly #dayOfResolution: (instant: string) => number;

  constructor(current: Period, previous: Period, ctx: Context) {
    this.#ctx = ctx;
    this.#current = new Counting(current);
    this.#previous = new Counting(previous);
    this.#perDay = current.dates.map(() => ({ created: 0, resolved: 0 }));
    const now = Date.parse(ctx.at);
    this.#ageBegins = AGE_ENDS.map((end) => (Number.isFinite(end) ? new Date(now - end * DAY_MS).toISOString() : ''));
    this.#dayOfCreation = dayFinder(current);
    this.#dayOfResolution = dayFinder(current);
  }

  /** Both periods: the one lies right before the other. */
  get #periods(): { from: string; before: string } {
    return { from: this.#previous.begin, before: this.#current.end };
  }

  #at(instant: string): Counting {
    return instant < this.#current.begin ? this.#previous : this.#current;
  }

  async tickets(filter: Where): Promise<void> {
    const { from, before } = this.#periods;
    const isIn = (instant: string) => instant >= from && instant < before;
    const open = new Set(openStates(this.#ctx));
    const wanted = { where: counted(this.#ctx, filter, { from, before }), fields: FIELDS };
    await eachPage(this.#ctx, 'ticket', wanted, ({ values }, count) => {
      const [created, responded, resolved, states] = values as [string[], string[], string[], string[]];
      for (let at = 0; at < count; at++) {
        const createdOn = created[at]!;
        if (isIn(createdOn)) this.#created(createdOn);
        if (isIn(responded[at]!)) this.#responded(createdOn, responded[at]!);
        if (isIn(resolved[at]!)) this.#resolved(createdOn, resolved[at]!);
        if (open.has(states[at]!)) this.#open(createdOn, states[at]!);
      }
    });
  }

  #created(createdOn: string): void {
    const period = this.#at(createdOn);
    period.created++;
    if (period === this.#current) this.#perDay[this.#dayOfCreation(createdOn)]!.created++;
  }

  #responded(createdOn: string, respondedOn: string): void {
    this.#at(respondedOn).firstResponse.add(elapsed(createdOn, respondedOn));
  }

  #resolved(createdOn: string, resolvedOn: string): void {
    const period = this.#at(resolvedOn);
    period.resolved++;
    period.resolution.add(elapsed(createdOn, resolvedOn));
    if (period === this.#current) this.#perDay[this.#dayOfResolution(resolvedOn)]!.resolved++;
  }

  #open(createdOn: string, statusId: string): void {
    this.#states.set(statusId, (this.#states.get(statusId) ?? 0) + 1);
    this.#ages[this.#ageBegins.findIndex((begin) => createdOn > begin)]!++;
  }

  async reopened(filter: Where): Promise<void> {
    const rows: { ticketId: string; at: string }[] = [];
    const where = {
      and: [
        { field: 'action', in: ['reopened'] },
        { field: 'createdDateTime', ...this.#periods },
      ],
    };
    const fields = ['ticketId', 'createdDateTime'];
    await eachPage(this.#ctx, 'activity', { where, fields }, ({ values }) => {
      const [ticketIds, instants] = values as [string[], string[]];
      for (const [index, ticketId] of ticketIds.entries()) rows.push({ ticketId, at: instants[index]! });
    });
    const isFiltered = 'and' in filter && filter.and.length > 0;
    const among = isFiltered ? await this.#among(new Set(rows.map(({ ticketId }) => ticketId)), filter) : undefined;
    for (const { ticketId, at } of rows) {
      if (!among || among.has(ticketId)) this.#at(at).reopened++;
    }
  }

  /** Those of some tickets that the filter lets through. */
  async #among(ticketIds: Set<string>, filter: Where): Promise<Set<Scalar>> {
    const ids = [...ticketIds];
    const found = new Set<Scalar>();
    for (let start = 0; start < ids.length; start += IDS_AT_ONCE) {
      const where = { and: [{ field: 'id', in: ids.slice(start, start + IDS_AT_ONCE) }, filter] };
      await eachPage(this.#ctx, 'ticket', { where, fields: ['id'] }, ({ values }) => {
        for (const id of values[0]!) found.add(id);
      });
    }
    return found;
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
