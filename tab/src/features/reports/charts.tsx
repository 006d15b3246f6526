/** The charts themselves; the only file that knows the library, which is loaded when a report is looked at. */

import { GroupedVerticalBarChart, LineChart, VerticalBarChart } from '@fluentui/react-charts';
import type { Report, ReportGroup } from '../../../../api/contract/reports.ts';
import { useFormat } from '../../i18n.tsx';
import { useTexts } from './texts.ts';

/** What comes in and what goes out; told apart by lightness too, in each of the themes. */
const COLOURS = { created: 'var(--reportCreated)', resolved: 'var(--reportResolved)', open: 'var(--reportOpen)' };

const HEIGHT = 240;
const MARGINS = { top: 16, bottom: 32, left: 36, right: 16 };
/** So many groups have room side by side; the table has all. */
const LEGIBLE = 12;
const WIDE_ENOUGH = 70;

const dateOf = (day: string): Date => new Date(`${day}T00:00`);

/** Whole numbers only, from nought: there is no half a ticket. */
const scaleOf = (most: number) => {
  const max = Math.max(4, most);
  return {
    yMinValue: 0,
    yMaxValue: max,
    yAxisTickCount: 4,
    yAxisTickFormat: (value: number) => (Number.isInteger(value) ? String(value) : ''),
  };
};

export function PerDayChart({ perDay, width }: { perDay: Report['perDay']; width: number }) {
  const t = useTexts();
  const format = useFormat();
  const line = (name: 'created' | 'resolved') => ({
    legend: t.figures[name].name,
    color: COLOURS[name],
    data: perDay.map((day) => ({
      x: dateOf(day.date),
      y: day[name],
      xAxisCalloutData: format.day(`${day.date}T12:00`),
    })),
    lineOptions: { strokeWidth: name === 'created' ? 2 : 3, ...(name === 'created' && { strokeDasharray: '6 3' }) },
  });
  const ticks = Math.max(2, Math.min(perDay.length, Math.floor(width / 90)));
  const step = Math.max(1, Math.ceil(perDay.length / ticks));
  return (
    <LineChart
      data={{ chartTitle: t.charts.perDay.title, lineChartData: [line('created'), line('resolved')] }}
      width={width}
      height={HEIGHT}
      margins={MARGINS}
      tickValues={perDay.filter((_, index) => index % step === 0).map(({ date }) => dateOf(date))}
      customDateTimeFormatter={(date: Date) => format.day(date.toISOString()).replace(/,? \d{4}$/, '')}
      enablePerfOptimization
      {...scaleOf(Math.max(...perDay.flatMap(({ created, resolved }) => [created, resolved]), 0))}
    />
  );
}

interface Bar {
  name: string;
  count: number;
}

/** A bar for each of a few names, in their order. */
export function BarsChart({ title, bars, width }: { title: string; bars: Bar[]; width: number }) {
  const format = useFormat();
  return (
    <VerticalBarChart
      chartTitle={title}
      data={bars.map(({ name, count }) => ({
        x: name,
        y: count,
        legend: name,
        color: COLOURS.open,
        barLabel: format.number(count),
      }))}
      width={width}
      height={HEIGHT}
      margins={MARGINS}
      barWidth={Math.min(48, Math.floor((width - 80) / Math.max(bars.length, 1) / 1.6))}
      maxBarWidth={48}
      hideLegend
      useSingleColor
      colors={[COLOURS.open]}
      wrapXAxisLables
      {...scaleOf(Math.max(...bars.map(({ count }) => count), 0))}
    />
  );
}

/** A name that fits into two lines of so many letters. */
function shortOf(name: string, room: number): string {
  const words = name.split(/\s+/).map((word) => (word.length > room ? `${word.slice(0, room - 1)}…` : word));
  const short = words.join(' ');
  return short.length > room * 2 ? `${short.slice(0, room * 2 - 1).trimEnd()}…` : short;
}

/** A wide letter of an axis, so that two names do not touch. */
const LETTER_WIDTH = 7.5;

/** Created and resolved of each group, the largest groups. */
export function GroupsChart({ title, groups, width }: { title: string; groups: ReportGroup[]; width: number }) {
  const t = useTexts();
  const shown = groups.slice(0, Math.max(3, Math.min(LEGIBLE, Math.floor(width / WIDE_ENOUGH))));
  const series = (group: ReportGroup, name: 'created' | 'resolved') => ({
    key: name,
    data: group[name],
    color: COLOURS[name],
    legend: t.figures[name].name,
    xAxisCalloutData: group.label,
  });
  const room = Math.max(4, Math.floor(width / shown.length / LETTER_WIDTH));
  return (
    <GroupedVerticalBarChart
      chartTitle={title}
      data={shown.map((group, index) => ({
        // Bars of one name would stand on each other, so what is not seen tells them apart.
        name: shortOf(group.label, room) + '\u200b'.repeat(index),
        series: [series(group, 'created'), series(group, 'resolved')],
      }))}
      width={width}
      height={HEIGHT + 30}
      margins={{ ...MARGINS, bottom: 48 }}
      maxBarWidth={28}
      barWidth="auto"
      wrapXAxisLables
      {...scaleOf(Math.max(...shown.flatMap(({ created, resolved }) => [created, resolved]), 0))}
    />
  );
}
