import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { LocalPerson } from '../../api/auth/local-issuer.ts';
import type { Activity } from '../../api/contract/activities.ts';
import type { Instance } from '../../api/contract/instance.ts';
import type { StoredInstance } from '../../api/store/store.ts';
import { startServer, type TestServer } from '../helpers/server.ts';
import { ADA, type Api, apiOf, GRACE, LINUS, succeed } from './reference.ts';
import { asPerson, code, NOT_FOUND, newDesk, type SignedIn } from './signed-in.ts';

let server: TestServer;
let api: Api;
let admin: Api;
let instanceId: string;
let mara: LocalPerson;
let olga: LocalPerson;
let asif: LocalPerson;
let member: SignedIn;
let assignee: SignedIn;

beforeAll(async () => {
  server = await startServer();
});
beforeEach(async () => {
  const desk = await newDesk(server);
  ({ api, mara, olga, asif, member, assignee } = desk);
  admin = apiOf(desk.instance, 'administrative');
  instanceId = desk.instance.id;
});
afterAll(() => server.close());

const DEFAULT = { peoples: [], isMentioned: true, isCommenter: false };
const rule = async (part: Partial<Instance['followersRule']>) =>
  succeed(await admin.put('/instance', { instance: { followersRule: { ...DEFAULT, ...part } } }));
const mention = (who: { email: string; name: string }) => `<p><a href="mailto:${who.email}">@${who.name}</a> look</p>`;
const names = (people: { name: string }[]) => people.map(({ name }) => name);
/** What the last activity says about followers; undefined when it says nothing. */
const told = async (id: string) => {
  const change = (await api.history(id))[0]!.changes.find(({ name }) => name === 'followers');
  return change && [names(change.oldValue as []), names(change.newValue as [])];
};
const followers = async (id: string) => names((await api.ticket(id)).followers);

describe('the setting', () => {
  test('lets follow who is mentioned, as it always was in the tab, and nobody else', async () => {
    expect((await admin.get<Instance>('/instance')).body.item.followersRule).toEqual(DEFAULT);
  });

  test('is the same in an instance that was stored before there was one', async () => {
    const instance = server.environment.store.instance(instanceId);
    const { value, version } = (await instance.get('instance', instanceId))!;
    const { followersRule: _, language: __, ...old } = value;
    await instance.commit([{ put: 'instance', id: instanceId, value: old as StoredInstance, replaces: version }]);
    expect((await admin.get<Instance>('/instance')).body.item).toMatchObject({ followersRule: DEFAULT, language: '' });
    const { id } = await api.newTicket({}, asPerson(asif));
    succeed(await assignee.send('POST', `/tickets/${id}/comments`, { comment_HTML: mention(olga) }));
    expect(await followers(id)).toEqual(['Olga Owner']);
  });

  test.each([
    ['a person without an id', { peoples: [{ id: '', name: 'x', email: 'x' }] }, 'instance.followersRule.peoples.0.id'],
    ['more than fifty people', { peoples: Array(51).fill(ADA) }, 'instance.followersRule.peoples'],
    ['half of it', { isMentioned: undefined }, 'instance.followersRule.isMentioned'],
  ])('400 %s', async (_, part, field) => {
    const answer = await admin.put('/instance', { instance: { followersRule: { ...DEFAULT, ...part } } });
    expect([answer.status, answer.body.errors.map((error) => error.field)]).toEqual([400, [field]]);
  });
});

describe('those who follow every ticket', () => {
  test('follow it from its creation, beside those who were named there', async () => {
    await rule({ peoples: [LINUS, asPerson(mara)] });
    const { id, followers: first } = await api.newTicket({ followers: [GRACE, { ...LINUS, name: 'Linus again' }] });
    expect(names(first)).toEqual(['Grace', 'Linus again', 'Mara Member']);
    expect(await told(id)).toEqual([
      ['Grace', 'Linus again'],
      ['Grace', 'Linus again', 'Mara Member'],
    ]);
    expect((await api.history(id)).map(({ action }) => action)).toEqual(['created']);
    // A member sees it from then on, and what is private there no more than before.
    succeed(await api.post(`/tickets/${id}/comments`, { comment: 'Hush', isPrivate: true, user: GRACE }));
    expect((await member.get<Activity>(`/tickets/${id}/activities`)).body.items.map((one) => one.action)).toEqual([
      'created',
    ]);
  });

  test('do not follow what was there before, nor what somebody else changes', async () => {
    const { id } = await api.newTicket();
    await rule({ peoples: [LINUS] });
    succeed(await api.put(`/tickets/${id}`, { ticket: { title: 'Other' }, user: GRACE }));
    succeed(await api.post(`/tickets/${id}/comments`, { comment: 'Hello', user: GRACE }));
    expect(await followers(id)).toEqual([]);
  });
});

