/** What the reports read, and the files that they give. */

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { Report, ReportGroup } from '../../../../api/contract/reports.ts';
import { authorizedFetch } from '../../api.ts';
import { saveFile } from '../../save-file.ts';
import type { Period } from './period.ts';

/** What every ticket can be grouped by; custom fields that are lists come on top. */
export const GROUPINGS = ['assignee', 'priority', 'tag', 'requestor'] as const;

interface Wish {
  period: Period;
  timezone: string;
}

/** Below the operations of the instance. */
function pathOf(report: string, { period, timezone }: Wish, format?: string): string {
  const query = new URLSearchParams({ from: period.from, to: period.to, timezone, ...(format && { format }) });
  return `/reports/${report}?${query}`;
}

async function read<T>(instanceId: string, path: string, signal: AbortSignal): Promise<T> {
  const address = `/ticketing/v1/instances/${encodeURIComponent(instanceId)}${path}`;
  return (await authorizedFetch(address, { signal })).json();
}

/** Read again every minute while somebody looks: reports are looked at for long. */
const AGAIN_MS = 60_000;

export const useReport = (instanceId: string, wish: Wish) =>
  useQuery({
    queryKey: [instanceId, 'reports', 'overview', wish.period.from, wish.period.to, wish.timezone],
    queryFn: async ({ signal }) => (await read<{ item: Report }>(instanceId, pathOf('overview', wish), signal)).item,
    refetchInterval: AGAIN_MS,
    placeholderData: keepPreviousData,
  });

export const useReportGroups = (instanceId: string, by: string, wish: Wish) =>
  useQuery({
    queryKey: [instanceId, 'reports', 'groups', by, wish.period.from, wish.period.to, wish.timezone],
    queryFn: async ({ signal }) =>
      (await read<{ items: ReportGroup[] }>(instanceId, pathOf(`groups/${encodeURIComponent(by)}`, wish), signal))
        .items,
    refetchInterval: AGAIN_MS,
    placeholderData: keepPreviousData,
  });

/** Gives the groups to the browser as a file; answers its name. */
export async function saveGroups(instanceId: string, by: string, wish: Wish, format: 'csv' | 'xlsx'): Promise<string> {
  const filename = `${by}-${wish.period.from}-${wish.period.to}.${format}`;
  await saveFile(instanceId, pathOf(`groups/${encodeURIComponent(by)}`, wish, format), filename);
  return filename;
}
