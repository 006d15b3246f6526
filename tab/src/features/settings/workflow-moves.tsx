/** The moves from a state: where they lead, what each is called and who may make it. */

import { Button, Checkbox, Field, Input, Select } from '@fluentui/react-components';
import { ChevronDownRegular, ChevronUpRegular } from '@fluentui/react-icons';
import { useState } from 'react';
import { MOVERS, type Mover, moveBetween, moverOf, usualMover } from '../../../../api/contract/moves.ts';
import type { Move, State, Workflow } from '../../../../api/contract/workflow.ts';
import type { SettingsMessages } from '../../messages/settings.en.ts';
import { useTexts } from './texts.ts';
import { changeMove, toggleMove } from './workflow-draft.ts';
import './workflow-moves.css';

/** What is special about a move, in a few words. */
export const summaryOf = (t: SettingsMessages, { label, by }: Omit<Move, 'to'>): string =>
  [label && t.workflow.quoted(label), by && t.workflow.movers[by]].filter(Boolean).join(' · ');

interface MovesProps {
  from: State;
  workflow: Workflow;
  onChange: (workflow: Workflow) => void;
}

export function Moves({ from, workflow, onChange }: MovesProps) {
  const t = useTexts();
  const [openId, setOpenId] = useState<string>();
  return (
    <fieldset className="moves">
      <legend>{t.workflow.movesFrom(from.label || t.workflow.unnamed)}</legend>
      {workflow.states
        .filter(({ id }) => id !== from.id)
        .map((to) => (
          <MoveRow
            key={to.id}
            from={from}
            to={to}
            isOpen={openId === to.id}
            onToggle={() => onChange(toggleMove(workflow, from.id, to.id))}
            onOpen={(isOpen) => setOpenId(isOpen ? to.id : undefined)}
            onChange={(part) => onChange(changeMove(workflow, from.id, to.id, part))}
          />
        ))}
    </fieldset>
  );
}

interface RowProps {
  from: State;
  to: State;
  isOpen: boolean;
  onToggle: () => void;
  onOpen: (isOpen: boolean) => void;
  onChange: (part: Omit<Move, 'to'>) => void;
}

function MoveRow({ from, to, isOpen, onToggle, onOpen, onChange }: RowProps) {
  const t = useTexts();
  const isMove = from.nextSteps.includes(to.id);
  const name = to.label || t.workflow.unnamed;
  const special = moveBetween(from, to);
  const usual = usualMover(from, to);
  const what = t.workflow.moveMore(from.label || t.workflow.unnamed, name);
  const summary = special && !isOpen ? summaryOf(t, special) : '';
  return (
    <div className={isMove && isOpen ? 'move open' : 'move'}>
      <div className="move-line">
        <Checkbox checked={isMove} label={name} onChange={onToggle} />
        {isMove && (
          <Button
            size="small"
            appearance="subtle"
            iconPosition="after"
            icon={isOpen ? <ChevronUpRegular /> : <ChevronDownRegular />}
            aria-expanded={isOpen}
            aria-label={summary ? `${what}: ${summary}` : what}
            title={what}
            onClick={() => onOpen(!isOpen)}
          >
            {summary && <span className="quiet ellipsis">{summary}</span>}
          </Button>
        )}
      </div>
      {isMove && isOpen && (
        <div className="category-line">
          <Field label={t.workflow.moveLabel}>
            <Input
              value={special?.label ?? ''}
              placeholder={name}
              maxLength={64}
              onChange={(_, data) => onChange({ label: data.value })}
            />
          </Field>
          <Field label={t.workflow.mover}>
            <Select
              value={moverOf(from, to)}
              onChange={(_, data) => onChange({ by: data.value === usual ? undefined : (data.value as Mover) })}
            >
              {MOVERS.map((one) => (
                <option key={one} value={one}>
                  {one === usual ? t.workflow.asUsual(t.workflow.movers[one]) : t.workflow.movers[one]}
                </option>
              ))}
            </Select>
          </Field>
        </div>
      )}
    </div>
  );
}
