/** What the reports read, and the files that they give. */

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { Report, ReportGroup } from '../../../../api/contract/reports.ts';
import { authorizedFetch, instancePath } from '../../api.ts';
import { saveFile } from '../../save-file.ts';
import { filterOf } from '../../ui/filter.ts';
import type { Period } from './period.ts';

/** What every ticket can be grouped by; custom fields that are lists come on top. */
export const GROUPINGS = ['assignee', 'priority', 'tag', 'requestor'] as const;

/** The filters of the list that reports have too. */
export const REPORT_FILTERS = ['priority', 'assigneeId', 'requestorId', 'tags'] as const;

type ReportFilter = Partial<Record<(typeof REPORT_FILTERS)[number], string>>;

/** The filter of the reports that an address asks for. */
export function reportFilterOf(params: URLSearchParams, myId: string, timezone: string): ReportFilter {
  const all = filterOf(params, myId, timezone);
  return Object.fromEntries(REPORT_FILTERS.flatMap((name) => (all[name] ? [[name, all[name]]] : [])));
}

/** What a report is made of. */
export interface Wish {
  period: Period;
  timezone: string;
  filter: ReportFilter;
}

/**
 * The query of the list that has the tickets of a group, and of the filter that the report has; undefined when the list
 * cannot say it. `by` is one of the groupings, or the id of a custom field.
 */
export function listQueryOf(by: string, key: string, filter: ReportFilter): string | undefined {
  const own: Record<string, string> = {};
  if (by === 'assignee') own.assigneeId = key || 'none';
  else if (key === '') return undefined;
  else if (by === 'tag') {
    const tags = filter.tags?.split(',');
    // The list has tickets with any of some tags, never with each of two.
    if (key.includes(',') || (tags && !tags.some((tag) => tag.toLowerCase() === key.toLowerCase()))) return undefined;
    own.tags = key;
  } else if (by === 'priority') own.priority = key;
  else if (by === 'requestor') own.requestorId = key;
  else own[`customFields.${by}`] = key;
  return new URLSearchParams({ ...filter, ...own }).toString();
}

/** Below the operations of the instance. */
function pathOf(report: string, { period, timezone, filter }: Wish, format?: string): string {
  const query = new URLSearchParams({
    from: period.from,
    to: period.to,
    timezone,
    ...filter,
    ...(format && { format }),
  });
  return `/reports/${report}?${query}`;
}

const read = async <T>(instanceId: string, path: string, signal: AbortSignal): Promise<T> =>
  (await authorizedFetch(instancePath(instanceId) + path, { signal })).json();

/** Read again every minute while somebody looks: reports are looked at for long. */
const AGAIN_MS = 60_000;

export const useReport = (instanceId: string, wish: Wish) =>
  useQuery({
    queryKey: [instanceId, 'reports', 'overview', wish.period.from, wish.period.to, wish.timezone, wish.filter],
    queryFn: async ({ signal }) => (await read<{ item: Report }>(instanceId, pathOf('overview', wish), signal)).item,
    refetchInterval: AGAIN_MS,
    placeholderData: keepPreviousData,
  });

export const useReportGroups = (instanceId: string, by: string, wish: Wish) =>
  useQuery({
    queryKey: [instanceId, 'reports', 'groups', by, wish.period.from, wish.period.to, wish.timezone, wish.filter],
    queryFn: async ({ signal }) =>
      (await read<{ items: ReportGroup[] }>(instanceId, pathOf(`groups/${encodeURIComponent(by)}`, wish), signal))
        .items,
    refetchInterval: AGAIN_MS,
    placeholderData: keepPreviousData,
  });

/** Gives the groups to the browser as a file; answers its name. */
export async function saveGroups(instanceId: string, by: string, wish: Wish, format: 'csv' | 'xlsx'): Promise<string> {
  const isFiltered = Object.keys(wish.filter).length > 0;
  const filename = `${by}-${wish.period.from}-${wish.period.to}${isFiltered ? '-filtered' : ''}.${format}`;
  await saveFile(instanceId, pathOf(`groups/${encodeURIComponent(by)}`, wish, format), filename);
  return filename;
}
