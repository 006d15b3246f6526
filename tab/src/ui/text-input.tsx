/** A text that is written where it stands. */

import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { keepDraft, readDraft } from '../drafts.ts';
import { leaveBox } from '../focus.ts';
import { useMessages } from '../i18n.tsx';
import { isComposing } from '../keyboard.ts';

interface Props {
  id?: string;
  'aria-label': string;
  'aria-invalid'?: boolean | undefined;
  isLong?: boolean;
  /** Long text takes Enter for a new line, unless it is one line that may be wrapped. */
  isOneLine?: boolean;
  readOnly?: boolean;
  className?: string;
  placeholder?: string;
  maxLength?: number;
  value: string;
  /** The name under which the device keeps what is not saved yet; without it each letter is given back. */
  draft?: string | undefined;
  /** Saves a text that was begun when `base` stood there; false when it could not be saved. */
  onCommit: (text: string, base?: string) => unknown;
}

interface Draft {
  text: string;
  base: string;
}

/**
 * Text that is saved when it is left, or with Enter; Escape gives back what was there. What somebody else writes while
 * the box has the focus does not touch it: it is saved as a change of what stood there when the box was entered. What
 * could not be saved stays, also over a reload, until it is saved or discarded.
 */
export function TextInput({
  isLong = false,
  isOneLine = !isLong,
  value,
  draft,
  onCommit,
  className = 'inline-input',
  ...rest
}: Props) {
  const m = useMessages();
  const [kept] = useState<Partial<Draft>>(() => (draft && !rest.readOnly ? readDraft<Draft>(draft) : {}));
  const [text, setText] = useState(kept.text ?? value);
  /** What stood there when a text was begun that is not saved. */
  const [base, setBase] = useState(kept.text === value ? undefined : kept.base);
  const entered = useRef<Pick<Props, 'value' | 'onCommit'>>(undefined);
  const isUnderWay = useRef(false);
  const latest = useRef(value);
  latest.current = value;
  useEffect(() => {
    if (!entered.current && !isUnderWay.current && base === undefined) setText(value);
  }, [value, base]);
  const forget = () => {
    if (draft) keepDraft(draft, undefined);
    setBase(undefined);
    if (!entered.current) setText(latest.current);
  };
  const save = async (before: Pick<Props, 'value' | 'onCommit'>) => {
    isUnderWay.current = true;
    const isSettled = (await before.onCommit(text, base)) !== false;
    isUnderWay.current = false;
    if (isSettled) forget();
    else setBase(before.value);
  };
  const noteId = useId();
  const props = {
    ...rest,
    ...(base !== undefined && { 'aria-describedby': noteId }),
    className,
    value: text,
    onChange: ({ target }: { target: { value: string } }) => {
      setText(target.value);
      if (draft) keepDraft(draft, { text: target.value, base: entered.current?.value ?? base ?? value });
      else onCommit(target.value);
    },
    onFocus: () => {
      entered.current = { value: base ?? value, onCommit };
    },
    onBlur: () => {
      const before = entered.current ?? { value, onCommit };
      entered.current = undefined;
      if (!draft) return;
      if (text === before.value) forget();
      else void save(before);
    },
    onKeyDown: (event: KeyboardEvent<HTMLElement>) => {
      // In a form, these keys are the form's.
      if (!draft || isComposing(event)) return;
      if (event.key === 'Escape') {
        event.preventDefault();
        entered.current = undefined;
        forget();
        const box = event.currentTarget;
        // After the old text is back, or leaving would save the new one.
        setTimeout(() => leaveBox(box));
      }
      if (event.key === 'Enter' && (isOneLine || event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        leaveBox(event.currentTarget);
      }
    },
  };
  return (
    <>
      {isLong ? <textarea rows={1} {...props} /> : <input type="text" {...props} />}
      {base !== undefined && (
        // biome-ignore lint/a11y/noStaticElementInteractions: a press on its buttons does not leave the box
        <span className="unsaved" onMouseDown={(event) => event.preventDefault()}>
          <span id={noteId}>{m.common.notSaved}</span>
          <span className="unsaved-choice">
            <button type="button" className="text-button" onClick={() => void save({ value: base, onCommit })}>
              {m.common.save}
            </button>
            <button
              type="button"
              className="text-button"
              onClick={() => {
                entered.current = undefined;
                forget();
              }}
            >
              {m.common.discard}
            </button>
          </span>
        </span>
      )}
    </>
  );
}
