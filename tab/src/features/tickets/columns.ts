/** The columns that a list can have, and which of them fit. */

import { useMemo } from 'react';
import type { CustomField } from '../../../../api/contract/instance.ts';
import { type ListFilter, useInstance } from '../../data.ts';
import { useMessages } from '../../i18n.tsx';
import type { Messages } from '../../messages/en.ts';

interface Shape {
  /** Pixels; the title takes what is left. */
  width: number;
  orderBy?: NonNullable<ListFilter['orderBy']>;
}

/** A column that can be shown: a part of every ticket, or a field of this help desk. */
export interface Column extends Shape {
  id: string;
  name: string;
  field?: CustomField;
}

/** What the list can be ordered by, whether there is a column of it or not. */
export const SORTS = {
  lastInteraction: (m) => m.column.lastInteraction,
  createdOn: (m) => m.column.createdOn,
  lastUpdatedOn: (m) => m.column.lastUpdatedOn,
  expectedDate: (m) => m.column.expectedDate,
  priority: (m) => m.column.priority,
  status: (m) => m.column.status,
  ticketNo: (m) => m.column.ticketNo,
  title: (m) => m.column.title,
  assigneeName: (m) => m.column.assignee,
  assigneeEmail: (m) => m.filter.assigneeEmail,
  requestorName: (m) => m.column.requestor,
  requestorEmail: (m) => m.filter.requestorEmail,
} satisfies { [O in NonNullable<ListFilter['orderBy']>]?: (m: Messages) => string };

const ASCENDING = [
  'title',
  'status',
  'expectedDate',
  'assigneeName',
  'assigneeEmail',
  'requestorName',
  'requestorEmail',
];

/** Names begin with A and days with the next one, all else with the newest or the most urgent. */
export const firstOrder = (orderBy: string): 'ASC' | 'DESC' => (ASCENDING.includes(orderBy) ? 'ASC' : 'DESC');

/** In the order in which a person who has chosen nothing sees them. */
const BUILT_IN = {
  priority: { width: 36, orderBy: 'priority' },
  ticketNo: { width: 60, orderBy: 'ticketNo' },
  title: { width: 260, orderBy: 'title' },
  status: { width: 120, orderBy: 'status' },
  assignee: { width: 160, orderBy: 'assigneeName' },
  requestor: { width: 140, orderBy: 'requestorName' },
  expectedDate: { width: 92, orderBy: 'expectedDate' },
  lastInteraction: { width: 104, orderBy: 'lastInteraction' },
  createdOn: { width: 104, orderBy: 'createdOn' },
  lastUpdatedOn: { width: 104, orderBy: 'lastUpdatedOn' },
  tags: { width: 180 },
  followers: { width: 84 },
  resolution: { width: 110 },
  origin: { width: 84 },
  sla: { width: 150 },
} satisfies Record<string, Shape>;
export type BuiltInColumn = keyof typeof BUILT_IN;

const FIELD_WIDTH: Record<CustomField['type']['key'], number> = {
  text: 140,
  textarea: 200,
  toggle: 92,
  date: 104,
  list: 140,
  peoplepicker: 160,
};

export const DEFAULT_COLUMNS: BuiltInColumn[] = [
  'priority',
  'ticketNo',
  'title',
  'status',
  'assignee',
  'requestor',
  'expectedDate',
  'lastInteraction',
];

/** All columns of a help desk by their ids; those of its fields are named like the filter by the same field. */
export function useAllColumns(instanceId: string): Map<string, Column> {
  const m = useMessages();
  const { data: instance } = useInstance(instanceId);
  const fields = instance?.customFields;
  return useMemo(() => {
    const builtIn = Object.entries(BUILT_IN) as [BuiltInColumn, Shape][];
    const all = builtIn.map(([id, shape]): Column => ({ id, name: m.column[id], ...shape }));
    for (const field of fields ?? []) {
      if (field.status === 'hidden') continue;
      all.push({ id: `customFields.${field.id}`, name: field.title, width: FIELD_WIDTH[field.type.key], field });
    }
    return new Map(all.map((column) => [column.id, column]));
  }, [m, fields]);
}

/**
 * What to remember after a choice among the columns that are there. Those that are not, for they belong to another help
 * desk or to a field that is hidden, keep their places behind the columns they stood behind.
 */
export function withUnseen(next: string[], remembered: string[], all: Map<string, Column>): string[] {
  const kept = [...next];
  remembered.forEach((id, index) => {
    if (all.has(id) || kept.includes(id)) return;
    const before = remembered.slice(0, index).findLast((one) => kept.includes(one));
    kept.splice(before === undefined ? 0 : kept.indexOf(before) + 1, 0, id);
  });
  return kept;
}

/** What a card of the narrow list shows. */
const ON_CARD = new Set([
  'priority',
  'ticketNo',
  'title',
  'status',
  'assignee',
  'expectedDate',
  'lastInteraction',
  'tags',
]);

/** Of the chosen columns those that are not shown. */
export const withoutRoom = (chosen: Column[], shown: Column[], isCard: boolean): string[] =>
  chosen.filter((one) => (isCard ? !ON_CARD.has(one.id) : !shown.includes(one))).map(({ id }) => id);

/** Room for the box of selection, the sign of what is late and the mark of what is new. */
export const MARKS_WIDTH = 64;

/** Of what is left the title takes all, until it has more than it needs; then the others grow with it, but for marks. */
export function trackOf({ id, width }: Column): string {
  if (id === 'title') return 'minmax(160px, 600fr)';
  return id === 'priority' || id === 'ticketNo' ? `${width}px` : `minmax(${width}px, ${width}fr)`;
}

/** The chosen columns that fit into a width: from the last on they give way, but for what names the ticket. */
export function fitting(chosen: Column[], all: Map<string, Column>, width: number): Column[] {
  const title = all.get('title')!;
  const kept = chosen.includes(title) ? [...chosen] : [...chosen, title];
  const needed = () => kept.reduce((sum, column) => sum + column.width, MARKS_WIDTH);
  const least = new Set(['title', 'ticketNo', 'status', 'priority']);
  for (const column of kept.toReversed()) {
    if (needed() <= width) break;
    if (!least.has(column.id)) kept.splice(kept.indexOf(column), 1);
  }
  return kept;
}
