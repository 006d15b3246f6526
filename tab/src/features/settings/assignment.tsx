/** Who gets a new ticket that nobody is named on, and what becomes of tickets that nobody touches. */

import { Button, Checkbox, Field, MenuItem, SpinButton, Switch } from '@fluentui/react-components';
import { AddRegular, ChevronDownRegular, ChevronUpRegular } from '@fluentui/react-icons';
import { useState } from 'react';
import {
  ASSIGNMENT_PART,
  type Assignment,
  assignmentProblem,
  moveRule,
  newRule,
  type Rule,
} from './assignment-draft.ts';
import { ChosenPeople } from './chosen-people.tsx';
import { useEditing, type VersionedInstance } from './editing.ts';
import { Editor, Group, Page } from './parts.tsx';
import { RuleEditor, WhoGetsIt } from './rule-editor.tsx';
import { Sortable, SortEnd, type SortList, SortMenu, SortRow } from './sortable.tsx';
import { useTexts } from './texts.ts';

const MAX_RULES = 100;
const MAX_DAYS = 3650;

export function AssignmentPage({ instanceId, known }: { instanceId: string; known: VersionedInstance }) {
  const t = useTexts();
  const editing = useEditing(instanceId, known, ASSIGNMENT_PART);
  const { value, set } = editing;
  const { rules } = value;
  const [openId, setOpenId] = useState<string>();
  const labelOf = ({ name }: Rule, index: number) => name.trim() || t.assignment.untitled(index + 1);
  const problem = assignmentProblem(value);
  const wrongIndex = rules.findIndex(({ id }) => id === problem?.id);
  const wrongRule = rules[wrongIndex] && `${labelOf(rules[wrongIndex], wrongIndex)}: `;
  const wrong = problem && `${wrongRule ?? ''}${t.assignment.problems[problem.problem]}`;
  const list: SortList = {
    id: 'rules',
    name: t.assignment.rules,
    kind: 'rule',
    rows: rules.map((rule, index) => ({ id: rule.id, label: labelOf(rule, index) })),
  };
  const setRules = (next: Rule[]) => set({ ...value, rules: next });
  const add = () => {
    const rule = newRule();
    set({ ...value, isOn: true, rules: [...rules, rule] });
    setOpenId(rule.id);
    setTimeout(() => document.querySelector<HTMLElement>('.field-editor input')?.focus());
  };
  return (
    <Page page="assignment">
      <Editor editing={editing} wrong={wrong}>
        <Group
          title={t.assignment.new}
          text={t.assignment.newText}
          action={
            <Button size="small" icon={<AddRegular />} disabled={rules.length >= MAX_RULES} onClick={add}>
              {t.assignment.add}
            </Button>
          }
        >
          <Field hint={value.isOn ? t.assignment.onHint : t.assignment.offHint}>
            <Switch
              checked={value.isOn}
              label={t.assignment.isOn}
              onChange={(_, data) => set({ ...value, isOn: data.checked })}
            />
          </Field>
          <Sortable lists={[list]} onMove={(id, _, index) => setRules(moveRule(rules, id, index))}>
            <ul className="plain-list" aria-label={t.assignment.rules}>
              {rules.map((rule, index) => (
                <SortRow
                  key={rule.id}
                  id={rule.id}
                  list={list}
                  index={index}
                  line={
                    <>
                      <button
                        type="button"
                        className="field-name"
                        aria-expanded={openId === rule.id}
                        onClick={() => setOpenId(openId === rule.id ? undefined : rule.id)}
                      >
                        <span className="ellipsis">{labelOf(rule, index)}</span>
                        {rule.id === problem?.id && <span className="late">!</span>}
                        <span className="spacer" />
                        <span className="quiet field-kind ellipsis rule-people">
                          {rule.peoples.map(({ name }) => name).join(', ')}
                        </span>
                        {openId === rule.id ? (
                          <ChevronUpRegular aria-hidden="true" />
                        ) : (
                          <ChevronDownRegular aria-hidden="true" />
                        )}
                      </button>
                      <SortMenu
                        label={labelOf(rule, index)}
                        index={index}
                        count={rules.length}
                        onMove={(to) => setRules(moveRule(rules, rule.id, to))}
                      >
                        <MenuItem onClick={() => setRules(rules.toSpliced(index, 1))}>{t.assignment.remove}</MenuItem>
                      </SortMenu>
                    </>
                  }
                >
                  {openId === rule.id && (
                    <RuleEditor
                      instanceId={instanceId}
                      rule={rule}
                      ownFields={known.instance.customFields}
                      onChange={(next) => setRules(rules.with(index, next))}
                    />
                  )}
                </SortRow>
              ))}
              <SortEnd list={list} text={t.assignment.none} />
            </ul>
          </Sortable>
        </Group>
        <Group title={t.assignment.fallback} text={t.assignment.fallbackText}>
          <WhoGetsIt
            instanceId={instanceId}
            value={value.fallback}
            onChange={(fallback) => set({ ...value, fallback })}
          />
        </Group>
        <Idle instanceId={instanceId} value={value} onChange={set} />
      </Editor>
    </Page>
  );
}

function Idle({
  instanceId,
  value,
  onChange,
}: {
  instanceId: string;
  value: Assignment;
  onChange: (value: Assignment) => void;
}) {
  const t = useTexts();
  return (
    <Group title={t.assignment.idle} text={t.assignment.idleText}>
      <Field label={t.assignment.days} hint={t.assignment.daysHint}>
        <SpinButton
          className="percent"
          min={0}
          max={MAX_DAYS}
          value={value.days}
          onChange={(_, data) => {
            const next = data.value ?? Number.parseInt(data.displayValue ?? '', 10);
            if (next >= 0 && next <= MAX_DAYS) onChange({ ...value, days: Math.round(next) });
          }}
        />
      </Field>
      <Field hint={{ children: t.assignment.notifyHint, className: 'check-hint' }}>
        <Checkbox
          checked={value.notifies}
          label={t.assignment.notify}
          onChange={(_, data) => onChange({ ...value, notifies: data.checked === true })}
        />
      </Field>
      <Field hint={{ children: t.assignment.passOnHint, className: 'check-hint' }}>
        <Checkbox
          checked={value.passesOn}
          label={t.assignment.passOn}
          onChange={(_, data) => onChange({ ...value, passesOn: data.checked === true })}
        />
      </Field>
      {value.passesOn && (
        <div className="settings-line">
          <span className="settings-label">{t.assignment.idlePeople}</span>
          <ChosenPeople
            instanceId={instanceId}
            label={t.assignment.idlePeople}
            people={value.idlePeoples}
            onChange={(idlePeoples) => onChange({ ...value, idlePeoples })}
          />
        </div>
      )}
    </Group>
  );
}
