import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Blobs } from './blobs.ts';
import { openDisk } from './disk.ts';
import { openSqlite } from './sqlite.ts';
import type { Store } from './store.ts';

const DATABASE = 'tickets.db';

interface Account {
  endpoint: string;
  /** Without one the managed identity of the process is used. */
  key: string | undefined;
  database: string;
}

/** Whether a folder holds an embedded database. */
export const isDataIn = (folder: string): boolean => existsSync(join(folder, DATABASE));

/** Opens what a folder holds, the database and the files; with an account, the database is there instead. */
export async function openData(
  folder: string,
  account: Account | undefined,
  now: () => Date,
): Promise<{ store: Store; blobs: Blobs }> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const blobs = openDisk(join(folder, 'files'));
  if (!account) return { store: openSqlite(join(folder, DATABASE), now), blobs };
  const { endpoint, key, database } = account;
  // Loaded only here: on a laptop nobody waits for a cloud's libraries, nor gives them memory.
  const { openCosmos } = await import('./cosmos.ts');
  const access = key === undefined ? { aadCredentials: await managedIdentity() } : { key };
  return { store: await openCosmos({ endpoint, ...access }, database, now), blobs };
}

async function managedIdentity() {
  const { DefaultAzureCredential } = await import('@azure/identity');
  return new DefaultAzureCredential();
}
