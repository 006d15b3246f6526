import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Ticket } from '../../api/contract/tickets.ts';
import { startServer, type TestInstance, type TestServer } from '../helpers/server.ts';
import { type Answer, type Api, apiOf, GRACE, LINUS, succeed } from './reference.ts';

let server: TestServer;
let made: TestInstance;
let api: Api;
let admin: Api;
let tickets: Ticket[];

beforeAll(async () => {
  server = await startServer();
});
beforeEach(async () => {
  made = await server.newInstance();
  api = apiOf(made);
  admin = apiOf(made, 'administrative');
  tickets = [await api.newTicket(), await api.newTicket(), await api.newTicket()];
});
afterAll(() => server.close());

interface Result {
  ticketId: string;
  ok: boolean;
  statusCode: number;
  code?: string;
  message?: string;
}
const bulk = (body: object, headers?: Record<string, string>): Promise<Answer<Result>> =>
  admin.post<Result>('/tickets/bulk', { user: GRACE, ...body }, headers);
const read = () => Promise.all(tickets.map(({ id }) => api.ticket(id)));
const ids = () => tickets.map(({ id }) => id);

describe('one object per request', () => {
  test('TW-2 a list of tickets is no ticket', async () => {
    const ticket = { title: 'x', requestor: GRACE };
    const fields = async (body: unknown) => {
      const answer = await api.post('/tickets', body);
      return [answer.status, answer.body.errors?.map(({ field }) => field)];
    };
    expect(await fields([{ ticket }])).toEqual([400, undefined]);
    expect(await fields({ ticket: [ticket, ticket] })).toEqual([400, ['ticket']]);
    expect((await api.get('/tickets')).body.itemCount).toBe(3);
  });

  test('TW-2 ids in a comma list are no ticket', async () => {
    const answer = await api.put(`/tickets/${tickets[0]!.ticketNo},${tickets[1]!.ticketNo}`, {
      updates: { title: 'x' },
    });
    expect(answer.status).toBe(404);
    expect((await read()).map(({ title }) => title)).toEqual(Array(3).fill('My VPN is down'));
  });
});

describe('POST /tickets/bulk, which is ours', () => {
  test('TW-2 changes each ticket, with a result for each', async () => {
    const { status, body } = await bulk({ ticketIds: ids(), ticket: { priority: 'Urgent', assignee: LINUS } });
    expect({ status, ...body }).toEqual({
      status: 200,
      items: ids().map((ticketId) => ({ ticketId, ok: true, statusCode: 200 })),
      itemCount: 3,
      error: false,
      message: 'Successfully executed request',
    });
    for (const ticket of await read()) expect(ticket).toMatchObject({ priority: 'Urgent', assignee: LINUS });
    for (const id of ids()) {
      expect((await api.history(id)).map(({ action, createdBy }) => [action, createdBy.id])).toEqual([
        ['updated', GRACE.id],
        ['created', 'ada-id'],
      ]);
    }
  });

  test('one that fails stops no other', async () => {
    await api.move(ids()[1]!, 'Closed');
    const ticketIds = [String(tickets[0]!.ticketNo), ids()[1]!, '4711', ids()[2]!];
    const { status, body } = await bulk({ ticketIds, status: 'Started', comment: 'On it' });
    expect(status).toBe(200);
    expect(body.items).toEqual([
      { ticketId: ticketIds[0], ok: true, statusCode: 200 },
      {
        ticketId: ticketIds[1],
        ok: false,
        statusCode: 400,
        code: 'invalid_input',
        message: 'status: a ticket that is Closed cannot become Started; allowed: Reopened',
      },
      {
        ticketId: '4711',
        ok: false,
        statusCode: 404,
        code: 'not_found',
        message: 'There is no such ticket in this instance.',
      },
      { ticketId: ticketIds[3], ok: true, statusCode: 200 },
    ]);
    expect((await read()).map((ticket) => ticket.status)).toEqual(['Started', 'Closed', 'Started']);
  });

  test('fields and a move together; a ticket named twice is done once', async () => {
    const [id] = ids();
    const { body } = await bulk({
      ticketIds: [id, id],
      ticket: { title: 'New' },
      status: 'Resolved',
      resolution: 'fixed',
    });
    expect(body.items).toEqual([{ ticketId: id, ok: true, statusCode: 200 }]);
    expect(await api.ticket(id!)).toMatchObject({ title: 'New', status: 'Resolved', resolution: 'fixed' });
    expect((await api.history(id!)).map(({ action }) => action)).toEqual(['resolved', 'updated', 'created']);
  });

  test('repeated with its Idempotency-Key it does nothing twice', async () => {
    const body = { ticketIds: ids(), status: 'Open', comment: 'Hello' };
    const first = await bulk(body, { 'Idempotency-Key': 'once' });
    const again = await bulk(body, { 'Idempotency-Key': 'once' });
    expect([again.status, again.body.items]).toEqual([200, first.body.items]);
    for (const id of ids()) expect(await api.history(id)).toHaveLength(2);
  });

  test('200 with a plain key, for it works tickets; 403 with a read-only one', async () => {
    const body = { ticketIds: ids(), ticket: { title: 'Mine' } };
    expect(await api.post('/tickets/bulk', body)).toMatchObject({ status: 200 });
    succeed(await admin.put('/keys/primary', { readOnly: true }));
    const answer = await api.post('/tickets/bulk', { ...body, ticket: { title: 'Not mine' } });
    expect(answer).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    expect((await read()).map(({ title }) => title)).toEqual(Array(3).fill('Mine'));
  });

  const wrong = [
    { name: '400 no tickets', body: { ticket: { title: 'x' } }, field: 'ticketIds' },
    { name: '400 an empty list of tickets', body: { ticketIds: [], ticket: { title: 'x' } }, field: 'ticketIds' },
    {
      name: '400 more than 100 tickets',
      body: { ticketIds: Array.from({ length: 101 }, (_, i) => `${i}`), ticket: { title: 'x' } },
      field: 'ticketIds',
    },
    { name: '400 nothing to do', body: { ticketIds: ['1'] }, field: 'ticket' },
    {
      name: '400 a value that fits no ticket',
      body: { ticketIds: ['1'], ticket: { priority: 'High' } },
      field: 'ticket.priority',
    },
  ];
  test.each(wrong)('$name', async ({ body, field }) => {
    const answer = await bulk(body);
    expect({ status: answer.status, fields: answer.body.errors.map((error) => error.field) }).toEqual({
      status: 400,
      fields: [field],
    });
  });
});
