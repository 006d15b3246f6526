/** What a change does to a ticket, and where it meets what somebody else has done to the same ticket since it was read. */

import type { Ticket, TicketUpdate } from '../../api/contract/tickets.ts';
import { call } from './api.ts';
import type { ListedTicket, VersionedTicket } from './data.ts';
import { holdPage } from './leaving.ts';
import { cell } from './store.ts';

export interface Move {
  statusId: string;
  label: string;
  resolution?: string | undefined;
  comment?: string | undefined;
  /** Tells one move from another: tried again after a lost answer, it and its comment are there once. */
  id?: string;
}

export type Change = { ticket: TicketUpdate } | { move: Move };

/** A ticket as somebody saw it when they changed it. The row of a list has no version. */
export interface Seen {
  ticket: ListedTicket | Ticket;
  etag?: string | undefined;
}

/** Fields that two people have changed at once: both versions, to choose from. */
export interface Collision {
  instanceId: string;
  fresh: VersionedTicket;
  mine: TicketUpdate;
  /** The names in `mine` that somebody else has changed as well. */
  fields: string[];
  /** Who that was. */
  by: string;
  /** Ends the asking: whether nothing of mine is left to save. */
  settle: (isSettled: boolean | Promise<boolean>) => void;
}

export const collision = cell<Collision | undefined>(undefined);

/** Ends when nobody is asked for a choice any more. */
let asked: Promise<void> = Promise.resolve();

/** Lets the person choose, one choice after the other; true when nothing of theirs is left to save. */
export async function choose(met: Omit<Collision, 'settle'>): Promise<boolean> {
  const before = asked;
  const { promise, resolve: close } = Promise.withResolvers<void>();
  asked = promise;
  await before;
  return new Promise((resolve) => {
    const settle: Collision['settle'] = (isSettled) => {
      collision.set(undefined);
      close();
      resolve(isSettled);
    };
    collision.set({ ...met, settle });
  });
}

/** A move that was not made: why, from where it can be made now, and what was chosen and written for it. */
export interface Unmoved {
  instanceId: string;
  seen: Seen;
  move: Move;
  reason: string;
}

export const unmoved = cell<Unmoved | undefined>(undefined);
const waiting: Unmoved[] = [];

/** Tells of a move that was not made, after those that are told already. */
export function tellUnmoved(one: Unmoved): void {
  if (unmoved.get()) waiting.push(one);
  else unmoved.set(one);
  holdPage('unmoved', true);
}

export function endUnmoved(): void {
  unmoved.set(waiting.shift());
  holdPage('unmoved', unmoved.get() !== undefined);
}

type Values = Record<string, unknown>;

const namesOf = (change: Change): string[] => ('move' in change ? ['statusId', 'status'] : Object.keys(change.ticket));

/** The fields of a ticket that a change is about, as the ticket has them. */
export const valuesBefore = (ticket: Seen['ticket'], change: Change): Partial<Ticket> =>
  Object.fromEntries(namesOf(change).map((name) => [name, (ticket as unknown as Values)[name]]));

/** The same fields as they will be, for the moment until the server says so. */
export function valuesAfter(ticket: Seen['ticket'], change: Change): Partial<Ticket> {
  if ('move' in change) return { statusId: change.move.statusId, status: change.move.label };
  const update = change.ticket;
  const patch = { ...update } as Partial<Ticket>;
  if ('assignee' in update) patch.assignee = update.assignee ?? { id: '' };
  if ('expectedDate' in update) patch.expectedDate = update.expectedDate ?? '';
  if (update.customFields) {
    const merged = Object.entries({ ...ticket.customFields, ...update.customFields });
    patch.customFields = Object.fromEntries(merged.filter(([, value]) => value !== null));
  }
  return patch;
}

/** The change that gives a ticket back what another one takes from it. */
export function changeBack(ticket: Seen['ticket'], change: Change): Change {
  if ('move' in change) return { move: { statusId: ticket.statusId, label: ticket.status } };
  const back: Values = { ...valuesBefore(ticket, change) };
  if (change.ticket.customFields) {
    const ids = Object.keys(change.ticket.customFields);
    back.customFields = Object.fromEntries(ids.map((id) => [id, ticket.customFields[id] ?? null]));
  }
  if ('expectedDate' in back) back.expectedDate ||= null;
  return { ticket: back as TicketUpdate };
}

/** Somebody is who they are by their id, and the order in which fields are written means nothing. */
const essence = (value: unknown): string =>
  JSON.stringify(value ?? '', (_, one) => {
    if (typeof one !== 'object' || one === null || Array.isArray(one)) return one;
    return 'id' in one ? String(one.id).toLowerCase() : Object.entries(one).toSorted();
  });

export const isSame = (left: unknown, right: unknown): boolean => essence(left) === essence(right);

/** Tags and followers are put in and taken out one by one. */
const PARTS = ['tags', 'followers'];

/** The same change of what is there now: what it puts into a list and takes out of it, beside what others have done. */
export function rebased(seen: Seen['ticket'], fresh: Ticket, change: Change): Change {
  if ('move' in change) return change;
  const parts = Object.entries(change.ticket).map(([name, wanted]): [string, unknown] => {
    const [before, now] = [seen, fresh].map((ticket) => (ticket as unknown as Values)[name]);
    if (!PARTS.includes(name) || ![before, now, wanted].every(Array.isArray)) return [name, wanted];
    const has = (list: unknown, one: unknown) => (list as unknown[]).some((other) => isSame(other, one));
    const added = (wanted as unknown[]).filter((one) => !has(before, one) && !has(now, one));
    const kept = (now as unknown[]).filter((one) => has(wanted, one) || !has(before, one));
    return [name, [...kept, ...added]];
  });
  return { ticket: Object.fromEntries(parts) };
}

/** What of a change somebody else has changed since the ticket was seen, to something else than what is wanted. */
export function collisionsOf(seen: Seen['ticket'], fresh: Ticket, change: Change): string[] {
  if ('move' in change) {
    const { statusId, resolution, comment } = change.move;
    if (seen.statusId === fresh.statusId) return [];
    const isDone = statusId === fresh.statusId && !comment && (!resolution || resolution === fresh.resolution);
    return isDone ? [] : ['status'];
  }
  const differs = (base: unknown, now: unknown, wanted: unknown) => !isSame(base, now) && !isSame(wanted, now);
  return Object.entries(change.ticket).flatMap(([name, wanted]) => {
    if (PARTS.includes(name)) return [];
    if (name !== 'customFields') {
      return differs((seen as unknown as Values)[name], fresh[name as keyof Ticket], wanted) ? [name] : [];
    }
    const ids = Object.entries(wanted as Values);
    return ids.some(([id, value]) => differs(seen.customFields[id], fresh.customFields[id], value)) ? [name] : [];
  });
}

/** The name of whoever changed one of these fields last. */
export async function whoChanged(instanceId: string, { ticket }: VersionedTicket, fields: string[]): Promise<string> {
  const names = fields.includes('description_HTML') ? [...fields, 'description'] : fields;
  try {
    const { data } = await call(instanceId, 'listActivities', { ticketId: ticket.id });
    const last = data.items.find(({ changes }) => changes.some(({ name }) => names.includes(name)));
    return (last?.createdBy ?? ticket.lastUpdatedBy).name;
  } catch {
    return ticket.lastUpdatedBy.name;
  }
}
