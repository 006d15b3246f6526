/** The columns that a list can have, and which of them fit. */

import type { ListFilter } from '../../data.ts';

export interface Column {
  /** Pixels; the title takes what is left. */
  width: number;
  orderBy?: NonNullable<ListFilter['orderBy']>;
}

/** In the order in which a person who has chosen nothing sees them. */
export const ALL_COLUMNS = {
  priority: { width: 36, orderBy: 'priority' },
  ticketNo: { width: 60, orderBy: 'ticketNo' },
  title: { width: 240, orderBy: 'title' },
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
  sla: { width: 96 },
} satisfies Record<string, Column>;
export type ColumnId = keyof typeof ALL_COLUMNS;

export const DEFAULT_COLUMNS: ColumnId[] = [
  'priority',
  'ticketNo',
  'title',
  'status',
  'assignee',
  'requestor',
  'expectedDate',
  'lastInteraction',
];

/** Room for the mark of selection and the one of what is new. */
const MARKS_WIDTH = 44;

/** The chosen columns that fit into a width: from the last on they give way, but for what names the ticket. */
export function fitting(chosen: ColumnId[], width: number): ColumnId[] {
  const kept = chosen.includes('title') ? [...chosen] : [...chosen, 'title' as const];
  const needed = () => kept.reduce((sum, id) => sum + ALL_COLUMNS[id].width, MARKS_WIDTH);
  const least = new Set<ColumnId>(['title', 'ticketNo', 'status', 'priority']);
  for (const id of kept.toReversed()) {
    if (needed() <= width) break;
    if (!least.has(id)) kept.splice(kept.indexOf(id), 1);
  }
  return kept;
}
