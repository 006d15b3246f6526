/** The keyboard is never nowhere: where the element goes that had the focus, one near it has it, before the next key. */

import { type RefObject, useLayoutEffect, useRef } from 'react';

interface Held {
  element: HTMLElement;
  /** What was around it, the nearest first: by then it may be in no page any more. */
  around: HTMLElement[];
  /** What was beside it, by what of that is left. */
  beside: () => HTMLElement[];
}

/** How many are remembered: as many as a person comes to in a long form that was opened upon something. */
const MOST = 100;

/** What had the focus, the latest last. */
const trail: Held[] = [];
/** The latest had it until it went: nobody has moved the focus away from it. */
let isHeld = false;

const isNowhere = (): boolean => document.activeElement === null || document.activeElement === document.body;

const canFocus = (element: HTMLElement): boolean =>
  element.isConnected && !element.matches(':disabled') && element.checkVisibility({ visibilityProperty: true });

/** What takes the focus of something that was in it. */
const GROUPS = 'nav, [role="group"], [role="toolbar"]';
const CURRENT = '[aria-current]';
const CONTROLS = 'button, a[href], input, select, textarea, [tabindex="0"]';

const controlsOf = (part: Element): HTMLElement[] => [...part.querySelectorAll<HTMLElement>(CONTROLS)];

function focus(element: HTMLElement | null | undefined): boolean {
  if (!element || !canFocus(element)) return false;
  const dialogs = [...document.querySelectorAll('[aria-modal="true"]')];
  if (dialogs.length > 0 && !dialogs.at(-1)!.contains(element)) return false;
  element.focus({ preventScroll: true });
  return document.activeElement === element || !isNowhere();
}

/** What had the focus before an overlay, or else the nearest of what is around that can have it. */
function findHome(): void {
  // Once for each loss: what takes the focus says so.
  isHeld = false;
  for (const { element, around, beside } of trail.toReversed()) {
    if (focus(element) || focus(anewOf(element, around)) || beside().some(focus)) return;
    for (const one of around) {
      if (!one.isConnected) continue;
      // What goes out of a form leads back to what was filled in before it.
      if (one.matches('form') && trail.toReversed().some((held) => one.contains(held.element) && focus(held.element)))
        return;
      if (
        one.hasAttribute('tabindex')
          ? focus(one)
          : one.matches(GROUPS) &&
            focus(one.querySelector<HTMLElement>(CURRENT) ?? one.querySelector<HTMLElement>(CONTROLS))
      )
        return;
    }
  }
  focus(document.querySelector<HTMLElement>('main'));
}

/** Of what went with the row that it was in, the same in the row that came for it elsewhere in the form. */
function anewOf(element: HTMLElement, around: HTMLElement[]): HTMLElement | null | undefined {
  const name = element.getAttribute('aria-label');
  const form = around.find((one) => one.isConnected && one.matches('form'));
  return name ? form?.querySelector<HTMLElement>(`[aria-label="${CSS.escape(name)}"]`) : undefined;
}

/** What is left of its row in a list; of a row or a part of a page that went, the same place in the next one or the one before. */
function besideOf(element: HTMLElement): () => HTMLElement[] {
  const row = element.closest('li') ?? element.closest('section');
  if (!row) return () => [];
  const own = controlsOf(row);
  const others = [row.nextElementSibling, row.previousElementSibling].flatMap((other) => {
    const controls = other ? controlsOf(other) : [];
    return controls[Math.min(own.indexOf(element), controls.length - 1)] ?? [];
  });
  return () => (row.isConnected ? (row.matches('li') ? own.toReversed() : []) : others);
}

function onFocusIn({ target }: FocusEvent): void {
  if (!(target instanceof HTMLElement)) return;
  isHeld = true;
  if (trail.at(-1)?.element === target) return;
  // Whoever is on the page itself again goes back to nothing that has left it, and to each element once: what is remembered
  // of it holds the whole page that it was in.
  const isKept = ({ element }: Held) => element.isConnected && element !== target;
  if (target.closest('.app')) trail.splice(0, MOST, ...trail.filter(isKept));
  const around: HTMLElement[] = [];
  for (let one = target.parentElement; one && one !== document.body; one = one.parentElement) around.push(one);
  trail.push({ element: target, around, beside: besideOf(target) });
  if (trail.length > MOST) trail.shift();
}

/** Somebody has pressed beside it, or left it: the focus is where they want it. */
function onFocusOut({ target }: FocusEvent): void {
  queueMicrotask(() => {
    if (target instanceof HTMLElement && isNowhere() && canFocus(target)) isHeld = false;
  });
}

/** From a box in which somebody writes to what it is a part of, where keys are shortcuts again. */
export function leaveBox(box: Element): void {
  const ticket = box.closest('.ticket')?.querySelector<HTMLElement>('.ticket-scroll');
  if (ticket) ticket.focus({ preventScroll: true });
  else if (box instanceof HTMLElement) box.blur();
}

/** Where what was opened in place goes with the keyboard in it, its opener has the keyboard. */
export function useFocusBack(isOpen: boolean, opener: RefObject<HTMLElement | null>): void {
  const wasOpen = useRef(isOpen);
  useLayoutEffect(() => {
    if (wasOpen.current && !isOpen && isNowhere()) opener.current?.focus();
    wasOpen.current = isOpen;
  }, [isOpen, opener]);
}

/** To the list, the ticket or the board; elsewhere to the beginning of the page. */
export function goToContent(): void {
  const content = document.querySelector<HTMLElement>('.scroller, .ticket-scroll, .board-card[tabindex="0"]');
  (content ?? document.querySelector<HTMLElement>('main'))?.focus();
}

/** Watches the page from now on. */
export function keepFocus(): void {
  document.addEventListener('focusin', onFocusIn);
  document.addEventListener('focusout', onFocusOut);
  const observer = new MutationObserver(() => {
    if (isHeld && isNowhere() && !canFocus(trail.at(-1)!.element)) findHome();
  });
  observer.observe(document.body, { childList: true, subtree: true, attributeFilter: ['disabled', 'hidden'] });
}
