import type { Activity } from '../../api/contract/activities.ts';
import type { CustomField } from '../../api/contract/instance.ts';
import type { OfferedMove } from '../../api/contract/moves.ts';
import type { Ticket } from '../../api/contract/tickets.ts';
import type { AssigneeOut, Person } from '../../api/contract/wire.ts';
import type { State } from '../../api/contract/workflow.ts';
import { DEFAULT_WORKFLOW } from '../../api/contract/workflow.ts';
import type { Messages } from '../messages/messages.ts';
import {
  type Card,
  type CardContext,
  card,
  cut,
  execute,
  facts,
  firstThatFits,
  formButton,
  type Json,
  moment,
  openUrl,
  plain,
  refreshed,
  showCard,
  subtle,
  text,
  words,
} from './card.ts';

/** What this person may do with this ticket; nothing at all of what nobody in particular looks at. */
export interface May {
  work: boolean;
  /** What they may do with its state. */
  moves: OfferedMove[];
  comment: boolean;
  isAssignee: boolean;
  /** undefined where following makes no difference, as for the requestor. */
  follows: boolean | undefined;
}

export interface TicketView {
  instanceId: string;
  ticket: Ticket;
  customFields: CustomField[];
  /** The last comment that this person may read. */
  comment?: Activity | undefined;
  may: May;
  /** What was just done, above the card. */
  done?: string | undefined;
  /** For whom the card asks for a view of their own. */
  userIds?: string[];
}

const STATE_COLOURS: Record<State['category'], string> = {
  new: 'accent',
  active: 'accent',
  waiting: 'warning',
  resolved: 'good',
  closed: 'default',
};

const PRIORITY_SIGNS = { Low: '↓', Medium: '', Important: '↑', Urgent: '⚠' } as const;

/** The label of a state in the reader's language, where it is one of the usual ones. */
export const stateLabel = (m: Messages, label: string): string => m.states[label] ?? plain(label, 64);

export const personName = (m: Messages, person: AssigneeOut): string =>
  'name' in person ? plain(person.name || person.email || person.id) : m.nobody;

export function categoryOf(ticket: Pick<Ticket, 'statusId' | 'workflow'>): State['category'] {
  const { states } = ticket.workflow ?? DEFAULT_WORKFLOW;
  return states.find(({ id }) => id === ticket.statusId)?.category ?? 'active';
}

export const priorityText = (m: Messages, priority: Ticket['priority']): string =>
  `${PRIORITY_SIGNS[priority]} ${m.priorities[priority]}`.trim();

const isUsual = ({ id, label, category }: State): boolean =>
  DEFAULT_WORKFLOW.states.some((one) => one.id === id && one.label === label && one.category === category);

/** What the button of a move says: its own label, the word for a usual state, or where it leads. */
export function moveLabel(m: Messages, { state, label }: OfferedMove): string {
  if (label !== undefined) return plain(label, 40);
  if (!isUsual(state)) return m.moveTo(plain(state.label, 40));
  return state.id === 'reopened' ? m.reopen : m.move[state.category];
}

/** A ticket as this person sees it. */
export function ticketCard(ctx: CardContext, view: TicketView): Card {
  return firstThatFits([
    () => build(ctx, view, { description: 1000, comment: 1000, fields: 12, value: 200 }),
    () => build(ctx, view, { description: 300, comment: 300, fields: 4, value: 60 }),
    () => build(ctx, { ...view, userIds: [] }, { description: 0, comment: 100, fields: 0, value: 30 }),
  ]);
}

interface Limits {
  description: number;
  comment: number;
  fields: number;
  value: number;
}

