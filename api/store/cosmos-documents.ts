import type { Event } from '../contract/events.ts';
import { rowOf } from './filter.ts';
import { type Indexed, KINDS } from './kinds.ts';
import type { Change, Hidden, Kind, Scalar, Stored, Value } from './store.ts';

/** A document as it lies in the container `tickets`. */
export interface CosmosDocument<K extends Kind = Kind> {
  id: string;
  instanceId: string;
  kind: K;
  version: number;
  /** Which commit wrote it: after an answer that was lost, this tells whether the commit happened. */
  commitId: string;
  value: Value<K>;
  hidden?: Hidden<K>;
  fields: Record<string, Scalar>;
  terms: string[];
  /** What a search reads: of a ticket its own text, and that of its comments. */
  text?: string;
  comments?: string;
  privateComments?: string;
  /** Seconds until it goes by itself. */
  ttl?: number;
  _etag?: string;
}

export interface EventDocument {
  id: string;
  instanceId: string;
  kind: 'event';
  commitId: string;
  event: Event;
  ttl: number;
}

export type Put = Extract<Change, { put: Kind }>;

/** Any text as a part of an id, of which Cosmos refuses some characters. */
export const escapeId = (text: string): string =>
  text.replace(/[^\w.:-]/g, (unit) => `~${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
export const unescapeId = (text: string): string =>
  text.replace(/~([0-9a-f]{4})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));

export const documentId = (kind: Kind, id: string): string => `${kind}:${escapeId(id)}`;

/** Longer ones the service refuses, so there is nothing under them. */
export const MAX_ID_LENGTH = 1023;

/** The document of a put, without the comments of a ticket, which only the store knows. */
export function documentOf(instanceId: string, commitId: string, put: Put, now: Date): CosmosDocument {
  const indexed = KINDS[put.put] as Indexed<Value<Kind>>;
  const { fields, terms } = rowOf(indexed, put.value, put.hidden);
  return {
    id: documentId(put.put, put.id),
    instanceId,
    kind: put.put,
    version: (put.replaces ?? 0) + 1,
    commitId,
    // Settings are remembered, and the caller may go on with theirs.
    value: put.put === 'instance' ? JSON.parse(JSON.stringify(put.value)) : put.value,
    ...(put.hidden && { hidden: put.hidden }),
    // Kinds without fields of their own are listed in the order of their ids.
    fields: { id: put.id, ...fields },
    terms,
    ...(put.put === 'ticket' && { text: indexed.search!.text(put.value) }),
    ...(put.expiresOn && { ttl: Math.max(1, Math.ceil((Date.parse(put.expiresOn) - now.getTime()) / 1000)) }),
  } as CosmosDocument;
}

/** As the port gives it out; written as text only when somebody sends it on. */
export class CosmosStored<K extends Kind> implements Stored<K> {
  readonly #document: CosmosDocument<K>;
  #json: string | undefined;

  constructor(document: CosmosDocument<K>) {
    this.#document = document;
  }

  get id(): string {
    return unescapeId(this.#document.id.slice(this.#document.kind.length + 1));
  }

  get version(): number {
    return this.#document.version;
  }

  get json(): string {
    this.#json ??= JSON.stringify(this.#document.value);
    return this.#json;
  }

  /** A copy each time: who gets it may change it. */
  get value(): Value<K> {
    return JSON.parse(this.json);
  }

  get hidden(): Hidden<K> | undefined {
    return this.#document.hidden && structuredClone(this.#document.hidden);
  }
}
