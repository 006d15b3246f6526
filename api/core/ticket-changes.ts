import type { Activity, Change } from '../contract/activities.ts';
import { failField } from '../contract/errors.ts';
import type { Event, StoredActivity, StoredTicket } from '../contract/events.ts';
import type { TicketUpdate } from '../contract/tickets.ts';
import type { AssigneeOut, Person } from '../contract/wire.ts';
import type { Hidden, Change as StoreChange } from '../store/store.ts';
import { hiddenAfterNote, hiddenAfterOpen } from './aside.ts';
import type { Context } from './context.ts';
import { mergeCustomFields, peopleWhoMaySee } from './custom-fields.ts';
import { richText } from './html.ts';
import { instantOf } from './time.ts';

/** A ticket before and after, with what its history will say. */
export interface Draft {
  ticket: StoredTicket;
  hidden: Hidden<'ticket'> | undefined;
  changes: Change[];
}

/** A ticket's fields as history names them. */
const TRACKED = [
  'title',
  'description',
  'priority',
  'requestor',
  'assignee',
  'expectedDate',
  'tags',
  'customFields',
  'followers',
] as const;

const equal = (left: unknown, right: unknown): boolean => JSON.stringify(left) === JSON.stringify(right);

/** The ticket with a caller's fields in it, and what that changes. Throws 400 for values that do not fit. */
export function applyUpdate(
  ctx: Context,
  before: StoredTicket,
  hidden: Hidden<'ticket'> | undefined,
  update: TicketUpdate,
  timezone: string | number | undefined,
): Draft {
  const ticket = { ...before };
  let html = hidden?.description_HTML;
  if (update.title !== undefined) ticket.title = update.title;
  const description = richText(update.description, update.description_HTML);
  if (description) {
    ticket.description = description.text;
    html = description.html;
    // Plain text that is what it was leaves the formatted text as it is.
    if (ticket.description === before.description && html === undefined) html = hidden?.description_HTML;
  }
  if (update.priority !== undefined) ticket.priority = update.priority;
  if (update.requestor !== undefined) ticket.requestor = update.requestor;
  if (update.assignee !== undefined) ticket.assignee = update.assignee ?? { id: '' };
  if (update.expectedDate !== undefined) {
    ticket.expectedDate =
      update.expectedDate === null || update.expectedDate === ''
        ? ''
        : instantOf('ticket.expectedDate', update.expectedDate, timezone);
  }
  if (update.tags !== undefined) ticket.tags = update.tags;
  if (update.followers !== undefined) ticket.followers = uniquePeople(update.followers);
  if (update.customFields !== undefined) {
    ticket.customFields = mergeCustomFields(ctx, before.customFields, update.customFields);
    // Whom the fields let in before goes, unless the fields still say so.
    const letIn = peopleWhoMaySee(ctx, ticket.customFields);
    const goes = idsOf(peopleWhoMaySee(ctx, before.customFields)).difference(idsOf(letIn));
    const stay = ticket.followers.filter(({ id }) => !goes.has(id.toLowerCase()));
    ticket.followers = uniquePeople([...stay, ...letIn]);
  }
  const changes: Change[] = [];
  for (const name of TRACKED) {
    if (!equal(before[name], ticket[name])) {
      changes.push({ name, oldValue: before[name], newValue: ticket[name] });
    }
  }
  const { description_HTML: oldHtml, ...rest } = hidden ?? {};
  if (oldHtml !== html && !changes.some((change) => change.name === 'description')) {
    changes.push({ name: 'description_HTML', oldValue: oldHtml ?? '', newValue: html ?? '' });
  }
  return { ticket, hidden: hiddenPart({ ...rest, ...(html !== undefined && { description_HTML: html }) }), changes };
}

/** Nothing rather than something empty. */
export const hiddenPart = (hidden: Hidden<'ticket'>): Hidden<'ticket'> | undefined =>
  Object.keys(hidden).length > 0 ? hidden : undefined;

const idsOf = (people: Person[]): Set<string> => new Set(people.map(({ id }) => id.toLowerCase()));

