/** The box to search the tickets of a page. */

import { DismissRegular, SearchRegular } from '@fluentui/react-icons';
import { useIsFetching } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { keys } from '../data.ts';
import { goToContent } from '../focus.ts';
import { useMessages } from '../i18n.tsx';
import { isComposing, useShortcuts } from '../keyboard.ts';
import { usePreferences } from '../preferences.ts';
import './search-box.css';

/** Asks while somebody types: at once, but for one answer at a time, so that it keeps pace with the server. */
export function SearchBox({
  instanceId,
  value,
  onSearch,
}: {
  instanceId: string;
  value: string;
  onSearch: (text: string) => void;
}) {
  const m = useMessages();
  const { hasShortcuts } = usePreferences();
  const [text, setText] = useState(value);
  const input = useRef<HTMLInputElement>(null);
  const isAsking = useIsFetching({ queryKey: keys.lists(instanceId) }) > 0;
  const asked = useRef(value);
  useEffect(() => {
    // What another part of the page has set; what was asked for here is there already.
    if (value !== asked.current) setText(value);
    asked.current = value;
  }, [value]);
  const waiting = useRef<string>(undefined);
  useEffect(() => {
    const next = waiting.current;
    if (isAsking || next === undefined) return;
    waiting.current = undefined;
    if (next === asked.current) return;
    asked.current = next;
    onSearch(next);
  });
  const ask = (next: string) => {
    setText(next);
    waiting.current = next.trim();
  };
  useShortcuts({ '/': () => input.current?.select() }, hasShortcuts);
  return (
    <span className="search-box">
      <SearchRegular aria-hidden="true" />
      <input
        ref={input}
        type="text"
        inputMode="search"
        enterKeyHint="search"
        autoComplete="off"
        aria-label={m.list.search}
        placeholder={m.list.search}
        value={text}
        onChange={(event) => ask(event.target.value)}
        onKeyDown={(event) => {
          if (isComposing(event)) return;
          if (event.key === 'Escape' && text) ask('');
          else if (event.key === 'Escape' || event.key === 'Enter' || event.key === 'ArrowDown') {
            event.preventDefault();
            goToContent();
          }
        }}
      />
      {text && (
        <button type="button" aria-label={m.list.clearSearch} onClick={() => ask('')}>
          <DismissRegular />
        </button>
      )}
    </span>
  );
}
