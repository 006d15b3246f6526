/** One rule: which tickets it is for, and who gets them. */

import { Button, Field, Input, Select } from '@fluentui/react-components';
import { AddRegular, DismissRegular } from '@fluentui/react-icons';
import { useRef } from 'react';
import type { CustomField } from '../../../../api/contract/instance.ts';
import { useTags } from '../../data.ts';
import { useMessages } from '../../i18n.tsx';
import { PRIORITIES } from '../../ui/marks.tsx';
import { type Condition, type Rule, WAYS } from './assignment-draft.ts';
import { ChosenPeople } from './chosen-people.tsx';
import './rule-editor.css';
import { useTexts } from './texts.ts';

const FIELDS = ['title', 'description', 'tags', 'priority', 'requestor'] as const;
const OPERATORS = ['is', 'isNot', 'contains'] as const;
const MAX_CONDITIONS = 20;

interface Props {
  instanceId: string;
  rule: Rule;
  ownFields: CustomField[];
  onChange: (rule: Rule) => void;
}

export function RuleEditor({ instanceId, rule, ownFields, onChange }: Props) {
  const t = useTexts();
  const list = useRef<HTMLUListElement>(null);
  const { conditions } = rule;
  const set = (next: Condition[]) => onChange({ ...rule, conditions: next });
  const add = () => {
    set([...conditions, { field: 'title', operator: 'contains', value: '' }]);
    setTimeout(() => list.current?.querySelector<HTMLElement>('li:last-child select')?.focus());
  };
  return (
    <div className="field-editor">
      <Field label={t.assignment.name} hint={t.assignment.nameHint}>
        <Input value={rule.name} maxLength={255} onChange={(_, data) => onChange({ ...rule, name: data.value })} />
      </Field>
      <div className="settings-line">
        <span className="settings-label">{t.assignment.conditions}</span>
        {conditions.length === 0 && <span className="settings-hint">{t.assignment.everyTicket}</span>}
        <ul className="plain-list conditions" ref={list} aria-label={t.assignment.conditions}>
          {conditions.map((condition, index) => (
            <ConditionRow
              // biome-ignore lint/suspicious/noArrayIndexKey: a condition is known by its place
              key={index}
              instanceId={instanceId}
              number={index + 1}
              condition={condition}
              ownFields={ownFields}
              onChange={(next) => set(conditions.with(index, next))}
              onRemove={() => set(conditions.toSpliced(index, 1))}
            />
          ))}
        </ul>
        <Button
          size="small"
          className="start"
          icon={<AddRegular />}
          disabled={conditions.length >= MAX_CONDITIONS}
          onClick={add}
        >
          {t.assignment.addCondition}
        </Button>
      </div>
      <WhoGetsIt instanceId={instanceId} value={rule} onChange={(part) => onChange({ ...rule, ...part })} />
    </div>
  );
}

type Share = Pick<Rule, 'assign' | 'peoples'>;

/** People, and how tickets are shared out among them. */
export function WhoGetsIt({
  instanceId,
  value,
  onChange,
}: {
  instanceId: string;
  value: Share;
  onChange: (value: Share) => void;
}) {
  const t = useTexts();
  const { assign, peoples } = value;
  return (
    <>
      <div className="settings-line">
        <span className="settings-label">{t.assignment.people}</span>
        <ChosenPeople
          instanceId={instanceId}
          label={t.assignment.people}
          people={peoples}
          onChange={(next) => onChange({ assign, peoples: next })}
        />
      </div>
      {peoples.length > 1 && (
        <Field label={t.assignment.how} hint={t.assignment.ways[assign].text}>
          <Select
            value={assign}
            onChange={(_, data) => onChange({ assign: data.value as Share['assign'], peoples })}
            className="start"
          >
            {WAYS.map((way) => (
              <option key={way} value={way}>
                {t.assignment.ways[way].name}
              </option>
            ))}
          </Select>
        </Field>
      )}
    </>
  );
}

interface RowProps {
  instanceId: string;
  number: number;
  condition: Condition;
  ownFields: CustomField[];
  onChange: (condition: Condition) => void;
  onRemove: () => void;
}

