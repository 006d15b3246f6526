import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Activity } from '../../api/contract/activities.ts';
import type { Ticket } from '../../api/contract/tickets.ts';
import { startServer, type TestServer } from '../helpers/server.ts';
import { ADA, type Api, apiOf, GRACE, LINUS, succeed } from './reference.ts';

type Comment = Activity & { activityId: string };

let server: TestServer;
let api: Api;
let ticket: Ticket;
let path: string;

beforeAll(async () => {
  server = await startServer();
  api = apiOf(await server.newInstance());
});
beforeEach(async () => {
  ticket = await api.newTicket();
  path = `/tickets/${ticket.id}`;
});
afterAll(() => server.close());

const EXAMPLE = `{ "comment": "comment from API", "user": { "id": "053660b7-xxxx-xxxx-xxxx-xxxxxxxxxxx", "name": "Jason Doe", "email": "jason.doe@wwwwww.com" } }`;

describe('a comment', () => {
  test.each(['activities', 'comments'])("TW-45 the reference's example, pasted, to /%s", async (place) => {
    const { status, body } = await api.post<Comment>(`${path}/${place}`, EXAMPLE);
    const { comment, user } = JSON.parse(EXAMPLE);
    const { id } = body.item;
    expect({ status, item: body.item }).toEqual({
      status: 201,
      item: {
        id,
        activityId: id,
        ticketId: ticket.id,
        action: 'commented',
        comment,
        isPrivate: false,
        createdDateTime: server.clock.now().toISOString(),
        createdBy: user,
        changes: [],
        attachments: [],
        origin: 'api',
      },
    });
    const { activityId: _, ...activity } = body.item;
    expect((await api.history(ticket.id))[0]).toEqual(activity);
  });

  test('TW-45 by the number of the ticket, private, with its HTML', async () => {
    const { status, body } = await api.post<Comment>(`/tickets/${ticket.ticketNo}/activities?include=comment_HTML`, {
      comment: 'a & b',
      isPrivate: true,
    });
    expect({ status, item: body.item }).toMatchObject({
      status: 201,
      item: { ticketId: ticket.id, comment: 'a & b', comment_HTML: 'a &amp; b', isPrivate: true },
    });
  });

  const wrong = [
    { name: '400 no comment', body: { user: GRACE }, field: 'comment' },
    { name: '400 an empty comment', body: { comment: '' }, field: 'comment' },
    { name: '400 a comment of blanks', body: { comment: ' \n\t' }, field: 'comment' },
    { name: '400 HTML without a word', body: { comment_HTML: '<p> </p><script>alert(1)</script>' }, field: 'comment' },
    { name: '400 a comment that is no text', body: { comment: 7 }, field: 'comment' },
    { name: '400 isPrivate as a text', body: { comment: 'x', isPrivate: 'true' }, field: 'isPrivate' },
    { name: '400 a user without a mail', body: { comment: 'x', user: { id: 'x', name: 'x' } }, field: 'user.email' },
  ];
  test.each(wrong)('$name', async ({ body, field }) => {
    const answer = await api.post(`${path}/activities`, body);
    expect(answer.status).toBe(400);
    expect(answer.body.errors.map((error) => error.field)).toEqual([field]);
    expect(await api.history(ticket.id)).toHaveLength(1);
  });

  test('404 on a ticket that is not there', async () => {
    expect(await api.post('/tickets/4711/comments', { comment: 'x' })).toMatchObject({
      status: 404,
      body: { code: 'not_found' },
    });
  });
});

