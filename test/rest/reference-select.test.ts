import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Ticket, ticket as ticketSchema } from '../../api/contract/tickets.ts';
import { startServer, type TestServer } from '../helpers/server.ts';
import { ADA, type Api, apiOf, defineFields, FIELDS, GRACE, LINUS } from './reference.ts';
import { AREA } from './reference-tickets.ts';

let server: TestServer;
let api: Api;
let whole: Ticket;
let unassigned: Ticket;

beforeAll(async () => {
  server = await startServer();
  const instance = await server.newInstance();
  api = apiOf(instance);
  await defineFields(instance);
  unassigned = await api.newTicket({ title: 'Nobody has it' });
  const { id } = await api.newTicket({
    title: 'Everything is in it',
    description: 'One\n<two>',
    priority: 'Urgent',
    requestor: LINUS,
    assignee: GRACE,
    expectedDate: '2026-02-03',
    tags: [{ tagCategoryId: AREA, text: 'Network' }],
    customFields: { [FIELDS.asset.id]: 'Laptop' },
    followers: [ADA],
  });
  await api.put(`/tickets/${id}/status`, { status: 'Resolved', resolution: 'fixed', comment: 'Done', user: GRACE });
  whole = (await api.get('/tickets?search=everything')).body.items[0]!;
});
afterAll(() => server.close());

/** What a select leaves of the full ticket. */
async function selected(select: string, more = ''): Promise<Record<string, unknown>> {
  const { status, body } = await api.get(`/tickets?search=everything&select=${select}${more}`);
  expect(status).toBe(200);
  return body.items[0] as unknown as Record<string, unknown>;
}

/** The names of the reference's own list that are fields of the ticket. */
const DOCUMENTED = [
  ...['title', 'description', 'status', 'requestor', 'customFields', 'priority', 'assignee', 'expectedDate'],
  ...['resolution', 'firstResponseOn', 'firstResolutionOn', 'lastResolutionOn', 'createdOn', 'tags', 'lastUpdatedOn'],
  ...['isFrtEscalated', 'isRtEscalated', 'createdBy', 'lastUpdatedBy', 'lastResolutionComment'],
];
const FURTHER = [
  ...['ticketNo', 'statusId', 'resolvedStatus', 'lastInteraction', 'isFrtBreached', 'isRtBreached', 'origin'],
  ...['assigneeUnseenEventCnt', 'requestorUnseenEventCnt', 'followers', 'isCustomWorkflow'],
];

describe('select', () => {
  test.each([...DOCUMENTED, ...FURTHER])('TW-20 %s, with the id', async (name) => {
    const value = whole[name as keyof Ticket];
    expect(value).toBeDefined();
    expect(await selected(name)).toEqual({ id: whole.id, [name]: value });
  });

  test("TW-20 the whole of the reference's list at once", async () => {
    const names = ['id', 'ticketId', ...DOCUMENTED];
    const ticket = await selected(names.join(','));
    expect(Object.keys(ticket).sort()).toEqual([...names, 'ticketNo'].sort());
  });

  const flat = [
    { name: 'TW-20 ticketId answers ticketNo too', select: 'ticketId', expected: { ticketId: 2, ticketNo: 2 } },
    { name: 'TW-20 requestorName is flat', select: 'requestorName', expected: { requestorName: LINUS.name } },
    { name: 'requestorEmail is flat', select: 'requestorEmail', expected: { requestorEmail: LINUS.email } },
    { name: 'requestorId is flat', select: 'requestorId', expected: { requestorId: LINUS.id } },
    { name: 'assigneeName is flat', select: 'assigneeName', expected: { assigneeName: GRACE.name } },
    { name: 'assigneeEmail is flat', select: 'assigneeEmail', expected: { assigneeEmail: GRACE.email } },
    { name: 'assigneeId is flat', select: 'assigneeId', expected: { assigneeId: GRACE.id } },
    {
      name: 'createdDateTime is createdOn',
      select: 'createdDateTime',
      expected: { createdDateTime: '2026-01-31T09:00:00.000Z' },
    },
    {
      name: 'TW-20 unknown names are ignored',
      select: 'title,colour,constructor,__proto__',
      expected: { title: 'Everything is in it' },
    },
    { name: 'TW-20 only unknown names leave the id', select: 'colour', expected: {} },
    {
      name: 'TW-20 blanks around names do not matter',
      select: '%20title%20,%20priority',
      expected: { title: 'Everything is in it', priority: 'Urgent' },
    },
    { name: 'TW-20 the id may be named', select: 'id,id', expected: {} },
  ];
  test.each(flat)('$name', async ({ select, expected }) => {
    expect(await selected(select)).toEqual({ id: whole.id, ...expected });
  });

  test('nobody is empty in the flat fields', async () => {
    const { body } = await api.get('/tickets?search=nobody&select=assignee,assigneeId,assigneeName,assigneeEmail');
    expect(body.items).toEqual([
      { id: unassigned.id, assignee: { id: '' }, assigneeId: '', assigneeName: '', assigneeEmail: '' },
    ]);
  });
});

