import { fail } from '../contract/errors.ts';
import type { Input } from '../contract/operations.ts';
import { GROUPS, MAX_GROUPS, type ReportGroup } from '../contract/reports.ts';
import { PRIORITIES } from '../contract/tickets.ts';
import { customFieldTerm, customFieldTerms, TAG_TERMS, tagTerm } from '../store/kinds.ts';
import type { Scalar, Where } from '../store/store.ts';
import type { Context } from './context.ts';
import type { StreamResult } from './exports.ts';
import { reportFilter } from './reports.ts';
import { counted, Durations, eachPage, elapsed, FIELDS, openStates, remembered } from './reports-figures.ts';
import { type Period, periodsOf } from './reports-period.ts';
import { CSV_TYPE, csvText, XLSX_TYPE, xlsxFile } from './tables.ts';
import type { ListResult } from './ticket-list.ts';
import { ValueView } from './view.ts';

/** What a report is grouped by: which of a ticket's indexed values, and what a value is called. */
interface Grouping {
  field?: string;
  terms?: string;
  /** Key and label of values, each with the number of a ticket that has it. */
  name: (values: Map<Scalar, number>) => Promise<Map<Scalar, Pick<ReportGroup, 'key' | 'label'>>>;
}

interface Group {
  created: number;
  open: number;
  firstResponse: Durations;
  resolution: Durations;
  /** The last ticket in it. */
  ticketNo: number;
}

/** Rows of figures, one for each assignee, priority, tag, requestor or option; as a list or as a file. */
export async function getReportGroups(
  ctx: Context,
  input: Input<'getReportGroups'>,
): Promise<ListResult<ReportGroup> | StreamResult> {
  const grouping = await groupingOf(ctx, input.by);
  const { current } = periodsOf(input, ctx.at);
  const filter = reportFilter(ctx, input);
  const { rows, count } = await remembered(ctx, ['groups', input.by, current, filter], async () => {
    const groups = await read(ctx, grouping, current, filter);
    const largest = [...groups].toSorted(([, one], [, other]) => other.created - one.created || other.open - one.open);
    return { rows: await named(grouping, largest.slice(0, MAX_GROUPS)), count: groups.size };
  });
  if (count > rows.length) ctx.warnings.push(`Only the ${rows.length} largest of ${count} groups`);
  if (input.format === 'csv' || input.format === 'xlsx') return fileOf(rows, input.by, current, input.format);
  return { items: rows.map((row) => new ValueView(row)), itemCount: count };
}

async function groupingOf(ctx: Context, by: string): Promise<Grouping> {
  if (by === 'assignee' || by === 'requestor') {
    return { field: `${by}Id`, name: (values) => namesOfPeople(ctx, by, values) };
  }
  if (by === 'priority') {
    const nameOf = (rank: Scalar) => PRIORITIES[rank as number] ?? '';
    return { field: 'priority', name: async (values) => called(values, (rank) => [nameOf(rank), nameOf(rank)]) };
  }
  if (by === 'tag') {
    const names = await tagNames(ctx);
    return {
      terms: TAG_TERMS,
      name: async (values) => called(values, (tag) => [String(tag), names.get(tag) ?? String(tag)]),
    };
  }
  const field = ctx.settings.customFields.get(by);
  if (field?.type.key !== 'list') {
    return fail('not_found', `Reports are by ${GROUPS.join(', ')}, or by the id of a custom list field.`);
  }
  const terms = customFieldTerms(field.id);
  const options = new Map(
    field.options.map(({ key, text }) => [customFieldTerm(field.id, key).slice(terms.length), [key, text] as const]),
  );
  const nameOf = (value: Scalar) => options.get(String(value)) ?? ([String(value), String(value)] as const);
  return { terms, name: async (values) => called(values, nameOf) };
}

const called = (
  values: Map<Scalar, number>,
  nameOf: (value: Scalar) => readonly [string, string],
): Map<Scalar, Pick<ReportGroup, 'key' | 'label'>> =>
  new Map(
    Array.from(values.keys(), (value) => {
      const [key, label] = value === '' ? ['', ''] : nameOf(value);
      return [value, { key, label }];
    }),
  );

async function tagNames(ctx: Context): Promise<Map<Scalar, string>> {
  const everything = { where: { and: [] }, orderBy: 'id', direction: 'ASC' as const, limit: 1000 };
  const { items } = await ctx.instance.list('tagCategory', everything);
  return new Map(
    items.flatMap(({ value: { id, text, tags } }) =>
      tags.map((tag) => [tagTerm(id, tag.text).slice(TAG_TERMS.length), `${text}: ${tag.text}`] as const),
    ),
  );
}

const NAMES_AT_ONCE = 250;

