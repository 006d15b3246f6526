import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { LocalPerson } from '../../api/auth/local-issuer.ts';
import type { Instance } from '../../api/contract/instance.ts';
import type { Ticket } from '../../api/contract/tickets.ts';
import type { Person } from '../../api/contract/wire.ts';
import { startServer, type TestInstance, type TestServer } from '../helpers/server.ts';
import { ADA, type Api, apiOf, setClock, succeed } from './reference.ts';
import { openSecondDoor } from './second-door.ts';
import { asPerson, code, FORBIDDEN, NOT_FOUND, newDesk, type SignedIn, signedIn, titles } from './signed-in.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

let instance: TestInstance;
let api: Api;
let mara: LocalPerson;
let olga: LocalPerson;
let asif: LocalPerson;
let member: SignedIn;
let owner: SignedIn;
let assignee: SignedIn;
let own: Ticket;
let foreign: Ticket;
beforeEach(async () => {
  ({ instance, api, mara, olga, asif, member, owner, assignee, own, foreign } = await newDesk(server));
});

test('whom a body names is not who acts: who signed in does', async () => {
  const user = ADA;
  const by = asPerson(asif);
  const links = { attachments: [{ src: 'https://example.com/x' }], user };
  succeed(await assignee.send('PUT', `/tickets/${own.id}`, { ticket: { title: 'Changed' }, user }));
  succeed(await assignee.send('PUT', `/tickets/${own.id}/status`, { status: 'Started', user }));
  succeed(await assignee.send('POST', `/tickets/${own.id}/comments`, { comment: 'Hello', user }));
  succeed(await assignee.send('POST', `/tickets/${own.id}/attachments`, links));
  succeed(await assignee.send('PUT', `/tickets/${own.id}/following`, { following: true, user }));
  const bulk = { ticketIds: [own.id], ticket: { priority: 'Urgent' }, user };
  succeed(await assignee.send('POST', '/tickets/bulk', bulk));
  const history = await api.history(own.id);
  expect(history.slice(0, 6).map(({ createdBy }) => createdBy)).toEqual(Array(6).fill(by));
  expect((await api.ticket(own.id)).followers).toEqual([by]);
  const presence = await assignee.send('PUT', `/tickets/${own.id}/presence`, { isHere: true, user });
  expect(presence.status).toBe(200);
  const seen = await owner.send('PUT', `/tickets/${own.id}/presence`, { isHere: true, user });
  expect(seen.body.item).toMatchObject({ people: [by] });
});

test('people who work tickets are found alone: by their role, and whom the settings name', async () => {
  const names = async (query: string) =>
    succeed(await assignee.get<Person>(`/people?${query}`)).body.items.map(({ name }) => name);
  expect(await names('search=mara')).toContain('Mara Member');
  expect(await names('among=assignees')).toEqual(['Asif Assignee', 'Olga Owner']);
  const assignees = { type: 'customAssignee', peoples: [asPerson(mara)] };
  succeed(await owner.send('PUT', '/instance', { instance: { assignees } }));
  expect(await names('search=mara&among=assignees')).toEqual(['Mara Member']);
  expect(await code(assignee.get('/people?among=them'))).toEqual([400, 'invalid_input']);
});

