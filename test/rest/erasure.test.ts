import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { LocalPerson } from '../../api/auth/local-issuer.ts';
import type { Activity } from '../../api/contract/activities.ts';
import type { Erasure, Traces } from '../../api/contract/erasure.ts';
import { AppError } from '../../api/contract/errors.ts';
import type { Ticket } from '../../api/contract/tickets.ts';
import type { Person } from '../../api/contract/wire.ts';
import type { InstanceStore, Store } from '../../api/store/store.ts';
import { uuid } from '../helpers/documents.ts';
import { type SignedInFetch, startServer, type TestInstance, type TestServer } from '../helpers/server.ts';
import { expectProblem } from './problems.ts';
import { ADA, type Api, apiOf, apiWithKey, GRACE, succeed } from './reference.ts';
import { openSecondDoor } from './second-door.ts';

const FIELD = uuid(815);

let server: TestServer;
let made: TestInstance;
let api: Api;
let admin: Api;
let owner: SignedInFetch;
/** Who is to be erased, as Entra ID knows her. */
let eve: LocalPerson;
let asEve: SignedInFetch;
let her: Person;

beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());
beforeEach(async () => {
  made = await server.newInstance();
  api = apiOf(made);
  admin = apiOf(made, 'administrative');
  owner = await server.join(made.id, server.newPerson('Olga Owner'), 'owner');
  eve = server.newPerson(`Evelyn Q${randomUUID().slice(0, 8)}`);
  asEve = await server.join(made.id, eve, 'assignee');
  her = { id: eve.id, name: eve.name, email: eve.email };
});

async function send<T = Ticket>(
  as: SignedInFetch,
  method: string,
  path: string,
  body?: unknown,
  headers = {},
): Promise<T> {
  const init = { method, headers: { 'Content-Type': 'application/json', ...headers }, body: JSON.stringify(body) };
  const response = await as(path, init);
  expect([200, 201]).toContain(response.status);
  return ((await response.json()) as { item: T }).item;
}

/** Leaves traces of her in all places where there can be any. */
async function live(): Promise<{ asked: Ticket; answered: Ticket; personal: string; shared: string; others: string }> {
  const field = {
    id: FIELD,
    title: 'Boss',
    type: { key: 'peoplepicker' },
    isMultiple: true,
    defaultValue: [her, GRACE],
  };
  const assignees = { type: 'customAssignee', peoples: [GRACE, her] };
  succeed(await admin.put('/instance', { instance: { customFieldsLeft: [field], assignees } }));
  const retried = { 'Idempotency-Key': `eve-${made.id}` };
  const asked = await send(asEve, 'POST', '/tickets', { ticket: { title: 'Screen', requestor: her } }, retried);
  const shouted = { ...her, id: her.id.toUpperCase(), email: her.email.toUpperCase() };
  const answered = await api.newTicket({
    assignee: shouted,
    followers: [GRACE, her],
    customFields: { [FIELD]: [her, ADA] },
  });
  await api.newTicket({ requestor: { id: her.email, name: her.email, email: her.email } });
  await api.put(`/tickets/${answered.id}`, { ticket: { assignee: GRACE }, user: GRACE });
  await send(asEve, 'POST', `/tickets/${answered.id}/comments`, { comment: 'On my way', isPrivate: true });
  const attachments = [{ src: 'https://example.com/photo.png' }];
  await send(
    asEve,
    'POST',
    `/tickets/${answered.id}/attachments`,
    { attachments, comment: 'A photo' },
    { 'Idempotency-Key': 'photo' },
  );
  await send(asEve, 'PUT', `/tickets/${answered.id}/status`, { status: 'Started' });
  await send(asEve, 'PUT', `/tickets/${answered.id}/presence`, { isHere: true });
  const [personal, shared, others] = [randomUUID(), randomUUID(), randomUUID()];
  const view = { name: 'A view', query: 'priority=Urgent', columns: [] };
  await send(asEve, 'PUT', `/views/${personal}`, { ...view, isShared: false });
  await send(asEve, 'PUT', `/views/${shared}`, { ...view, isShared: true });
  const query = `status=Open&assigneeId=${her.id}&requestorEmail=${encodeURIComponent(her.email)}`;
  succeed(await api.put(`/views/${others}`, { ...view, isShared: true, query }));
  return { asked, answered, personal, shared, others };
}

const traces = async (id = eve.id) => admin.get<Traces>(`/people/${encodeURIComponent(id)}/traces`);
const erase = async (id = eve.id, headers = {}) =>
  admin.post<Erasure>(`/people/${encodeURIComponent(id)}/erasure`, { confirm: true }, headers);

