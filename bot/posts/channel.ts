import type { Activity } from '../../api/contract/activities.ts';
import { AppError } from '../../api/contract/errors.ts';
import type { Ticket } from '../../api/contract/tickets.ts';
import type { AssigneeOut } from '../../api/contract/wire.ts';
import { SYSTEM } from '../../api/core/timers.ts';
import type { Change, Job, Post, Stored, StoredInstance } from '../../api/store/store.ts';
import { type GroupPlace, personPlace } from '../actor.ts';
import { plain } from '../cards/card.ts';
import { doneCard, threadCard } from '../cards/notice.ts';
import { personName, postCard, stateLabel } from '../cards/ticket.ts';
import type { Messages } from '../messages/messages.ts';
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
import { wasHeard } from './heard.ts';

/** A ticket's life in its channel: one post that shows how it is now, and a thread that tells what happened. */

/** One after the other for each ticket: each sees what the one before has told. */
const queues = new Map<string, Promise<unknown>>();

function inOrder<T>(key: string, act: () => Promise<T>): Promise<T> {
  const mine = (queues.get(key) ?? Promise.resolve()).then(act, act);
  const settled = mine.catch(() => {});
  queues.set(key, settled);
  settled.finally(() => {
    if (queues.get(key) === settled) queues.delete(key);
  });
  return mine;
}

/** The job of one event: the post is made or edited, and its thread told what it does not know yet. */
export function tellChannel(delivery: Delivery, job: Job): Promise<{ dueOn: string } | undefined> {
  const news = job.payload as unknown as News;
  const { ticketId } = news;
  return inOrder(ticketId, () =>
    attempt(delivery, async () => {
      const settings = await settingsOf(delivery, job.instanceId);
      const place = settings && (await channelOf(delivery, settings));
      if (!place) return;
      try {
        await tell(delivery, settings, place, news);
      } catch (error) {
        if (!(error instanceof DeliveryError) || error.isPassing) throw error;
        // The channel or the post is gone; the ticket itself is as it was.
        delivery.log.warn(
          { instanceId: job.instanceId, ticketId, err: error },
          'A post in a channel could not be kept up to date.',
        );
      }
    }),
  );
}

const LATEST = 50;

/** What a job tells of. */
interface News {
  ticketId: string;
  activityId: string;
  /** The name of who did it. */
  by: string;
}

async function tell(delivery: Delivery, settings: StoredInstance, place: GroupPlace, news: News): Promise<void> {
  const { ticketId, activityId } = news;
  const { environment, teams, limits } = delivery;
  const instance = environment.store.instance(settings.id);
  const { isPrivate } = settings;
  const ticket = await ticketNow(delivery, settings.id, ticketId);
  const stored = await instance.get('post', ticketId);
  if (!ticket) {
    if (stored) await tellDeletion(delivery, settings, place, stored, news.by);
    return;
  }
  const latest = (await latestActivities(delivery, settings.id, ticketId, LATEST)).toReversed();
  const m = commonMessages(settings, place);
  const card = postCard(delivery.contextFor(m), await postView(delivery, settings, ticket, latest), isPrivate);
  const summary = isPrivate ? `#${ticket.ticketNo}` : `#${ticket.ticketNo} ${ticket.title}`.slice(0, 200);
  if (!stored) {
    // Teams knows no key by which a message is sent once, and to read back what was sent takes the permission to read the
    // whole channel. So a process that dies between the post and the note of it leaves a second post to whoever does the
    // job again, and the first stays as it is; with a note of the intent before it, the ticket could stay without any.
    pace(limits.message(place.tenantId, place.conversationId));
    const { conversationId, messageId } = await teams.post(place, { card, summary });
    const first = latest.find(({ action }) => action === 'created') ?? latest[0];
    const value: Post = { ticketId, conversationId, messageId, activityId: first?.id ?? activityId };
    const threadId = conversationId.split(';messageid=')[1] ?? messageId;
    await instance.commit([
      { put: 'post', id: ticketId, value, replaces: null },
      { put: 'thread', id: threadId, value: { ticketId }, replaces: null },
    ]);
    if (latest.some(({ id }) => id > value.activityId)) await tell(delivery, settings, place, news);
    return;
  }
  const post = stored.value;
  const thread = { ...place, conversationId: post.conversationId };
  const unheard: Activity[] = [];
  for (const activity of latest) {
    const isNew = activity.id > post.activityId;
    // One that another node wrote a moment before the last one that was told.
    const isLate =
      activity.id === activityId &&
      activity.id < post.activityId &&
      !(await instance.get('thread', toldId(activityId)));
    if ((isNew || isLate) && !(await isHeard(delivery, settings.id, activity))) unheard.push(activity);
  }
  const lines = isPrivate ? [] : unheard.flatMap((activity) => lineOf(m, activity));
  if (lines.length > 0) {
    pace(limits.message(place.tenantId, post.conversationId));
    const ctx = delivery.contextFor(m);
    const reply = threadCard(ctx, lines, ctx.link(settings.id, ticket.ticketNo));
    await teams.in(thread, (conversation) => conversation.send({ card: reply, summary }));
  }
  const last = latest.at(-1)?.id ?? post.activityId;
  const expiresOn = new Date(environment.now().getTime() + TOLD_MS).toISOString();
  const told = unheard
    .slice(-LATEST)
    .map(({ id }): Change => ({ put: 'thread', id: toldId(id), value: { ticketId }, replaces: null, expiresOn }));
  const value = { ...post, activityId: [last, post.activityId].toSorted().at(-1)! };
  await instance.commit([{ put: 'post', id: ticketId, value, replaces: stored.version }, ...told]).catch(mayBeKnown);
  pace(limits.message(place.tenantId, post.conversationId));
  await teams.in(thread, (conversation) => conversation.update(post.messageId, { card, summary }));
}

