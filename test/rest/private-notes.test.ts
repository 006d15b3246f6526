import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { LocalPerson } from '../../api/auth/local-issuer.ts';
import type { Activity } from '../../api/contract/activities.ts';
import { OPERATIONS } from '../../api/contract/operations.ts';
import type { Ticket } from '../../api/contract/tickets.ts';
import { startServer, type TestInstance, type TestServer } from '../helpers/server.ts';
import { readEvents } from './event-stream.ts';
import { type Answer, type Api, GRACE, LINUS, succeed } from './reference.ts';
import { asPerson, newDesk, type SignedIn } from './signed-in.ts';

/** A private note changes nothing that a member can read, wherever they look. */

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

let instance: TestInstance;
let api: Api;
let mara: LocalPerson;
let asif: LocalPerson;
let member: SignedIn;
let assignee: SignedIn;
let owner: SignedIn;
let own: Ticket;
let followed: Ticket;
beforeEach(async () => {
  ({ instance, api, mara, asif, member, assignee, owner, own, followed } = await newDesk(server));
  server.clock.advance(60_000);
  // The one whose turn it is by every order is not the one that the notes are written on.
  succeed(await api.put(`/tickets/${own.id}`, { ticket: { assignee: asPerson(asif) }, user: GRACE }));
  server.clock.advance(60_000);
  succeed(await api.post(`/tickets/${followed.id}/comments`, { comment: 'All may read this', user: GRACE }));
  server.clock.advance(60_000);
});

/** Every way to read, with all that the answer says: what a member sees is gathered from each of them. */
const DOORS: [string, () => string][] = [
  ['the ticket', () => `/tickets/${own.id}?include=description_HTML`],
  ['the ticket by its number', () => `/tickets/${own.ticketNo}`],
  ['the history', () => `/tickets/${own.id}/activities?include=comment_HTML`],
  ['the history, a page', () => `/tickets/${own.id}/activities?limit=2`],
  ['the attachments', () => `/tickets/${own.id}/attachments`],
  ['the list', () => '/tickets?include=description_HTML'],
  ['the list, some fields', () => '/tickets?select=title,lastInteraction,lastUpdatedOn,assigneeUnseenEventCnt'],
  ['the list, a page', () => '/tickets?limit=1&orderBy=lastInteraction'],
  ...OPERATIONS.listTickets.query.orderBy.unwrap().options.flatMap((order): [string, () => string][] => [
    [`by ${order}`, () => `/tickets?orderBy=${order}&order=ASC`],
    [`by ${order}, backwards`, () => `/tickets?orderBy=${order}`],
  ]),
  ['a search', () => '/tickets?search=capybara'],
  ['a search for who wrote it', () => '/tickets?search=linus'],
  ['a filter by update', () => '/tickets?lastUpdateAfter=2026-01-01'],
  ['a filter by follower', () => `/tickets?followerId=${mara.id}`],
  ['a filter by what is new', () => `/tickets?unseenById=${asif.id}`],
  ['the help desk', () => '/instance'],
  ['the tags', () => '/tags'],
  ['the views', () => '/views'],
];

