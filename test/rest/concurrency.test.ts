import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Person } from '../../api/contract/wire.ts';
import { startServer, type TestInstance, type TestServer } from '../helpers/server.ts';
import { type Api, apiOf, GRACE, LINUS, succeed } from './reference.ts';

let server: TestServer;
let instance: TestInstance;
let api: Api;
let admin: Api;

beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());
beforeEach(async () => {
  instance = await server.newInstance();
  api = apiOf(instance);
  admin = apiOf(instance, 'administrative');
});

const many = <T>(count: number, make: (n: number) => T): T[] => Array.from({ length: count }, (_, n) => make(n));
const statusesOf = (answers: { status: number }[]): number[] => answers.map(({ status }) => status).toSorted();
const etagOf = ({ headers }: { headers: Headers }): string => headers.get('ETag') ?? 'none';

/** Things that can be changed under a condition: where they are read and written, and a change that differs by a number. */
const THINGS = {
  'a ticket': async () => {
    const { id } = await api.newTicket();
    return { path: `/tickets/${id}`, body: (n: number) => ({ ticket: { title: `Title ${n}` } }) };
  },
  'the status of a ticket': async () => {
    const { id } = await api.newTicket();
    return { path: `/tickets/${id}/status`, body: (n: number) => ({ status: 'Open', comment: `Comment ${n}` }) };
  },
  'the settings': async () => ({ path: '/instance', body: (n: number) => ({ instance: { name: `Name ${n}` } }) }),
  'a tag category': async () => {
    const created = await admin.post<{ id: string }>('/tags', { tagCategory: { text: 'Area' } });
    const { id } = succeed(created).body.item;
    return { path: `/tags/${id}`, body: (n: number) => ({ tagCategory: { text: `Area ${n}` } }) };
  },
};

describe.each(Object.entries(THINGS))('If-Match on %s', (_, make) => {
  test('200 with the version that it has, 412 with another', async () => {
    const { path, body } = await make();
    const first = succeed(await admin.put(path, body(1)));
    expect(etagOf(first)).toMatch(/^"\d+\.\d+"$/);
    const second = succeed(await admin.put(path, body(2), { 'If-Match': etagOf(first) }));
    expect(etagOf(second)).not.toBe(etagOf(first));
    const stale = await admin.put(path, body(3), { 'If-Match': etagOf(first) });
    expect(stale.body).toMatchObject({ statusCode: 412, code: 'precondition_failed' });
    succeed(await admin.put(path, body(4), { 'If-Match': etagOf(second) }));
  });

  test.each<[number, string, (etag: string) => string]>([
    [200, '*', () => '*'],
    [200, 'a weak tag', (etag) => `W/${etag}`],
    [200, 'a list with it', (etag) => `"99.1", ${etag} , "98.1"`],
    [412, 'a list without it', () => '"99.1", "98.1"'],
    [412, 'no quotes', (etag) => etag.replaceAll('"', '')],
    [412, 'nonsense', () => '"abc"'],
    [412, 'nothing', () => ''],
  ])('%i with %s', async (status, __, ifMatch) => {
    const { path, body } = await make();
    const etag = etagOf(succeed(await admin.put(path, body(1))));
    const answer = await admin.put(path, body(2), { 'If-Match': ifMatch(etag) });
    expect(answer.status).toBe(status);
    // What was refused has changed nothing.
    if (status === 412) succeed(await admin.put(path, body(3), { 'If-Match': etag }));
  });

  test('one of sixteen with the same version gets through, the others meet a 409 or 412', async () => {
    const { path, body } = await make();
    const etag = etagOf(succeed(await admin.put(path, body(0))));
    const answers = await Promise.all(many(16, (n) => admin.put(path, body(n + 1), { 'If-Match': etag })));
    const [first, ...others] = statusesOf(answers);
    expect(first).toBe(200);
    expect(others.filter((status) => status !== 409 && status !== 412)).toEqual([]);
  });

  test.each<[string, Record<string, string>]>([
    ['without If-Match', {}],
    ['with If-Match: *', { 'If-Match': '*' }],
  ])('200 for all of sixteen %s', async (__, headers) => {
    const { path, body } = await make();
    const answers = await Promise.all(many(16, (n) => admin.put(path, body(n + 1), headers)));
    expect(statusesOf(answers)).toEqual(many(16, () => 200));
    expect(new Set(answers.map(etagOf)).size).toBe(16);
  });
});