/** Each person once: Entra writes its ids in either case. */
function uniquePeople(people: Person[]): Person[] {
  return [...new Map(people.map((person) => [person.id.toLowerCase(), person])).values()];
}

const isSame = (left: AssigneeOut, right: Person): boolean =>
  left.id !== '' && left.id.toLowerCase() === right.id.toLowerCase();

/**
 * Marks that somebody did something with the ticket: its times, and one more unseen event for the others. A public act
 * of somebody who is not the requestor is the first response, if there was none.
 */
export function touch(
  ctx: Context,
  draft: Pick<Draft, 'ticket' | 'hidden'>,
  by: Person,
  act: { isPrivate?: boolean; isResponse?: boolean; isChange?: boolean },
): void {
  const { ticket } = draft;
  const isUnseen = ticket.assignee.id !== '' && !isSame(ticket.assignee, by);
  draft.hidden = act.isPrivate
    ? hiddenAfterNote(draft.hidden, { before: ticket.lastInteraction, isUnseen })
    : hiddenAfterOpen(draft.hidden);
  ticket.lastInteraction = ctx.at;
  if (act.isChange) {
    ticket.lastUpdatedOn = ctx.at;
    ticket.lastUpdatedBy = by;
  }
  const byRequestor = isSame(ticket.requestor, by);
  if (act.isResponse && !act.isPrivate && !byRequestor && ticket.firstResponseOn === '') {
    ticket.firstResponseOn = ctx.at;
  }
  if (isUnseen) ticket.assigneeUnseenEventCnt++;
  if (!act.isPrivate && !byRequestor) ticket.requestorUnseenEventCnt++;
}

/** The one activity that a change leaves. */
export function newActivity(
  ctx: Context,
  ticketId: string,
  by: Person,
  what: Pick<Activity, 'action'> & Partial<Pick<Activity, 'comment' | 'isPrivate' | 'changes' | 'attachments'>>,
): StoredActivity {
  return {
    id: ctx.newId(),
    ticketId,
    action: what.action,
    comment: what.comment ?? '',
    isPrivate: what.isPrivate ?? false,
    createdDateTime: ctx.at,
    createdBy: by,
    changes: what.changes ?? [],
    attachments: what.attachments ?? [],
    origin: ctx.origin,
  };
}

/** Ticket, activity and event: what every change of a ticket commits, all or nothing. */
export function ticketChange(
  ctx: Context,
  type: Event['type'],
  draft: Pick<Draft, 'ticket' | 'hidden'>,
  replaces: number | null,
  activity: StoredActivity,
  kept?: Hidden<'activity'>,
): StoreChange[] {
  const { ticket, hidden } = draft;
  const still = [ticket.requestor, ...ticket.followers];
  const formerly = activity.changes.flatMap(peopleBefore).filter((one) => !still.some((person) => isSame(person, one)));
  return [
    { put: 'ticket', id: ticket.id, value: ticket, ...(hidden && { hidden }), replaces },
    {
      put: 'activity',
      id: activity.id,
      value: activity,
      ...(kept && { hidden: kept }),
      replaces: null,
    },
    {
      event: {
        id: ctx.newId(),
        type,
        at: ctx.at,
        by: activity.createdBy,
        ticket,
        ...(hidden?.timers && { timers: hidden.timers }),
        activityId: activity.id,
        ...(activity.isPrivate && { isPrivate: true }),
        ...(formerly.length > 0 && { formerly }),
      },
    },
  ];
}

/** Who was the requestor or a follower of a ticket before a change of that. */
function peopleBefore({ name, oldValue }: Change): Person[] {
  if (name === 'followers') return oldValue as Person[];
  return name === 'requestor' ? [oldValue as Person] : [];
}

/** The fields of an update, which may stand under `ticket` or `updates`; 400 when there are none. */
export function updateFields(input: {
  ticket?: TicketUpdate | undefined;
  updates?: TicketUpdate | undefined;
}): TicketUpdate {
  if (!input.ticket && !input.updates)
    failField('ticket', 'is required: the fields to change, under ticket or updates');
  return { ...input.updates, ...input.ticket };
}
