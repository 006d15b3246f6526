import { createLog, type Log } from '../../api/log.ts';
import { openSqlite } from '../../api/store/sqlite.ts';
import type { FeedEvent, NewJob, Store } from '../../api/store/store.ts';
import { openCosmosStore } from '../helpers/cosmos-store.ts';

/** The stores that the worker has to work with. */
export const STORES: [string, (now: () => Date) => Promise<Store>][] = [
  ['SQLite', async (now) => openSqlite(':memory:', now)],
  ['Cosmos', async (now) => (await openCosmosStore(now)).store],
];

/** A log whose lines a test can read. */
export function readableLog(): { log: Log; lines: { level: string; msg: string; [name: string]: unknown }[] } {
  const lines: { level: string; msg: string }[] = [];
  return { log: createLog('debug', { write: (line: string) => void lines.push(JSON.parse(line)) }), lines };
}

/** A promise and what fulfils it. */
export function deferred<T = void>(): { promise: Promise<T>; resolve: (value: T) => void } {
  return Promise.withResolvers<T>();
}

export function newJob(clock: { now: () => Date }, overrides: Partial<NewJob> = {}): NewJob {
  return {
    id: crypto.randomUUID(),
    kind: 'work',
    instanceId: '',
    dueOn: clock.now().toISOString(),
    payload: {},
    ...overrides,
  };
}

/** One job for each event, by the event's id. */
export const oneJob =
  (clock: { now: () => Date }, kind = 'work') =>
  ({ instanceId, event }: FeedEvent): NewJob[] => [
    newJob(clock, { id: `${kind} ${event.id}`, kind, instanceId, payload: { eventId: event.id } }),
  ];

/** A process that dies: its store does nothing more once it has asked so often, before it is done or after. */
export function dying(store: Store, calls: number, isDoneFirst: boolean): Store & { isDead: () => boolean } {
  let left = calls;
  function begin(): void {
    if (left <= 0) throw new Error('Dead');
    left -= 1;
    if (left === 0 && !isDoneFirst) throw new Error('Dead');
  }
  function mortal<T extends object>(target: T): T {
    return new Proxy(target, {
      get(_, name) {
        const member = Reflect.get(target, name) as unknown;
        if (name === 'watch') return member;
        if (name === 'instance') return (id: string) => mortal(store.instance(id));
        if (typeof member === 'object') return mortal(member as object);
        const act = (parameters: unknown[]) => (member as (...all: unknown[]) => unknown).apply(target, parameters);
        if (name === 'holding' || name === 'columns') {
          return async function* (...parameters: unknown[]) {
            for await (const page of act(parameters) as AsyncIterable<unknown>) {
              begin();
              yield page;
            }
          };
        }
        return async (...parameters: unknown[]) => {
          begin();
          const answer = await act(parameters);
          if (left <= 0) throw new Error('Dead');
          return answer;
        };
      },
    });
  }
  const { jobs } = store;
  return { ...mortal({ ...store, jobs }), jobs: mortal(jobs), watch: store.watch, isDead: () => left <= 0 } as Store & {
    isDead: () => boolean;
  };
}