function build(ctx: CardContext, view: TicketView, limits: Limits): Card {
  const { m, link } = ctx;
  const { ticket, instanceId, comment } = view;
  const description = words(ticket.description, limits.description);
  const said = comment && words(comment.comment, limits.comment);
  const values = fieldFacts(ctx, view, limits);
  const isCut = description.isCut || said?.isCut || values.isCut;
  const url = link(instanceId, ticket.ticketNo);
  const body = [
    view.done === undefined
      ? undefined
      : { type: 'Container', style: 'good', items: [text(view.done, { weight: 'bolder' })] },
    head(m, ticket),
    ...words(ticket.title, 255, { size: 'large', weight: 'bolder' }).elements,
    ...description.elements,
    { ...facts(values.pairs), separator: true, spacing: 'medium' },
    said && comment
      ? {
          type: 'Container',
          style: 'emphasis',
          spacing: 'medium',
          items: [
            subtle((comment.isPrivate ? m.lastNote : m.lastComment)(plain(comment.createdBy.name)), { wrap: true }),
            ...said.elements,
          ],
        }
      : undefined,
    isCut ? subtle(m.cut) : undefined,
  ];
  const whole = card(body, ticketActions(ctx, view, url), { fallbackText: summary(m, ticket) });
  return refreshed(whole, 'ticket', { instanceId, no: ticket.ticketNo, isRefresh: true }, view.userIds ?? []);
}

/** A ticket in one line. */
export const summary = (m: Messages, ticket: Ticket): string =>
  `#${ticket.ticketNo} ${cut(ticket.title, 120)} · ${stateLabel(m, ticket.status)}`;

const head = (m: Messages, ticket: Ticket): Json => ({
  type: 'ColumnSet',
  columns: [
    {
      type: 'Column',
      width: 'stretch',
      items: [text(m.ticketTitle(ticket.ticketNo), { style: 'heading', isSubtle: true, weight: 'bolder' })],
    },
    {
      type: 'Column',
      width: 'auto',
      items: [
        text(stateLabel(m, ticket.status), {
          weight: 'bolder',
          horizontalAlignment: 'right',
          color: STATE_COLOURS[categoryOf(ticket)],
        }),
      ],
    },
  ],
});

function fieldFacts({ m }: CardContext, { ticket, customFields }: TicketView, limits: Limits) {
  const isLate = ticket.isRtBreached || ticket.isFrtBreached;
  const resolution = ticket.resolution === '' ? '' : (m.resolutions[ticket.resolution] ?? plain(ticket.resolution));
  const own = customFields
    .filter((field) => field.status === 'visible')
    .map((field) => [plain(field.title, 60), valueText(m, field, ticket.customFields[field.id], limits.value)] as const)
    .filter(([, value]) => value !== '');
  const tags = ticket.tags.map((tag) => plain(tag.text, 40)).join(', ');
  const pairs = [
    [m.priority, priorityText(m, ticket.priority)],
    [m.requestor, personName(m, ticket.requestor)],
    [m.assignee, personName(m, ticket.assignee)],
    ticket.expectedDate === '' ? undefined : [m.expectedDate, moment(ticket.expectedDate)],
    resolution === '' ? undefined : [m.resolution, resolution],
    tags === '' ? undefined : [m.tags, cut(tags, limits.value)],
    [m.created, moment(ticket.createdOn)],
    ticket.lastInteraction === ticket.createdOn ? undefined : [m.updated, moment(ticket.lastInteraction)],
    isLate ? ['⚠', m.breached] : undefined,
    ...own.slice(0, limits.fields),
  ] as ([string, string] | undefined)[];
  return { pairs, isCut: own.length > limits.fields };
}

/** The value of a custom field as a reader takes it in; empty when there is none. */
function valueText(m: Messages, field: CustomField, value: unknown, max: number): string {
  if (value === undefined || value === null || value === '' || value === false) return '';
  if (field.type.key === 'toggle') return m.yes;
  if (field.type.key === 'date') return dateText(m, String(value));
  if (!Array.isArray(value)) return plain(String(value), max);
  const names = (value as (string | Person)[]).slice(0, 20).map((one) => {
    if (typeof one !== 'string') return plain(one.name || one.id, 60);
    return plain(field.options.find(({ key }) => key === one)?.text ?? one, 60);
  });
  return cut(names.join(', '), max);
}

