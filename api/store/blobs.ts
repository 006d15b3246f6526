import type { Readable } from 'node:stream';

/** Where files lie, by random names that say nothing. */
export interface Blobs {
  /** Takes a file in, durable when it resolves. Rejects with `payload_too_large` past `maxBytes`, leaving nothing. */
  put(name: string, content: Readable, maxBytes: number): Promise<{ size: number; sha256: string; head: Buffer }>;
  /** Null when there is no such file. */
  open(name: string): Promise<{ content: Readable; size: number } | null>;
  remove(name: string): Promise<void>;
}

/** A file that has been taken in but belongs to no ticket yet. */
export interface StoredFile {
  id: string;
  filename: string;
  declaredType: string;
  size: number;
  sha256: string;
  /** The first bytes, which tell what it really is. */
  head: Buffer;
}
