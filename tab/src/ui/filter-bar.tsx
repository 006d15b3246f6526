/** The filters of a page: a chip for each that is set, and the button for another. */

import { Button } from '@fluentui/react-components';
import { AddRegular, DismissRegular, FilterRegular } from '@fluentui/react-icons';
import { useRef, useState } from 'react';
import type { CustomField } from '../../../api/contract/instance.ts';
import type { Origin } from '../../../api/contract/tickets.ts';
import { useInstance, useWorkflow } from '../data.ts';
import { useFormat, useMessages } from '../i18n.tsx';
import { stateOptions, usePeopleOptions, usePriorityOptions, useTagOptions } from './choices.tsx';
import { CUSTOM, dayOf, FILTER_NAMES, type FilterKind, type FilterName, filtersIn } from './filter.ts';
import { flagText, kindOf, listOf, useValueText } from './filter-text.ts';
import { type Option, PickPopover } from './pick.tsx';
import { useResolutionLabel } from './workflow.ts';
import './filter-bar.css';

interface Props {
  instanceId: string;
  params: URLSearchParams;
  onChange: (name: string, value: string | undefined) => void;
  onClear: () => void;
  /** Which of the list's filters the page has; without it, all. */
  isOffered?: (name: string) => boolean;
}

/** All filters that are set, each to be changed or taken off. */
export function FilterBar({ instanceId, params, onChange, onClear, isOffered = () => true }: Props) {
  const m = useMessages();
  const { data: instance } = useInstance(instanceId);
  const [opened, setOpened] = useState<string>();
  const add = useRef<HTMLSpanElement>(null);
  const set = filtersIn(params).filter(isOffered);
  // Those that were hidden since the filter was set still filter.
  const custom = instance?.customFields ?? [];
  const unknown = instance ? m.filter.gone : '…';
  const nameOf = (name: string) =>
    name.startsWith(CUSTOM)
      ? (custom.find(({ id }) => CUSTOM + id === name)?.title ?? unknown)
      : m.filter[name as FilterName];
  const options: Option[] = [
    ...FILTER_NAMES.map((name) => ({ key: name as string, text: m.filter[name], group: undefined })),
    ...custom
      .filter(({ status }) => status === 'visible')
      .map((field) => ({ key: CUSTOM + field.id, text: field.title, group: m.filter.custom })),
  ].filter(({ key }) => !set.includes(key) && isOffered(key));
  // What is pressed to take a filter off goes with it, and the keyboard would be nowhere.
  const focusAdd = () => add.current!.querySelector('button')!.focus();
  const chips = opened && !set.includes(opened) ? [...set, opened] : set;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would bring a border and a legend
    <div className="filter-bar" role="group" aria-label={m.list.filters}>
      {chips.map((name) => (
        <Chip
          key={name}
          instanceId={instanceId}
          name={name}
          title={nameOf(name)}
          value={params.get(name) ?? ''}
          field={custom.find(({ id }) => CUSTOM + id === name)}
          isNew={name === opened}
          onDone={() => setOpened(undefined)}
          onChange={(value) => onChange(name, value)}
          onRemove={() => {
            focusAdd();
            setOpened(undefined);
            onChange(name, undefined);
          }}
        />
      ))}
      <span ref={add}>
        <PickPopover
          label={m.list.addFilter}
          options={options}
          onPick={setOpened}
          trigger={
            <Button size="small" appearance="subtle" icon={set.length > 0 ? <AddRegular /> : <FilterRegular />}>
              {m.list.filter}
            </Button>
          }
        />
      </span>
      {set.length > 1 && (
        <Button
          size="small"
          appearance="transparent"
          onClick={() => {
            focusAdd();
            onClear();
          }}
        >
          {m.list.clearFilters}
        </Button>
      )}
    </div>
  );
}

interface ChipProps {
  instanceId: string;
  name: string;
  title: string;
  value: string;
  field: CustomField | undefined;
  isNew: boolean;
  onDone: () => void;
  onChange: (value: string | undefined) => void;
  onRemove: () => void;
}

const toggled = (value: string, key: string): string | undefined => {
  const all = listOf(value);
  return (all.includes(key) ? all.filter((one) => one !== key) : [...all, key]).join(',') || undefined;
};

