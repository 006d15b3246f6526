import type { Activity } from '../api/contract/activities.ts';
import type { Instance } from '../api/contract/instance.ts';
import { offeredMoves } from '../api/contract/moves.ts';
import type { OperationId } from '../api/contract/operations.ts';
import type { Ticket } from '../api/contract/tickets.ts';
import type { Person } from '../api/contract/wire.ts';
import { DEFAULT_WORKFLOW } from '../api/contract/workflow.ts';
import type { Actor, Environment } from '../api/core/context.ts';
import { invoke } from '../api/core/invoke.ts';
import type { Caller } from './actor.ts';
import type { CardContext } from './cards/card.ts';
import type { May, TicketView } from './cards/ticket.ts';
import type { Conversation, Said } from './teams/turn.ts';

/** Somebody who does something in one help desk: all that the commands work with. */
export interface Acting {
  environment: Environment;
  said: Said;
  conversation: Conversation;
  caller: Caller;
  actor: Actor;
  ctx: CardContext;
  /** The ticket whose thread this is, when it is one. */
  threadTicketId: string | undefined;
}

/** Does an operation as this person; what one activity does is done once, however often Teams sends it. */
export async function perform<Id extends OperationId>(acting: Acting, id: Id, input: unknown, key = '') {
  const { environment, said, actor } = acting;
  const idempotencyKey = key || `${said.place.conversationId}/${said.activityId}`;
  const { result } = await invoke(environment, { actor, origin: 'bot', idempotencyKey }, id, input);
  return result;
}

export async function readInstance(acting: Acting): Promise<Instance> {
  return (await perform(acting, 'getInstance', {})).item.value;
}

/** A ticket by its number or id; 404 when there is none that they may see. */
export async function readTicket(acting: Acting, ticketId: string): Promise<Ticket> {
  return (await perform(acting, 'getTicket', { ticketId })).item.value;
}

const LATEST = 6;

/** Whether others read the answer too: what is written in a channel or a group is answered there for all to see. */
export const isShared = ({ said }: Acting): boolean => said.place.scope !== 'personal' && said.type === 'message';

/** The last comment that this person may read, and whoever else reads the answer. */
async function lastComment(acting: Acting, ticketId: string): Promise<Activity | undefined> {
  const { items } = await perform(acting, 'listActivities', { ticketId, limit: LATEST });
  const mayShow = (activity: Activity) => !(activity.isPrivate && isShared(acting));
  return items.map(({ value }) => value).find((activity) => activity.comment.trim() !== '' && mayShow(activity));
}

const same = (left: string, right: string): boolean => left.toLowerCase() === right.toLowerCase();

/** What this person may do with a ticket. `core` has the last word; this decides which buttons there are. */
export function mayDo(actor: Actor, ticket: Ticket): May {
  const me = actor.person?.id ?? '';
  const work = actor.role !== 'member';
  const isRequestor = same(ticket.requestor.id, me);
  const { states } = ticket.workflow ?? DEFAULT_WORKFLOW;
  const from = states.find(({ id }) => id === ticket.statusId);
  return {
    work,
    moves: offeredMoves(states, from, actor.role, isRequestor),
    comment: true,
    isAssignee: same(ticket.assignee.id, me),
    follows: isRequestor ? undefined : ticket.followers.some(({ id }) => same(id, me)),
  };
}

/** All that a ticket's card shows to this person. */
export async function ticketView(
  acting: Acting,
  ticket: Ticket,
  done?: string,
): Promise<TicketView & { isPrivate: boolean }> {
  const { actor } = acting;
  const [instance, comment] = await Promise.all([readInstance(acting), lastComment(acting, ticket.id)]);
  return {
    instanceId: actor.instanceId,
    ticket,
    customFields: [...instance.customFieldsLeft, ...instance.customFieldsRight],
    comment,
    may: mayDo(actor, ticket),
    done,
    isPrivate: instance.isPrivate,
  };
}

/** Those who can be made the assignee of a ticket. Only for those who work tickets. */
export async function assigneesOf(acting: Acting, instance: Instance): Promise<Person[]> {
  const { items } = await perform(acting, 'listMembers', {});
  const members = items.map(({ value }) => value).filter(({ role }) => role !== 'member');
  const named = instance.assignees.type === 'customAssignee' ? instance.assignees.peoples : [];
  const all = [...members, ...named].map(({ id, name, email }) => ({ id, name, email }));
  return [...new Map(all.map((person) => [person.id.toLowerCase(), person])).values()];
}

/** Somebody by the id that a form or a mention gives: from the help desk, else from the roster of the conversation. */
export async function findPerson(acting: Acting, id: string): Promise<Person | undefined> {
  const { caller, conversation } = acting;
  const { tenantId: _, ...me } = caller.identity;
  if (same(id, me.id)) return me;
  const { items } = await perform(acting, 'searchPeople', {});
  const known = items.map(({ value }) => value).find((person) => same(person.id, id));
  if (known) return known;
  const member = await acting.environment.store.instance(acting.actor.instanceId).get('member', id.toLowerCase());
  if (member) return { id: member.value.id, name: member.value.name, email: member.value.email };
  const found = await conversation.member(id).catch(() => undefined);
  return found?.objectId ? { id: found.objectId, name: found.name, email: found.email } : undefined;
}
