/** When the desk works, when it does not, and how soon it answers. */

import { Button, Field, Input, SpinButton } from '@fluentui/react-components';
import { AddRegular, DismissRegular } from '@fluentui/react-icons';
import { useState } from 'react';
import type { Priority } from '../../../../api/contract/tickets.ts';
import { useFormat, useMessages } from '../../i18n.tsx';
import { PRIORITIES, PriorityMark } from '../../ui/marks.tsx';
import { ChosenPeople } from './chosen-people.tsx';
import { DurationInput } from './duration-input.tsx';
import { useEditing, type VersionedInstance } from './editing.ts';
import { HOURS_PART, type Hours, hoursProblem, inOrder, type Span } from './hours-draft.ts';
import { Editor, Group, Page } from './parts.tsx';
import { useTexts } from './texts.ts';
import './hours.css';
import './pills.css';

const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7];
/** A Monday, to ask the language for the names of the days. */
const MONDAY = Date.UTC(2024, 0, 1);
const DAY_MS = 24 * 60 * 60 * 1000;

export function HoursPage({ instanceId, known }: { instanceId: string; known: VersionedInstance }) {
  const t = useTexts();
  const editing = useEditing(instanceId, known, HOURS_PART);
  const { value, set } = editing;
  const problem = hoursProblem(value);
  return (
    <Page page="hours">
      <Editor editing={editing} wrong={problem && t.hours.problems[problem]}>
        <Group title={t.hours.week} text={t.hours.weekText(known.instance.sla.timezone.replaceAll('_', ' '))}>
          <Week hours={value} onChange={set} />
        </Group>
        <Group title={t.hours.holidays} text={t.hours.holidaysText}>
          <Holidays days={value.holidays} onChange={(holidays) => set({ ...value, holidays })} />
        </Group>
        <Group title={t.hours.targets} text={t.hours.targetsText}>
          <Targets hours={value} onChange={set} />
        </Group>
        <Group title={t.hours.escalation} text={t.hours.escalationText}>
          <Field label={t.hours.warning} hint={t.hours.warningHint}>
            <SpinButton
              className="percent"
              min={1}
              max={99}
              value={value.warningPercent}
              displayValue={`${value.warningPercent} %`}
              onChange={(_, data) => {
                const next = data.value ?? Number.parseInt(data.displayValue ?? '', 10);
                if (next >= 1 && next <= 99) set({ ...value, warningPercent: Math.round(next) });
              }}
            />
          </Field>
          <EscalateTo instanceId={instanceId} hours={value} onChange={set} />
        </Group>
      </Editor>
    </Page>
  );
}

interface PartProps {
  hours: Hours;
  onChange: (hours: Hours) => void;
}

function Week({ hours, onChange }: PartProps) {
  const t = useTexts();
  const { workingHours } = hours;
  const name = new Intl.DateTimeFormat(document.documentElement.lang, { weekday: 'long', timeZone: 'UTC' });
  const nameOf = (weekday: number) => name.format(MONDAY + (weekday - 1) * DAY_MS);
  const set = (next: Span[]) => onChange({ ...hours, workingHours: inOrder(next) });
  const change = (span: Span, part: Partial<Span>) =>
    onChange({ ...hours, workingHours: workingHours.map((one) => (one === span ? { ...one, ...part } : one)) });
  const copy = () => {
    const monday = workingHours.filter(({ weekday }) => weekday === 1);
    const weekend = workingHours.filter(({ weekday }) => weekday > 5);
    set([...[1, 2, 3, 4, 5].flatMap((weekday) => monday.map((span) => ({ ...span, weekday }))), ...weekend]);
  };
  return (
    <ul className="plain-list week">
      {WEEKDAYS.map((weekday) => {
        const spans = workingHours.filter((span) => span.weekday === weekday);
        const last = spans.at(-1);
        const add = ({ currentTarget }: { currentTarget: HTMLElement }) => {
          const day = currentTarget.closest('li');
          set([
            ...workingHours,
            last && last.to < '23:00'
              ? { weekday, from: last.to, to: '24:00' }
              : { weekday, from: '09:00', to: '17:00' },
          ]);
          setTimeout(() => day?.querySelector<HTMLElement>('.span:last-child input')?.focus());
        };
        return (
          <li key={weekday}>
            <span className="weekday">{nameOf(weekday)}</span>
            <span className="spans">
              {spans.length === 0 && <span className="quiet closed">{t.hours.closed}</span>}
              {spans.map((span, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a span is known by its place in the day
                <span key={index} className="span">
                  <input
                    type="time"
                    className="inline-input boxed"
                    required
                    aria-label={t.hours.from(nameOf(weekday))}
                    value={span.from}
                    onChange={(event) => change(span, { from: event.target.value })}
                  />
                  <span aria-hidden="true">–</span>
                  <input
                    type="time"
                    className="inline-input boxed"
                    required
                    aria-label={t.hours.to(nameOf(weekday))}
                    value={span.to === '24:00' ? '00:00' : span.to}
                    onChange={(event) =>
                      change(span, { to: event.target.value === '00:00' ? '24:00' : event.target.value })
                    }
                  />
                  <Button
                    size="small"
                    appearance="subtle"
                    icon={<DismissRegular />}
                    aria-label={t.hours.removeSpan(nameOf(weekday), span.from, span.to)}
                    onClick={() => set(workingHours.filter((one) => one !== span))}
                  />
                </span>
              ))}
            </span>
            <span className="week-actions">
              <Button
                size="small"
                appearance="subtle"
                icon={<AddRegular />}
                aria-label={t.hours.addSpan(nameOf(weekday))}
                title={t.hours.addSpan(nameOf(weekday))}
                disabled={last?.to === '24:00'}
                onClick={add}
              />
              {weekday === 1 && (
                <button type="button" className="text-button" onClick={copy}>
                  {t.hours.copyMonday}
                </button>
              )}
            </span>
          </li>
        );
      })}
    </ul>
  );
}

