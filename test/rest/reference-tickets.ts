import { PRIORITIES, type Ticket, type TicketUpdate } from '../../api/contract/tickets.ts';
import type { Person } from '../../api/contract/wire.ts';
import type { TestInstance, TestServer } from '../helpers/server.ts';
import { ADA, apiOf, defineFields, FIELDS, GRACE, LINUS, succeed } from './reference.ts';

/** Known only by mail. */
export const MAIL: Person = { id: 'visitor@fabrikam.com', name: 'visitor@fabrikam.com', email: 'visitor@fabrikam.com' };
const ZOE: Person = { id: 'Zoe-ID', name: 'Zoë Ångström', email: 'Zoe@Contoso.com' };

/** A tag category need not exist for a ticket to name it. */
export const AREA = '2283653a-8d36-40eb-9a68-73eb3b331811';
const tag = (text: string) => ({ tagCategoryId: AREA, text });

/** Several of everything, in cycles of different lengths, so that hardly two tickets are alike and many values tie. */
const TITLES = [
  'VPN is down',
  'printer jams',
  'Printer is out of toner',
  'Ärger mit dem Drucker',
  '100% CPU',
  'New laptop_for Bob',
];
const DESCRIPTIONS = ['', 'The light blinks\nred', 'Since the update of <Monday> & before', 'Émile says "no"', ''];
const TAGS = [[], [tag('Network')], [tag('my tag'), tag('Network')], [tag('a_b, c')], [tag('HARDWARE')]];
const REQUESTORS = [ADA, ZOE, MAIL, LINUS, ADA, ADA, ZOE];
const ASSIGNEES = [{ id: '' as const }, GRACE, MAIL, GRACE, { id: '' as const }];
const FOLLOWERS = [[], [LINUS], [], [LINUS, ADA]];
const MOVES = [[], ['Started'], ['Pending'], ['Resolved'], ['Resolved', 'Closed'], ['Closed', 'Reopened'], []];
const COMMENTS = ['', '', 'The cable was loose', '', 'Restarted the spooler'];
const SERVICES = FIELDS.services.options!.map((option) => option.key);
const SITES = FIELDS.site.options!.map((option) => option.key);
const CUSTOM_FIELDS: Record<string, unknown>[] = [
  {},
  { [FIELDS.asset.id]: 'Laptop 0815', [FIELDS.blocking.id]: true, [FIELDS.site.id]: [SITES[0]] },
  { [FIELDS.asset.id]: 'Ümlaut', [FIELDS.blocking.id]: false, [FIELDS.needed.id]: '2026-02-10' },
  { [FIELDS.services.id]: [SERVICES[0], SERVICES[2]], [FIELDS.people.id]: [GRACE, ADA] },
];

const COUNT = 25;
const from = <T>(values: readonly T[], index: number): T => values[index % values.length]!;

const fieldsOf = (index: number): TicketUpdate => ({
  title: from(TITLES, index),
  description: from(DESCRIPTIONS, index),
  priority: from(PRIORITIES, index + Math.floor(index / 7)),
  requestor: from(REQUESTORS, index),
  assignee: from(ASSIGNEES, index),
  tags: from(TAGS, index + Math.floor(index / 5)),
  followers: from(FOLLOWERS, index),
  customFields: from(CUSTOM_FIELDS, index),
  ...(index % 3 !== 0 && { expectedDate: new Date(Date.UTC(2026, 1, 1 + ((index * 7) % 10), 12)).toISOString() }),
});

/** What a test expects to find: a ticket as its own read shows it, with the comments on it. */
export interface VariedTicket extends Ticket {
  comments: string;
}

/** Makes 25 tickets in an instance that has the custom fields of the reference. */
export async function makeTickets(server: TestServer, instance: TestInstance): Promise<VariedTicket[]> {
  const api = apiOf(instance);
  await defineFields(instance);
  for (let index = 0; index < COUNT; index++) {
    await api.newTicket(fieldsOf(index));
    if (index % 2) server.clock.advance(60 * 60_000);
  }
  const made: VariedTicket[] = [];
  for (let index = 0; index < COUNT; index++) {
    const path = `/tickets/${index + 1}`;
    await api.move(String(index + 1), ...from(MOVES, index));
    const comment = from(COMMENTS, index);
    if (comment) succeed(await api.post(`${path}/comments`, { comment, user: GRACE }));
    if (index % 3 === 1) server.clock.advance(60_000);
  }
  await breach(server, instance);
  for (let index = 0; index < COUNT; index++) {
    made.push({ ...(await api.ticket(String(index + 1))), comments: from(COMMENTS, index) });
  }
  return made;
}

/** Time alone breaches a target, and others come by other doors, so no call of the API does it: it is put where it is kept. */
async function breach(server: TestServer, instance: TestInstance): Promise<void> {
  const store = server.environment.store.instance(instance.id);
  for (const [number, flags] of [
    [3, { isFrtBreached: true, isFrtEscalated: true, origin: 'bot' }],
    [8, { isFrtBreached: true, isRtBreached: true }],
    [11, { isRtBreached: true, isRtEscalated: true, resolution: 'fixed' }],
  ] as const) {
    const { id } = await apiOf(instance).ticket(String(number));
    const { value, version } = (await store.get('ticket', id))!;
    await store.commit([{ put: 'ticket', id, value: { ...value, ...flags }, replaces: version }]);
  }
}
