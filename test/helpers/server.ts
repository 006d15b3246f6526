import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keyAuthentication } from '../../api/auth/authenticate.ts';
import { tokenSignIn } from '../../api/auth/entra-token.ts';
import { createLocalIssuer, LOCAL_TENANT, type LocalPerson } from '../../api/auth/local-issuer.ts';
import { type KeyVault, openVault } from '../../api/auth/vault.ts';
import { type Client, createClient } from '../../api/contract/client.ts';
import type { Slot } from '../../api/contract/keys.ts';
import type { Role } from '../../api/contract/people.ts';
import { BASE_PATH } from '../../api/contract/wire.ts';
import type { Environment } from '../../api/core/context.ts';
import { uuidsByTime } from '../../api/core/ids.ts';
import { createInstance, keyInSlot } from '../../api/core/instances.ts';
import { Live } from '../../api/core/live.ts';
import { ensureMember } from '../../api/core/members.ts';
import { createLog } from '../../api/log.ts';
import type { PeopleOptions } from '../../api/rest/people.ts';
import { slidingWindow } from '../../api/rest/rate-limit.ts';
import { createRestServer } from '../../api/rest/server.ts';
import { openDisk } from '../../api/store/disk.ts';
import { openSqlite } from '../../api/store/sqlite.ts';
import type { Store } from '../../api/store/store.ts';
import { type Clock, fakeClock } from './clock.ts';
import { COSMOS_ACCOUNT, openCosmosStore } from './cosmos-store.ts';

const TAB_FOLDER = join(import.meta.dirname, '../../tab/dist');

const isCosmos = process.env.TEST_STORE === 'cosmos';
if (isCosmos) process.stdout.write(`The server's store is Cosmos on ${COSMOS_ACCOUNT}.\n`);

export interface TestInstance {
  id: string;
  keys: Record<Slot, string>;
  client: Client;
  /** `fetch` below `/ticketing/v1` with the primary key; a path may bring a query and another key. */
  fetch: (path: string, init?: RequestInit) => Promise<Response>;
}

export interface TestServer {
  url: string;
  environment: Environment & { vault: KeyVault };
  clock: Clock;
  /** The lines of the log so far. */
  log: string[];
  /** How people sign in here. */
  people: PeopleOptions;
  newInstance: (name?: string) => Promise<TestInstance>;
  /** Somebody new who can sign in. */
  newPerson: (name: string) => LocalPerson;
  /** Lets somebody into an instance; answers a `fetch` below its path in their name. */
  join: (instanceId: string, person: LocalPerson, role: Role) => Promise<SignedInFetch>;
  /** The token of somebody who signs in. */
  token: (person: LocalPerson) => Promise<string>;
  close: () => Promise<void>;
}

/** `fetch` below `/ticketing/v1/instances/{instanceId}` as somebody who signed in. */
export type SignedInFetch = (path: string, init?: RequestInit) => Promise<Response>;

interface Options {
  /** Requests in 60 seconds; not limited when absent. */
  rateLimit?: number;
  /** A file of SQLite, for what only such a file can show; the server is on it with any TEST_STORE. */
  databasePath?: string;
}

async function openStore(
  now: () => Date,
  databasePath: string | undefined,
): Promise<{ store: Store; close: () => Promise<void> }> {
  if (isCosmos && databasePath === undefined) return openCosmosStore(now);
  const store = openSqlite(databasePath ?? ':memory:', now);
  return { store, close: () => store.close() };
}

/**
 * The real server on a real port with a real store; only the clock is the test's. The store is SQLite in memory, or
 * Cosmos with TEST_STORE=cosmos: the tests of the doors hold on either.
 */
export async function startServer({ rateLimit, databasePath }: Options = {}): Promise<TestServer> {
  const clock = fakeClock();
  const { store, close } = await openStore(clock.now, databasePath);
  const folder = mkdtempSync(join(tmpdir(), 'tickets-'));
  const log: string[] = [];
  const environment = {
    store,
    blobs: openDisk(join(folder, 'files')),
    now: clock.now,
    newId: uuidsByTime(clock.now),
    vault: openVault('a secret of the tests, long enough'),
    live: new Live(store),
    publicUrl: '',
    checkAnswers: true,
  };
  const people: LocalPerson[] = [];
  const localIssuer = await createLocalIssuer(people, clock.now);
  const signIn = tokenSignIn(localIssuer.rules);
  const peopleOptions = {
    signIn,
    localIssuer,
    clientId: '',
    authority: 'https://login.microsoftonline.com',
    teamsAppId: '',
    tabFolder: TAB_FOLDER,
  };
  const server = createRestServer({
    environment,
    authenticate: keyAuthentication(environment),
    rateLimit: rateLimit === undefined ? undefined : slidingWindow(rateLimit, clock.now),
    people: peopleOptions,
    log: createLog('info', { write: (line) => log.push(line) }),
    appName: 'Tickets',
  });
  const port = await server.listen(0, '127.0.0.1');
  const url = `http://127.0.0.1:${port}`;
  environment.publicUrl = url;

  return {
    url,
    environment,
    clock,
    log,
    people: peopleOptions,
    async newInstance(name = 'IT Help Desk') {
      const { record, keys } = await createInstance(environment, { name });
      const all = { administrative: await keyInSlot(environment, record.id, 'administrative') } as Record<Slot, string>;
      for (const { slot, key } of keys) all[slot] = key;
      return {
        id: record.id,
        keys: all,
        client: createClient({ serverUrl: url, key: all.primary }),
        fetch: (path, init) => {
          const withKey = /[?&]key[=[]/.test(path)
            ? path
            : `${path}${path.includes('?') ? '&' : '?'}key=${all.primary}`;
          return fetch(url + BASE_PATH + withKey, init);
        },
      };
    },
    newPerson(name) {
      const email = `${name.toLowerCase().replaceAll(' ', '.')}@contoso.com`;
      const person: LocalPerson = { id: randomUUID(), name, email, tenantId: LOCAL_TENANT, role: 'member' };
      people.push(person);
      return person;
    },
    async join(instanceId, person, role) {
      await ensureMember(environment, instanceId, person, role);
      const { token } = await localIssuer.token(person.id);
      return (path, init) => {
        const headers = new Headers(init?.headers);
        headers.set('Authorization', `Bearer ${token}`);
        return fetch(`${url}${BASE_PATH}/instances/${instanceId}${path}`, { ...init, headers });
      };
    },
    token: async (person) => (await localIssuer.token(person.id)).token,
    async close() {
      await server.close();
      await close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