const TOLD_MS = 24 * 60 * 60 * 1000;
const toldId = (activityId: string): string => `told-${activityId}`;

/** Another node has told the same; that is as good. */
function mayBeKnown(error: unknown): void {
  if (!(error instanceof AppError && error.code === 'conflict')) throw error;
}

/** Whether the thread has heard it from the person, or need not hear it at all. */
async function isHeard({ environment, appName }: Delivery, instanceId: string, activity: Activity): Promise<boolean> {
  if (activity.isPrivate || activity.createdBy.id === botPerson(appName).id) return true;
  if (activity.origin !== 'bot') return false;
  const words =
    activity.comment || changeTo(activity, 'status') || (changeTo(activity, 'assignee') as AssigneeOut | undefined)?.id;
  if (typeof words !== 'string' || words === '') return false;
  return wasHeard(environment.store.instance(instanceId), activity.ticketId, activity.createdBy.id, words);
}

const changeTo = (activity: Activity, name: string): unknown =>
  activity.changes.find((change) => change.name === name)?.newValue;

/** What a thread is told of an activity; nothing of what the post itself shows. */
function lineOf(m: Messages, activity: Activity): { line: string; comment?: string }[] {
  const by = plain(activity.createdBy.name || activity.createdBy.id);
  const comment = activity.comment.trim();
  const said = comment === '' ? {} : { comment };
  const status = changeTo(activity, 'status');
  if (typeof status === 'string') return [{ line: m.thread.moved(by, stateLabel(m, status)), ...said }];
  if (activity.action === 'commented') return [{ line: m.thread.commented(by), ...said }];
  if (activity.action === 'attached') return [{ line: m.thread.attached(by, activity.attachments.length), ...said }];
  const assignee = changeTo(activity, 'assignee') as AssigneeOut | undefined;
  if (assignee !== undefined) {
    if (assignee.id === '') return [{ line: m.thread.unassigned(by) }];
    const isOwn = assignee.id.toLowerCase() === activity.createdBy.id.toLowerCase();
    return [{ line: isOwn ? m.thread.taken(by) : m.thread.assigned(by, personName(m, assignee)) }];
  }
  const names = activity.changes
    .map(({ name }) => (m as unknown as Record<string, unknown>)[name])
    .filter((name) => typeof name === 'string');
  return names.length === 0 ? [] : [{ line: m.thread.updated(by, names.join(', ')) }];
}

async function tellDeletion(
  delivery: Delivery,
  settings: StoredInstance,
  place: GroupPlace,
  stored: Stored<'post'>,
  by: string,
): Promise<void> {
  const { environment, teams, limits } = delivery;
  const { conversationId, messageId, ticketId } = stored.value;
  pace(limits.message(place.tenantId, conversationId));
  const m = commonMessages(settings, place);
  const card = doneCard(delivery.contextFor(m), {
    message: m.thread.deleted(plain(by) || m.somebody),
    instanceId: settings.id,
  });
  await teams.in({ ...place, conversationId }, (conversation) => conversation.update(messageId, { card }));
  await environment.store.instance(settings.id).commit([{ delete: 'post', id: ticketId, replaces: stored.version }]);
}

async function postView(delivery: Delivery, settings: StoredInstance, ticket: Ticket, latest: Activity[]) {
  // A private note is no news to a channel, and moves no time that its card shows.
  const open = latest.findLast(({ isPrivate, createdBy }) => !isPrivate && createdBy.id !== SYSTEM.id);
  return {
    instanceId: settings.id,
    ticket: { ...ticket, lastInteraction: open?.createdDateTime ?? ticket.createdOn },
    customFields: [...settings.customFieldsLeft, ...settings.customFieldsRight],
    comment: latest.findLast(({ comment, isPrivate }) => !isPrivate && comment.trim() !== ''),
    userIds: await viewers(delivery, settings, ticket),
  };
}

const MAX_VIEWERS = 60;
const MEMBERS_READ = 200;

/** The ids in Teams of those who see the post with what they may do: who works it, who asked, who follows. */
async function viewers({ environment }: Delivery, settings: StoredInstance, ticket: Ticket): Promise<string[]> {
  const { store } = environment;
  const query = { where: { and: [] }, orderBy: 'id', direction: 'ASC' as const, limit: MEMBERS_READ };
  const { items } = await store.instance(settings.id).list('member', query);
  const workers = items.map(({ value }) => value).filter(({ role }) => role !== 'member');
  const { requestor, assignee, followers } = ticket;
  const ids = [requestor, assignee, ...followers, ...workers, ...settings.assignees.peoples].map(({ id }) =>
    id.toLowerCase(),
  );
  const wanted = [...new Set(ids)].filter(Boolean).slice(0, MAX_VIEWERS);
  const records = await Promise.all(
    wanted.map((id) => store.registry.record('person', `${settings.tenantId}/${id}`.toLowerCase())),
  );
  return records.flatMap((record) => {
    const place = record && personPlace(record.value);
    return place && place.userId !== '' ? [place.userId] : [];
  });
}
