import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { LocalPerson } from '../../api/auth/local-issuer.ts';
import type { Activity } from '../../api/contract/activities.ts';
import type { Ticket } from '../../api/contract/tickets.ts';
import type { Person } from '../../api/contract/wire.ts';
import { type SignedInFetch, startServer, type TestInstance, type TestServer } from '../helpers/server.ts';
import { ADA, type Answer, type Api, answerOf, apiOf, GRACE, setClock, succeed } from './reference.ts';
import { openSecondDoor } from './second-door.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

/** What somebody who signed in says to the API. */
interface SignedIn {
  get<T = Ticket>(path: string, headers?: Record<string, string>): Promise<Answer<T>>;
  send<T = Ticket>(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer<T>>;
}

function signedIn(ask: SignedInFetch): SignedIn {
  const send = async <T>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    answerOf<T>(
      await ask(path, {
        method,
        headers: { 'Content-Type': 'application/json', ...headers },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
    );
  return { get: (path, headers) => send('GET', path, undefined, headers), send };
}

const asPerson = ({ id, name, email }: LocalPerson): Person => ({ id, name, email });
const code = async (answer: Promise<Answer<unknown>>) => [(await answer).status, (await answer).body.code];
const NOT_FOUND = [404, 'not_found'];
const FORBIDDEN = [403, 'forbidden'];

let instance: TestInstance;
let api: Api;
let mara: LocalPerson;
let olga: LocalPerson;
let asif: LocalPerson;
let member: SignedIn;
let owner: SignedIn;
let assignee: SignedIn;
/** The member's, one that the member follows, and one of somebody else. */
let own: Ticket;
let followed: Ticket;
let foreign: Ticket;

beforeEach(async () => {
  instance = await server.newInstance();
  api = apiOf(instance);
  [mara, olga, asif] = ['Mara Member', 'Olga Owner', 'Asif Assignee'].map(server.newPerson) as [
    LocalPerson,
    LocalPerson,
    LocalPerson,
  ];
  member = signedIn(await server.join(instance.id, mara, 'member'));
  owner = signedIn(await server.join(instance.id, olga, 'owner'));
  assignee = signedIn(await server.join(instance.id, asif, 'assignee'));
  own = await api.newTicket({ title: 'Mine', requestor: asPerson(mara), priority: 'Low' });
  followed = await api.newTicket({ title: 'Followed', followers: [asPerson(mara)], priority: 'Urgent' });
  foreign = await api.newTicket({ title: 'Foreign', assignee: asPerson(mara), priority: 'Urgent' });
  const comments: [string, string, boolean][] = [
    [own.id, 'A zebra in private', true],
    [own.id, 'A quokka in public', false],
    [followed.id, 'An okapi in private', true],
    [foreign.id, 'An axolotl in public', false],
  ];
  for (const [id, comment, isPrivate] of comments) {
    succeed(await api.post(`/tickets/${id}/comments`, { comment, isPrivate, user: GRACE }));
  }
});

const titles = (answer: Answer<Ticket>) => succeed(answer).body.items.map(({ title }) => title);

describe('a member lists', () => {
  test.each([
    ['', ['Followed', 'Mine']],
    ['?order=ASC', ['Mine', 'Followed']],
    ['?orderBy=status&order=ASC', ['Mine', 'Followed']],
    ['?orderBy=title&order=ASC', ['Followed', 'Mine']],
    ['?orderBy=priority', ['Followed', 'Mine']],
    ['?priority=Urgent', ['Followed']],
    ['?title=o', ['Followed']],
    ['?isResolved=false', ['Followed', 'Mine']],
    [`?requestorId=${ADA.id}`, ['Followed']],
    ['?requestorId=MARA', ['Mine']],
    ['?followerId=MARA', ['Followed']],
    // It is theirs to work, but they are no assignee of the instance.
    ['?assigneeId=MARA', []],
    ['?ticketNo=3', []],
    ['?select=title', ['Followed', 'Mine']],
    ['?search=quokka', ['Mine']],
    ['?search=quok', ['Mine']],
    ['?search=zebra', []],
    ['?search=okapi', []],
    ['?search=axolotl', []],
    ['?search=private', []],
    ['?search=public', ['Mine']],
    ['?search=mine+quokka', ['Mine']],
    ['?search=mine+zebra', []],
    ['?search=foreign', []],
    ['?search=1', ['Mine']],
    ['?search=3', []],
    ['?search=%233', []],
  ])('%s: what is theirs, and counts no more', async (query, expected) => {
    const answer = await member.get(`/tickets${query.replace('MARA', mara.id)}`);
    expect(titles(answer)).toEqual(expected);
    expect(answer.body.itemCount).toBe(expected.length);
  });

  test.each([
    ['', 3],
    ['?search=zebra', 1],
    ['?search=private', 2],
    ['?search=axolotl', 1],
    ['?search=3', 1],
    ['?priority=Urgent', 2],
  ])('%s: an owner and an assignee find %i', async (query, count) => {
    for (const who of [owner, assignee]) expect((await who.get(`/tickets${query}`)).body.itemCount).toBe(count);
  });

  test.each(['', '&orderBy=status', '&orderBy=priority', '&search=e'])(
    "page by page what is theirs (%s), and no page token tells of more, not even somebody else's",
    async (query) => {
      const pages = async (who: SignedIn, first?: string): Promise<string[]> => {
        const found: string[] = [];
        for (let continuationToken = first; ; ) {
          const page = await who.get(`/tickets?limit=1${query}`, continuationToken ? { continuationToken } : {});
          found.push(...titles(page));
          continuationToken = page.body.continuationToken;
          if (!continuationToken) return found;
        }
      };
      const mine = await pages(member);
      expect(mine.toSorted()).toEqual(['Followed', 'Mine']);
      expect(await pages(owner)).toHaveLength(3);
      for (const limit of [1, 2]) {
        const { continuationToken } = (await owner.get(`/tickets?limit=${limit}${query}`)).body;
        const rest = await member.get(`/tickets?limit=10${query}`, { continuationToken: continuationToken! });
        if (rest.status === 400) continue;
        expect(titles(rest)).not.toContain('Foreign');
        expect(rest.body.itemCount).toBe(2);
      }
    },
  );
});

describe('a ticket of somebody else', () => {
  test('is not there, by its id nor by its number, for whatever a member does', async () => {
    const { activityId } = succeed(
      await api.post<{ activityId: string }>(`/tickets/${foreign.id}/attachments`, {
        attachments: [{ src: 'https://example.com/x' }],
      }),
    ).body.item;
    const before = await api.history(foreign.id);
    for (const id of [foreign.id, foreign.id.toUpperCase(), '3', '0003']) {
      const path = `/tickets/${id}`;
      expect(await code(member.get(path))).toEqual(NOT_FOUND);
      expect(await code(member.get(`${path}/activities`))).toEqual(NOT_FOUND);
      expect(await code(member.get(`${path}/comments`))).toEqual(NOT_FOUND);
      expect(await code(member.get(`${path}/attachments`))).toEqual(NOT_FOUND);
      expect(await code(member.send('PUT', `${path}/status`, { status: 'Closed' }))).toEqual(NOT_FOUND);
      expect(await code(member.send('PUT', `${path}/following`, { following: true }))).toEqual(NOT_FOUND);
      expect(await code(member.send('PUT', `${path}/seen`, { as: 'requestor' }))).toEqual(NOT_FOUND);
      expect(await code(member.send('POST', `${path}/comments`, { comment: 'x' }))).toEqual(NOT_FOUND);
      const links = { attachments: [{ src: 'https://example.com/x' }] };
      expect(await code(member.send('POST', `${path}/attachments`, links))).toEqual(NOT_FOUND);
    }
    expect(await code(member.get(`/tickets/activity/${activityId}/attachments`))).toEqual(NOT_FOUND);
    expect(await api.history(foreign.id)).toEqual(before);
  });

  test('is there once they follow it, and no longer when they do not', async () => {
    const following = (value: boolean) => ({ following: value, user: ADA });
    succeed(await api.put(`/tickets/${foreign.id}/following`, { following: true, user: asPerson(mara) }));
    expect(titles(await member.get('/tickets'))).toContain('Foreign');
    expect((await member.get(`/tickets/${foreign.id}`)).status).toBe(200);
    expect((await member.send('PUT', `/tickets/${foreign.id}/following`, following(false))).status).toBe(200);
    expect(await code(member.get(`/tickets/${foreign.id}`))).toEqual(NOT_FOUND);
  });

  test('is there once it is theirs, and no longer when it is not', async () => {
    succeed(await api.put(`/tickets/${foreign.id}`, { ticket: { requestor: asPerson(mara) } }));
    expect((await member.get(`/tickets/${foreign.id}`)).status).toBe(200);
    succeed(await api.put(`/tickets/${own.id}`, { ticket: { requestor: ADA } }));
    expect(await code(member.get(`/tickets/${own.id}`))).toEqual(NOT_FOUND);
    expect(titles(await member.get('/tickets'))).toEqual(['Foreign', 'Followed']);
  });
});

describe('what is private', () => {
  test('is in no history that a member reads, nor in its count or pages', async () => {
    for (const path of [
      `/tickets/${own.id}/activities`,
      `/tickets/1/comments`,
      `/tickets/${own.id}/activities?limit=1`,
    ]) {
      const found: Activity[] = [];
      for (let continuationToken: string | undefined; ; ) {
        const page = succeed(await member.get<Activity>(path, continuationToken ? { continuationToken } : {}));
        expect(page.body.itemCount).toBe(2);
        found.push(...page.body.items);
        continuationToken = page.body.continuationToken;
        if (!continuationToken) break;
      }
      expect(found.map(({ comment }) => comment)).toEqual(['A quokka in public', '']);
    }
    for (const who of [owner, assignee]) {
      expect((await who.get(`/tickets/${own.id}/activities`)).body.itemCount).toBe(3);
    }
  });

  test('are no attachments that a member finds', async () => {
    const add = async (isPrivate: boolean) =>
      succeed(
        await api.post<{ activityId: string }>(`/tickets/${own.id}/attachments`, {
          attachments: [{ src: `https://example.com/${isPrivate ? 'private' : 'public'}.txt` }],
          isPrivate,
        }),
      ).body.item.activityId;
    const [hidden, shown] = [await add(true), await add(false)];
    const names = async (who: SignedIn) =>
      (await who.get<{ filename: string }>(`/tickets/${own.id}/attachments`)).body.items.map((one) => one.filename);
    expect(await names(member)).toEqual(['public.txt']);
    expect(await names(assignee)).toEqual(['public.txt', 'private.txt']);
    expect(await code(member.get(`/tickets/activity/${hidden}/attachments`))).toEqual(NOT_FOUND);
    expect((await member.get(`/tickets/activity/${shown}/attachments`)).status).toBe(200);
    expect((await assignee.get(`/tickets/activity/${hidden}/attachments`)).status).toBe(200);
  });

  test('is written by those who work the tickets alone', async () => {
    const comment = { comment: 'Hush', isPrivate: true };
    expect(await code(member.send('POST', `/tickets/${own.id}/comments`, comment))).toEqual(FORBIDDEN);
    const links = { attachments: [{ src: 'https://example.com/x' }], isPrivate: true };
    expect(await code(member.send('POST', `/tickets/${own.id}/attachments`, links))).toEqual(FORBIDDEN);
    expect((await assignee.send('POST', `/tickets/${own.id}/comments`, comment)).status).toBe(201);
  });
});

describe('a member', () => {
  test('opens tickets for themself alone, as who they are', async () => {
    const ticket = { title: 'New', requestor: { ...asPerson(mara), name: 'The director', email: 'boss@contoso.com' } };
    const created = succeed(await member.send('POST', '/tickets', { ticket, user: ADA })).body.item;
    expect(created).toMatchObject({ requestor: asPerson(mara), createdBy: asPerson(mara), origin: 'tab' });
    const forAda = { ticket: { title: 'New', requestor: ADA } };
    expect(await code(member.send('POST', '/tickets', forAda))).toEqual(FORBIDDEN);
    expect((await assignee.send('POST', '/tickets', forAda)).status).toBe(201);
  });

  test('ends and reopens their own tickets, and moves no other', async () => {
    const move = (id: string, status: string) => member.send('PUT', `/tickets/${id}/status`, { status });
    expect(await code(move(own.id, 'Started'))).toEqual(FORBIDDEN);
    expect((await move(own.id, 'Resolved')).body.item).toMatchObject({ status: 'Resolved' });
    expect((await move(own.id, 'Reopened')).status).toBe(200);
    expect((await move(own.id, 'Closed')).body.item).toMatchObject({ lastUpdatedBy: asPerson(mara) });
    expect(await code(move(followed.id, 'Closed'))).toEqual(FORBIDDEN);
    expect(await api.ticket(followed.id)).toMatchObject({ status: 'Open' });
  });

  test('comments on what they see, and does not change it', async () => {
    for (const { id } of [own, followed]) {
      const said = await member.send<Activity>('POST', `/tickets/${id}/comments`, { comment: 'Hello', user: ADA });
      expect(succeed(said).body.item.createdBy).toEqual(asPerson(mara));
      expect(await code(member.send('PUT', `/tickets/${id}`, { ticket: { priority: 'Urgent' } }))).toEqual(FORBIDDEN);
      expect(await code(member.send('DELETE', `/tickets/${id}`))).toEqual(FORBIDDEN);
    }
    const bulk = { ticketIds: [own.id], ticket: { priority: 'Urgent' } };
    expect(await code(member.send('POST', '/tickets/bulk', bulk))).toEqual(FORBIDDEN);
    expect(await api.ticket(own.id)).toMatchObject({ priority: 'Low' });
  });

  test('has seen what is new for the requestor alone, on their own tickets', async () => {
    succeed(await api.put(`/tickets/${own.id}`, { ticket: { assignee: GRACE } }));
    succeed(await api.post(`/tickets/${own.id}/comments`, { comment: 'Well?', user: ADA }));
    const before = await api.ticket(own.id);
    expect(before.assigneeUnseenEventCnt).toBeGreaterThan(0);
    expect(before.requestorUnseenEventCnt).toBeGreaterThan(0);
    const seen = (id: string, as: string) => member.send('PUT', `/tickets/${id}/seen`, { as });
    expect(await code(seen(own.id, 'assignee'))).toEqual(FORBIDDEN);
    expect(await code(seen(followed.id, 'requestor'))).toEqual(FORBIDDEN);
    expect((await seen(own.id, 'requestor')).status).toBe(200);
    expect(await api.ticket(own.id)).toMatchObject({
      assigneeUnseenEventCnt: before.assigneeUnseenEventCnt,
      requestorUnseenEventCnt: 0,
    });
  });
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
    expect(numbers).toEqual([4, 4, 5, 5, 6]);
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
    const conflict = [409, 'conflict'];
    expect(await code(owner.send('DELETE', `/members/${olga.id}`))).toEqual(conflict);
    expect(await code(owner.send('DELETE', `/members/${olga.id.toUpperCase()}`))).toEqual(conflict);
    expect(await code(owner.send('PUT', `/members/${olga.id}`, as(olga, 'member')))).toEqual(conflict);
    expect(await code(owner.send('DELETE', `/members/${mara.id}`))).toEqual([204, undefined]);
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
