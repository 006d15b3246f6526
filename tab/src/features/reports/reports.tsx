/** How a help desk is doing: figures, charts, groups, for a period that the person chooses. */

import { Input, Select } from '@fluentui/react-components';
import { Suspense } from 'react';
import type { Report } from '../../../../api/contract/reports.ts';
import { useAddress } from '../../address.ts';
import { useFormat, useMessages } from '../../i18n.tsx';
import { lazily } from '../../ui/lazily.tsx';
import { Failed, Loading } from '../../ui/states.tsx';
import { ChartFrame } from './chart-frame.tsx';
import { useReport } from './data.ts';
import { Figures } from './figures.tsx';
import { Groups } from './groups.tsx';
import { PERIODS, type Period, periodOf } from './period.ts';
import './reports.css';
import { stateLabel } from '../../ui/workflow.ts';
import { useTexts } from './texts.ts';

const PerDayChart = lazily(async () => ({ default: (await import('./charts.tsx')).PerDayChart }));
const BarsChart = lazily(async () => ({ default: (await import('./charts.tsx')).BarsChart }));

export function Reports({ instanceId }: { instanceId: string }) {
  const t = useTexts();
  const format = useFormat();
  const { params } = useAddress();
  const { timezone } = format;
  const period = periodOf(params, timezone);
  const { data: report, error, refetch, isPlaceholderData } = useReport(instanceId, { period, timezone });
  return (
    <div className="report-scroll">
      <div className="report" aria-busy={isPlaceholderData}>
        <header className="report-head">
          <h1>{t.title}</h1>
          <PeriodPicker period={period} />
        </header>
        <p className="quiet report-for">
          {t.forWhom(format.day(`${period.from}T12:00`), format.day(`${period.to}T12:00`))}
        </p>
        {error && !report && <Failed error={error} retry={() => void refetch()} />}
        {!error && !report && <Loading />}
        {error && report && <Failed error={error} retry={() => void refetch()} />}
        {report && (
          <>
            <Figures report={report} />
            <div className="chart-pair">
              <PerDay report={report} />
              <Ages report={report} />
              <States report={report} />
            </div>
            <Groups instanceId={instanceId} period={period} timezone={timezone} />
            <p className="quiet">{t.asOf(format.full(report.asOf))}</p>
          </>
        )}
      </div>
    </div>
  );
}

function PeriodPicker({ period }: { period: Period }) {
  const t = useTexts();
  const { change } = useAddress();
  const choose = (name: string) =>
    change(
      name === 'own'
        ? { period: undefined, from: period.from, to: period.to }
        : { period: name, from: undefined, to: undefined },
      true,
    );
  return (
    <span className="period">
      <Select aria-label={t.period} value={period.name} onChange={(_, data) => choose(data.value)}>
        {PERIODS.map((name) => (
          <option key={name} value={name}>
            {t.periods[name]}
          </option>
        ))}
        <option value="own">{t.periods.own}</option>
      </Select>
      {period.name === 'own' && (
        <>
          <Input
            type="date"
            aria-label={t.from}
            value={period.from}
            max={period.to}
            onChange={(_, data) => data.value && data.value <= period.to && change({ from: data.value })}
          />
          <span aria-hidden="true">–</span>
          <Input
            type="date"
            aria-label={t.to}
            value={period.to}
            min={period.from}
            onChange={(_, data) => data.value && data.value >= period.from && change({ to: data.value })}
          />
        </>
      )}
    </span>
  );
}

function PerDay({ report: { perDay, current } }: { report: Report }) {
  const t = useTexts();
  const format = useFormat();
  const busiest = perDay.toSorted((a, b) => b.created - a.created)[0];
  const summary = [
    t.charts.perDay.summary(format.number(current.created), format.number(current.resolved)),
    ...(busiest && busiest.created > 0
      ? [t.charts.perDay.busiest(format.day(`${busiest.date}T12:00`), format.number(busiest.created))]
      : []),
  ].join(' ');
  return (
    <ChartFrame
      title={t.charts.perDay.title}
      summary={summary}
      columns={[t.day, t.figures.created.name, t.figures.resolved.name]}
      isEmpty={perDay.every(({ created, resolved }) => created + resolved === 0)}
      rows={perDay.map(({ date, created, resolved }) => [
        format.day(`${date}T12:00`),
        format.number(created),
        format.number(resolved),
      ])}
      chart={(width) => (
        <Suspense fallback={<Loading />}>
          <PerDayChart perDay={perDay} width={width} />
        </Suspense>
      )}
    />
  );
}

function Ages({ report: { backlog } }: { report: Report }) {
  const t = useTexts();
  const bars = backlog.ages.map(({ days, count }) => ({ name: t.ages[days], count }));
  const old = backlog.ages
    .filter(({ days }) => days === '7-30' || days === '30-')
    .reduce((sum, { count }) => sum + count, 0);
  const format = useFormat();
  return (
    <Bars
      title={t.charts.ages.title}
      summary={t.charts.ages.summary(format.number(backlog.total), format.number(old))}
      first={t.age}
      bars={bars}
    />
  );
}

function States({ report: { backlog } }: { report: Report }) {
  const m = useMessages();
  const t = useTexts();
  const format = useFormat();
  const bars = backlog.states.map(({ status, count }) => ({ name: stateLabel(m, status), count }));
  const most = bars.toSorted((a, b) => b.count - a.count)[0];
  const summary =
    most && most.count > 0
      ? t.charts.states.summary(most.name, format.number(most.count), format.number(backlog.total))
      : t.charts.states.none;
  return <Bars title={t.charts.states.title} summary={summary} first={t.state} bars={bars} />;
}

function Bars({
  title,
  summary,
  first,
  bars,
}: {
  title: string;
  summary: string;
  first: string;
  bars: { name: string; count: number }[];
}) {
  const t = useTexts();
  const format = useFormat();
  return (
    <ChartFrame
      title={title}
      summary={summary}
      columns={[first, t.tickets]}
      isEmpty={bars.every(({ count }) => count === 0)}
      rows={bars.map(({ name, count }) => [name, format.number(count)])}
      chart={(width) => (
        <Suspense fallback={<Loading />}>
          <BarsChart title={title} bars={bars} width={width} />
        </Suspense>
      )}
    />
  );
}
