import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Blobs } from './blobs.ts';
import { openDisk } from './disk.ts';
import { openSqlite } from './sqlite.ts';
import type { Store } from './store.ts';

/** Opens what a folder holds: the database and the files. Makes the folder when it is not there. */
export function openData(folder: string, now: () => Date): { store: Store; blobs: Blobs } {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return { store: openSqlite(join(folder, 'tickets.db'), now), blobs: openDisk(join(folder, 'files')) };
}
