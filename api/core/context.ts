import { fail } from '../contract/errors.ts';
import type { Slot } from '../contract/keys.ts';
import type { Role } from '../contract/people.ts';
import type { Origin } from '../contract/tickets.ts';
import type { Person } from '../contract/wire.ts';
import type { Blobs, StoredFile } from '../store/blobs.ts';
import type { Change, InstanceStore, KeyRecord, Reply, Store } from '../store/store.ts';
import type { Directory } from './directory.ts';
import type { Live } from './live.ts';
import type { Settings } from './settings.ts';
import { ValueView, type View } from './view.ts';

/** What the whole product stands on; made once, by `main.ts` or by a test. */
export interface Environment {
  store: Store;
  blobs: Blobs;
  now: () => Date;
  /** A UUID that sorts by time, those of one process strictly in the order of the calls. */
  newId: () => string;
  vault: Vault;
  /** What happens in the store, as it happens. */
  live: Live;
  /** Absent where there is none to ask. */
  directory?: Directory;
  /** Where people reach this server, without a slash at the end. */
  publicUrl: string;
  /** Answers are checked against the contract, and a wrong one is an error; for tests. */
  checkAnswers: boolean;
}

/** What needs the server's secret. */
export interface Vault {
  newKey(instanceId: string, slot: Slot): { key: string; hash: string; sealed: string };
  /** The key of a record, for settings. */
  reveal(record: KeyRecord): string;
  /** A signature of a text for one purpose, in visible ASCII. */
  sign(purpose: 'page' | 'file', text: string): string;
  verify(purpose: 'page' | 'file', text: string, signature: string): boolean;
}

/** Who asks, as a door has made sure of it. A plain key works as an assignee, an administrative one as an owner. */
export interface Actor {
  instanceId: string;
  role: Role;
  readOnly: boolean;
  /** Who signed in; absent for a key. */
  person?: Person;
}

/** One call of an operation. */
export interface Call {
  actor: Actor;
  origin: Origin;
  /** The access token of who signed in, to ask the directory in their name. */
  token?: string;
  /** Rejects when the key is no longer good, for what lasts longer than it takes to answer. */
  renew?: () => Promise<unknown>;
  /** The same key with the same input is answered as it was the first time (24 hours). */
  idempotencyKey?: string | undefined;
  /** The version that the caller read; another one now is `precondition_failed`. */
  ifMatch?: string | undefined;
  /** Files that the door has taken in. */
  files?: StoredFile[];
  /** Called before the store is asked to commit: when it then does not answer, nobody knows whether it did. */
  onCommit?: () => void;
}

/** What an operation works with. */
export interface Context extends Environment, Call {
  instance: InstanceStore;
  settings: Settings;
  /** The moment of the call, ISO 8601. */
  at: string;
  /** What the caller should know although the call succeeds. */
  warnings: string[];
  /** The reply to remember, when there is an idempotency key. */
  idempotency?: { id: string; digest: string };
}

/** What an operation did: the changes to commit, and the answer. */
export interface Outcome<T> {
  changes: Change[];
  item: View<T>;
  version?: number;
  seen?: number;
}

/** What an operation with one thing answers. */
export interface ItemResult<T> {
  item: View<T>;
  /** Of the thing, for its ETag. */
  version?: number;
  /** How often what is new in it was marked as seen, which makes another answer of it and no other version. */
  seen?: number;
  /** True when this answer was given before, to the same Idempotency-Key. */
  replayed?: boolean;
}

/** How long a request can be repeated and gets the same answer. */
export const REPLY_KEPT_MS = 24 * 60 * 60 * 1000;

/** The reply document that makes a repeated request harmless; it goes into the same commit as the change itself. */
function reply<T>(ctx: Context, outcome: Outcome<T>): Change[] {
  if (!ctx.idempotency) return [];
  const answer: Reply['answer'] = { item: outcome.item.value, warnings: ctx.warnings };
  if (outcome.version !== undefined) answer.version = outcome.version;
  if (outcome.seen !== undefined) answer.seen = outcome.seen;
  return [
    {
      put: 'reply',
      id: ctx.idempotency.id,
      value: { digest: ctx.idempotency.digest, answer },
      replaces: null,
      expiresOn: new Date(Date.parse(ctx.at) + REPLY_KEPT_MS).toISOString(),
    },
  ];
}

export async function commit<T>(ctx: Context, outcome: Outcome<T>): Promise<ItemResult<T>> {
  const changes = [...outcome.changes, ...reply(ctx, outcome)];
  if (changes.length > 0) {
    ctx.onCommit?.();
    await ctx.instance.commit(changes);
  }
  return outcome;
}

/** As `commit`, with the next ticket number, and the next turn of a rota when one is named. */
export function commitNumbered<T>(
  ctx: Context,
  build: (number: number, turn: number) => Outcome<T>,
  rota?: string,
): Promise<ItemResult<T>> {
  return ctx.instance.commitNumbered((number, turn) => {
    const outcome = build(number, turn);
    return { changes: [...outcome.changes, ...reply(ctx, outcome)], result: outcome };
  }, rota);
}

/** The answer that was given to the same request before, if there was one. */
export async function earlierReply<T>(ctx: Context): Promise<ItemResult<T> | null> {
  if (!ctx.idempotency) return null;
  const found = await ctx.instance.get('reply', ctx.idempotency.id);
  if (!found) return null;
  const { digest, answer } = found.value;
  if (digest !== ctx.idempotency.digest) {
    fail('idempotency_mismatch', 'This Idempotency-Key was used for another request. Use a new one for a new request.');
  }
  ctx.warnings.push(...answer.warnings);
  const result: ItemResult<T> = { item: new ValueView(answer.item as T), replayed: true };
  if (answer.version !== undefined) result.version = answer.version;
  if (answer.seen !== undefined) result.seen = answer.seen;
  return result;
}

/** The end of an ETag: what members read has versions of its own, which must not pass for those of others. */
export const audienceOf = (actor: Actor): '' | 'm' => (actor.role === 'member' ? 'm' : '');

/** Compares the caller's `If-Match` with the version that it is for them. */
export function checkVersion(ctx: Context, version: number): void {
  if (ctx.ifMatch === undefined || ctx.ifMatch.trim() === '*') return;
  const tags = ctx.ifMatch.split(',').map((tag) => /^\s*(?:W\/)?"(\d+)(?:\.\d+){0,2}(m?)"\s*$/.exec(tag));
  if (!tags.some((tag) => tag?.[1] === String(version) && tag[2] === audienceOf(ctx.actor))) {
    fail('precondition_failed', 'This was changed since you read it. Read it again and repeat your change.');
  }
}

/** Who acts: who signed in; with a key, whom the key names. */
export function actingPerson(ctx: Context, given: Person | null | undefined): Person {
  return ctx.actor.person ?? given ?? { id: 'api', name: 'API', email: '' };
}
