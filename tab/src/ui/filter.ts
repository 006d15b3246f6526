/** Filters and order of tickets as they stand in the address: the names of `GET /tickets` itself. */

import type { CustomField } from '../../../api/contract/instance.ts';
import type { ListFilter } from '../data.ts';

/** How the value of a filter is chosen. */
export type FilterKind =
  | 'states'
  | 'flag'
  | 'priorities'
  | 'tags'
  | 'person'
  | 'day'
  | 'text'
  | 'number'
  | 'resolutions'
  | 'origins';

/** The name of a filter that is no custom field's. */
export type FilterName = Exclude<
  keyof ListFilter,
  'search' | 'customFields' | 'timezone' | 'orderBy' | 'order' | 'status'
>;

/** Every filter of the contract but the search box; `status` is `statusId` by label, which the tab never needs. */
export const FILTERS: Record<FilterName, FilterKind> = {
  statusId: 'states',
  isResolved: 'flag',
  priority: 'priorities',
  assigneeId: 'person',
  requestorId: 'person',
  followerId: 'person',
  unseenById: 'person',
  tags: 'tags',
  expectedDateAfter: 'day',
  expectedDateBefore: 'day',
  createdAfter: 'day',
  createdBefore: 'day',
  lastUpdateAfter: 'day',
  lastUpdateBefore: 'day',
  isFrtBreached: 'flag',
  isRtBreached: 'flag',
  resolution: 'resolutions',
  origin: 'origins',
  title: 'text',
  ticketNo: 'number',
  assigneeEmail: 'text',
  requestorEmail: 'text',
};
/** In the order in which they are offered. */
export const FILTER_NAMES = Object.keys(FILTERS) as FilterName[];

/** What the name of a filter by a custom field begins with, before the id of the field. */
export const CUSTOM = 'customFields.';

/** Orders by another name. */
const ALIASES: Record<string, string> = { createdDateTime: 'createdOn', ticketId: 'ticketNo' };

/** The filter that an address asks for. What it cannot mean is left out; so is a field that is none of `fields`, once they are known. */
export function filterOf(params: URLSearchParams, myId: string, timezone: string, fields?: CustomField[]): ListFilter {
  const filter: Record<string, unknown> = {};
  for (const name of FILTER_NAMES) {
    const text = params.get(name);
    if (!text) continue;
    const kind = FILTERS[name];
    if (kind === 'flag') filter[name] = text === 'true';
    else if (kind === 'number') {
      if (/^\d{1,9}$/.test(text)) filter[name] = Number(text);
    } else if (kind === 'person') filter[name] = text === 'me' ? myId : text;
    else filter[name] = kind === 'day' ? dayOf(text, timezone) : text;
    if (kind === 'day') filter.timezone = timezone;
  }
  const custom = [...params]
    .filter(([name]) => name.startsWith(CUSTOM))
    .map(([name, value]) => [name.slice(CUSTOM.length), value] as const)
    .filter(([id]) => !fields || fields.some((field) => field.id === id))
    .map(([id, value]) => {
      const type = fields?.find((field) => field.id === id)?.type.key;
      if (type === 'peoplepicker' && value === 'me') return [id, myId];
      return [id, type === 'date' ? dayOf(value, timezone) : value];
    });
  if (custom.length > 0) filter.customFields = Object.fromEntries(custom);
  const search = params.get('search')?.trim();
  if (search) filter.search = search;
  const order = params.get('order');
  const orderBy = params.get('orderBy') ?? 'lastInteraction';
  filter.orderBy = ALIASES[orderBy] ?? orderBy;
  filter.order = order === 'ASC' ? 'ASC' : 'DESC';
  return filter as ListFilter;
}

/** Whether a text is a day of the calendar, YYYY-MM-DD. */
export const isDay = (text: string): boolean => /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text));

/** A day as the person's clock has it now, YYYY-MM-DD. */
export const todayIn = (timezone: string): string => new Intl.DateTimeFormat('en-CA', { timeZone: timezone }).format();

/** The day that lies so many days behind another one. */
export const plusDays = (day: string, days: number): string =>
  new Date(Date.parse(day) + days * 24 * 60 * 60_000).toISOString().slice(0, 10);

/** A day as it is, or one counted from today (`+0`, `-7`), so that a saved view stays what it means. */
export const dayOf = (text: string, timezone: string): string =>
  /^[+-]\d{1,4}$/.test(text) ? plusDays(todayIn(timezone), Number(text)) : text;

/** The names of the filters that stand in an address, in the order of the table. */
export const filtersIn = (params: URLSearchParams): string[] => [
  ...FILTER_NAMES.filter((name) => params.has(name)),
  ...[...params.keys()].filter((name) => name.startsWith(CUSTOM)),
];
