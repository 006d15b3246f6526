/**
 * The way back: by the browser's button, a gesture or Teams. It first closes what lies above the page, then leads to the
 * page before, which is found as it was left.
 */

import { useEffect, useRef, useState } from 'react';
import type { BaseLocationHook } from 'wouter';
import { navigate, useBrowserLocation } from 'wouter/use-browser-location';
import { isOverlaid } from './keyboard.ts';

/** What an entry of the browser's history says of itself. */
interface Entry {
  /** How many pages of the tab lie before it. */
  depth: number;
  id: string;
  /** It was put there for what lies above its page, so that Back closes that and not the page. */
  isAbove?: boolean;
}

const entry = (): Entry => ({ depth: 0, id: '', ...history.state });

/** Whether Back stays inside the tab. */
export const hasBack = (): boolean => entry().depth > 0;

let shown = entry();

function put(to: string, isReplacing: boolean, state: Entry): void {
  navigate(to, { replace: isReplacing, state });
  shown = entry();
}

function step(to: string, { replace: isReplacing = false } = {}): void {
  const here = entry();
  if (isReplacing) put(to, true, here);
  else {
    keep(here.id);
    // What was put there for a menu or a dialog is taken by the page that it leads to.
    put(to, here.isAbove ?? false, { depth: here.depth + 1, id: crypto.randomUUID() });
    setTimeout(guard);
  }
}

/** The browser's address, whose every entry knows how deep in the tab it is. */
export const useSteps: BaseLocationHook = () => [useBrowserLocation()[0], step];

/** Only who has no Escape key closes by Back; others would only lose their way forward. */
const IS_TOUCH = matchMedia('(pointer: coarse)');

/** Gives Back something to take away while something lies above the page. */
function guard(): void {
  const here = entry();
  if (IS_TOUCH.matches && isOverlaid() && !here.isAbove) put(location.href, false, { ...here, isAbove: true });
}

function closeUppermost(): void {
  const above = [...document.querySelectorAll('[aria-modal="true"], [role="menu"]')].at(-1);
  const target = above?.contains(document.activeElement) ? document.activeElement : above;
  target?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true, cancelable: true }));
}

/** Watches for what comes to lie above the page, and for the way back. */
export function watchBack(): void {
  new MutationObserver(guard).observe(document.body, { childList: true });
  addEventListener('popstate', () => {
    const left = shown;
    shown = entry();
    if (isOverlaid()) {
      closeUppermost();
      // A dialog may be below the list that was closed, or one that must be answered.
      setTimeout(guard);
    } else if (left.isAbove && !shown.isAbove && left.depth === shown.depth) history.back();
  });
}

/** A step back by the button of Teams on a phone; false when there is none, and Teams leaves the tab. */
export function stepBack(): boolean {
  if (isOverlaid()) closeUppermost();
  else if (hasBack()) history.back();
  else return false;
  return true;
}

/** Browsers remember about as many steps; a page that stays open for days takes thousands. */
const MOST_KEPT = 50;
/** What is found again, by the entry of the history, and then by its name. */
const kept = new Map<string, Map<string, unknown>>();
const readers = new Map<string, () => unknown>();

function keep(id: string): void {
  // The one that was left last comes last.
  kept.delete(id);
  for (const old of [...kept.keys()].slice(0, 1 - MOST_KEPT)) kept.delete(old);
  kept.set(id, new Map([...readers].map(([name, read]) => [name, read()])));
}

/** Where somebody was on this page when they left it for another one, once they have come back; read while they leave. */
export function useKept<Place>(name: string, read: () => Place): Place | undefined {
  const latest = useRef(read);
  latest.current = read;
  useEffect(() => {
    readers.set(name, () => latest.current());
    return () => void readers.delete(name);
  }, [name]);
  return useState(() => kept.get(entry().id)?.get(name) as Place | undefined)[0];
}
