/** The states that a ticket goes through, the moves between them, and what a change does to the tickets there are. */

import { Button, Field, Input, MenuItem, Select } from '@fluentui/react-components';
import { AddRegular, ChevronDownRegular, ChevronUpRegular, DismissRegular } from '@fluentui/react-icons';
import { useState } from 'react';
import type { State, Workflow } from '../../../../api/contract/workflow.ts';
import { useMessages } from '../../i18n.tsx';
import { StateMark } from '../../ui/marks.tsx';
import { keptLabel, stateLabel, useResolutionLabel } from '../../ui/workflow.ts';
import { useEditing, type VersionedInstance } from './editing.ts';
import { Confirm, Editor, Group, Page } from './parts.tsx';
import { Sortable, SortEnd, type SortList, SortMenu, SortRow } from './sortable.tsx';
import { useTexts } from './texts.ts';
import { type Effect, Effects, problemsOf, usePreview } from './workflow-check.tsx';
import {
  addState,
  CATEGORIES,
  changeState,
  moveState,
  removeState,
  startOf,
  WORKFLOW_PART,
  workflowProblem,
} from './workflow-draft.ts';
import { labelsOf, WorkflowGraph } from './workflow-graph.tsx';
import { Moves } from './workflow-moves.tsx';
import './pills.css';
import './fields.css';
import './workflow.css';

const labelled = (workflow: Workflow, change: (label: string) => string): Workflow => ({
  ...workflow,
  states: workflow.states.map((state) => ({ ...state, label: change(state.label) })),
});

export function WorkflowPage({ instanceId, known }: { instanceId: string; known: VersionedInstance }) {
  const m = useMessages();
  const t = useTexts();
  const editing = useEditing(instanceId, known, WORKFLOW_PART);
  // The page shows the states as the whole tab does: those of the default workflow in the reader's own words.
  const workflow = labelled(editing.value, (label) => stateLabel(m, label));
  const set = (next: Workflow) => editing.set(labelled(next, (label) => keptLabel(m, label)));
  const [openId, setOpenId] = useState<string>();
  const [isChecking, setChecking] = useState(false);
  const problem = workflowProblem(editing.value);
  const preview = usePreview(instanceId, editing.value, problem === undefined);
  const barred = preview && !preview.canBeSaved ? problemsOf(preview, m, t).join(' ') : undefined;
  const start = startOf(workflow);
  const list: SortList = {
    id: 'states',
    name: t.workflow.states,
    kind: 'state',
    rows: workflow.states.map(({ id, label }) => ({ id, label: label || t.workflow.unnamed })),
  };
  const add = () => {
    const { workflow: next, id } = addState(workflow);
    set(next);
    setOpenId(id);
  };
  return (
    <Page
      page="workflow"
      action={
        <Button appearance="primary" icon={<AddRegular />} onClick={add}>
          {t.workflow.add}
        </Button>
      }
    >
      <Editor
        editing={editing}
        wrong={problem ? t.workflow.problems[problem] : barred}
        onSave={() => setChecking(true)}
      >
        {editing.isDirty && preview && <Effects preview={preview} />}
        <div className="fields-split">
          <div>
            <Sortable lists={[list]} onMove={(id, _, index) => set(moveState(workflow, id, index))}>
              <ul className="plain-list" aria-label={t.workflow.states}>
                {workflow.states.map((state, index) => (
                  <StateRow
                    key={state.id}
                    state={state}
                    index={index}
                    list={list}
                    workflow={workflow}
                    isStart={state.id === start}
                    effect={preview?.states.find(({ id }) => id === state.id)}
                    isOpen={openId === state.id}
                    onOpen={(isOpen) => setOpenId(isOpen ? state.id : undefined)}
                    onChange={set}
                  />
                ))}
                <SortEnd list={list} />
              </ul>
            </Sortable>
            <Resolutions workflow={workflow} onChange={set} />
          </div>
          <section className="form-preview" aria-label={t.workflow.graph}>
            <h2>{t.workflow.graph}</h2>
            <p className="quiet">{t.workflow.graphHint}</p>
            <WorkflowGraph
              states={workflow.states}
              chosenId={openId}
              onChoose={(id) => setOpenId(id === openId ? undefined : id)}
            />
          </section>
        </div>
        {isChecking && (
          <Confirm
            title={t.workflow.checkTitle}
            action={t.workflow.checkAction}
            isBarred={!preview?.canBeSaved}
            onConfirm={async () => void (await editing.save())}
            onClose={() => setChecking(false)}
          >
            {preview ? <Effects preview={preview} isWhole /> : <p>{t.workflow.checking}</p>}
          </Confirm>
        )}
      </Editor>
    </Page>
  );
}

