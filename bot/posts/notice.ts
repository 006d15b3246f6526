import type { Activity } from '../../api/contract/activities.ts';
import { AppError } from '../../api/contract/errors.ts';
import type { Notice } from '../../api/contract/people.ts';
import type { Ticket } from '../../api/contract/tickets.ts';
import type { Person } from '../../api/contract/wire.ts';
import { invoke } from '../../api/core/invoke.ts';
import { actorOf, changePerson } from '../../api/core/members.ts';
import { SYSTEM } from '../../api/core/timers.ts';
import type { Job, PersonRecord, StoredInstance } from '../../api/store/store.ts';
import { mayDo } from '../acting.ts';
import { type PersonPlace, personPlace } from '../actor.ts';
import { plain } from '../cards/card.ts';
import { stateLabel, summary, ticketCard } from '../cards/ticket.ts';
import { LANGUAGES, languageOf, type Messages } from '../messages/messages.ts';
import { DeliveryError } from '../teams/turn.ts';
import {
  attempt,
  botPerson,
  channelOf,
  commonMessages,
  type Delivery,
  latestActivities,
  pace,
  settingsOf,
  ticketNow,
} from './delivery.ts';

/** One notice to one person: what it says, and the ways on which it reaches them. */

export interface NoticePayload {
  ticketId: string;
  /** '' for a reminder. */
  activityId: string;
  person: Person;
  /** What it is to them, most important first. */
  kinds: Notice[];
}

/** So often a notice is tried in person before it takes another way. */
const NOTICE_ATTEMPTS = 6;

/** The job of one notice: in person, else by a mention in the channel, else noted on the ticket. Never lost. */
export function deliverNotice(delivery: Delivery, job: Job): Promise<{ dueOn: string } | undefined> {
  return attempt(delivery, async () => {
    const notice = await prepare(delivery, job);
    if (!notice) return;
    try {
      await inPerson(delivery, notice);
      return;
    } catch (error) {
      const isLast = job.attempts + 1 >= NOTICE_ATTEMPTS;
      if (!(error instanceof DeliveryError) || (error.isPassing && !isLast)) throw error;
      delivery.log.warn(
        { job: job.id, instanceId: job.instanceId, err: error },
        'A notice cannot be delivered in person.',
      );
    }
    if (await inChannel(delivery, notice)) return;
    if (!delivery.isLocal || notice.place) await onTicket(delivery, notice);
  });
}

interface Prepared {
  /** The first of the kinds that they have not muted. */
  kind: Notice;
  settings: StoredInstance;
  ticket: Ticket;
  activity: Activity | undefined;
  record: PersonRecord;
  place: PersonPlace | undefined;
  m: Messages;
  text: string;
}

/** What is to be said to whom; undefined when there is no need any more, or nobody whom Teams knows. */
async function prepare(delivery: Delivery, job: Job): Promise<Prepared | undefined> {
  const { environment } = delivery;
  const payload = job.payload as unknown as NoticePayload;
  const { person, kinds, ticketId, activityId } = payload;
  const settings = await settingsOf(delivery, job.instanceId);
  const ticket = settings && (await ticketNow(delivery, job.instanceId, ticketId));
  if (!ticket) return undefined;
  const instance = environment.store.instance(job.instanceId);
  const member = await instance.get('member', person.id.toLowerCase());
  const tenantId = member?.value.tenantId || settings.tenantId;
  const record = (await environment.store.registry.record('person', `${tenantId}/${person.id}`.toLowerCase()))?.value;
  const kind = kinds.find((one) => !record?.preferences.mutedNotices.includes(one));
  // Somebody known only by mail, or only to a program that calls the API.
  if (!member || !record || !kind) return undefined;
  const activity = activityId === '' ? undefined : (await instance.get('activity', activityId))?.value;
  const place = personPlace(record);
  const m = LANGUAGES[languageOf(record.preferences.locale || place?.locale || settings.language)];
  return { kind, settings, ticket, activity, record, place, m, text: sentence(m, kind, ticket, activity) };
}

/** What an escalation can be about, as its changes name it. */
const ESCALATIONS = ['frtDueOn', 'rtDueOn', 'isFrtBreached', 'isRtBreached'] as const;

function sentence(m: Messages, kind: Notice, { ticketNo, status }: Ticket, activity: Activity | undefined): string {
  const by = plain(activity?.createdBy.name || m.somebody);
  switch (kind) {
    case 'created':
      return m.notice.created(by, ticketNo);
    case 'assigned': {
      // A rule chose them, not who opened the ticket: whom that one names is no change of it.
      const isChosen = activity?.action === 'created' && activity.changes.some(({ name }) => name === 'assignee');
      if (isChosen || activity?.createdBy.id === SYSTEM.id) return m.notice.assignedByRule(ticketNo);
      return m.notice.assigned(by, ticketNo);
    }
    case 'commented':
      return (activity?.isPrivate ? m.notice.noted : m.notice.commented)(by, ticketNo);
    case 'statusChanged': {
      const label = activity?.changes.find(({ name }) => name === 'status')?.newValue;
      return m.notice.statusChanged(by, ticketNo, stateLabel(m, typeof label === 'string' ? label : status));
    }
    case 'dueSoon':
      return m.notice.dueSoon(ticketNo);
    case 'escalated': {
      const what = ESCALATIONS.find((name) => activity?.changes.some((change) => change.name === name));
      return m.notice.escalated[what ?? 'isRtBreached'](ticketNo);
    }
    case 'idle':
      return m.notice.idle(ticketNo);
  }
}

