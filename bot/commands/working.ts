import { DateTime } from 'luxon';
import { moverOf, type OfferedMove } from '../../api/contract/moves.ts';
import type { Ticket } from '../../api/contract/tickets.ts';
import type { Person } from '../../api/contract/wire.ts';
import { DEFAULT_WORKFLOW, type State } from '../../api/contract/workflow.ts';
import { htmlOf } from '../../api/core/html.ts';
import { ensureMember } from '../../api/core/members.ts';
import { type Acting, assigneesOf, findPerson, isShared, mayDo, perform, readInstance, readTicket } from '../acting.ts';
import { type Card, execute, type Json, plain } from '../cards/card.ts';
import { doneCard, errorCard } from '../cards/notice.ts';
import { moveLabel, priorityText, stateLabel } from '../cards/ticket.ts';
import { sayInThread } from '../posts/heard.ts';
import { isNone, priorityOf } from './commands.ts';
import { dateInWords } from './dates.ts';
import { showTicket } from './reading.ts';

/** What changes something. Each answers with a card of how it is then, or of what to do next. */

/** A ticket after it was changed: as a whole in a chat of one's own, as a word of it where others read too. */
export async function changed(acting: Acting, ticket: Ticket, done: string): Promise<Card> {
  const { ctx, actor } = acting;
  if (!isShared(acting)) return showTicket(acting, ticket.id, done);
  const title = await sharedTitle(acting, ticket);
  return doneCard(ctx, { message: done, instanceId: actor.instanceId, ticketNo: ticket.ticketNo, title });
}

/** A ticket's title where others read too: none in a private help desk. */
export async function sharedTitle(acting: Acting, ticket: Ticket): Promise<string> {
  return (await readInstance(acting)).isPrivate ? '' : ticket.title;
}

export const problem = (acting: Acting, message: string, actions?: Json[]): Card =>
  errorCard(acting.ctx, { message, instanceId: acting.actor.instanceId, ...(actions && { actions }) });

const ticketActions = ({ ctx, actor }: Acting, { ticketNo }: Ticket): Json[] => {
  const data = { instanceId: actor.instanceId, no: ticketNo };
  return [execute(ctx.m.show, 'ticket', data), execute(ctx.m.myTickets, 'mine', { instanceId: actor.instanceId })];
};

/** The person that a command names: mentioned, `me`, or by a name that only one has. */
async function named(acting: Acting, text: string): Promise<Person | undefined> {
  const { said, caller } = acting;
  const [mention] = said.mentions;
  if (mention) return findPerson(acting, mention.id);
  const words = text
    .replace(/^(?:to|an|à|a)\s+/i, '')
    .replace(/^@/, '')
    // In German the verb ends the sentence: weise 42 Marco zu.
    .replace(/\szu$/i, '')
    .trim();
  const { tenantId: _, ...me } = caller.identity;
  if (/^(?:me|myself|mich|mir|moi)$/i.test(words)) return me;
  if (words === '') return undefined;
  // Not just anybody who once asked something: an owner makes whom they name an assignee.
  const { items } = await perform(acting, 'searchPeople', { search: words, among: 'members' });
  const found = items.map(({ value }) => value);
  return found.length === 1 ? found[0] : found.find(({ name }) => name.toLowerCase() === words.toLowerCase());
}

export async function take(acting: Acting, ticketId: string): Promise<Card> {
  const { tenantId: _, ...me } = acting.caller.identity;
  const { id } = await readTicket(acting, ticketId);
  await sayInThread(acting, id, me.id);
  const { item } = await perform(acting, 'updateTicket', { ticketId: id, ticket: { assignee: me } });
  return changed(acting, item.value, acting.caller.m.done.taken(item.value.ticketNo));
}

export async function assign(acting: Acting, ticketId: string, text: string): Promise<Card> {
  const { m, identity } = acting.caller;
  const ticket = await readTicket(acting, ticketId);
  const words = text.replace(/^(?:to|an|à|a)\s+/i, '');
  if (isNone(words)) {
    const { item } = await perform(acting, 'updateTicket', { ticketId, ticket: { assignee: null } });
    return changed(acting, item.value, m.done.unassigned(item.value.ticketNo));
  }
  const edit = [
    execute(m.edit, 'edit', { instanceId: acting.actor.instanceId, no: ticket.ticketNo }),
    ...ticketActions(acting, ticket),
  ];
  const person = await named(acting, text);
  if (!person) return problem(acting, m.errors.person(plain(acting.said.mentions[0]?.name ?? words)), edit);
  const instance = await readInstance(acting);
  const isWorker =
    acting.actor.role !== 'member' &&
    (await assigneesOf(acting, instance)).some(({ id }) => id.toLowerCase() === person.id.toLowerCase());
  // Whom an owner gives a ticket to works tickets from then on.
  if (!isWorker && acting.actor.role === 'owner') {
    await ensureMember(
      acting.environment,
      acting.actor.instanceId,
      { ...person, tenantId: identity.tenantId },
      'assignee',
    );
  } else if (!isWorker && acting.actor.role === 'assignee') {
    return problem(acting, m.errors.person(plain(person.name)), edit);
  }
  await sayInThread(acting, ticket.id, person.id);
  const { item } = await perform(acting, 'updateTicket', { ticketId, ticket: { assignee: person } });
  return changed(acting, item.value, m.done.assigned(item.value.ticketNo, plain(person.name)));
}

