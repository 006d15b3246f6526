import { useDeferredValue, useEffect, useState } from 'react';
import { useTicketSearch } from '../../data.ts';
import { useMessages } from '../../i18n.tsx';
import { stateLabel } from '../../ui/workflow.ts';
import './duplicates.css';

/** How long a title is before others like it are looked for. */
const TELLING = 4;

/** Tickets that may be about the same. */
export function Duplicates({
  instanceId,
  title,
  onOpen,
}: {
  instanceId: string;
  title: string;
  onOpen: (ticketNo: number) => void;
}) {
  const m = useMessages();
  const [asked, setAsked] = useState('');
  const deferred = useDeferredValue(title);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(tellingWords(deferred)), 300);
    return () => clearTimeout(timer);
  }, [deferred]);
  const { data = [] } = useTicketSearch(instanceId, asked, 3, asked.length >= TELLING);
  if (asked.length < TELLING || data.length === 0) return null;
  return (
    <section className="duplicates" aria-label={m.create.duplicates} aria-live="polite">
      <span className="quiet">{m.create.duplicates}</span>
      {data.map((ticket) => (
        <button key={ticket.id} type="button" className="text-button" onClick={() => onOpen(ticket.ticketNo)}>
          #{ticket.ticketNo} {ticket.title} <span className="quiet">{stateLabel(m, ticket.status)}</span>
        </button>
      ))}
    </section>
  );
}

/** The longest words of a title: those that tell what it is about. Every one of them must occur. */
function tellingWords(title: string): string {
  const words = title.split(/[^\p{L}\p{N}]+/u).filter((word) => word.length >= TELLING);
  return words
    .toSorted((left, right) => right.length - left.length)
    .slice(0, 2)
    .join(' ');
}
