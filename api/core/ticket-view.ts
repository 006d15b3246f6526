import type { Ticket } from '../contract/tickets.ts';
import type { AssigneeOut } from '../contract/wire.ts';
import type { Stored } from '../store/store.ts';
import { jsonForMembers, versionFor } from './aside.ts';
import type { Context, ItemResult } from './context.ts';
import { htmlOf } from './html.ts';
import { promisesOf } from './sla.ts';
import type { Draft } from './ticket-changes.ts';
import { TextView, ValueView, type View } from './view.ts';
import { maySeePrivate } from './visibility.ts';

interface Presentation {
  /** A single read carries the workflow. */
  single?: boolean;
  /** A comma list of further fields. */
  include?: string | undefined;
  /** Only these fields, and `id`. */
  select?: string[];
}

/** What the view of a ticket is made of, whether it was read or is about to be written. */
export type TicketSource = Pick<Stored<'ticket'>, 'json' | 'hidden'>;

/** Whether a comma list of further fields has this one. */
export const includes = (include: string | undefined, name: string): boolean =>
  include?.split(',').some((one) => one.trim() === name) ?? false;

/** A ticket as a caller sees it: the stored JSON and what the workflow adds to it. */
export function ticketView(
  { actor, settings }: Pick<Context, 'actor' | 'settings'>,
  source: TicketSource,
  how: Presentation = {},
): View<Ticket> {
  const json = maySeePrivate(actor) ? source.json : jsonForMembers(source);
  // No text inside the ticket can look like this key: there its quotes are escaped.
  const start = json.indexOf('"statusId":"') + 12;
  const statusId = json.slice(start, json.indexOf('"', start));
  const text = json.slice(0, -1) + settings.ticketEnding(statusId, how.single ?? false);
  if (!how.include && !how.select) return new TextView(text);
  const ticket: Ticket = JSON.parse(text);
  if (includes(how.include, 'description_HTML'))
    ticket.description_HTML = source.hidden?.description_HTML ?? htmlOf(ticket.description);
  if (includes(how.include, 'promises')) ticket.promises = promisesOf(settings, ticket, source.hidden?.timers);
  return new ValueView(how.select ? selected(ticket, how.select) : ticket);
}

/** One ticket as a caller sees it, with its version for them. */
export const ticketResult = (
  ctx: Context,
  source: TicketSource & { version: number },
  how: Presentation,
): ItemResult<Ticket> => ({
  item: ticketView(ctx, source, { ...how, single: true }),
  ...versionFor(ctx.actor, source),
});

/** What is about to be written, as a source. */
export const sourceOf = ({ ticket, hidden }: Pick<Draft, 'ticket' | 'hidden'>, version: number) => ({
  json: JSON.stringify(ticket),
  hidden,
  version,
});

const part = (person: AssigneeOut, name: 'name' | 'email'): string => (name in person ? person[name as never] : '');

/** Names that a `select` may have beside the ticket's own. */
const FLAT: Record<string, (ticket: Ticket) => Record<string, unknown>> = {
  ticketId: (ticket) => ({ ticketId: ticket.ticketNo, ticketNo: ticket.ticketNo }),
  requestorId: (ticket) => ({ requestorId: ticket.requestor.id }),
  requestorName: (ticket) => ({ requestorName: ticket.requestor.name }),
  requestorEmail: (ticket) => ({ requestorEmail: ticket.requestor.email }),
  assigneeId: (ticket) => ({ assigneeId: ticket.assignee.id }),
  assigneeName: (ticket) => ({ assigneeName: part(ticket.assignee, 'name') }),
  assigneeEmail: (ticket) => ({ assigneeEmail: part(ticket.assignee, 'email') }),
  createdDateTime: (ticket) => ({ createdDateTime: ticket.createdOn }),
};

function selected(ticket: Ticket, select: string[]): Ticket {
  const picked: Record<string, unknown> = { id: ticket.id };
  for (const name of select) {
    if (Object.hasOwn(FLAT, name)) Object.assign(picked, FLAT[name]!(ticket));
    else if (Object.hasOwn(ticket, name)) picked[name] = ticket[name as keyof Ticket];
  }
  return picked as unknown as Ticket;
}
