import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { LocalPerson } from '../../api/auth/local-issuer.ts';
import { AppError } from '../../api/contract/errors.ts';
import { type SignedInFetch, startServer, type TestInstance, type TestServer } from '../helpers/server.ts';
import { type EventStream, readEvents } from './event-stream.ts';
import { expectProblem } from './problems.ts';
import { ADA, type Api, apiOf, GRACE, succeed } from './reference.ts';
import { openSecondDoor } from './second-door.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

let instance: TestInstance;
let api: Api;
let member: LocalPerson;
let owner: LocalPerson;
let asMember: SignedInFetch;
let asOwner: SignedInFetch;
let streams: EventStream[];

beforeEach(async () => {
  instance = await server.newInstance();
  api = apiOf(instance);
  member = server.newPerson('Mara Member');
  owner = server.newPerson('Olga Owner');
  asMember = await server.join(instance.id, member, 'member');
  asOwner = await server.join(instance.id, owner, 'owner');
  streams = [];
});
afterEach(async () => {
  await Promise.all(streams.map((stream) => stream.leave()));
});

async function follow(answer: Promise<Response>): Promise<EventStream> {
  const stream = await readEvents(answer);
  streams.push(stream);
  return stream;
}

const since = (id: string): RequestInit => ({ headers: { 'Last-Event-ID': id } });
const asTicket = ({ id, name, email }: LocalPerson) => ({ id, name, email });

describe('what happens is told', () => {
  test('in order, each with what changed and by whom, to a person and to a key', async () => {
    const both = [await follow(asOwner('/events')), await follow(instance.fetch('/events'))];
    const { id, ticketNo } = await api.newTicket();
    succeed(await api.put(`/tickets/${id}`, { ticket: { priority: 'Urgent' }, user: GRACE }));
    const comment = await api.post<{ activityId: string }>(`/tickets/${id}/comments`, { comment: 'Hello', user: ADA });
    succeed(await api.delete(`/tickets/${id}`));
    const of = { ticketId: id, ticketNo, at: expect.any(String), activityId: expect.any(String) };
    for (const stream of both) {
      expect(stream.response.headers.get('Content-Type')).toBe('text/event-stream');
      expect(stream.response.headers.get('Cache-Control')).toBe('no-store');
      const messages = [await stream.next(), await stream.next(), await stream.next(), await stream.next()];
      expect(messages.map((one) => one!.event)).toEqual(Array(4).fill('change'));
      expect(messages.map((one) => one!.data)).toEqual([
        { type: 'ticket.created', by: ADA, ...of },
        { type: 'ticket.updated', by: GRACE, ...of },
        { type: 'ticket.commented', by: ADA, ...of, activityId: comment.body.item.activityId },
        { type: 'ticket.deleted', by: { id: 'api', name: 'API', email: '' }, ...of },
      ]);
      expect(new Set(messages.map((one) => one!.id)).size).toBe(4);
    }
  });

  test('once each, of fifty at once', async () => {
    const stream = await follow(asOwner('/events'));
    const made = await Promise.all(Array.from({ length: 50 }, () => api.newTicket()));
    const told = await stream.changes(50);
    expect(told).toEqual(made.map(({ ticketNo }) => `ticket.created ${ticketNo}`).toSorted(byNumber));
  });

  test('of settings and tags, too', async () => {
    const stream = await follow(asMember('/events'));
    const admin = apiOf(instance, 'administrative');
    succeed(await admin.put('/instance', { instance: { name: 'Another name' } }));
    succeed(await admin.post('/tags', { tagCategory: { text: 'Floor' } }));
    expect(await stream.changes(2)).toEqual(['instance.updated', 'tags.updated']);
  });

  test('of saved views, to whoever has them or had them', async () => {
    const [atOwner, atMember] = [await follow(asOwner('/events')), await follow(asMember('/events'))];
    const path = `/views/${randomUUID()}`;
    const save = (name: string, isShared: boolean) =>
      asOwner(path, {
        method: 'PUT',
        headers: JSON_BODY,
        body: JSON.stringify({ name, isShared, query: 'priority=Urgent', columns: ['title'] }),
      });
    // Theirs alone, shared with everybody, and theirs alone again.
    for (const isShared of [false, true, false]) expect((await save('Urgent', isShared)).status).toBe(200);
    expect((await asOwner(path, { method: 'DELETE' })).status).toBe(204);
    await api.newTicket({ requestor: asTicket(member) });
    expect(await atOwner.changes(5)).toEqual([...Array(4).fill('views.updated'), 'ticket.created 1']);
    expect(await atMember.changes(3)).toEqual([...Array(2).fill('views.updated'), 'ticket.created 1']);
  });

  test('of one instance to those who follow that one', async () => {
    const other = await server.newInstance();
    const [mine, theirs] = [await follow(instance.fetch('/events')), await follow(other.fetch('/events'))];
    await api.newTicket();
    await apiOf(other).newTicket();
    const { id } = await apiOf(other).newTicket();
    await api.move((await api.newTicket()).id, 'Started');
    succeed(await apiOf(other).delete(`/tickets/${id}`));
    expect(await mine.changes(3)).toEqual(['ticket.created 1', 'ticket.created 2', 'ticket.updated 2']);
    expect(await theirs.changes(3)).toEqual(['ticket.created 1', 'ticket.created 2', 'ticket.deleted 2']);
  });
});

