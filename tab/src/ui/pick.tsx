/** Choosing from a list by typing: people, states, priorities, tags. One way of doing it everywhere. */

import { Popover, PopoverSurface, PopoverTrigger } from '@fluentui/react-components';
import { CheckmarkFilled } from '@fluentui/react-icons';
import {
  cloneElement,
  type KeyboardEvent,
  type ReactElement,
  type ReactNode,
  type RefAttributes,
  useEffect,
  useId,
  useRef,
  useState,
} from 'react';
import { flushSync } from 'react-dom';
import { useTold } from '../announce.tsx';
import { useMessages } from '../i18n.tsx';
import { isComposing } from '../keyboard.ts';
import './pick.css';

export interface Option {
  key: string;
  text: string;
  /** Quieter, beside the text. */
  detail?: string | undefined;
  icon?: ReactNode;
  isChosen?: boolean;
  isDisabled?: boolean;
  /** Options with the same group stand below its name. */
  group?: string | undefined;
}

export interface ListProps {
  label: string;
  options: Option[];
  onPick: (key: string) => void;
  /** Choosing one does not end the choosing. */
  isMultiple?: boolean | undefined;
  /** When the options depend on what is typed; without it they are filtered here. */
  onSearch?: ((text: string) => void) | undefined;
  /** Offers what was typed itself, as long as it fits. */
  freeText?: ((text: string) => Option | undefined) | undefined;
  emptyText?: string | undefined;
  /** Below the options. */
  footer?: ReactNode;
}

/** Options that follow one another in the same group. */
function partsOf(options: Option[]): { group: string | undefined; options: Option[] }[] {
  const parts: { group: string | undefined; options: Option[] }[] = [];
  for (const option of options) {
    const last = parts.at(-1);
    if (last && last.group === option.group) last.options.push(option);
    else parts.push({ group: option.group, options: [option] });
  }
  return parts;
}

const fits = (option: Option, words: string[]): boolean => {
  const text = `${option.text} ${option.detail ?? ''}`.toLowerCase();
  return words.every((word) => text.includes(word));
};

/** Where a keyboard on the screen would cover the options, it opens when somebody presses the box. */
const IS_TOUCH = matchMedia('(pointer: coarse)');

