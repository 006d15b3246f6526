import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Activity } from '../../api/contract/activities.ts';
import type { Report, ReportGroup } from '../../api/contract/reports.ts';
import { PRIORITIES, type Ticket } from '../../api/contract/tickets.ts';
import type { Change } from '../../api/store/store.ts';
import { pick, randomNumbers } from '../bench/words.ts';
import { activityDocument, person, ticketDocument, uuid } from '../helpers/documents.ts';
import { startServer, type TestInstance, type TestServer } from '../helpers/server.ts';
import { type Api, apiOf, succeed } from './reference.ts';

/** Reports say what somebody else finds who reads the export and knows nothing of how reports are made. */

const TICKETS = 5000;
const NOW = '2026-05-02T10:00:00.000Z';
const BEGIN = Date.parse('2025-12-05T00:00:00.000Z');
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** In the first three the clock changes in the period: at night, at another night, and where midnight does not exist. */
const ZONES = ['Europe/Berlin', 'America/New_York', 'Africa/Cairo', '5.75'];
const [FROM, TO] = ['2026-03-01', '2026-04-30'];
const [PREVIOUS_FROM, PREVIOUS_TO] = ['2025-12-30', '2026-02-28'];
/** Local midnights at which a day begins in one of the zones, and the last moment before. */
const EDGES = [
  '2026-02-28T23:00',
  '2026-03-29T22:00',
  '2026-03-08T05:00',
  '2026-03-09T04:00',
  '2026-04-23T22:00',
  '2026-04-30T21:00',
]
  .map((text) => Date.parse(`${text}:00.000Z`))
  .flatMap((at) => [at - 1, at, at + 1]);

const FIELD = uuid(4711);
const OPTIONS = ['ground', 'First', 'second'];
const AGENTS = ['Grace', 'Linus', 'Margaret', 'Ken'].map(person);
const REQUESTORS = Array.from({ length: 60 }, (_, index) => person(`Requestor${index}`));
const STATES = ['open', 'started', 'pending', 'resolved', 'closed', 'reopened'];

let server: TestServer;
let made: TestInstance;
let admin: Api;
let tags: { tagCategoryId: string; text: string }[];
let tickets: Ticket[];
let activities: Activity[];

beforeAll(async () => {
  server = await startServer();
  server.clock.advance(Date.parse(NOW) - server.clock.now().getTime());
  made = await server.newInstance();
  admin = apiOf(made, 'administrative');
  const category = { text: 'Area', tags: [{ text: 'Wifi' }, { text: 'LAN' }, { text: 'Never used' }] };
  const { item } = succeed(await admin.post<{ id: string }>('/tags', { tagCategory: category })).body;
  tags = [
    ...['Wifi', 'LAN'].map((text) => ({ tagCategoryId: item.id, text })),
    { tagCategoryId: 'own', text: 'Ad hoc' },
  ];
  const options = OPTIONS.map((key) => ({ key, text: `The ${key} floor` }));
  const field = { id: FIELD, title: 'Floor', type: { key: 'list' }, options, isMultiple: true };
  succeed(await admin.put('/instance', { instance: { customFieldsLeft: [field] } }));
  await load();
  tickets = await lines('tickets');
  activities = await lines('activities');
  expect(tickets).toHaveLength(TICKETS);
}, 120_000);
afterAll(() => server.close());

