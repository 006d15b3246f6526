/** Shortcuts of single keys, as long as nobody is typing. */

import { useEffect, useRef } from 'react';

/** What a key does; the keys are as `KeyboardEvent.key` names them, in small letters, with `mod+` for Ctrl or Cmd. */
export type Shortcuts = Record<string, (event: KeyboardEvent) => void>;

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) &&
  !(target instanceof HTMLInputElement && /^(checkbox|radio|button)$/.test(target.type));

/** A dialog or a menu lies above the page, and has the keyboard for itself. */
export const isOverlaid = (): boolean => document.querySelector('[aria-modal="true"], [role="menu"]') !== null;

/** Listens while the component is there. Of two that know the same key, the one mounted last has it. */
export function useShortcuts(shortcuts: Shortcuts, isEnabled = true): void {
  const latest = useRef(shortcuts);
  latest.current = shortcuts;
  useEffect(() => {
    if (!isEnabled) return;
    const one = (event: KeyboardEvent): boolean => {
      const act = latest.current[`${event.ctrlKey || event.metaKey ? 'mod+' : ''}${event.key.toLowerCase()}`];
      if (!act) return false;
      event.preventDefault();
      act(event);
      return true;
    };
    stack.push(one);
    if (stack.length === 1) window.addEventListener('keydown', dispatch);
    return () => {
      stack.splice(stack.indexOf(one), 1);
      if (stack.length === 0) window.removeEventListener('keydown', dispatch);
    };
  }, [isEnabled]);
}

const stack: ((event: KeyboardEvent) => boolean)[] = [];

function dispatch(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.altKey || event.isComposing) return;
  const isCommand = event.ctrlKey || event.metaKey;
  if (!isCommand && isTyping(event.target)) return;
  if (isOverlaid()) return;
  // Enter and blank press the button or the link that has the focus.
  const isPress = event.key === 'Enter' || event.key === ' ';
  if (isPress && event.target instanceof Element && event.target.closest('button, a, [role="button"], [role="tab"]'))
    return;
  for (const one of stack.toReversed()) if (one(event)) return;
}
