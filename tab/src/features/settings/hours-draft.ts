/** Working hours and targets as an owner edits them. */

import type { Instance } from '../../../../api/contract/instance.ts';
import type { Priority } from '../../../../api/contract/tickets.ts';
import { PRIORITIES } from '../../ui/marks.tsx';
import type { Part } from './editing.ts';

type Sla = Instance['sla'];
export type Span = Sla['workingHours'][number];

/** Minutes until the first answer and until the end; null for no target. */
interface Target {
  first: number | null;
  resolution: number | null;
}

export interface Hours extends Pick<Sla, 'workingHours' | 'holidays' | 'warningPercent' | 'escalateTo'> {
  targets: Record<Priority, Target>;
}

const targetOf = (sla: Sla, priority: Priority): Target => {
  const found = sla.targets.find((target) => target.priority === priority);
  return { first: found?.firstResponseMinutes ?? null, resolution: found?.resolutionMinutes ?? null };
};

export const HOURS_PART: Part<Hours> = {
  page: 'hours',
  pick: ({ sla }) => ({
    workingHours: sla.workingHours,
    holidays: sla.holidays,
    warningPercent: sla.warningPercent,
    escalateTo: sla.escalateTo,
    targets: Object.fromEntries(PRIORITIES.map((priority) => [priority, targetOf(sla, priority)])) as Hours['targets'],
  }),
  toUpdate: ({ targets, ...rest }, { sla }) => ({
    sla: {
      ...sla,
      ...rest,
      targets: PRIORITIES.flatMap((priority) => {
        const { first, resolution } = targets[priority];
        return first && resolution ? [{ priority, firstResponseMinutes: first, resolutionMinutes: resolution }] : [];
      }),
    },
  }),
};

/** Spans as they follow one another in a week. */
export const inOrder = (spans: Span[]): Span[] =>
  spans.toSorted((a, b) => a.weekday - b.weekday || a.from.localeCompare(b.from));

type HoursProblem = 'time' | 'order' | 'overlap' | 'half' | 'resolutionFirst';

/** What keeps the hours from being saved. */
export function hoursProblem({ workingHours, targets }: Hours): HoursProblem | undefined {
  if (workingHours.some(({ from, to }) => !from || !to)) return 'time';
  if (workingHours.some(({ from, to }) => from >= to)) return 'order';
  const sorted = inOrder(workingHours);
  if (sorted.some((span, index) => sorted[index - 1]?.weekday === span.weekday && sorted[index - 1]!.to > span.from))
    return 'overlap';
  const all = Object.values(targets);
  if (all.some(({ first, resolution }) => (first === null) !== (resolution === null))) return 'half';
  if (all.some(({ first, resolution }) => first !== null && resolution !== null && first > resolution))
    return 'resolutionFirst';
  return undefined;
}
