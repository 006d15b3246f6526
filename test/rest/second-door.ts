import { keyAuthentication } from '../../api/auth/authenticate.ts';
import type { Directory } from '../../api/core/directory.ts';
import { Live } from '../../api/core/live.ts';
import { createLog } from '../../api/log.ts';
import type { PeopleOptions } from '../../api/rest/people.ts';
import type { Allowance } from '../../api/rest/rate-limit.ts';
import { createRestServer } from '../../api/rest/server.ts';
import type { InstanceStore, Store } from '../../api/store/store.ts';
import type { TestServer } from '../helpers/server.ts';

interface Options {
  publicUrl?: string;
  /** What stands in for parts of the store behind the door; keys are still found in the real one. */
  store?: Store;
  rateLimit?: () => Allowance;
  /** How people sign in there, when otherwise. */
  people?: Partial<PeopleOptions>;
  directory?: Directory;
}

export interface Door {
  url: string;
  /** The lines of its log so far. */
  log: string[];
  close: () => Promise<void>;
}

/** Another door to the data of a test's server, with other surroundings. */
export async function openSecondDoor(server: TestServer, options: Options): Promise<Door> {
  const { environment } = server;
  const { publicUrl = environment.publicUrl, store = environment.store, rateLimit, directory } = options;
  const log: string[] = [];
  const door = createRestServer({
    environment: { ...environment, live: new Live(store), publicUrl, store, ...(directory && { directory }) },
    authenticate: keyAuthentication(environment),
    people: { ...server.people, ...options.people },
    rateLimit,
    log: createLog('info', { write: (line) => log.push(line) }),
    appName: 'Tickets',
  });
  const port = await door.listen(0, '127.0.0.1');
  return { url: `http://127.0.0.1:${port}`, log, close: () => door.close() };
}

/** A store that answers everything about instances and their keys with this error. */
export function brokenStore(store: Store, error: Error): Store {
  const reject = () => Promise.reject(error);
  const columns = () => ({ [Symbol.asyncIterator]: () => ({ next: reject }) });
  const documents = { get: reject, list: reject, count: reject, columns, holding: columns };
  const instance: InstanceStore = { ...documents, commit: reject, commitNumbered: reject };
  return { ...store, instance: () => instance, registry: { ...store.registry, keys: reject, putKey: reject } };
}

/** A store that reads, and refuses every change with this error. */
export function refusingStore(store: Store, error: Error): Store {
  const reject = () => Promise.reject(error);
  return {
    ...store,
    instance: (id) => ({ ...store.instance(id), commit: reject, commitNumbered: reject }),
    registry: { ...store.registry, putKey: reject },
  };
}