async function read(): Promise<Record<string, unknown>> {
  const seen: Record<string, unknown> = {};
  for (const [name, path] of DOORS) {
    const { status, headers, body } = await member.get(path());
    // An address of a file is signed anew, and a page's token too, with each answer.
    const text = JSON.stringify(body).replace(/signature=[^"&]+|expires=\d+/g, '');
    seen[name] = { status, etag: headers.get('ETag'), body: JSON.parse(text) };
  }
  return seen;
}

const note =
  (who: () => { post?: Api['post']; send?: SignedIn['send'] }, body: Record<string, unknown>) => async () => {
    const { post, send } = who();
    const path = `/tickets/${own.id}/${'attachments' in body ? 'attachments' : 'comments'}`;
    const input = { comment: 'A capybara', isPrivate: true, ...body };
    const answer: Answer<unknown> = post ? await post(path, input) : await send!('POST', path, input);
    return succeed(answer);
  };

const links = [{ src: 'https://example.com/capybara' }];
const bystander = () => ({ post: api.post });

const NOTES: [string, () => Promise<unknown>][] = [
  ['written with a key', note(bystander, { user: LINUS })],
  ['written by its assignee', note(() => assignee, {})],
  ['written by an owner', note(() => owner, {})],
  ['that mentions the member', note(() => assignee, { comment_HTML: '<p>@Mara Member: capybara</p>' })],
  ['with a link', note(() => owner, { attachments: links })],
  [
    'after a note',
    async () => {
      await note(() => owner, {})();
      await note(bystander, { user: LINUS })();
    },
  ],
  [
    'that its assignee has seen',
    async () => {
      succeed(await assignee.send('PUT', `/tickets/${own.id}/seen`, { as: 'assignee' }));
      const before = await read();
      await note(() => owner, {})();
      succeed(await assignee.send('PUT', `/tickets/${own.id}/seen`, { as: 'assignee' }));
      expect(await read()).toEqual(before);
    },
  ],
];

describe('a private note', () => {
  test.each(NOTES)('%s changes nothing that a member can read', async (name, write) => {
    const unchanged = name === 'that its assignee has seen' ? undefined : await read();
    const { lastInteraction } = await api.ticket(own.id);
    server.clock.advance(60_000);
    await write();
    if (unchanged) expect(await read()).toEqual(unchanged);
    // Those who work the tickets see that it was written.
    expect((await api.ticket(own.id)).lastInteraction > lastInteraction).toBe(true);
    expect((await owner.get('/tickets?orderBy=lastInteraction')).body.items[0]!.id).toBe(own.id);
    const [last] = succeed(await owner.get<Activity>(`/tickets/${own.id}/activities`)).body.items;
    expect(last).toMatchObject({ isPrivate: true });
  });

  test('is told to no member, and the events around it are', async () => {
    const stream = await readEvents((await server.join(instance.id, mara, 'member'))('/events'));
    await note(bystander, { user: LINUS })();
    succeed(await assignee.send('PUT', `/tickets/${own.id}/seen`, { as: 'assignee' }));
    succeed(await api.post(`/tickets/${own.id}/comments`, { comment: 'Hello', user: GRACE }));
    expect(await stream.changes(1)).toEqual([`ticket.commented ${own.ticketNo}`]);
    await stream.leave();
  });

  test('does not stand in the way of what a member writes, while it does for those who may read it', async () => {
    const path = `/tickets/${own.id}`;
    const [ofMember, ofOwner] = [member, owner].map((who) => who.get(path));
    const known = { 'If-Match': (await ofMember!).headers.get('ETag')! };
    const stale = { 'If-Match': (await ofOwner!).headers.get('ETag')! };
    await note(bystander, { user: LINUS })();
    expect((await member.get(path, { 'If-None-Match': known['If-Match'] })).status).toBe(304);
    expect((await owner.send('PUT', path, { ticket: { priority: 'Urgent' } }, stale)).status).toBe(412);
    const said = succeed(await member.send('POST', `${path}/comments`, { comment: 'Thanks' }, known));
    expect(said.headers.get('ETag')).toBe((await member.get(path)).headers.get('ETag'));
    expect((await member.send('POST', `${path}/comments`, { comment: 'Again' }, known)).status).toBe(412);
  });

  test('makes no version that members read the one of others: neither is not modified, nor changed, by the other’s tag', async () => {
    const path = `/tickets/${own.id}`;
    const tagOf = async (who: SignedIn): Promise<string> => (await who.get(path)).headers.get('ETag')!;
    await note(() => owner, {})();
    const withNote = await tagOf(owner);
    const numberOf = (tag: string): number => Number(/\d+/.exec(tag));
    while (numberOf(await tagOf(member)) < numberOf(withNote)) {
      succeed(await api.post(`${path}/comments`, { comment: 'Hello', user: GRACE }));
    }
    // One browser may keep answers for both: people change places at it.
    expect((await member.get(path, { 'If-None-Match': withNote })).status).toBe(200);
    expect((await member.get(path, { 'If-None-Match': await tagOf(member) })).status).toBe(304);
    expect((await member.send('POST', `${path}/comments`, { comment: 'Me' }, { 'If-Match': withNote })).status).toBe(
      412,
    );
    const ofMember = { 'If-Match': await tagOf(member) };
    expect((await member.send('POST', `${path}/comments`, { comment: 'Me' }, ofMember)).status).toBe(201);
  });

  test('is over for members with what they may know: then all see the same', async () => {
    await note(() => owner, {})();
    server.clock.advance(60_000);
    succeed(await member.send('POST', `/tickets/${own.id}/comments`, { comment: 'Well?' }));
    const [mine, theirs] = [await member.get(`/tickets/${own.id}`), await owner.get(`/tickets/${own.id}`)];
    expect(mine.body.item.lastInteraction).toBe(theirs.body.item.lastInteraction);
    expect(mine.body.item.assigneeUnseenEventCnt).toBe(theirs.body.item.assigneeUnseenEventCnt - 1);
    expect((await member.get('/tickets?orderBy=lastInteraction')).body.items[0]!.id).toBe(own.id);
    succeed(await assignee.send('PUT', `/tickets/${own.id}/seen`, { as: 'assignee' }));
    expect((await member.get(`/tickets/${own.id}`)).body.item.assigneeUnseenEventCnt).toBe(0);
  });
});