test('people who have tickets and belong to nothing are found, after members, once, by those who work tickets', async () => {
  const outside = (id: string, name: string) => ({ id, name, email: `${id}@partner.example` });
  const [zoe, zoltan, zora] = [
    outside('z1', 'Zoë Quill'),
    outside('z2', 'Zoltan Quill'),
    { ...outside('z3', 'Zora'), email: mara.email },
  ];
  // More of one than are looked at in one go, and newer.
  await api.newTicket({ requestor: zoltan });
  await api.newTicket({ assignee: outside('z4', 'Quill Former') });
  await api.newTicket({ requestor: zora });
  for (let count = 0; count < 26; count++) await api.newTicket({ requestor: zoe });
  await api.newTicket({ title: 'Quill pens for Mara', requestor: asPerson(mara) });
  const find = async (who: SignedIn, search: string) =>
    succeed(await who.get<Person>(`/people?search=${encodeURIComponent(search)}`)).body.items;
  const names = async (who: SignedIn, search: string) => (await find(who, search)).map(({ name }) => name);
  expect((await names(assignee, 'quill')).toSorted()).toEqual(['Quill Former', 'Zoltan Quill', 'Zoë Quill']);
  expect(await find(owner, 'QUILL zoë')).toEqual([zoe]);
  expect(await names(owner, 'z2@partner')).toEqual(['Zoltan Quill']);
  expect(await names(owner, 'q')).toEqual([]);
  expect(await names(owner, 'pens')).toEqual([]);
  expect(succeed(await owner.get('/people?search=quill&among=members')).body.items).toEqual([]);
  expect(await names(owner, 'mara')).toEqual(['Mara Member']);
  // The same mail address is the member's.
  expect((await names(owner, mara.email)).filter((name) => name !== 'Zora')).toEqual(['Mara Member']);
  expect(await names(member, 'quill')).toEqual([]);
  expect(await names(member, 'mara')).toEqual(['Mara Member']);
});

describe('saved views', () => {
  const view = (name: string, isShared = false) => ({ name, isShared, query: 'priority=Urgent', columns: ['title'] });
  const names = async (who: SignedIn) =>
    (await who.get<{ name: string }>('/views')).body.items.map(({ name }) => name).toSorted();

  test('are of those who keep them, unless they are shared', async () => {
    for (const [who, name] of [
      [member, 'Mara'],
      [assignee, 'Asif'],
      [owner, 'Olga'],
    ] as const)
      succeed(await who.send('PUT', `/views/${randomUUID()}`, view(name)));
    succeed(await assignee.send('PUT', `/views/${randomUUID()}`, view('Shared', true)));
    expect(await names(member)).toEqual(['Mara', 'Shared']);
    expect(await names(assignee)).toEqual(['Asif', 'Shared']);
    expect(await names(owner)).toEqual(['Olga', 'Shared']);
  });

  test('are all there, however many others have kept before', async () => {
    const person = { id: randomUUID(), name: 'Keen Keeper', email: '' };
    const kept = Array.from(
      { length: 1000 },
      (_, index) => `00000000-0000-0000-0000-${String(index).padStart(12, '0')}`,
    );
    const store = server.environment.store.instance(instance.id);
    for (let from = 0; from < kept.length; from += 100) {
      await store.commit(
        kept.slice(from, from + 100).map((id) => ({
          put: 'view',
          id,
          value: { id, owner: person, ...view('Kept') },
          replaces: null,
        })),
      );
    }
    succeed(await member.send('PUT', '/views/ffffffff-0000-4000-8000-000000000000', view('Mara')));
    expect(await names(member)).toEqual(['Mara']);
  });

  test("are shared by those who work tickets, and nobody takes over another's", async () => {
    expect(await code(member.send('PUT', `/views/${randomUUID()}`, view('Mara', true)))).toEqual(FORBIDDEN);
    const [shared, kept] = [randomUUID(), randomUUID()];
    succeed(await assignee.send('PUT', `/views/${shared}`, view('Shared', true)));
    succeed(await assignee.send('PUT', `/views/${kept}`, view('Kept')));
    for (const id of [kept, kept.toUpperCase()]) {
      for (const who of [member, owner]) {
        expect(await code(who.send('PUT', `/views/${id}`, view('Mine now')))).toEqual(NOT_FOUND);
        expect(await code(who.send('DELETE', `/views/${id}`))).toEqual(NOT_FOUND);
      }
    }
    expect(await code(member.send('PUT', `/views/${shared}`, view('Mine now')))).toEqual(FORBIDDEN);
    expect(await code(member.send('DELETE', `/views/${shared}`))).toEqual(FORBIDDEN);
    expect(await names(assignee)).toEqual(['Kept', 'Shared']);
    const mine = randomUUID();
    succeed(await member.send('PUT', `/views/${mine}`, view('Mara')));
    expect((await member.send('DELETE', `/views/${mine}`)).status).toBe(204);
    expect((await owner.send('DELETE', `/views/${shared}`)).status).toBe(204);
    expect(await names(assignee)).toEqual(['Kept']);
  });
});

