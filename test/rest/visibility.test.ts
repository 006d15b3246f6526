import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { LocalPerson } from '../../api/auth/local-issuer.ts';
import type { Activity } from '../../api/contract/activities.ts';
import type { Ticket } from '../../api/contract/tickets.ts';
import { startServer, type TestServer } from '../helpers/server.ts';
import { ADA, type Api, GRACE, succeed } from './reference.ts';
import { asPerson, code, FORBIDDEN, NOT_FOUND, newDesk, type SignedIn, titles } from './signed-in.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

let api: Api;
let mara: LocalPerson;
let member: SignedIn;
let owner: SignedIn;
let assignee: SignedIn;
let own: Ticket;
let followed: Ticket;
let foreign: Ticket;
beforeEach(async () => {
  ({ api, mara, member, owner, assignee, own, followed, foreign } = await newDesk(server));
});

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
