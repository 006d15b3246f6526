import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Ticket } from '../../api/contract/tickets.ts';
import { startServer, type TestInstance, type TestServer } from '../helpers/server.ts';
import { ADA, type Api, apiOf, defineFields, FIELDS, GRACE, LINUS } from './reference.ts';
import { AREA } from './reference-tickets.ts';

let server: TestServer;
let instance: TestInstance;
let api: Api;
let before: Ticket;
let path: string;

const tag = (text: string) => ({ tagCategoryId: AREA, text });
const START = {
  title: 'My first ticket',
  description: 'One\ntwo',
  priority: 'Low',
  requestor: ADA,
  assignee: GRACE,
  expectedDate: '2026-02-03T12:00:00.000Z',
  tags: [tag('Network'), tag('my tag')],
  customFields: { [FIELDS.asset.id]: 'Laptop', [FIELDS.people.id]: [LINUS] },
  followers: [LINUS],
} as const;

beforeAll(async () => {
  server = await startServer();
  instance = await server.newInstance();
  api = apiOf(instance);
  await defineFields(instance);
});
beforeEach(async () => {
  before = await api.newTicket(START as never);
  path = `/tickets/${before.id}`;
  server.clock.advance(60_000);
});
afterAll(() => server.close());

/** The body of the reference, but for the id of a custom field, which it leaves open. */
const EXAMPLE = `{ "updates": { "title": "My 2nd ticket", "requestor": { "id": "053660b7-xxxx-xxxx-xxxx-xxxxxxxxxxx", "name": "Jason Doe", "email": "john.doe@wwwwww.com" }, "customFields": { "${FIELDS.people.id}": [ { "id": "053660b7-xxxx-xxxx-xxxx-xxxxxxxxxx", "name": "Allan Deyoung", "email": "AllanD@xxxxxxxxxxx.com" } ] }, "priority": "Urgent", "assignee": { "id": "708edddc-xxxx-xxxx-xxxx-xxxxxxxxxx", "name": "Alex Wilber", "email": "AlexW@wwwwwww.com" } }, "user": { "id": "053660b7-xxxx-xxxx-xxxx-xxxxxxxxxxx", "name": "Jason Doe", "email": "jason.doe@wwwwwww.com" } }`;

describe('who is asked, and how', () => {
  test("TW-39 the reference's example, pasted", async () => {
    const { status, body } = await api.put(`${path}?timezone=0`, EXAMPLE);
    const { updates, user } = JSON.parse(EXAMPLE);
    expect(status).toBe(200);
    expect(body.item).toMatchObject({ ...updates, id: before.id, lastUpdatedBy: user });
    expect(body.item.customFields).toEqual({ ...START.customFields, ...updates.customFields });
  });

  test('TW-41 the answer is the ticket, as a read shows it', async () => {
    const { body } = await api.put(path, { updates: { title: 'New' }, user: GRACE });
    expect(Object.keys(body).sort()).toEqual(['error', 'item', 'message']);
    expect(body.item).toEqual(await api.ticket(before.id));
  });

  const ways = [
    { name: 'TW-39 under updates', body: { updates: { title: 'New' } } },
    { name: 'TW-39 under ticket', body: { ticket: { title: 'New' } } },
    { name: 'TW-39 some under each', body: { updates: { title: 'New' }, ticket: {} } },
  ];
  test.each(ways)('$name', async ({ body }) => {
    expect(await api.put(path, body)).toMatchObject({ status: 200, body: { item: { title: 'New', priority: 'Low' } } });
  });

  test('TW-39 by the number of the ticket', async () => {
    const { body } = await api.put(`/tickets/${before.ticketNo}`, { updates: { title: 'New' } });
    expect(body.item).toMatchObject({ id: before.id, title: 'New' });
  });
});

