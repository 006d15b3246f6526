import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { LocalPerson } from '../../api/auth/local-issuer.ts';
import type { Report } from '../../api/contract/reports.ts';
import type { Ticket } from '../../api/contract/tickets.ts';
import { startServer, type TestServer } from '../helpers/server.ts';
import { type Api, apiOf, succeed } from './reference.ts';
import { code, type SignedIn, signedIn } from './signed-in.ts';

let server: TestServer;
let instanceId: string;
let api: Api;
let asif: SignedIn;
let olga: SignedIn;
let requestor: SignedIn;
let ada: LocalPerson;
let newTicket: () => Promise<string>;
let byKey: (ticketId: string, status: string) => Promise<unknown>;

beforeAll(async () => {
  server = await startServer();
  const instance = await server.newInstance();
  instanceId = instance.id;
  api = apiOf(instance);
  ada = server.newPerson('Ada Requestor');
  asif = signedIn(await server.join(instance.id, server.newPerson('Asif Khan'), 'assignee'));
  olga = signedIn(await server.join(instance.id, server.newPerson('Olga Petrova'), 'owner'));
  requestor = signedIn(await server.join(instance.id, ada, 'member'));
  newTicket = async () => (await api.newTicket({ title: 'A slip of the hand', requestor: ada })).id;
  byKey = (ticketId, status) => code(api.put(`/tickets/${ticketId}/status`, { status }));
});
afterAll(() => server.close());

interface Said {
  comment?: string;
  resolution?: string;
}

const move = (who: SignedIn, ticketId: string, status: string, said: Said = {}) =>
  who.send('PUT', `/tickets/${ticketId}/status`, { status, ...said });

describe('a move that the workflow has no way back from', () => {
  test('200 for whoever made it, at once; the history has both', async () => {
    const id = await newTicket();
    succeed(await move(asif, id, 'Started'));
    expect(succeed(await move(asif, id, 'Open')).body.item.statusId).toBe('open');
    const { items } = succeed(await asif.get(`/tickets/${id}/activities`)).body;
    expect(items).toHaveLength(3);
  });

  test('400 a minute later', async () => {
    const id = await newTicket();
    succeed(await move(asif, id, 'Started'));
    server.clock.advance(60_001);
    expect(await code(move(asif, id, 'Open'))).toEqual([400, 'invalid_input']);
  });

  test('400 for somebody else, and with a key', async () => {
    const id = await newTicket();
    succeed(await move(asif, id, 'Started'));
    expect(await code(move(olga, id, 'Open'))).toEqual([400, 'invalid_input']);
    expect(await byKey(id, 'Open')).toEqual([400, 'invalid_input']);
  });

  test('400 once something else has happened to the ticket', async () => {
    const id = await newTicket();
    succeed(await move(asif, id, 'Started'));
    succeed(await asif.send('POST', `/tickets/${id}/comments`, { comment: 'I am on it' }));
    expect(await code(move(asif, id, 'Open'))).toEqual([400, 'invalid_input']);
  });

  test('400 to any other state than the one it came from', async () => {
    const id = await newTicket();
    succeed(await move(asif, id, 'Closed'));
    expect(await code(move(asif, id, 'Pending'))).toEqual([400, 'invalid_input']);
  });
});

const KEPT = [
  ...['statusId', 'resolution', 'firstResponseOn', 'firstResolutionOn', 'lastResolutionOn', 'lastResolutionComment'],
] as (keyof Ticket)[];
const kept = async (ticketId: string) => {
  const ticket = await api.ticket(ticketId);
  return Object.fromEntries(KEPT.map((name) => [name, ticket[name]]));
};
const actions = async (ticketId: string) => (await api.history(ticketId)).map(({ action }) => action).toReversed();
const figures = async () => {
  const { current } = succeed(await olga.get<Report>('/reports/overview')).body.item;
  return { resolved: current.resolved, reopened: current.reopened, responses: current.firstResponse.count };
};

/** Moves one after the other, a moment apart; the last of them by Asif, who then takes it back. */
const TAKEN_BACK: [title: string, before: [status: string, said?: Said][], last: [status: string, said?: Said]][] = [
  ['started', [], ['Started']],
  ['resolved', [], ['Resolved', { resolution: 'fixed' }]],
  ['resolved from work', [['Started']], ['Resolved', { resolution: 'fixed' }]],
  ['closed without a word', [['Pending', { comment: 'Which one?' }]], ['Closed', { resolution: 'cancelled' }]],
  [
    'resolved a second time, another way',
    [['Resolved', { resolution: 'fixed', comment: 'Once' }], ['Reopened']],
    ['Resolved', { resolution: 'cannotResolve' }],
  ],
  ['reopened', [['Resolved', { resolution: 'fixed', comment: 'Once' }]], ['Reopened']],
  ['closed after it was resolved', [['Resolved', { resolution: 'fixed' }]], ['Closed', { resolution: 'cancelled' }]],
];

