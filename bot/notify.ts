import type { Activity } from '../api/contract/activities.ts';
import { AppError } from '../api/contract/errors.ts';
import type { Notice } from '../api/contract/people.ts';
import type { Ticket } from '../api/contract/tickets.ts';
import type { AssigneeOut, Person } from '../api/contract/wire.ts';
import { invoke } from '../api/core/invoke.ts';
import { actorOf, changePerson } from '../api/core/members.ts';
import { SYSTEM } from '../api/core/timers.ts';
import type { FeedEvent, Job, NewJob, PersonRecord, StoredInstance } from '../api/store/store.ts';
import { mayDo } from './acting.ts';
import { type PersonPlace, personPlace } from './actor.ts';
import { plain } from './cards/card.ts';
import { categoryOf, stateLabel, summary, ticketCard } from './cards/ticket.ts';
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
import { LANGUAGES, languageOf, type Messages } from './messages/messages.ts';
import { DeliveryError } from './turn.ts';

/** What people are told in person. */

export const KINDS = {
  channel: 'bot.channel',
  notices: 'bot.notices',
  notice: 'bot.notice',
  due: 'bot.due',
} as const;

const HOUR_MS = 60 * 60 * 1000;
/** How long before its time somebody is reminded: a day, or an hour where there is no day left. */
const REMINDED_MS = [24 * HOUR_MS, HOUR_MS];

/** The jobs that an event asks for. What the bot itself notes on a ticket asks for none. */
export function postJobs({ instanceId, event }: FeedEvent, now: Date): NewJob[] {
  const { id, type, ticket, activityId, by } = event;
  if (!ticket || !type.startsWith('ticket.') || by.id === 'bot') return [];
  const dueOn = now.toISOString();
  const payload = { ticketId: ticket.id, activityId: activityId ?? '', by: by.name };
  const jobs: NewJob[] = [{ id: `${id}/channel`, kind: KINDS.channel, instanceId, dueOn, payload }];
  if (type === 'ticket.deleted') return jobs;
  jobs.push({ id: `${id}/notices`, kind: KINDS.notices, instanceId, dueOn, payload });
  const left = ticket.expectedDate === '' ? 0 : Date.parse(ticket.expectedDate) - now.getTime();
  const before = REMINDED_MS.find((ms) => left > ms);
  if (before !== undefined) {
    const remind = new Date(now.getTime() + left - before).toISOString();
    const due = { ticketId: ticket.id, expectedDate: ticket.expectedDate };
    jobs.push({
      id: `${ticket.id}/due/${ticket.expectedDate}`,
      kind: KINDS.due,
      instanceId,
      dueOn: remind,
      payload: due,
    });
  }
  return jobs;
}

/** Who is told of an activity, each person once, and as what: the first that they want to hear of. */
function recipients(
  settings: StoredInstance,
  activity: Activity,
  ticket: Ticket,
): { person: Person; kinds: Notice[] }[] {
  const isOn = { ...settings.alertNotification, escalated: true, idle: settings.isNotifyIdleTicket };
  const told = new Map<string, { person: Person; kinds: Notice[] }>();
  const by = activity.createdBy.id.toLowerCase();
  const tell = (person: AssigneeOut | undefined, kind: Notice) => {
    if (!person || !('name' in person) || person.id === '') return;
    const id = person.id.toLowerCase();
    if (id === by || !isOn[kind]) return;
    const { kinds = [] } = told.get(id) ?? {};
    told.set(id, { person, kinds: [...kinds, kind] });
  };
  const changeOf = (name: string) => activity.changes.find((change) => change.name === name);
  const changed = (name: string) => changeOf(name) !== undefined;
  const interested = [ticket.assignee, ticket.requestor, ...ticket.followers];
  // Who had it for a moment, before it went on to somebody else, is not told.
  const isTheirs = (changeOf('assignee')?.newValue as AssigneeOut | undefined)?.id === ticket.assignee.id;
  if (isTheirs || activity.action === 'created') tell(ticket.assignee, 'assigned');
  if (activity.action === 'created') tell(ticket.requestor, 'created');
  if (changed('status')) for (const person of interested) tell(person, 'statusChanged');
  if (activity.comment.trim() !== '' || activity.action === 'attached') {
    if (activity.isPrivate) tell(ticket.assignee, 'commented');
    else for (const person of interested) tell(person, 'commented');
  }
  if (changed('frtDueOn') || changed('rtDueOn')) tell(ticket.assignee, 'escalated');
  if (changed('isFrtBreached') || changed('isRtBreached')) {
    for (const person of settings.sla.escalateTo) tell(person, 'escalated');
  }
  // Whoever had it when it became idle.
  if (changed('idleSince')) tell((changeOf('assignee')?.oldValue as AssigneeOut) ?? ticket.assignee, 'idle');
  return [...told.values()];
}

