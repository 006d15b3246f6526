import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Attachment } from '../../api/contract/attachments.ts';
import type { Ticket } from '../../api/contract/tickets.ts';
import { startServer, type TestInstance, type TestServer } from '../helpers/server.ts';
import { ADA, type Answer, type Api, answerOf, apiOf, GRACE, succeed } from './reference.ts';

interface Added {
  activityId: string;
  ticketId: string;
  ticketNo: number;
  comment: string;
  comment_HTML?: string;
  attachments: Attachment[];
  user: object;
}

let server: TestServer;
let instance: TestInstance;
let api: Api;
let ticket: Ticket;
let path: string;

beforeAll(async () => {
  server = await startServer();
  instance = await server.newInstance();
  api = apiOf(instance);
});
beforeEach(async () => {
  ticket = await api.newTicket();
  path = `/tickets/${ticket.id}`;
});
afterAll(() => server.close());

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

async function upload(form: FormData): Promise<Answer<Added>> {
  return answerOf(await instance.fetch(`${path}/attachments`, { method: 'POST', body: form }));
}
const links = (body: object) => api.post<Added>(`${path}/attachments`, { user: GRACE, ...body });
const listed = async () => succeed(await api.get<Attachment>(`${path}/attachments`)).body;

describe('links', () => {
  test('201 a link with a comment', async () => {
    const { status, body } = await links({
      attachments: [
        { src: 'https://contoso.com/files/the%20log.txt?x=1', caption: 'The log' },
        { src: 'http://contoso.com' },
      ],
      comment: 'See there',
    });
    const { activityId, attachments } = body.item;
    expect({ status, item: body.item }).toEqual({
      status: 201,
      item: {
        activityId,
        ticketId: ticket.id,
        ticketNo: ticket.ticketNo,
        comment: 'See there',
        attachments,
        user: GRACE,
      },
    });
    const link = {
      isHyperlink: true,
      isArchive: false,
      isImage: false,
      size: 0,
      contentType: '',
      createdBy: 'Grace',
      id: expect.any(String),
      createdDateTime: server.clock.now().toISOString(),
    };
    expect(attachments).toEqual([
      { ...link, src: 'https://contoso.com/files/the%20log.txt?x=1', filename: 'the log.txt', caption: 'The log' },
      { ...link, src: 'http://contoso.com', filename: 'contoso.com', caption: 'contoso.com' },
    ]);
    expect((await api.history(ticket.id))[0]).toMatchObject({
      id: activityId,
      action: 'attached',
      comment: 'See there',
      attachments,
    });
  });

  const wrong = [
    { name: '400 nothing to attach', body: { comment: 'x' }, field: 'attachments' },
    { name: '400 an empty list', body: { attachments: [] }, field: 'attachments' },
    { name: '400 ftp', body: { attachments: [{ src: 'ftp://contoso.com/x' }] }, field: 'attachments.0.src' },
    { name: '400 javascript:', body: { attachments: [{ src: 'javascript:alert(1)' }] }, field: 'attachments.0.src' },
    { name: '400 a path without a host', body: { attachments: [{ src: '/files/x' }] }, field: 'attachments.0.src' },
    { name: '400 no src', body: { attachments: [{ caption: 'x' }] }, field: 'attachments.0.src' },
  ];
  test.each(wrong)('$name', async ({ body, field }) => {
    const answer = await links(body);
    expect({ status: answer.status, fields: answer.body.errors.map((error) => error.field) }).toEqual({
      status: 400,
      fields: [field],
    });
    expect(await listed()).toMatchObject({ items: [], itemCount: 0 });
  });
});

