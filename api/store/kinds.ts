import { PRIORITIES } from '../contract/tickets.ts';
import type { AssigneeOut, Person } from '../contract/wire.ts';
import type { Documents, Hidden, Kind, Scalar, Value } from './store.ts';

/** Characters that a database's search takes for an end or for one another, and that no text means. */
const NO_TEXT = /[\0\ufffe\uffff]/g;

/** Text as it is compared: well formed, in one Unicode form and in lower case. */
export const fold = (text: string): string =>
  text.toWellFormed().replace(NO_TEXT, '\ufffd').normalize('NFC').toLowerCase();

/** The share of a document that a query can see. Both drivers index exactly this. */
export interface Indexed<V, H = unknown> {
  /** For filters and orders. Text that people type is folded; a value that is not there is ''. */
  fields: { [name: string]: (value: V, hidden?: H) => Scalar };
  /** Further fields, for filters and figures; no list is ordered by them. */
  figures?: { [name: string]: (value: V, hidden?: H) => Scalar };
  /** The field that breaks ties in every order. */
  sequence: string;
  /** Values of which a document can have several. */
  terms?: (value: V) => string[];
  /** What `words` search: the folded text, and the ticket that a find leads to. Empty text is not indexed. */
  search?: { ticketId: (value: V) => string; text: (value: V) => string; isPrivate: (value: V) => boolean };
}

const email = (person: AssigneeOut): string => ('email' in person ? fold(person.email) : '');
const name = (person: AssigneeOut): string => ('name' in person ? fold(person.name) : '');
const people = (list: readonly AssigneeOut[]): string[] =>
  list.flatMap((person) => ('name' in person ? [person.name, person.email] : []));

const isPerson = (value: unknown): value is Person => typeof value === 'object' && value !== null && 'email' in value;

/** The term by which a ticket is found for one value of one custom field. */
export const customFieldTerm = (fieldId: string, value: string): string =>
  `${customFieldTerms(fieldId)}${fold(value).slice(0, 200)}`;
/** What all terms of a custom field begin with. */
export const customFieldTerms = (fieldId: string): string => `field:${fieldId}=`;
export const TAG_TERMS = 'tag:';
export const tagTerm = (tagCategoryId: string, text: string): string =>
  `${TAG_TERMS}${fold(`${tagCategoryId}_${text}`)}`;
export const followerTerm = (personId: string): string => `follower:${fold(personId)}`;
export const requestorTerm = (personId: string): string => `requestor:${fold(personId)}`;
export const originTerm = (origin: string): string => `origin:${origin}`;
export const resolutionTerm = (resolution: string): string => `resolution:${fold(resolution)}`;
/** Something is new for this person, as the one or the other. */
export const unseenTerm = (as: 'assignee' | 'requestor', personId: string): string => `unseen:${as}:${fold(personId)}`;
export const FRT_BREACHED = 'is:frtBreached';
export const RT_BREACHED = 'is:rtBreached';

function customFieldValues(value: unknown): string[] {
  const values = Array.isArray(value) ? value : [value];
  return values.map((one) => (isPerson(one) ? one.id : String(one)));
}

const ticket: Indexed<Value<'ticket'>, Hidden<'ticket'>> = {
  fields: {
    ticketNo: (t) => t.ticketNo,
    title: (t) => fold(t.title),
    statusId: (t) => t.statusId,
    priority: (t) => PRIORITIES.indexOf(t.priority),
    requestorId: (t) => fold(t.requestor.id),
    requestorName: (t) => name(t.requestor),
    requestorEmail: (t) => email(t.requestor),
    assigneeId: (t) => fold(t.assignee.id),
    assigneeName: (t) => name(t.assignee),
    assigneeEmail: (t) => email(t.assignee),
    expectedDate: (t) => t.expectedDate,
    createdOn: (t) => t.createdOn,
    lastUpdatedOn: (t) => t.lastUpdatedOn,
    lastInteraction: (t) => t.lastInteraction,
    // The same as far as members may know it: by the other one they would see when a private note is written.
    openInteraction: (t, hidden) => hidden?.aside?.openInteraction ?? t.lastInteraction,
  },
  figures: {
    firstResponseOn: (t) => t.firstResponseOn,
    lastResolutionOn: (t) => t.lastResolutionOn,
  },
  sequence: 'ticketNo',
  terms: (t) => [
    ...new Set([
      ...t.tags.map((tag) => tagTerm(tag.tagCategoryId, tag.text)),
      requestorTerm(t.requestor.id),
      ...t.followers.map((person) => followerTerm(person.id)),
      ...Object.entries(t.customFields).flatMap(([id, value]) =>
        customFieldValues(value).map((one) => customFieldTerm(id, one)),
      ),
      originTerm(t.origin),
      ...(t.resolution ? [resolutionTerm(t.resolution)] : []),
      ...(t.assigneeUnseenEventCnt > 0 ? [unseenTerm('assignee', t.assignee.id)] : []),
      ...(t.requestorUnseenEventCnt > 0 ? [unseenTerm('requestor', t.requestor.id)] : []),
      ...(t.isFrtBreached ? [FRT_BREACHED] : []),
      ...(t.isRtBreached ? [RT_BREACHED] : []),
    ]),
  ],
  search: {
    ticketId: (t) => t.id,
    isPrivate: () => false,
    text: (t) =>
      fold(
        [
          String(t.ticketNo),
          t.title,
          t.description,
          ...people([t.requestor, t.assignee]),
          ...t.tags.map((tag) => tag.text),
          ...Object.values(t.customFields).filter((value) => typeof value === 'string'),
        ].join('\n'),
      ),
  },
};

const activity: Indexed<Value<'activity'>, Hidden<'activity'>> = {
  fields: {
    id: (a) => a.id,
    ticketId: (a) => a.ticketId,
    createdDateTime: (a) => a.createdDateTime,
    attachmentCount: (a) => a.attachments.length,
    isPrivate: (a) => (a.isPrivate ? 1 : 0),
  },
  figures: { action: (a, hidden) => (hidden?.isTakenBack ? 'updated' : a.action) },
  sequence: 'id',
  search: { ticketId: (a) => a.ticketId, isPrivate: (a) => a.isPrivate, text: (a) => fold(a.comment) },
};

const plain = { fields: {}, sequence: 'id' };

export const KINDS: { [K in Kind]: Indexed<Documents[K]['value'], Hidden<K>> } = {
  ticket,
  activity,
  instance: plain,
  tagCategory: plain,
  member: plain,
  post: plain,
  thread: plain,
  view: plain,
  presence: plain,
  erasure: plain,
  reply: plain,
};