function dateText(m: Messages, value: string): string {
  if (/^\d{4}-\d{2}-\d{2}T.*Z$/i.test(value)) return moment(value.toUpperCase());
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(value));
  return isDay ? m.day(value) : plain(value, 40);
}

function ticketActions(ctx: CardContext, { instanceId, ticket, may }: TicketView, url: string): Json[] {
  const { m } = ctx;
  const data = { instanceId, no: ticket.ticketNo };
  const isDone = ['resolved', 'closed'].includes(categoryOf(ticket));
  const order = isDone ? ['active', 'new', 'closed'] : may.isAssignee ? ['active', 'resolved'] : ['resolved', 'active'];
  const moves = may.moves.toSorted((left, right) => rank(order, left) - rank(order, right));
  const [first, ...others] = moves;
  const move = (one: OfferedMove, style?: 'positive') =>
    execute(moveLabel(m, one), 'move', { ...data, status: one.state.id }, style && { style });
  const actions: Json[] = [];
  const mayTake = may.work && !may.isAssignee && !isDone;
  if (mayTake) actions.push(execute(m.take, 'take', data, { style: 'positive' }));
  if (first) actions.push(move(first, mayTake ? undefined : 'positive'));
  if (may.comment) {
    const send = execute(m.send, 'comment', data, { style: 'positive' });
    const input = inputText('comment', may.work ? `${m.comment}` : m.comment, m.commentHint);
    actions.push(showCard(m.comment, [input], may.work ? [send, execute(m.note, 'note', data)] : [send]));
  }
  if (may.work) actions.push(formButton(ctx, m.edit, 'edit', data));
  const follow =
    may.follows === undefined
      ? []
      : [may.follows ? execute(m.unfollow, 'unfollow', data) : execute(m.follow, 'follow', data)];
  if (others.length > 0 || follow.length > 0) {
    const input = others.length > 0 ? [inputText('moveComment', m.comment, m.commentHint)] : [];
    actions.push(showCard(m.more, input, [...others.slice(0, 5).map((one) => move(one)), ...follow]));
  }
  if (!may.work && moves.length === 0 && may.comment === false) actions.push(execute(m.show, 'ticket', data));
  actions.push(openUrl(m.openInTab, url));
  return actions;
}

const rank = (order: string[], { state }: OfferedMove): number => {
  const place = order.indexOf(state.category);
  return place === -1 ? order.length : place;
};

const inputText = (id: string, label: string, placeholder: string): Json => ({
  type: 'Input.Text',
  id,
  label,
  placeholder,
  isMultiline: true,
  maxLength: 8000,
});

/** The one post of a ticket in its channel, as everybody sees it until it asks for a view of their own. */
export function postCard(ctx: CardContext, view: Omit<TicketView, 'may' | 'done'>, isPrivate: boolean): Card {
  const { m, link } = ctx;
  const { ticket, instanceId } = view;
  const data = { instanceId, no: ticket.ticketNo };
  if (isPrivate) {
    const shown = [head(m, ticket), subtle(m.privateTicket)];
    const actions = [execute(m.show, 'ticket', data), openUrl(m.openInTab, link(instanceId, ticket.ticketNo))];
    return card(shown, actions, { fallbackText: `#${ticket.ticketNo} · ${stateLabel(m, ticket.status)}` });
  }
  const may: May = { work: false, moves: [], comment: false, isAssignee: false, follows: undefined };
  const shown = ticketCard(ctx, { ...view, may });
  const isDone = ['resolved', 'closed'].includes(categoryOf(ticket));
  const take = ticket.assignee.id === '' && !isDone ? [execute(m.take, 'take', data, { style: 'positive' })] : [];
  const comment = showCard(
    m.comment,
    [inputText('comment', m.comment, m.commentHint)],
    [execute(m.send, 'comment', data, { style: 'positive' })],
  );
  const url = openUrl(m.openInTab, link(instanceId, ticket.ticketNo));
  return { ...shown, actions: [...take, comment, execute(m.more, 'ticket', data), url] };
}
