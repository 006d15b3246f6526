import { createCharge, readCharge, replaceCharge } from './account.ts';
import { type Container, checkTimeToLive, type StoredDocument } from './container.ts';
import { byteLength, isObject, type Json, type JsonObject, type Value } from './json.ts';
import { applyPatch } from './patch.ts';
import { badRequest, CosmosFailure, documentNotFound, preconditionFailed, tooLarge } from './wire.ts';

/**
 * The operations on one document.
 * "Documents", https://learn.microsoft.com/rest/api/cosmos-db/documents, and its pages Create Document, Get a Document,
 * Replace a Document, Delete Document and Patch Document.
 */

/** "Maximum size of an item: 2 MB (UTF-8 length of JSON representation)", Azure Cosmos DB service quotas. */
export const MAXIMUM_BYTES = 2 * 1024 * 1024;

export interface Precondition {
  ifMatch?: string | undefined;
  ifNoneMatch?: string | undefined;
}

export interface Outcome {
  status: number;
  charge: number;
  document?: StoredDocument;
}

/** Changes to one partition that become visible together, or never. */
export class Draft {
  readonly container: Container;
  readonly partition: string;
  private readonly changes = new Map<string, StoredDocument | undefined>();

  constructor(container: Container, partition: string) {
    this.container = container;
    this.partition = partition;
  }

  get(id: string): StoredDocument | undefined {
    return this.changes.has(id) ? this.changes.get(id) : this.container.get(this.partition, id);
  }

  set(id: string, document: StoredDocument | undefined): void {
    this.changes.set(id, document);
  }

  /** The writes of a transaction share one sequence number, so no reader of the feed sees half of it. */
  commit(): void {
    if (this.changes.size === 0) return;
    this.container.sequence += 1;
    for (const [id, document] of this.changes) {
      if (document) this.container.put({ ...document, sequence: this.container.sequence });
      else this.container.remove(this.partition, id);
    }
  }
}

/**
 * "Maximum length of ID value: 1023 bytes" (service quotas); "The following characters are restricted and cannot be
 * used in the Id property: '/', '\\', '?', '#'"
 * (https://learn.microsoft.com/dotnet/api/microsoft.azure.documents.resource.id).
 */