describe('tickets', () => {
  test('200 for all of sixteen updates at the same moment, which leave sixteen activities in a chain', async () => {
    const ticket = await api.newTicket({ title: 'Title' });
    const titles = many(16, (n) => `Title ${n}`);
    const put = (title: string) => api.put(`/tickets/${ticket.id}`, { ticket: { title } });
    expect(statusesOf(await Promise.all(titles.map(put)))).toEqual(titles.map(() => 200));
    const history = (await api.history(ticket.id)).toReversed();
    expect(history.map(({ action }) => action)).toEqual(['created', ...titles.map(() => 'updated')]);
    const changes = history.flatMap((activity) => activity.changes);
    expect(changes.map(({ newValue }) => newValue).toSorted()).toEqual(titles.toSorted());
    expect(changes.map(({ oldValue }) => oldValue)).toEqual(
      ['Title', ...changes.map((one) => one.newValue)].slice(0, 16),
    );
    expect((await api.ticket(ticket.id)).title).toBe(changes.at(-1)!.newValue);
  });

  test('200 for different fields at the same moment: no change is lost', async () => {
    const { id } = await api.newTicket();
    const updates = [{ title: 'New' }, { priority: 'Urgent' }, { assignee: GRACE }, { followers: [LINUS] }];
    await Promise.all(updates.map(async (ticket) => succeed(await api.put(`/tickets/${id}`, { ticket }))));
    expect(await api.ticket(id)).toMatchObject(Object.assign({}, ...updates));
  });

  test('200 for who follows it between what another one reads and writes: both follow it', async () => {
    const { id } = await api.newTicket();
    const follow = async (user: Person) =>
      void succeed(await api.put(`/tickets/${id}/following`, { following: true, user }));
    const { store } = server.environment;
    const { instance: open } = store;
    let meanwhile: (() => Promise<void>) | undefined = () => follow(LINUS);
    store.instance = (instanceId) => ({
      ...open.call(store, instanceId),
      async get(kind, key) {
        const found = await open.call(store, instanceId).get(kind, key);
        const act = kind === 'ticket' ? meanwhile : undefined;
        if (act) meanwhile = undefined;
        await act?.();
        return found;
      },
    });
    try {
      await follow(GRACE);
    } finally {
      store.instance = open;
    }
    expect((await api.ticket(id)).followers.map((person) => person.id).toSorted()).toEqual(
      [GRACE.id, LINUS.id].toSorted(),
    );
  });

  test('201 for all of sixteen comments at the same moment, each there once', async () => {
    const { id } = await api.newTicket();
    const comments = many(16, (n) => `Comment ${n}`);
    const post = (comment: string) => api.post(`/tickets/${id}/activities`, { comment });
    expect(statusesOf(await Promise.all(comments.map(post)))).toEqual(comments.map(() => 201));
    const history = await api.history(id);
    expect(history.map(({ comment }) => comment).toSorted()).toEqual(['', ...comments].toSorted());
  });

  test('201 for 200 at the same moment, whose numbers have no gap and no double', async () => {
    const tickets = await Promise.all(many(200, (n) => api.newTicket({ title: `Ticket ${n}` })));
    expect(tickets.map(({ ticketNo }) => ticketNo).toSorted((a, b) => a - b)).toEqual(many(200, (n) => n + 1));
    expect(new Set(tickets.map(({ id }) => id)).size).toBe(200);
    expect((await api.get('/tickets')).body.itemCount).toBe(200);
  });

  test('a number that was not given away by a refused request is given to the next', async () => {
    await api.newTicket();
    expect((await api.post('/tickets', { ticket: { title: 'No requestor' } })).status).toBe(400);
    expect((await api.newTicket()).ticketNo).toBe(2);
  });

  test('204 for one of eight deletions at the same moment, 404 for the others', async () => {
    const { id } = await api.newTicket();
    const answers = await Promise.all(many(8, () => api.delete(`/tickets/${id}`)));
    expect(statusesOf(answers)).toEqual([204, ...many(7, () => 404)]);
  });

  test('412 for a deletion with another version, 204 with the right one', async () => {
    const { id } = await api.newTicket();
    expect((await api.delete(`/tickets/${id}`, { 'If-Match': '"7.1"' })).status).toBe(412);
    const etag = etagOf(await api.get(`/tickets/${id}`));
    expect((await api.delete(`/tickets/${id}`, { 'If-Match': etag })).status).toBe(204);
  });

  test('412 for a comment and for a link on another version', async () => {
    const { id } = await api.newTicket();
    const stale = { 'If-Match': '"7.1"' };
    expect((await api.post(`/tickets/${id}/activities`, { comment: 'No' }, stale)).status).toBe(412);
    const attachments = [{ src: 'https://example.com' }];
    expect((await api.post(`/tickets/${id}/attachments`, { attachments }, stale)).status).toBe(412);
    expect(await api.history(id)).toHaveLength(1);
  });

  test('200 for bulk updates of the same tickets at the same moment', async () => {
    const ids = await Promise.all(many(4, async () => (await api.newTicket()).id));
    const bulk = (n: number) => admin.post('/tickets/bulk', { ticketIds: ids, ticket: { title: `Bulk ${n}` } });
    const answers = await Promise.all(many(4, bulk));
    expect(answers.flatMap(({ body }) => body.items)).toEqual(many(16, () => expect.objectContaining({ ok: true })));
    for (const id of ids) expect(await api.history(id)).toHaveLength(5);
  });
});

