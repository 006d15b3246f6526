import type { Input } from '../contract/operations.ts';
import type { Order, Ticket } from '../contract/tickets.ts';
import type { Query, Stored, Where } from '../store/store.ts';
import type { Context } from './context.ts';
import { type Place, readToken, writeToken } from './paging.ts';
import { ticketFilter } from './ticket-filter.ts';
import { ticketView } from './ticket-view.ts';
import type { View } from './view.ts';
import { maySeePrivate, seenBy } from './visibility.ts';

export interface ListResult<T> {
  items: View<T>[];
  itemCount: number;
  continuationToken?: string;
}

/** The field that each order reads; `status` is walked state by state instead. */
const FIELD: Record<Exclude<Order, 'status'>, string> = {
  ticketId: 'ticketNo',
  ticketNo: 'ticketNo',
  title: 'title',
  requestorName: 'requestorName',
  requestorEmail: 'requestorEmail',
  assigneeName: 'assigneeName',
  assigneeEmail: 'assigneeEmail',
  expectedDate: 'expectedDate',
  priority: 'priority',
  createdDateTime: 'createdOn',
  createdOn: 'createdOn',
  lastInteraction: 'lastInteraction',
  lastUpdatedOn: 'lastUpdatedOn',
};

/** A part of the list that has one order of its own; the list is its segments one after the other. */
type Segment = Pick<Query, 'where' | 'orderBy'>;

/** One page of tickets (TW-12 to TW-26). */
export async function listTickets(ctx: Context, input: Input<'listTickets'>): Promise<ListResult<Ticket>> {
  const { continuationToken, limit = 10, offset = 0, select, include, ...list } = input;
  const direction = input.order ?? 'DESC';
  const filter = { and: [seenBy(ctx), ticketFilter(input, ctx.settings, !maySeePrivate(ctx.actor))] };
  const pinned = await pinnedTicket(ctx, input.search, filter);
  const where = pinned ? and(filter, { field: 'ticketNo', isNot: pinned.value.ticketNo }) : filter;
  const segments = segmentsOf(ctx, where, input.orderBy ?? 'createdDateTime', direction);

  const place = continuationToken ? readToken(ctx, list, continuationToken) : undefined;
  const items: Stored<'ticket'>[] = [];
  let skip = place ? 0 : offset;
  if (pinned && !place) {
    if (skip > 0) skip--;
    else items.push(pinned);
  }
  const walked = await walk(ctx, segments, place ?? { segment: 0 }, { direction, limit, skip, counted: filter }, items);
  const { next, itemCount = await ctx.instance.count('ticket', filter) } = walked;

  const how = {
    include,
    ...(select !== undefined && { select: select.split(',').map((name) => name.trim()) }),
  };
  return {
    items: items.map((stored) => ticketView(ctx, stored, how)),
    itemCount,
    ...(next && { continuationToken: writeToken(ctx, list, next) }),
  };
}

/** Fills `items` up to the limit; answers where the next page begins, if there is one, and how many there are in all. */
async function walk(
  ctx: Context,
  segments: Segment[],
  from: Place,
  { direction, limit, skip, counted }: { direction: 'ASC' | 'DESC'; limit: number; skip: number; counted: Where },
  items: Stored<'ticket'>[],
): Promise<{ next?: Place; itemCount?: number }> {
  let { position } = from;
  let itemCount: number | undefined;
  const end = (next?: Place) => ({ ...(next && { next }), ...(itemCount !== undefined && { itemCount }) });
  let toSkip = skip;
  for (let segment = from.segment; segment < segments.length; segment++) {
    const { where, orderBy } = segments[segment]!;
    const last = segment === segments.length - 1;
    if (toSkip > 0 && !last) {
      const count = await ctx.instance.count('ticket', where);
      if (count <= toSkip) {
        toSkip -= count;
        continue;
      }
    }
    if (items.length === limit) {
      if ((await ctx.instance.count('ticket', where)) > 0) return end({ segment });
      continue;
    }
    const page = await ctx.instance.list('ticket', {
      where,
      orderBy,
      direction,
      limit: limit - items.length,
      ...(position ? { after: position } : { offset: toSkip }),
      // Once, along with the first page that is read.
      ...(itemCount === undefined && { counted }),
    });
    itemCount ??= page.count;
    items.push(...page.items);
    if (page.next) return end({ segment, position: page.next });
    position = undefined;
    toSkip = 0;
  }
  return end();
}

const and = (...parts: Where[]): Where => ({ and: parts });

/** By status means in the workflow's order, which an owner can change: each state is a segment, by number within. */
function segmentsOf(ctx: Context, where: Where, orderBy: Order, direction: 'ASC' | 'DESC'): Segment[] {
  if (orderBy === 'lastInteraction' && !maySeePrivate(ctx.actor)) return [{ where, orderBy: 'openInteraction' }];
  if (orderBy !== 'status') return [{ where, orderBy: FIELD[orderBy] }];
  const { states } = ctx.settings.workflow;
  const ordered = direction === 'ASC' ? states : states.toReversed();
  return ordered.map((state) => ({ where: and(where, { field: 'statusId', in: [state.id] }), orderBy: 'ticketNo' }));
}

/** The ticket whose number was searched for: it comes first. */
async function pinnedTicket(
  ctx: Context,
  search: string | undefined,
  filter: Where,
): Promise<Stored<'ticket'> | undefined> {
  const number = /^\s*#?(\d{1,9})\s*$/.exec(search ?? '')?.[1];
  if (number === undefined) return undefined;
  const { items } = await ctx.instance.list('ticket', {
    where: and(filter, { field: 'ticketNo', in: [Number(number)] }),
    orderBy: 'ticketNo',
    direction: 'ASC',
    limit: 1,
  });
  return items[0];
}