/** The box to type in and the options below it, all by keyboard. */
export function PickList({ label, options, onPick, isMultiple, onSearch, freeText, emptyText, footer }: ListProps) {
  const m = useMessages();
  const id = useId();
  const [text, setText] = useState('');
  const [active, setActive] = useState<number>();
  const list = useRef<HTMLDivElement>(null);
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const free = text.trim() ? freeText?.(text.trim()) : undefined;
  const shown = [...(onSearch ? options : options.filter((option) => fits(option, words))), ...(free ? [free] : [])];
  // Enter at once changes nothing: it begins at what is chosen, where only one can be.
  const first = isMultiple || text ? 0 : shown.findIndex(({ isChosen }) => isChosen);
  const at = Math.max(Math.min(active ?? first, shown.length - 1), 0);

  useEffect(() => {
    list.current?.querySelector('[data-active="true"]')?.scrollIntoView({ block: 'nearest' });
  });

  // Without it the first that can have the focus is the box around it.
  const isTypedFirst = !IS_TOUCH.matches || (options.length === 0 && freeText !== undefined);
  const pick = (option: Option | undefined) => {
    if (!option || option.isDisabled) return;
    onPick(option.key);
    if (isMultiple && text) {
      setText('');
      onSearch?.('');
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // What stands in the footer has the same keys for itself.
    const isHere = event.target === event.currentTarget || (event.target as Element).matches('.pick-input');
    if (isComposing(event) || !isHere) return;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const step = event.key === 'ArrowDown' ? 1 : -1;
      if (shown.length > 0) setActive((at + step + shown.length) % shown.length);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      pick(shown[at]);
    }
  };
  const isEmpty = shown.length === 0;
  const nothing = emptyText ?? m.common.nothingFound;
  useTold(isEmpty && text !== '' ? nothing : undefined);
  const drawn = (option: Option) => {
    const index = shown.indexOf(option);
    return (
      // biome-ignore lint/a11y/useKeyWithClickEvents: the box above has the keyboard for all of them
      <div
        key={option.key}
        id={`${id}${option.key}`}
        role="option"
        tabIndex={-1}
        className="pick-option"
        // Where none is chosen, "not selected" would be said of each.
        aria-selected={option.isChosen}
        aria-disabled={option.isDisabled}
        data-active={index === at}
        onMouseMove={() => index !== at && setActive(index)}
        onMouseDown={(event) => event.preventDefault()}
        onClick={() => pick(option)}
      >
        {option.icon && <span className="pick-icon">{option.icon}</span>}
        <span className="ellipsis">{option.text}</span>
        {option.detail && <span className="pick-detail ellipsis">{option.detail}</span>}
        {option.isChosen && <CheckmarkFilled className="pick-check" />}
      </div>
    );
  };
  // What has the focus on a screen to touch needs a name; elsewhere the box in it has the same.
  const whole = isTypedFirst ? {} : { role: 'group', 'aria-label': label, tabIndex: 0 };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys of the box in it
    <div className="pick" {...whole} onKeyDown={onKeyDown}>
      <input
        className="pick-input"
        role="combobox"
        aria-label={label}
        aria-expanded="true"
        aria-controls={`${id}list`}
        aria-autocomplete="list"
        aria-activedescendant={shown[at] ? `${id}${shown[at].key}` : undefined}
        placeholder={label}
        value={text}
        // biome-ignore lint/a11y/noAutofocus: the list was opened to type in it
        autoFocus={isTypedFirst}
        autoComplete="off"
        enterKeyHint="done"
        onChange={(event) => {
          setText(event.target.value);
          setActive(undefined);
          onSearch?.(event.target.value);
        }}
      />
      <div
        className="pick-options"
        role="listbox"
        id={`${id}list`}
        aria-label={label}
        aria-multiselectable={isMultiple}
        ref={list}
      >
        {partsOf(shown).map(({ group, options }) =>
          group ? (
            // biome-ignore lint/a11y/useSemanticElements: a fieldset is no part of a list
            <div key={group} role="group" aria-label={group}>
              <div className="pick-group" aria-hidden="true">
                {group}
              </div>
              {options.map(drawn)}
            </div>
          ) : (
            options.map(drawn)
          ),
        )}
      </div>
      {isEmpty && <div className="pick-empty">{nothing}</div>}
      {footer}
    </div>
  );
}

interface PopoverProps extends ListProps {
  /** The button that opens it. */
  trigger: ReactElement<RefAttributes<HTMLButtonElement>>;
  isOpen?: boolean;
  onOpenChange?: (isOpen: boolean) => void;
}

/** A list to pick from, below the button that opens it. */
export function PickPopover({ trigger, isOpen, onOpenChange, ...list }: PopoverProps) {
  const [isOwnOpen, setOwnOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const open = isOpen ?? isOwnOpen;
  const setOpen = (next: boolean) => {
    setOwnOpen(next);
    onOpenChange?.(next);
  };
  // Fluent gives the focus back a moment later, in which a quick Tab would lead behind the dialog that this stands in.
  const close = () => {
    flushSync(() => setOpen(false));
    if (document.activeElement === document.body) button.current?.focus();
  };
  return (
    <Popover
      open={open}
      onOpenChange={(event, data) => (event.type === 'keydown' && !data.open ? close() : setOpen(data.open))}
      positioning={{ position: 'below', align: 'start', offset: 4, overflowBoundaryPadding: 8, autoSize: 'height' }}
      trapFocus
    >
      <PopoverTrigger disableButtonEnhancement>{cloneElement(trigger, { ref: button })}</PopoverTrigger>
      <PopoverSurface className="pick-surface" aria-label={list.label}>
        {open && (
          <PickList
            {...list}
            onPick={(key) => {
              list.onPick(key);
              if (!list.isMultiple) close();
            }}
          />
        )}
      </PopoverSurface>
    </Popover>
  );
}
