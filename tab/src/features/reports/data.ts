/** What the reports read, and the files that they give. */

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { Report, ReportGroup } from '../../../../api/contract/reports.ts';
import { authorizedFetch } from '../../api.ts';
import type { Period } from './period.ts';

/** What every ticket can be grouped by; custom fields that are lists come on top. */
export const GROUPINGS = ['assignee', 'priority', 'tag', 'requestor'] as const;

interface Wish {
  period: Period;
  timezone: string;
}

function addressOf(instanceId: string, path: string, { period, timezone }: Wish, format?: string): string {
  const query = new URLSearchParams({ from: period.from, to: period.to, timezone, ...(format && { format }) });
  return `/ticketing/v1/instances/${encodeURIComponent(instanceId)}/reports/${path}?${query}`;
}

/** Read again every minute while somebody looks: reports are looked at for long. */
const AGAIN_MS = 60_000;

export const useReport = (instanceId: string, wish: Wish) =>
  useQuery({
    queryKey: [instanceId, 'reports', 'overview', wish.period.from, wish.period.to, wish.timezone],
    queryFn: async ({ signal }): Promise<Report> =>
      (await (await authorizedFetch(addressOf(instanceId, 'overview', wish), { signal })).json()).item,
    refetchInterval: AGAIN_MS,
    placeholderData: keepPreviousData,
  });

export const useReportGroups = (instanceId: string, by: string, wish: Wish) =>
  useQuery({
    queryKey: [instanceId, 'reports', 'groups', by, wish.period.from, wish.period.to, wish.timezone],
    queryFn: async ({ signal }): Promise<ReportGroup[]> =>
      (
        await (
          await authorizedFetch(addressOf(instanceId, `groups/${encodeURIComponent(by)}`, wish), { signal })
        ).json()
      ).items,
    refetchInterval: AGAIN_MS,
    placeholderData: keepPreviousData,
  });

/** Fetches the groups as a file, and gives it to the browser to save. */
export async function saveGroups(instanceId: string, by: string, wish: Wish, format: 'csv' | 'xlsx'): Promise<string> {
  const response = await authorizedFetch(addressOf(instanceId, `groups/${encodeURIComponent(by)}`, wish, format), {});
  const filename = `${by}-${wish.period.from}-${wish.period.to}.${format}`;
  const address = URL.createObjectURL(await response.blob());
  const link = document.createElement('a');
  link.href = address;
  link.download = filename;
  link.click();
  // The browser reads the address a moment after the click.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
  return filename;
}
