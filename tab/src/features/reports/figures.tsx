/** The figures of a period, each beside that of the period before. */

import { ArrowDownRegular, ArrowUpRegular, SubtractRegular } from '@fluentui/react-icons';
import type { Report } from '../../../../api/contract/reports.ts';
import { useFormat } from '../../i18n.tsx';
import { daysOf } from './period.ts';
import { useTexts } from './texts.ts';

/** Minutes as people say them: 45 min, 3 h 20 min, 2 d 4 h. */
export function useDuration(): (minutes: number | null) => string {
  const t = useTexts();
  const format = useFormat();
  return (minutes) => {
    if (minutes === null) return t.none;
    if (minutes < 60) return t.minutes(format.number(Math.round(minutes * 10) / 10));
    const whole = Math.round(minutes);
    if (whole < 24 * 60) return t.hours(Math.floor(whole / 60), whole % 60);
    const hours = Math.round(whole / 60);
    return t.days(Math.floor(hours / 24), hours % 24);
  };
}

interface Card {
  name: string;
  value: string;
  detail?: string;
  now: number | null;
  before: number | null;
  beforeText: string;
  /** Whether less is better, more is better, or neither. */
  better: 'less' | 'more' | 'neither';
}

export function Figures({ report }: { report: Report }) {
  const t = useTexts();
  const format = useFormat();
  const duration = useDuration();
  const { current, previous, backlog } = report;
  const days = daysOf(current);
  const count = (name: 'created' | 'resolved' | 'reopened', better: Card['better']): Card => ({
    name: t.figures[name].name,
    value: format.number(current[name]),
    detail: t.figures[name].text,
    now: current[name],
    before: previous[name],
    beforeText: format.number(previous[name]),
    better,
  });
  const time = (name: 'firstResponse' | 'resolution'): Card => ({
    name: t.figures[name].name,
    value: duration(current[name].medianMinutes),
    detail:
      current[name].count > 0
        ? t.figures[name].text(duration(current[name].p90Minutes), format.number(current[name].count))
        : t.figures.nothingMeasured,
    now: current[name].medianMinutes,
    before: previous[name].medianMinutes,
    beforeText: duration(previous[name].medianMinutes),
    better: 'less',
  });
  const cards = [
    count('created', 'neither'),
    count('resolved', 'more'),
    count('reopened', 'less'),
    time('firstResponse'),
    time('resolution'),
  ];
  return (
    <ul className="figures" aria-label={t.figures.title}>
      {cards.map((card) => (
        <li key={card.name} className="figure-card">
          <span className="figure-name">{card.name}</span>
          <strong className="figure-value">{card.value}</strong>
          <span className="quiet">{card.detail}</span>
          <Change card={card} days={days} />
        </li>
      ))}
      <li className="figure-card">
        <span className="figure-name">{t.figures.open.name}</span>
        <strong className="figure-value">{format.number(backlog.total)}</strong>
        <span className="quiet">{t.figures.open.text}</span>
      </li>
    </ul>
  );
}

/** How much more or less than in the period before, in words and with a sign that does not need colour. */
function Change({ card, days }: { card: Card; days: number }) {
  const t = useTexts();
  const format = useFormat();
  const { now, before, beforeText, better } = card;
  if (now === null || before === null)
    return <span className="figure-change quiet">{t.change.unknown(format.number(days))}</span>;
  const isMore = now > before;
  const isSame = now === before;
  const isGood = better !== 'neither' && !isSame && isMore === (better === 'more');
  const isBad = better !== 'neither' && !isSame && !isGood;
  const percent = before > 0 ? `${format.number(Math.round((Math.abs(now - before) / before) * 100))} %` : '';
  const icon = isSame ? <SubtractRegular /> : isMore ? <ArrowUpRegular /> : <ArrowDownRegular />;
  return (
    <span className={`figure-change${isGood ? ' good' : isBad ? ' bad' : ' quiet'}`}>
      <span aria-hidden="true" className="figure-sign">
        {icon}
      </span>
      {isSame
        ? t.change.same(format.number(days))
        : isMore
          ? t.change.more(percent, beforeText, format.number(days))
          : t.change.less(percent, beforeText, format.number(days))}
    </span>
  );
}