/** Everything that anybody can read of the instance, and what is stored of it beside. */
async function everything(): Promise<string> {
  const paths = [
    '/instance',
    '/members',
    '/views',
    '/tags',
    '/exports/tickets',
    '/exports/activities',
    '/exports/attachments',
  ];
  const answers = await Promise.all([...paths, '/exports/tickets?format=csv'].map((path) => admin.get(path)));
  const texts = answers.map((answer) => succeed(answer).text);
  const { store } = server.environment;
  for (let cursor = ''; ; ) {
    const page = await store.changes(cursor, 500);
    // On one account an event that was rewritten is met as it is now.
    texts.push(...page.events.filter((one) => one.instanceId === made.id).map((one) => JSON.stringify(one)));
    if (page.events.length === 0) break;
    cursor = page.cursor;
  }
  for await (const page of store.instance(made.id).holding(['"', 'a', 'e', '1'])) texts.push(JSON.stringify(page));
  return texts.join('\n').toLowerCase();
}
const known = () => [eve.id, eve.email, eve.name].map((text) => text.toLowerCase());

describe('what is known of a person', () => {
  test('200 says where they are named', async () => {
    await live();
    const { item } = succeed(await traces(eve.id.toUpperCase())).body;
    expect(item).toEqual({
      ids: expect.arrayContaining([eve.id, eve.email.toLowerCase()]),
      names: expect.arrayContaining([eve.name, eve.email]),
      emails: [eve.email.toLowerCase()],
      isMember: true,
      tickets: { total: 3, requestor: 2, assignee: 0, follower: 1, other: 0 },
      // Her own: created, commented, attached, started; of others: taken away from her.
      activities: 5,
      comments: 2,
      attachments: 1,
      views: 3,
      settings: 1,
      passing: expect.any(Number),
      mentions: 0,
    });
    expect(item.passing).toBeGreaterThan(6);
  });

  test('200 counts the texts that mention them, which stay', async () => {
    const { id } = await api.newTicket({ title: `Ask ${eve.name}`, description: `or write to ${eve.email}` });
    await api.post(`/tickets/${id}/comments`, { comment: `${eve.name.toUpperCase()} knows` });
    await api.post(`/tickets/${id}/comments`, { comment: 'Nobody knows' });
    expect(succeed(await traces()).body.item).toMatchObject({ tickets: { total: 0 }, activities: 0, mentions: 2 });
    expect(succeed(await erase()).body.item).toMatchObject({ tickets: 0, activities: 0, mentions: 2 });
    expect(await everything()).toContain(`ask ${eve.name.toLowerCase()}`);
  });

  test('404 of nobody, and of who is in another instance only', async () => {
    await live();
    const other = apiOf(await server.newInstance(), 'administrative');
    for (const id of [eve.id, eve.email, 'nobody', '%', "'; DROP TABLE tickets", '*', '"', '{}', '💩', 'ab']) {
      const path = `/people/${encodeURIComponent(id)}`;
      expect((await other.get(`${path}/traces`)).status).toBe(404);
      expect((await other.post(`${path}/erasure`, { confirm: true })).status).toBe(404);
    }
    expect(succeed(await traces()).body.item.tickets.total).toBe(3);
  });
});

