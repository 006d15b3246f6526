import type { Activity } from './activities.ts';
import type { Ticket } from './tickets.ts';
import type { Person } from './wire.ts';

/** What happened, for whoever follows the store's changes: one event in the same commit as the change itself. */
export interface Event {
  id: string;
  type:
    | 'ticket.created'
    | 'ticket.updated'
    | 'ticket.commented'
    | 'ticket.deleted'
    | 'ticket.seen'
    | 'instance.updated'
    | 'tags.updated'
    | 'views.updated'
    | 'presence.changed';
  at: string;
  by: Person;
  /** The ticket as it is after the change, in its stored form. */
  ticket?: StoredTicket;
  /** What is kept of that ticket's timers. */
  timers?: TicketTimers;
  /** The ticket that somebody came to, left or has seen, which is as it was. */
  ticketId?: string;
  activityId?: string;
  /** For those who work tickets only: the activity is a private comment, or it is who looks at a ticket. */
  isPrivate?: true;
  /** The only one who is told. */
  to?: Person;
  /** Who could see the ticket as its requestor or a follower and is neither any more: they are told that it has changed. */
  formerly?: Person[];
  /** The names of the settings that were changed. */
  settings?: string[];
}

/** What only the timers of a ticket know; it never goes out. Times are ISO 8601. */
export interface TicketTimers {
  /** Since when it is in a state in which its clock stands still. */
  waitingSince?: string;
  /** The working time before that in which its clock stood still, in milliseconds. */
  waitedMs?: number;
  /** The promises (see core/sla.ts) of which somebody was warned. */
  warned?: ('frt' | 'rt')[];
  /** When the promises that were not kept had to be: that moment does not move with what happens to the ticket later. */
  brokenOn?: { frt?: string; rt?: string };
  /** The last interaction of the idle period that was seen to. */
  idleSince?: string;
}

/**
 * What lies beside a ticket because it makes no other ticket of it, or because members must not notice it; it never goes
 * out. How often is counted in writes of the ticket (see core/aside.ts).
 */
export interface TicketAside {
  /** How often somebody marked as seen what was new. */
  seen?: number;
  /** How often somebody marked as seen private notes and nothing else. */
  seenNotes?: number;
  /** How many private notes were written. */
  notes?: number;
  /** How many of the events that the assignee has not seen are private notes. */
  unseenNotes?: number;
  /** When anybody last did what members may know of, while a private note is the last of all. */
  openInteraction?: string;
}

/** What a move takes from a ticket, kept with the move's activity for whoever takes it back; it never goes out. */
export type TicketBefore = Pick<
  StoredTicket,
  'statusId' | 'resolution' | 'firstResponseOn' | 'firstResolutionOn' | 'lastResolutionOn' | 'lastResolutionComment'
> & { timers?: TicketTimers };

/** A ticket without what the instance's workflow adds to it on the way out. */
export type StoredTicket = Omit<
  Ticket,
  'status' | 'resolvedStatus' | 'isCustomWorkflow' | 'workflow' | 'description_HTML'
>;

/** An activity without its HTML; a file's `src` is empty, for it is signed on the way out. */
export type StoredActivity = Omit<Activity, 'comment_HTML'>;