test('what was seen is told to whoever it was new for, at their other windows, and to nobody else', async () => {
  const asAssignee = await server.join(instance.id, server.newPerson('Asif Assignee'), 'assignee');
  const people = [asOwner, asMember, asMember, asAssignee, instance.fetch];
  const { id } = await api.newTicket({ requestor: asTicket(member), assignee: asTicket(owner) });
  succeed(await api.post(`/tickets/${id}/comments`, { comment: 'News', user: GRACE }));
  const [atOwner, ...others] = await Promise.all(people.map((ask) => follow(ask('/events'))));
  const seen = (ask: SignedInFetch, as: string) =>
    ask(`/tickets/${id}/seen`, { method: 'PUT', headers: JSON_BODY, body: JSON.stringify({ as }) });
  expect((await seen(asOwner, 'assignee')).status).toBe(200);
  expect((await seen(asMember, 'requestor')).status).toBe(200);
  // There is nothing new any more.
  expect((await seen(asMember, 'requestor')).status).toBe(200);
  await api.newTicket({ requestor: asTicket(member) });
  expect((await atOwner!.next())!.data).toMatchObject({ type: 'ticket.seen', ticketId: id, by: asTicket(owner) });
  const told = await Promise.all(others.map((stream) => stream.changes(1)));
  expect(told).toEqual([['ticket.seen'], ['ticket.seen'], ['ticket.created 2'], ['ticket.created 2']]);
});

const JSON_BODY = { 'Content-Type': 'application/json' };

const byNumber = (left: string, right: string) => Number(left.split(' ')[1]) - Number(right.split(' ')[1]);

describe('Last-Event-ID', () => {
  test('tells what was missed, and goes on', async () => {
    const first = await follow(asOwner('/events'));
    await api.newTicket();
    const { id } = (await first.next())!;
    await first.leave();
    await api.newTicket();
    await api.newTicket();
    const again = await follow(asOwner('/events', since(id)));
    await api.newTicket();
    expect(await again.changes(3)).toEqual(['ticket.created 2', 'ticket.created 3', 'ticket.created 4']);
    const last = await follow(asOwner('/events', since(id)));
    expect(await last.changes(3)).toEqual(['ticket.created 2', 'ticket.created 3', 'ticket.created 4']);
  });

  test.each([
    ['an id that is not known', async () => randomUUID()],
    ['what is no id', async () => 'x'.repeat(255)],
    [
      "another instance's id",
      async () => {
        const other = await server.newInstance();
        const stream = await follow(other.fetch('/events'));
        await apiOf(other).newTicket();
        return (await stream.next())!.id;
      },
    ],
  ])('that is %s: reset, and what comes from then on', async (_, idOf) => {
    const id = await idOf();
    await api.newTicket();
    const stream = await follow(asOwner('/events', since(id)));
    await api.newTicket();
    expect(await stream.next()).toEqual({ id: '', event: 'reset', data: {} });
    expect(await stream.changes(1)).toEqual(['ticket.created 2']);
  });

  test('that is too long: 400', async () => {
    await expectProblem(await asOwner('/events', since('x'.repeat(256))), 'invalid_input');
  });

  test('tells a member no more than they would have been told', async () => {
    const first = await follow(asMember('/events'));
    const own = await api.newTicket({ requestor: asTicket(member) });
    const { id } = (await first.next())!;
    await first.leave();
    await api.newTicket();
    succeed(await api.post(`/tickets/${own.id}/comments`, { comment: 'Between us', isPrivate: true }));
    await api.move(own.id, 'Started');
    const again = await follow(asMember('/events', since(id)));
    expect(await again.changes(1)).toEqual(['ticket.updated 1']);
  });
});

