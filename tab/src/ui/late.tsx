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
type Format = Pick<ReturnType<typeof useFormat>, 'dueEnd' | 'dueInFull' | 'full'>;

const MINUTE_MS = 60_000;
/** What is due within so long is nearly due. */
const SOON_MS = 24 * 60 * MINUTE_MS;

/** Whether the day it was due has passed while work goes on, as time goes on. */
export function useOverdue({ expectedDate }: Pick<Timed, 'expectedDate'>, state: State | undefined): boolean {
  const format = useFormat();
  return useByClock(() => expectedDate !== '' && format.dueEnd(expectedDate) < Date.now() && !isResolvedState(state));
}

/** The day it is due, from today's point of view; nothing for one that has none. */
export function DueDay({ ticket, state }: { ticket: Timed; state: State | undefined }) {
  const m = useMessages();
  const format = useFormat();
  const { expectedDate } = ticket;
  const isLate = useOverdue(ticket, state);
  const text = useByClock(() => format.due(expectedDate));
  if (!expectedDate) return null;
  const full = format.dueInFull(expectedDate);
  return (
    <span
      className={`nowrap ${isLate ? 'late' : 'quiet'}`}
      title={isLate ? `${m.ticket.changeOf(m.list.overdue)} ${full}` : full}
    >
      {text}
    </span>
  );
}

interface Lateness {
  kind: 'late' | 'soon';
  /** All that makes it so, a sentence each. */
  reasons: string[];
}

/** Whether a ticket is late or nearly, and why; undefined when it has time, or is done. */
function latenessOf(ticket: Timed, state: State, m: Messages, format: Format): Lateness | undefined {
  if (isResolvedState(state)) return undefined;
  const now = Date.now();
  const late: string[] = [];
  const soon: string[] = [];
  const { expectedDate, promises = {} } = ticket;
  if (expectedDate) {
    const end = format.dueEnd(expectedDate);
    if (end < now) late.push(m.late.due(format.dueInFull(expectedDate)));
    else if (end < now + SOON_MS) soon.push(m.late.dueSoon(format.dueInFull(expectedDate)));
  }
  for (const promise of ['frt', 'rt'] as const) {
    const { dueOn = '', warnOn } = promises[promise] ?? {};
    const isBroken = promise === 'frt' ? ticket.isFrtBreached : ticket.isRtBreached;
    if (isBroken || (dueOn && Date.parse(dueOn) < now)) late.push(m.late[promise](format.full(dueOn)));
    else if (warnOn && Date.parse(warnOn) < now) soon.push(m.late[`${promise}Soon`](format.full(dueOn)));
  }
  if (late.length > 0) return { kind: 'late', reasons: [...late, ...soon] };
  return soon.length > 0 ? { kind: 'soon', reasons: soon } : undefined;
}

function wordsFor(kind: Lateness['kind'], ticket: Timed, m: Messages): string {
  if (kind === 'soon') return m.late.soon;
  return ticket.isRtBreached ? m.filter.isRtBreached : ticket.isFrtBreached ? m.filter.isFrtBreached : m.list.overdue;
}

/** That a ticket is late or nearly, in a word or two; undefined when it has time, or is done. */
export function lateText(ticket: Timed, state: State | undefined, m: Messages, format: Format): string | undefined {
  const lateness = state && latenessOf(ticket, state, m, format);
  return lateness && wordsFor(lateness.kind, ticket, m);
}

/** Whether a ticket is late or nearly, as time goes on. */
function useLateness(ticket: Timed, state: State | undefined): Lateness | undefined {
  const m = useMessages();
  const format = useFormat();
  useByClock(() => Math.floor(Date.now() / MINUTE_MS));
  return state && latenessOf(ticket, state, m, format);
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
