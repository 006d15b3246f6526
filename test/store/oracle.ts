import type { StoredTicket } from '../../api/contract/events.ts';
import { PRIORITIES } from '../../api/contract/tickets.ts';
import {
  customFieldTerm,
  FRT_BREACHED,
  fold,
  followerTerm,
  KINDS,
  originTerm,
  RT_BREACHED,
  requestorTerm,
  resolutionTerm,
  tagTerm,
  unseenTerm,
} from '../../api/store/kinds.ts';
import type { Query, Scalar, Where } from '../../api/store/store.ts';

/** What the port promises of filters and orders, in the plainest way: everything in memory, one ticket at a time. */

export interface Sample {
  ticket: StoredTicket;
  comments: string[];
}

const nameOf = (person: { id: string; name?: string }): string => fold(person.name ?? '');
const emailOf = (person: { id: string; email?: string }): string => fold(person.email ?? '');

const FIELDS: Record<string, (ticket: StoredTicket) => Scalar> = {
  ticketNo: (ticket) => ticket.ticketNo,
  title: (ticket) => fold(ticket.title),
  statusId: (ticket) => ticket.statusId,
  priority: (ticket) => PRIORITIES.indexOf(ticket.priority),
  requestorId: (ticket) => fold(ticket.requestor.id),
  requestorName: (ticket) => nameOf(ticket.requestor),
  requestorEmail: (ticket) => emailOf(ticket.requestor),
  assigneeId: (ticket) => fold(ticket.assignee.id),
  assigneeName: (ticket) => nameOf(ticket.assignee),
  assigneeEmail: (ticket) => emailOf(ticket.assignee),
  expectedDate: (ticket) => ticket.expectedDate,
  createdOn: (ticket) => ticket.createdOn,
  lastUpdatedOn: (ticket) => ticket.lastUpdatedOn,
  lastInteraction: (ticket) => ticket.lastInteraction,
  openInteraction: (ticket) => ticket.lastInteraction,
};

export const FIELD_NAMES = Object.keys(FIELDS);
export const DECLARED_FIELD_NAMES = Object.keys(KINDS.ticket.fields);

function termsOf(ticket: StoredTicket): string[] {
  const terms = ticket.tags.map((tag) => tagTerm(tag.tagCategoryId, tag.text));
  terms.push(requestorTerm(ticket.requestor.id));
  terms.push(...ticket.followers.map((person) => followerTerm(person.id)));
  for (const [id, value] of Object.entries(ticket.customFields)) terms.push(customFieldTerm(id, String(value)));
  terms.push(originTerm(ticket.origin));
  if (ticket.resolution !== '') terms.push(resolutionTerm(ticket.resolution));
  if (ticket.assigneeUnseenEventCnt > 0) terms.push(unseenTerm('assignee', ticket.assignee.id));
  if (ticket.requestorUnseenEventCnt > 0) terms.push(unseenTerm('requestor', ticket.requestor.id));
  if (ticket.isFrtBreached) terms.push(FRT_BREACHED);
  if (ticket.isRtBreached) terms.push(RT_BREACHED);
  return terms;
}

/** Some of the comments are private. */
export const isPrivate = (comment: string): boolean => comment.length % 2 === 1;

/** Every text in which a word can be. */
function textsOf({ ticket, comments }: Sample, isPublicOnly = false): string[] {
  const { requestor, assignee } = ticket;
  return [
    String(ticket.ticketNo),
    ticket.title,
    ticket.description,
    requestor.name,
    requestor.email,
    ...('name' in assignee ? [assignee.name, assignee.email] : []),
    ...ticket.tags.map((tag) => tag.text),
    ...Object.values(ticket.customFields).filter((value) => typeof value === 'string'),
    ...comments.filter((comment) => !(isPublicOnly && isPrivate(comment))),
  ].map(fold);
}

export function passes(where: Where, sample: Sample): boolean {
  if ('and' in where) {
    for (const part of where.and) if (!passes(part, sample)) return false;
    return true;
  }
  if ('or' in where) {
    for (const part of where.or) if (passes(part, sample)) return true;
    return false;
  }
  if ('not' in where) return !passes(where.not, sample);
  if ('terms' in where) return termsOf(sample.ticket).some((term) => where.terms.includes(term));
  if ('words' in where) {
    const texts = textsOf(sample, where.isPublicOnly);
    return where.words.every((word) => texts.some((text) => text.includes(word)));
  }
  const value = FIELDS[where.field]!(sample.ticket);
  if ('in' in where) return where.in.some((one) => one === value);
  if ('isNot' in where) return value !== where.isNot;
  if ('contains' in where) return String(value).split(where.contains).length > 1 || where.contains === '';
  const { from, before } = where;
  return value !== '' && !(from !== undefined && value < from) && !(before !== undefined && value >= before);
}

/** Numbers by their size, texts by their code points, as their bytes in UTF-8 are ordered. */
function compare(one: Scalar, other: Scalar): number {
  return typeof one === 'number' ? one - Number(other) : Buffer.compare(Buffer.from(one), Buffer.from(String(other)));
}

/** The numbers of the tickets that pass, in their order. */
export function expectedNumbers(
  samples: Sample[],
  { where, orderBy, direction }: Pick<Query, 'where' | 'orderBy' | 'direction'>,
): number[] {
  const field = FIELDS[orderBy]!;
  const sign = direction === 'ASC' ? 1 : -1;
  return samples
    .filter((sample) => passes(where, sample))
    .map(({ ticket }) => ticket)
    .sort((a, b) => sign * (compare(field(a), field(b)) || a.ticketNo - b.ticketNo))
    .map((ticket) => ticket.ticketNo);
}
