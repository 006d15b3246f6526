/** How a help desk is doing: figures, charts, groups, for a period that the person chooses. */

import { Button, Input, Select } from '@fluentui/react-components';
import { FilterDismissRegular } from '@fluentui/react-icons';
import { Suspense, useEffect, useRef, useState } from 'react';
import type { Report } from '../../../../api/contract/reports.ts';
import { useAddress } from '../../address.ts';
import { ApiError } from '../../api.ts';
import { useMe } from '../../data.ts';
import { useFormat, useMessages } from '../../i18n.tsx';
import { FilterBar } from '../../ui/filter-bar.tsx';
import { useValueText } from '../../ui/filter-text.ts';
import { lazily } from '../../ui/lazily.tsx';
import { useToday } from '../../ui/passing-time.tsx';
import { Empty, Failed, Loading } from '../../ui/states.tsx';
import { ChartFrame } from './chart-frame.tsx';
import { REPORT_FILTERS, reportFilterOf, useReport, type Wish } from './data.ts';
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
  const m = useMessages();
  const me = useMe();
  const format = useFormat();
  const { params, change } = useAddress();
  const title = useRef<HTMLHeadingElement>(null);
  const { timezone } = format;
  useToday();
  const period = periodOf(params, timezone);
  const wish: Wish = { period, timezone, filter: reportFilterOf(params, me.id, timezone) };
  const only = useOnly(instanceId, params);
  const { data: report, error, refetch, isPlaceholderData } = useReport(instanceId, wish);
  const failure = error && isTooMuch(error) ? new Error(t.tooMuch) : error;
  const clear = () => change(Object.fromEntries(REPORT_FILTERS.map((name) => [name, undefined])), true);
  return (
    <div className="report-scroll">
      <div className="report" aria-busy={isPlaceholderData}>
        <header className="report-head">
          <h1 ref={title} tabIndex={-1}>
            {t.title}
          </h1>
          <PeriodPicker period={period} />
        </header>
        <p className="quiet report-for">{t.forWhom(format.day(period.from), format.day(period.to))}</p>
        <FilterBar
          instanceId={instanceId}
          params={params}
          isOffered={isFilter}
          onChange={(name, value) => change({ [name]: value }, true)}
          onClear={clear}
        />
        <output className="report-only">{only}</output>
        {failure && <Failed error={failure} retry={() => void refetch()} />}
        {!error && !report && <Loading />}
        {report && (
          <>
            <Figures report={report} />
            {only && hasNothing(report) ? (
              <Empty icon={<FilterDismissRegular />} title={t.noMatch} text={t.noMatchText}>
                <Button
                  onClick={() => {
                    // The button goes with the filter, and the keyboard would be nowhere.
                    title.current!.focus();
                    clear();
                  }}
                >
                  {m.list.clearFilters}
                </Button>
              </Empty>
            ) : (
              <>
                <div className="chart-pair">
                  <PerDay report={report} only={only} />
                  <Ages report={report} only={only} />
                  <States report={report} only={only} />
                </div>
                <Groups instanceId={instanceId} wish={wish} only={only} />
              </>
            )}
            <p className="quiet">{t.asOf(format.full(report.asOf))}</p>
          </>
        )}
      </div>
    </div>
  );
}

/** Whether the server refused the period, or the number of its tickets, which belongs to no field. */
const isTooMuch = (error: Error): boolean =>
  error instanceof ApiError &&
  error.code === 'invalid_input' &&
  error.errors.every(({ field }) => field === 'from' || field === 'to');

const isFilter = (name: string): boolean => REPORT_FILTERS.some((one) => one === name);

/** Which tickets the figures are of, in a sentence; undefined for all. */
function useOnly(instanceId: string, params: URLSearchParams): string | undefined {
  const t = useTexts();
  const m = useMessages();
  const asked = (name: string) => params.get(name) ?? '';
  const texts = {
    assigneeId: useValueText(instanceId, 'assigneeId', asked('assigneeId')),
    requestorId: useValueText(instanceId, 'requestorId', asked('requestorId')),
    priority: useValueText(instanceId, 'priority', asked('priority')),
    tags: useValueText(instanceId, 'tags', asked('tags')),
  };
  const parts = REPORT_FILTERS.filter((name) => texts[name]).map((name) => t.filter(m.filter[name], texts[name]));
  return parts.length > 0 ? t.only(parts.join('; ')) : undefined;
}