describe('a whole ticket', () => {
  test('TW-24 a ticket of a list has every field but what is asked for by `include`', () => {
    const asked = ['workflow', 'description_HTML', 'promises'];
    const expected = Object.keys(ticketSchema.shape).filter((name) => !asked.includes(name));
    expect(Object.keys(whole).sort()).toEqual(expected.sort());
  });

  test('TW-38 a single read has the workflow too', async () => {
    const { workflow, ...rest } = await api.ticket(whole.id);
    expect(rest).toEqual(whole);
    expect(workflow?.states.map(({ label }) => label)).toEqual([
      'Open',
      'Started',
      'Pending',
      'Resolved',
      'Closed',
      'Reopened',
    ]);
  });

  test.each(['2', 'the UUID', 'THE UUID'])('TW-38 a ticket is found by its number and by its UUID: %s', async (by) => {
    const id = { '2': '2', 'the UUID': whole.id, 'THE UUID': whole.id.toUpperCase() }[by]!;
    expect((await api.get(`/tickets/${id}`)).body.item).toMatchObject({ id: whole.id, ticketNo: 2 });
  });

  const missing = [
    '3',
    '0',
    '-1',
    '1.0',
    'abc',
    'tickets',
    '00000000-0000-7000-8000-000000000000',
    '1%20',
    "1'--",
    '99999999999',
    '%F0%9F%98%80',
  ];
  test.each(missing)('404 there is no ticket %s', async (id) => {
    const { status, body } = await api.get(`/tickets/${id}`);
    expect({ status, code: body.code }).toEqual({ status: 404, code: 'not_found' });
  });
});

const HTML = 'One<br>&lt;two&gt;';
const includes = [
  { name: 'TW-24 a list', ask: () => api.get('/tickets?search=everything&include=description_HTML') },
  { name: 'TW-38 a single read', ask: () => api.get('/tickets/2?include=description_HTML') },
  { name: 'TW-41 an update', ask: () => api.put('/tickets/2?include=description_HTML', { ticket: {} }) },
  { name: 'TW-43 a move', ask: () => api.put('/tickets/2/status?include=description_HTML', { status: 'Resolved' }) },
  {
    name: 'TW-20 a select that names it too',
    ask: () => api.get('/tickets?search=everything&include=description_HTML&select=id,description_HTML'),
  },
  {
    name: 'TW-24 include is a comma list whose unknown names are ignored',
    ask: () => api.get('/tickets/2?include=colour,%20description_HTML'),
  },
];
describe('include=description_HTML', () => {
  test.each(includes)('$name', async ({ ask }) => {
    const { status, body } = await ask();
    expect(status).toBe(200);
    expect(body.item ?? body.items[0]).toMatchObject({ id: whole.id, description_HTML: HTML });
  });

  test('TW-32 creating', async () => {
    const ticket = { title: 'New', requestor: ADA, description: 'One\n<two>' };
    const { status, body } = await api.post('/tickets?include=description_HTML', { ticket });
    expect({ status, html: body.item.description_HTML }).toEqual({ status: 201, html: HTML });
  });
});
