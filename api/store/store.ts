import type { Event, StoredActivity, StoredTicket } from '../contract/events.ts';
import type { Instance } from '../contract/instance.ts';
import type { Slot } from '../contract/keys.ts';
import type { TagCategory } from '../contract/tags.ts';

/** THE PORT. What the product needs of a database, and no more. Two drivers keep it: SQLite and Cosmos. */
export interface Store {
  /** The data of one instance. After this no method takes an instance id: isolation by construction. */
  instance(id: string): InstanceStore;
  registry: Registry;
  /** Events committed after `cursor` ('' for the first), at least once, in order per instance. */
  changes(cursor: string, limit: number): Promise<{ events: FeedEvent[]; cursor: string }>;
  /** Rejects when the store cannot answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

export interface InstanceStore {
  /** Absence is null, never a throw. */
  get<K extends Kind>(kind: K, id: string): Promise<Stored<K> | null>;
  list<K extends Kind>(kind: K, query: Query): Promise<{ items: Stored<K>[]; next?: Position; count?: number }>;
  /** Exact. */
  count(kind: Kind, where: Where): Promise<number>;
  /** All or nothing; a stale version is `fail('conflict')`. At most 100 changes and 2 MB. */
  commit(changes: Change[]): Promise<void>;
  /**
   * Draws the next ticket number and commits what is built with it, all or nothing. Numbers are unique and increase.
   * `build` may be called again with another number.
   */
  commitNumbered<T>(build: (number: number) => { changes: Change[]; result: T }): Promise<T>;
}

/** The kinds of document, each with its value (in the wire's form) and, where it has one, its hidden part. */
export interface Documents {
  instance: { value: StoredInstance };
  ticket: { value: StoredTicket; hidden: { description_HTML: string } };
  activity: { value: StoredActivity; hidden: { comment_HTML: string } };
  tagCategory: { value: TagCategory };
  /** What was answered to an Idempotency-Key. */
  reply: { value: Reply };
}
export type Kind = keyof Documents;
export type Value<K extends Kind> = Documents[K]['value'];
export type Hidden<K extends Kind> = Documents[K] extends { hidden: infer H } ? H : never;

export type StoredInstance = Omit<Instance, 'customFields'>;

export interface Reply {
  /** Digest of the request that was answered. */
  digest: string;
  answer: { item?: unknown; version?: number; warnings: string[] };
}

/** A document as it was read. `json` is the text of `value`: what only passes through is never parsed. */
export interface Stored<K extends Kind> {
  readonly id: string;
  /** 1 when it was new, then one more with each change. */
  readonly version: number;
  readonly json: string;
  readonly value: Value<K>;
  readonly hidden: Hidden<K> | undefined;
}

/** `replaces` is the version that was read, `null` when the document must be new; the put one is `replaces + 1`. */
export type Change = { [K in Kind]: Put<K> }[Kind] | { delete: Kind; id: string; replaces: number } | { event: Event };

interface Put<K extends Kind> {
  put: K;
  id: string;
  value: Value<K>;
  hidden?: Hidden<K>;
  replaces: number | null;
  /** When it goes by itself, exact to a second. */
  expiresOn?: string;
}

export interface FeedEvent {
  instanceId: string;
  event: Event;
}

export type Scalar = string | number;

/** A filter over the fields that `kinds.ts` declares. */
export type Where =
  | { and: Where[] }
  | { not: Where }
  | { field: string; in: Scalar[] }
  | { field: string; isNot: Scalar }
  /** At or after `from`, strictly before `before`; an empty value is in no range. */
  | { field: string; from?: Scalar; before?: Scalar }
  /** A part of a folded text. */
  | { field: string; contains: string }
  /** Any of these terms. */
  | { terms: string[] }
  /** Every one of these folded words is a part of the document's search text. */
  | { words: string[] };

export interface Query {
  where: Where;
  /** One field; ties are broken by the kind's own sequence, in the same direction. */
  orderBy: string;
  direction: 'ASC' | 'DESC';
  limit: number;
  /** Goes on after this place; wins over `offset`. */
  after?: Position;
  offset?: number;
  /**
   * Also counts what this filter lets through: exact as of the page, and cheap when it was asked before and nothing has
   * changed since.
   */
  counted?: Where;
}

/** A place in an order: the value of the order's field, then of the tie-breaker. */
export type Position = [Scalar, Scalar];

/** What lies above the instances: which there are, and whose a key is. */
export interface Registry {
  createInstance(record: InstanceRecord, changes: Change[], keys: KeyRecord[]): Promise<void>;
  instances(): Promise<InstanceRecord[]>;
  keyByHash(hash: string): Promise<KeyRecord | null>;
  keys(instanceId: string): Promise<KeyRecord[]>;
  /** Puts a key in its slot; the key that was there stops working in the same step. `replaces` is the version read. */
  putKey(record: KeyRecord, replaces: number | null): Promise<void>;
}

export interface InstanceRecord {
  id: string;
  name: string;
  createdOn: string;
  /** Made by the first start, for trying things out. */
  isDemo: boolean;
}

/** A key without the key: found by its hash, shown from its sealed copy. */
export interface KeyRecord {
  hash: string;
  sealed: string;
  instanceId: string;
  slot: Slot;
  readOnly: boolean;
  allowedIps: string[];
  expiresOn: string;
  createdOn: string;
  lastUsedOn: string;
  /** The request that made it, by its idempotency key's digest; '' when it had none. */
  madeBy: string;
  version: number;
}