const updates = [
  { name: 'TW-40 title', fields: { title: 'New' } },
  { name: 'TW-40 requestor', fields: { requestor: LINUS } },
  { name: 'TW-40 priority', fields: { priority: 'Urgent' } },
  { name: 'TW-40 assignee', fields: { assignee: LINUS } },
  { name: 'TW-40 description', fields: { description: 'Three' } },
  { name: 'TW-40 an empty description', fields: { description: '' } },
  { name: 'TW-40 expectedDate', fields: { expectedDate: '2026-03-01T00:00:00.000Z' } },
  { name: 'TW-40 tags replace all tags', fields: { tags: [tag('HARDWARE')] } },
  { name: 'TW-40 no tags', fields: { tags: [] } },
  { name: 'TW-40 followers replace all followers', fields: { followers: [GRACE] } },
  { name: 'TW-40 several at once', fields: { title: 'New', priority: 'Urgent', tags: [] } },
];
test.each([
  ['a custom field', { customFields: { Site: ['2'] } }, 'customFields.Site is not defined and was ignored'],
  ['a name', { prioirty: 'Low' }, 'ticket.prioirty cannot be set here and was ignored'],
])('TW-11 %s that is not known changes nothing, and a Warning names it', async (_, ticket, warning) => {
  const { status, body, headers } = await api.put(path, { ticket });
  expect({ status, item: body.item }).toEqual({ status: 200, item: before });
  expect(headers.get('Warning')).toBe(`299 - "${warning}"`);
});

describe('only the fields given change', () => {
  test.each(updates)('$name', async ({ fields }) => {
    const { status, body } = await api.put(path, { updates: fields, user: GRACE });
    const now = server.clock.now().toISOString();
    const moved = { lastUpdatedOn: now, lastInteraction: now, lastUpdatedBy: GRACE };
    const unseen = {
      requestorUnseenEventCnt: before.requestorUnseenEventCnt + 1,
      assigneeUnseenEventCnt: before.assigneeUnseenEventCnt + ('assignee' in fields ? 1 : 0),
    };
    expect({ status, item: body.item }).toEqual({ status: 200, item: { ...before, ...fields, ...moved, ...unseen } });
    expect(await api.ticket(before.id)).toEqual(body.item);
  });

  test('TW-40 a follower whose id is written in two ways follows once', async () => {
    const { body } = await api.put(path, { updates: { followers: [GRACE, { ...GRACE, id: GRACE.id.toUpperCase() }] } });
    expect(body.item.followers).toHaveLength(1);
  });

  const cleared = [
    { name: 'TW-40 an assignee of null is nobody', fields: { assignee: null }, expected: { assignee: { id: '' } } },
    {
      name: 'TW-40 an assignee with an empty id is nobody',
      fields: { assignee: { id: '' } },
      expected: { assignee: { id: '' } },
    },
    {
      name: 'TW-40 an assignee all of whose parts are empty is nobody',
      fields: { assignee: { id: '', name: '', email: '' } },
      expected: { assignee: { id: '' } },
    },
    { name: 'TW-40 an expectedDate of null is none', fields: { expectedDate: null }, expected: { expectedDate: '' } },
    { name: 'TW-40 an empty expectedDate is none', fields: { expectedDate: '' }, expected: { expectedDate: '' } },
    {
      name: 'TW-40 a custom field of null is none',
      fields: { customFields: { [FIELDS.asset.id]: null } },
      expected: { customFields: { [FIELDS.people.id]: [LINUS] } },
    },
  ];
  test.each(cleared)('$name', async ({ fields, expected }) => {
    const { status, body } = await api.put(path, { updates: fields });
    expect({ status, item: body.item }).toMatchObject({ status: 200, item: expected });
    expect(body.item.title).toBe(START.title);
  });

  const dates = [
    {
      name: 'TW-39 a date is midnight in timezone=-3',
      query: '?timezone=-3',
      sent: '2026-03-29',
      kept: '2026-03-29T03:00:00.000Z',
    },
    {
      name: 'TW-39 a date is midnight in Berlin on the day summer time begins',
      query: '?timezone=Europe/Berlin',
      sent: '2026-03-29',
      kept: '2026-03-28T23:00:00.000Z',
    },
    {
      name: 'TW-39 and on the day after',
      query: '?timezone=Europe/Berlin',
      sent: '2026-03-30',
      kept: '2026-03-29T22:00:00.000Z',
    },
    {
      name: 'TW-39 a date-time is kept',
      query: '?timezone=-3',
      sent: '2026-03-29T10:00:00Z',
      kept: '2026-03-29T10:00:00.000Z',
    },
  ];
  test.each(dates)('$name', async ({ query, sent, kept }) => {
    const { body } = await api.put(path + query, { updates: { expectedDate: sent } });
    expect(body.item.expectedDate).toBe(kept);
  });
});

