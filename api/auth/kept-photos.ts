import type { Photo } from '../core/directory.ts';

const HOUR_MS = 60 * 60_000;
/** How long a photo is taken to be the one that it was, and how long somebody to have none. */
const PHOTO_MS = 4 * HOUR_MS;
const NONE_MS = HOUR_MS;
/** What is kept of all tenants; the oldest goes first. */
const MAX_BYTES = 16 * 1024 * 1024;
/** What one more costs beside its bytes, so that those who have none are counted too. */
const EACH_BYTES = 500;

/** Reads a photo by its key, unless it was read a while ago or is being read. */
type KeptPhotos = (key: string, read: () => Promise<Photo | null>) => Promise<Photo | null>;

/** Photos that many look at, so that each is asked for once. What could not be read is not remembered. */
export function keepPhotos(now: () => Date): KeptPhotos {
  const kept = new Map<string, { photo: Photo | null; until: number }>();
  const asked = new Map<string, Promise<Photo | null>>();
  let bytes = 0;

  const costOf = (photo: Photo | null): number => EACH_BYTES + (photo?.bytes.length ?? 0);

  function forget(key: string): void {
    const one = kept.get(key);
    if (one) bytes -= costOf(one.photo);
    kept.delete(key);
  }

  function keep(key: string, photo: Photo | null): void {
    forget(key);
    kept.set(key, { photo, until: now().getTime() + (photo ? PHOTO_MS : NONE_MS) });
    bytes += costOf(photo);
    for (const oldest of kept.keys()) {
      if (bytes <= MAX_BYTES) break;
      forget(oldest);
    }
  }

  return async (key, read) => {
    const known = kept.get(key);
    if (known && known.until > now().getTime()) return known.photo;
    const pending = asked.get(key);
    if (pending) return pending;
    const fresh = read().finally(() => asked.delete(key));
    asked.set(key, fresh);
    const photo = await fresh;
    keep(key, photo);
    return photo;
  };
}