/** Whether there is no ticket to tell of, in the period or now. */
const hasNothing = ({ current, backlog }: Report): boolean =>
  [current.created, current.resolved, current.reopened, current.firstResponse.count, backlog.total].every(
    (n) => n === 0,
  );

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
          <DayInput label={t.from} day={period.from} to={period.to} onChange={(from) => change({ from }, true)} />
          <span aria-hidden="true">–</span>
          <DayInput label={t.to} day={period.to} from={period.from} onChange={(to) => change({ to }, true)} />
        </>
      )}
    </span>
  );
}

interface DayProps {
  label: string;
  day: string;
  from?: string;
  to?: string;
  onChange: (day: string) => void;
}

/** A day of the period. While it is typed it may be none yet, or a year that began with a 2: that stays until it is left. */
function DayInput({ label, day, from = '1970-01-01', to = '9000-01-01', onChange }: DayProps) {
  const [text, setText] = useState(day);
  useEffect(() => setText(day), [day]);
  return (
    <Input
      type="date"
      aria-label={label}
      value={text}
      min={from}
      max={to}
      onChange={(_, { value }) => {
        setText(value);
        if (value >= from && value <= to) onChange(value);
      }}
      onBlur={() => setText(day)}
    />
  );
}

interface ChartProps {
  report: Report;
  only: string | undefined;
}

function PerDay({ report: { perDay, current }, only }: ChartProps) {
  const t = useTexts();
  const format = useFormat();
  const busiest = perDay.toSorted((a, b) => b.created - a.created)[0];
  const summary = [
    t.charts.perDay.summary(format.number(current.created), format.number(current.resolved)),
    ...(busiest && busiest.created > 0
      ? [t.charts.perDay.busiest(format.day(busiest.date), format.number(busiest.created))]
      : []),
  ].join(' ');
  return (
    <ChartFrame
      title={t.charts.perDay.title}
      summary={summary}
      only={only}
      columns={[t.day, t.figures.created.name, t.figures.resolved.name]}
      isEmpty={perDay.every(({ created, resolved }) => created + resolved === 0)}
      rows={perDay.map(({ date, created, resolved }) => [
        format.day(date),
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

function Ages({ report: { backlog }, only }: ChartProps) {
  const t = useTexts();
  const bars = backlog.ages.map(({ days, count }) => ({ name: t.ages[days], count }));
  const old = backlog.ages
    .filter(({ days }) => days === '7-30' || days === '30-')
    .reduce((sum, { count }) => sum + count, 0);
  const format = useFormat();
  return (
    <Bars
      title={t.charts.ages.title}
      summary={
        backlog.total > 0
          ? t.charts.ages.summary(format.number(backlog.total), format.number(old))
          : t.charts.states.none
      }
      only={only}
      first={t.age}
      bars={bars}
    />
  );
}

function States({ report: { backlog }, only }: ChartProps) {
  const m = useMessages();
  const t = useTexts();
  const format = useFormat();
  const bars = backlog.states.map(({ status, count }) => ({ name: stateLabel(m, status), count }));
  const most = bars.toSorted((a, b) => b.count - a.count)[0];
  const summary =
    most && most.count > 0
      ? t.charts.states.summary(most.name, format.number(most.count), format.number(backlog.total))
      : t.charts.states.none;
  return <Bars title={t.charts.states.title} summary={summary} only={only} first={t.state} bars={bars} />;
}

function Bars({
  title,
  summary,
  only,
  first,
  bars,
}: {
  title: string;
  summary: string;
  only: string | undefined;
  first: string;
  bars: { name: string; count: number }[];
}) {
  const t = useTexts();
  const format = useFormat();
  return (
    <ChartFrame
      title={title}
      summary={summary}
      only={only}
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
