/** All that can be said of one custom field. */

import { Button, Checkbox, Field, Input } from '@fluentui/react-components';
import { AddRegular, ArrowDownRegular, ArrowUpRegular, DismissRegular } from '@fluentui/react-icons';
import { useRef } from 'react';
import { flushSync } from 'react-dom';
import type { CustomField } from '../../../../api/contract/instance.ts';
import { useMessages } from '../../i18n.tsx';
import { isComposing } from '../../keyboard.ts';
import { CustomFieldInput, isGiven } from '../../ui/custom-field.tsx';
import { type FieldProblem, kindOf, newOption } from './form-layout.ts';
import { useTexts } from './texts.ts';

/** Of an option. */
const MOST_LETTERS = 255;

interface Props {
  instanceId: string;
  field: CustomField;
  problem: FieldProblem['problem'] | undefined;
  onChange: (part: Partial<CustomField>) => void;
}

export function FieldEditor({ instanceId, field, problem, onChange }: Props) {
  const t = useTexts();
  const kind = kindOf(field);
  const isTitleWrong = problem === 'title' || problem === 'sameTitle';
  return (
    <div className="field-editor">
      <Field
        label={t.fields.title}
        hint={t.fields.example(t.fields.kinds[kind].example)}
        required
        {...(isTitleWrong && { validationMessage: t.fields.problems[problem] })}
      >
        <Input
          value={field.title}
          maxLength={255}
          autoFocus={field.title === ''}
          onChange={(_, data) => onChange({ title: data.value, label: data.value })}
        />
      </Field>
      {field.type.key === 'list' && <Options field={field} problem={problem} onChange={onChange} />}
      <div className="field-checks">
        <Checkbox
          label={t.fields.mandatory}
          checked={field.isMandatory}
          onChange={(_, data) => onChange({ isMandatory: data.checked === true })}
        />
        <Checkbox
          label={t.fields.isHidden}
          checked={field.status === 'hidden'}
          onChange={(_, data) => onChange({ status: data.checked ? 'hidden' : 'visible' })}
        />
        {field.type.key === 'peoplepicker' && (
          <>
            <Checkbox
              label={t.fields.several}
              checked={field.isMultiple}
              onChange={(_, data) => onChange({ isMultiple: data.checked === true })}
            />
            <Checkbox
              label={t.fields.seeTicket}
              checked={field.isSeeTicket}
              onChange={(_, data) => onChange({ isSeeTicket: data.checked === true })}
            />
          </>
        )}
      </div>
      {field.status === 'hidden' && <span className="settings-hint">{t.fields.hiddenHint}</span>}
      <div className="form-line">
        <label htmlFor={`default-${field.id}`}>{t.fields.defaultValue}</label>
        <CustomFieldInput
          id={`default-${field.id}`}
          instanceId={instanceId}
          field={{
            ...field,
            title: t.fields.defaultValue,
            options: field.options.filter(({ text }) => text.trim() !== ''),
          }}
          value={field.defaultValue}
          onChange={(value) => onChange({ defaultValue: isGiven(value) && value !== false ? value : null })}
        />
        <span className="settings-hint">{t.fields.defaultHint}</span>
      </div>
    </div>
  );
}

function Options({ field, problem, onChange }: Omit<Props, 'instanceId'>) {
  const m = useMessages();
  const t = useTexts();
  const list = useRef<HTMLUListElement>(null);
  const { options } = field;
  const set = (next: CustomField['options']) => {
    const keys = next.map(({ key }) => key);
    const chosen = field.defaultValue;
    // A default that is no option any more would be refused.
    const kept = Array.isArray(chosen) ? chosen.filter((key) => keys.includes(key)) : [];
    onChange({ options: next, ...(isGiven(chosen) && { defaultValue: kept.length > 0 ? kept : null }) });
  };
  /** Leads into the option of an index, which is made where there is none; what is typed at once is typed there. */
  const goTo = (index: number) => {
    if (index === options.length) flushSync(() => set([...options, newOption(options.map(({ key }) => key))]));
    list.current?.querySelectorAll('input')[index]?.focus();
  };
  /** Lines that are pasted into one option are an option each. */
  const paste = (index: number, pasted: string): boolean => {
    const [first, ...lines] = pasted.split(/\r?\n/).flatMap((line) => line.trim().slice(0, MOST_LETTERS) || []);
    if (first === undefined || lines.length === 0) return false;
    const next = options.map((one, at) => (at === index && one.text === '' ? { ...one, text: first } : one));
    const taken = next.map(({ key }) => key);
    for (const text of options[index]!.text === '' ? lines : [first, ...lines]) {
      const option = { ...newOption(taken), text };
      taken.push(option.key);
      next.splice(++index, 0, option);
    }
    set(next.filter(({ text }) => text !== ''));
    return true;
  };
  const swap = (index: number, step: number) => {
    const next = [...options];
    [next[index], next[index + step]] = [next[index + step]!, next[index]!];
    set(next);
  };
  const isWrong = problem === 'options' || problem === 'optionText' || problem === 'sameOption';
  return (
    <div className="settings-line">
      <span className="settings-label">{t.fields.options}</span>
      <ul className="plain-list option-list" ref={list} aria-label={t.fields.options}>
        {options.map(({ key, text }, index) => (
          <li key={key}>
            <Input
              size="small"
              value={text}
              maxLength={MOST_LETTERS}
              aria-label={t.fields.option(index + 1)}
              onChange={(_, data) => set(options.map((one) => (one.key === key ? { ...one, text: data.value } : one)))}
              onKeyDown={(event) => {
                if (event.key !== 'Enter' || isComposing(event)) return;
                event.preventDefault();
                goTo(index + 1);
              }}
              onPaste={(event) => {
                if (paste(index, event.clipboardData.getData('text/plain'))) event.preventDefault();
              }}
            />
            <Button
              size="small"
              appearance="subtle"
              icon={<ArrowUpRegular />}
              disabled={index === 0}
              aria-label={m.list.moveUp(text || t.fields.option(index + 1))}
              onClick={() => swap(index, -1)}
            />
            <Button
              size="small"
              appearance="subtle"
              icon={<ArrowDownRegular />}
              disabled={index === options.length - 1}
              aria-label={m.list.moveDown(text || t.fields.option(index + 1))}
              onClick={() => swap(index, 1)}
            />
            <Button
              size="small"
              appearance="subtle"
              icon={<DismissRegular />}
              aria-label={t.fields.removeOption(text || t.fields.option(index + 1))}
              onClick={() => set(options.filter((one) => one.key !== key))}
            />
          </li>
        ))}
      </ul>
      {isWrong && (
        <span className="form-note" role="alert">
          {t.fields.problems[problem]}
        </span>
      )}
      <Button size="small" className="start" icon={<AddRegular />} onClick={() => goTo(options.length)}>
        {t.fields.addOption}
      </Button>
    </div>
  );
}
