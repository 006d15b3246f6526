import type { StoredTicket } from '../../api/contract/events.ts';
import { PRIORITIES } from '../../api/contract/tickets.ts';
import type { Person } from '../../api/contract/wire.ts';
import { uuidsByTime } from '../../api/core/ids.ts';
import type { Change, InstanceStore } from '../../api/store/store.ts';
import { activityDocument, eventDocument, person, ticketDocument } from '../helpers/documents.ts';
import { pick, randomNumbers, rareCode, rareName, sample, text } from './words.ts';

/** What is known of the tickets that were loaded, to ask for them later. */
export interface Loaded {
  ids: string[];
  /** Each stands in one ticket, or in a few. */
  rareNames: string[];
  rareCodes: string[];
}

/** So many commits are waiting at once; they share one transaction. */
const AT_ONCE = 500;
const TWO_YEARS_MS = 2 * 365 * 24 * 60 * 60 * 1000;
const DAY_MS = 24 * 60 * 60 * 1000;

const REQUESTORS = Array.from({ length: 2000 }, (_, index) => person(`Requestor${index}`));
const AGENTS = Array.from({ length: 40 }, (_, index) => person(`Agent${index}`));
const TAGS = ['area', 'site', 'device', 'team', 'cause'].flatMap((tagCategoryId) =>
  Array.from({ length: 8 }, (_, index) => ({ tagCategoryId, text: `${tagCategoryId} ${index}` })),
);
/** Of a hundred tickets, so many are in each state. */
const STATES = Object.entries({ closed: 50, resolved: 15, open: 12, started: 12, pending: 8, reopened: 3 }).flatMap(
  ([id, count]) => Array<string>(count).fill(id),
);

/**
 * Brings an instance from `from` tickets to `to`, of which the last is of now and number `last` would be of now too.
 * Each ticket is one commit of what creating it writes (ticket, activity, event), some with a comment.
 */
export async function load(instance: InstanceStore, from: number, to: number, last: number): Promise<Loaded> {
  const loaded: Loaded = { ids: [], rareNames: [], rareCodes: [] };
  const random = randomNumbers(from + 2);
  const begin = Date.now();
  let at = 0;
  const newId = uuidsByTime(() => new Date(at));
  const show = progress(to - from);
  for (let index = from; index < to; ) {
    const commits: Promise<void>[] = [];
    for (; index < to && commits.length < AT_ONCE; index++) {
      at = begin - TWO_YEARS_MS * (1 - (index + 1) / last);
      const words = [text(random, 40 + Math.floor(random() * 40))];
      if (index % 50 === 0) words.push(remember(loaded.rareNames, rareName(index / 50)));
      if (index % 50 === 25) words.push(remember(loaded.rareCodes, rareCode(random)));
      const ticket = newTicket(random, newId(), at, words.join(' '));
      loaded.ids.push(ticket.id);
      commits.push(commit(instance, random, newId, ticket));
    }
    await Promise.all(commits);
    show(index - from);
  }
  return loaded;
}

function remember(list: string[], word: string): string {
  list.push(word);
  return word;
}

function newTicket(random: () => number, id: string, at: number, description: string): StoredTicket {
  const createdOn = new Date(at).toISOString();
  const lastInteraction = new Date(Math.min(Date.now(), at + random() * 20 * DAY_MS)).toISOString();
  const requestor = pick(random, REQUESTORS);
  const statusId = pick(random, STATES);
  const isResolved = statusId === 'closed' || statusId === 'resolved';
  return ticketDocument({
    id,
    title: text(random, 4 + Math.floor(random() * 5)),
    description,
    statusId,
    resolution: isResolved ? 'fixed' : '',
    priority: pick(random, [...PRIORITIES, 'Medium', 'Medium', 'Low']),
    requestor,
    assignee: random() < 0.1 ? { id: '' } : pick(random, AGENTS),
    expectedDate: random() < 0.3 ? new Date(at + random() * 30 * DAY_MS).toISOString() : '',
    tags: sample(random, TAGS, Math.floor(random() * 4)),
    createdOn,
    lastUpdatedOn: lastInteraction,
    lastInteraction,
    createdBy: requestor,
    lastUpdatedBy: requestor,
    firstResponseOn: statusId === 'open' ? '' : lastInteraction,
    firstResolutionOn: isResolved ? lastInteraction : '',
    lastResolutionOn: isResolved ? lastInteraction : '',
  });
}

function commit(
  instance: InstanceStore,
  random: () => number,
  newId: () => string,
  draft: StoredTicket,
): Promise<void> {
  const written = [history(newId, draft, draft.requestor)];
  if (random() < 0.3) written.push(history(newId, draft, pick(random, AGENTS), text(random, 20)));
  return instance.commitNumbered((ticketNo) => {
    const ticket = { ...draft, ticketNo };
    const changes: Change[] = [{ put: 'ticket', id: ticket.id, value: ticket, replaces: null }];
    for (const { activity, event } of written) {
      changes.push({ put: 'activity', id: activity.id, value: activity, replaces: null });
      changes.push({ event: { ...event, ticket } });
    }
    return { changes, result: undefined };
  });
}

/** The activity of a creation or of a comment, and its event. */
function history(newId: () => string, ticket: StoredTicket, by: Person, comment = '') {
  const activity = activityDocument({
    id: newId(),
    ticketId: ticket.id,
    action: comment === '' ? 'created' : 'commented',
    comment,
    createdDateTime: ticket.createdOn,
    createdBy: by,
  });
  const event = eventDocument({
    id: newId(),
    type: comment === '' ? 'ticket.created' : 'ticket.commented',
    // Of now: older ones would be swept while others are measured.
    at: new Date().toISOString(),
    by,
    activityId: activity.id,
  });
  return { activity, event };
}

/** Shows how far it is, once a second and at the end. */
function progress(count: number): (done: number) => void {
  const begin = performance.now();
  let shown = begin;
  return (done) => {
    const now = performance.now();
    if (now - shown < 1000 && done < count) return;
    shown = now;
    const rate = Math.round((done / (now - begin)) * 1000);
    process.stderr.write(`\r  loaded ${done} of ${count} tickets, ${rate}/s  ${done === count ? '\n' : ''}`);
  };
}
