import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startServer, type TestInstance, type TestServer } from '../helpers/server.ts';
import { ADA, type Api, apiOf, defineFields, GRACE, LINUS } from './reference.ts';
import { AREA } from './reference-tickets.ts';

let server: TestServer;
let instance: TestInstance;
let api: Api;

beforeAll(async () => {
  server = await startServer();
  instance = await server.newInstance();
  api = apiOf(instance);
});
afterAll(() => server.close());

/** The bodies of the reference, character for character but for its comments, which no JSON has. */
const EXAMPLE_1 = `{ "ticket": { "title": "My first ticket", "requestor": { "id": "053660b7-xxxx-xxxx-xxxx-xxxxxxxxxxx", "name": "Jason Doe", "email": "john.doe@teamswork.app" } }, "user": { "id": "053660b7-xxxx-xxxx-xxxx-xxxxxxxxxxx", "name": "Jason Doe", "email": "jason.doe@teamswork.app" } }`;
const EXAMPLE_2 = `{ "ticket": { "title": "My first ticket", "requestor": { "id": "053660b7-xxxx-xxxx-xxxx-xxxxxxxxxxx", "name": "Jason Doe", "email": "john.doe@teamswork.app" }, "customFields": { "146db0c4-de24-4818-a131-a27161bb7ad0": [ { "id": "053660b7-xxxx-xxxx-xxxx-xxxxxxxxxxx", "name": "Allan Deyoung", "email": "AllanD@xxxxxxxx.com" } ], "fef751d6-067d-431b-8a6d-667056eff6ee": [ "70d42d78-899a-4d5e-8cf0-79a0e4a6b0b1", "fe68df23-432e-4c0f-9841-a018b7f46d0b" ], "4aad4ef9-3242-4bb6-87f7-29428567429f": "long text area\\nbla bla bla", "7670050a-cf1a-4d3d-8179-5eba888dea5f": "text in custom field", "862bd88d-f691-4a7b-a89a-f6f48550fc27": true, "5b9f56bc-ec6a-45a3-b7ce-c25e1d8cfd69": [ "f72541a9-c964-4c81-bc1a-4f1f2d948416" ], "7ee98e41-c4d0-4d4c-beb9-2b7f8f8c35c8": "2023-07-26T17:00:00Z" }, "description": "ticket descriptionline 1line 2", "priority": "Urgent", "assignee": { "id": "708edddc-xxxx-xxxx-xxxx-xxxxxxxxxxx", "name": "Alex Wilber", "email": "AlexW@xxxxxxxx.com" }, "expectedDate": "2023-07-26T17:00:00Z", "tags": [ { "tagCategoryId": "2283653a-8d36-40eb-9a68-73eb3b331811", "text": "sdsad" }, { "tagCategoryId": "2283653a-8d36-40eb-9a68-73eb3b331811", "text": "my tag" } ] }, "user": { "id": "053660b7-xxxx-xxxx-xxxx-xxxxxxxxxxx", "name": "Jason Doe", "email": "jason.doe@xxxxxxxx.com" } }`;

const AT = '2026-01-31T09:00:00.000Z';

