import { createHash } from 'node:crypto';
import type { StoredTicket } from '../contract/events.ts';
import type { Instance } from '../contract/instance.ts';
import { isResolved } from '../contract/moves.ts';
import type { Person } from '../contract/wire.ts';
import { fold } from '../store/kinds.ts';
import type { Context } from './context.ts';
import { memberId, roleOf } from './members.ts';

/** Whom a new ticket goes to when nobody was named: the first rule that fits says among whom, and how. */

type Rule = Instance['assigneeRules'][number];
type Condition = Rule['conditions'][number];

/** What is known before the ticket has its number; whose turn it is shows only in the commit. */
export interface Assignment {
  /** The people who take turns, by a name of theirs; undefined when nobody has to wait for a turn. */
  rota: string | undefined;
  choose(turn: number): Person;
}

/** Undefined when the ticket stays with nobody. */
export async function assignmentOf(ctx: Context, ticket: StoredTicket): Promise<Assignment | undefined> {
  const { value, customFields } = ctx.settings;
  if (!value.isAutomaticAssignTickets || ticket.assignee.id !== '') return undefined;
  const fits = ({ conditions }: Rule) =>
    conditions.every((condition) => isMet(condition, textsOf(condition, ticket, customFields)));
  const rule = value.assigneeRules.find(fits) ?? value.defaultRuleAssignee[0];
  if (!rule) return undefined;
  const people = await workersAmong(ctx, rule.peoples);
  if (people.length === 0) return undefined;
  if (rule.assign === 'person' || people.length === 1) return { rota: undefined, choose: () => people[0]! };
  const candidates = rule.assign === 'leastOpen' ? await leastBusy(ctx, people) : people;
  return { rota: rotaOf(rule), choose: (turn) => candidates[turn % candidates.length]! };
}

/**
 * The name of a rota follows from its people: rules with the same people share their turns, a rule that is renamed or
 * moved goes on where it was, and one with other people begins anew.
 */
function rotaOf({ peoples }: Rule): string {
  const ids = peoples.map(({ id }) => memberId(id)).toSorted();
  return createHash('sha256').update(ids.join('\n')).digest('base64url');
}

/**
 * In the order of the rule, those who work tickets here now: others could not even see them. Whom the settings name as an
 * assignee does, also before they were ever here.
 */
export async function workersAmong(ctx: Context, people: Person[]): Promise<Person[]> {
  const rule = new Map(people.map((person) => [memberId(person.id), person]));
  const ids = [...rule.keys()];
  if (ids.length === 0) return [];
  const where = { field: 'id', in: ids };
  const { items } = await ctx.instance.list('member', { where, orderBy: 'id', direction: 'ASC', limit: ids.length });
  const members = new Map(items.map((item) => [item.id, item.value]));
  return ids.flatMap((one) => {
    const person = members.get(one) ?? { ...rule.get(one)!, role: 'member' as const };
    const { id, name, email } = person;
    return roleOf(ctx.settings.value, person) === 'member' ? [] : [{ id, name, email }];
  });
}

/** Those with the fewest tickets that are not done; they take turns, so that what comes at one moment is shared out. */
async function leastBusy(ctx: Context, people: Person[]): Promise<Person[]> {
  const statusIds = ctx.settings.workflow.states.filter((state) => !isResolved(state)).map(({ id }) => id);
  const open = await Promise.all(
    people.map(({ id }) => {
      const parts = [
        { field: 'assigneeId', in: [fold(id)] },
        { field: 'statusId', in: statusIds },
      ];
      return ctx.instance.count('ticket', { and: parts });
    }),
  );
  const fewest = Math.min(...open);
  return people.filter((_, index) => open[index] === fewest);
}

function isMet({ operator, value }: Condition, texts: string[]): boolean {
  const wanted = fold(value.trim());
  const folded = texts.map((text) => fold(text.trim()));
  if (operator === 'contains') return folded.some((text) => text.includes(wanted));
  return folded.includes(wanted) === (operator === 'is');
}

/** What a condition can meet, each by itself; one empty text where there is nothing, so that `is` finds that too. */
function textsOf(condition: Condition, ticket: StoredTicket, fields: Context['settings']['customFields']): string[] {
  const texts = TEXTS[condition.field](ticket, condition, fields);
  return texts.length > 0 ? texts : [''];
}

type TextsOf = (ticket: StoredTicket, condition: Condition, fields: Context['settings']['customFields']) => string[];

const TEXTS: Record<Condition['field'], TextsOf> = {
  title: ({ title }) => [title],
  description: ({ description }) => [description],
  tags: ({ tags }) => tags.flatMap(({ tagCategoryId, text }) => [text, `${tagCategoryId}_${text}`]),
  priority: ({ priority }) => [priority],
  requestor: ({ requestor: { id, name, email } }) => [id, name, email],
  customFields({ customFields }, { fieldId = '' }, fields) {
    const value = customFields[fieldId];
    const options = fields.get(fieldId)?.options ?? [];
    const values = value === undefined ? [] : Array.isArray(value) ? value : [value];
    return values.flatMap((one) => {
      if (typeof one === 'object' && one !== null) return Object.values(one as Person).map(String);
      const option = options.find(({ key }) => key === one);
      return option ? [option.key, option.text] : [String(one)];
    });
  },
};