function Holidays({ days, onChange }: { days: string[]; onChange: (days: string[]) => void }) {
  const t = useTexts();
  const format = useFormat();
  const [day, setDay] = useState('');
  const add = () => {
    if (!day) return;
    onChange([...new Set([...days, day])].toSorted());
    setDay('');
  };
  return (
    <>
      <ul className="plain-list pills" aria-label={t.hours.holidays}>
        {days.map((one) => (
          <li key={one}>
            <span>{format.day(one)}</span>
            <button
              type="button"
              className="chip-remove"
              aria-label={t.tags.remove(format.day(one))}
              onClick={() => onChange(days.filter((other) => other !== one))}
            >
              <DismissRegular />
            </button>
          </li>
        ))}
      </ul>
      <div className="settings-row">
        <Input
          type="date"
          size="small"
          aria-label={t.hours.holiday}
          value={day}
          onChange={(_, data) => setDay(data.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return;
            event.preventDefault();
            add();
          }}
        />
        <Button size="small" icon={<AddRegular />} disabled={!day} onClick={add}>
          {t.hours.addHoliday}
        </Button>
      </div>
    </>
  );
}

function Targets({ hours, onChange }: PartProps) {
  const m = useMessages();
  const t = useTexts();
  const set = (priority: Priority, part: Partial<Hours['targets'][Priority]>) =>
    onChange({ ...hours, targets: { ...hours.targets, [priority]: { ...hours.targets[priority], ...part } } });
  return (
    <table className="targets">
      <thead>
        <tr>
          <th scope="col">{m.field.priority}</th>
          <th scope="col">{t.hours.firstResponse}</th>
          <th scope="col">{t.hours.resolution}</th>
        </tr>
      </thead>
      <tbody>
        {PRIORITIES.map((priority) => {
          const { first, resolution } = hours.targets[priority];
          return (
            <tr key={priority}>
              <th scope="row">
                <span className="person-name">
                  <PriorityMark priority={priority} isSilent /> {m.priority[priority]}
                </span>
              </th>
              <td data-label={t.hours.firstResponse}>
                <DurationInput
                  label={`${m.priority[priority]}: ${t.hours.firstResponse}`}
                  minutes={first}
                  onChange={(next) => set(priority, { first: next })}
                />
              </td>
              <td data-label={t.hours.resolution}>
                <DurationInput
                  label={`${m.priority[priority]}: ${t.hours.resolution}`}
                  minutes={resolution}
                  onChange={(next) => set(priority, { resolution: next })}
                />
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function EscalateTo({ instanceId, hours, onChange }: PartProps & { instanceId: string }) {
  const t = useTexts();
  return (
    <div className="settings-line">
      <span className="settings-label">{t.hours.escalateTo}</span>
      <ChosenPeople
        instanceId={instanceId}
        label={t.hours.escalateTo}
        people={hours.escalateTo}
        onChange={(escalateTo) => onChange({ ...hours, escalateTo })}
      />
    </div>
  );
}