const GONE = 403;

async function inPerson(delivery: Delivery, notice: Prepared): Promise<void> {
  const { environment, teams, limits } = delivery;
  const { place, record, settings, activity, m, text } = notice;
  if (!place || place.userId === '') throw new DeliveryError(GONE, 'NoConversation', undefined, undefined);
  const identity = { id: record.id, tenantId: record.tenantId, name: record.name, email: record.email };
  const actor = await actorOf(environment, identity, settings.id).catch((error) => {
    if (error instanceof AppError && error.code === 'not_found') return undefined;
    throw error;
  });
  if (!actor) return;
  // Whoever has a ticket may be no more than a member, for whom there are no private notes.
  const isMember = actor.role === 'member';
  if (isMember && activity?.isPrivate) return;
  const seen = isMember ? await ticketNow(delivery, settings.id, notice.ticket.id, actor) : notice.ticket;
  // Who is told of a ticket that they otherwise may not see is not told when anybody last did something with it.
  const ticket = seen ?? { ...notice.ticket, lastInteraction: notice.ticket.createdOn };
  const view = {
    instanceId: settings.id,
    ticket,
    customFields: [...settings.customFieldsLeft, ...settings.customFieldsRight],
    comment: await readableComment(delivery, notice, !isMember),
    may: mayDo(actor, ticket),
    done: text,
  };
  const card = ticketCard(delivery.contextFor(m), view);
  pace(limits.notice(place.tenantId, place.conversationId || place.userId, record.id));
  try {
    const conversationId = place.conversationId || (await teams.openChat(place, place.userId));
    if (place.conversationId === '') await keep(delivery, notice, conversationId);
    await teams.in({ ...place, conversationId }, (conversation) =>
      conversation.send({ card, summary: `${text}: ${summary(m, ticket)}`.slice(0, 250) }),
    );
  } catch (error) {
    // What is kept of the chat is stale: whoever writes to the bot or adds it again renews it.
    if (error instanceof DeliveryError && !error.isPassing) await keep(delivery, notice, '');
    throw error;
  }
}

/** The comment that the notice is about, else the last one that this person may read. */
async function readableComment(
  delivery: Delivery,
  { activity, settings, ticket }: Prepared,
  isWorker: boolean,
): Promise<Activity | undefined> {
  const mayRead = (one: Activity) => one.comment.trim() !== '' && (isWorker || !one.isPrivate);
  if (activity && mayRead(activity)) return activity;
  return (await latestActivities(delivery, settings.id, ticket.id, 10)).find(mayRead);
}

const keep = ({ environment }: Delivery, { record }: Prepared, conversationId: string): Promise<PersonRecord> =>
  changePerson(environment, record, (before) => {
    const place = personPlace(before);
    return place ? { ...before, conversation: { ...place, conversationId } } : before;
  });

/** A mention in the ticket's thread, or else in the channel: with no more than everybody there may read. */
async function inChannel(delivery: Delivery, notice: Prepared): Promise<boolean> {
  const { environment, teams, limits } = delivery;
  const { kind, settings, ticket, activity, place, record } = notice;
  if (activity?.isPrivate || !place || place.userId === '') return false;
  const channel = await channelOf(delivery, settings);
  const post = channel && (await environment.store.instance(settings.id).get('post', ticket.id));
  if (!channel || !post) return false;
  pace(limits.message(channel.tenantId, post.value.conversationId));
  // Everybody there reads it, so it is in the language of the help desk where that has one.
  const m = settings.language === '' ? notice.m : commonMessages(settings, channel);
  const said = settings.isPrivate ? m.ticketTitle(ticket.ticketNo) : sentence(m, kind, ticket, activity);
  const mention = { id: place.userId, name: record.name };
  try {
    await teams.in({ ...channel, conversationId: post.value.conversationId }, (conversation) =>
      conversation.send({ text: said, mention }),
    );
    return true;
  } catch (error) {
    if (error instanceof DeliveryError && !error.isPassing) return false;
    throw error;
  }
}

/** The last way: those who work the ticket see that somebody was not told; once a day is enough. */
async function onTicket(delivery: Delivery, { settings, ticket, record }: Prepared): Promise<void> {
  const { environment, appName } = delivery;
  const m = LANGUAGES[languageOf(settings.language)];
  const actor = { instanceId: settings.id, role: 'owner' as const, readOnly: false };
  const call = { actor, origin: 'bot' as const, idempotencyKey: `${ticket.id}/${record.id}/not-delivered` };
  const comment = m.notDelivered(record.name);
  const input = { ticketId: ticket.id, comment, isPrivate: true, user: botPerson(appName) };
  await invoke(environment, call, 'addComment', input);
}
