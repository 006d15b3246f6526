import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { LocalPerson } from '../../api/auth/local-issuer.ts';
import type { Activity } from '../../api/contract/activities.ts';
import type { Instance } from '../../api/contract/instance.ts';
import type { Ticket, TicketUpdate } from '../../api/contract/tickets.ts';
import { createDemo } from '../../api/demo.ts';
import { beginFeed, feedHandler } from '../../api/jobs/feed.ts';
import { beginTimers, timers } from '../../api/jobs/timers.ts';
import { createWorker, type Worker } from '../../api/jobs/worker.ts';
import { startServer, type TestInstance, type TestServer } from '../helpers/server.ts';
import { ADA, type Api, answerOf, apiOf, GRACE, LINUS, setClock, succeed } from '../rest/reference.ts';
import { asPerson } from '../rest/signed-in.ts';
import { dying, readableLog } from './subject.ts';

/** What time does to tickets, seen through the API. The week begins on Monday, 2026-02-02. */

let server: TestServer;
let instance: TestInstance;
let api: Api;
let admin: Api;
let worker: Worker;
beforeEach(async () => {
  server = await startServer();
  setClock(server, '2026-02-02T08:00:00Z');
  instance = await server.newInstance();
  api = apiOf(instance);
  admin = apiOf(instance, 'administrative');
  await beginFeed(server.environment.store, server.clock.now);
  worker = newWorker();
});
afterEach(() => server.close());

function newWorker(store = server.environment.store): Worker {
  const { now } = server.clock;
  const { log } = readableLog();
  const timed = timers({ ...server.environment, store });
  const feed = feedHandler({ store, now, log, subscribers: [timed.subscriber], pollMs: 1000 });
  return createWorker({ store, now, log, handlers: [feed, ...timed.handlers], random: () => 0.5 });
}

/** Everything that is due, with what follows from it. */
async function work(): Promise<void> {
  server.clock.advance(1000);
  while ((await worker.drain()) > 1) server.clock.advance(1000);
}

/** The clock goes on to this moment, and everything that is due until then is done. */
async function until(moment: string): Promise<void> {
  await work();
  setClock(server, moment);
  await work();
}

const update = async (settings: Partial<Instance>) => succeed(await admin.put('/instance', { instance: settings }));
const sla = (part: Partial<Instance['sla']> = {}) =>
  update({
    sla: {
      timezone: 'UTC',
      workingHours: [1, 2, 3, 4, 5].map((weekday) => ({ weekday, from: '09:00', to: '17:00' })),
      holidays: [],
      targets: [
        { priority: 'Medium', firstResponseMinutes: 120, resolutionMinutes: 480 },
        { priority: 'Urgent', firstResponseMinutes: 60, resolutionMinutes: 120 },
      ],
      warningPercent: 75,
      escalateTo: [LINUS],
      ...part,
    },
  });

/** What a ticket says of its promises: `FRT` is broken, `!` told to somebody. */
async function marks(id: string): Promise<string> {
  const { isFrtBreached, isFrtEscalated, isRtBreached, isRtEscalated } = await api.ticket(id);
  return `${isFrtBreached ? 'FRT' : ''}${isFrtEscalated ? '!' : ''} ${isRtBreached ? 'RT' : ''}${isRtEscalated ? '!' : ''}`.trim();
}

/** What the system did with a ticket, the first first. */
async function acts(id: string) {
  const all = (await api.history(id)).toReversed().filter(({ createdBy }) => createdBy.id === 'system');
  return all.map(({ action, changes }) => [action, ...changes.map(({ name }) => name)].join(' '));
}
const BREACH = { frt: 'escalated isFrtBreached isFrtEscalated', rt: 'escalated isRtBreached isRtEscalated' };
const WARNING = { frt: 'escalated frtDueOn', rt: 'escalated rtDueOn' };

