/** The value of a custom field, of each of the types that an owner can choose. */

import { Switch } from '@fluentui/react-components';
import { useEffect, useRef, useState } from 'react';
import type { CustomField } from '../../../api/contract/instance.ts';
import type { Person } from '../../../api/contract/wire.ts';
import { useMessages } from '../i18n.tsx';
import { usePeopleOptions } from './choices.tsx';
import { Face } from './marks.tsx';
import { PickPopover } from './pick.tsx';

interface Props {
  id: string;
  instanceId: string;
  field: CustomField;
  value: unknown;
  /** `null` clears it. */
  onChange: (value: unknown) => void;
  isReadOnly?: boolean;
  isInvalid?: boolean;
}

/** Whether a value counts as given where it is mandatory. */
export const isGiven = (value: unknown): boolean =>
  value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0);

/** Shows the value and changes it in place; text is given back when the field is left. */
export function CustomFieldInput({
  id,
  instanceId,
  field,
  value,
  onChange,
  isReadOnly = false,
  isInvalid = false,
}: Props) {
  const m = useMessages();
  const label = { id, 'aria-label': field.title, 'aria-invalid': isInvalid || undefined };
  switch (field.type.key) {
    case 'toggle':
      return (
        <Switch
          {...label}
          checked={value === true}
          disabled={isReadOnly}
          onChange={(_, data) => onChange(data.checked)}
        />
      );
    case 'date':
      return (
        <input
          {...label}
          type="date"
          className={value ? 'inline-input given' : 'inline-input'}
          readOnly={isReadOnly}
          value={typeof value === 'string' ? value.slice(0, 10) : ''}
          onChange={(event) => onChange(event.target.value || null)}
        />
      );
    case 'list':
      return <ListInput {...{ id, field, value, onChange, isReadOnly, isInvalid }} />;
    case 'peoplepicker':
      return (
        <PeopleInput
          {...{ id, instanceId, value, onChange, isReadOnly, isInvalid }}
          title={field.title}
          isMultiple={field.isMultiple}
        />
      );
    default:
      return (
        <TextInput
          {...label}
          isLong={field.type.key === 'textarea'}
          readOnly={isReadOnly}
          placeholder={m.common.none}
          value={typeof value === 'string' ? value : ''}
          onCommit={(text) => onChange(text || null)}
        />
      );
  }
}

interface TextProps {
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
  onCommit: (text: string) => void;
}

/**
 * Text that is saved when it is left, or with Enter; Escape gives back what was there. What somebody else writes while
 * the box has the focus does not touch it: it is saved as a change of what stood there when the box was entered.
 */
export function TextInput({
  isLong = false,
  isOneLine = !isLong,
  value,
  onCommit,
  className = 'inline-input',
  ...rest
}: TextProps) {
  const [text, setText] = useState(value);
  const entered = useRef<Pick<TextProps, 'value' | 'onCommit'>>(undefined);
  useEffect(() => {
    if (!entered.current) setText(value);
  }, [value]);
  const props = {
    ...rest,
    className,
    value: text,
    onChange: (event: { target: { value: string } }) => setText(event.target.value),
    onFocus: () => {
      entered.current = { value, onCommit };
    },
    onBlur: () => {
      const before = entered.current ?? { value, onCommit };
      entered.current = undefined;
      if (text === before.value) setText(value);
      else before.onCommit(text);
    },
    onKeyDown: (event: {
      key: string;
      shiftKey: boolean;
      ctrlKey: boolean;
      metaKey: boolean;
      preventDefault(): void;
      currentTarget: HTMLElement;
    }) => {
      if (event.key === 'Escape') {
        entered.current = undefined;
        setText(value);
        const box = event.currentTarget;
        // After the old text is back, or leaving would save the new one.
        setTimeout(() => box.blur());
      }
      if (event.key === 'Enter' && (isOneLine || event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        event.currentTarget.blur();
      }
    },
  };
  return isLong ? <textarea rows={1} {...props} /> : <input type="text" {...props} />;
}

function ListInput({ id, field, value, onChange, isReadOnly, isInvalid }: Omit<Props, 'instanceId'>) {
  const m = useMessages();
  const chosen = Array.isArray(value) ? (value as string[]) : [];
  const names = field.options.filter(({ key }) => chosen.includes(key)).map(({ text }) => text);
  const shown = names.length > 0 ? names.join(', ') : m.common.none;
  if (isReadOnly) return <span className="inline-text">{shown}</span>;
  const pick = (key: string) => {
    const has = chosen.includes(key);
    if (field.isMultiple) onChange(has ? chosen.filter((one) => one !== key) : [...chosen, key]);
    else onChange(has ? [] : [key]);
  };
  return (
    <PickPopover
      label={field.title}
      isMultiple={field.isMultiple}
      options={field.options.map(({ key, text }) => ({ key, text, isChosen: chosen.includes(key) }))}
      onPick={pick}
      trigger={
        <button
          id={id}
          type="button"
          className={`inline-button${names.length > 0 ? '' : ' quiet'}`}
          aria-label={`${field.title}: ${shown}`}
          data-invalid={isInvalid || undefined}
        >
          <span className="ellipsis">{shown}</span>
        </button>
      }
    />
  );
}

interface PeopleProps {
  id: string;
  instanceId: string;
  title: string;
  value: unknown;
  onChange: (people: Person[]) => void;
  isMultiple: boolean;
  /** Those who work the tickets come first. */
  isForAssignee?: boolean;
  isReadOnly?: boolean;
  isInvalid?: boolean;
}

/** One person or several, found by name or address. */
export function PeopleInput({
  id,
  instanceId,
  title,
  value,
  onChange,
  isMultiple,
  isForAssignee = false,
  isReadOnly,
  isInvalid,
}: PeopleProps) {
  const m = useMessages();
  const [isOpen, setOpen] = useState(false);
  const people = Array.isArray(value) ? (value as Person[]) : [];
  const choice = usePeopleOptions(instanceId, {
    chosen: people.map((person) => person.id),
    isForAssignee,
    enabled: isOpen,
  });
  const names = people.map(({ name }) => name).join(', ') || m.common.none;
  const content = (
    <>
      {people.slice(0, 4).map((person) => (
        <Face key={person.id} person={person} />
      ))}
      <span className="ellipsis">{names}</span>
    </>
  );
  if (isReadOnly) return <span className="inline-text">{content}</span>;
  const pick = (key: string) => {
    const has = people.some((person) => person.id === key);
    const person = choice.personOf(key);
    if (has) onChange(people.filter((one) => one.id !== key));
    else if (person) onChange(isMultiple ? [...people, person] : [person]);
  };
  return (
    <PickPopover
      label={title}
      options={choice.options}
      onSearch={choice.search}
      footer={choice.footer}
      isMultiple={isMultiple}
      isOpen={isOpen}
      onOpenChange={setOpen}
      onPick={pick}
      trigger={
        <button
          id={id}
          type="button"
          className={`inline-button${people.length > 0 ? '' : ' quiet'}`}
          aria-label={`${title}: ${names}`}
          data-invalid={isInvalid || undefined}
        >
          {content}
        </button>
      }
    />
  );
}
