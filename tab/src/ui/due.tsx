/** The day by which something is expected: one of the next, or any. */

import { useState } from 'react';
import { useFormat, useMessages } from '../i18n.tsx';
import { type ListProps, PickPopover } from './pick.tsx';
import './due.css';

interface Props {
  id?: string;
  value: string;
  isLate?: boolean;
  isReadOnly?: boolean;
  onChange: (instant: string | null) => void;
}

/** The hour at which a day's work ends, for whoever picks only the day. */
const END_OF_DAY = 17;

const WEEK = 7;

/** When the work of a day ends. */
function endOfDay(day: Date): Date {
  const date = new Date(day);
  date.setHours(END_OF_DAY, 0, 0, 0);
  return date;
}

function inDays(days: number): Date {
  const date = new Date();
  date.setDate(date.getDate() + days);
  return endOfDay(date);
}

/** What stands for no day at all. */
const NO_DUE = 'none';

/** What a day of the list stands for. */
export const dueOf = (key: string): string | null => (key === NO_DUE ? null : key);

/** The days of a week by their names, so that a few letters of one find it, and any other one by typing it. */
export function useDueList(hasNone: boolean): Pick<ListProps, 'options' | 'freeText' | 'emptyText'> {
  const m = useMessages();
  const format = useFormat();
  const nameOf = (date: Date, days: number) =>
    [m.time.today, m.time.tomorrow][days] ?? (days === WEEK ? m.time.inDays(days) : format.weekday(date.toISOString()));
  const options = Array.from({ length: WEEK + 1 }, (_, days) => {
    const date = inDays(days);
    return { key: date.toISOString(), text: nameOf(date, days), detail: format.day(date.toISOString()) };
  });
  return {
    options: [...options, ...(hasNone ? [{ key: NO_DUE, text: m.ticket.noDue }] : [])],
    freeText: (typed) => {
      const day = format.typedDay(typed);
      return day ? { key: endOfDay(new Date(`${day}T12:00`)).toISOString(), text: format.day(day) } : undefined;
    },
    emptyText: m.filter.typeDay,
  };
}

/** As a field of a form wants it: local, to the minute. */
export function localText(instant: string): string {
  if (!instant) return '';
  const date = new Date(instant);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

export function DueInput({ id, value, isLate = false, isReadOnly = false, onChange }: Props) {
  const m = useMessages();
  const format = useFormat();
  const list = useDueList(value !== '');
  const [isOpen, setOpen] = useState(false);
  const [own, setOwn] = useState('');
  const shown = format.day(value) || m.common.none;
  if (isReadOnly) return <span className={`inline-text${isLate ? ' late' : ''}`}>{shown}</span>;
  return (
    <PickPopover
      {...list}
      label={m.field.expectedDate}
      isOpen={isOpen}
      onOpenChange={(open) => {
        setOpen(open);
        setOwn(localText(value) || localText(inDays(1).toISOString()));
      }}
      onPick={(key) => onChange(dueOf(key))}
      trigger={
        <button
          id={id}
          type="button"
          className={`inline-button${value ? '' : ' quiet'}${isLate ? ' late' : ''}`}
          title={format.dueInFull(value)}
          aria-label={`${m.field.expectedDate}: ${format.dueInFull(value) || m.common.none}`}
        >
          {shown}
        </button>
      }
      footer={
        <form
          className="due-form"
          onSubmit={(event) => {
            event.preventDefault();
            if (!own) return;
            setOpen(false);
            onChange(new Date(own).toISOString());
          }}
        >
          <input
            type="datetime-local"
            className="inline-input boxed"
            aria-label={m.field.expectedDate}
            value={own}
            onChange={(event) => setOwn(event.target.value)}
          />
          <button type="submit" className="text-button">
            {m.ticket.setDue}
          </button>
        </form>
      }
    />
  );
}
