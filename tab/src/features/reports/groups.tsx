/** The figures in groups: by who answers, who asks, priority, tag, or a list of the help desk's own. */

import { Select } from '@fluentui/react-components';
import { Suspense } from 'react';
import { Link } from 'wouter';
import type { ReportGroup } from '../../../../api/contract/reports.ts';
import { paths, useAddress } from '../../address.ts';
import { useInstance, useTags } from '../../data.ts';
import { useFormat, useMessages } from '../../i18n.tsx';
import { tagKey } from '../../ui/choices.tsx';
import { DownloadButton } from '../../ui/download-button.tsx';
import { lazily } from '../../ui/lazily.tsx';
import { Failed, Loading } from '../../ui/states.tsx';
import { ChartFrame } from './chart-frame.tsx';
import { GROUPINGS, listQueryOf, saveGroups, useReportGroups, type Wish } from './data.ts';
import { useDuration } from './figures.tsx';
import { useTexts } from './texts.ts';

const GroupsChart = lazily(async () => ({ default: (await import('./charts.tsx')).GroupsChart }));

interface Props {
  instanceId: string;
  wish: Wish;
}

export function Groups({ instanceId, wish, only }: Props & { only: string | undefined }) {
  const m = useMessages();
  const t = useTexts();
  const format = useFormat();
  const duration = useDuration();
  const { params, change } = useAddress();
  const { data: instance } = useInstance(instanceId);
  const lists = (instance?.customFields ?? []).filter(({ type }) => type.key === 'list');
  const asked = params.get('by') ?? '';
  const by = GROUPINGS.some((one) => one === asked) || lists.some(({ id }) => id === asked) ? asked : 'assignee';
  const { data: groups, error, refetch, isPlaceholderData } = useReportGroups(instanceId, by, wish);
  const { data: categories = [] } = useTags(instanceId);
  const tags = categories.flatMap(({ id, tags }) => tags.map(({ text }) => tagKey({ tagCategoryId: id, text })));
  const name = lists.find(({ id }) => id === by)?.title ?? t.groups.by[by as 'assignee'];
  const labelOf = ({ key, label }: ReportGroup) => {
    if (by === 'priority') return m.priority[key as 'Low'] ?? label;
    return key === '' ? (by === 'assignee' ? m.ticket.nobody : t.nobody) : label || key;
  };
  const select = (
    <span className="groups-tools">
      <Select aria-label={t.groups.choose} value={by} onChange={(_, data) => change({ by: data.value })}>
        {GROUPINGS.map((one) => (
          <option key={one} value={one}>
            {t.groups.by[one]}
          </option>
        ))}
        {lists.map(({ id, title }) => (
          <option key={id} value={id}>
            {title}
          </option>
        ))}
      </Select>
      <Download format="csv" {...{ instanceId, wish, by }} />
      <Download format="xlsx" {...{ instanceId, wish, by }} />
    </span>
  );
  if (error && !groups) return <Failed error={error} retry={() => void refetch()} />;
  if (!groups) return <Loading />;
  const field = lists.find(({ id }) => id === by);
  const title = field ? t.groups.titleOf(field.title) : t.groups.titles[by as 'assignee'];
  const named = groups.map((group) => ({ ...group, label: labelOf(group) }));
  const nameOf = ({ key, label }: ReportGroup) => {
    // Reports have the tags in small letters, filters as they are written.
    const written = by === 'tag' ? (tags.find((tag) => tag.toLowerCase() === key) ?? key) : key;
    // While another grouping is read, the rows are still those of the one before.
    const query = isPlaceholderData ? undefined : listQueryOf(by, written, wish.filter);
    return query ? <Link href={`${paths.list(instanceId)}?${query}`}>{label}</Link> : label;
  };
  const rows = named.map((group) => [
    nameOf(group),
    ...[group.created, group.resolved, group.open].map(format.number),
    duration(group.medianFirstResponseMinutes),
    duration(group.p90FirstResponseMinutes),
    duration(group.medianResolutionMinutes),
    duration(group.p90ResolutionMinutes),
  ]);
  const first = named[0];
  return (
    <ChartFrame
      title={title}
      summary={
        first
          ? t.groups.summary(
              format.number(groups.length),
              first.label,
              format.number(first.created),
              format.number(first.resolved),
              format.number(first.open),
            )
          : t.groups.none
      }
      only={only}
      action={select}
      columns={[name, ...t.groups.columns]}
      rows={rows}
      isTableOpen
      isEmpty={named.length === 0}
      chart={(width) => (
        <Suspense fallback={<Loading />}>
          <GroupsChart key={by} title={title} groups={named} width={width} />
        </Suspense>
      )}
    />
  );
}

function Download({ instanceId, by, wish, format }: Props & { by: string; format: 'csv' | 'xlsx' }) {
  const t = useTexts();
  return (
    <DownloadButton
      text={t.formats[format]}
      label={t.download(t.formats[format])}
      save={async () => t.downloaded(await saveGroups(instanceId, by, wish, format))}
    />
  );
}
