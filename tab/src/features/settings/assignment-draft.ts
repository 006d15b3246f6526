/** Who gets new tickets, and those that nobody touches, as an owner edits it. */

import type { Instance } from '../../../../api/contract/instance.ts';
import type { Person } from '../../../../api/contract/wire.ts';
import type { Part } from './editing.ts';

type StoredRule = Instance['assigneeRules'][number];
export type Condition = StoredRule['conditions'][number];
type Assign = StoredRule['assign'];
export const WAYS = ['person', 'roundRobin', 'leastOpen'] as const satisfies Assign[];

export interface Rule {
  id: string;
  name: string;
  conditions: Condition[];
  assign: Assign;
  peoples: Person[];
}

export interface Assignment {
  isOn: boolean;
  rules: Rule[];
  /** When no rule fits. */
  fallback: Pick<Rule, 'assign' | 'peoples'>;
  days: number;
  passesOn: boolean;
  idlePeoples: Person[];
  notifies: boolean;
}

const conditionOf = ({ field, fieldId, operator, value }: Condition): Condition => ({
  field,
  ...(fieldId !== undefined && { fieldId }),
  operator,
  value,
});

/** Rules that a program has written may have neither id nor name. */
const ruleOf = ({ id, name, conditions, assign, peoples }: StoredRule, index: number): Rule => ({
  id: id ?? `rule-${index}`,
  name: name ?? '',
  conditions: conditions.map(conditionOf),
  assign,
  peoples,
});

const FALLBACK: Assignment['fallback'] = { assign: 'roundRobin', peoples: [] };

export const ASSIGNMENT_PART: Part<Assignment> = {
  page: 'assignment',
  pick: (instance) => {
    const [last] = instance.defaultRuleAssignee;
    return {
      isOn: instance.isAutomaticAssignTickets,
      rules: instance.assigneeRules.map(ruleOf),
      fallback: last ? { assign: last.assign, peoples: last.peoples } : FALLBACK,
      days: instance.dayBeforeTicketsIdle,
      passesOn: instance.isAutoAssignIdleTickets,
      idlePeoples: instance.idleTicketAssignedTo,
      notifies: instance.isNotifyIdleTicket,
    };
  },
  toUpdate: ({ isOn, rules, fallback, days, passesOn, idlePeoples, notifies }) => ({
    isAutomaticAssignTickets: isOn,
    assigneeRules: rules,
    defaultRuleAssignee: fallback.peoples.length > 0 ? [{ conditions: [], ...fallback }] : [],
    dayBeforeTicketsIdle: days,
    isAutoAssignIdleTickets: passesOn,
    idleTicketAssignedTo: idlePeoples,
    isNotifyIdleTicket: notifies,
  }),
};

export const newRule = (): Rule => ({
  id: crypto.randomUUID(),
  name: '',
  conditions: [{ field: 'title', operator: 'contains', value: '' }],
  assign: 'roundRobin',
  peoples: [],
});

/** The rule comes to stand at this place of the list as it is without the rule. */
export function moveRule(rules: Rule[], id: string, index: number): Rule[] {
  const rule = rules.find((one) => one.id === id);
  return rule ? rules.filter((one) => one !== rule).toSpliced(index, 0, rule) : rules;
}

/** What keeps it from being saved: of a rule by its id, or of the tickets that nobody touches. */
export function assignmentProblem({
  rules,
  days,
  passesOn,
  idlePeoples,
  notifies,
}: Assignment): { id?: string; problem: 'people' | 'value' | 'field' | 'days' | 'idlePeople' } | undefined {
  for (const { id, conditions, peoples } of rules) {
    if (conditions.some(({ field, fieldId }) => field === 'customFields' && !fieldId)) return { id, problem: 'field' };
    if (conditions.some(({ operator, value }) => operator === 'contains' && value.trim() === ''))
      return { id, problem: 'value' };
    if (peoples.length === 0) return { id, problem: 'people' };
  }
  if (passesOn && idlePeoples.length === 0) return { problem: 'idlePeople' };
  if ((passesOn || notifies) && days === 0) return { problem: 'days' };
  return undefined;
}
