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
    | 'instance.updated'
    | 'tags.updated';
  at: string;
  by: Person;
  /** The ticket as it is after the change, in its stored form. */
  ticket?: StoredTicket;
  activityId?: string;
  /** The activity is a private comment. */
  isPrivate?: true;
}

/** A ticket without what the instance's workflow adds to it on the way out. */
export type StoredTicket = Omit<
  Ticket,
  'status' | 'resolvedStatus' | 'isCustomWorkflow' | 'workflow' | 'description_HTML'
>;

/** An activity without its HTML; a file's `src` is empty, for it is signed on the way out. */
export type StoredActivity = Omit<Activity, 'comment_HTML'>;