const newTicket = async (fields?: TicketUpdate): Promise<string> => (await api.newTicket(fields)).id;
const comment = async (id: string, user = GRACE, more: object = {}) =>
  succeed(await api.post(`/tickets/${id}/comments`, { comment: 'I see', user, ...more }));

describe('a promise', () => {
  beforeEach(async () => {
    await sla();
  });

  test('that is not kept is marked at its time, told once, and found by a filter', async () => {
    await until('2026-02-02T16:00:00Z');
    const id = await newTicket({ assignee: GRACE });
    await until('2026-02-03T09:29:00Z');
    expect(await acts(id)).toEqual([]);
    await until('2026-02-03T09:30:30Z');
    expect(await acts(id)).toEqual([WARNING.frt]);
    await until('2026-02-03T09:59:00Z');
    expect(await marks(id)).toBe('');
    await until('2026-02-03T10:00:30Z');
    expect(await marks(id)).toBe('FRT!');
    await until('2026-02-03T16:30:00Z');
    expect(await marks(id)).toBe('FRT! RT!');
    await until('2026-03-03T16:30:00Z');
    expect(await acts(id)).toEqual([WARNING.frt, BREACH.frt, WARNING.rt, BREACH.rt]);
    for (const flag of ['isFrtBreached', 'isRtBreached']) {
      expect(succeed(await api.get(`/tickets?${flag}=true`)).body.items.map((ticket) => ticket.id)).toEqual([id]);
    }
    const ticket = await api.ticket(id);
    expect(ticket).toMatchObject({ lastInteraction: ticket.createdOn, lastUpdatedBy: { id: 'system' } });
    expect(ticket.firstResponseOn).toBe('');
  });

  test('of an answer is kept by an answer, and that of a resolution by a resolution', async () => {
    const id = await newTicket({ assignee: GRACE });
    const own = await newTicket();
    await until('2026-02-02T10:00:00Z');
    await comment(id);
    await comment(own, ADA);
    await comment(own, GRACE, { isPrivate: true });
    await until('2026-02-02T12:00:00Z');
    expect([await marks(id), await marks(own)]).toEqual(['', 'FRT!']);
    await api.move(id, 'Resolved');
    await until('2026-02-10T12:00:00Z');
    expect([await marks(id), await marks(own)]).toEqual(['', 'FRT! RT!']);
    expect(await acts(id)).toEqual([]);
  });

  test('does not run out while the ticket waits, nor in the time that it was resolved', async () => {
    const id = await newTicket();
    const again = await newTicket();
    await until('2026-02-02T10:00:00Z');
    await api.move(id, 'Pending');
    await api.move(again, 'Resolved');
    await until('2026-02-06T12:00:00Z');
    await api.move(id, 'Started');
    await api.move(again, 'Reopened');
    succeed(await api.put(`/tickets/${id}`, { ticket: { title: 'It goes on' } }));
    // Each has used one hour of eight.
    await until('2026-02-09T10:58:00Z');
    expect([await marks(id), await marks(again)]).toEqual(['', '']);
    await until('2026-02-09T11:01:00Z');
    expect([await marks(id), await marks(again)]).toEqual(['RT!', 'RT!']);
  });

  test('of an answer does not run out while the requestor has it waiting, and is kept by an answer then', async () => {
    const id = await newTicket();
    const path = `/tickets/${id}/status`;
    succeed(await api.put(path, { status: 'Pending', user: ADA }));
    await until('2026-02-02T15:00:00Z');
    await comment(id);
    await work();
    expect((await api.ticket(id)).firstResponseOn).not.toBe('');
    succeed(await api.put(path, { status: 'Started', user: ADA }));
    await until('2026-02-02T16:59:00Z');
    expect(await acts(id)).toEqual([]);
  });

  test('that ran out while the help desk was switched off is seen to when it is on again', async () => {
    const id = await newTicket();
    await until('2026-02-02T10:00:00Z');
    await update({ enabled: false });
    await until('2026-02-02T11:01:00Z');
    expect(await marks(id)).toBe('');
    await update({ enabled: true });
    await work();
    expect(await marks(id)).toBe('FRT!');
  });

  test('of a ticket that was there before anything kept an eye on it is seen to from the first start on', async () => {
    const { store } = server.environment;
    const id = await newTicket();
    // Whoever starts first follows what happens from then on.
    const [feed] = await store.jobs.claim({ feed: 1000 }, 1);
    await store.jobs.reschedule(feed!, { dueOn: '2026-02-02T08:00:00Z', payload: { cursor: await store.latest() } });
    await until('2026-02-02T11:01:00Z');
    expect(await marks(id)).toBe('');
    await beginTimers(store, server.clock.now);
    await beginTimers(store, server.clock.now);
    await work();
    expect(await acts(id)).toEqual([BREACH.frt]);
  });

  test('moves with the priority', async () => {
    const sooner = await newTicket();
    const later = await newTicket({ priority: 'Urgent' });
    const none = await newTicket({ priority: 'Urgent' });
    await until('2026-02-02T09:50:00Z');
    succeed(await api.put(`/tickets/${sooner}`, { ticket: { priority: 'Urgent' } }));
    succeed(await api.put(`/tickets/${later}`, { ticket: { priority: 'Medium' } }));
    succeed(await api.put(`/tickets/${none}`, { ticket: { priority: 'Low' } }));
    const all = () => Promise.all([sooner, later, none].map(marks));
    await until('2026-02-02T10:01:00Z');
    expect(await all()).toEqual(['FRT!', '', '']);
    await until('2026-02-02T11:01:00Z');
    expect(await all()).toEqual(['FRT! RT!', 'FRT!', '']);
  });

  test('is another one when the settings are, for every open ticket, and what was broken stays so', async () => {
    for (let count = 0; count < 120; count++) await newTicket();
    const broken = await newTicket({ priority: 'Urgent' });
    const count = async () => succeed(await api.get('/tickets?isFrtBreached=true')).body.itemCount;
    await until('2026-02-02T10:30:00Z');
    expect([await marks(broken), await count()]).toEqual(['FRT!', 1]);
    await sla({ targets: [{ priority: 'Medium', firstResponseMinutes: 95, resolutionMinutes: 9000 }] });
    await until('2026-02-02T10:36:00Z');
    expect(await count()).toBe(121);
    await sla({ targets: [] });
    await until('2026-02-12T10:30:00Z');
    expect(await acts(broken)).toEqual([BREACH.frt]);
  });

  test('says with `include=promises` when it is to be kept, until it is; a waiting or resolved ticket has none', async () => {
    const id = await newTicket();
    const promises = async () => {
      const query = 'include=promises&select=promises,title';
      const [one, all] = await Promise.all([api.get(`/tickets/${id}?${query}`), api.get(`/tickets?${query}`)]);
      const [listed] = succeed(all).body.items;
      expect(succeed(one).body.item!.promises).toEqual(listed!.promises);
      return listed!.promises;
    };
    const rt = { warnOn: '2026-02-02T15:00:00.000Z', dueOn: '2026-02-02T17:00:00.000Z' };
    const frt = { warnOn: '2026-02-02T10:30:00.000Z', dueOn: '2026-02-02T11:00:00.000Z' };
    expect(await promises()).toEqual({ frt, rt });
    expect((await api.ticket(id)).promises).toBeUndefined();
    await until('2026-02-02T12:00:00Z');
    await comment(id);
    await api.move(id, 'Pending');
    // What was not kept is told of while there is work to do.
    const broken = { dueOn: frt.dueOn };
    expect(await promises()).toEqual({ frt: broken });
    await until('2026-02-02T13:00:00Z');
    await api.move(id, 'Started');
    const later = { warnOn: '2026-02-02T15:59:58.000Z', dueOn: '2026-02-03T09:59:58.000Z' };
    expect(await promises()).toEqual({ frt: broken, rt: later });
    await api.move(id, 'Resolved');
    expect(await promises()).toEqual({});
  });

  test('in the demo has had its time: from the first look on, some tickets are late, some nearly, most are not', async () => {
    setClock(server, '2026-02-03T10:00:00Z');
    const demo = await createDemo(server.environment);
    const key = demo.keys.find((one) => one.slot === 'primary')!.key;
    const late = async () => {
      const answers = ['isFrtBreached=true', 'isRtBreached=true', 'expectedDateBefore=2026-02-03T10:00:00Z'].map(
        async (filter) => {
          const path = `/ticketing/v1/tickets?key=${key}&isResolved=false&limit=100&${filter}`;
          return (await answerOf<Ticket>(await fetch(server.url + path))).body.items.map(({ ticketNo }) => ticketNo);
        },
      );
      return Promise.all(answers);
    };
    const atFirst = await late();
    expect(atFirst.map((numbers) => numbers.length > 0)).toEqual([true, true, true]);
    expect(new Set(atFirst.flat()).size).toBeLessThan(8);
    await beginTimers(server.environment.store, server.clock.now);
    await work();
    expect(await late()).toEqual(atFirst);
    await until('2026-02-04T16:00:00Z');
    expect(new Set((await late()).flat()).size).toBeGreaterThan(8);
  });

  test('of nobody warns nobody, and warns whoever gets the ticket after that', async () => {
    const id = await newTicket();
    await until('2026-02-02T10:45:00Z');
    expect(await acts(id)).toEqual([]);
    succeed(await api.put(`/tickets/${id}`, { ticket: { assignee: GRACE } }));
    await work();
    expect(await acts(id)).toEqual([WARNING.frt]);
  });

  test('that nobody is named to hear of is marked as broken, and not as told', async () => {
    await sla({ escalateTo: [] });
    const id = await newTicket();
    await until('2026-02-02T11:01:00Z');
    expect(await marks(id)).toBe('FRT');
    expect(await acts(id)).toEqual(['escalated isFrtBreached']);
  });

  test('has no time where nobody works, and none on holidays', async () => {
    await sla({ holidays: ['2026-02-03'] });
    await until('2026-02-02T16:00:00Z');
    const id = await newTicket();
    await until('2026-02-04T09:59:00Z');
    expect(await marks(id)).toBe('');
    await sla({ workingHours: [] });
    await until('2026-02-20T10:01:00Z');
    expect(await marks(id)).toBe('');
  });

  test('is seen to when it was broken while nothing ran, also of what was done since', async () => {
    const late = await newTicket();
    const inTime = await newTicket();
    await work();
    setClock(server, '2026-02-02T10:30:00Z');
    await comment(inTime);
    setClock(server, '2026-02-02T13:00:00Z');
    await comment(late);
    await api.move(late, 'Pending');
    await work();
    expect([await marks(late), await marks(inTime)]).toEqual(['FRT!', '']);
  });

  test('keeps the formatted text of its ticket, and leaves the work of others as it is', async () => {
    const description_HTML = '<p><b>Bold</b></p>';
    const id = await newTicket({ description_HTML });
    await until('2026-02-02T10:00:00Z');
    await api.move(id, 'Pending', 'Started');
    await until('2026-02-02T11:05:00Z');
    succeed(await api.put(`/tickets/${id}`, { ticket: { title: 'Another' } }));
    const { item } = succeed(await api.get(`/tickets/${id}?include=description_HTML`)).body;
    expect(item).toMatchObject({ title: 'Another', description_HTML });
    succeed(await api.put(`/tickets/${id}`, { ticket: { description: 'Plain' } }));
    await api.move(id, 'Pending');
    await until('2026-02-05T11:05:00Z');
    expect(await marks(id)).toBe('');
  });

  test.each([1, 2, 3, 5, 8, 13])('is broken once, whenever the process dies: after %i requests', async (calls) => {
    const id = await newTicket();
    for (const isDoneFirst of [false, true]) {
      const store = dying(server.environment.store, calls, isDoneFirst);
      await newWorker(store)
        .drain()
        .catch(() => undefined);
      server.clock.advance(61_000);
    }
    setClock(server, '2026-02-02T11:30:00Z');
    for (const isDoneFirst of [false, true]) {
      const store = dying(server.environment.store, calls, isDoneFirst);
      await newWorker(store)
        .drain()
        .catch(() => undefined);
      server.clock.advance(61_000);
    }
    server.clock.advance(60 * 60 * 1000);
    await work();
    expect(await acts(id)).toEqual([BREACH.frt]);
  });
});

