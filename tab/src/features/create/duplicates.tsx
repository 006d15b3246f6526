import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTold } from '../../announce.tsx';
import { call } from '../../api.ts';
import { keys, type ListFilter } from '../../data.ts';
import { useMessages } from '../../i18n.tsx';
import { stateLabel } from '../../ui/workflow.ts';
import './duplicates.css';

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
  useEffect(() => {
    const timer = setTimeout(() => setAsked(title), 300);
    return () => clearTimeout(timer);
  }, [title]);
  const words = wordsOf(asked);
  const { data = [] } = useQuery({
    queryKey: [...keys.lists(instanceId), 'like', ...words],
    queryFn: ({ signal }) => likelyOf(instanceId, words, signal),
    placeholderData: keepPreviousData,
    enabled: words.length > 0,
  });
  const found = words.length === 0 ? [] : data;
  const { length } = found;
  useTold(length > 0 ? `${m.create.duplicates} ${m.list.count(String(length), length)}` : undefined);
  if (found.length === 0) return null;
  return (
    <section className="duplicates" aria-label={m.create.duplicates}>
      <span className="quiet">{m.create.duplicates}</span>
      {found.map((ticket) => (
        <button key={ticket.id} type="button" className="text-button" onClick={() => onOpen(ticket.ticketNo)}>
          #{ticket.ticketNo} {ticket.title} <span className="quiet">{stateLabel(m, ticket.status)}</span>
        </button>
      ))}
    </section>
  );
}

/** The words of a title that can tell what it is about, the longest first. */
const wordsOf = (title: string): string[] =>
  title
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word.length >= 3)
    .toSorted((left, right) => right.length - left.length);

const MOST_SHOWN = 3;
/** So long are words that can stand anywhere in what is searched. */
const LONG = 4;
/** A word that stands in more titles than this tells nothing. */
const MOST_TELLING = 5;

/** Those that have both of the longest words somewhere; else those whose title has one of the words. */
async function likelyOf(instanceId: string, words: string[], signal: AbortSignal) {
  const find = async (filter: ListFilter) => {
    const input = { ...filter, limit: MOST_SHOWN, orderBy: 'lastInteraction' as const };
    return (await call(instanceId, 'listTickets', input, { signal })).data;
  };
  const pair = words.filter(({ length }) => length >= LONG).slice(0, 2);
  if (pair.length > 0) {
    const { items } = await find({ search: pair.join(' ') });
    if (items.length > 0) return items;
  }
  for (const word of words.slice(0, MOST_SHOWN)) {
    const { items, itemCount } = await find({ title: word });
    const alike = items.filter(({ title }) => wordsOf(title.toLowerCase()).includes(word.toLowerCase()));
    if (alike.length > 0 && itemCount <= MOST_TELLING) return alike;
  }
  return [];
}