function checkId(id: Value): string {
  if (typeof id !== 'string' || id === '') {
    throw badRequest("The input content is invalid because the required properties - 'id; ' - are missing");
  }
  if (/[/\\?#]/.test(id))
    throw badRequest(
      "The input name is invalid. Ensure to provide a unique non-empty string without '/', '\\', '?' or '#'.",
    );
  if (Buffer.byteLength(id) > 1023) throw badRequest('The input name is too long: an id has at most 1023 bytes.');
  return id;
}

/** "An etag is a new value with every update of the item" ("Transactions and optimistic concurrency control"). */
let etags = 0;
function nextEtag(): string {
  etags += 1;
  const digits = etags.toString(16).padStart(12, '0');
  return `"${digits.slice(0, 8)}-${digits.slice(8)}-0000-0000-${digits}"`;
}

/**
 * "Implementing optimistic concurrency control using ETag and HTTP headers",
 * https://learn.microsoft.com/azure/cosmos-db/nosql/database-transactions-optimistic-concurrency
 */
function checkMatch({ ifMatch, ifNoneMatch }: Precondition, found: StoredDocument): void {
  if (ifMatch !== undefined && ifMatch !== '*' && ifMatch !== found.resource._etag) throw preconditionFailed();
  // "If-None-Match: applicable only on GET" ("Common Azure Cosmos DB REST request headers"); not silently ignored here.
  if (ifNoneMatch !== undefined) throw badRequest('If-None-Match applies to reads only.');
}

function write(draft: Draft, body: Json, previous: StoredDocument | undefined): StoredDocument {
  if (!isObject(body)) throw badRequest('The input content is invalid: a document is a JSON object.');
  const { container } = draft;
  const id = checkId(body.id);
  checkTimeToLive(body.ttl);
  if (container.keyOf(body) !== draft.partition) {
    throw badRequest("PartitionKey extracted from document doesn't match the one specified in the header.", {
      substatus: 1001,
    });
  }
  const bytes = byteLength(body);
  if (bytes > MAXIMUM_BYTES) throw tooLarge();
  const place = previous?.place ?? container.nextPlace();
  const modified = container.seconds();
  const resourceId = container.resourceIdOf(place);
  const system = {
    _rid: resourceId,
    _self: `${container.definition._self}docs/${resourceId}/`,
    _etag: nextEtag(),
    _attachments: 'attachments/',
    _ts: modified,
  };
  const resource: JsonObject = { ...body, ...system };
  const terms = container.policy.countTerms(resource);
  const document = { id, partition: draft.partition, resource, bytes, terms, place, sequence: 0, modified };
  draft.set(id, document);
  return document;
}

const created = (document: StoredDocument): Outcome => ({
  status: 201,
  document,
  charge: createCharge(document.bytes, document.terms),
});

const replaced = (document: StoredDocument): Outcome => ({
  status: 200,
  document,
  charge: replaceCharge(document.bytes, document.terms),
});

/** POST: 201, or 409 if the id is taken in this partition. */
export function create(draft: Draft, body: Json): Outcome {
  if (isObject(body) && typeof body.id === 'string' && draft.get(body.id)) {
    throw new CosmosFailure(409, 'Entity with the specified id already exists in the system.');
  }
  return created(write(draft, body, undefined));
}

/**
 * POST with x-ms-documentdb-is-upsert: 201 or 200. If-Match counts only if the document is there, otherwise it is
 * created: the service follows the semantics of a replace in the one case and of a create in the other, as the
 * maintainers of the client libraries state.
 */
export function upsert(draft: Draft, body: Json, precondition: Precondition): Outcome {
  const previous = isObject(body) && typeof body.id === 'string' ? draft.get(body.id) : undefined;
  if (!previous) return created(write(draft, body, undefined));
  checkMatch(precondition, previous);
  return replaced(write(draft, body, previous));
}

/** GET: 200, 404, or 304 if If-None-Match names the version that is there. */
export function read(draft: Draft, id: string, { ifNoneMatch }: Precondition): Outcome {
  const document = draft.get(id);
  if (!document) throw documentNotFound();
  const isKnown = ifNoneMatch === '*' || ifNoneMatch === document.resource._etag;
  if (isKnown) return { status: 304, charge: 1 };
  return { status: 200, document, charge: readCharge(document.bytes) };
}

/** PUT: 200, 404, or 412. */
export function replace(draft: Draft, id: string, body: Json, precondition: Precondition): Outcome {
  const previous = draft.get(id);
  if (!previous) throw documentNotFound();
  checkMatch(precondition, previous);
  if (isObject(body) && body.id !== id) {
    // "The id of a document is immutable" ("Replace a Document"): the body names the document of the address.
    throw badRequest('Replacing the id of a document is not supported.');
  }
  return replaced(write(draft, body, previous));
}

/** DELETE: 204, 404, or 412. */
export function remove(draft: Draft, id: string, precondition: Precondition): Outcome {
  const previous = draft.get(id);
  if (!previous) throw documentNotFound();
  checkMatch(precondition, previous);
  draft.set(id, undefined);
  return { status: 204, charge: createCharge(previous.bytes, previous.terms) };
}

/** PATCH: 200, 404, or 412 if If-Match or the condition does not hold. */
export function patch(draft: Draft, id: string, body: Json, precondition: Precondition): Outcome {
  const previous = draft.get(id);
  if (!previous) throw documentNotFound();
  checkMatch(precondition, previous);
  const patched = applyPatch(previous.resource, body, draft.container.keyPaths);
  return replaced(write(draft, patched, previous));
}