/** The job of one event: a notice for each who wants one. */
export async function makeNotices(delivery: Delivery, job: Job): Promise<undefined> {
  const { environment } = delivery;
  const { ticketId, activityId } = job.payload as { ticketId: string; activityId: string };
  const settings = await settingsOf(delivery, job.instanceId);
  const activity = (await environment.store.instance(job.instanceId).get('activity', activityId))?.value;
  const ticket = await ticketNow(delivery, job.instanceId, ticketId);
  if (!settings || !activity || !ticket) return undefined;
  await environment.store.jobs.put(
    recipients(settings, activity, ticket).map(({ person, kinds }) =>
      noticeJob(environment.now(), job.instanceId, activityId, { ticketId, activityId, person, kinds }),
    ),
  );
  return undefined;
}

interface NoticePayload {
  ticketId: string;
  /** '' for a reminder. */
  activityId: string;
  person: Person;
  /** What it is to them, most important first. */
  kinds: Notice[];
}

const noticeJob = (now: Date, instanceId: string, about: string, payload: NoticePayload): NewJob => ({
  id: `${about}/notice/${payload.person.id.toLowerCase()}`,
  kind: KINDS.notice,
  instanceId,
  dueOn: now.toISOString(),
  payload: { ...payload },
});

/** The job of a time that comes near: looks again, for much may have happened since it was set. */
export async function remind(delivery: Delivery, job: Job): Promise<{ dueOn: string } | undefined> {
  const { environment } = delivery;
  const { ticketId, expectedDate } = job.payload as { ticketId: string; expectedDate: string };
  const [settings, ticket] = await Promise.all([
    settingsOf(delivery, job.instanceId),
    ticketNow(delivery, job.instanceId, ticketId),
  ]);
  if (!settings || !ticket) return undefined;
  const isDue = ticket.expectedDate === expectedDate && !['resolved', 'closed'].includes(categoryOf(ticket));
  if (!settings.alertNotification.dueSoon || !isDue || !('name' in ticket.assignee)) {
    // It may be opened again, given to somebody, or the date come back: one more look, an hour before.
    const last = Date.parse(expectedDate) - HOUR_MS;
    return environment.now().getTime() < last ? { dueOn: new Date(last).toISOString() } : undefined;
  }
  const payload = { ticketId, activityId: '', person: ticket.assignee, kinds: ['dueSoon' as const] };
  await environment.store.jobs.put([noticeJob(environment.now(), job.instanceId, job.id, payload)]);
  return undefined;
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
  const { place, record, settings, ticket, m, text } = notice;
  if (!place || place.userId === '') throw new DeliveryError(GONE, 'NoConversation', undefined, undefined);
  const identity = { id: record.id, tenantId: record.tenantId, name: record.name, email: record.email };
  const actor = await actorOf(environment, identity, settings.id).catch((error) => {
    if (error instanceof AppError && error.code === 'not_found') return undefined;
    throw error;
  });
  if (!actor) return;
  const view = {
    instanceId: settings.id,
    ticket,
    customFields: [...settings.customFieldsLeft, ...settings.customFieldsRight],
    comment: await readableComment(delivery, notice, actor.role !== 'member'),
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
