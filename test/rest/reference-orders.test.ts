import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { PRIORITIES } from '../../api/contract/tickets.ts';
import { BASE_PATH } from '../../api/contract/wire.ts';
import { startServer, type TestInstance, type TestServer } from '../helpers/server.ts';
import { type Api, answerOf, apiOf, succeed } from './reference.ts';
import { makeTickets, type VariedTicket } from './reference-tickets.ts';

let server: TestServer;
let instance: TestInstance;
let api: Api;
let tickets: VariedTicket[];

beforeAll(async () => {
  server = await startServer();
  instance = await server.newInstance();
  tickets = await makeTickets(server, instance);
  api = apiOf(instance);
});
afterAll(() => server.close());

const WORKFLOW = ['Open', 'Started', 'Pending', 'Resolved', 'Closed', 'Reopened'];
type Key = (ticket: VariedTicket) => string | number;
const email: Key = ({ assignee }) => ('email' in assignee ? assignee.email.toLowerCase() : '');
const name: Key = ({ assignee }) => ('name' in assignee ? assignee.name.toLowerCase() : '');

/** What each order compares, before the number. */
const ORDERS: Record<string, Key> = {
  status: ({ status }) => WORKFLOW.indexOf(status),
  ticketId: ({ ticketNo }) => ticketNo,
  title: ({ title }) => title.toLowerCase(),
  requestorName: ({ requestor }) => requestor.name.toLowerCase(),
  requestorEmail: ({ requestor }) => requestor.email.toLowerCase(),
  assigneeName: name,
  assigneeEmail: email,
  expectedDate: ({ expectedDate }) => expectedDate,
  priority: ({ priority }) => PRIORITIES.indexOf(priority),
  createdDateTime: ({ createdOn }) => createdOn,
  lastInteraction: ({ lastInteraction }) => lastInteraction,
  createdOn: ({ createdOn }) => createdOn,
  lastUpdatedOn: ({ lastUpdatedOn }) => lastUpdatedOn,
  ticketNo: ({ ticketNo }) => ticketNo,
};

const compare = (left: string | number, right: string | number) => (left < right ? -1 : left > right ? 1 : 0);
const ascending = (key: Key): number[] =>
  tickets
    .toSorted((left, right) => compare(key(left), key(right)) || left.ticketNo - right.ticketNo)
    .map(({ ticketNo }) => ticketNo);

async function listed(query: string): Promise<number[]> {
  return succeed(await api.get(`/tickets?limit=1000${query}`)).body.items.map(({ ticketNo }) => ticketNo);
}

describe.each(Object.keys(ORDERS))('orderBy=%s', (orderBy) => {
  const expected = () => ascending(ORDERS[orderBy]!);

  test('TW-18 has something to order: more than one value', () => {
    expect(new Set(tickets.map(ORDERS[orderBy]!)).size).toBeGreaterThan(2);
  });
  test('TW-19 ASC, ties by number', async () => {
    expect(await listed(`&orderBy=${orderBy}&order=ASC`)).toEqual(expected());
  });
  test('TW-19 DESC is the other way round', async () => {
    expect(await listed(`&orderBy=${orderBy}&order=DESC`)).toEqual(expected().toReversed());
  });
  test('TW-19 without an order it is DESC', async () => {
    expect(await listed(`&orderBy=${orderBy}`)).toEqual(expected().toReversed());
  });
});

describe('the order', () => {
  test('TW-18 is by creation when none is asked for', async () => {
    expect(await listed('')).toEqual(ascending(ORDERS.createdDateTime!).toReversed());
    expect(await listed('&order=ASC')).toEqual(ascending(ORDERS.createdDateTime!));
  });

  test('TW-18 holds for what a filter leaves', async () => {
    const open = new Set(tickets.filter(({ status }) => status === 'Open').map(({ ticketNo }) => ticketNo));
    const expected = ascending(ORDERS.title!).filter((number) => open.has(number));
    expect(expected.length).toBeGreaterThan(3);
    expect(await listed('&status=Open&orderBy=title&order=ASC')).toEqual(expected);
  });

  test("TW-18 by status follows the instance's own workflow", async () => {
    const own = await server.newInstance();
    const admin = apiOf(own, 'administrative');
    const [read] = succeed(await admin.get<{ workflows: { states: object[] }[] }>('/instance')).body.item.workflows;
    const states = read!.states.toReversed();
    succeed(await admin.put('/instance', { instance: { workflows: [{ ...read, states }] } }));
    for (const moves of [['Started'], [], ['Closed'], []]) await admin.move((await admin.newTicket()).id, ...moves);
    const { body } = await admin.get('/tickets?orderBy=status&order=ASC');
    expect(body.items.map(({ ticketNo, status }) => [ticketNo, status])).toEqual([
      [3, 'Closed'],
      [1, 'Started'],
      [2, 'Open'],
      [4, 'Open'],
    ]);
  });
});

test("TW-25 the reference's example works verbatim", async () => {
  const query = `?key=${instance.keys.primary}&timezone=0& orderBy=status&order=ASC&select=id,ticketId,title,description,status,requestorName&offset=0&limit=20`;
  const answer = await answerOf<Record<string, unknown>>(await fetch(`${server.url}${BASE_PATH}/tickets${query}`));
  expect(answer.status).toBe(200);
  expect(answer.headers.get('Warning')).toBeNull();
  const byNumber = new Map(tickets.map((ticket) => [ticket.ticketNo, ticket]));
  expect(answer.body.items).toEqual(
    ascending(ORDERS.status!)
      .slice(0, 20)
      .map((number) => {
        const { id, ticketNo, title, description, status, requestor } = byNumber.get(number)!;
        return { id, ticketId: ticketNo, ticketNo, title, description, status, requestorName: requestor.name };
      }),
  );
  expect(answer.body).toMatchObject({ itemCount: 25, continuationToken: expect.any(String), error: false });
});
