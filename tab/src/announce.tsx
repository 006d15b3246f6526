/** What is told to whoever hears the page: what others see happen where the keyboard is not. Each sentence once. */

import { useEffect } from 'react';
import { createPortal } from 'react-dom';
import { useFormat, useMessages } from './i18n.tsx';
import { cell, useCell } from './store.ts';

const sentences = cell<{ id: number; text: string }[]>([]);
let latestId = 0;

/** So long a sentence stands there; whoever reads the page to its end later does not come upon it. */
const STANDS_MS = 5000;

/** Says a sentence when the screen reader has said what it is saying. */
export function announce(text: string): void {
  const id = ++latestId;
  sentences.set([...sentences.get(), { id, text }]);
  setTimeout(() => sentences.set(sentences.get().filter((one) => one.id !== id)), STANDS_MS);
}

/** Where the sentences stand: beside the app, for a dialog hides the rest of it from screen readers. */
export function Announcements() {
  const all = useCell(sentences);
  return createPortal(
    <div className="hidden" role="status" aria-atomic="false" data-tabster-never-hide="">
      {all.map(({ id, text }) => (
        <p key={id}>{text}</p>
      ))}
    </div>,
    document.body,
  );
}

/** Whoever types goes on before this is over. */
const PAUSE_MS = 1000;

/** Says what has stood on the page for as long as a pause, once. */
export function useTold(text: string | undefined): void {
  useEffect(() => {
    if (!text) return;
    const timer = setTimeout(() => announce(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
}

/** What was asked when the number of tickets was told last: whoever comes back from one of them has not asked anew. */
let latestAsked = '';

/** Says how many tickets there are for what was asked: once somebody has stopped typing, and not again as others work. */
export function useCountTold(asked: string, count: number | undefined): void {
  const m = useMessages();
  const format = useFormat();
  useEffect(() => {
    if (count === undefined || latestAsked === asked) return;
    const timer = setTimeout(() => {
      latestAsked = asked;
      announce(m.list.count(format.number(count), count));
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [asked, count, m, format]);
}