describe('an Idempotency-Key', () => {
  const key = { 'Idempotency-Key': 'one-of-many' };
  const body = { ticket: { title: 'Once', requestor: ADA } };

  test('of two people, or of a person and a key, is two', async () => {
    const numbers: number[] = [];
    for (const who of [owner, assignee]) {
      for (let n = 0; n < 2; n++) {
        const made = succeed(await who.send('POST', '/tickets', body, key));
        expect(made.headers.get('Idempotency-Replayed')).toBe(n === 0 ? null : 'true');
        numbers.push(made.body.item.ticketNo);
      }
    }
    numbers.push(succeed(await api.post('/tickets', body, key)).body.item.ticketNo);
    const [first, again, second, andAgain, third] = numbers;
    expect([again, andAgain]).toEqual([first, second]);
    expect(new Set([first, second, third]).size).toBe(3);
  });

  test('does not answer a member with what somebody else was answered', async () => {
    const comment = { comment: 'A reply to remember' };
    succeed(await assignee.send('POST', `/tickets/${foreign.id}/comments`, comment, key));
    expect(await code(member.send('POST', `/tickets/${foreign.id}/comments`, comment, key))).toEqual(NOT_FOUND);
  });
});

describe('who belongs to the instance', () => {
  const as = ({ name, email }: LocalPerson, role: string) => ({ name, email, role });

  test('keeps an owner', async () => {
    const refused = [409, 'only_owner'];
    expect(await code(owner.send('DELETE', `/members/${olga.id}`))).toEqual(refused);
    expect(await code(owner.send('DELETE', `/members/${olga.id.toUpperCase()}`))).toEqual(refused);
    expect(await code(owner.send('PUT', `/members/${olga.id}`, as(olga, 'member')))).toEqual(refused);
    expect(await code(owner.send('DELETE', `/members/${mara.id}`))).toEqual([204, undefined]);
  });

  test('412 when somebody else has changed their role since', async () => {
    const put = (role: string, headers = {}) => owner.send('PUT', `/members/${mara.id}`, as(mara, role), headers);
    const known = { 'If-Match': succeed(await put('assignee')).headers.get('ETag')! };
    succeed(await put('owner', known));
    expect(await code(put('member', known))).toEqual([412, 'precondition_failed']);
    expect((await owner.get<{ role: string }>('/members')).body.items.map(({ role }) => role).toSorted()).toEqual([
      'assignee',
      'owner',
      'owner',
    ]);
    succeed(await owner.send('DELETE', `/members/${mara.id}`));
    expect(await code(put('member', known))).toEqual([412, 'precondition_failed']);
  });

  test('keeps an owner when two take one another out at the same moment', async () => {
    const otto = server.newPerson('Otto Owner');
    await server.join(instance.id, otto, 'owner');
    // Both have read who the owners are before either of them changes anything.
    const { store } = server.environment;
    const both = Promise.withResolvers<void>();
    let readers = 0;
    const door = await openSecondDoor(server, {
      store: {
        ...store,
        instance: (id) => {
          const real = store.instance(id);
          const list: typeof real.list = async (kind, query) => {
            const found = await real.list(kind, query);
            if (++readers === 2) both.resolve();
            await both.promise;
            return found;
          };
          return { ...real, list };
        },
      },
    });
    const remove = async (who: LocalPerson, whom: LocalPerson) => {
      const headers = { Authorization: `Bearer ${await server.token(who)}` };
      const path = `${door.url}/ticketing/v1/instances/${instance.id}/members/${whom.id}`;
      return (await fetch(path, { method: 'DELETE', headers })).status;
    };
    const statuses = await Promise.all([remove(olga, otto), remove(otto, olga)]);
    await door.close();
    expect(statuses.toSorted()).toEqual([204, 409]);
    const { items } = succeed(await apiOf(instance, 'administrative').get<{ role: string }>('/members')).body;
    expect(items.filter(({ role }) => role === 'owner')).toHaveLength(1);
  });

  test('is out at once when taken out, and finds what was theirs when back', async () => {
    expect((await member.get('/tickets')).status).toBe(200);
    expect((await owner.send('DELETE', `/members/${mara.id.toUpperCase()}`)).status).toBe(204);
    expect(await code(member.get('/tickets'))).toEqual(NOT_FOUND);
    expect(await code(member.get(`/tickets/${own.id}`))).toEqual(NOT_FOUND);
    expect(await code(owner.send('DELETE', `/members/${mara.id}`))).toEqual(NOT_FOUND);
    // Her tenant is the owner's, who does not say otherwise.
    succeed(await owner.send('PUT', `/members/${mara.id.toUpperCase()}`, as(mara, 'member')));
    expect(titles(await member.get('/tickets'))).toEqual(['Followed', 'Mine']);
  });

  test('works tickets once made an assignee, or named as one in the settings', async () => {
    const work = () => code(member.send('PUT', `/tickets/${foreign.id}`, { ticket: { priority: 'Low' } }));
    const settings = (type: string, peoples: Person[]) =>
      owner.send('PUT', '/instance', { instance: { assignees: { type, peoples } } });
    expect(await work()).toEqual(FORBIDDEN);
    succeed(await settings('customAssignee', [{ ...asPerson(mara), id: mara.id.toUpperCase() }]));
    expect(await work()).toEqual([200, undefined]);
    succeed(await settings('teamsOwner', [asPerson(mara)]));
    expect(await work()).toEqual(FORBIDDEN);
    succeed(await owner.send('PUT', `/members/${mara.id}`, as(mara, 'assignee')));
    expect(await work()).toEqual([200, undefined]);
    succeed(await owner.send('PUT', `/members/${mara.id}`, as(mara, 'member')));
    expect(await work()).toEqual(FORBIDDEN);
  });

  test('works no tickets any more once made a member, or taken out and let in again, whatever the settings named', async () => {
    const work = () => code(member.send('PUT', `/tickets/${foreign.id}`, { ticket: { priority: 'Low' } }));
    const name = () => {
      const assignees = { type: 'customAssignee', peoples: [asPerson(mara), asPerson(asif)] };
      return owner.send('PUT', '/instance', { instance: { assignees } });
    };
    succeed(await name());
    succeed(await owner.send('PUT', `/members/${mara.id}`, as(mara, 'member')));
    expect(await work()).toEqual(FORBIDDEN);
    succeed(await name());
    expect(await work()).toEqual([200, undefined]);
    succeed(await owner.send('DELETE', `/members/${mara.id}`));
    succeed(await owner.send('PUT', `/members/${mara.id}`, as(mara, 'member')));
    expect(await work()).toEqual(FORBIDDEN);
    const { assignees } = succeed(await owner.get<Instance>('/instance')).body.item;
    expect(assignees.peoples).toEqual([asPerson(asif)]);
  });

  test.each([
    ['personId', 'mara@contoso.com', {}],
    ['personId', 'x', {}],
    ['tenantId', randomUUID(), { tenantId: 'contoso.com' }],
    ['tenantId', randomUUID(), { tenantId: '' }],
  ])('400 for a %s that Entra does not write: %s %j', async (field, personId, more) => {
    const answer = await owner.send('PUT', `/members/${personId}`, { ...as(mara, 'member'), ...more });
    expect(answer.body).toMatchObject({ statusCode: 400, errors: [{ field }] });
  });

  test('400 for a person of no tenant, when a key adds them where none is known', async () => {
    const bare = await server.newInstance();
    const answer = await apiOf(bare, 'administrative').put(`/members/${randomUUID()}`, as(mara, 'owner'));
    expect(answer.body).toMatchObject({ statusCode: 400, errors: [{ field: 'tenantId' }] });
  });

  test('is asked anew with each request, so an hour later there is another token', async () => {
    setClock(server, new Date(server.clock.now().getTime() + 3_600_000 + 301_000).toISOString());
    expect(await code(member.get('/tickets'))).toEqual([401, 'unauthorized']);
    member = signedIn(await server.join(instance.id, mara, 'member'));
    expect((await member.get('/tickets')).status).toBe(200);
  });
});
