import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Activity } from '../../api/contract/activities.ts';
import type { Attachment } from '../../api/contract/attachments.ts';
import type { Ticket } from '../../api/contract/tickets.ts';
import { startServer, type TestInstance, type TestServer } from '../helpers/server.ts';
import { ADA, type Answer, type Api, answerOf, apiOf, GRACE, succeed } from './reference.ts';

let server: TestServer;
let made: TestInstance;
let api: Api;
let admin: Api;
let ticket: Ticket;
let path: string;

beforeAll(async () => {
  server = await startServer();
});
beforeEach(async () => {
  made = await server.newInstance();
  api = apiOf(made);
  admin = apiOf(made, 'administrative');
  ticket = await api.newTicket({ title: 'Unicorn sighted' });
  path = `/tickets/${ticket.id}`;
});
afterAll(() => server.close());

const lines = async <T>(collection: string): Promise<T[]> => {
  const { text } = succeed(await admin.get(`/exports/${collection}`));
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
};

describe('a deleted ticket', () => {
  const ways: { name: string; ask: (id: string, activityId: string) => Promise<Answer<unknown>> }[] = [
    { name: 'TW-1 404 GET', ask: () => api.get(path) },
    { name: 'TW-1 404 GET by its number', ask: () => api.get(`/tickets/${ticket.ticketNo}`) },
    { name: 'TW-1 404 PUT', ask: () => api.put(path, { ticket: { title: 'New' } }) },
    { name: 'TW-1 404 PUT status', ask: () => api.put(`${path}/status`, { status: 'Closed' }) },
    { name: 'TW-1 404 PUT seen', ask: () => api.put(`${path}/seen`, { as: 'assignee' }) },
    { name: 'TW-1 404 GET activities', ask: () => api.get(`${path}/activities`) },
    { name: 'TW-1 404 POST activities', ask: () => api.post(`${path}/activities`, { comment: 'x' }) },
    { name: 'TW-1 404 GET attachments', ask: () => api.get(`${path}/attachments`) },
    {
      name: 'TW-1 404 POST attachments',
      ask: () => api.post(`${path}/attachments`, { attachments: [{ src: 'https://contoso.com' }] }),
    },
    {
      name: "TW-1 404 GET an activity's attachments",
      ask: (_, activityId) => api.get(`/tickets/activity/${activityId}/attachments`),
    },
    { name: 'TW-1 404 DELETE again', ask: () => api.delete(path) },
  ];
  test.each(ways)('$name', async ({ ask }) => {
    const [created] = await api.history(ticket.id);
    expect(await api.delete(path)).toMatchObject({ status: 204, text: '' });
    expect(await ask(ticket.id, created!.id)).toMatchObject({ status: 404, body: { error: true, code: 'not_found' } });
  });

  test('TW-1 is deleted by its number too, and no other with it', async () => {
    const other = await api.newTicket();
    expect((await api.delete(`/tickets/${ticket.ticketNo}`)).status).toBe(204);
    expect((await api.get('/tickets')).body.items.map(({ id }) => id)).toEqual([other.id]);
  });

  test('TW-13 neither it nor its comments are found any more', async () => {
    succeed(await api.post(`${path}/comments`, { comment: 'It has a rainbow tail', user: GRACE }));
    for (const word of ['unicorn', 'rainbow', 'ai']) {
      expect((await api.get(`/tickets?search=${word}`)).body.itemCount).toBe(1);
    }
    succeed(await api.delete(path));
    for (const word of ['unicorn', 'rainbow', 'ai', '1']) {
      expect((await api.get(`/tickets?search=${word}`)).body).toMatchObject({ items: [], itemCount: 0 });
    }
    expect((await api.get('/tickets')).body.itemCount).toBe(0);
  });

  test('TW-44 of all its history only the deletion stays in the export: who, when, what', async () => {
    for (let i = 0; i < 200; i++) succeed(await api.post(`${path}/comments`, { comment: `Rainbow ${i}`, user: GRACE }));
    succeed(await api.post(`${path}/attachments`, { attachments: [{ src: 'https://contoso.com/rainbow' }] }));
    server.clock.advance(1000);
    succeed(await api.delete(path));
    expect(await lines('tickets')).toEqual([]);
    expect(await lines('attachments')).toEqual([]);
    const activities = await lines<Activity>('activities');
    expect(activities).toMatchObject([
      {
        action: 'deleted',
        ticketId: ticket.id,
        comment: '',
        createdDateTime: server.clock.now().toISOString(),
        createdBy: { id: 'api' },
        changes: [
          { name: 'ticketNo', oldValue: ticket.ticketNo, newValue: null },
          { name: 'title', oldValue: 'Unicorn sighted', newValue: null },
        ],
        origin: 'api',
      },
    ]);
  });

  test('TW-1 its files can no longer be fetched', async () => {
    const form = new FormData();
    form.append('files', new Blob(['rainbow'], { type: 'text/plain' }), 'tail.txt');
    const added = await answerOf<{ attachments: Attachment[] }>(
      await made.fetch(`${path}/attachments`, { method: 'POST', body: form }),
    );
    const [file] = added.body.item.attachments;
    expect((await fetch(file!.src)).status).toBe(200);
    succeed(await api.delete(path));
    expect((await fetch(file!.src)).status).toBe(404);
  });

  test('TW-8 its number is not given again', async () => {
    succeed(await api.delete(path));
    expect((await api.newTicket()).ticketNo).toBe(ticket.ticketNo + 1);
  });

  test.each(['primary', 'secondary', 'administrative'] as const)('204 with the %s key', async (slot) => {
    expect((await apiOf(made, slot).delete(path)).status).toBe(204);
    expect((await api.get(path)).status).toBe(404);
  });

  test('404 for what was never there', async () => {
    expect((await api.delete('/tickets/4711')).status).toBe(404);
    expect((await api.newTicket({ requestor: ADA })).ticketNo).toBe(2);
  });
});
