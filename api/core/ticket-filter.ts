import { failField } from '../contract/errors.ts';
import { isResolved } from '../contract/moves.ts';
import type { Input } from '../contract/operations.ts';
import { ORIGINS, PRIORITIES } from '../contract/tickets.ts';
import {
  customFieldTerm,
  FRT_BREACHED,
  fold,
  followerTerm,
  originTerm,
  RT_BREACHED,
  resolutionTerm,
  tagTerm,
  unseenTerm,
} from '../store/kinds.ts';
import type { Where } from '../store/store.ts';
import type { Settings } from './settings.ts';
import { instantOf } from './time.ts';
import { stateOf } from './workflow.ts';

type Filters = Input<'listTickets'>;

const MAX_WORDS = 20;

const commaList = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

/** The words of a search, folded, each once; `#42` is the number 42. */
function wordsOf(search: string): string[] {
  const words = fold(search)
    .split(/\s+/u)
    .map((word) => word.replace(/^#(?=\d+$)/, ''));
  return [...new Set(words.filter(Boolean))].slice(0, MAX_WORDS);
}

/** What each filter of `GET /tickets` asks of the store. Only those given are asked; 400 for what cannot be read. */
const FILTERS: {
  [F in keyof Filters]?: (
    value: NonNullable<Filters[F]>,
    all: Filters,
    settings: Settings,
    isPublicOnly: boolean,
  ) => Where;
} = {
  search: (text, _, __, isPublicOnly) => ({ words: wordsOf(text), ...(isPublicOnly && { isPublicOnly }) }),
  title: (text) => ({ field: 'title', contains: fold(text) }),
  status: (text, _, { workflow }) => ({
    field: 'statusId',
    in: commaList(text).map((label) => stateOf(workflow, 'status', label).id),
  }),
  statusId: (text, _, { workflow }) => {
    const ids = workflow.states.map((state) => state.id);
    const wanted = commaList(text);
    if (wanted.some((id) => !ids.includes(id))) failField('statusId', `must be one of: ${ids.join(', ')}`);
    return { field: 'statusId', in: wanted };
  },
  isResolved: (wanted, _, { workflow }) => ({
    field: 'statusId',
    in: workflow.states.filter((state) => isResolved(state) === wanted).map((state) => state.id),
  }),
  priority: (text) => ({
    field: 'priority',
    in: commaList(text).map((name) => {
      const rank = PRIORITIES.findIndex((priority) => priority.toLowerCase() === name.toLowerCase());
      return rank >= 0 ? rank : failField('priority', `must be one of: ${PRIORITIES.join(', ')}`);
    }),
  }),
  tags: (text) => ({
    terms: commaList(text).map((tag) => {
      const [, category, name] = /^([^_]+)_(.*)$/s.exec(tag) ?? failField('tags', 'must be tagCategoryId_tagText');
      return tagTerm(category!, name!);
    }),
  }),
  assigneeId: (id) => ({ field: 'assigneeId', in: [id === 'none' ? '' : fold(id)] }),
  assigneeEmail: (email) =>
    email === 'none' ? { field: 'assigneeId', in: [''] } : { field: 'assigneeEmail', in: [fold(email)] },
  requestorId: (id) => ({ field: 'requestorId', in: [fold(id)] }),
  requestorEmail: (email) => ({ field: 'requestorEmail', in: [fold(email)] }),
  ticketNo: (number) => ({ field: 'ticketNo', in: [number] }),
  followerId: (id) => ({ terms: [followerTerm(id)] }),
  // How much the assignee has not seen tells members of private notes.
  unseenById: (id, _, __, isPublicOnly) => ({
    terms: (isPublicOnly ? (['requestor'] as const) : (['assignee', 'requestor'] as const)).map((as) =>
      unseenTerm(as, id),
    ),
  }),
  origin: (text) => ({
    terms: commaList(text).map((name) => {
      const origin = ORIGINS.find((one) => one === name.toLowerCase());
      return origin ? originTerm(origin) : failField('origin', `must be one of: ${ORIGINS.join(', ')}`);
    }),
  }),
  resolution: (text) => ({ terms: commaList(text).map(resolutionTerm) }),
  isFrtBreached: (wanted) => flag(FRT_BREACHED, wanted),
  isRtBreached: (wanted) => flag(RT_BREACHED, wanted),
  createdAfter: (text, all) => ({ field: 'createdOn', from: instantOf('createdAfter', text, all.timezone) }),
  createdBefore: (text, all) => ({ field: 'createdOn', before: instantOf('createdBefore', text, all.timezone) }),
  expectedDateAfter: (text, all) => ({
    field: 'expectedDate',
    from: instantOf('expectedDateAfter', text, all.timezone),
  }),
  expectedDateBefore: (text, all) => ({
    field: 'expectedDate',
    before: instantOf('expectedDateBefore', text, all.timezone),
  }),
  lastUpdateAfter: (text, all) => ({
    field: 'lastUpdatedOn',
    from: instantOf('lastUpdateAfter', text, all.timezone),
  }),
  lastUpdateBefore: (text, all) => ({
    field: 'lastUpdatedOn',
    before: instantOf('lastUpdateBefore', text, all.timezone),
  }),
  customFields: (values, _, { customFields }) => ({
    and: Object.entries(values).map(([id, value]) => {
      if (!customFields.has(id)) failField(`customFields.${id}`, 'is no custom field of this instance');
      return { terms: [customFieldTerm(id, value)] };
    }),
  }),
};

const flag = (term: string, wanted: boolean): Where => (wanted ? { terms: [term] } : { not: { terms: [term] } });

/** The filter of a list of tickets; with `isPublicOnly` a search does not look into private comments. */
export function ticketFilter(input: Filters, settings: Settings, isPublicOnly: boolean): Where {
  const parts: Where[] = [];
  for (const name of Object.keys(FILTERS) as (keyof Filters)[]) {
    const value = input[name];
    if (value === undefined || value === '') continue;
    const filter = FILTERS[name] as (value: unknown, all: Filters, settings: Settings, isPublicOnly: boolean) => Where;
    parts.push(filter(value, input, settings, isPublicOnly));
  }
  return { and: parts };
}
