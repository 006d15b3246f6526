import fc from 'fast-check';
import type { StoredTicket } from '../../api/contract/events.ts';
import { PRIORITIES } from '../../api/contract/tickets.ts';
import {
  customFieldTerm,
  FRT_BREACHED,
  fold,
  followerTerm,
  originTerm,
  RT_BREACHED,
  requestorTerm,
  resolutionTerm,
  tagTerm,
  unseenTerm,
} from '../../api/store/kinds.ts';
import type { Query, Scalar, Where } from '../../api/store/store.ts';
import { person, ticketDocument } from '../helpers/documents.ts';
import { FIELD_NAMES, type Sample } from './oracle.ts';

/** Random tickets and queries from small sets of values, so that they meet often. */

const CHARACTERS = [
  'a',
  'A',
  'b',
  'é',
  'e\u0301',
  'É',
  'ß',
  '中',
  '文',
  '😀',
  '\u{10ffff}',
  '"',
  '%',
  '_',
  '\\',
  '*',
  '\0',
];
const STATES = ['open', 'started', 'closed'];
const PEOPLE = [person('Ada'), person('Éva'), person('中a'), { id: 'ADA-ID', name: 'ada', email: 'Ada@Contoso.com' }];
const INSTANTS = [1, 2, 3].map((day) => `2026-01-0${day}T00:00:00.000Z`);
const FIELD_ID = '00000000-0000-7000-8000-00000000000f';
const TAGS = ['lan', 'LAN', 'Wi-Fi', '中'].map((text) => ({ tagCategoryId: 'net', text }));

const text = (minLength: number, maxLength: number): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom(...CHARACTERS, ' '), { minLength, maxLength }).map((parts) => parts.join(''));
/** Words have no blanks, and are folded by whoever asks. */
const word = fc
  .oneof(
    fc.array(fc.constantFrom(...CHARACTERS), { minLength: 1, maxLength: 4 }).map((parts) => parts.join('')),
    fc.constantFrom('ada', 'contoso', '@', 'lan', '1', '12', 'va'),
  )
  .map(fold);

/** A ticket without its number. */
export const ticketContent: fc.Arbitrary<Partial<StoredTicket>> = fc.record({
  title: text(1, 4),
  description: text(0, 6),
  statusId: fc.constantFrom(...STATES),
  priority: fc.constantFrom(...PRIORITIES),
  requestor: fc.constantFrom(...PEOPLE),
  assignee: fc.constantFrom({ id: '' as const }, ...PEOPLE),
  expectedDate: fc.constantFrom('', ...INSTANTS),
  createdOn: fc.constantFrom(...INSTANTS),
  lastUpdatedOn: fc.constantFrom(...INSTANTS),
  lastInteraction: fc.constantFrom(...INSTANTS),
  tags: fc.uniqueArray(fc.constantFrom(...TAGS), { maxLength: 2 }),
  followers: fc.uniqueArray(fc.constantFrom(...PEOPLE), { maxLength: 2 }),
  customFields: fc.oneof(fc.constant({}), fc.record({ [FIELD_ID]: fc.oneof(text(1, 2), fc.boolean(), fc.nat(2)) })),
  isFrtBreached: fc.boolean(),
  isRtBreached: fc.boolean(),
  origin: fc.constantFrom('api', 'bot'),
  resolution: text(0, 1),
  assigneeUnseenEventCnt: fc.nat(1),
  requestorUnseenEventCnt: fc.nat(1),
});

export const comments: fc.Arbitrary<string[]> = fc.array(text(0, 4), { maxLength: 2 });

export function sampleOf(ticketNo: number, content: Partial<StoredTicket>, texts: string[]): Sample {
  return { ticket: ticketDocument({ ...content, ticketNo }), comments: texts };
}

/** Values to ask of a field: those it can have, and one that it cannot. */
function fieldValue(field: string): fc.Arbitrary<Scalar> {
  if (field === 'ticketNo') return fc.nat(40);
  if (field === 'priority') return fc.nat(4);
  if (field === 'statusId') return fc.constantFrom(...STATES, '');
  if (field === 'title') return text(1, 2).map(fold);
  if (field.endsWith('Id')) return fc.constantFrom('', ...PEOPLE.map((one) => fold(one.id)));
  if (field.endsWith('Name')) return fc.constantFrom('', ...PEOPLE.map((one) => fold(one.name)));
  if (field.endsWith('Email')) return fc.constantFrom('', ...PEOPLE.map((one) => fold(one.email)));
  return fc.constantFrom('', '2026-01-01', '2026-01-02T12:00:00.000Z', '9999', ...INSTANTS);
}

const RANGES = ['ticketNo', 'priority', 'expectedDate', 'createdOn', 'lastUpdatedOn', 'lastInteraction'];
const TEXTS = ['title', 'requestorName', 'requestorEmail', 'assigneeName', 'assigneeEmail'];

const term = fc.oneof(
  fc.constantFrom(FRT_BREACHED, RT_BREACHED, 'is:nothing'),
  fc.constantFrom(...TAGS).map((tag) => tagTerm(tag.tagCategoryId, tag.text)),
  fc.constantFrom(...PEOPLE).map((one) => followerTerm(one.id)),
  fc.constantFrom(...PEOPLE).map((one) => requestorTerm(one.id)),
  fc.constantFrom(originTerm('api'), originTerm('bot'), originTerm('email')),
  text(1, 1).map(resolutionTerm),
  fc
    .tuple(fc.constantFrom('assignee', 'requestor'), fc.constantFrom(...PEOPLE))
    .map(([as, one]) => unseenTerm(as, one.id)),
  fc.oneof(text(1, 1), fc.constantFrom('true', '1')).map((value) => customFieldTerm(FIELD_ID, value)),
);

const fieldFilters: fc.Arbitrary<Where>[] = [
  fc
    .constantFrom(...FIELD_NAMES)
    .chain((field) => fc.array(fieldValue(field), { maxLength: 3 }).map((values) => ({ field, in: values }))),
  fc.constantFrom(...FIELD_NAMES).chain((field) => fieldValue(field).map((isNot) => ({ field, isNot }))),
  fc
    .constantFrom(...RANGES)
    .chain((field) =>
      fc
        .record({ from: fieldValue(field), before: fieldValue(field) }, { requiredKeys: [] })
        .map((range) => ({ field, ...range })),
    ),
  fc.record({ field: fc.constantFrom(...TEXTS), contains: fc.oneof(word, fc.constantFrom('', ' ')) }),
  fc.record({ terms: fc.array(term, { maxLength: 3 }) }),
];

function tree(...leaves: fc.Arbitrary<Where>[]): fc.Arbitrary<Where> {
  return fc.letrec<{ where: Where }>((tie) => ({
    where: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      ...leaves,
      fc.record({ not: tie('where') }),
      fc.record({ and: fc.array(tie('where'), { maxLength: 3 }) }),
      fc.record({ or: fc.array(tie('where'), { maxLength: 3 }) }),
    ),
  })).where;
}

const words = fc.record(
  { words: fc.array(word, { maxLength: 3 }), isPublicOnly: fc.boolean() },
  { requiredKeys: ['words'] },
);
export const where: fc.Arbitrary<Where> = tree(...fieldFilters, words);
export const wordFreeWhere: fc.Arbitrary<Where> = tree(...fieldFilters);

export const query = (filter: fc.Arbitrary<Where>, limits: number[]): fc.Arbitrary<Query> =>
  fc.record({
    where: filter,
    orderBy: fc.constantFrom(...FIELD_NAMES),
    direction: fc.constantFrom('ASC', 'DESC'),
    limit: fc.constantFrom(...limits),
  });
