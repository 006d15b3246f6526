/** Shortcuts: single keys as long as nobody is typing, and those with Ctrl or Cmd. */

import { useEffect, useRef } from 'react';
import { areKeysShown, isPaletteOpen, openCreate } from './signals.ts';

/**
 * What a key does, unless it answers `false`. Keys are as `KeyboardEvent.key` names them, in small letters, with `mod+`
 * for Ctrl (on a Mac Cmd) and `shift+` for what is no sign of its own, such as a letter or an arrow.
 */
export type Shortcuts = Record<string, (event: KeyboardEvent) => unknown>;

/** Whether Cmd is what Ctrl is elsewhere. */
const isMac = /^(Mac|iP)/.test(navigator.platform);

/** A text that names keys, with Cmd where this machine has it instead of Ctrl. */
export const namingKeys = (text: string): string => (isMac ? text.replace(/Ctrl|Strg/, '⌘') : text);

/** Somebody writes, and what is not finished yet is being composed: Enter and Escape belong to that. */
export const isComposing = (event: { nativeEvent: { isComposing: boolean } }): boolean => event.nativeEvent.isComposing;

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) &&
  !(target instanceof HTMLInputElement && /^(checkbox|radio|button)$/.test(target.type));

/** A dialog or a menu lies above the page, and has the keyboard for itself. */
export const isOverlaid = (): boolean => document.querySelector('[aria-modal="true"], [role="menu"]') !== null;

/** A letter, or a part of one, that is not Latin. */
const FOREIGN = /^(?![\p{ASCII}\p{Script=Latin}])[\p{L}\p{M}]$/u;

/** Undefined for what is a key of the browser, of the system, or of a sign that is written with AltGr. */
export function keyName(event: KeyboardEvent): string | undefined {
  if (event.altKey || event.getModifierState('AltGraph') || (isMac ? event.ctrlKey : event.metaKey)) return undefined;
  const isCommand = isMac ? event.metaKey : event.ctrlKey;
  const letter = /^Key([A-Z])$/.exec(event.code)?.[1];
  // Where another script is written, a letter is where it is on a Latin keyboard.
  const isForeign = letter !== undefined && FOREIGN.test(event.key);
  const key = (isForeign ? letter : event.key).toLowerCase();
  const isShifted = event.shiftKey && (key.length > 1 || /\p{L}/u.test(key));
  return `${isCommand ? 'mod+' : ''}${isShifted ? 'shift+' : ''}${key}`;
}

const isCharacter = (name: string): boolean => /^(shift\+)?.$/u.test(name);

/**
 * Listens while the component is there; signs alone do something only where the person wants them to. Of two that know
 * the same key, the one that wants to be asked first has it, else the one mounted last.
 */
export function useShortcuts(shortcuts: Shortcuts, hasCharacters: boolean, isFirst = false): void {
  const listener = useRef<Listener>({ shortcuts, hasCharacters, isFirst });
  Object.assign(listener.current, { shortcuts, hasCharacters, isFirst });
  useEffect(() => {
    const { current } = listener;
    stack.push(current);
    if (stack.length === 1) window.addEventListener('keydown', dispatch);
    return () => {
      stack.splice(stack.indexOf(current), 1);
      if (stack.length === 0) window.removeEventListener('keydown', dispatch);
    };
  }, []);
}

interface Listener {
  shortcuts: Shortcuts;
  hasCharacters: boolean;
  isFirst: boolean;
}

const stack: Listener[] = [];

/** Those that do something on the page as it is. */
export const knownShortcuts = (): Set<string> =>
  new Set(
    stack.flatMap(({ shortcuts, hasCharacters }) =>
      Object.keys(shortcuts).filter((name) => hasCharacters || !isCharacter(name)),
    ),
  );

/** A dialog is on its way: what is typed until it is there is meant for it. */
const isAskedFor = (): boolean => isPaletteOpen.get() || areKeysShown.get() || openCreate.get() !== undefined;

/** Shortcuts that mean nothing to a box in which somebody writes. */
const ALSO_TYPING = ['mod+k'];

function dispatch(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing || event.keyCode === 229) return;
  const name = keyName(event);
  if (name === undefined || (isTyping(event.target) && !ALSO_TYPING.includes(name))) return;
  if (isOverlaid() || isAskedFor()) return;
  // Enter and blank press the button or the link that has the focus.
  const isPress = event.key === 'Enter' || event.key === ' ';
  if (isPress && event.target instanceof Element && event.target.closest('button, a, [role="button"], [role="tab"]'))
    return;
  const inOrder = stack.toReversed().toSorted((left, right) => Number(right.isFirst) - Number(left.isFirst));
  for (const { shortcuts, hasCharacters } of inOrder) {
    const act = isCharacter(name) && !hasCharacters ? undefined : shortcuts[name];
    if (!act || act(event) === false) continue;
    event.preventDefault();
    return;
  }
}