async function lines<T>(collection: string): Promise<T[]> {
  const { text } = succeed(await admin.get(`/exports/${collection}`));
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

async function load(): Promise<void> {
  const random = randomNumbers(11);
  const instance = server.environment.store.instance(made.id);
  const end = Date.parse(NOW);
  const later = (at: number, most: number): number => Math.min(end, Math.floor(at + random() ** 4 * most));
  const iso = (at: number): string => new Date(at).toISOString();
  let changes: Change[] = [];
  for (let ticketNo = 1; ticketNo <= TICKETS; ticketNo++) {
    const at = ticketNo <= EDGES.length ? EDGES[ticketNo - 1]! : Math.floor(BEGIN + random() * (end - BEGIN));
    const respondedAt = later(at, 5 * DAY_MS);
    const resolvedAt =
      ticketNo > 100 && ticketNo <= 100 + EDGES.length ? EDGES[ticketNo - 101]! : later(at, 40 * DAY_MS);
    const hasResolution = random() < 0.6 && resolvedAt >= at;
    const id = uuid(100_000 + ticketNo);
    const value = ticketDocument({
      id,
      ticketNo,
      statusId: pick(random, STATES),
      priority: pick(random, PRIORITIES),
      requestor: pick(random, REQUESTORS),
      assignee: random() < 0.2 ? { id: '' } : pick(random, AGENTS),
      tags: tags.filter(() => random() < 0.4),
      customFields: random() < 0.3 ? {} : { [FIELD]: OPTIONS.filter(() => random() < 0.4) },
      createdOn: iso(at),
      firstResponseOn: random() < 0.7 ? iso(respondedAt) : '',
      firstResolutionOn: hasResolution ? iso(resolvedAt) : '',
      lastResolutionOn: hasResolution ? iso(resolvedAt) : '',
      lastUpdatedOn: iso(end),
    });
    changes.push({ put: 'ticket', id, value, replaces: null });
    for (let again = 0; hasResolution && random() < 0.2; again++) {
      const reopenedOn = iso(again === 0 && ticketNo % 3 === 0 ? pick(random, EDGES) : later(resolvedAt, 20 * DAY_MS));
      const activity = activityDocument({
        id: uuid(1_000_000 + ticketNo * 10 + again),
        ticketId: id,
        action: random() < 0.7 ? 'reopened' : 'started',
        comment: '',
        createdDateTime: reopenedOn,
      });
      changes.push({ put: 'activity', id: activity.id, value: activity, replaces: null });
    }
    if (changes.length > 80 || ticketNo === TICKETS) {
      await instance.commit(changes);
      changes = [];
    }
  }
}

/** The date of an instant in a zone, by the platform's own calendar. */
function calendar(zone: string): (instant: string) => string {
  if (/^[\d.]+$/.test(zone)) {
    return (instant) => new Date(Date.parse(instant) + Number(zone) * 60 * MINUTE_MS).toISOString().slice(0, 10);
  }
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  return (instant) => format.format(new Date(instant));
}

const rank = (times: number[], share: number): number | null => {
  const sorted = times.toSorted((one, other) => one - other);
  const time = sorted[Math.max(1, Math.ceil(sorted.length * share)) - 1];
  return time === undefined ? null : Math.round((time / MINUTE_MS) * 10) / 10;
};
const elapsed = (from: string, to: string): number => Date.parse(to) - Date.parse(from);

function figuresOf(dateOf: (instant: string) => string, of: Ticket[], from: string, to: string) {
  const isIn = (instant: string) => instant !== '' && dateOf(instant) >= from && dateOf(instant) <= to;
  const responded = of.filter((one) => isIn(one.firstResponseOn));
  const resolved = of.filter((one) => isIn(one.lastResolutionOn));
  const ids = new Set(of.map(({ id }) => id));
  const responseTimes = responded.map((one) => elapsed(one.createdOn, one.firstResponseOn));
  const resolutionTimes = resolved.map((one) => elapsed(one.createdOn, one.lastResolutionOn));
  const summary = (times: number[]) => ({
    count: times.length,
    medianMinutes: rank(times, 0.5),
    p90Minutes: rank(times, 0.9),
  });
  return {
    from,
    to,
    created: of.filter((one) => isIn(one.createdOn)).length,
    resolved: resolved.length,
    reopened: activities.filter(
      (one) => one.action === 'reopened' && isIn(one.createdDateTime) && ids.has(one.ticketId),
    ).length,
    firstResponse: summary(responseTimes),
    resolution: summary(resolutionTimes),
  };
}

const isOpen = ({ statusId }: Ticket): boolean => !['resolved', 'closed'].includes(statusId);

function backlogOf(of: Ticket[]) {
  const open = of.filter(isOpen);
  const daysOld = (one: Ticket) => elapsed(one.createdOn, NOW) / DAY_MS;
  const between = (from: number, to: number) => open.filter((one) => daysOld(one) >= from && daysOld(one) < to).length;
  const labels = { open: 'Open', started: 'Started', pending: 'Pending', reopened: 'Reopened' };
  return {
    total: open.length,
    ages: [
      { days: '0-1', count: between(0, 1) },
      { days: '1-3', count: between(1, 3) },
      { days: '3-7', count: between(3, 7) },
      { days: '7-30', count: between(7, 30) },
      { days: '30-', count: between(30, Number.POSITIVE_INFINITY) },
    ],
    states: Object.entries(labels).map(([statusId, status]) => ({
      statusId,
      status,
      count: open.filter((one) => one.statusId === statusId).length,
    })),
  };
}

function perDayOf(dateOf: (instant: string) => string, of: Ticket[]) {
  const days: Report['perDay'] = [];
  for (let at = Date.parse(FROM); at <= Date.parse(TO); at += DAY_MS) {
    const date = new Date(at).toISOString().slice(0, 10);
    const on = (name: 'createdOn' | 'lastResolutionOn') =>
      of.filter((one) => one[name] !== '' && dateOf(one[name]) === date).length;
    days.push({ date, created: on('createdOn'), resolved: on('lastResolutionOn') });
  }
  return days;
}

const FILTERS: Record<string, { query: () => string; test: (ticket: Ticket) => boolean }> = {
  'no filter': { query: () => '', test: () => true },
  'two priorities': {
    query: () => 'priority=Urgent,low',
    test: ({ priority }) => priority === 'Urgent' || priority === 'Low',
  },
  'an assignee': { query: () => 'assigneeId=GRACE-id', test: ({ assignee }) => assignee.id === 'grace-id' },
  nobody: { query: () => 'assigneeId=none', test: ({ assignee }) => assignee.id === '' },
  'a requestor': {
    query: () => 'requestorId=requestor7-id',
    test: ({ requestor }) => requestor.id === 'requestor7-id',
  },
  'a tag': {
    query: () => `tags=${tags[1]!.tagCategoryId}_lan`,
    test: (one) => one.tags.some(({ text }) => text === 'LAN'),
  },
};

describe.each(ZONES)('in the zone %s', (zone) => {
  const dateOf = calendar(zone);
  const period = `from=${FROM}&to=${TO}&timezone=${zone}`;

  test.each(Object.keys(FILTERS))('200 the overview equals the export, with %s', async (name) => {
    const filter = FILTERS[name]!;
    const of = tickets.filter(filter.test);
    expect(of.length).toBeGreaterThan(20);
    const { item } = succeed(await admin.get<Report>(`/reports/overview?${period}&${filter.query()}`)).body;
    expect(item).toEqual({
      asOf: NOW,
      current: figuresOf(dateOf, of, FROM, TO),
      previous: figuresOf(dateOf, of, PREVIOUS_FROM, PREVIOUS_TO),
      perDay: perDayOf(dateOf, of),
      backlog: backlogOf(of),
    });
    expect(item.current.reopened).toBeGreaterThan(0);
  });

  const nobody = { key: '', label: '' };
  const ofPerson = (one: Ticket['assignee']) => ('name' in one ? { key: one.id, label: one.name } : nobody);
  const orNone = <T>(list: T[], empty: T): T[] => (list.length > 0 ? list : [empty]);
  const KEYS: Record<string, (ticket: Ticket) => { key: string; label: string }[]> = {
    assignee: ({ assignee }) => [ofPerson(assignee)],
    requestor: ({ requestor }) => [ofPerson(requestor)],
    priority: ({ priority }) => [{ key: priority, label: priority }],
    tag: (one) =>
      orNone(
        one.tags.map(({ tagCategoryId, text }) => {
          const key = `${tagCategoryId}_${text}`.toLowerCase();
          return { key, label: tagCategoryId === 'own' ? key : `Area: ${text}` };
        }),
        nobody,
      ),
    [FIELD]: (one) =>
      orNone(
        ((one.customFields[FIELD] ?? []) as string[]).map((key) => ({ key, label: `The ${key} floor` })),
        nobody,
      ),
  };

  test.each(Object.keys(KEYS))('200 the groups by %s equal the export', async (by) => {
    const filter = FILTERS['two priorities']!;
    const groups = new Map<string, { label: string; of: Ticket[] }>();
    for (const ticket of tickets.filter(filter.test)) {
      for (const { key, label } of KEYS[by]!(ticket)) {
        const group = groups.get(key) ?? { label, of: [] };
        groups.set(key, group);
        group.of.push(ticket);
      }
    }
    const expected = Array.from(groups, ([key, { label, of }]): ReportGroup => {
      const { created, resolved, firstResponse, resolution } = figuresOf(dateOf, of, FROM, TO);
      return {
        ...{ key, label, created, resolved, open: of.filter(isOpen).length },
        medianFirstResponseMinutes: firstResponse.medianMinutes,
        p90FirstResponseMinutes: firstResponse.p90Minutes,
        medianResolutionMinutes: resolution.medianMinutes,
        p90ResolutionMinutes: resolution.p90Minutes,
      };
    });
    const path = `/reports/groups/${by}?${period}&${filter.query()}`;
    const { items, itemCount } = succeed(await admin.get<ReportGroup>(path)).body;
    const byKey = (rows: ReportGroup[]) => rows.toSorted((one, other) => (one.key < other.key ? -1 : 1));
    expect(byKey(items)).toEqual(byKey(expected));
    expect(itemCount).toBe(expected.length);
    expect(items.length).toBeGreaterThan(1);
    const created = items.map((row) => row.created);
    expect(created).toEqual(created.toSorted((one, other) => other - one));
  });
});
