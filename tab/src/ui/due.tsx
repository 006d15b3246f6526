/** The day by which something is expected: a few usual ones, or any. */

import { Popover, PopoverSurface, PopoverTrigger } from '@fluentui/react-components';
import { useState } from 'react';
import { useFormat, useMessages } from '../i18n.tsx';
import './pick.css';
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

/** When the work of a day ends. */
export function endOfDay(day: Date): Date {
  const date = new Date(day);
  date.setHours(END_OF_DAY, 0, 0, 0);
  return date;
}

function inDays(days: number): Date {
  const date = new Date();
  date.setDate(date.getDate() + days);
  return endOfDay(date);
}

/** The usual days, each with the date that it is. */
export function useDueOptions(): { date: Date; text: string; detail: string }[] {
  const m = useMessages();
  const format = useFormat();
  return [
    { text: m.time.today, days: 0 },
    { text: m.time.tomorrow, days: 1 },
    { text: m.time.inDays(7), days: 7 },
  ].map(({ text, days }) => {
    const date = inDays(days);
    return { text, date, detail: format.day(date.toISOString()) };
  });
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
  const options = useDueOptions();
  const [isOpen, setOpen] = useState(false);
  const [own, setOwn] = useState('');
  const shown = format.day(value) || m.common.none;
  if (isReadOnly) return <span className={`inline-text${isLate ? ' late' : ''}`}>{shown}</span>;
  const choose = (date: Date | null) => {
    setOpen(false);
    onChange(date?.toISOString() ?? null);
  };
  return (
    <Popover
      open={isOpen}
      onOpenChange={(_, { open }) => {
        setOpen(open);
        setOwn(localText(value) || localText(inDays(1).toISOString()));
      }}
      positioning={{ position: 'below', align: 'start', offset: 4, overflowBoundaryPadding: 8 }}
      trapFocus
    >
      <PopoverTrigger disableButtonEnhancement>
        <button
          id={id}
          type="button"
          className={`inline-button${value ? '' : ' quiet'}${isLate ? ' late' : ''}`}
          title={format.dueInFull(value)}
          aria-label={`${m.field.expectedDate}: ${format.dueInFull(value) || m.common.none}`}
        >
          {shown}
        </button>
      </PopoverTrigger>
      <PopoverSurface className="pick-surface due-surface" aria-label={m.field.expectedDate}>
        {options.map(({ text, date, detail }) => (
          <button key={text} type="button" className="pick-option" onClick={() => choose(date)}>
            <span>{text}</span>
            <span className="pick-detail">{detail}</span>
          </button>
        ))}
        {value && (
          <button type="button" className="pick-option" onClick={() => choose(null)}>
            {m.ticket.noDue}
          </button>
        )}
        <form
          className="due-form"
          onSubmit={(event) => {
            event.preventDefault();
            if (own) choose(new Date(own));
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
      </PopoverSurface>
    </Popover>
  );
}
