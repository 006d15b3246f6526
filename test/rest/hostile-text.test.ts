import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startServer, type TestInstance, type TestServer } from '../helpers/server.ts';
import { NAUGHTY_STRINGS } from '../store/naughty-strings.ts';
import { added, file, field as part, upload } from './multipart.ts';
import { ADA, type Api, apiOf, defineFields, FIELDS, field, GRACE, succeed } from './reference.ts';

let server: TestServer;
let instance: TestInstance;
let api: Api;
let admin: Api;

beforeAll(async () => {
  server = await startServer();
  instance = await server.newInstance();
  await defineFields(instance);
  [api, admin] = [apiOf(instance), apiOf(instance, 'administrative')];
});
afterAll(() => server.close());

const isBlank = (text: string): boolean => text.trim() === '';
const isTrimmed = (text: string): boolean => text === text.trim() && text !== '';
const requestorWith = (more: object) => ({ requestor: { ...ADA, ...more } });

/** A field that people write text into: sends it, and answers what came back in the answer and in a later reading. */
type RoundTrip = (text: string) => Promise<unknown[]>;

/** Creates a ticket, then updates another one, with the text in it; reads both again, alone and in a list. */
function inTicket(fieldsOf: (text: string) => object, textOf: (ticket: never) => unknown): RoundTrip {
  return async (text) => {
    const fields = fieldsOf(text);
    const created = await api.newTicket(fields);
    const other = await api.newTicket();
    const updated = succeed(await api.put(`/tickets/${other.id}`, { updates: fields })).body.item;
    const read = await api.ticket(created.id);
    const list = `/tickets?ticketNo=${other.ticketNo}`;
    const { items } = succeed(await api.get(list)).body;
    const selected = succeed(await api.get(`${list}&select=${Object.keys(fields)}`)).body.items;
    return [created, read, updated, items[0], selected[0]].map((ticket) => textOf(ticket as never));
  };
}

interface TicketTexts {
  requestor: Record<string, string>;
  followers: [Record<string, string>];
  tags: [{ text: string }];
  customFields: Record<string, unknown>;
  [name: string]: unknown;
}
const inFields = (id: string) =>
  inTicket(
    (text) => ({ customFields: { [id]: text } }),
    (t: TicketTexts) => t.customFields[id],
  );

