import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startServer, type TestInstance, type TestServer } from '../helpers/server.ts';
import { type Api, apiOf, GRACE, succeed } from './reference.ts';

let server: TestServer;
let instance: TestInstance;
let api: Api;

beforeAll(async () => {
  server = await startServer();
  instance = await server.newInstance();
  api = apiOf(instance);
});
afterAll(() => server.close());

/** The body of the reference, which is no JSON there: its first three names have no quotes. */
const EXAMPLE = `{ "status" : "Resolved", "resolution": "fixed", "comment": "Great job!" , "user": { "id": "23424-xxxx-xxxx-xxxx-xxxxxxxxxxx", "name": "Jason Doe", "email": "jason.doe@wwww.com" } }`;

/** A way from Open to each state. */
const WAYS: Record<string, string[]> = {
  Open: [],
  Started: ['Started'],
  Pending: ['Pending'],
  Resolved: ['Resolved'],
  Closed: ['Closed'],
  Reopened: ['Closed', 'Reopened'],
};
const STATES = Object.keys(WAYS);
const ALLOWED: Record<string, string[]> = {
  Open: ['Started', 'Pending', 'Resolved', 'Closed'],
  Started: ['Pending', 'Resolved', 'Closed'],
  Pending: ['Started', 'Resolved', 'Closed'],
  Resolved: ['Closed', 'Reopened'],
  Closed: ['Reopened'],
  Reopened: ['Started', 'Pending', 'Resolved', 'Closed'],
};

async function ticketIn(state: string): Promise<string> {
  const { id } = await api.newTicket();
  await api.move(id, ...WAYS[state]!);
  return id;
}

describe('the reference', () => {
  test.each(['put', 'post'] as const)('TW-42 its example, pasted, by %s', async (method) => {
    const { id } = await api.newTicket();
    const { status, body } = await api[method](`/tickets/${id}/status?timezone=0`, EXAMPLE);
    const { user } = JSON.parse(EXAMPLE);
    expect(status).toBe(200);
    expect(body.item).toMatchObject({
      id,
      status: 'Resolved',
      statusId: 'resolved',
      resolution: 'fixed',
      lastResolutionComment: 'Great job!',
      lastUpdatedBy: user,
    });
    const [activity] = await api.history(id);
    expect(activity).toMatchObject({ action: 'resolved', comment: 'Great job!', isPrivate: false, createdBy: user });
  });

  test('TW-43 the answer is the ticket, as a read shows it', async () => {
    const { id, ticketNo } = await api.newTicket();
    const { status, body } = await api.put(`/tickets/${ticketNo}/status`, { status: 'Started' });
    expect(status).toBe(200);
    expect(Object.keys(body).sort()).toEqual(['error', 'item', 'message']);
    expect(body.item).toEqual(await api.ticket(id));
  });
});

describe('moves of the default workflow', () => {
  const allowed = STATES.flatMap((from) => ALLOWED[from]!.map((to) => ({ from, to })));
  test.each(allowed)('TW-42 $from -> $to', async ({ from, to }) => {
    const id = await ticketIn(from);
    const answer = await api.put(`/tickets/${id}/status`, { status: to });
    expect(answer).toMatchObject({ status: 200, body: { item: { status: to, statusId: to.toLowerCase() } } });
  });

  const forbidden = STATES.flatMap((from) =>
    STATES.filter((to) => to !== from && !ALLOWED[from]!.includes(to)).map((to) => ({ from, to })),
  );
  test.each(forbidden)('400 $from -> $to, naming what is allowed', async ({ from, to }) => {
    const id = await ticketIn(from);
    const before = await api.ticket(id);
    const { status, body } = await api.put(`/tickets/${id}/status`, { status: to, comment: 'Lost' });
    const message = `a ticket that is ${from} cannot become ${to}; allowed: ${ALLOWED[from]!.join(', ')}`;
    expect(status).toBe(400);
    expect(body).toMatchObject({ code: 'invalid_input', errors: [{ field: 'status', message }] });
    expect(await api.ticket(id)).toEqual(before);
  });

  test('TW-15 the allowed and forbidden moves above are all there are', () => {
    expect([allowed.length, forbidden.length]).toEqual([17, 13]);
  });

  test.each(STATES)('TW-42 %s -> itself changes nothing', async (state) => {
    const id = await ticketIn(state);
    const [before, history] = [await api.ticket(id), await api.history(id)];
    server.clock.advance(1000);
    const { status, body } = await api.put(`/tickets/${id}/status`, { status: state });
    expect({ status, item: body.item }).toEqual({ status: 200, item: before });
    expect(await api.history(id)).toEqual(history);
  });

  test('TW-42 a move to the same state still adds its comment', async () => {
    const id = await ticketIn('Started');
    const { status, body } = await api.put(`/tickets/${id}/status`, {
      status: 'Started',
      comment: 'Still on it',
      user: GRACE,
    });
    expect({ status, state: body.item.status }).toEqual({ status: 200, state: 'Started' });
    const [activity, ...rest] = await api.history(id);
    expect(activity).toMatchObject({ action: 'commented', comment: 'Still on it', createdBy: GRACE, changes: [] });
    expect(rest).toHaveLength(2);
  });
});

