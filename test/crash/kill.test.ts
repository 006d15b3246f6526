import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Event, StoredActivity, StoredTicket } from '../../api/contract/events.ts';
import { openSqlite } from '../../api/store/sqlite.ts';
import type { InstanceStore, Kind, Position, Store, Stored } from '../../api/store/store.ts';
import { type Storm, storm } from './storm.ts';

const SEED = Number(process.env.CRASH_SEED ?? 20260131);
const WRITERS = 32;
const KILLS = 10;

/** All documents of a kind, in the order of a field. */
async function all<K extends Kind>(instance: InstanceStore, kind: K, orderBy: string): Promise<Stored<K>[]> {
  const found: Stored<K>[] = [];
  let after: Position | undefined;
  do {
    const page = await instance.list(kind, {
      where: { and: [] },
      orderBy,
      direction: 'ASC',
      limit: 1000,
      ...(after && { after }),
    });
    found.push(...page.items);
    after = page.next;
  } while (after);
  return found;
}

async function allEvents(store: Store): Promise<Event[]> {
  const found: Event[] = [];
  for (let cursor = ''; ; ) {
    const page = await store.changes(cursor, 1000);
    if (page.events.length === 0) return found;
    found.push(...page.events.map(({ event }) => event));
    cursor = page.cursor;
  }
}

const sorted = (values: Iterable<string>): string[] => [...values].sort();

describe('32 writers whose server is killed at random', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tickets-crash-'));
  const path = join(folder, 'tickets.db');
  let weathered: Storm;
  let store: Store;
  let instance: InstanceStore;
  let tickets: Stored<'ticket'>[];
  let ticketValues: StoredTicket[];
  let activities: StoredActivity[];
  let events: Event[];

  beforeAll(async () => {
    weathered = await storm({ folder, seed: SEED, writers: WRITERS, kills: KILLS });
    store = openSqlite(path, () => new Date());
    instance = store.instance(weathered.instanceId);
    tickets = await all(instance, 'ticket', 'ticketNo');
    ticketValues = tickets.map(({ value }) => value);
    activities = (await all(instance, 'activity', 'id')).map(({ value }) => value);
    events = await allEvents(store);
    const { acknowledged, retried, replayed } = weathered;
    process.stdout.write(
      `CRASH_SEED=${SEED}: ${KILLS + 1} kills, ${acknowledged.length} acknowledged, ${retried} retried, ` +
        `${replayed} of them done before the kill\n`,
    );
  }, 60_000);

  afterAll(async () => {
    await store?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const acknowledged = (kind: 'ticket' | 'comment') => weathered.acknowledged.filter((one) => one.kind === kind);

  test('some requests were in flight when it happened, and every answer was right', () => {
    expect(weathered.retried).toBeGreaterThan(0);
    expect(weathered.wrong).toEqual([]);
  });

  test('every acknowledged ticket is there once, as it was acknowledged, and no other', () => {
    const line = (id: string, ticketNo: number, title: string) => `${title}: ${id} is number ${ticketNo}`;
    expect(sorted(ticketValues.map(({ id, ticketNo, title }) => line(id, ticketNo, title)))).toEqual(
      sorted(acknowledged('ticket').map(({ id, ticketNo, word }) => line(id, ticketNo!, `About ${word}`))),
    );
  });

  test('every acknowledged comment is there once, as it was acknowledged, and no other', () => {
    const line = (id: string, ticketId: string, comment: string) => `${comment}: ${id} on ${ticketId}`;
    const comments = activities.filter(({ action }) => action === 'commented');
    expect(sorted(comments.map(({ id, ticketId, comment }) => line(id, ticketId, comment)))).toEqual(
      sorted(acknowledged('comment').map(({ id, ticketId, word }) => line(id, ticketId, `Says ${word}`))),
    );
  });

  test('the numbers are unique and without gaps', () => {
    expect(ticketValues.map(({ ticketNo }) => ticketNo)).toEqual(tickets.map((_, index) => index + 1));
  });

  test('every ticket has one activity of its creation', () => {
    const created = activities.filter(({ action }) => action === 'created');
    expect(sorted(created.map(({ ticketId }) => ticketId))).toEqual(sorted(ticketValues.map(({ id }) => id)));
  });

  test('a ticket was changed once for its creation and once for each of its comments', () => {
    const counts = new Map<string, number>();
    for (const { ticketId } of activities) counts.set(ticketId, (counts.get(ticketId) ?? 0) + 1);
    expect(tickets.map(({ id, version }) => [id, version])).toEqual(tickets.map(({ id }) => [id, counts.get(id)]));
  });

  test('the event of every change is delivered', () => {
    const type = { created: 'ticket.created', commented: 'ticket.commented' } as Record<string, string>;
    const changes = activities.map(({ id, ticketId, action }) => `${type[action]} ${id} of ${ticketId}`);
    const delivered = new Set(events.map(({ type, activityId, ticket }) => `${type} ${activityId} of ${ticket?.id}`));
    expect(sorted(delivered)).toEqual(sorted(changes));
  });

  test('each acknowledged word finds its ticket and no other', async () => {
    const wrong: string[] = [];
    for (const { word, ticketId } of weathered.acknowledged) {
      const where = { words: [word] };
      const { items } = await instance.list('ticket', { where, orderBy: 'ticketNo', direction: 'ASC', limit: 2 });
      if (items.length !== 1 || items[0]!.id !== ticketId) wrong.push(word);
    }
    expect(wrong).toEqual([]);
  });

  test('the file is sound', () => {
    const database = new DatabaseSync(path);
    expect(database.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
    database.close();
  });
});