describe("the reference's examples", () => {
  test('TW-28 the first one, pasted: {ticket, user} makes a whole ticket', async () => {
    const own = apiOf(await server.newInstance());
    const { status, headers, body } = await own.post('/tickets?timezone=0', EXAMPLE_1);
    const { ticket, user } = JSON.parse(EXAMPLE_1);
    const { workflow, id, ...item } = body.item;
    expect({ status, warning: headers.get('Warning') }).toEqual({ status: 201, warning: null });
    expect(id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(item).toEqual({
      ticketNo: 1,
      title: 'My first ticket',
      description: '',
      statusId: 'open',
      status: 'Open',
      resolvedStatus: ['Resolved', 'Closed'],
      resolution: '',
      priority: 'Medium',
      requestor: ticket.requestor,
      assignee: { id: '' },
      expectedDate: '',
      tags: [],
      customFields: {},
      createdOn: AT,
      lastUpdatedOn: AT,
      lastInteraction: AT,
      createdBy: user,
      lastUpdatedBy: user,
      firstResponseOn: '',
      firstResolutionOn: '',
      lastResolutionOn: '',
      lastResolutionComment: '',
      isFrtBreached: false,
      isRtBreached: false,
      isFrtEscalated: false,
      isRtEscalated: false,
      assigneeUnseenEventCnt: 0,
      requestorUnseenEventCnt: 0,
      origin: 'api',
      followers: [],
      isCustomWorkflow: false,
    });
    expect(workflow?.states).toHaveLength(6);
  });

  test('TW-27 the second one, pasted, without a timezone: every value is kept', async () => {
    const own = await server.newInstance();
    await defineFields(own);
    const { status, headers, body } = await apiOf(own).post('/tickets', EXAMPLE_2);
    const { ticket, user } = JSON.parse(EXAMPLE_2);
    expect({ status, warning: headers.get('Warning') }).toEqual({ status: 201, warning: null });
    expect(body.item).toMatchObject({ ...ticket, expectedDate: '2023-07-26T17:00:00.000Z', createdBy: user });
    expect(body.item.customFields).toEqual(ticket.customFields);
    expect(body.item.tags).toEqual(ticket.tags);
    expect((await apiOf(own).ticket(body.item.id)).customFields).toEqual(ticket.customFields);
  });

  test('TW-11 the second one where its fields are not defined: 201 still, and each is named in a Warning', async () => {
    const { status, headers, body } = await api.post('/tickets', EXAMPLE_2);
    expect({ status, customFields: body.item.customFields }).toEqual({ status: 201, customFields: {} });
    const ids = Object.keys(JSON.parse(EXAMPLE_2).ticket.customFields);
    expect(ids).toHaveLength(7);
    const warnings = ids.map((id) => `299 - "customFields.${id} is not defined and was ignored"`);
    expect(headers.get('Warning')).toBe(warnings.join(', '));
  });
});

const minimal = { title: 'My VPN is down', requestor: ADA };
const long = 'x'.repeat(255);
const kept = [
  { name: 'TW-29 a title of one character', fields: { title: '!' } },
  { name: 'TW-29 a title of 255 characters', fields: { title: long } },
  {
    name: 'TW-30 a requestor whose id is no UUID',
    fields: { requestor: { id: '23424-xxxx', name: 'Jason Doe', email: 'j@contoso.com' } },
  },
  {
    name: 'TW-10 a requestor known only by mail',
    fields: { requestor: { id: 'j@contoso.com', name: 'j@contoso.com', email: 'j@contoso.com' } },
  },
  {
    name: 'TW-10 a requestor whose name and mail do not agree',
    fields: { requestor: { id: ADA.id, name: 'Grace', email: 'linus@fabrikam.com' } },
  },
  {
    name: 'TW-10 a requestor without a mail address',
    fields: { requestor: { id: 'bot', name: 'Build server', email: '' } },
  },
  { name: 'TW-32 a description of several lines', fields: { description: 'ticket description\nline 1\nline 2' } },
  { name: 'TW-33 Low', fields: { priority: 'Low' } },
  { name: 'TW-33 Medium', fields: { priority: 'Medium' } },
  { name: 'TW-33 Important', fields: { priority: 'Important' } },
  { name: 'TW-33 Urgent', fields: { priority: 'Urgent' } },
  { name: 'TW-34 an assignee', fields: { assignee: GRACE } },
  { name: 'TW-34 an assignee with an empty id is nobody', fields: { assignee: { id: '' } } },
  {
    name: 'TW-36 two tags of one category',
    fields: {
      tags: [
        { tagCategoryId: AREA, text: 'sdsad' },
        { tagCategoryId: AREA, text: 'my tag' },
      ],
    },
  },
  { name: 'followers', fields: { followers: [GRACE, LINUS] } },
];
describe('a value comes back as it was sent', () => {
  test.each(kept)('$name', async ({ fields }) => {
    const { status, body } = await api.post('/tickets', { ticket: { ...minimal, ...fields }, user: ADA });
    expect(status).toBe(201);
    expect(body.item).toMatchObject(fields);
    expect(await api.ticket(body.item.id)).toEqual(body.item);
  });

  test('TW-34 an assignee of null is nobody', async () => {
    const { body } = await api.post('/tickets', { ticket: { ...minimal, assignee: null } });
    expect(body.item.assignee).toEqual({ id: '' });
  });

  const dates = [
    { name: 'TW-35 a date-time', sent: '2023-07-26T17:00:00Z', query: '', kept: '2023-07-26T17:00:00.000Z' },
    {
      name: 'TW-35 a date-time with an offset',
      sent: '2023-07-26T17:00:00+02:00',
      query: '',
      kept: '2023-07-26T15:00:00.000Z',
    },
    {
      name: 'TW-35 a date-time is kept, whatever the timezone',
      sent: '2023-07-26T17:00:00Z',
      query: '?timezone=7',
      kept: '2023-07-26T17:00:00.000Z',
    },
    { name: 'TW-35 a date is midnight in GMT', sent: '2023-07-26', query: '', kept: '2023-07-26T00:00:00.000Z' },
    {
      name: 'TW-27 a date is midnight in timezone=7',
      sent: '2023-07-26',
      query: '?timezone=7',
      kept: '2023-07-25T17:00:00.000Z',
    },
    {
      name: 'TW-27 a date is midnight in timezone=5.5',
      sent: '2023-07-26',
      query: '?timezone=5.5',
      kept: '2023-07-25T18:30:00.000Z',
    },
    {
      name: 'TW-27 a date is midnight in timezone=-3',
      sent: '2023-07-26',
      query: '?timezone=-3',
      kept: '2023-07-26T03:00:00.000Z',
    },
    {
      name: 'TW-27 a date is midnight in Berlin, in summer',
      sent: '2023-07-26',
      query: '?timezone=Europe/Berlin',
      kept: '2023-07-25T22:00:00.000Z',
    },
    {
      name: 'TW-27 a date is midnight in Berlin, in winter',
      sent: '2023-12-26',
      query: '?timezone=Europe/Berlin',
      kept: '2023-12-25T23:00:00.000Z',
    },
    {
      name: 'TW-27 a date-time without an offset is in the timezone',
      sent: '2023-07-26T17:00',
      query: '?timezone=7',
      kept: '2023-07-26T10:00:00.000Z',
    },
    { name: 'TW-35 null is no date', sent: null, query: '', kept: '' },
  ];
  test.each(dates)('$name', async ({ sent, query, kept: expected }) => {
    const { status, body } = await api.post(`/tickets${query}`, { ticket: { ...minimal, expectedDate: sent } });
    expect({ status, expectedDate: body.item.expectedDate }).toEqual({ status: 201, expectedDate: expected });
  });

  test('TW-10 the user is recorded as claimed; without one it is the key', async () => {
    const stranger = { id: 'nobody-knows', name: 'Mallory', email: 'not a mail address' };
    const claimed = await api.post('/tickets', { ticket: minimal, user: stranger });
    expect(claimed.body.item).toMatchObject({ createdBy: stranger, lastUpdatedBy: stranger, requestor: ADA });
    const unclaimed = await api.post('/tickets', { ticket: minimal });
    expect(unclaimed.body.item.createdBy).toEqual({ id: 'api', name: 'API', email: '' });
  });

  test('TW-8 numbers count up, one for each ticket', async () => {
    const own = apiOf(await server.newInstance());
    const made = await Promise.all(Array.from({ length: 20 }, () => own.newTicket()));
    expect(made.map(({ ticketNo }) => ticketNo).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 20 }, (_, i) => i + 1),
    );
  });
});