describe('a ticket with which nobody does anything', () => {
  let ana: LocalPerson;
  beforeEach(async () => {
    await sla({ targets: [] });
    ana = server.newPerson('Ana');
    await server.join(instance.id, ana, 'assignee');
    await update({
      isAutoAssignIdleTickets: true,
      dayBeforeTicketsIdle: 7,
      idleTicketAssignedTo: [LINUS, asPerson(ana)],
      isNotifyIdleTicket: true,
    });
  });

  test('goes to somebody else after these days, once until somebody does something again', async () => {
    const id = await newTicket({ assignee: GRACE });
    await until('2026-02-05T08:00:00Z');
    await comment(id, ADA);
    await until('2026-02-05T18:00:00Z');
    await comment(id, ADA);
    await until('2026-02-12T17:00:00Z');
    expect(await acts(id)).toEqual([]);
    await until('2026-02-12T18:01:00Z');
    expect((await api.ticket(id)).assignee).toEqual(asPerson(ana));
    await until('2026-03-12T18:01:00Z');
    expect(await acts(id)).toEqual(['assigned assignee idleSince']);
    await comment(id);
    await until('2026-03-20T18:01:00Z');
    expect(await acts(id)).toEqual(['assigned assignee idleSince', 'escalated idleSince']);
  });

  test('stays where it is when it is done, or when nothing is to be done with it', async () => {
    const done = await newTicket();
    await api.move(done, 'Resolved');
    await until('2026-02-20T08:00:00Z');
    expect(await acts(done)).toEqual([]);
    const id = await newTicket({ assignee: GRACE });
    await update({ isAutoAssignIdleTickets: false, isNotifyIdleTicket: false });
    await until('2026-03-20T08:00:00Z');
    expect(await acts(id)).toEqual([]);
    await update({ isNotifyIdleTicket: true });
    await work();
    expect(await acts(id)).toEqual(['escalated idleSince']);
    expect((await api.ticket(id)).assignee).toEqual(GRACE);
  });

  test('says to those who ask for it since when, without the private note that came last', async () => {
    const mara = server.newPerson('Mara');
    const id = await newTicket({ requestor: asPerson(mara), assignee: GRACE });
    await until('2026-02-05T08:00:00Z');
    succeed(await api.post(`/tickets/${id}/comments`, { comment: 'Secret', isPrivate: true, user: GRACE }));
    await until('2026-02-20T08:00:00Z');
    const since = (history: Activity[]) => history[0]!.changes.find(({ name }) => name === 'idleSince')!.newValue;
    expect(since(await api.history(id))).toMatch(/^2026-02-05T/);
    const asMember = await server.join(instance.id, mara, 'member');
    const { items } = (await (await asMember(`/tickets/${id}/activities`)).json()) as { items: Activity[] };
    expect(since(items)).toMatch(/^2026-02-02T/);
  });

  test('nor where nobody is left to have it and nobody to tell', async () => {
    succeed(await admin.delete(`/members/${ana.id}`));
    const id = await newTicket();
    await until('2026-02-20T08:00:00Z');
    expect(await acts(id)).toEqual([]);
  });

  test('counts its days anew when their number is changed', async () => {
    const id = await newTicket({ assignee: GRACE });
    await until('2026-02-05T08:00:00Z');
    await update({ dayBeforeTicketsIdle: 2 });
    await work();
    expect(await acts(id)).toEqual(['assigned assignee idleSince']);
  });
});
