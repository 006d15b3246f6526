/** The value of a custom field, of each of the types that an owner can choose. */

import { Switch } from '@fluentui/react-components';
import { useState } from 'react';
import type { CustomField } from '../../../api/contract/instance.ts';
import type { Person } from '../../../api/contract/wire.ts';
import { useMessages } from '../i18n.tsx';
import { usePeopleOptions } from './choices.tsx';
import { PersonName } from './marks.tsx';
import { PickPopover } from './pick.tsx';
import { TextInput } from './text-input.tsx';

interface Props {
  id: string;
  instanceId: string;
  field: CustomField;
  value: unknown;
  /** `null` clears it. A text comes with what stood there when it was begun, and hears false when it is not saved. */
  onChange: (value: unknown, base?: unknown) => unknown;
  /** The name under which the device keeps a text that is not saved yet; without it each letter is given back. */
  draft?: string | undefined;
  isReadOnly?: boolean;
  isInvalid?: boolean;
}

/** Whether a value counts as given where it is mandatory. */
export const isGiven = (value: unknown): boolean =>
  value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0);

/** What a field holds before anybody has given it a value. */
export function defaultOf({ type, isMandatory, defaultValue }: CustomField): unknown {
  // A switch says no from the start.
  if (type.key === 'toggle' && isMandatory) return defaultValue ?? false;
  if (!isGiven(defaultValue)) return undefined;
  return type.key === 'list' && !Array.isArray(defaultValue) ? [defaultValue] : defaultValue;
}

/** Shows the value and changes it in place. */
export function CustomFieldInput({
  id,
  instanceId,
  field,
  value,
  onChange,
  draft,
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
          draft={draft}
          onCommit={(text, base) => onChange(text || null, base)}
        />
      );
  }
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
          <span>{shown}</span>
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

/** Of more people only the number is shown. */
const MOST_NAMED = 5;

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
  const content =
    people.length === 0 ? (
      names
    ) : (
      <>
        {people.slice(0, MOST_NAMED).map((person) => (
          <PersonName key={person.id} person={person} />
        ))}
        {people.length > MOST_NAMED && <span title={names}>+{people.length - MOST_NAMED}</span>}
      </>
    );
  if (isReadOnly) return <span className="inline-text wrap">{content}</span>;
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
          className={`inline-button wrap${people.length > 0 ? '' : ' quiet'}`}
          aria-label={`${title}: ${names}`}
          data-invalid={isInvalid || undefined}
        >
          {content}
        </button>
      }
    />
  );
}
