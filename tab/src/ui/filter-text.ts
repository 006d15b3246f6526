/** What a filter is set to, as people call it. */

import type { CustomField } from '../../../api/contract/instance.ts';
import type { Origin } from '../../../api/contract/tickets.ts';
import { useInstance, useTags, useWorkflow } from '../data.ts';
import { useFormat, useMessages } from '../i18n.tsx';
import type { Messages } from '../messages/en.ts';
import { useNameOnTicket, usePeople } from '../people.ts';
import { tagKey, tagOf } from './choices.tsx';
import { dayOf, FILTERS, type FilterKind, type FilterName, isDay } from './filter.ts';
import { stateLabel, stateOf, useResolutionLabel } from './workflow.ts';

/** The values of a filter that lets through any of several. */
export const listOf = (value: string): string[] => value.split(',').filter(Boolean);

/** The kind of a custom field's filter. */
const CUSTOM_KINDS: Record<CustomField['type']['key'], FilterKind | 'options'> = {
  text: 'text',
  textarea: 'text',
  toggle: 'flag',
  date: 'day',
  list: 'options',
  peoplepicker: 'person',
};

/** How the value of a filter is chosen; undefined for a field that is gone, or not yet known. */
export const kindOf = (name: string, field: CustomField | undefined): FilterKind | 'options' | undefined =>
  field ? CUSTOM_KINDS[field.type.key] : FILTERS[name as FilterName];

/** What a filter that is on or off lets through. */
export function flagText(name: string, isTrue: boolean, m: Messages): string {
  if (name === 'isResolved') return isTrue ? m.filter.resolved : m.filter.unresolved;
  return isTrue ? m.common.yes : m.common.no;
}

/** What people call the value that a filter is set to. */
export function useValueText(instanceId: string, name: string, value: string, field?: CustomField): string {
  const kind = kindOf(name, field);
  const m = useMessages();
  const format = useFormat();
  const workflow = useWorkflow(instanceId);
  const resolutionLabel = useResolutionLabel();
  const { data: categories = [] } = useTags(instanceId);
  const { data: found } = usePeople(instanceId, '', kind === 'person' && value !== '');
  const { data: instance } = useInstance(instanceId);
  const people = [...(instance?.assignees.peoples ?? []), ...(found?.people ?? [])];
  const person = people.find(({ id }) => id === value);
  const role = name === 'assigneeId' ? 'assignee' : name === 'requestorId' ? 'requestor' : undefined;
  const isStranger = value !== '' && value !== 'me' && value !== 'none' && found !== undefined && !person;
  const { data: nameOnTicket } = useNameOnTicket(instanceId, isStranger ? role : undefined, value);
  if (value === '') return '';
  const names = listOf(value);
  switch (kind) {
    case 'states':
      return names.map((id) => stateLabel(m, stateOf(workflow, id)?.label ?? id)).join(', ');
    case 'priorities':
      return names.map((name) => m.priority[name as 'Low'] ?? name).join(', ');
    case 'tags': {
      const all = categories.flatMap(({ id, tags }) =>
        tags.map(({ text }) => ({ key: tagKey({ tagCategoryId: id, text }), text })),
      );
      return names
        .map((key) => all.find((tag) => tag.key.toLowerCase() === key.toLowerCase())?.text ?? tagOf(key).text)
        .join(', ');
    }
    case 'person': {
      if (value === 'me') return m.common.meAlone;
      if (value === 'none') return m.ticket.nobody;
      return person?.name ?? (nameOnTicket || value);
    }
    case 'resolutions':
      return names.map(resolutionLabel).join(', ');
    case 'origins':
      return names.map((origin) => m.origin[origin as Origin] ?? origin).join(', ');
    case 'flag':
      return flagText(name, value === 'true', m);
    case 'day': {
      const relative: Record<string, string> = {
        now: m.time.now,
        '+0': m.time.today,
        '+1': m.time.tomorrow,
        '-1': m.time.yesterday,
      };
      const day = dayOf(value, format.timezone);
      return relative[value] ?? (isDay(day) ? format.day(day) : value);
    }
    case 'options':
      return field?.options.find(({ key }) => key === value)?.text ?? value;
    default:
      return value;
  }
}
