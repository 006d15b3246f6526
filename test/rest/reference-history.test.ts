import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Activity, activity as activitySchema } from '../../api/contract/activities.ts';
import type { Ticket } from '../../api/contract/tickets.ts';
import { startServer, type TestInstance, type TestServer } from '../helpers/server.ts';
import { ADA, type Answer, type Api, apiOf, defineFields, FIELDS, GRACE, LINUS, succeed } from './reference.ts';
import { AREA } from './reference-tickets.ts';

let server: TestServer;
let instance: TestInstance;
let api: Api;
let ticket: Ticket;
let path: string;

beforeAll(async () => {
  server = await startServer();
  instance = await server.newInstance();
  api = apiOf(instance);
  await defineFields(instance);
});
beforeEach(async () => {
  ticket = await api.newTicket({
    description: 'Old text',
    assignee: GRACE,
    customFields: { [FIELDS.asset.id]: 'Laptop' },
  });
  path = `/tickets/${ticket.id}`;
  server.clock.advance(60_000);
});
afterAll(() => server.close());

const put = (fields: object) => api.put(path, { ticket: fields, user: GRACE });
const move = (body: object) => api.put(`${path}/status`, { ...body, user: GRACE });

interface Case {
  name: string;
  act: () => Promise<Answer<unknown>>;
  expected: Partial<Activity>;
}

const tags = [{ tagCategoryId: AREA, text: 'Network' }];
const change = (name: string, oldValue: unknown, newValue: unknown) => ({ name, oldValue, newValue });

const changes: Case[] = [
  {
    name: 'TW-44 the title',
    act: () => put({ title: 'New' }),
    expected: { action: 'updated', changes: [change('title', 'My VPN is down', 'New')] },
  },
  {
    name: 'TW-44 the description',
    act: () => put({ description: 'New text' }),
    expected: { action: 'updated', changes: [change('description', 'Old text', 'New text')] },
  },
  {
    name: 'TW-44 the priority',
    act: () => put({ priority: 'Urgent' }),
    expected: { action: 'updated', changes: [change('priority', 'Medium', 'Urgent')] },
  },
  {
    name: 'TW-44 the requestor',
    act: () => put({ requestor: LINUS }),
    expected: { action: 'updated', changes: [change('requestor', ADA, LINUS)] },
  },
  {
    name: 'TW-44 the assignee',
    act: () => put({ assignee: LINUS }),
    expected: { action: 'assigned', changes: [change('assignee', GRACE, LINUS)] },
  },
  {
    name: 'TW-44 nobody as the assignee',
    act: () => put({ assignee: null }),
    expected: { action: 'assigned', changes: [change('assignee', GRACE, { id: '' })] },
  },
  {
    name: 'TW-44 the expected date',
    act: () => put({ expectedDate: '2026-03-01' }),
    expected: { action: 'updated', changes: [change('expectedDate', '', '2026-03-01T00:00:00.000Z')] },
  },
  {
    name: 'TW-44 the tags',
    act: () => put({ tags }),
    expected: { action: 'updated', changes: [change('tags', [], tags)] },
  },
  {
    name: 'TW-44 a custom field',
    act: () => put({ customFields: { [FIELDS.asset.id]: 'Phone' } }),
    expected: {
      action: 'updated',
      changes: [change('customFields', { [FIELDS.asset.id]: 'Laptop' }, { [FIELDS.asset.id]: 'Phone' })],
    },
  },
  {
    name: 'TW-44 the followers',
    act: () => put({ followers: [LINUS] }),
    expected: { action: 'updated', changes: [change('followers', [], [LINUS])] },
  },
  {
    name: 'TW-44 several at once',
    act: () => put({ title: 'New', assignee: LINUS, priority: 'Low' }),
    expected: {
      action: 'updated',
      changes: [
        change('title', 'My VPN is down', 'New'),
        change('priority', 'Medium', 'Low'),
        change('assignee', GRACE, LINUS),
      ],
    },
  },
  {
    name: 'TW-44 only what differs of what is sent',
    act: () => put({ title: 'New', priority: 'Medium', assignee: GRACE }),
    expected: { action: 'updated', changes: [change('title', 'My VPN is down', 'New')] },
  },
  {
    name: 'TW-44 a move',
    act: () => move({ status: 'Pending' }),
    expected: { action: 'pending', changes: [change('status', 'Open', 'Pending')] },
  },
  {
    name: 'TW-44 a resolution',
    act: () => move({ status: 'Resolved', resolution: 'fixed', comment: 'Great job!' }),
    expected: {
      action: 'resolved',
      comment: 'Great job!',
      changes: [change('status', 'Open', 'Resolved'), change('resolution', '', 'fixed')],
    },
  },
  {
    name: 'TW-44 a comment',
    act: () => api.post(`${path}/activities`, { comment: 'Hello', user: GRACE }),
    expected: { action: 'commented', comment: 'Hello', changes: [] },
  },
  {
    name: 'TW-44 a private comment',
    act: () => api.post(`${path}/activities`, { comment: 'Psst', isPrivate: true, user: GRACE }),
    expected: { action: 'commented', comment: 'Psst', isPrivate: true, changes: [] },
  },
  {
    name: 'TW-44 links',
    act: () => api.post(`${path}/attachments`, { attachments: [{ src: 'https://contoso.com/log.txt' }], user: GRACE }),
    expected: {
      action: 'attached',
      comment: '',
      changes: [],
      attachments: [expect.objectContaining({ filename: 'log.txt' })] as never,
    },
  },
];