describe('what was seen', () => {
  const mark = async (id: string) => {
    succeed(await api.post(`/tickets/${id}/comments`, { comment: 'News', user: LINUS }));
    const before = await api.get(`/tickets/${id}`);
    const seen = succeed(await api.put(`/tickets/${id}/seen`, { as: 'assignee' }));
    return { known: { 'If-Match': etagOf(before) }, seen };
  };

  test('is another answer and no other version: whoever read the ticket before changes it with If-Match', async () => {
    const { id } = await api.newTicket({ assignee: GRACE });
    for (const priority of ['Urgent', 'Low']) {
      const { known, seen } = await mark(id);
      expect(etagOf(seen)).not.toBe(known['If-Match']);
      expect((await api.get(`/tickets/${id}`, { 'If-None-Match': known['If-Match'] })).status).toBe(200);
      expect((await api.get(`/tickets/${id}`, { 'If-None-Match': etagOf(seen) })).status).toBe(304);
      const changed = succeed(await api.put(`/tickets/${id}`, { ticket: { priority } }, known));
      expect((await api.put(`/tickets/${id}`, { ticket: { priority: 'Medium' } }, known)).status).toBe(412);
      expect(
        (await api.put(`/tickets/${id}`, { ticket: { priority: 'Medium' } }, { 'If-Match': etagOf(seen) })).status,
      ).toBe(412);
      expect(changed.body.item).toMatchObject({ priority, assigneeUnseenEventCnt: 1 });
    }
  });

  test('nor does it stop a move, a comment or a deletion', async () => {
    const { id } = await api.newTicket({ assignee: GRACE });
    const moved = await api.put(`/tickets/${id}/status`, { status: 'Started' }, (await mark(id)).known);
    const said = await api.post(`/tickets/${id}/comments`, { comment: 'Yes' }, (await mark(id)).known);
    const deleted = await api.delete(`/tickets/${id}`, (await mark(id)).known);
    expect([moved, said, deleted].map(({ status }) => status)).toEqual([200, 201, 204]);
  });

  test('nor does it at the same moment: all that name the version succeed but for each other', async () => {
    const { id } = await api.newTicket({ assignee: GRACE });
    const known = { 'If-Match': etagOf(await api.get(`/tickets/${id}`)) };
    const seen = many(8, () => api.put(`/tickets/${id}/seen`, { as: 'assignee' }));
    const changes = many(8, (n) => api.put(`/tickets/${id}`, { ticket: { title: `Title ${n}` } }, known));
    expect(statusesOf(await Promise.all(seen))).toEqual(many(8, () => 200));
    expect(statusesOf(await Promise.all(changes))).toEqual([200, ...many(7, () => 412)]);
  });
});

