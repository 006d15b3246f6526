import type { Activity } from '../contract/activities.ts';
import { failField } from '../contract/errors.ts';
import type { Input, Output } from '../contract/operations.ts';
import type { Person } from '../contract/wire.ts';
import type { Change, Stored } from '../store/store.ts';
import { versionFor } from './aside.ts';
import { presentAttachment } from './attachment-view.ts';
import { actingPerson, type Context, checkVersion, commit, type ItemResult } from './context.ts';
import { addFollowers } from './followers.ts';
import { htmlOf, richText } from './html.ts';
import { readToken, writeToken } from './paging.ts';
import { newActivity, ticketChange, touch } from './ticket-changes.ts';
import type { ListResult } from './ticket-list.ts';
import { includes } from './ticket-view.ts';
import { findTicket } from './tickets.ts';
import { ValueView } from './view.ts';
import { checkPrivacy, maySeePrivate, publicOnly } from './visibility.ts';

/** A page may hold at most this many; without a `limit` the history is read in pages of it until its end. */
const PAGE = 1000;

/** An activity as a caller sees it: files with signed addresses, and its HTML when asked for. */
export function presentActivity(
  ctx: Context,
  stored: Pick<Stored<'activity'>, 'value' | 'hidden'>,
  html: boolean,
): Activity {
  const { value, hidden } = stored;
  return {
    ...value,
    ...(hidden?.openIdleSince &&
      !maySeePrivate(ctx.actor) && { changes: openChanges(value.changes, hidden.openIdleSince) }),
    attachments: value.attachments.map((attachment) => presentAttachment(ctx, value.id, attachment)),
    ...(html && { comment_HTML: hidden?.comment_HTML ?? htmlOf(value.comment) }),
  };
}

/** Since when a ticket was idle, as members may know it: by the rest they would see when a private note was written. */
const openChanges = (changes: Activity['changes'], idleSince: string): Activity['changes'] =>
  changes.map((change) => (change.name === 'idleSince' ? { ...change, newValue: idleSince } : change));

/** The history of a ticket, newest first (TW-44). */
export async function listActivities(ctx: Context, input: Input<'listActivities'>): Promise<ListResult<Activity>> {
  const ticket = await findTicket(ctx, input.ticketId);
  const where = { and: [{ field: 'ticketId', in: [ticket.id] }, publicOnly(ctx)] };
  const html = includes(input.include, 'comment_HTML');
  const token = input.continuationToken;
  let after = token ? readToken(ctx, where, token).position : undefined;
  const found: Stored<'activity'>[] = [];
  let itemCount: number | undefined;
  for (;;) {
    const page = await ctx.instance.list('activity', {
      where,
      orderBy: 'id',
      direction: 'DESC',
      limit: input.limit ?? PAGE,
      ...(after && { after }),
      ...(itemCount === undefined && { counted: where }),
    });
    itemCount ??= page.count;
    found.push(...page.items);
    after = page.next;
    if (!after || input.limit !== undefined) break;
  }
  return {
    items: found.map((stored) => new ValueView(presentActivity(ctx, stored, html))),
    itemCount: itemCount!,
    ...(after && { continuationToken: writeToken(ctx, where, { segment: 0, position: after }) }),
  };
}

type Comment = Output<'addComment'>['item'];

export async function addComment(ctx: Context, input: Input<'addComment'>): Promise<ItemResult<Comment>> {
  const comment = richText(input.comment, input.comment_HTML);
  if (!comment || comment.text.trim() === '') failField('comment', 'is required: the text of the comment');
  const by = actingPerson(ctx, input.user);
  const { activity, changes, version } = await commentOn(ctx, input.ticketId, by, {
    comment: comment.text,
    isPrivate: input.isPrivate ?? false,
    ...(comment.html !== undefined && { html: comment.html }),
  });
  const html = includes(input.include, 'comment_HTML');
  const hidden = comment.html === undefined ? undefined : { comment_HTML: comment.html };
  const shown = presentActivity(ctx, { value: activity, hidden }, html);
  return commit(ctx, { changes, item: new ValueView({ ...shown, activityId: activity.id }), ...version });
}

interface CommentParts {
  comment: string;
  html?: string;
  isPrivate: boolean;
  attachments?: Activity['attachments'];
}

/** The changes that a comment, or files with or without one, make on a ticket. */
export async function commentOn(ctx: Context, ticketId: string, by: Person, parts: CommentParts) {
  const stored = await findTicket(ctx, ticketId);
  checkVersion(ctx, versionFor(ctx.actor, stored).version);
  const draft = { ticket: stored.value, hidden: stored.hidden };
  const { ticket } = draft;
  const { comment, isPrivate, attachments } = parts;
  checkPrivacy(ctx, isPrivate);
  touch(ctx, draft, by, { isPrivate, isResponse: true });
  const told: Activity['changes'] = [];
  await addFollowers(ctx, ticket, told, { by, comments: comment.trim() !== '', isPrivate, html: parts.html });
  const activity = newActivity(ctx, ticket.id, by, {
    action: attachments ? 'attached' : 'commented',
    comment,
    isPrivate,
    changes: told,
    ...(attachments && { attachments }),
  });
  const kept = parts.html === undefined ? undefined : { comment_HTML: parts.html };
  const changes: Change[] = ticketChange(ctx, 'ticket.commented', draft, stored.version, activity, kept);
  const version = versionFor(ctx.actor, { version: stored.version + 1, hidden: draft.hidden });
  return { ticket, activity, changes, version };
}