/** The state that a command means in this workflow: the usual one of that name, else the first of its kind that they may move it to. */
export function stateFor(
  { actor }: Acting,
  ticket: Ticket,
  command: 'start' | 'pending' | 'resolve' | 'close' | 'reopen',
): State | undefined {
  const { states } = ticket.workflow ?? DEFAULT_WORKFLOW;
  const usual = { start: 'started', pending: 'pending', resolve: 'resolved', close: 'closed', reopen: 'reopened' }[
    command
  ];
  const category = (
    { start: 'active', pending: 'waiting', resolve: 'resolved', close: 'closed', reopen: 'active' } as const
  )[command];
  const next = states.find(({ id }) => id === ticket.statusId)?.nextSteps ?? [];
  const mine = mayDo(actor, ticket).moves.map(({ state }) => state);
  const ofKind = (some: State[]) => some.find((state) => state.category === category);
  return (
    states.find(({ id }) => id === usual) ??
    ofKind(mine) ??
    ofKind(states.filter(({ id }) => next.includes(id))) ??
    ofKind(states)
  );
}

/** Moves a ticket to a state, with a public comment when there is one. */
export async function move(acting: Acting, ticket: Ticket, to: State | undefined, comment: string): Promise<Card> {
  const { m } = acting.caller;
  const { states } = ticket.workflow ?? DEFAULT_WORKFLOW;
  const from = states.find(({ id }) => id === ticket.statusId);
  const label = (state: State | undefined) => stateLabel(m, state?.label ?? '');
  if (to && from && to.id === from.id && comment === '') {
    return changed(acting, ticket, m.done.same(ticket.ticketNo, label(to)));
  }
  const { moves } = mayDo(acting.actor, ticket);
  const isTheirs = to !== undefined && (to.id === from?.id || moves.some(({ state }) => state.id === to.id));
  if (!isTheirs) {
    const data = { instanceId: acting.actor.instanceId, no: ticket.ticketNo };
    const buttons = moves
      .slice(0, 4)
      .map((one) => execute(moveLabel(m, one), 'move', { ...data, status: one.state.id }));
    return problem(acting, whyNot(acting, from, to, moves), [...buttons, ...ticketActions(acting, ticket)]);
  }
  await sayInThread(acting, ticket.id, comment || to.label);
  const input = { ticketId: ticket.id, status: to.id, ...(comment !== '' && { comment }) };
  const { item } = await perform(acting, 'updateTicketStatus', input);
  return changed(acting, item.value, m.done.moved(ticket.ticketNo, label(to)));
}

/** Why they cannot move a ticket so: it is for others, or the workflow has no such step. */
function whyNot({ caller }: Acting, from: State | undefined, to: State | undefined, moves: OfferedMove[]): string {
  const { m } = caller;
  const label = (state: State | undefined) => stateLabel(m, state?.label ?? '');
  if (from && to && from.nextSteps.includes(to.id)) return m.errors.only[moverOf(from, to)](label(from), label(to));
  const allowed = moves.map((one) => (one.label === undefined ? label(one.state) : plain(one.label, 64))).join(', ');
  return allowed === '' ? m.errors.noMove(label(from)) : m.errors.move(label(from), label(to), allowed);
}

export async function prioritize(acting: Acting, ticketId: string, word: string): Promise<Card> {
  const { m } = acting.caller;
  const priority = priorityOf(word);
  if (!priority) {
    const ticket = await readTicket(acting, ticketId);
    const data = { instanceId: acting.actor.instanceId, no: ticket.ticketNo };
    const choices = Object.entries(m.priorities).map(([id, label]) =>
      execute(label, 'priority', { ...data, text: id }),
    );
    return problem(acting, m.errors.priority(plain(word)), [...choices, ...ticketActions(acting, ticket).slice(0, 1)]);
  }
  const { item } = await perform(acting, 'updateTicket', { ticketId, ticket: { priority } });
  return changed(acting, item.value, m.done.priority(item.value.ticketNo, priorityText(m, priority)));
}

