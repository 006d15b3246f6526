import { Readable } from 'node:stream';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Attachment } from '../../api/contract/attachments.ts';
import { invoke } from '../../api/core/invoke.ts';
import { beginFeed, feedHandler } from '../../api/jobs/feed.ts';
import { remains } from '../../api/jobs/remains.ts';
import { createWorker } from '../../api/jobs/worker.ts';
import { activityDocument } from '../helpers/documents.ts';
import { startServer, type TestInstance, type TestServer } from '../helpers/server.ts';
import { type Api, apiOf } from '../rest/reference.ts';
import { dying, readableLog } from './subject.ts';

/** Deleting a ticket whenever the process dies meanwhile: another one ends what was begun. */

let server: TestServer;
let instance: TestInstance;
let api: Api;
beforeAll(async () => {
  server = await startServer();
  await beginFeed(server.environment.store, server.clock.now);
});
afterAll(() => server.close());
beforeEach(async () => {
  instance = await server.newInstance();
  api = apiOf(instance);
});

/** What a process does that begins after the other one has died. */
async function work(): Promise<void> {
  const { store } = server.environment;
  const { log } = readableLog();
  const { now } = server.clock;
  const { subscriber, handlers } = remains(server.environment);
  const feed = feedHandler({ store, now, log, subscribers: [subscriber], pollMs: 1000 });
  const worker = createWorker({ store, now, log, handlers: [feed, ...handlers], random: () => 0.5 });
  for (let done = 2; done > 1; ) {
    server.clock.advance(61_000);
    done = await worker.drain();
  }
}

/** A ticket with so many comments, every fortieth with a file. */
async function newTicket(comments: number): Promise<{ id: string; files: string[] }> {
  const { newId, blobs, store } = server.environment;
  const { id } = await api.newTicket();
  const files: string[] = [];
  const puts = [];
  for (let count = 0; count < comments; count++) {
    const attachments = [];
    if (count % 40 === 1) {
      const file = newId();
      await blobs.put(file, Readable.from([Buffer.from('text')]), 100);
      files.push(file);
      attachments.push({ id: file, isHyperlink: false } as Attachment);
    }
    const value = activityDocument({ id: newId(), ticketId: id, attachments });
    puts.push({ put: 'activity' as const, id: value.id, value, replaces: null });
  }
  while (puts.length > 0) await store.instance(instance.id).commit(puts.splice(0, 90));
  return { id, files };
}

const actor = () => ({ instanceId: instance.id, role: 'owner' as const, readOnly: false });

async function left({ id, files }: { id: string; files: string[] }) {
  const { store, blobs } = server.environment;
  const where = { field: 'ticketId', in: [id] };
  const query = { where, orderBy: 'id', direction: 'ASC' as const, limit: 1000 };
  const { items } = await store.instance(instance.id).list('activity', query);
  const opened = await Promise.all(files.map((file) => blobs.open(file)));
  for (const file of opened) file?.content.destroy();
  return {
    isThere: (await store.instance(instance.id).get('ticket', id)) !== null,
    actions: new Set(items.map(({ value }) => value.action)),
    count: items.length,
    files: opened.filter(Boolean).length,
  };
}

const DEATHS = [3, 130].flatMap((comments) =>
  [1, 2, 3, 4, 5, 6, 7].flatMap((calls) => [false, true].map((isDone) => [comments, calls, isDone] as const)),
);

test.each(DEATHS)('with %i comments and a death after %i requests (the last one done: %p)', async (...death) => {
  const [comments, calls, isDoneFirst] = death;
  const ticket = await newTicket(comments);
  const before = await left(ticket);
  const store = dying(server.environment.store, calls, isDoneFirst);
  const environment = { ...server.environment, store };
  await invoke(environment, { actor: actor(), origin: 'api' }, 'deleteTicket', { ticketId: ticket.id }).catch(() => {});
  await work();
  const after = await left(ticket);
  // All of it or nothing, and once it has begun all.
  expect(after).toEqual(after.isThere ? before : { isThere: false, actions: new Set(['deleted']), count: 1, files: 0 });
  await invoke(server.environment, { actor: actor(), origin: 'api' }, 'deleteTicket', { ticketId: ticket.id }).catch(
    () => {},
  );
  expect(await left(ticket)).toMatchObject({ isThere: false, count: 1, files: 0 });
});

test('a ticket without files is deleted with its history in one commit', async () => {
  const ticket = await newTicket(1);
  const { store } = server.environment;
  let commits = 0;
  const counting = {
    ...store,
    instance: (id: string) => {
      const counted = store.instance(id);
      return {
        ...counted,
        commit: (changes: Parameters<typeof counted.commit>[0]) => {
          commits++;
          return counted.commit(changes);
        },
      };
    },
  };
  const environment = { ...server.environment, store: counting };
  await invoke(environment, { actor: actor(), origin: 'api' }, 'deleteTicket', { ticketId: ticket.id });
  expect(commits).toBe(1);
  expect(await left(ticket)).toMatchObject({ isThere: false, count: 1 });
});
