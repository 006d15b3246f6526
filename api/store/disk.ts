import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError, fail } from '../contract/errors.ts';
import type { Blobs } from './blobs.ts';

/** As much of a file as it takes to tell its type. */
const HEAD_BYTES = 4100;

/** What a system says when a disk is full or not to be written. */
const FULL = ['ENOSPC', 'EDQUOT', 'EROFS'];

/** Files below one folder of the local disk. */
export function openDisk(folder: string): Blobs {
  const pathOf = (name: string): string => {
    if (!/^[0-9a-f-]{36}$/.test(name)) throw new Error(`Not the name of a file: ${name}`);
    // The end of a name is random, so the folders fill evenly.
    return join(folder, name.slice(-2), name);
  };

  return {
    async put(name, content, maxBytes) {
      const path = pathOf(name);
      const partial = `${path}.partial`;
      await makeFolder(dirname(path));
      const hash = createHash('sha256');
      let size = 0;
      let head = Buffer.alloc(0);
      async function* measured(source: Readable) {
        for await (const chunk of source) {
          size += chunk.length;
          if (size > maxBytes) fail('payload_too_large', `A file may have at most ${maxBytes / 1024 / 1024} MB.`);
          if (head.length < HEAD_BYTES) head = Buffer.concat([head, chunk]).subarray(0, HEAD_BYTES);
          hash.update(chunk);
          yield chunk;
        }
      }
      try {
        // Opened before anything can go wrong with the content, so that what is removed afterwards is there already.
        const file = await open(partial, 'w', 0o600);
        await pipeline(content, measured, file.createWriteStream({ flush: true }));
        await rename(partial, path);
        await syncFolder(dirname(path));
      } catch (error) {
        await rm(partial, { force: true });
        if (FULL.includes((error as NodeJS.ErrnoException).code ?? '')) {
          throw new AppError('unavailable', 'There is no room for the file right now.', {
            cause: error,
            retryAfter: 60,
          });
        }
        throw error;
      }
      return { size, sha256: hash.digest('hex'), head };
    },
    async open(name) {
      const path = pathOf(name);
      const found = await stat(path).catch(() => null);
      return found && { content: createReadStream(path), size: found.size };
    },
    async remove(name) {
      await rm(pathOf(name), { force: true });
    },
  };
}

/** A folder with those above it, each of whose names is safe from a power cut. */
async function makeFolder(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true });
  if (first === undefined) return;
  for (let made = path; made.length >= first.length; made = dirname(made)) await syncFolder(dirname(made));
}

/** A new name is only safe from a power cut once its folder is. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