describe('keys', () => {
  test('201 for eight replacements at the same moment: the last one holds, the others do not', async () => {
    const post = () => admin.post<{ key: string }>('/keys/secondary/regenerate');
    const answers = await Promise.all(many(8, post));
    expect(statusesOf(answers)).toEqual(many(8, () => 201));
    const asked = answers.map(({ body }) => instance.fetch(`/tickets?key=${body.item.key}`));
    expect(statusesOf(await Promise.all(asked))).toEqual([200, ...many(7, () => 401)]);
  });

  test('200 for changes of different limits at the same moment: none is lost', async () => {
    const limits = [{ readOnly: true }, { allowedIps: ['127.0.0.1'] }, { expiresOn: '2030-01-01T00:00:00.000Z' }];
    expect(statusesOf(await Promise.all(limits.map((limit) => admin.put('/keys/secondary', limit))))).toEqual([
      200, 200, 200,
    ]);
    const { items } = succeed(await admin.get('/keys')).body;
    expect(items).toContainEqual(expect.objectContaining({ slot: 'secondary', ...Object.assign({}, ...limits) }));
  });
});

describe('If-None-Match', () => {
  test.each<[number, string, (etag: string) => string]>([
    [304, 'the version', (etag) => etag],
    [304, 'a weak tag', (etag) => `W/${etag}`],
    [304, 'a list with it', (etag) => `"99.1", ${etag}`],
    [200, 'another version', () => '"99.1"'],
    [200, 'no quotes', (etag) => etag.replaceAll('"', '')],
  ])('%i with %s', async (status, _, ifNoneMatch) => {
    const { id } = await api.newTicket();
    for (const path of [`/tickets/${id}`, '/instance']) {
      const etag = etagOf(await api.get(path));
      const answer = await api.get(path, { 'If-None-Match': ifNoneMatch(etag) });
      expect(answer.status).toBe(status);
      expect(answer.text === '').toBe(status === 304);
      expect(etagOf(answer)).toBe(etag);
    }
  });

  test('200 after a change of the ticket, and after one of the workflow that it shows', async () => {
    const { id } = await api.newTicket();
    const read = (etag: string) => api.get(`/tickets/${id}`, { 'If-None-Match': etag });
    const first = etagOf(await api.get(`/tickets/${id}`));
    succeed(await api.put(`/tickets/${id}`, { ticket: { title: 'Changed' } }));
    const changed = await read(first);
    expect(changed.status).toBe(200);
    expect((await read(etagOf(changed))).status).toBe(304);
    const { workflows } = (await api.get<{ workflows: { states: { label: string }[] }[] }>('/instance')).body.item;
    workflows[0]!.states[0]!.label = 'Fresh';
    succeed(await admin.put('/instance', { instance: { workflows } }));
    const renamed = await read(etagOf(changed));
    expect(renamed).toMatchObject({ status: 200, body: { item: { status: 'Fresh' } } });
  });

  test('200 for a change that is what the ticket has: its version stays', async () => {
    const { id, title } = await api.newTicket();
    const etag = etagOf(await api.get(`/tickets/${id}`));
    const same = succeed(await api.put(`/tickets/${id}`, { ticket: { title } }, { 'If-None-Match': etag }));
    expect(same).toMatchObject({ status: 200, body: { item: { id } } });
    expect(etagOf(same)).toBe(etag);
    expect(await api.history(id)).toHaveLength(1);
  });
});