interface Case {
  name: string;
  html: (who: LocalPerson) => string;
  follows: boolean;
}
const link = (href: string, text: string) => `<p>Hi <a class="x" href="${href}">${text}</a>!</p>`;
const mentions: Case[] = [
  { name: 'by mail address', html: mention, follows: true },
  { name: 'by id', html: ({ id }) => link(`mailto:${id}`, '@Olga'), follows: true },
  { name: 'in other letters', html: ({ email }) => link(`mailto:${email.toUpperCase()}`, '@Olga'), follows: true },
  {
    name: 'escaped',
    html: ({ email }) => link(`mailto:${email.replace('@', '%40')}?subject=x`, '@Olga'),
    follows: true,
  },
  { name: 'with formatting', html: ({ email }) => link(`mailto:${email}`, '<b>@Olga</b>'), follows: true },
  { name: 'as a mere address', html: ({ email }) => link(`mailto:${email}`, email), follows: false },
  { name: 'as a page', html: () => link('https://example.com/@olga', '@Olga'), follows: false },
  { name: 'as words', html: ({ name, email }) => `<p>@${name} ${email}</p>`, follows: false },
  { name: 'with an address that is none', html: () => link('mailto:%E0%A4%A', '@Olga'), follows: false },
  { name: 'who is nobody here', html: () => link('mailto:ada@contoso.com', '@Ada'), follows: false },
];

describe('whoever is mentioned', () => {
  test.each(mentions)('$name: $follows', async ({ html, follows }) => {
    const { id } = await api.newTicket();
    succeed(await assignee.send('POST', `/tickets/${id}/comments`, { comment_HTML: html(olga) }));
    expect(await followers(id)).toEqual(follows ? ['Olga Owner'] : []);
    expect(await told(id)).toEqual(follows ? [[], ['Olga Owner']] : undefined);
    expect(await api.history(id)).toHaveLength(2);
  });

  test('in a description: once, when it is written', async () => {
    const created = await member.send('POST', '/tickets', {
      ticket: { title: 'New', requestor: asPerson(mara), description_HTML: mention(asif) },
    });
    const { id } = succeed(created).body.item;
    expect(names(created.body.item.followers)).toEqual(['Asif Assignee']);
    succeed(await assignee.send('PUT', `/tickets/${id}/following`, { following: false }));
    const update = (ticket: object) => assignee.send('PUT', `/tickets/${id}`, { ticket });
    succeed(await update({ description_HTML: `${mention(asif)}${mention(olga)}`, followers: [GRACE] }));
    expect(await followers(id)).toEqual(['Grace', 'Olga Owner']);
    expect(await told(id)).toEqual([[], ['Grace', 'Olga Owner']]);
    expect((await api.history(id)).map(({ action }) => action)).toEqual(['updated', 'updated', 'created']);
  });

  test('beside files', async () => {
    const { id } = await api.newTicket();
    const attachments = [{ src: 'https://example.com/x' }];
    const body = { attachments, comment_HTML: mention(olga) };
    succeed(await assignee.send('POST', `/tickets/${id}/attachments`, body));
    expect(await told(id)).toEqual([[], ['Olga Owner']]);
  });

  test('as requestor or assignee is told anyway, and a follower is one already', async () => {
    const { id } = await api.newTicket({
      requestor: asPerson(mara),
      assignee: asPerson(asif),
      followers: [{ ...asPerson(olga), id: olga.id.toUpperCase() }],
    });
    const comment_HTML = [mara, asif, olga].map(mention).join('');
    succeed(await assignee.send('POST', `/tickets/${id}/comments`, { comment_HTML }));
    expect([await followers(id), await told(id)]).toEqual([['Olga Owner'], undefined]);
  });

  test('sees the ticket from then on, without its private notes', async () => {
    const { id } = await api.newTicket();
    expect(await code(member.get(`/tickets/${id}`))).toEqual(NOT_FOUND);
    const say = (html: string, isPrivate: boolean) =>
      assignee.send('POST', `/tickets/${id}/comments`, { comment_HTML: html, isPrivate });
    succeed(await say(`${mention(mara)} hush`, true));
    expect([await followers(id), await told(id)]).toEqual([[], undefined]);
    expect(await code(member.get(`/tickets/${id}`))).toEqual(NOT_FOUND);
    succeed(await say(mention(mara), false));
    const history = succeed(await member.get<Activity>(`/tickets/${id}/activities`));
    expect(history.body.items.map(({ action }) => action)).toEqual(['commented', 'created']);
    expect(history.text).not.toContain('hush');
  });

  test('by a program in the name of nobody here stays out, as everybody does without the rule', async () => {
    const { id } = await api.newTicket();
    const say = (user: object) => api.post(`/tickets/${id}/comments`, { comment_HTML: mention(olga), user });
    succeed(await say(GRACE));
    await api.newTicket({ description_HTML: mention(olga) });
    expect(await followers(id)).toEqual([]);
    await rule({ isMentioned: false });
    succeed(await say(asPerson(asif)));
    expect(await followers(id)).toEqual([]);
    await rule({ isMentioned: true });
    succeed(await say({ ...asPerson(asif), name: 'Somebody' }));
    expect(await followers(id)).toEqual(['Olga Owner']);
  });
});

