import type { Activity } from '../../api/contract/activities.ts';
import type { Notice } from '../../api/contract/people.ts';
import type { Ticket } from '../../api/contract/tickets.ts';
import type { AssigneeOut, Person } from '../../api/contract/wire.ts';
import { isNamed } from '../../api/core/followers.ts';
import { mentionsIn } from '../../api/core/html.ts';
import type { FeedEvent, Job, NewJob, StoredInstance } from '../../api/store/store.ts';
import { categoryOf } from '../cards/ticket.ts';
import { type Delivery, settingsOf, ticketNow, workers } from './delivery.ts';
import type { NoticePayload } from './notice.ts';

/** Who is told of what. */

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
  /** Whom a private note mentions, of those who may read it. */
  mentioned: Person[],
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
    if (activity.isPrivate) for (const person of [ticket.assignee, ...mentioned]) tell(person, 'commented');
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
  const stored = await environment.store.instance(job.instanceId).get('activity', activityId);
  const activity = stored?.value;
  const ticket = await ticketNow(delivery, job.instanceId, ticketId);
  if (!settings || !activity || !ticket) return undefined;
  const said = activity.isPrivate ? mentionsIn(stored?.hidden?.comment_HTML) : new Set<string>();
  const mentioned = said.size === 0 ? [] : (await workers(delivery, settings)).filter((one) => isNamed(one, said));
  await environment.store.jobs.put(
    recipients(settings, activity, ticket, mentioned).map(({ person, kinds }) =>
      noticeJob(environment.now(), job.instanceId, activityId, { ticketId, activityId, person, kinds }),
    ),
  );
  return undefined;
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