/** Where texts can be written, which of them are allowed there, and how they come back. */
const TEXT_FIELDS: Record<string, { isAllowed?: (text: string) => boolean; roundTrip: RoundTrip }> = {
  'the title': {
    isAllowed: (text) => !isBlank(text),
    roundTrip: inTicket(
      (title) => ({ title }),
      (t: TicketTexts) => t.title,
    ),
  },
  'the description': {
    roundTrip: inTicket(
      (description) => ({ description }),
      (t: TicketTexts) => t.description,
    ),
  },
  "the requestor's name": {
    roundTrip: inTicket(
      (name) => requestorWith({ name }),
      (t: TicketTexts) => t.requestor.name,
    ),
  },
  "the requestor's mail": {
    roundTrip: inTicket(
      (email) => requestorWith({ email }),
      (t: TicketTexts) => t.requestor.email,
    ),
  },
  "the requestor's id": {
    isAllowed: (text) => text !== '',
    roundTrip: inTicket(
      (id) => requestorWith({ id }),
      (t: TicketTexts) => t.requestor.id,
    ),
  },
  "the assignee's name": {
    roundTrip: inTicket(
      (name) => ({ assignee: { ...GRACE, name } }),
      (t: TicketTexts) => (t.assignee as typeof ADA).name,
    ),
  },
  "a follower's name": {
    roundTrip: inTicket(
      (name) => ({ followers: [{ ...GRACE, name }] }),
      (t: TicketTexts) => t.followers[0].name,
    ),
  },
  'a tag': {
    isAllowed: (text) => text !== '',
    roundTrip: inTicket(
      (text) => ({ tags: [{ tagCategoryId: 'area', text }] }),
      (t: TicketTexts) => t.tags[0].text,
    ),
  },
  'a text field': { roundTrip: inFields(FIELDS.asset.id) },
  'a text area': { roundTrip: inFields(FIELDS.steps.id) },
  'a person in a field': {
    roundTrip: inTicket(
      (name) => ({ customFields: { [FIELDS.people.id]: [{ ...GRACE, name }] } }),
      (t: TicketTexts) => (t.customFields[FIELDS.people.id] as [typeof ADA])[0].name,
    ),
  },
  'a comment': {
    isAllowed: (text) => !isBlank(text),
    async roundTrip(comment) {
      const { id } = await api.newTicket();
      const { item } = succeed(await api.post<{ comment: string }>(`/tickets/${id}/activities`, { comment })).body;
      return [item.comment, (await api.history(id))[0]!.comment];
    },
  },
  'the name of who comments': {
    async roundTrip(name) {
      const { id } = await api.newTicket();
      succeed(await api.post(`/tickets/${id}/activities`, { comment: 'A comment', user: { ...GRACE, name } }));
      return [(await api.history(id))[0]!.createdBy.name];
    },
  },
  'the comment of a move': {
    async roundTrip(comment) {
      const { id } = await api.newTicket();
      const moved = succeed(await api.put(`/tickets/${id}/status`, { status: 'Resolved', comment })).body.item;
      return [
        moved.lastResolutionComment,
        (await api.ticket(id)).lastResolutionComment,
        (await api.history(id))[0]!.comment,
      ];
    },
  },
  'the values of a change': {
    isAllowed: (text) => !isBlank(text),
    async roundTrip(title) {
      const { id } = await api.newTicket({ title });
      succeed(await api.put(`/tickets/${id}`, { ticket: { title: 'Another' } }));
      succeed(await api.put(`/tickets/${id}`, { ticket: { title } }));
      const [last, first] = await api.history(id);
      return [last!.changes[0]!.newValue, first!.changes[0]!.oldValue];
    },
  },
  'the caption of a link': {
    async roundTrip(caption) {
      const { id } = await api.newTicket();
      const attachments = [{ src: 'https://example.com', caption }];
      const posted = await api.post<{ attachments: [{ caption: string }] }>(`/tickets/${id}/attachments`, {
        attachments,
      });
      const { items } = succeed(await api.get<{ caption: string }>(`/tickets/${id}/attachments`)).body;
      return [succeed(posted).body.item.attachments[0].caption, items[0]!.caption];
    },
  },
  'the comment beside a file': {
    // No bytes of UTF-8 are half a pair.
    isAllowed: (text) => text.isWellFormed(),
    async roundTrip(comment) {
      const { id } = await api.newTicket();
      const item = await added(await upload(instance, [file('a.txt', 'a'), part('comment', comment)], id));
      return [item.comment, (await api.history(id))[0]!.comment];
    },
  },
  'the name of the instance': {
    isAllowed: isTrimmed,
    async roundTrip(name) {
      const owner = apiOf(await server.newInstance(), 'administrative');
      const put = succeed(await owner.put<{ name: string }>('/instance', { instance: { name } })).body.item;
      return [put.name, succeed(await owner.get<{ name: string }>('/instance')).body.item.name];
    },
  },
  'a tag category': {
    isAllowed: isTrimmed,
    async roundTrip(text) {
      const tagCategory = { text, tags: [{ text }] };
      type Category = { id: string; text: string; tags: [{ text: string }] };
      const { id } = succeed(await admin.post<Category>('/tags', { tagCategory })).body.item;
      const read = succeed(await api.get<Category>('/tags')).body.items.find((category) => category.id === id)!;
      return [read.text, read.tags[0].text];
    },
  },
};