interface RowProps {
  state: State;
  index: number;
  list: SortList;
  workflow: Workflow;
  isStart: boolean;
  effect: Effect | undefined;
  isOpen: boolean;
  onOpen: (isOpen: boolean) => void;
  onChange: (workflow: Workflow) => void;
}

function StateRow({ state, index, list, workflow, isStart, effect, isOpen, onOpen, onChange }: RowProps) {
  const t = useTexts();
  const { id, label, category, nextSteps } = state;
  const name = label || t.workflow.unnamed;
  const change = (part: Partial<State>) => onChange(changeState(workflow, id, part));
  const others = workflow.states.filter((other) => other.id !== id);
  const line = (
    <>
      <button type="button" className="field-name state-name" aria-expanded={isOpen} onClick={() => onOpen(!isOpen)}>
        <StateMark category={category} />
        <span className="state-lines">
          <span className="ellipsis">
            {name} {isStart && <span className="badge">{t.workflow.start}</span>}
          </span>
          <span className="quiet ellipsis moves-line">
            {nextSteps.length > 0 ? (
              <>
                <span className="pointing">→</span> {labelsOf(workflow.states, nextSteps)}
              </>
            ) : (
              t.workflow.noMoves
            )}
          </span>
        </span>
        <span className="spacer" />
        {effect && <span className="quiet nowrap">{t.workflow.tickets(effect.tickets)}</span>}
        {isOpen ? <ChevronUpRegular aria-hidden="true" /> : <ChevronDownRegular aria-hidden="true" />}
      </button>
      <SortMenu
        label={name}
        index={index}
        count={workflow.states.length}
        onMove={(to) => onChange(moveState(workflow, id, to))}
      >
        <MenuItem disabled={others.length < 2} onClick={() => onChange(removeState(workflow, id))}>
          {t.workflow.remove}
        </MenuItem>
      </SortMenu>
    </>
  );
  return (
    <SortRow id={id} list={list} index={index} line={line}>
      {isOpen && (
        <div className="field-editor">
          <div className="category-line">
            <Field label={t.workflow.label} required className="category-name">
              <Input
                value={label}
                maxLength={64}
                autoFocus={label === ''}
                onChange={(_, data) => change({ label: data.value })}
              />
            </Field>
            <Field label={t.workflow.category} hint={t.workflow.categories[category].text}>
              <Select value={category} onChange={(_, data) => change({ category: data.value as State['category'] })}>
                {CATEGORIES.map((one) => (
                  <option key={one} value={one}>
                    {t.workflow.categories[one].name}
                  </option>
                ))}
              </Select>
            </Field>
          </div>
          <Moves from={state} workflow={workflow} onChange={onChange} />
          <p className="settings-hint">
            {t.workflow.comesFrom(
              labelsOf(
                others,
                others.filter((other) => other.nextSteps.includes(id)).map((other) => other.id),
              ),
            )}
          </p>
        </div>
      )}
    </SortRow>
  );
}

/** How a ticket can end. */
function Resolutions({ workflow, onChange }: { workflow: Workflow; onChange: (workflow: Workflow) => void }) {
  const t = useTexts();
  const labelOf = useResolutionLabel();
  const [text, setText] = useState('');
  const { resolutions } = workflow;
  const name = text.trim();
  const isKnown = resolutions.some(
    (one) => one.toLowerCase() === name.toLowerCase() || labelOf(one).toLowerCase() === name.toLowerCase(),
  );
  const add = () => {
    if (!name || isKnown) return;
    onChange({ ...workflow, resolutions: [...resolutions, name] });
    setText('');
  };
  return (
    <Group title={t.workflow.resolutions} text={t.workflow.resolutionsText}>
      <ul className="plain-list pills" aria-label={t.workflow.resolutions}>
        {resolutions.map((one) => (
          <li key={one}>
            <span>{labelOf(one)}</span>
            <button
              type="button"
              className="chip-remove"
              aria-label={t.tags.remove(labelOf(one))}
              onClick={() => onChange({ ...workflow, resolutions: resolutions.filter((other) => other !== one) })}
            >
              <DismissRegular />
            </button>
          </li>
        ))}
      </ul>
      <div className="settings-row">
        <Input
          size="small"
          value={text}
          maxLength={64}
          aria-label={t.workflow.newResolution}
          placeholder={t.workflow.newResolution}
          onChange={(_, data) => setText(data.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return;
            event.preventDefault();
            add();
          }}
        />
        <Button size="small" icon={<AddRegular />} disabled={!name || isKnown} onClick={add}>
          {t.workflow.addResolution}
        </Button>
      </div>
    </Group>
  );
}