const texts = [
  { name: 'lines of every kind', text: 'ticket description\nline 1\r\nline 2\rline 3\u2028line 4' },
  { name: 'blanks at both ends', text: '  \t indented \n\n ' },
  { name: 'what looks like HTML', text: '<script>alert("&amp;")</script> a < b && c > d' },
  { name: 'what looks like JSON', text: '","statusId":"closed","x":"\\"' },
  { name: 'what looks like SQL', text: `'; DROP TABLE tickets; -- "%_\\` },
  { name: 'more than ASCII', text: 'Ärger 日本語 العربية עברית 👩‍👩‍👧‍👦 e\u0301 \u{1f1e9}\u{1f1ea}' },
  { name: 'invisible characters', text: '\ufeffzero\u200bwidth\u202eleft\u0000null\u0007bell\u007f' },
  { name: 'half a character', text: 'lone \ud83d surrogate' },
  { name: '100,000 characters', text: 'x'.repeat(100_000) },
];
describe('plain text comes back byte for byte', () => {
  test.each(texts)('TW-32 a description: $name', async ({ text }) => {
    const created = await api.newTicket({ description: text });
    expect(created.description).toBe(text);
    expect((await api.ticket(created.id)).description).toBe(text);
    const listed = (await api.get(`/tickets?ticketNo=${created.ticketNo}&select=description`)).body.items[0];
    expect(listed).toEqual({ id: created.id, description: text });
  });

  test.each(texts)('TW-45 a comment: $name', async ({ text }) => {
    const created = succeed(await api.post<Comment>(`${path}/comments`, { comment: text })).body.item;
    expect(created.comment).toBe(text);
    expect((await api.history(ticket.id))[0]!.comment).toBe(text);
  });
});

const html = [
  { name: 'a script', sent: '<p>Hello</p><script>alert(1)</script>', kept: '<p>Hello</p>', text: 'Hello' },
  {
    name: 'an event attribute',
    sent: '<b onclick="alert(1)" style="color:red">Hello</b>',
    kept: '<b>Hello</b>',
    text: 'Hello',
  },
  {
    name: 'a javascript: address',
    sent: '<a href="javascript:alert(1)">Hello</a>',
    kept: '<a>Hello</a>',
    text: 'Hello',
  },
  {
    name: 'a hidden javascript: address',
    sent: '<a href=" jAva\tscript:alert(1)">Hello</a>',
    kept: '<a>Hello</a>',
    text: 'Hello',
  },
  {
    name: 'an image that fails',
    sent: 'Hello<img src=x onerror=alert(1)>',
    kept: 'Hello<img src="x" />',
    text: 'Hello',
  },
  {
    name: 'frames, forms and styles',
    sent: '<style>*{}</style><iframe src="//x"></iframe><form><input value="x">Hello</form>',
    kept: 'Hello',
    text: 'Hello',
  },
  {
    name: 'SVG',
    sent: '<svg onload="alert(1)"><a xlink:href="javascript:alert(1)">Hello</a></svg>',
    kept: '<a>Hello</a>',
    text: 'Hello',
  },
  { name: 'what is broken', sent: '<b>Hello<', kept: '<b>Hello&lt;</b>', text: 'Hello<' },
  {
    name: 'and leaves what is harmless',
    sent: '<p>Hello <a href="https://contoso.com/?a=1&amp;b=2">you</a> &amp; <em>me</em></p><ul><li>one</li><li>two</li></ul>',
    kept: '<p>Hello <a href="https://contoso.com/?a=1&amp;b=2">you</a> &amp; <em>me</em></p><ul><li>one</li><li>two</li></ul>',
    text: 'Hello you & me\none\ntwo',
  },
];
describe('HTML alone is sanitised, and its text is the plain form', () => {
  test.each(html)('TW-32 a description: $name', async ({ sent, kept, text }) => {
    const { id } = await api.newTicket({ description_HTML: sent });
    const { item } = (await api.get(`/tickets/${id}?include=description_HTML`)).body;
    expect({ html: item.description_HTML, text: item.description }).toEqual({ html: kept, text });
  });

  test.each(html)('TW-45 a comment: $name', async ({ sent, kept, text }) => {
    const { item } = succeed(
      await api.post<Comment>(`${path}/comments?include=comment_HTML`, { comment_HTML: sent }),
    ).body;
    expect({ html: item.comment_HTML, text: item.comment }).toEqual({ html: kept, text });
  });

  test('TW-32 plain text wins over the HTML beside it', async () => {
    const { id } = await api.newTicket({ description: 'plain', description_HTML: '<b>bold</b>' });
    const { item } = (await api.get(`/tickets/${id}?include=description_HTML`)).body;
    expect(item).toMatchObject({ description: 'plain', description_HTML: 'plain' });
    const both = { comment: 'plain', comment_HTML: '<b>bold</b>' };
    const comment = (await api.post<Comment>(`${path}/comments?include=comment_HTML`, both)).body.item;
    expect(comment).toMatchObject({ comment: 'plain', comment_HTML: 'plain' });
  });

  test('TW-40 an update of either form is one of both', async () => {
    const { id } = await api.newTicket({ description_HTML: '<p>one</p>' });
    const put = async (fields: object) => {
      const { item } = (await api.put(`/tickets/${id}?include=description_HTML`, { ticket: fields })).body;
      return [item.description, item.description_HTML, (await api.history(id)).length];
    };
    expect(await put({ description_HTML: '<p>one</p>' })).toEqual(['one', '<p>one</p>', 1]);
    expect(await put({ description: 'one' })).toEqual(['one', '<p>one</p>', 1]);
    expect(await put({ description_HTML: '<p><b>one</b></p>' })).toEqual(['one', '<p><b>one</b></p>', 2]);
    expect(await put({ description: 'two' })).toEqual(['two', 'two', 3]);
  });
});