function Chip(props: ChipProps) {
  const { name, title, field, onRemove } = props;
  const m = useMessages();
  const kind = kindOf(name, field);
  return (
    <span className="chip">
      {kind ? <ChipValue {...props} kind={kind} /> : <span className="chip-text quiet">{title}</span>}
      <button type="button" className="chip-remove" aria-label={m.list.removeFilter(title)} onClick={onRemove}>
        <DismissRegular />
      </button>
    </span>
  );
}

type ChipValueProps = Omit<ChipProps, 'onRemove'> & { kind: FilterKind | 'options' };

/** Those that let through any of several values. */
const MULTIPLE = new Set<string>(['states', 'priorities', 'tags', 'resolutions', 'origins'] satisfies FilterKind[]);

/** What the filter is set to; pressed, it offers others. */
function ChipValue({ instanceId, name, title, value, field, kind, isNew, onDone, onChange }: ChipValueProps) {
  const m = useMessages();
  const format = useFormat();
  const workflow = useWorkflow(instanceId);
  const isMultiple = MULTIPLE.has(kind);
  const [isOpen, setOpen] = useState(isNew);
  const priorities = usePriorityOptions(listOf(value));
  const tags = useTagOptions(instanceId, listOf(value));
  const people = usePeopleOptions(instanceId, {
    chosen: [value === 'none' ? '' : value],
    nobody: name === 'assigneeId' ? m.ticket.nobody : undefined,
    isForAssignee: name === 'assigneeId',
    isForFilter: true,
    enabled: isOpen && kind === 'person',
  });
  const text = useValueText(instanceId, name, value, field);
  const resolutionLabel = useResolutionLabel();
  const day = (offset: string, label: string): Option => ({
    key: offset,
    text: label,
    detail: format.day(dayOf(offset, format.timezone)),
    isChosen: value === offset,
  });
  const several = (keys: string[], textOf: (key: string) => string): Option[] =>
    keys.map((key) => ({ key, text: textOf(key), isChosen: listOf(value).includes(key) }));
  const options: Option[] = {
    states: () => stateOptions(m, workflow.states, listOf(value)),
    priorities: () => priorities,
    tags: () => tags,
    person: () => people.options,
    flag: () => [
      { key: 'true', text: flagText(name, true, m), isChosen: value === 'true' },
      { key: 'false', text: flagText(name, false, m), isChosen: value === 'false' },
    ],
    day: () =>
      field
        ? [day('+0', m.time.today), day('+1', m.time.tomorrow)]
        : [
            ...(name === 'expectedDateBefore' ? [{ key: 'now', text: m.time.now, isChosen: value === 'now' }] : []),
            day('+0', m.time.today),
            day('+1', m.time.tomorrow),
            day('-1', m.time.yesterday),
            day('+7', m.time.inDays(7)),
            day('-7', m.time.daysAgo(7)),
            day('-30', m.time.daysAgo(30)),
          ],
    options: () =>
      (field?.options ?? []).map(({ key, text: label }) => ({ key, text: label, isChosen: value === key })),
    resolutions: () => several(workflow.resolutions, resolutionLabel),
    origins: () => several(Object.keys(m.origin), (origin) => m.origin[origin as Origin]),
    text: () => [],
    number: () => [],
  }[kind]();
  const freeText = (typed: string): Option | undefined => {
    if (kind === 'text') return { key: typed, text: m.filter.typed(typed) };
    if (kind === 'number') return /^#?\d{1,9}$/.test(typed) ? { key: typed.replace('#', ''), text: typed } : undefined;
    const day = kind === 'day' && format.typedDay(typed);
    return day ? { key: day, text: format.day(day) } : undefined;
  };
  const hints: Partial<Record<typeof kind, string>> = {
    text: m.filter.typeText,
    number: m.filter.typeNumber,
    day: m.filter.typeDay,
  };
  const hint = hints[kind];
  return (
    <PickPopover
      label={hint ?? title}
      options={options}
      isMultiple={isMultiple}
      isOpen={isOpen}
      onOpenChange={(open) => {
        setOpen(open);
        if (!open) onDone();
      }}
      onSearch={kind === 'person' ? people.search : undefined}
      footer={people.footer}
      freeText={freeText}
      emptyText={hint}
      onPick={(key) => onChange(isMultiple ? toggled(value, key) : key)}
      trigger={
        <button type="button" className="chip-text">
          {/* Its values name themselves. */}
          {(name !== 'isResolved' || text === '') && <span className="quiet">{title}</span>} {text || '…'}
        </button>
      }
    />
  );
}