describe('files', () => {
  test('201 files as multipart/form-data, with comment and user', async () => {
    const form = new FormData();
    form.append('files', new Blob([PNG], { type: 'image/png' }), 'dot.png');
    form.append('files', new Blob(['Ärger'], { type: 'text/plain' }), 'Über uns.txt');
    form.append('comment', 'Two files');
    form.append('isPrivate', 'true');
    form.append('user', JSON.stringify(GRACE));
    const { status, body } = await upload(form);
    expect(status).toBe(201);
    expect(body.item).toMatchObject({
      ticketId: ticket.id,
      ticketNo: ticket.ticketNo,
      comment: 'Two files',
      user: GRACE,
    });
    expect(body.item.attachments).toMatchObject([
      {
        filename: 'dot.png',
        caption: 'dot.png',
        isImage: true,
        isHyperlink: false,
        isArchive: false,
        size: PNG.length,
        contentType: 'image/png',
        createdBy: 'Grace',
      },
      { filename: 'Über uns.txt', isImage: false, isHyperlink: false, size: 6, contentType: 'text/plain' },
    ]);
    expect((await api.history(ticket.id))[0]).toMatchObject({ action: 'attached', isPrivate: true, createdBy: GRACE });
  });

  test("a file's address is signed, needs no key, and works for an hour", async () => {
    const form = new FormData();
    form.append('files', new Blob([PNG]), 'dot.png');
    await upload(form);
    const [file] = (await listed()).items;
    expect(file!.src).not.toContain('key=');
    const found = await fetch(file!.src);
    expect([found.status, Buffer.from(await found.arrayBuffer()).equals(PNG)]).toEqual([200, true]);
    const changed = file!.src.replace(/signature=(.)/, (_, first) => `signature=${first === 'A' ? 'B' : 'A'}`);
    expect((await fetch(changed)).status).toBe(404);
    server.clock.advance(3_600_000 - 1);
    expect((await fetch(file!.src)).status).toBe(200);
    server.clock.advance(1);
    expect((await fetch(file!.src)).status).toBe(404);
    expect((await fetch((await listed()).items[0]!.src)).status).toBe(200);
  });

  test('400 a part that is no part of it, and nothing stays of the others', async () => {
    const form = new FormData();
    form.append('files', new Blob([PNG]), 'dot.png');
    form.append('picture', new Blob([PNG]), 'dot.png');
    expect(await upload(form)).toMatchObject({ status: 400, body: { errors: [{ field: 'picture' }] } });
    expect((await listed()).items).toEqual([]);
  });
});

describe('the lists', () => {
  test('of a ticket: all its attachments, the newest first; of an activity: its own', async () => {
    const first = (await links({ attachments: [{ src: 'https://contoso.com/1' }] })).body.item;
    const second = (await links({ attachments: [{ src: 'https://contoso.com/2' }, { src: 'https://contoso.com/3' }] }))
      .body.item;
    expect(await listed()).toMatchObject({
      items: [...second.attachments, ...first.attachments],
      itemCount: 3,
      error: false,
    });
    const own = await api.get<Attachment>(`/tickets/activity/${second.activityId}/attachments`);
    expect(own).toMatchObject({ status: 200, body: { items: second.attachments, itemCount: 2 } });
  });

  test('an activity without any has an empty list; an unknown one, or one of another instance, is 404', async () => {
    const [created] = await api.history(ticket.id);
    const ask = (asker: Api, id: string) => asker.get(`/tickets/activity/${id}/attachments`);
    expect(await ask(api, created!.id)).toMatchObject({ status: 200, body: { items: [], itemCount: 0 } });
    expect(await ask(apiOf(await server.newInstance()), created!.id)).toMatchObject({
      status: 404,
      body: { code: 'not_found' },
    });
    expect((await ask(api, ticket.id)).status).toBe(404);
    expect((await ask(api, 'nonsense')).status).toBe(404);
  });

  test('201 by the number of the ticket, with comment_HTML and include', async () => {
    const body = {
      attachments: [{ src: 'https://contoso.com' }],
      comment_HTML: '<b onclick="x()">Look</b>',
      user: ADA,
    };
    const { status, body: answered } = await api.post<Added>(
      `/tickets/${ticket.ticketNo}/attachments?include=comment_HTML`,
      body,
    );
    expect({ status, ...answered.item }).toMatchObject({
      status: 201,
      ticketId: ticket.id,
      comment: 'Look',
      comment_HTML: '<b>Look</b>',
    });
  });
});