describe('a member is told', () => {
  test("of their own tickets and those they follow, and of nobody else's nor what is private", async () => {
    const [stream, all] = [await follow(asMember('/events')), await follow(asOwner('/events'))];
    await api.newTicket();
    const own = await api.newTicket({ requestor: asTicket(member) });
    const followed = await api.newTicket({ followers: [asTicket(member)] });
    for (const { id } of [own, followed]) {
      succeed(await api.post(`/tickets/${id}/comments`, { comment: 'Between us', isPrivate: true }));
      const links = { attachments: [{ src: 'https://example.com/x' }], isPrivate: true };
      succeed(await api.post(`/tickets/${id}/attachments`, links));
      succeed(await api.post(`/tickets/${id}/comments`, { comment: 'For everybody' }));
    }
    const told = ['ticket.created 2', 'ticket.created 3', 'ticket.commented 2', 'ticket.commented 3'];
    expect(await stream.changes(4)).toEqual(told);
    expect(await all.changes(9)).toEqual([
      ...['ticket.created 1', 'ticket.created 2', 'ticket.created 3'],
      ...Array(3).fill('ticket.commented 2'),
      ...Array(3).fill('ticket.commented 3'),
    ]);
  });

  test('from when they follow a ticket, until they no longer do, and that it is gone for them then', async () => {
    const { id, requestor } = await api.newTicket({ followers: [asTicket(member)] });
    const stream = await follow(asMember('/events'));
    await api.move(id, 'Started');
    succeed(await api.put(`/tickets/${id}`, { ticket: { followers: [] } }));
    await api.move(id, 'Resolved');
    const own = await api.newTicket({ requestor: asTicket(member) });
    succeed(await api.put(`/tickets/${own.id}`, { ticket: { requestor, followers: [asTicket(member)] } }));
    succeed(await api.put(`/tickets/${own.id}`, { ticket: { followers: [] } }));
    succeed(await api.post(`/tickets/${own.id}/comments`, { comment: 'For its new requestor' }));
    await api.newTicket({ requestor: asTicket(member) });
    const told = ['ticket.updated 1', 'ticket.updated 1', 'ticket.created 2', 'ticket.updated 2', 'ticket.updated 2'];
    expect(await stream.changes(6)).toEqual([...told, 'ticket.created 3']);
  });
});

describe('who looks at a ticket', () => {
  const says = (who: SignedInFetch, ticketId: string, isHere: boolean) =>
    who(`/tickets/${ticketId}/presence`, {
      method: 'PUT',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ isHere }),
    });
  const others = async (answer: Promise<Response>): Promise<string[]> => {
    const { item } = (await (await answer).json()) as { item: { people: { name: string }[] } };
    return item.people.map(({ name }) => name);
  };

  test('is told to those who work tickets when they come and when they go, not when they say it again', async () => {
    const colleague = server.newPerson('Asif Assignee');
    const asColleague = await server.join(instance.id, colleague, 'assignee');
    const { id, ticketNo } = await api.newTicket({ requestor: asTicket(member) });
    const both = [await follow(asOwner('/events')), await follow(instance.fetch('/events'))];
    const theirs = await follow(asMember('/events'));
    const told = async (by: LocalPerson) => {
      const data = { type: 'presence.changed', at: server.clock.now().toISOString(), by: asTicket(by), ticketId: id };
      for (const stream of both) expect((await stream.next())!.data).toEqual(data);
    };
    expect(await others(says(asOwner, id, true))).toEqual([]);
    await told(owner);
    expect(await others(says(asColleague, String(ticketNo), true))).toEqual(['Olga Owner']);
    await told(colleague);
    // They ask who it is, and go on saying that they are here.
    expect(await others(says(asOwner, id, true))).toEqual(['Asif Assignee']);
    server.clock.advance(25_000);
    expect(await others(says(asOwner, id, true))).toEqual(['Asif Assignee']);
    expect(await others(says(asColleague, id, false))).toEqual(['Olga Owner']);
    await told(colleague);
    expect(await others(says(asColleague, id, false))).toEqual(['Olga Owner']);
    expect(await others(says(asOwner, id, true))).toEqual([]);
    // Who has not said it for a minute is no longer there, and comes anew.
    server.clock.advance(60_000);
    expect(await others(says(asColleague, id, false))).toEqual([]);
    expect(await others(says(asOwner, id, true))).toEqual([]);
    await told(owner);
    await api.move(id, 'Started');
    for (const stream of [...both, theirs]) expect(await stream.changes(1)).toEqual(['ticket.updated 1']);
  });

  test('is written when they come, every now and then while they stay, and when they go', async () => {
    const { id } = await api.newTicket();
    const version = async () => (await server.environment.store.instance(instance.id).get('presence', id))?.version;
    const writes: (number | undefined)[] = [await version()];
    for (const [isHere, ms] of [
      [true, 0],
      [true, 14_999],
      [true, 1],
      [true, 0],
      [false, 0],
      [false, 0],
    ] as const) {
      server.clock.advance(ms);
      await says(asOwner, id, isHere);
      writes.push(await version());
    }
    expect(writes).toEqual([undefined, 1, 1, 2, 2, 3, 3]);
  });
});

