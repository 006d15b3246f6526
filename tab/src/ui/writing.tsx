/** Where formatted text is written: the editor, and a plain box that takes what is typed until it has been loaded. */

import { useEffect, useRef, useState } from 'react';
import type Editor from './editor.tsx';
import type { EditorProps } from './editor.tsx';
import './writing.css';

let loaded: typeof Editor | undefined;

/** Fetches the editor before somebody writes. */
export async function loadEditor(): Promise<void> {
  loaded ??= (await import('./editor.tsx')).default;
}

/** The editor, which goes on with what was typed before it was there. */
export function Writing(props: EditorProps) {
  const { html, label, placeholder, isFocused, isBusy, onChange, onSubmit, onEscape } = props;
  const [isLoaded, setLoaded] = useState(loaded !== undefined);
  const first = useRef(html);
  const [typed, setTyped] = useState('');
  useEffect(() => {
    // Where it cannot be fetched the plain box stays.
    if (!isLoaded)
      loadEditor().then(
        () => setLoaded(true),
        () => undefined,
      );
  }, [isLoaded]);
  const whole = first.current + asHtml(typed);
  if (isLoaded && loaded) {
    const Loaded = loaded;
    return <Loaded {...props} html={typed ? whole : html} />;
  }
  return (
    <div className="editor">
      <textarea
        className="inline-input boxed plain-editor"
        aria-label={label}
        placeholder={placeholder}
        // biome-ignore lint/a11y/noAutofocus: the person has just asked for it
        autoFocus={isFocused}
        value={typed}
        readOnly={isBusy}
        onChange={({ target }) => {
          setTyped(target.value);
          const next = first.current + asHtml(target.value);
          onChange(next, next === '');
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) onSubmit();
          if (event.key === 'Escape') onEscape?.();
        }}
      />
    </div>
  );
}

/** Plain text as the editor would have written it. */
const asHtml = (text: string): string => {
  if (text === '') return '';
  // A blank at the end would be dropped, and the next word written without it.
  const safe = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replace(/ $/, '&nbsp;');
  return safe
    .split('\n')
    .map((line) => `<p>${line}</p>`)
    .join('');
};
