import type { Operation } from '../../api/contract/operation.ts';
import { type Input, OPERATIONS, type OperationId, type Output } from '../../api/contract/operations.ts';
import { MAX_DAYS } from '../../api/contract/reports.ts';
import { BASE_PATH } from '../../api/contract/wire.ts';
import type { Loaded } from './load.ts';
import { COMMON_WORDS, pick, sample, text } from './words.ts';

/** One call of an operation of the contract, for whichever door. */
export interface PlannedCall {
  id: OperationId;
  input: Record<string, unknown>;
}

/** From what calls are planned. */
export interface Subject {
  loaded: Loaded;
  random: () => number;
  /** The ids of up to a thousand tickets that are in a state now. */
  inState(label: 'Started' | 'Pending'): Promise<string[]>;
}

/** Beside what an operation is measured: a bare server that answers the same bytes, or a bare loop that writes the same rows. */
export type Baseline = 'bare http' | 'raw sqlite';

export interface Measured {
  name: string;
  baseline?: Baseline;
  /** Calls of which no two that follow each other are alike, new ones for each run. */
  plan(subject: Subject): Promise<PlannedCall[]>;
  /** Whether an answer to the first call is what the measurement is about. */
  isGood(answer: { item?: unknown; items?: unknown[]; itemCount?: number }): boolean;
}

const call = <Id extends OperationId>(id: Id, input: Input<Id>): PlannedCall => ({ id, input });

const CALLS = 4000;
const DAY_MS = 24 * 60 * 60 * 1000;
/** A quarter of an hour from one to the next. */
const ZONES = 92;

const STATUSES = ['Closed', 'Started', 'Open', 'Resolved', 'Pending', 'Reopened'];

const list50 = (orderBy: 'createdDateTime' | 'priority'): Measured => ({
  name: `list 50 by ${orderBy}`,
  baseline: 'bare http',
  plan: async () =>
    Array.from({ length: 8 }, () =>
      STATUSES.map((status) => call('listTickets', { status, orderBy, limit: 50 })),
    ).flat(),
  isGood: ({ items }) => items?.length === 50,
});

const search = (name: string, words: (loaded: Loaded) => readonly string[], most: number): Measured => ({
  name: `search ${name}`,
  plan: async ({ loaded, random }) =>
    sample(random, words(loaded), CALLS).map((word) => call('listTickets', { search: word, limit: 10 })),
  isGood: ({ itemCount = 0 }) => itemCount >= 1 && itemCount <= most,
});

/**
 * Reports of about as long as a report can be, no two alike in days and time zone: what was asked for a moment ago is
 * answered from memory.
 */
const report = (name: string, id: 'getReport' | 'getReportGroups', by: { by?: string } = {}): Measured => ({
  name: `report ${name}`,
  plan: async () =>
    Array.from({ length: CALLS }, (_, index) => {
      const days = MAX_DAYS - 1 - Math.floor(index / ZONES);
      const from = new Date(Date.now() - days * DAY_MS).toISOString().slice(0, 10);
      return { id, input: { ...by, from, timezone: String(((index % ZONES) - ZONES / 2) / 4) } };
    }),
  isGood: ({ item, items }) => ((item as Output<'getReport'>['item'])?.current.created ?? items?.length ?? 0) > 0,
});

const has = (fields: Partial<Output<'getTicket'>['item']>) => (answer: { item?: unknown }) =>
  Object.entries(fields).every(([name, value]) => (answer.item as Record<string, unknown>)[name] === value);

/** Everything that is measured, what changes the tickets last. */
export const MEASURED: Measured[] = [
  {
    name: 'get by id',
    baseline: 'bare http',
    plan: async ({ loaded, random }) =>
      sample(random, loaded.ids, CALLS).map((ticketId) => call('getTicket', { ticketId })),
    isGood: has({ origin: 'api' }),
  },
  list50('createdDateTime'),
  list50('priority'),
  search('rare name', (loaded) => loaded.rareNames, 20),
  search('rare code', (loaded) => loaded.rareCodes, 1),
  search('common word', () => COMMON_WORDS, Number.POSITIVE_INFINITY),
  report('overview', 'getReport'),
  report('by assignee', 'getReportGroups', { by: 'assignee' }),
  report('by tag', 'getReportGroups', { by: 'tag' }),
  {
    name: 'update status',
    baseline: 'raw sqlite',
    // There and back again, so that the calls can be repeated.
    async plan({ inState }) {
      const [started, pending] = [await inState('Started'), await inState('Pending')];
      const move = (ids: string[], status: string) =>
        ids.map((ticketId) => call('updateTicketStatus', { ticketId, status }));
      return [
        ...move(started, 'Pending'),
        ...move(pending, 'Started'),
        ...move(started, 'Started'),
        ...move(pending, 'Pending'),
      ];
    },
    isGood: has({ status: 'Pending' }),
  },
  {
    name: 'comment',
    baseline: 'raw sqlite',
    plan: async ({ loaded, random }) =>
      sample(random, loaded.ids, CALLS).map((ticketId) =>
        call('addComment', { ticketId, comment: text(random, 10 + Math.floor(random() * 30)) }),
      ),
    isGood: ({ item }) => item !== undefined,
  },
  {
    name: 'create',
    baseline: 'raw sqlite',
    async plan({ random }) {
      return Array.from({ length: CALLS }, () => {
        const name = `Requestor ${Math.floor(random() * 2000)}`;
        const email = `${name.replace(' ', '.').toLowerCase()}@contoso.com`;
        const ticket = {
          title: text(random, 4 + Math.floor(random() * 5)),
          description: text(random, 40 + Math.floor(random() * 40)),
          priority: pick(random, ['Low', 'Medium', 'Important', 'Urgent'] as const),
          requestor: { id: email, name, email },
        };
        return call('createTicket', { ticket });
      });
    },
    isGood: has({ status: 'Open' }),
  },
];

/** A call as the REST door takes it. */
export interface HttpCall {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  headers: Record<string, string>;
  body?: string;
}

export function httpCall({ id, input }: PlannedCall, key: string): HttpCall {
  const operation: Operation = OPERATIONS[id];
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(input[name])));
  const query = new URLSearchParams({ key });
  for (const name of Object.keys(operation.query)) {
    if (input[name] !== undefined) query.set(name, String(input[name]));
  }
  const plain = { method: operation.method, path: `${BASE_PATH}${path}?${query}`, headers: {} };
  if (!operation.body) return plain;
  const body = JSON.stringify(Object.fromEntries(Object.keys(operation.body).map((name) => [name, input[name]])));
  return { ...plain, headers: { 'Content-Type': 'application/json' }, body };
}