function ConditionRow({ instanceId, number, condition, ownFields, onChange, onRemove }: RowProps) {
  const m = useMessages();
  const t = useTexts();
  const { field, fieldId, operator } = condition;
  const own = ownFields.find(({ id }) => id === fieldId);
  const isChosen = field === 'priority' || own?.type.key === 'list' || own?.type.key === 'toggle';
  const choose = (name: string) => {
    const next = ownFields.find(({ id }) => id === name);
    const key = next?.type.key;
    const first = name === 'priority' ? 'Urgent' : key === 'list' ? next!.options[0]?.key : key === 'toggle' && 'true';
    const rest = first ? { operator: 'is' as const, value: first } : { operator, value: '' };
    onChange(next ? { field: 'customFields', fieldId: name, ...rest } : { field: name as 'title', ...rest });
  };
  return (
    <li>
      <Select
        aria-label={t.assignment.fieldOf(number)}
        value={field === 'customFields' ? (fieldId ?? '') : field}
        onChange={(_, data) => choose(data.value)}
      >
        {FIELDS.map((name) => (
          <option key={name} value={name}>
            {m.field[name]}
          </option>
        ))}
        {ownFields.map(({ id, title }) => (
          <option key={id} value={id}>
            {title}
          </option>
        ))}
        {field === 'customFields' && !own && <option value={fieldId ?? ''}>{t.assignment.gone}</option>}
      </Select>
      <Select
        aria-label={t.assignment.operatorOf(number)}
        value={operator}
        onChange={(_, data) => onChange({ ...condition, operator: data.value as Condition['operator'] })}
      >
        {OPERATORS.filter((name) => !isChosen || name !== 'contains').map((name) => (
          <option key={name} value={name}>
            {t.assignment.operators[name]}
          </option>
        ))}
      </Select>
      <ConditionValue
        instanceId={instanceId}
        label={t.assignment.valueOf(number)}
        condition={condition}
        own={own}
        onChange={(value) => onChange({ ...condition, value })}
      />
      <Button
        appearance="subtle"
        icon={<DismissRegular />}
        aria-label={t.assignment.removeCondition(number)}
        title={t.assignment.removeCondition(number)}
        onClick={onRemove}
      />
    </li>
  );
}

interface ValueProps {
  instanceId: string;
  label: string;
  condition: Condition;
  own: CustomField | undefined;
  onChange: (value: string) => void;
}

function ConditionValue({ instanceId, label, condition, own, onChange }: ValueProps) {
  const m = useMessages();
  const t = useTexts();
  const { data: categories = [] } = useTags(instanceId);
  const { field, operator, value } = condition;
  const choices =
    field === 'priority'
      ? PRIORITIES.map((one) => [one, m.priority[one]])
      : own?.type.key === 'list'
        ? own.options.map(({ key, text }) => [key, text])
        : own?.type.key === 'toggle'
          ? [
              ['true', m.common.yes],
              ['false', m.common.no],
            ]
          : undefined;
  if (choices) {
    return (
      <Select aria-label={label} value={value} onChange={(_, data) => onChange(data.value)}>
        {!choices.some(([key]) => key === value) && <option value={value}>{value || t.assignment.empty}</option>}
        {choices.map(([key, text]) => (
          <option key={key} value={key}>
            {text}
          </option>
        ))}
      </Select>
    );
  }
  const listId = `tags-of-${instanceId}`;
  return (
    <>
      <Input
        aria-label={label}
        type={own?.type.key === 'date' && operator !== 'contains' ? 'date' : 'text'}
        value={value}
        maxLength={1000}
        placeholder={operator === 'contains' ? '' : t.assignment.empty}
        {...(field === 'tags' && { list: listId })}
        onChange={(_, data) => onChange(data.value)}
      />
      {field === 'tags' && (
        <datalist id={listId}>
          {categories
            .filter(({ deleted }) => !deleted)
            .flatMap(({ tags }) => tags)
            .filter(({ deleted }) => !deleted)
            .map(({ text }) => (
              <option key={text} value={text} />
            ))}
        </datalist>
      )}
    </>
  );
}
