import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startServer, type TestServer } from '../helpers/server.ts';
import { ADA, type Api, apiOf, setClock } from './reference.ts';

let server: TestServer;
let api: Api;
const names: Record<number, string> = {};

/** Around midnight of the day on which Berlin goes to summer time, in several zones. Each ticket is named by its moment. */
const MOMENTS = [
  '2026-03-28T18:29:59.999Z',
  '2026-03-28T18:30:00.000Z',
  '2026-03-28T22:59:59.999Z',
  '2026-03-28T23:00:00.000Z',
  '2026-03-29T00:00:00.000Z',
  '2026-03-29T03:00:00.000Z',
  '2026-03-29T21:59:59.999Z',
  '2026-03-29T22:00:00.000Z',
  '2026-03-29T23:00:00.000Z',
];

beforeAll(async () => {
  server = await startServer();
  api = apiOf(await server.newInstance());
  for (const moment of MOMENTS) {
    setClock(server, moment);
    const { ticketNo } = await api.newTicket({ title: moment, expectedDate: moment });
    names[ticketNo] = moment;
  }
  await api.newTicket({ title: 'without a date' });
});
afterAll(() => server.close());

/** The moments of the tickets that were found, in order. */
async function found(query: string): Promise<string[]> {
  const { status, body } = await api.get(`/tickets?limit=100&orderBy=ticketNo&order=ASC&${query}`);
  expect(status).toBe(200);
  return body.items.map((ticket) => names[ticket.ticketNo] ?? 'without a date');
}

const between = (from: string, to: string) => MOMENTS.filter((moment) => moment >= from && moment < to);

const DAY = '2026-03-29';
const NEXT = '2026-03-30';
const days = [
  {
    name: 'TW-12 without a timezone, a day is one of GMT',
    zone: '',
    from: '2026-03-29T00:00:00.000Z',
    to: '2026-03-30T00:00:00.000Z',
  },
  { name: 'TW-12 timezone=0', zone: '&timezone=0', from: '2026-03-29T00:00:00.000Z', to: '2026-03-30T00:00:00.000Z' },
  { name: 'TW-12 timezone=1', zone: '&timezone=1', from: '2026-03-28T23:00:00.000Z', to: '2026-03-29T23:00:00.000Z' },
  {
    name: 'TW-12 timezone=5.5',
    zone: '&timezone=5.5',
    from: '2026-03-28T18:30:00.000Z',
    to: '2026-03-29T18:30:00.000Z',
  },
  { name: 'TW-12 timezone=-3', zone: '&timezone=-3', from: '2026-03-29T03:00:00.000Z', to: '2026-03-30T03:00:00.000Z' },
  {
    name: 'TW-12 timezone=Europe/Berlin, a day of 23 hours',
    zone: '&timezone=Europe/Berlin',
    from: '2026-03-28T23:00:00.000Z',
    to: '2026-03-29T22:00:00.000Z',
  },
  {
    name: 'TW-12 timezone=Asia/Kolkata',
    zone: '&timezone=Asia/Kolkata',
    from: '2026-03-28T18:30:00.000Z',
    to: '2026-03-29T18:30:00.000Z',
  },
];

describe.each(['created', 'expectedDate', 'lastUpdate'])('a day by %sAfter and %sBefore', (filter) => {
  test.each(days)('$name', async ({ zone, from, to }) => {
    const expected = between(from, to);
    expect(expected.length).toBeGreaterThan(1);
    expect(await found(`${filter}After=${DAY}&${filter}Before=${NEXT}${zone}`)).toEqual(
      // Created and last updated with the last of them, but expected at no time.
      filter !== 'expectedDate' && to > MOMENTS.at(-1)! ? [...expected, 'without a date'] : expected,
    );
  });
});

