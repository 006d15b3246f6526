import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DefaultAzureCredential } from '@azure/identity';
import type { Blobs } from './blobs.ts';
import { openCosmos } from './cosmos.ts';
import { openDisk } from './disk.ts';
import { openSqlite } from './sqlite.ts';
import type { Store } from './store.ts';

interface Account {
  endpoint: string;
  /** Without one the managed identity of the process is used. */
  key: string | undefined;
  database: string;
}

/** Opens what a folder holds, the database and the files; with an account, the database is there instead. */
export async function openData(
  folder: string,
  account: Account | undefined,
  now: () => Date,
): Promise<{ store: Store; blobs: Blobs }> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const blobs = openDisk(join(folder, 'files'));
  if (!account) return { store: openSqlite(join(folder, 'tickets.db'), now), blobs };
  const { endpoint, key, database } = account;
  const access = key === undefined ? { aadCredentials: new DefaultAzureCredential() } : { key };
  return { store: await openCosmos({ endpoint, ...access }, database, now), blobs };
}