const names = [
  { name: 'TW-42 In Progress means Started', status: 'In Progress', expected: 'Started' },
  { name: 'TW-42 in progress, in any case', status: 'in progress', expected: 'Started' },
  { name: 'TW-42 blanks around a status are trimmed', status: ' Closed ', expected: 'Closed' },
  { name: 'TW-42 a status by its id', status: 'pending', expected: 'Pending' },
];
test.each(names)('$name', async ({ status, expected }) => {
  const { id } = await api.newTicket();
  expect((await api.put(`/tickets/${id}/status`, { status })).body.item.status).toBe(expected);
});

const wrong = [
  { name: '400 no status', body: { comment: 'x' }, field: 'status', message: 'is required' },
  {
    name: '400 an unknown status',
    body: { status: 'Done' },
    field: 'status',
    message: 'must be one of: Open, Started, Pending, Resolved, Closed, Reopened',
  },
  {
    name: '400 an unknown resolution',
    body: { status: 'Resolved', resolution: 'done' },
    field: 'resolution',
    message: 'must be one of: fixed, cannotResolve, cancelled',
  },
  {
    name: '400 a resolution in another case',
    body: { status: 'Resolved', resolution: 'Fixed' },
    field: 'resolution',
    message: 'must be one of: fixed, cannotResolve, cancelled',
  },
];
test.each(wrong)('$name', async ({ body, field, message }) => {
  const { id } = await api.newTicket();
  const answer = await api.put(`/tickets/${id}/status`, body);
  expect(answer).toMatchObject({ status: 400, body: { errors: [{ field, message }] } });
  expect((await api.ticket(id)).status).toBe('Open');
});

test('404 the status of a ticket that is not there', async () => {
  expect(await api.put('/tickets/4711/status', { status: 'Closed' })).toMatchObject({
    status: 404,
    body: { code: 'not_found' },
  });
});

describe("an instance's own workflow", () => {
  const WORKFLOW = {
    states: [
      { id: 'new', label: 'Neu', category: 'new', nextSteps: ['work', 'done'] },
      { id: 'work', label: 'In Arbeit', category: 'active', nextSteps: ['wait', 'done'] },
      { id: 'wait', label: 'Wartet', category: 'waiting', nextSteps: ['work'] },
      { id: 'done', label: 'Fertig', category: 'resolved', nextSteps: ['work'] },
      { id: 'filed', label: 'Abgelegt', category: 'closed', nextSteps: [] },
    ],
    resolutions: ['erledigt', 'kein Fehler'],
  };
  let own: Api;
  beforeAll(async () => {
    const made = await server.newInstance();
    succeed(await apiOf(made, 'administrative').put('/instance', { instance: { workflows: [WORKFLOW] } }));
    own = apiOf(made);
  });

  test('TW-15 tickets start in its first state and carry it', async () => {
    const ticket = await own.newTicket();
    expect(ticket).toMatchObject({
      status: 'Neu',
      statusId: 'new',
      resolvedStatus: ['Fertig', 'Abgelegt'],
      isCustomWorkflow: true,
      workflow: WORKFLOW,
    });
    expect((await own.get('/tickets?status=Neu')).body.itemCount).toBe(1);
    expect((await own.get('/tickets?status=Open')).body.message).toBe(
      'status: must be one of: Neu, In Arbeit, Wartet, Fertig, Abgelegt',
    );
  });

  test('TW-42 its moves, labels and resolutions hold', async () => {
    const { id } = await own.newTicket();
    const move = (status: string, resolution?: string) => own.put(`/tickets/${id}/status`, { status, resolution });
    expect((await move('Wartet')).body.message).toBe(
      'status: a ticket that is Neu cannot become Wartet; allowed: In Arbeit, Fertig',
    );
    expect((await move('In Progress')).body.message).toMatch(/^status: must be one of: Neu, /);
    expect((await move('Fertig', 'fixed')).body.message).toBe('resolution: must be one of: erledigt, kein Fehler');
    expect((await move('Fertig', 'kein Fehler')).body.item).toMatchObject({
      status: 'Fertig',
      resolution: 'kein Fehler',
    });
    expect((await own.history(id)).map(({ action }) => action)).toEqual(['resolved', 'created']);
    expect((await own.get('/tickets?isResolved=true')).body.items.map((ticket) => ticket.id)).toEqual([id]);
    expect((await move('In Arbeit')).body.item.status).toBe('In Arbeit');
    expect((await own.history(id))[0]).toMatchObject({ action: 'reopened' });
  });
});