describe('each change leaves exactly one activity: what, before, after, who, when, through which door', () => {
  test.each(changes)('$name', async ({ act, expected }) => {
    succeed(await act());
    const history = await api.history(ticket.id);
    expect(history).toHaveLength(2);
    expect(history[0]).toEqual({
      id: expect.any(String),
      ticketId: ticket.id,
      comment: '',
      isPrivate: false,
      createdDateTime: server.clock.now().toISOString(),
      createdBy: GRACE,
      attachments: [],
      origin: 'api',
      ...expected,
    });
  });

  test('TW-44 the creation', async () => {
    const [created, ...rest] = await api.history(ticket.id);
    expect(rest).toEqual([]);
    expect(Object.keys(created!).sort()).toEqual(
      Object.keys(activitySchema.shape)
        .filter((name) => name !== 'comment_HTML')
        .sort(),
    );
    expect(created).toMatchObject({
      action: 'created',
      ticketId: ticket.id,
      createdBy: ADA,
      createdDateTime: ticket.createdOn,
      comment: '',
      changes: [],
      origin: 'api',
    });
  });

  test('TW-44 what was refused leaves none', async () => {
    await put({ title: '' });
    await move({ status: 'Reopened' });
    await api.post(`${path}/activities`, { comment: ' ' });
    await api.post(`${path}/attachments`, { attachments: [{ src: 'ftp://contoso.com' }] });
    expect(await api.history(ticket.id)).toHaveLength(1);
  });

  const actions = [
    { status: 'Started', action: 'started' },
    { status: 'Pending', action: 'pending' },
    { status: 'Resolved', action: 'resolved' },
    { status: 'Reopened', action: 'reopened' },
    { status: 'Started', action: 'started' },
    { status: 'Closed', action: 'closed' },
    { status: 'Reopened', action: 'reopened' },
  ];
  test('TW-44 each move has its action, the newest first', async () => {
    await api.move(ticket.id, ...actions.map(({ status }) => status));
    const history = await api.history(ticket.id);
    expect(history.map(({ action }) => action)).toEqual([
      ...actions.map(({ action }) => action).toReversed(),
      'created',
    ]);
  });

  test('TW-44 concurrent changes all arrive, each with an activity', async () => {
    const comments = Array.from({ length: 10 }, (_, i) => `Comment ${i}`);
    const answers = await Promise.all([
      ...comments.map((comment) => api.post(`${path}/comments`, { comment, user: LINUS })),
      put({ priority: 'Urgent' }),
      move({ status: 'Started' }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([...comments.map(() => 201), 200, 200]);
    const history = await api.history(ticket.id);
    expect(
      history
        .map(({ comment }) => comment)
        .filter(Boolean)
        .toSorted(),
    ).toEqual(comments);
    expect(history.map(({ action }) => action).toSorted()).toEqual([
      ...comments.map(() => 'commented'),
      'created',
      'started',
      'updated',
    ]);
    expect(await api.ticket(ticket.id)).toMatchObject({ priority: 'Urgent', status: 'Started' });
  });
});

describe('reading the history', () => {
  test('TW-44 by the UUID and by the number, no parameter but the key', async () => {
    await api.post(`${path}/comments`, { comment: 'Hello' });
    const { status, body } = await api.get<Activity>(`/tickets/${ticket.ticketNo}/activities`);
    expect(status).toBe(200);
    expect(body).toEqual({
      items: await api.history(ticket.id),
      itemCount: 2,
      error: false,
      message: 'Successfully executed request',
    });
  });

  test('TW-44 include=comment_HTML', async () => {
    await api.post(`${path}/comments`, { comment: 'One\n<two>' });
    await api.post(`${path}/comments`, { comment_HTML: '<p>One <b>two</b></p>' });
    const { body } = await api.get<Activity>(`${path}/activities?include=comment_HTML`);
    expect(body.items.map(({ comment, comment_HTML }) => ({ comment, comment_HTML }))).toEqual([
      { comment: 'One two', comment_HTML: '<p>One <b>two</b></p>' },
      { comment: 'One\n<two>', comment_HTML: 'One<br>&lt;two&gt;' },
      { comment: '', comment_HTML: '' },
    ]);
    expect((await api.history(ticket.id))[0]).not.toHaveProperty('comment_HTML');
  });

  test('TW-44 only of this ticket', async () => {
    const other = await api.newTicket();
    await api.post(`/tickets/${other.id}/comments`, { comment: 'Elsewhere' });
    expect((await api.history(ticket.id)).map(({ ticketId }) => ticketId)).toEqual([ticket.id]);
  });

  test.each(['/tickets/4711/activities', '/tickets/nonsense/activities'])('404 %s', async (missing) => {
    expect(await api.get(missing)).toMatchObject({ status: 404, body: { code: 'not_found' } });
  });
});
