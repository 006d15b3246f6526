import { IndexPolicy, splitPath } from './index-policy.ts';
import { isObject, type Json, type JsonObject, member, type Value } from './json.ts';
import { badRequest } from './wire.ts';

/** A container: its definition, and its documents by partition key and id. */

export interface StoredDocument {
  id: string;
  /** The partition key as canonical JSON. */
  partition: string;
  /** The document with the system properties. */
  resource: JsonObject;
  bytes: number;
  terms: number;
  /** The place in the container, kept as long as the document lives: what _rid stands for. */
  place: number;
  /** The logical sequence number of the write, by which the change feed is ordered. */
  sequence: number;
  /** _ts, in seconds. */
  modified: number;
}

const MAXIMUM_TIME_TO_LIVE = 2_147_483_647;

/** "Time to Live (TTL) in Azure Cosmos DB", https://learn.microsoft.com/azure/cosmos-db/nosql/time-to-live */
export function checkTimeToLive(value: Value): void {
  if (value === undefined) return;
  const isValid =
    Number.isInteger(value) && (value === -1 || (Number(value) > 0 && Number(value) <= MAXIMUM_TIME_TO_LIVE));
  if (isValid) return;
  throw badRequest(
    `The input ttl '${JSON.stringify(value)}' is invalid. Ensure to provide a nonzero positive integer less than or ` +
      `equal to '${MAXIMUM_TIME_TO_LIVE}', or '-1' which means never expire.`,
  );
}

export class Container {
  readonly definition: JsonObject;
  readonly policy: IndexPolicy;
  readonly keyPaths: string[][];
  readonly resourceId: string;
  /** The number of the last write. */
  sequence = 0;
  private readonly partitions = new Map<string, Map<string, StoredDocument>>();
  private readonly now: () => number;
  private lastPlace = 0;

  constructor(given: JsonObject, system: JsonObject, now: () => number) {
    this.policy = new IndexPolicy(given.indexingPolicy);
    const paths = member(given.partitionKey, 'paths');
    if (!Array.isArray(paths) || paths.length === 0) throw badRequest('Partition key paths are missing.');
    this.keyPaths = paths.map((path) => splitPath(String(path)));
    const timeToLive = given.defaultTtl ?? undefined;
    checkTimeToLive(timeToLive);
    this.definition = { ...given, indexingPolicy: this.policy.definition, ...system };
    this.resourceId = String(system._rid);
    this.now = now;
  }

  nextPlace(): number {
    this.lastPlace += 1;
    return this.lastPlace;
  }

  /** Where the service cuts the time: _ts has whole seconds. */
  seconds(): number {
    return Math.floor(this.now() / 1000);
  }

  /** The partition key of a document, from its own members. */
  keyOf(document: JsonObject): string {
    const values = this.keyPaths.map((path) => {
      const value = path.reduce<Value>((inner, name) => member(inner, name), document);
      if (value === undefined) return {};
      if (Array.isArray(value) || isObject(value)) {
        throw badRequest('Partition key value must be a string, number, boolean or null.');
      }
      // "Maximum length of partition key value: 2048 bytes" ("Azure Cosmos DB service quotas",
      // https://learn.microsoft.com/azure/cosmos-db/concepts-limits).
      if (typeof value === 'string' && Buffer.byteLength(value) > 2048) {
        throw badRequest('The partition key supplied exceeds the maximum length of 2048 bytes.');
      }
      return value;
    });
    return JSON.stringify(values);
  }

  /** The partition key of a request: the header is a JSON array with a value for each path. */
  keyOfHeader(header: string): string {
    let values: Json;
    try {
      values = JSON.parse(header) as Json;
    } catch {
      throw badRequest(`Partition key ${header} is invalid.`);
    }
    if (!Array.isArray(values) || values.length !== this.keyPaths.length) {
      throw badRequest(
        "Partition key provided either doesn't correspond to definition in the collection or doesn't match partition " +
          'key field values specified in the document.',
      );
    }
    return JSON.stringify(values);
  }

  /**
   * An expired item is gone for every reader at once, whenever it is removed for good. The time of an item counts only
   * if the container has a default, and -1 means never.
   */
  private isExpired({ resource, modified }: StoredDocument): boolean {
    const standard = this.definition.defaultTtl;
    if (typeof standard !== 'number') return false;
    const seconds = typeof resource.ttl === 'number' ? resource.ttl : standard;
    return seconds > 0 && this.now() / 1000 >= modified + seconds;
  }

  get(partition: string, id: string): StoredDocument | undefined {
    const documents = this.partitions.get(partition);
    const found = documents?.get(id);
    if (!documents || !found || !this.isExpired(found)) return found;
    documents.delete(id);
    return undefined;
  }

  put(document: StoredDocument): void {
    const documents = this.partitions.get(document.partition) ?? new Map<string, StoredDocument>();
    this.partitions.set(document.partition, documents);
    documents.set(document.id, document);
  }

  remove(partition: string, id: string): void {
    this.partitions.get(partition)?.delete(id);
  }

  /** The living documents of a partition, or of all of them, in the order of their places. */
  documents(partition?: string): StoredDocument[] {
    const scopes = partition === undefined ? [...this.partitions.values()] : [this.partitions.get(partition)];
    const living = scopes.flatMap((documents) =>
      [...(documents?.values() ?? [])].filter((one) => !this.isExpired(one)),
    );
    return living.sort((left, right) => left.place - right.place);
  }

  /** "0" is the one range of keys there is; the token says how far the client has seen. */
  sessionToken(): string {
    return `0:-1#${this.sequence}`;
  }

  /** Identifiers of documents are those of the container and the place, 16 bytes in all. */
  resourceIdOf(place: number): string {
    const bytes = Buffer.alloc(16);
    Buffer.from(this.resourceId, 'base64').copy(bytes);
    bytes.writeBigUInt64LE(BigInt(place), 8);
    return bytes.toString('base64').replaceAll('/', '-');
  }
}
