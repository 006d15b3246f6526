import type { Erasure } from '../contract/erasure.ts';
import type {
  Event,
  StoredActivity,
  StoredTicket,
  TicketAside,
  TicketBefore,
  TicketTimers,
} from '../contract/events.ts';
import type { Instance } from '../contract/instance.ts';
import type { Slot } from '../contract/keys.ts';
import type { Member, Preferences } from '../contract/people.ts';
import type { TagCategory } from '../contract/tags.ts';
import type { SavedView } from '../contract/views.ts';
import type { Person } from '../contract/wire.ts';

/** THE PORT. What the product needs of a database, and no more. Two drivers keep it: SQLite and Cosmos. */
export interface Store {
  /** The data of one instance. After this no method takes an instance id: isolation by construction. */
  instance(id: string): InstanceStore;
  registry: Registry;
  jobs: Jobs;
  /** Events committed after `cursor` ('' for the first), at least once, in order per instance. */
  changes(cursor: string, limit: number): Promise<{ events: FeedEvent[]; cursor: string }>;
  /** The cursor after which nothing has happened yet. */
  latest(): Promise<string>;
  /** Tells of what this process does, to look at once; what others do shows in `changes` and `claim` alone. Answers what ends it. */
  watch(watcher: (news: News) => void): () => void;
  /** Rejects when the store cannot answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** Events were committed; jobs were put or let go. */
export type News = 'events' | 'jobs';

export interface InstanceStore {
  /**
   * Absence is null, never a throw. Settings that another node has changed may be up to 2 s old, unless what is asked for
   * is what is there now.
   */
  get<K extends Kind>(kind: K, id: string, asOf?: 'now'): Promise<Stored<K> | null>;
  list<K extends Kind>(kind: K, query: Query): Promise<{ items: Stored<K>[]; next?: Position; count?: number }>;
  /** Exact. */
  count(kind: Kind, where: Where): Promise<number>;
  /**
   * Fields of all tickets or activities that the filter lets through, for figures, in no order and page by page.
   * `fields` and those of the filter are declared ones or `id`. With `terms`, also the terms that begin like this and go
   * on. What is written meanwhile may be seen or not.
   */
  columns(
    kind: 'ticket' | 'activity',
    query: { where: Where; fields: string[]; terms?: string },
  ): AsyncIterable<Columns>;
  /**
   * Whatever the instance keeps whose value holds one of these texts, in either case, page by page: documents of every
   * kind, those too that have expired and are still there, and events of the feed. It may find more, and never less.
   * Reads everything.
   */
  holding(texts: string[]): AsyncIterable<Held[]>;
  /** All or nothing; a stale version is `fail('conflict')`. At most 100 changes and 2 MB. */
  commit(changes: Change[]): Promise<void>;
  /**
   * Draws the next ticket number and commits what is built with it, all or nothing. Numbers are unique and increase.
   * `build` may be called again with another number. With a `rota`, a name of the caller's, it draws the next turn of
   * that as well: 1, 2, 3 ..., each given once; without one, `turn` is 0.
   */
  commitNumbered<T>(
    build: (number: number, turn: number) => { changes: Change[]; result: T },
    rota?: string,
  ): Promise<T>;
}

/** The kinds of document, each with its value (in the wire's form) and, where it has one, its hidden part. */
export interface Documents {
  instance: { value: StoredInstance };
  ticket: { value: StoredTicket; hidden: { description_HTML?: string; timers?: TicketTimers; aside?: TicketAside } };
  /**
   * `openIdleSince` is since when a ticket was idle for all that members may know; a reopening that was taken back counts
   * in no figure.
   */
  activity: {
    value: StoredActivity;
    hidden: { comment_HTML?: string; before?: TicketBefore; openIdleSince?: string; isTakenBack?: true };
  };
  tagCategory: { value: TagCategory };
  /** Somebody who belongs to the instance, by their Entra object id. */
  member: { value: Member };
  /** Who is looking at a ticket, by its id. */
  presence: { value: { people: { person: Person; until: string }[] } };
  /** A list that somebody keeps. */
  view: { value: SavedView };
  /** The one post of a ticket in its channel, by the ticket's id. */
  post: { value: Post };
  /** Which ticket a thread is about, by the id of the message that began it. */
  thread: { value: { ticketId: string } };
  /** How far the erasure of somebody is, by the id of their pseudonym; who it is only as long as it goes on. */
  erasure: { value: Erasure & { running?: { personId: string; by: Person } } };
  /** What was answered to an Idempotency-Key. */
  reply: { value: Reply };
}
export type Kind = keyof Documents;
export type Value<K extends Kind> = Documents[K]['value'];
export type Hidden<K extends Kind> = Documents[K] extends { hidden: infer H } ? H : never;

export type StoredInstance = Omit<Instance, 'customFields'>;

export interface Post {
  ticketId: string;
  conversationId: string;
  /** Of the message that is kept up to date. */
  messageId: string;
  /** The last activity that the thread has been told. */
  activityId: string;
}

export interface Reply {
  /** Digest of the request that was answered. */
  digest: string;
  answer: { item?: unknown; version?: number; seen?: number; warnings: string[] };
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
export type Change =
  | { [K in Kind]: Put<K> }[Kind]
  | { delete: Kind; id: string; replaces: number }
  | { event: Event }
  /** An event as it is from now on. Who follows the feed may meet it again. */
  | { rewritten: Event; place: string };

interface Put<K extends Kind> {
  put: K;
  id: string;
  value: Value<K>;
  hidden?: Hidden<K>;
  replaces: number | null;
  /** When it goes by itself, exact to a second. */
  expiresOn?: string;
}

/** What was found by a text in it: a document, or an event and where it lies. */
export type Held = { [K in Kind]: HeldDocument<K> }[Kind] | { event: Event; place: string };

export interface HeldDocument<K extends Kind> {
  kind: K;
  id: string;
  version: number;
  value: Value<K>;
  hidden: Hidden<K> | undefined;
  /** '' when it does not go by itself. */
  expiresOn: string;
}

export interface FeedEvent {
  instanceId: string;
  event: Event;
}

export type Scalar = string | number;

/** A filter over the fields that `kinds.ts` declares. */
export type Where =
  | { and: Where[] }
  | { or: Where[] }
  | { not: Where }
  | { field: string; in: Scalar[] }
  | { field: string; isNot: Scalar }
  /** At or after `from`, strictly before `before`; an empty value is in no range. */
  | { field: string; from?: Scalar; before?: Scalar }
  /** A part of a folded text. */
  | { field: string; contains: string }
  /** Any of these terms. */
  | { terms: string[] }
  /** Every one of these folded words is a part of the document's search text; private comments left out on demand. */
  | { words: string[]; isPublicOnly?: boolean };

/** A page of columns: in each of them the documents stand in the same order. */
export interface Columns {
  /** For each field that was asked for the values of all documents. */
  values: Scalar[][];
  /** For each document the rests of its terms; empty when none were asked for. Documents may share a list. */
  terms: (readonly string[])[];
}

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
  /** A record that belongs to no single instance; null when there is none. */
  record<K extends RecordKind>(kind: K, id: string): Promise<{ value: Records[K]; version: number } | null>;
  /** A stale version is `fail('conflict')`; `null` when the record must be new. */
  putRecord<K extends RecordKind>(kind: K, id: string, value: Records[K], replaces: number | null): Promise<void>;
  /** A stale version is `fail('conflict')`. */
  deleteRecord(kind: RecordKind, id: string, replaces: number): Promise<void>;
}

/** Who somebody is above all instances, and where a conversation of Teams belongs. */
export interface Records {
  /** By `tenant/object id`. */
  person: PersonRecord;
  /** By `tenant/conversation id`: a channel, a group chat. */
  conversation: ConversationRecord;
}
export type RecordKind = keyof Records;

export interface PersonRecord {
  id: string;
  tenantId: string;
  name: string;
  email: string;
  /** The instances that they belong to. */
  instanceIds: string[];
  /** The instance that their chat with the bot is about; '' until it is chosen. */
  chosenInstanceId: string;
  /** Their chat with the bot, as the bot keeps it; null when there is none. */
  conversation: unknown;
  preferences: Preferences;
}

export interface ConversationRecord {
  instanceId: string;
  /** As the bot keeps it, for posts that nobody asked for; null when only a tab has told of it. */
  conversation: unknown;
}

/**
 * Work that is done later, at least once. A job is claimed under a lease: whoever holds it past its time loses it to the
 * next who claims it, and from then on `finish` and `reschedule` are `fail('conflict')`; so they are once it was let go.
 */
export interface Jobs {
  /** Jobs whose id is known already are left as they are, the finished ones too for 30 days. */
  put(jobs: NewJob[]): Promise<void>;
  /**
   * Takes jobs that are due, the earliest first. `leases` says of which kinds, and for how many milliseconds nobody else
   * has such a job then. What this process has put it sees at once, what others have put within `SEEN_WITHIN_MS`.
   */
  claim(leases: { [kind: string]: number }, limit: number): Promise<Job[]>;
  /** The job was done, or is given up when it has an `error`. */
  finish(job: Job, error?: string): Promise<void>;
  /** Lets the job go until `dueOn`. With an `error` it was tried in vain, and `attempts` grows by one, else it is 0. */
  reschedule(job: Job, next: { dueOn: string; payload?: JobPayload; error?: string }): Promise<void>;
}

/** How long a job can be due before a process that has not put it sees it. */
export const SEEN_WITHIN_MS = 15_000;

export type JobPayload = { [name: string]: unknown };

export interface NewJob {
  /** The same work has the same id, so that it is put once. */
  id: string;
  kind: string;
  instanceId: string;
  /** ISO 8601; not before. */
  dueOn: string;
  payload: JobPayload;
}

export interface Job extends NewJob {
  /** How often in a row it was tried in vain. */
  attempts: number;
  lastError: string;
  /** Which claim this is; a later claim of the same job has a higher one. */
  fence: number;
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