/** What a person is called, their last ticket in the group says; the index has their id in lower case alone. */
async function namesOfPeople(
  ctx: Context,
  role: 'assignee' | 'requestor',
  values: Map<Scalar, number>,
): Promise<Map<Scalar, Pick<ReportGroup, 'key' | 'label'>>> {
  const names = new Map<Scalar, Pick<ReportGroup, 'key' | 'label'>>();
  const valueByNumber = new Map(Array.from(values, ([value, ticketNo]) => [ticketNo, value]));
  const numbers = [...valueByNumber.keys()];
  for (let start = 0; start < numbers.length; start += NAMES_AT_ONCE) {
    const { items } = await ctx.instance.list('ticket', {
      where: { field: 'ticketNo', in: numbers.slice(start, start + NAMES_AT_ONCE) },
      orderBy: 'ticketNo',
      direction: 'ASC',
      limit: NAMES_AT_ONCE,
    });
    for (const { value: ticket } of items) {
      const person = ticket[role];
      const label = 'name' in person ? person.name || person.email || person.id : '';
      names.set(valueByNumber.get(ticket.ticketNo)!, { key: person.id, label });
    }
  }
  return names;
}

async function read(
  ctx: Context,
  { field, terms }: Grouping,
  period: Period,
  filter: Where,
): Promise<Map<Scalar, Group>> {
  const groups = new Map<Scalar, Group>();
  const groupOf = (value: Scalar): Group => {
    let group = groups.get(value);
    if (!group) {
      group = {
        ...{ created: 0, open: 0, ticketNo: 0 },
        ...{ firstResponse: new Durations(), resolution: new Durations() },
      };
      groups.set(value, group);
    }
    return group;
  };
  const [from, before] = [period.begins[0]!, period.begins.at(-1)!];
  const isIn = (instant: string) => instant >= from && instant < before;
  const open = new Set(openStates(ctx));
  const wanted = {
    where: counted(ctx, filter, { from, before }),
    fields: [...FIELDS, 'ticketNo', ...(field ? [field] : [])],
    ...(terms !== undefined && { terms }),
  };
  await eachPage(ctx, 'ticket', wanted, (page, count) => {
    const [created, responded, resolved, states] = page.values as [string[], string[], string[], string[]];
    const numbers = page.values[FIELDS.length] as number[];
    const values = page.values[FIELDS.length + 1];
    for (let at = 0; at < count; at++) {
      const [createdOn, respondedOn, resolvedOn] = [created[at]!, responded[at]!, resolved[at]!];
      const isCreated = isIn(createdOn);
      const responseTime = isIn(respondedOn) ? elapsed(createdOn, respondedOn) : undefined;
      const resolutionTime = isIn(resolvedOn) ? elapsed(createdOn, resolvedOn) : undefined;
      const isOpen = open.has(states[at]!);
      for (const value of values ? [values[at]!] : orNone(page.terms[at]!)) {
        const group = groupOf(value);
        if (isCreated) group.created++;
        if (responseTime !== undefined) group.firstResponse.add(responseTime);
        if (resolutionTime !== undefined) group.resolution.add(resolutionTime);
        if (isOpen) group.open++;
        if (numbers[at]! > group.ticketNo) group.ticketNo = numbers[at]!;
      }
    }
  });
  return groups;
}

const NONE = [''];
const orNone = (terms: readonly string[]): readonly string[] => (terms.length > 0 ? terms : NONE);

async function named(grouping: Grouping, groups: [Scalar, Group][]): Promise<ReportGroup[]> {
  const names = await grouping.name(new Map(groups.map(([value, { ticketNo }]) => [value, ticketNo])));
  const rows = groups.map(([value, group]): ReportGroup => {
    const { created, open } = group;
    const [firstResponse, resolution] = [group.firstResponse.summary(), group.resolution.summary()];
    return {
      ...(names.get(value) ?? { key: String(value), label: String(value) }),
      ...{ created, resolved: resolution.count, open },
      medianFirstResponseMinutes: firstResponse.medianMinutes,
      p90FirstResponseMinutes: firstResponse.p90Minutes,
      medianResolutionMinutes: resolution.medianMinutes,
      p90ResolutionMinutes: resolution.p90Minutes,
    };
  });
  return rows.toSorted(
    (one, other) => other.created - one.created || other.open - one.open || (one.label < other.label ? -1 : 1),
  );
}

const COLUMNS = [
  ...['key', 'label', 'created', 'resolved', 'open'],
  ...['medianFirstResponseMinutes', 'p90FirstResponseMinutes', 'medianResolutionMinutes', 'p90ResolutionMinutes'],
] as (keyof ReportGroup)[];

async function fileOf(
  rows: ReportGroup[],
  by: string,
  { dates }: Period,
  format: 'csv' | 'xlsx',
): Promise<StreamResult> {
  const filename = `report-${by}-${dates[0]}-${dates.at(-1)}.${format}`;
  const cells = rows.map((row) => COLUMNS.map((column) => row[column]));
  if (format === 'csv') return { contentType: CSV_TYPE, filename, chunks: once(csvText([COLUMNS, ...cells])) };
  return { contentType: XLSX_TYPE, filename, chunks: once(await xlsxFile(COLUMNS, cells)) };
}

async function* once<T>(chunk: T): AsyncGenerator<T> {
  yield chunk;
}