describe('whoever comments', () => {
  const say = (id: string, body: object, who: SignedIn = assignee) => who.send('POST', `/tickets/${id}/comments`, body);
  const acts: { name: string; act: (id: string) => Promise<unknown>; follows: boolean; action: string }[] = [
    { name: 'comments', act: (id) => say(id, { comment: 'Hello' }), follows: true, action: 'commented' },
    {
      name: 'moves it with a comment',
      act: (id) => assignee.send('PUT', `/tickets/${id}/status`, { status: 'Started', comment: 'On it' }),
      follows: true,
      action: 'started',
    },
    {
      name: 'adds files with a comment',
      act: (id) =>
        assignee.send('POST', `/tickets/${id}/attachments`, {
          attachments: [{ src: 'https://example.com/x' }],
          comment: 'See',
        }),
      follows: true,
      action: 'attached',
    },
    {
      name: 'moves many with a comment',
      act: (id) => assignee.send('POST', '/tickets/bulk', { ticketIds: [id], status: 'Started', comment: 'On it' }),
      follows: true,
      action: 'started',
    },
    {
      name: 'is named by a key',
      act: (id) => api.post(`/tickets/${id}/comments`, { comment: 'x', user: { ...asPerson(asif), name: 'Asi' } }),
      follows: true,
      action: 'commented',
    },
    {
      name: 'writes a note',
      act: (id) => say(id, { comment: 'Hush', isPrivate: true }),
      follows: false,
      action: 'commented',
    },
    {
      name: 'moves it without a word',
      act: (id) => assignee.send('PUT', `/tickets/${id}/status`, { status: 'Started' }),
      follows: false,
      action: 'started',
    },
    {
      name: 'adds files alone',
      act: (id) =>
        assignee.send('POST', `/tickets/${id}/attachments`, { attachments: [{ src: 'https://example.com/x' }] }),
      follows: false,
      action: 'attached',
    },
    {
      name: 'changes it',
      act: (id) => assignee.send('PUT', `/tickets/${id}`, { ticket: { description: 'More' } }),
      follows: false,
      action: 'updated',
    },
    {
      name: 'is known to a key alone',
      act: (id) => api.post(`/tickets/${id}/comments`, { comment: 'x', user: GRACE }),
      follows: false,
      action: 'commented',
    },
  ];
  test.each(acts)('$name: $follows', async ({ act, follows, action }) => {
    await rule({ isCommenter: true });
    const { id } = await api.newTicket();
    await act(id);
    expect(await followers(id)).toEqual(follows ? ['Asif Assignee'] : []);
    expect(await told(id)).toEqual(follows ? [[], ['Asif Assignee']] : undefined);
    expect((await api.history(id)).map((one) => one.action)).toEqual([action, 'created']);
  });

  test('as requestor or assignee becomes none, nor does anybody without the rule', async () => {
    const { id } = await api.newTicket({ requestor: asPerson(mara), assignee: asPerson(asif) });
    await rule({ isCommenter: true });
    succeed(await say(id, { comment: 'I take this' }));
    succeed(await say(id, { comment: 'Thanks' }, member));
    expect(await followers(id)).toEqual([]);
    await rule({ isCommenter: false });
    const other = await api.newTicket();
    succeed(await say(other.id, { comment: 'Hello' }));
    expect(await followers(other.id)).toEqual([]);
  });

  test('stays out after leaving, until they comment again', async () => {
    await rule({ isCommenter: true });
    const { id } = await api.newTicket();
    succeed(await say(id, { comment: 'Hello' }));
    succeed(await assignee.send('PUT', `/tickets/${id}/following`, { following: false }));
    succeed(await api.post(`/tickets/${id}/comments`, { comment: 'Well', user: ADA }));
    expect(await followers(id)).toEqual([]);
    succeed(await say(id, { comment: 'Once more' }));
    expect(await followers(id)).toEqual(['Asif Assignee']);
  });
});