export async function comment(acting: Acting, ticketId: string, text: string, isPrivate: boolean): Promise<Card> {
  const { m } = acting.caller;
  const ticket = await readTicket(acting, ticketId);
  if (text.trim() === '') return problem(acting, m.errors.commentText, ticketActions(acting, ticket));
  const { plainText, html } = await withMentions(acting, text);
  if (!isPrivate) await sayInThread(acting, ticket.id, plainText);
  const said = html === undefined ? { comment: plainText } : { comment_HTML: html };
  await perform(acting, 'addComment', { ticketId: ticket.id, ...said, isPrivate });
  return changed(acting, ticket, (isPrivate ? m.done.noted : m.done.commented)(ticket.ticketNo));
}

/** What somebody writes, with those whom they mention in Teams as the tab writes a mention: as a link to their address. */
async function withMentions(acting: Acting, text: string): Promise<{ plainText: string; html?: string }> {
  const links = new Map<string, string>();
  for (const { id, name } of acting.said.mentions) {
    const person = name !== '' && text.includes(name) ? await findPerson(acting, id) : undefined;
    if (person) links.set(name, `<a href="mailto:${htmlOf(person.email || person.id)}">@${htmlOf(name)}</a>`);
  }
  if (links.size === 0) return { plainText: text };
  const names = [...links.keys()].toSorted((left, right) => right.length - left.length);
  const escaped = names.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const parts = text.split(new RegExp(`(${escaped.join('|')})`));
  return {
    plainText: parts.map((part) => (links.has(part) ? `@${part}` : part)).join(''),
    html: parts.map((part) => links.get(part) ?? htmlOf(part)).join(''),
  };
}

export async function due(acting: Acting, ticketId: string, text: string): Promise<Card> {
  const { m, zone, language } = acting.caller;
  if (isNone(text)) {
    const { item } = await perform(acting, 'updateTicket', { ticketId, ticket: { expectedDate: null } });
    return changed(acting, item.value, m.done.notDue(item.value.ticketNo));
  }
  const date = dateInWords(text, { now: acting.environment.now(), zone, language });
  if (!date)
    return problem(acting, m.errors.date(plain(text)), ticketActions(acting, await readTicket(acting, ticketId)));
  const { item } = await perform(acting, 'updateTicket', { ticketId, ticket: { expectedDate: date } });
  const shown = DateTime.fromISO(date, { zone }).setLocale(language).toLocaleString(DateTime.DATETIME_MED_WITH_WEEKDAY);
  return changed(acting, item.value, m.done.due(item.value.ticketNo, shown));
}

/** Adds tags by their text; a `-` before one takes it away. */
export async function tag(acting: Acting, ticketId: string, text: string): Promise<Card> {
  const { m } = acting.caller;
  const { items } = await perform(acting, 'listTags', {});
  const known = items
    .map(({ value }) => value)
    .filter((category) => !category.deleted)
    .flatMap(({ id, tags }) =>
      tags.filter((one) => !one.deleted).map((one) => ({ tagCategoryId: id, text: one.text })),
    );
  const ticket = await readTicket(acting, ticketId);
  const names = known
    .map((one) => plain(one.text, 40))
    .slice(0, 30)
    .join(', ');
  let tags = ticket.tags;
  const wanted = text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);
  if (known.length === 0) return problem(acting, m.errors.noTags, ticketActions(acting, ticket));
  for (const word of wanted.length > 0 ? wanted : ['']) {
    const isGone = word.startsWith('-');
    const name = word.replace(/^[-+#]\s*/, '').toLowerCase();
    const found = known.find((one) => one.text.toLowerCase() === name);
    if (!found) return problem(acting, m.errors.tag(plain(word), names), ticketActions(acting, ticket));
    const others = tags.filter((one) => !(one.tagCategoryId === found.tagCategoryId && one.text === found.text));
    tags = isGone ? others : [...others, found];
  }
  const { item } = await perform(acting, 'updateTicket', { ticketId, ticket: { tags } });
  return changed(acting, item.value, m.done.tagged(item.value.ticketNo));
}

export async function follow(acting: Acting, ticketId: string, following: boolean): Promise<Card> {
  const { m } = acting.caller;
  const { item } = await perform(acting, 'followTicket', { ticketId, following });
  const ticket = item.value;
  const done = (following ? m.done.followed : m.done.unfollowed)(ticket.ticketNo);
  // Who no longer follows a ticket of somebody else may no longer see it.
  const isSeen = await readTicket(acting, ticket.id).then(
    () => true,
    () => false,
  );
  return isSeen
    ? changed(acting, ticket, done)
    : doneCard(acting.ctx, { message: done, instanceId: acting.actor.instanceId });
}