describe('a stream ends', () => {
  test('when the member is taken out, who then finds nothing', async () => {
    const stream = await follow(asMember('/events'));
    succeed(await apiOf(instance, 'administrative').delete(`/members/${member.id}`));
    await api.newTicket({ requestor: asTicket(member) });
    expect(await stream.next()).toBeUndefined();
    await expectProblem(await asMember('/events'), 'not_found');
  });

  test('when their role is another one, by which they come back', async () => {
    const stream = await follow(asMember('/events'));
    const asAssignee = { name: member.name, email: member.email, role: 'assignee' };
    succeed(await apiOf(instance, 'administrative').put(`/members/${member.id}`, asAssignee));
    await api.newTicket();
    expect(await stream.next()).toBeUndefined();
    const again = await follow(asMember('/events'));
    await api.newTicket();
    expect(await again.changes(1)).toEqual(['ticket.created 2']);
  });

  test('when the settings no longer name them, not when they say something else', async () => {
    const admin = apiOf(instance, 'administrative');
    const assignees = (peoples: object[]) => ({ instance: { assignees: { type: 'customAssignee', peoples } } });
    succeed(await admin.put('/instance', assignees([asTicket(member)])));
    const stream = await follow(asMember('/events'));
    succeed(await admin.put('/instance', { instance: { name: 'Another name' } }));
    await api.newTicket();
    expect(await stream.changes(2)).toEqual(['instance.updated', 'ticket.created 1']);
    succeed(await admin.put('/instance', assignees([])));
    await api.newTicket();
    expect(await stream.next()).toBeUndefined();
  });

  test.each<[string, (admin: Api) => Promise<unknown>, 'unauthorized' | 'forbidden']>([
    ['is replaced', async (admin) => succeed(await admin.post('/keys/secondary/regenerate', {})), 'unauthorized'],
    ['has ended', async (admin) => admin.put('/keys/secondary', { expiresOn: '2020-01-01' }), 'unauthorized'],
    [
      'is for other addresses',
      async (admin) => admin.put('/keys/secondary', { allowedIps: ['192.0.2.7'] }),
      'forbidden',
    ],
  ])('when its key %s, and not before; another key’s goes on', async (_, change, refusal) => {
    const path = (key: string) => `/events?key=${key}`;
    const withKey = await follow(instance.fetch(path(instance.keys.secondary)));
    const withOther = await follow(instance.fetch(path(instance.keys.primary)));
    const admin = apiOf(instance, 'administrative');
    succeed(await admin.put('/keys/secondary', { readOnly: true }));
    await api.newTicket();
    expect(await withKey.changes(1)).toEqual(['ticket.created 1']);
    await change(admin);
    await api.newTicket();
    expect(await withKey.next()).toBeUndefined();
    expect(await withOther.changes(2)).toEqual(['ticket.created 1', 'ticket.created 2']);
    await expectProblem(await instance.fetch(path(instance.keys.secondary)), refusal);
  });

  test('when the server stops', async () => {
    const door = await openSecondDoor(server, {});
    const path = `${door.url}/ticketing/v1/events?key=${instance.keys.primary}`;
    const streams = await Promise.all([1, 2, 3].map(() => readEvents(fetch(path))));
    await door.close();
    for (const stream of streams) expect(await stream.next()).toBeUndefined();
  });

  test('when its reader leaves, which is no error', async () => {
    const door = await openSecondDoor(server, {});
    const stream = await readEvents(fetch(`${door.url}/ticketing/v1/events?key=${instance.keys.primary}`));
    await stream.leave();
    const lines = () => door.log.map((line) => JSON.parse(line)).filter(({ path }) => path?.endsWith('/events'));
    while (lines().length === 0) await new Promise(setImmediate);
    await door.close();
    expect(lines()).toEqual([expect.objectContaining({ level: 'info', instanceId: instance.id })]);
    expect(door.log.filter((line) => line.includes('"error"'))).toEqual([]);
  });
});

test('503 while the store cannot tell what is new; the next one follows again', async () => {
  let isAway = true;
  const { store } = server.environment;
  const latest = () => (isAway ? Promise.reject(new AppError('unavailable', 'The store is away.')) : store.latest());
  const door = await openSecondDoor(server, { store: { ...store, latest } });
  const path = `${door.url}/ticketing/v1/events?key=${instance.keys.primary}`;
  try {
    await expectProblem(await fetch(path), 'unavailable');
    isAway = false;
    const stream = await readEvents(fetch(path));
    await api.newTicket();
    expect(await stream.changes(1)).toEqual(['ticket.created 1']);
  } finally {
    await door.close();
  }
});