const equal = [
  { name: 'TW-40 nothing given', fields: {} },
  { name: 'TW-40 everything as it is', fields: START },
  { name: 'TW-40 the date-time written otherwise', fields: { expectedDate: '2026-02-03T14:00+02:00' } },
  {
    name: 'TW-40 a person whose parts come in another order',
    fields: { assignee: { email: GRACE.email, name: GRACE.name, id: GRACE.id } },
  },
  {
    name: 'TW-40 a custom field as it is',
    fields: { customFields: { [FIELDS.people.id]: [{ email: LINUS.email, id: LINUS.id, name: LINUS.name }] } },
  },
  { name: 'TW-40 a custom field that is not defined', fields: { customFields: { unknown: 'x' } } },
];
describe('equal values leave no activity and the same version', () => {
  test.each(equal)('$name', async ({ fields }) => {
    const tagBefore = (await api.get(path)).headers.get('ETag');
    const answer = await api.put(path, { updates: fields, user: LINUS });
    expect({ status: answer.status, item: answer.body.item }).toEqual({ status: 200, item: before });
    expect(answer.headers.get('ETag')).toBe(tagBefore);
    expect((await api.history(before.id)).map(({ action }) => action)).toEqual(['created']);
  });

  test('TW-40 a real change has another version and one activity', async () => {
    const tagBefore = (await api.get(path)).headers.get('ETag');
    const answer = await api.put(path, { updates: { ...START, title: 'New' } });
    expect(answer.headers.get('ETag')).not.toBe(tagBefore);
    expect((await api.history(before.id)).map(({ action }) => action)).toEqual(['updated', 'created']);
  });
});

const wrong = [
  { name: '400 neither updates nor ticket', body: { user: GRACE }, field: 'ticket' },
  { name: '400 a title of null', body: { updates: { title: null } }, field: 'updates.title' },
  { name: '400 an empty title', body: { ticket: { title: '' } }, field: 'ticket.title' },
  { name: '400 a requestor of null', body: { updates: { requestor: null } }, field: 'updates.requestor' },
  { name: '400 an unknown priority', body: { updates: { priority: 'urgent' } }, field: 'updates.priority' },
  {
    name: '400 an assignee without a mail',
    body: { updates: { assignee: { id: 'x', name: 'x' } } },
    field: 'updates.assignee',
  },
  {
    name: '400 an expectedDate that is none',
    body: { updates: { expectedDate: 'soon' } },
    field: 'ticket.expectedDate',
  },
];
test.each(wrong)('$name', async ({ body, field }) => {
  const answer = await api.put(path, body);
  expect(answer.status).toBe(400);
  expect(answer.body.errors.map((error) => error.field)).toEqual([field]);
  expect(await api.ticket(before.id)).toEqual(before);
});

test.each(['/tickets/4711', '/tickets/00000000-0000-7000-8000-000000000000', '/tickets/nonsense'])(
  '404 PUT %s',
  async (missing) => {
    expect(await api.put(missing, { updates: { title: 'New' } })).toMatchObject({
      status: 404,
      body: { code: 'not_found' },
    });
  },
);

test('200 with other formatting of the same words, which the history tells', async () => {
  await api.put(path, { ticket: { description_HTML: '<p>One<br><b>two</b></p>' } });
  const { body } = await api.get<{ changes: unknown[] }>(`${path}/activities?limit=1`);
  const [change] = body.items[0]!.changes as { name: string; oldValue: unknown; newValue: unknown }[];
  expect(change).toEqual({ name: 'description_HTML', oldValue: '', newValue: '<p>One<br /><b>two</b></p>' });
});
