/** Which tickets are late, or nearly: by the day they are due, and by what was promised about them. */

import type { Ticket } from '../../../api/contract/tickets.ts';
import type { State } from '../../../api/contract/workflow.ts';
import { useFormat, useMessages } from '../i18n.tsx';
import type { Messages } from '../messages/en.ts';
import { useByClock } from './passing-time.tsx';
import { isResolvedState } from './workflow.ts';
import './late.css';

/** What of a ticket says whether it is late. */
type Timed = Pick<Ticket, 'expectedDate' | 'isFrtBreached' | 'isRtBreached' | 'promises'>;
type Format = Pick<ReturnType<typeof useFormat>, 'isOver'>;

/** What is due within so long is nearly due. */
const SOON_MS = 24 * 60 * 60_000;

/** Whether the day it was due has passed while work goes on, as time goes on. */
export function useOverdue({ expectedDate }: Pick<Timed, 'expectedDate'>, state: State | undefined): boolean {
  const format = useFormat();
  return useByClock(() => expectedDate !== '' && format.isOver(expectedDate, Date.now()) && !isResolvedState(state));
}

/** The day it is due, from today's point of view; nothing for one that has none. */
export function DueDay({ ticket, state }: { ticket: Timed; state: State | undefined }) {
  const m = useMessages();
  const format = useFormat();
  const { expectedDate } = ticket;
  const isLate = useOverdue(ticket, state);
  useByClock(format.today);
  if (!expectedDate) return null;
  const full = format.dueInFull(expectedDate);
  return (
    <span
      className={`nowrap ${isLate ? 'late' : 'quiet'}`}
      title={isLate ? `${m.ticket.changeOf(m.list.overdue)} ${full}` : full}
    >
      {format.due(expectedDate)}
    </span>
  );
}

/** What makes a ticket late, or nearly, by the name of the sentence that says so. */
type Sign = Exclude<keyof Messages['late'], 'soon'>;

const isLateSign = (sign: Sign): boolean => !sign.endsWith('Soon');

/** What is late comes first; none when the ticket has time, or is done. */
function signsOf(ticket: Timed, state: State | undefined, format: Format): Sign[] {
  if (!state || isResolvedState(state)) return [];
  const now = Date.now();
  const signs: Sign[] = [];
  const { expectedDate, promises = {} } = ticket;
  if (expectedDate) {
    if (format.isOver(expectedDate, now)) signs.push('due');
    else if (format.isOver(expectedDate, now + SOON_MS)) signs.push('dueSoon');
  }
  for (const promise of ['frt', 'rt'] as const) {
    const { dueOn = '', warnOn } = promises[promise] ?? {};
    const isBroken = promise === 'frt' ? ticket.isFrtBreached : ticket.isRtBreached;
    if (isBroken || (dueOn && Date.parse(dueOn) < now)) signs.push(promise);
    else if (warnOn && Date.parse(warnOn) < now) signs.push(`${promise}Soon`);
  }
  return signs.toSorted((left, right) => Number(isLateSign(right)) - Number(isLateSign(left)));
}

interface Lateness {
  kind: 'late' | 'soon';
  /** All that makes it so, a sentence each. */
  reasons: string[];
}

function wordsFor(kind: Lateness['kind'], ticket: Timed, m: Messages): string {
  if (kind === 'soon') return m.late.soon;
  return ticket.isRtBreached ? m.filter.isRtBreached : ticket.isFrtBreached ? m.filter.isFrtBreached : m.list.overdue;
}

const kindOf = ([first]: Sign[]): Lateness['kind'] | undefined => first && (isLateSign(first) ? 'late' : 'soon');

/** That a ticket is late or nearly, in a word or two; undefined when it has time, or is done. */
export function lateText(ticket: Timed, state: State | undefined, m: Messages, format: Format): string | undefined {
  const kind = kindOf(signsOf(ticket, state, format));
  return kind && wordsFor(kind, ticket, m);
}

/** Whether a ticket is late or nearly, and why, as time goes on. */
function useLateness(ticket: Timed, state: State | undefined): Lateness | undefined {
  const m = useMessages();
  const format = useFormat();
  const signs = useByClock(() => signsOf(ticket, state, format).join());
  const { expectedDate, promises = {} } = ticket;
  const reasonOf = (sign: Sign) => {
    const promise = promises[sign.startsWith('frt') ? 'frt' : 'rt'];
    return m.late[sign](sign.startsWith('due') ? format.dueInFull(expectedDate) : format.full(promise?.dueOn ?? ''));
  };
  const all = signs.split(',').filter(Boolean) as Sign[];
  const kind = kindOf(all);
  return kind && { kind, reasons: all.map(reasonOf) };
}

/** A clock: filled when the ticket is late, empty when it nearly is, none when it has time. */
export function LateSign({ ticket, state }: { ticket: Timed; state: State | undefined }) {
  const lateness = useLateness(ticket, state);
  if (!lateness) return null;
  const { kind, reasons } = lateness;
  return (
    <span className={`late-sign ${kind}`} role="img" aria-label={reasons.join('. ')} title={reasons.join('\n')}>
      <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
        <circle cx="8" cy="8" r={kind === 'late' ? 7.5 : 6.5} className={kind === 'late' ? 'fill' : 'ring'} />
        <path d="M8 4v4.2l2.6 1.8" className="hands" />
      </svg>
    </span>
  );
}

/** The same in words, where there is room. */
export function LateMark({ ticket, state }: { ticket: Timed; state: State | undefined }) {
  const m = useMessages();
  const lateness = useLateness(ticket, state);
  if (!lateness) return null;
  const { kind, reasons } = lateness;
  return (
    <span className={`late-mark ${kind}`} title={reasons.join('\n')}>
      {wordsFor(kind, ticket, m)}
      <span className="hidden">. {reasons.join('. ')}</span>
    </span>
  );
}
