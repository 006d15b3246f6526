import { randomUUID } from 'node:crypto';
import type { FeedEvent, InstanceStore, Kind, Query, Store, Stored, Value, Where } from '../../api/store/store.ts';
import type { Clock } from '../helpers/clock.ts';
import { instanceRecord } from '../helpers/documents.ts';

/** Opens an empty store on a clock of the test's. */
export type OpenStore = (now: () => Date) => Promise<{ store: Store; close(): Promise<void> }>;

/** The store that a suite tests. Its tests share it, and each works in instances of its own. */
export interface Subject {
  store: () => Store;
  clock: Clock;
}

export async function newInstance(store: Store): Promise<{ id: string; instance: InstanceStore }> {
  const id = randomUUID();
  await store.registry.createInstance(instanceRecord({ id }), [], []);
  return { id, instance: store.instance(id) };
}

export const EVERYTHING: Where = { and: [] };

/** Puts new documents, as many at once as one commit may hold. */
export async function putNew<K extends 'ticket' | 'activity' | 'tagCategory'>(
  instance: InstanceStore,
  kind: K,
  values: Value<K>[],
): Promise<void> {
  const commits: Promise<void>[] = [];
  for (let start = 0; start < values.length; start += 100) {
    const changes = values
      .slice(start, start + 100)
      .map(
        (value) => ({ put: kind, id: value.id, value, replaces: null }) as Parameters<InstanceStore['commit']>[0][0],
      );
    commits.push(instance.commit(changes));
  }
  await Promise.all(commits);
}

/** Puts a ticket that is there, whatever its version. */
export async function change(
  instance: InstanceStore,
  id: string,
  overrides: Partial<Value<'ticket'>>,
): Promise<Value<'ticket'>> {
  const stored = await instance.get('ticket', id);
  const value = { ...stored!.value, ...overrides };
  await instance.commit([{ put: 'ticket', id, value, replaces: stored!.version }]);
  return value;
}

/** Every page of a list, each begun where the one before it ended. */
export async function walk<K extends Kind>(instance: InstanceStore, kind: K, query: Query): Promise<Stored<K>[][]> {
  const pages: Stored<K>[][] = [];
  for (let after = query.after; ; ) {
    const { items, next } = await instance.list(kind, { ...query, ...(after && { after }) });
    pages.push(items);
    if (!next) return pages;
    if (items.length !== query.limit) throw new Error('A page that is not full said that more follows');
    // A chain that does not move would go on for ever.
    if (JSON.stringify(next) === JSON.stringify(after)) throw new Error(`The page ends where it began: ${next}`);
    after = next;
  }
}

/** The events of one instance after a cursor. They may come more than once; here each counts once. */
export async function eventsOf(
  store: Store,
  instanceId: string,
  from: string,
  limit = 100,
): Promise<{ events: FeedEvent['event'][]; cursor: string }> {
  const events = new Map<string, FeedEvent['event']>();
  let cursor = from;
  for (;;) {
    const page = await store.changes(cursor, limit);
    if (page.events.length > limit) throw new Error(`${page.events.length} events where ${limit} were asked for`);
    for (const { instanceId: owner, event } of page.events) {
      if (owner === instanceId && !events.has(event.id)) events.set(event.id, event);
    }
    if (page.events.length === 0) return { events: [...events.values()], cursor: page.cursor };
    // A feed that does not move would go on for ever.
    if (page.cursor === cursor) throw new Error(`The feed ends where it began: ${cursor}`);
    cursor = page.cursor;
  }
}