const EDGE = '2026-03-29T03:00:00.000Z';
const EVER = ['0000', '9999'] as const;
const bounds = [
  { name: 'After is at or after', query: `expectedDateAfter=${EDGE}`, expected: between(EDGE, EVER[1]) },
  { name: 'Before is strictly before', query: `expectedDateBefore=${EDGE}`, expected: between(EVER[0], EDGE) },
  {
    name: 'with an offset, as written',
    query: 'expectedDateAfter=2026-03-29T05:00:00%2B02:00',
    expected: between(EDGE, EVER[1]),
  },
  {
    name: 'with an offset, whatever the timezone',
    query: 'expectedDateAfter=2026-03-29T03:00Z&timezone=9',
    expected: between(EDGE, EVER[1]),
  },
  {
    name: 'TW-12 without an offset, in the timezone of the caller',
    query: 'expectedDateAfter=2026-03-29T05:00:00&timezone=2',
    expected: between(EDGE, EVER[1]),
  },
  {
    name: 'TW-12 without an offset, in summer time',
    query: 'expectedDateAfter=2026-03-29T05:00&timezone=Europe/Berlin',
    expected: between(EDGE, EVER[1]),
  },
  {
    name: 'TW-12 without an offset nor a timezone, in GMT',
    query: 'expectedDateAfter=2026-03-29T03:00:00',
    expected: between(EDGE, EVER[1]),
  },
  {
    name: 'a blank instead of the T',
    query: 'expectedDateAfter=2026-03-29%2003:00:00',
    expected: between(EDGE, EVER[1]),
  },
  {
    name: 'milliseconds count',
    query: 'expectedDateAfter=2026-03-29T03:00:00.001Z',
    expected: between('2026-03-29T03:00:00.001Z', EVER[1]),
  },
];

test.each(bounds)('$name', async ({ query, expected }) => {
  expect(expected.length).toBeGreaterThan(0);
  expect(expected.length).toBeLessThan(MOMENTS.length);
  expect(await found(query)).toEqual(expected);
});

test('lastUpdate is the last change of the ticket itself', async () => {
  const own = apiOf(await server.newInstance());
  const [changed, moved] = [await own.newTicket(), await own.newTicket(), await own.newTicket()];
  setClock(server, '2026-04-02T12:00:00Z');
  await own.put(`/tickets/${changed.id}`, { ticket: { title: 'Changed' }, user: ADA });
  await own.move(moved.id, 'Started');
  const { body } = await own.get('/tickets?lastUpdateAfter=2026-04-02&order=ASC');
  expect(body.items.map(({ id }) => id)).toEqual([changed.id, moved.id]);
  expect((await own.get('/tickets?createdAfter=2026-04-02')).body.itemCount).toBe(0);
});

const FILTERS = [
  'createdAfter',
  'createdBefore',
  'expectedDateAfter',
  'expectedDateBefore',
  'lastUpdateAfter',
  'lastUpdateBefore',
];
const UNREADABLE = [
  'yesterday',
  '2026-02-30',
  '2026-13-01',
  '30.03.2026',
  '03/30/2026',
  '2026-03-30T25:00:00Z',
  '20260330',
  '1774828800000',
  '2026-03-30T10:00+25:00',
];

describe.each(FILTERS)('400 %s that cannot be read is never ignored', (filter) => {
  test.each(UNREADABLE)('400 %s', async (text) => {
    const { status, body } = await api.get(`/tickets?${filter}=${encodeURIComponent(text)}`);
    expect({ status, errors: body.errors }).toEqual({
      status: 400,
      errors: [
        { field: filter, message: 'expected a date (2026-01-31) or a date-time (2026-01-31T17:00:00Z) that exists' },
      ],
    });
  });
});

test.each(['Mars/Phobos', '15', '-15', 'NaN', '5,5'])('400 timezone=%s with a date', async (timezone) => {
  const { status, body } = await api.get(`/tickets?createdAfter=2026-03-29&timezone=${timezone}`);
  expect({ status, field: body.errors?.[0]?.field }).toEqual({ status: 400, field: 'timezone' });
});

const everywhere = [
  { name: 'TW-12 GET /tickets takes a timezone', path: '/tickets' },
  { name: 'TW-38 GET /tickets/{ticketId} takes a timezone', path: '/tickets/1' },
  { name: 'TW-44 GET /tickets/{ticketId}/activities takes a timezone', path: '/tickets/1/activities' },
  { name: 'TW-46 GET /instance takes a timezone', path: '/instance' },
  { name: 'TW-47 GET /tags takes a timezone', path: '/tags' },
];
test.each(everywhere)('$name', async ({ path }) => {
  const answers = await Promise.all(
    ['7', '5.5', '-3', 'Europe/Berlin'].map((zone) => api.get(`${path}?timezone=${zone}`)),
  );
  expect(answers.map(({ status, headers }) => [status, headers.get('Warning')])).toEqual(
    answers.map(() => [200, null]),
  );
});
