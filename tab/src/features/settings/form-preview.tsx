/** The form of a new ticket as it will be, while it is edited. */

import { type ReactNode, useState } from 'react';
import type { CustomField } from '../../../../api/contract/instance.ts';
import { useMessages } from '../../i18n.tsx';
import { CustomFieldInput, defaultOf } from '../../ui/custom-field.tsx';
import { PriorityMark } from '../../ui/marks.tsx';
import type { BuiltInField, FormLayout } from './form-layout.ts';
import { useTexts } from './texts.ts';
import './form-preview.css';

export function FormPreview({ instanceId, layout }: { instanceId: string; layout: FormLayout }) {
  const m = useMessages();
  const t = useTexts();
  const [values, setValues] = useState<Record<string, unknown>>({});
  const column = (builtIn: BuiltInField[], custom: CustomField[]) => (
    <div>
      {builtIn
        .filter(({ status }) => status === 'visible')
        .map((field) => (
          <Line key={field.id} label={m.field[field.id as 'priority'] ?? field.title} isMandatory={field.isMandatory}>
            <BuiltIn field={field} />
          </Line>
        ))}
      {custom
        .filter(({ status }) => status === 'visible')
        .map((field) => {
          const title = field.title.trim() || t.fields.untitled;
          const value = field.id in values ? values[field.id] : defaultOf(field);
          return (
            <Line key={field.id} id={`preview-${field.id}`} label={title} isMandatory={field.isMandatory}>
              <CustomFieldInput
                id={`preview-${field.id}`}
                instanceId={instanceId}
                field={{ ...field, title }}
                value={value}
                onChange={(next) => setValues({ ...values, [field.id]: next })}
              />
            </Line>
          );
        })}
    </div>
  );
  return (
    <section className="form-preview" aria-label={t.fields.preview}>
      <h2>{t.fields.preview}</h2>
      <p className="quiet">{t.fields.previewText}</p>
      <div className="preview-card">
        <Line label={m.field.title} isMandatory>
          <span className="inline-input boxed fake-input" />
        </Line>
        <div className="form-columns">
          {column(layout.optionalFieldsLeft, layout.customFieldsLeft)}
          {column(layout.optionalFieldsRight, layout.customFieldsRight)}
        </div>
      </div>
    </section>
  );
}

function Line({
  id,
  label,
  isMandatory,
  children,
}: {
  id?: string;
  label: string;
  isMandatory: boolean;
  children: ReactNode;
}) {
  const star = isMandatory && <span className="mandatory">{' *'}</span>;
  return (
    <div className="form-line">
      {id ? (
        <label htmlFor={id}>
          {label}
          {star}
        </label>
      ) : (
        <span className="form-label">
          {label}
          {star}
        </span>
      )}
      {children}
    </div>
  );
}

/** A field that every ticket has; only how it looks, for it works as everywhere. */
function BuiltIn({ field }: { field: BuiltInField }) {
  const m = useMessages();
  if (field.id === 'description') return <span className="inline-input boxed fake-input tall" />;
  return (
    <span className="inline-input boxed fake-input">
      {field.id === 'priority' ? (
        <>
          <PriorityMark priority="Medium" isSilent /> {m.priority.Medium}
        </>
      ) : (
        <span className="quiet">{field.id === 'assignee' ? m.ticket.nobody : m.common.none}</span>
      )}
    </span>
  );
}