const wrong = [
  { name: '400 no ticket', body: { user: ADA }, field: 'ticket' },
  { name: '400 no title', body: { ticket: { requestor: ADA } }, field: 'ticket.title' },
  { name: '400 a title of blanks', body: { ticket: { ...minimal, title: ' \t\n ' } }, field: 'ticket.title' },
  { name: '400 a title of 256 characters', body: { ticket: { ...minimal, title: `${long}x` } }, field: 'ticket.title' },
  { name: '400 a title that is no text', body: { ticket: { ...minimal, title: 7 } }, field: 'ticket.title' },
  { name: '400 no requestor', body: { ticket: { title: 'x' } }, field: 'ticket.requestor' },
  {
    name: '400 a requestor without a name',
    body: { ticket: { ...minimal, requestor: { id: 'x', email: 'x' } } },
    field: 'ticket.requestor.name',
  },
  {
    name: '400 a requestor without a mail',
    body: { ticket: { ...minimal, requestor: { id: 'x', name: 'x' } } },
    field: 'ticket.requestor.email',
  },
  {
    name: '400 a requestor with an empty id',
    body: { ticket: { ...minimal, requestor: { id: '', name: 'x', email: 'x' } } },
    field: 'ticket.requestor.id',
  },
  {
    name: '400 an unknown priority',
    body: { ticket: { ...minimal, priority: 'High' } },
    field: 'ticket.priority',
    allowed: 'Low, Medium, Important, Urgent',
  },
  {
    name: '400 an assignee that is a name',
    body: { ticket: { ...minimal, assignee: 'Grace' } },
    field: 'ticket.assignee',
  },
  {
    name: '400 an expectedDate that does not exist',
    body: { ticket: { ...minimal, expectedDate: '2023-02-29' } },
    field: 'ticket.expectedDate',
  },
  {
    name: '400 an expectedDate that is a number',
    body: { ticket: { ...minimal, expectedDate: 1690390800 } },
    field: 'ticket.expectedDate',
  },
  {
    name: '400 a tag without a category',
    body: { ticket: { ...minimal, tags: [{ text: 'x' }] } },
    field: 'ticket.tags.0.tagCategoryId',
  },
  { name: '400 tags that are texts', body: { ticket: { ...minimal, tags: ['x'] } }, field: 'ticket.tags.0' },
  {
    name: '400 custom fields in a list',
    body: { ticket: { ...minimal, customFields: [] } },
    field: 'ticket.customFields',
  },
  { name: '400 a user without a name', body: { ticket: minimal, user: { id: 'x', email: 'x' } }, field: 'user.name' },
];
describe('what does not fit is 400, names its field and creates nothing', () => {
  test.each(wrong)('$name', async ({ body, field, allowed }) => {
    const before = (await api.get('/tickets')).body.itemCount;
    const answer = await api.post('/tickets', body);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ code: 'invalid_input', error: true });
    expect(answer.body.errors.map((error) => error.field)).toContain(field);
    expect(answer.body.message).toContain(allowed ?? field);
    expect((await api.get('/tickets')).body.itemCount).toBe(before);
  });

  test('400 names everything at once', async () => {
    const { body } = await api.post('/tickets', { ticket: { priority: 'High' }, user: {} });
    expect(body.errors.map(({ field }) => field).toSorted()).toEqual([
      'ticket.priority',
      'ticket.requestor',
      'ticket.title',
      'user.email',
      'user.id',
      'user.name',
    ]);
  });
});