describe('what is taken back was never there', () => {
  test.each(TAKEN_BACK)('200 %s', async (_, before, last) => {
    const id = await newTicket();
    for (const [status, said] of before) {
      server.clock.advance(61_000);
      succeed(await move(olga, id, status, said));
    }
    server.clock.advance(61_000);
    const [was, counted] = [await kept(id), await figures()];
    succeed(await move(asif, id, ...last));
    expect(await kept(id)).not.toEqual(was);
    const done = await api.history(id);
    server.clock.advance(10_000);
    const back = succeed(await move(asif, id, String(was.statusId)));
    expect(back.body.item).toMatchObject(was);
    expect(await kept(id)).toEqual(was);
    expect(await figures()).toEqual(counted);
    // The history says what was done, and that it was taken back.
    const [latest, ...earlier] = await api.history(id);
    expect(latest!.action).toBe('updated');
    expect(earlier).toEqual(done);
  });

  test('200 in many tickets at once', async () => {
    const ticketIds = [await newTicket(), await newTicket()];
    const [was, counted] = [await Promise.all(ticketIds.map(kept)), await figures()];
    const all = (status: string, said: Said = {}) => asif.send('POST', '/tickets/bulk', { ticketIds, status, ...said });
    succeed(await all('Resolved', { resolution: 'fixed' }));
    expect((await figures()).resolved).toBe(counted.resolved + 2);
    succeed(await all('Open'));
    expect(await Promise.all(ticketIds.map(kept))).toEqual(was);
    expect(await figures()).toEqual(counted);
  });

  test('200 of two moves the last alone; the one before it stays', async () => {
    const id = await newTicket();
    succeed(await move(asif, id, 'Started'));
    server.clock.advance(1000);
    const was = await kept(id);
    succeed(await move(asif, id, 'Resolved', { resolution: 'fixed' }));
    succeed(await move(asif, id, 'Started'));
    expect(await kept(id)).toEqual(was);
    expect(await code(move(asif, id, 'Open'))).toEqual([400, 'invalid_input']);
  });

  test('200 what was taken back can be done again, and counts', async () => {
    const id = await newTicket();
    const { resolved } = await figures();
    for (const status of ['Resolved', 'Open', 'Resolved']) succeed(await move(asif, id, status));
    expect(await actions(id)).toEqual(['created', 'resolved', 'updated', 'resolved']);
    expect((await kept(id)).lastResolutionOn).toBe(server.clock.now().toISOString());
    expect((await figures()).resolved).toBe(resolved + 1);
  });

  test('200 what was said with the move stays, and was a response', async () => {
    const id = await newTicket();
    succeed(await move(asif, id, 'Resolved', { comment: 'It was the cable' }));
    const respondedOn = server.clock.now().toISOString();
    server.clock.advance(5000);
    succeed(await move(asif, id, 'Open'));
    const none = { resolution: '', firstResolutionOn: '', lastResolutionOn: '', lastResolutionComment: '' };
    expect(await kept(id)).toEqual({ statusId: 'open', firstResponseOn: respondedOn, ...none });
    expect((await api.history(id)).map(({ comment }) => comment)).toContain('It was the cable');
  });

  test('200 a note among those who work it is nothing in between', async () => {
    const id = await newTicket();
    const was = await kept(id);
    succeed(await move(asif, id, 'Resolved'));
    succeed(await olga.send('POST', `/tickets/${id}/comments`, { comment: 'Really?', isPrivate: true }));
    succeed(await move(asif, id, 'Open'));
    expect(await kept(id)).toEqual(was);
  });
});

describe('a move that the workflow has, back to where the ticket was', () => {
  /** What comes between Asif's resolution of a reopened ticket and the move back, and who makes that. */
  const REOPENED: [title: string, between: (id: string) => Promise<unknown>, who: () => SignedIn, said: Said][] = [
    ['a minute later', async () => server.clock.advance(60_001), () => asif, {}],
    ['of somebody else', async () => undefined, () => olga, {}],
    [
      'after an answer of the requestor',
      (id) => requestor.send('POST', `/tickets/${id}/comments`, { comment: 'It is not' }),
      () => asif,
      {},
    ],
    ['with a word about it', async () => undefined, () => asif, { comment: 'It came back' }],
  ];
  test.each(REOPENED)('200 %s is a reopening, and counts', async (_, between, who, said) => {
    const id = await newTicket();
    succeed(await move(olga, id, 'Resolved'));
    succeed(await move(olga, id, 'Reopened', { comment: 'Still broken' }));
    server.clock.advance(1000);
    succeed(await move(asif, id, 'Resolved', { resolution: 'fixed' }));
    const [was, { reopened }] = [await kept(id), await figures()];
    await between(id);
    succeed(await move(who(), id, 'Reopened', said));
    expect(await kept(id)).toEqual({ ...was, statusId: 'reopened' });
    expect((await actions(id)).at(-1)).toBe('reopened');
    expect((await figures()).reopened).toBe(reopened + 1);
  });

  test('200 with a key it is a reopening, also at once', async () => {
    const id = await newTicket();
    for (const status of ['Resolved', 'Reopened', 'Resolved', 'Reopened']) await api.move(id, status);
    expect(await actions(id)).toEqual(['created', 'resolved', 'reopened', 'resolved', 'reopened']);
  });
});

test('200 the clock of what was promised goes on as if it had never stood still', async () => {
  const timersOf = async (id: string) =>
    (await server.environment.store.instance(instanceId).get('ticket', id))?.hidden?.timers;
  const id = await newTicket();
  succeed(await move(asif, id, 'Resolved'));
  server.clock.advance(30_000);
  succeed(await move(asif, id, 'Open'));
  expect(await timersOf(id)).toBeUndefined();
  succeed(await move(olga, id, 'Pending'));
  const waiting = { waitingSince: server.clock.now().toISOString() };
  server.clock.advance(600_000);
  succeed(await move(asif, id, 'Started'));
  expect(await timersOf(id)).toEqual({ waitedMs: expect.any(Number) });
  server.clock.advance(10_000);
  succeed(await move(asif, id, 'Pending'));
  expect(await timersOf(id)).toEqual(waiting);
});