describe('unseen events', () => {
  const counts = async () => {
    const { assigneeUnseenEventCnt: assignee, requestorUnseenEventCnt: requestor } = await api.ticket(ticket.id);
    return { assignee, requestor };
  };

  test('everybody counts what the others did; a private comment is none for the requestor', async () => {
    ticket = await api.newTicket({ assignee: GRACE });
    path = `/tickets/${ticket.id}`;
    expect(await counts()).toEqual({ assignee: 1, requestor: 0 });
    await api.post(`${path}/comments`, { comment: 'Any news?', user: ADA });
    expect(await counts()).toEqual({ assignee: 2, requestor: 0 });
    await api.post(`${path}/comments`, { comment: 'Soon', user: GRACE });
    expect(await counts()).toEqual({ assignee: 2, requestor: 1 });
    await api.post(`${path}/comments`, { comment: 'Ask Ada', isPrivate: true, user: LINUS });
    expect(await counts()).toEqual({ assignee: 3, requestor: 1 });
    await api.put(`${path}/status`, { status: 'Started', user: GRACE });
    expect(await counts()).toEqual({ assignee: 3, requestor: 2 });
    await api.put(path, { ticket: { priority: 'Urgent' }, user: LINUS });
    expect(await counts()).toEqual({ assignee: 4, requestor: 3 });
  });

  test('a seen mark resets one of the two, and is no activity', async () => {
    await api.put(path, { ticket: { assignee: GRACE }, user: LINUS });
    expect(await counts()).toEqual({ assignee: 1, requestor: 1 });
    const history = await api.history(ticket.id);
    const before = await api.ticket(ticket.id);
    server.clock.advance(1000);
    const seen = await api.put(`${path}/seen`, { as: 'assignee' });
    expect({ status: seen.status, item: seen.body.item }).toEqual({
      status: 200,
      item: { ...before, assigneeUnseenEventCnt: 0 },
    });
    expect(await counts()).toEqual({ assignee: 0, requestor: 1 });
    await api.put(`${path}/seen`, { as: 'requestor' });
    expect(await counts()).toEqual({ assignee: 0, requestor: 0 });
    expect(await api.history(ticket.id)).toEqual(history);
  });

  test('400 a seen mark of somebody else', async () => {
    const { status, body } = await api.put(`${path}/seen`, { as: 'follower' });
    expect({ status, message: body.message }).toEqual({
      status: 400,
      message: 'as: must be one of: assignee, requestor',
    });
  });
});
