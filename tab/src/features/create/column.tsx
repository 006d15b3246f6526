/** A column of the form for a new ticket: a line for each field, with what is wrong in it. */

import { type ReactNode, useEffect } from 'react';
import type { CustomField } from '../../../../api/contract/instance.ts';
import { useMessages } from '../../i18n.tsx';
import { CustomFieldInput } from '../../ui/custom-field.tsx';
import { BuiltIn } from './built-in.tsx';
import { isOffered, type OptionalField, type Values } from './values.ts';

interface ColumnProps {
  instanceId: string;
  builtIn: OptionalField[];
  custom: CustomField[];
  /** Whether the person works the tickets. */
  canWork: boolean;
  values: Values;
  set: (part: Partial<Values>) => void;
  setCustom: (id: string, value: unknown) => void;
  /** What is wrong with a field. */
  noteOf: (id: string) => string | undefined;
}

export function Column({ instanceId, builtIn, custom, canWork, values, set, setCustom, noteOf }: ColumnProps) {
  const m = useMessages();
  return (
    <div>
      {builtIn
        .filter((field) => isOffered(field, canWork))
        .map((field) => (
          <Line
            key={field.id}
            id={`new-${field.id}`}
            label={m.field[field.id as 'title'] ?? field.title}
            isMandatory={field.isMandatory}
            note={noteOf(field.id)}
          >
            <BuiltIn
              instanceId={instanceId}
              field={field}
              values={values}
              set={set}
              isInvalid={noteOf(field.id) !== undefined}
            />
          </Line>
        ))}
      {custom
        .filter((field) => field.status === 'visible')
        .map((field) => (
          <Line
            key={field.id}
            id={`new-${field.id}`}
            label={field.title}
            isMandatory={field.isMandatory}
            note={noteOf(field.id)}
          >
            <CustomFieldInput
              id={`new-${field.id}`}
              instanceId={instanceId}
              field={field}
              value={values.customFields[field.id]}
              isInvalid={noteOf(field.id) !== undefined}
              onChange={(value) => setCustom(field.id, value)}
            />
          </Line>
        ))}
    </div>
  );
}

interface LineProps {
  id: string;
  label: string;
  isMandatory: boolean;
  note: string | undefined;
  children: ReactNode;
}

export function Line({ id, label, isMandatory, note, children }: LineProps) {
  const m = useMessages();
  const noteId = `${id}-note`;
  const hasNote = note !== undefined || isMandatory;
  useEffect(() => {
    // Whatever kind of field it is, what is wrong with it belongs to it.
    const field = document.getElementById(id);
    if (hasNote) field?.setAttribute('aria-describedby', noteId);
    return () => field?.removeAttribute('aria-describedby');
  }, [id, noteId, hasNote]);
  return (
    <div className="form-line">
      <label htmlFor={id}>
        {label}
        {isMandatory && (
          <span className="mandatory" aria-hidden="true">
            {' *'}
          </span>
        )}
      </label>
      {children}
      {hasNote && (
        // Read with the field, which has the keyboard when something is wrong.
        <span id={noteId} className="form-note" hidden={note === undefined}>
          {note ?? m.create.required}
        </span>
      )}
    </div>
  );
}
