import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Ticket } from '../../api/contract/tickets.ts';
import { startServer, type TestServer } from '../helpers/server.ts';
import { ADA, type Answer, type Api, apiOf, GRACE } from './reference.ts';

const MINUTE = 60_000;

let server: TestServer;
let api: Api;
let path: string;

beforeAll(async () => {
  server = await startServer();
  api = apiOf(await server.newInstance());
});
beforeEach(async () => {
  path = `/tickets/${(await api.newTicket()).id}`;
});
afterAll(() => server.close());

/** Does something one minute later; answers when that was. */
async function later(act: () => Promise<Answer<unknown>>): Promise<string> {
  server.clock.advance(MINUTE);
  const { status, text } = await act();
  if (status >= 400) throw new Error(text);
  return server.clock.now().toISOString();
}

const comment =
  (user?: object, isPrivate = false) =>
  () =>
    api.post(`${path}/comments`, { comment: 'Hello', isPrivate, user });
const move =
  (status: string, more: object = { user: GRACE }) =>
  () =>
    api.put(`${path}/status`, { status, ...more });
const update = (user: object) => () =>
  api.put(path, { ticket: { title: `At ${server.clock.now().toISOString()}` }, user });
const ticket = async (): Promise<Ticket> => (await api.get(path)).body.item;

describe('firstResponseOn', () => {
  const responses = [
    { name: 'TW-20 a public comment of somebody else', act: () => comment(GRACE)() },
    { name: 'TW-20 a move by somebody else', act: () => move('Started')() },
    {
      name: 'TW-20 a comment with a move to the same state by somebody else',
      act: () => move('Open', { comment: 'Hello', user: GRACE })(),
    },
    { name: 'TW-20 a comment of the key itself', act: () => comment()() },
  ];
  test.each(responses)('$name is a response', async ({ act }) => {
    const at = await later(act);
    expect(await ticket()).toMatchObject({ firstResponseOn: at, lastInteraction: at });
  });

  const silence = [
    { name: 'TW-20 a comment of the requestor', act: () => comment(ADA)() },
    {
      name: 'TW-20 a comment of the requestor whose id is written otherwise',
      act: () => comment({ ...ADA, id: ADA.id.toUpperCase() })(),
    },
    { name: 'TW-20 a private comment of somebody else', act: () => comment(GRACE, true)() },
    { name: 'TW-20 a move by the requestor', act: () => move('Closed', { user: ADA })() },
    { name: 'TW-20 an update by somebody else', act: () => update(GRACE)() },
  ];
  test.each(silence)('$name is no response', async ({ act }) => {
    const at = await later(act);
    expect(await ticket()).toMatchObject({ firstResponseOn: '', lastInteraction: at });
  });

  test('TW-20 it is the first one that counts', async () => {
    await later(comment(ADA));
    const first = await later(comment(GRACE));
    await later(comment(GRACE));
    await later(move('Resolved'));
    expect((await ticket()).firstResponseOn).toBe(first);
  });
});

describe('firstResolutionOn, lastResolutionOn and lastResolutionComment', () => {
  test('TW-20 nothing before there is a resolution', async () => {
    await later(move('Started', { comment: 'On it' }));
    expect(await ticket()).toMatchObject({
      firstResolutionOn: '',
      lastResolutionOn: '',
      lastResolutionComment: '',
      resolution: '',
    });
  });

  test.each(['Resolved', 'Closed'])('TW-20 %s is a resolution', async (status) => {
    const at = await later(move(status, { comment: 'New cable', resolution: 'fixed' }));
    expect(await ticket()).toMatchObject({
      firstResolutionOn: at,
      lastResolutionOn: at,
      lastResolutionComment: 'New cable',
      resolution: 'fixed',
    });
  });

  test.each(['fixed', 'cannotResolve', 'cancelled'])('TW-42 the resolution %s', async (resolution) => {
    await later(move('Resolved', { resolution }));
    expect((await ticket()).resolution).toBe(resolution);
  });

  test('TW-42 a resolution is optional', async () => {
    await later(move('Resolved'));
    expect(await ticket()).toMatchObject({ status: 'Resolved', resolution: '', lastResolutionComment: '' });
  });

  test('TW-20 reopening keeps them; resolving again sets the last ones only', async () => {
    const first = await later(move('Resolved', { comment: 'New cable', resolution: 'fixed' }));
    await later(move('Reopened', { comment: 'Broken again' }));
    expect(await ticket()).toMatchObject({
      firstResolutionOn: first,
      lastResolutionOn: first,
      lastResolutionComment: 'New cable',
      resolution: 'fixed',
    });
    const second = await later(move('Resolved', { comment: 'New plug', resolution: 'cannotResolve' }));
    expect(await ticket()).toMatchObject({
      firstResolutionOn: first,
      lastResolutionOn: second,
      lastResolutionComment: 'New plug',
      resolution: 'cannotResolve',
    });
  });

  test('TW-20 resolving again without a comment leaves none', async () => {
    await later(move('Resolved', { comment: 'New cable' }));
    await later(move('Reopened'));
    await later(move('Resolved'));
    expect((await ticket()).lastResolutionComment).toBe('');
  });

  test('TW-20 closing what is resolved is no second resolution', async () => {
    const resolved = await later(move('Resolved', { comment: 'New cable' }));
    await later(move('Closed', { comment: 'No answer for a week' }));
    expect(await ticket()).toMatchObject({
      status: 'Closed',
      lastResolutionOn: resolved,
      lastResolutionComment: 'New cable',
    });
  });
});

describe('the other times', () => {
  const acts = [
    { name: 'TW-20 a comment is an interaction and no update', act: () => comment(GRACE)(), isUpdate: false },
    { name: 'TW-20 a private comment is an interaction too', act: () => comment(GRACE, true)(), isUpdate: false },
    { name: 'TW-20 a move is both', act: () => move('Started')(), isUpdate: true },
    { name: 'TW-20 an update is both', act: () => update(GRACE)(), isUpdate: true },
  ];
  test.each(acts)('$name', async ({ act, isUpdate }) => {
    const before = await ticket();
    const at = await later(act);
    expect(await ticket()).toMatchObject({
      createdOn: before.createdOn,
      createdBy: ADA,
      lastInteraction: at,
      lastUpdatedOn: isUpdate ? at : before.lastUpdatedOn,
      lastUpdatedBy: isUpdate ? GRACE : ADA,
    });
  });

  test('TW-38 every time is UTC, ISO 8601 with Z, whatever the timezone', async () => {
    await later(move('Resolved'));
    const { item } = (await api.get(`${path}?timezone=Europe/Berlin`)).body;
    const times = [
      item.createdOn,
      item.lastUpdatedOn,
      item.lastInteraction,
      item.firstResponseOn,
      item.firstResolutionOn,
      item.lastResolutionOn,
    ];
    for (const time of times) expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(item).toEqual(await ticket());
  });
});