describe('comes back as it was sent, character by character:', () => {
  test.each(Object.entries(TEXT_FIELDS))('%s', async (_, { isAllowed = () => true, roundTrip }) => {
    const texts = NAUGHTY_STRINGS.filter(isAllowed);
    expect(texts.length).toBeGreaterThan(NAUGHTY_STRINGS.length / 2);
    const back = await Promise.all(texts.map(async (text) => [...new Set(await roundTrip(text))]));
    expect(back).toEqual(texts.map((text) => [text]));
  });

  test('the resolution, of those that the workflow has', async () => {
    const own = await server.newInstance();
    const resolutions = NAUGHTY_STRINGS.filter((text) => isTrimmed(text) && text.length <= 64);
    expect(resolutions.length).toBeGreaterThan(25);
    const owner = apiOf(own, 'administrative');
    const { workflows } = succeed(await owner.get<{ workflows: object[] }>('/instance')).body.item;
    succeed(await owner.put('/instance', { instance: { workflows: [{ ...workflows[0], resolutions }] } }));
    for (const resolution of resolutions) {
      const { id } = await owner.newTicket();
      succeed(await owner.put(`/tickets/${id}/status`, { status: 'Resolved', resolution }));
      expect((await owner.ticket(id)).resolution).toBe(resolution);
    }
    const { id } = await owner.newTicket();
    expect((await owner.put(`/tickets/${id}/status`, { status: 'Resolved', resolution: 'other' })).status).toBe(400);
  });

  test('the definition of a custom field', async () => {
    const texts = NAUGHTY_STRINGS.filter(isTrimmed);
    const own = await server.newInstance();
    const fieldOf = (title: string, n: number) =>
      field(`00000000-0000-4000-8000-${String(n).padStart(12, '0')}`, title, 'list', {
        options: [{ key: 'one', text: title }],
      });
    const customFieldsLeft = texts.map(fieldOf);
    succeed(await apiOf(own, 'administrative').put('/instance', { instance: { customFieldsLeft } }));
    const { item } = succeed(await apiOf(own).get<{ customFields: object[] }>('/instance')).body;
    expect(item.customFields).toMatchObject(
      texts.map((title) => ({ title, label: title, options: [{ text: title }] })),
    );
  });
});

describe('what is not allowed is refused by name, and nothing else happens:', () => {
  test.each(NAUGHTY_STRINGS.filter(isBlank))('400 for the title and for the comment %j', async (text) => {
    const { id } = await api.newTicket();
    const title = await api.post('/tickets', { ticket: { title: text, requestor: ADA } });
    expect(title.body).toMatchObject({ statusCode: 400, errors: [{ field: 'ticket.title' }] });
    const comment = await api.post(`/tickets/${id}/activities`, { comment: text });
    expect(comment.body).toMatchObject({ statusCode: 400, errors: [{ field: 'comment' }] });
    expect(await api.history(id)).toHaveLength(1);
  });
});

describe('in a question', () => {
  const QUESTIONS = ['search', 'title', 'tags', 'status', 'assigneeId', 'assigneeEmail', 'requestorId', 'followerId'];
  const MORE = ['requestorEmail', 'statusId', 'priority', 'createdAfter', 'orderBy', 'select', 'include', 'timezone'];

  test.each([...QUESTIONS, ...MORE, `customFields.${FIELDS.asset.id}`])('200 or 400 for %s', async (name) => {
    for (const text of NAUGHTY_STRINGS) {
      const { status } = await api.get(`/tickets?limit=1&${name}=${encodeURIComponent(text.toWellFormed())}`);
      expect([200, 400]).toContain(status);
    }
  });

  test('200: a title is found by itself', async () => {
    for (const title of NAUGHTY_STRINGS.filter((text) => !isBlank(text) && text.isWellFormed())) {
      const { id } = await api.newTicket({ title });
      const found = succeed(await api.get(`/tickets?limit=1&title=${encodeURIComponent(title)}`)).body.items;
      expect(found.map((ticket) => ticket.id)).toEqual([id]);
    }
  });
});

test('formatted text that is nested without end keeps its words, and a hundred levels', async () => {
  const deep = `${'<blockquote><p><b>'.repeat(5000)}The words${'</b></p></blockquote>'.repeat(10)}`;
  const { item } = succeed(
    await api.post<{ description: string; description_HTML: string }>('/tickets?include=description_HTML', {
      ticket: { title: 'Deep', requestor: ADA, description_HTML: deep },
    }),
  ).body;
  expect(item.description).toBe('The words');
  expect(item.description_HTML.match(/<\w+>/g)).toHaveLength(100);
});