describe('to erase a person', () => {
  test('200 leaves nothing of them, and everything else as it was', async () => {
    const { asked, answered, personal, shared, others } = await live();
    const before = await everything();
    for (const text of known()) expect(before).toContain(text);
    const { item } = succeed(await erase()).body;
    const { pseudonym } = item;
    expect(pseudonym).toEqual({
      id: expect.stringMatching(/^erased-[0-9a-f]{12}$/),
      name: expect.any(String),
      email: '',
    });
    expect(item).toMatchObject({ tickets: 3, activities: 5, mentions: 0 });

    const after = await everything();
    for (const text of known()) expect(after).not.toContain(text);
    expect(await api.ticket(asked.id)).toMatchObject({ title: 'Screen', requestor: pseudonym, createdBy: pseudonym });
    const ticket = await api.ticket(answered.id);
    expect(ticket).toMatchObject({ assignee: GRACE, status: 'Started', lastUpdatedBy: pseudonym });
    expect(ticket.followers).toEqual([GRACE, pseudonym]);
    expect(ticket.customFields[FIELD]).toEqual([pseudonym, ADA]);
    const history = await api.history(answered.id);
    expect(history.map(({ action, comment }) => [action, comment])).toEqual([
      ['started', ''],
      ['attached', 'A photo'],
      ['commented', 'On my way'],
      ['assigned', ''],
      ['created', ''],
    ]);
    expect(history[1]!.attachments[0]).toMatchObject({ createdBy: pseudonym.name, filename: 'photo.png' });
    expect(history[3]!.changes).toEqual([{ name: 'assignee', oldValue: pseudonym, newValue: GRACE }]);
    const views = succeed(await api.get<{ id: string }>('/views')).body.items;
    expect(views.find(({ id }) => id === personal)).toBeUndefined();
    expect(views.find(({ id }) => id === shared)).toMatchObject({ owner: pseudonym, query: 'priority=Urgent' });
    const query = `status=Open&assigneeId=${pseudonym.id}&requestorEmail=${pseudonym.id}`;
    expect(views.find(({ id }) => id === others)).toMatchObject({ query });
    const { customFieldsLeft, assignees } = succeed(await admin.get<never>('/instance')).body.item as never as {
      customFieldsLeft: { defaultValue: Person[] }[];
      assignees: { peoples: Person[] };
    };
    expect(assignees.peoples).toEqual([GRACE]);
    expect(customFieldsLeft[0]!.defaultValue).toEqual([GRACE]);
    expect((await asEve('/tickets')).status).toBe(404);
    await expectProblem(await made.fetch(`/people/${eve.id}/traces?key=${made.keys.administrative}`), 'not_found');
  });

  test('200 neither searches nor filters find them, and find the rest', async () => {
    const { answered } = await live();
    const found = async (query: string) => succeed(await api.get(`/tickets?${query}`)).body.itemCount;
    const surname = eve.name.split(' ')[1]!;
    expect(await found(`search=${surname}`)).toBe(2);
    expect(await found(`requestorId=${eve.id}`)).toBe(1);
    expect(await found(`followerId=${eve.id}`)).toBe(1);
    expect(await found(`requestorEmail=${encodeURIComponent(eve.email)}`)).toBe(2);
    const { pseudonym } = succeed(await erase()).body.item;
    for (const query of [
      `search=${surname}`,
      `search=${surname.slice(1, 6)}`,
      `search=${encodeURIComponent(eve.email)}`,
    ])
      expect(await found(query)).toBe(0);
    for (const name of ['requestorId', 'followerId', 'assigneeId']) expect(await found(`${name}=${eve.id}`)).toBe(0);
    expect(await found(`requestorEmail=${encodeURIComponent(eve.email)}`)).toBe(0);
    expect(await found('search=screen')).toBe(1);
    expect(await found('search=photo')).toBe(1);
    expect(await found(`followerId=${pseudonym.id}`)).toBe(1);
    expect(await found(`search=${encodeURIComponent(pseudonym.name)}`)).toBe(2);
    expect(succeed(await api.get<Activity>(`/tickets/${answered.id}/activities`)).body.itemCount).toBe(5);
  });

  test('200 a repeated request still gets its answer, without them', async () => {
    const { asked } = await live();
    const { pseudonym } = succeed(await erase()).body.item;
    const key = `eve-${made.id}`;
    const back = await server.join(made.id, eve, 'assignee');
    const body = JSON.stringify({ ticket: { title: 'Screen', requestor: her } });
    const headers = { 'Content-Type': 'application/json', 'Idempotency-Key': key };
    const again = await back('/tickets', { method: 'POST', headers, body });
    expect(again.headers.get('Idempotency-Replayed')).toBe('true');
    expect(((await again.json()) as { item: Ticket }).item).toMatchObject({ id: asked.id, requestor: pseudonym });
  });

  test('200 the same Idempotency-Key gets the same answer; without one there is nobody left', async () => {
    await live();
    const headers = { 'Idempotency-Key': 'erase-her' };
    const first = succeed(await erase(eve.id, headers));
    expect((await erase(eve.id, headers)).text).toBe(first.text);
    expect((await erase()).status).toBe(404);
  });

  test('200 others who are in the same tickets, or share the name, stay', async () => {
    const twin = { id: randomUUID(), name: eve.name, email: 'twin@contoso.com' };
    const { id } = await api.newTicket({ requestor: her, followers: [twin, ADA] }, twin);
    succeed(await erase());
    expect(await api.ticket(id)).toMatchObject({ followers: [twin, ADA], createdBy: twin });
  });

  test('200 somebody known only by mail, by that', async () => {
    const mail = `only.${randomUUID()}@contoso.com`;
    const { id } = await api.newTicket({ requestor: { id: mail, name: mail, email: mail } });
    expect(succeed(await traces(mail.toUpperCase())).body.item).toMatchObject({
      isMember: false,
      tickets: { total: 1 },
    });
    const { pseudonym } = succeed(await erase(mail)).body.item;
    expect((await api.ticket(id)).requestor).toEqual(pseudonym);
    expect(await everything()).not.toContain(mail);
  });

  test('400 without a confirmation, and nothing is changed', async () => {
    await live();
    for (const body of [{}, { confirm: false }, { confirm: 'true' }, { confirm: 1 }, []]) {
      const answer = await admin.post(`/people/${eve.id}/erasure`, body);
      expect([answer.status, answer.body.code]).toEqual([400, expect.stringMatching(/invalid_input|bad_request/)]);
    }
    expect(succeed(await traces()).body.item.tickets.total).toBe(3);
  });

  test('403 for who is no owner, also for themself', async () => {
    await live();
    for (const path of [`/people/${eve.id}/traces`]) await expectProblem(await asEve(path), 'forbidden');
    const init = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"confirm":true}' };
    await expectProblem(await asEve(`/people/${eve.id}/erasure`, init), 'forbidden');
    expect((await owner(`/people/${eve.id}/traces`)).status).toBe(200);
  });

  test('409 for the only owner, and nothing is changed', async () => {
    const [sole] = succeed(await admin.get<{ id: string; role: string }>('/members')).body.items.filter(
      ({ role }) => role === 'owner',
    );
    await api.newTicket({ requestor: { id: sole!.id, name: 'Olga Owner', email: 'olga.owner@contoso.com' } });
    expect((await erase(sole!.id)).status).toBe(409);
    expect(succeed(await traces(sole!.id)).body.item).toMatchObject({ isMember: true, tickets: { total: 1 } });
  });

  test('200 an owner who erases themself is not the one who is named as having done it', async () => {
    const init = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"confirm":true}' };
    await server.join(made.id, eve, 'owner');
    await live();
    expect((await asEve(`/people/${eve.id}/erasure`, init)).status).toBe(200);
    const after = await everything();
    for (const text of known()) expect(after).not.toContain(text);
  });

  test('200 goes on where it was interrupted, with the same pseudonym', async () => {
    await live();
    for (let count = 0; count < 150; count++) await api.newTicket({ requestor: her, title: `Number ${count}` }, her);
    // The last that is met; whose mail address it is, only others tell.
    for (let count = 0; count < 100; count++) {
      await api.newTicket({ requestor: { id: her.email, name: '', email: her.email }, title: `Mail ${count}` });
    }
    let interruptions = 0;
    // Each time it comes one commit further, after the one that says that it has begun.
    for (; ; interruptions++) {
      const door = await openSecondDoor(server, { store: dying(server.environment.store, 2) });
      const ask = (path: string, init?: RequestInit) => fetch(`${door.url}/ticketing/v1${path}`, init);
      const through = apiWithKey({ ...made, fetch: ask }, made.keys.administrative);
      const { status } = await through.post(`/people/${eve.id}/erasure`, { confirm: true });
      await door.close();
      if (status === 200) break;
      expect(status).toBe(503);
      // What tells who it was is still there, or nothing of them.
      const left = await traces();
      if (left.status !== 404) expect(succeed(left).body.item.emails).toEqual([eve.email.toLowerCase()]);
    }
    expect(interruptions).toBeGreaterThan(5);
    const after = await everything();
    for (const text of known()) expect(after).not.toContain(text);
    expect(new Set(after.match(/erased-[0-9a-f]{12}/g)).size).toBe(1);
  });

  /** A store that dies after so many commits. */
  function dying(store: Store, commits: number): Store {
    let left = commits;
    const instance = (id: string): InstanceStore => ({
      ...store.instance(id),
      async commit(changes) {
        if (left-- <= 0) throw new AppError('unavailable', 'The store is away.', { retryAfter: 1 });
        await store.instance(id).commit(changes);
      },
    });
    return { ...store, instance };
  }

  test('200 while others change the same tickets', async () => {
    await live();
    const ids: string[] = [];
    for (let count = 0; count < 40; count++) ids.push((await api.newTicket({ requestor: her })).id);
    let isOver = false;
    const others = (async () => {
      for (let count = 0; !isOver && count < 400; count++) {
        await api.put(`/tickets/${ids[count % ids.length]}`, { ticket: { title: `Title ${count}` }, user: GRACE });
      }
    })();
    succeed(await erase());
    isOver = true;
    await others;
    const after = await everything();
    for (const text of known()) expect(after).not.toContain(text);
    expect(succeed(await api.get('/tickets?limit=100')).body.itemCount).toBe(43);
  });
});
