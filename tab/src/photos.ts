/** Photos of people from the directory: each is asked for once, a few at a time, of those whose faces are drawn. */

import { useEffect, useSyncExternalStore } from 'react';
import { ApiError, readPhoto } from './api.ts';
import { tabConfig } from './session.ts';

/** Nobody else is in the directory. */
const OBJECT_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const AT_ONCE = 4;
/** The server answers somebody 1,000 requests a minute, most of which are for their work. */
const MOST_A_MINUTE = 200;
const MINUTE_MS = 60_000;
/** How long nothing new comes into sight before photos are asked for: not for rows that fly by. */
const RESTING_MS = 150;

/** The address of each photo; '' for somebody who has none. */
const photos = new Map<string, string>();
/** How many faces there are of each person of whom nothing was known. */
const wanted = new Map<string, number>();
const asking = new Set<string>();
const listeners = new Set<() => void>();
/** Whether the person has allowed the app to look into their directory, as far as it turned out. */
let consent: 'unknown' | 'given' | 'missing' = 'unknown';
let askedAt: number[] = [];
let pausedUntil = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

/** The address of a person's photo once there is one. */
export function usePhoto(personId: string): string | undefined {
  const id = personId.toLowerCase();
  useEffect(() => (photos.has(id) || !OBJECT_ID.test(id) ? undefined : want(id)), [id]);
  return useSyncExternalStore(subscribe, () => photos.get(id)) || undefined;
}

/** Somebody has allowed the app to look into the directory: photos are asked for again. */
export function askForPhotosAgain(): void {
  consent = 'unknown';
  void ask();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function want(id: string): () => void {
  wanted.set(id, (wanted.get(id) ?? 0) + 1);
  askIn(RESTING_MS);
  return () => {
    const others = wanted.get(id)! - 1;
    if (others > 0) wanted.set(id, others);
    else wanted.delete(id);
  };
}

function askIn(ms: number): void {
  clearTimeout(timer);
  timer = setTimeout(() => {
    timer = undefined;
    void ask();
  }, ms);
}

/** How long to wait before the next one. */
function waitMs(): number {
  const now = Date.now();
  askedAt = askedAt.filter((at) => at > now - MINUTE_MS);
  const isFull = askedAt.length >= MOST_A_MINUTE;
  return Math.max(pausedUntil, isFull ? askedAt[0]! + MINUTE_MS : 0) - now;
}

async function ask(): Promise<void> {
  const config = await tabConfig().catch(() => undefined);
  if (!config?.hasPhotos) return;
  for (const id of wanted.keys()) {
    // The first answer tells whether any other is worth asking for.
    if (consent === 'missing' || asking.size >= (consent === 'given' ? AT_ONCE : 1)) return;
    if (photos.has(id) || asking.has(id)) continue;
    const wait = waitMs();
    if (wait > 0) return askIn(wait);
    void askFor(id);
  }
}

async function askFor(id: string): Promise<void> {
  asking.add(id);
  askedAt.push(Date.now());
  try {
    learn(id, URL.createObjectURL(await readPhoto(id)));
  } catch (error) {
    const { code, retryAfter } = error instanceof ApiError ? error : {};
    if (code === 'not_found') learn(id, '');
    else if (code === 'forbidden') consent = 'missing';
    else pausedUntil = Date.now() + (retryAfter ? retryAfter * 1000 : MINUTE_MS);
  }
  asking.delete(id);
  // Whoever scrolls meanwhile has set a time already.
  if (timer === undefined) void ask();
}

function learn(id: string, address: string): void {
  consent = 'given';
  photos.set(id, address);
  for (const listener of listeners) listener();
}
