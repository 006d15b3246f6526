import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { LocalPerson } from '../../api/auth/local-issuer.ts';
import type { Erasure } from '../../api/contract/erasure.ts';
import { erasures } from '../../api/jobs/erasures.ts';
import { createWorker, type Worker } from '../../api/jobs/worker.ts';
import { activityDocument, ticketDocument } from '../helpers/documents.ts';
import { startServer, type TestInstance, type TestServer } from '../helpers/server.ts';
import { type Api, apiOf, GRACE, succeed } from '../rest/reference.ts';
import { asPerson } from '../rest/signed-in.ts';
import { dying, readableLog } from './subject.ts';

/** Erasing somebody whom much names: the request begins it, and a job ends it whatever happens meanwhile. */

/** More than the request does itself. */
const TICKETS = 520;

let server: TestServer;
let instance: TestInstance;
let admin: Api;
let eve: LocalPerson;
beforeEach(async () => {
  server = await startServer();
  instance = await server.newInstance();
  admin = apiOf(instance, 'administrative');
  eve = server.newPerson('Evelyn Quill');
  await server.join(instance.id, eve, 'assignee');
  const { newId, store } = server.environment;
  const her = asPerson(eve);
  const puts = [];
  for (let ticketNo = 1001; ticketNo <= 1000 + TICKETS; ticketNo++) {
    const ticket = ticketDocument({ id: newId(), ticketNo, requestor: her, createdBy: GRACE, lastUpdatedBy: GRACE });
    const activity = activityDocument({ id: newId(), ticketId: ticket.id, createdBy: her });
    puts.push({ put: 'ticket' as const, id: ticket.id, value: ticket, replaces: null });
    puts.push({ put: 'activity' as const, id: activity.id, value: activity, replaces: null });
  }
  while (puts.length > 0) await store.instance(instance.id).commit(puts.splice(0, 90));
});
afterEach(() => server.close());

function newWorker(store = server.environment.store): Worker {
  const { now } = server.clock;
  const { log } = readableLog();
  return createWorker({ store, now, log, handlers: [erasures({ ...server.environment, store })], random: () => 0.5 });
}

const erase = async () => succeed(await admin.post<Erasure>(`/people/${eve.id}/erasure`, { confirm: true })).body.item;
const listed = async () => succeed(await admin.get<Erasure>('/erasures')).body.items;

/** Whatever the instance keeps that names her, but for the record of what goes on. */
async function left(): Promise<number> {
  let count = 0;
  for await (const page of server.environment.store.instance(instance.id).holding([eve.id, eve.email])) {
    count += page.filter((held) => 'event' in held || held.kind !== 'erasure').length;
  }
  return count;
}

async function finish(): Promise<Erasure> {
  for (let tries = 0; tries < 100; tries++) {
    const [erasure] = await listed();
    if (erasure!.doneOn !== '') return erasure!;
    server.clock.advance(61_000);
    await newWorker().drain();
  }
  throw new Error('It is never done.');
}

test('the answer comes before it is done; the list says how far it is, and names nobody', async () => {
  const begun = await erase();
  expect(begun).toMatchObject({ doneOn: '', tickets: 0, activities: 0, startedOn: server.clock.now().toISOString() });
  expect(begun.total).toBeGreaterThanOrEqual(2 * TICKETS);
  expect(await listed()).toEqual([begun]);
  expect(await left()).toBeGreaterThan(TICKETS);
  const done = await finish();
  expect(done).toMatchObject({ pseudonym: begun.pseudonym, tickets: TICKETS, activities: TICKETS });
  expect(await left()).toBe(0);
  expect((await admin.get(`/people/${eve.id}/traces`)).status).toBe(404);
  const record = await server.environment.store.instance(instance.id).get('erasure', begun.pseudonym.id);
  expect(JSON.stringify(record!.value).toLowerCase()).not.toContain(eve.id.toLowerCase());
  server.clock.advance(31 * 24 * 60 * 60_000);
  expect(await listed()).toEqual([]);
});

test('asked for twice it is done once', async () => {
  await erase();
  await newWorker(dying(server.environment.store, 25, true))
    .drain()
    .catch(() => undefined);
  server.clock.advance(61_000);
  const [halfway] = await listed();
  expect(halfway!.tickets + halfway!.activities).toBeGreaterThan(0);
  const again = await erase();
  expect(again.total).toBeLessThan(2 * TICKETS);
  const done = await finish();
  expect(done.tickets + done.activities).toBeLessThan(2 * TICKETS);
  expect(await left()).toBe(0);
  expect(await listed()).toEqual([done]);
});

test.each([2, 20, 25, 30])('when every process dies after %i requests, it goes on', async (calls) => {
  await erase();
  for (const isDoneFirst of [false, true, false, true]) {
    await newWorker(dying(server.environment.store, calls, isDoneFirst))
      .drain()
      .catch(() => undefined);
    server.clock.advance(61_000);
  }
  const done = await finish();
  expect(done).toMatchObject({ tickets: TICKETS, activities: TICKETS });
  expect(await left()).toBe(0);
  server.clock.advance(61_000);
  await newWorker().drain();
  expect(await listed()).toEqual([done]);
});

test('what is little is done with the answer, and the job finds nothing to do', async () => {
  await erase();
  await finish();
  const mark = asPerson(server.newPerson('Little Known'));
  await apiOf(instance).newTicket({ requestor: mark });
  const done = succeed(await admin.post<Erasure>(`/people/${mark.id}/erasure`, { confirm: true })).body.item;
  expect(done).toMatchObject({ tickets: 1, doneOn: server.clock.now().toISOString() });
  server.clock.advance(61_000);
  expect(await newWorker().drain()).toBe(1);
  expect(await listed()).toEqual([done, expect.anything()]);
});
