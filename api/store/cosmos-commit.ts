import { randomUUID } from 'node:crypto';
import type { Container, OperationInput } from '@azure/cosmos';
import { AppError, fail } from '../contract/errors.ts';
import { type CosmosDocument, documentId, documentOf, type EventDocument, type Put } from './cosmos-documents.ts';
import { answered, isLost, unavailable } from './cosmos-errors.ts';
import { type Indexed, KINDS } from './kinds.ts';
import type { Change, Kind, Value } from './store.ts';

/** The limits of a transactional batch (learn.microsoft.com: "Transactional batch operations", limitations). */
const MAX_CHANGES = 100;
const MAX_BYTES = 2 * 1024 * 1024;
const EVENTS_KEPT_SECONDS = 30 * 24 * 60 * 60;
/** How often a batch that met another one at the very same moment (449) is sent again. */
const TRIES = 5;

/** Reads a document of one instance, with the etag that a conditional write needs. */
export type ReadDocument = <K extends Kind>(kind: K, id: string) => Promise<CosmosDocument<K> | null>;

interface Parts {
  container: Container;
  instanceId: string;
  /** From memory where it may be: the etag makes a stale one harmless. */
  known: ReadDocument;
  now: () => Date;
}

/**
 * Writes all changes in one transactional batch; answers the documents as written. Whether a batch happened whose
 * answer was lost is read back by the commit's own id, never tried blindly.
 */
export async function commitBatch(parts: Parts, changes: Change[]): Promise<CosmosDocument[]> {
  const { container, instanceId } = parts;
  if (changes.length > MAX_CHANGES) fail('payload_too_large', `One change may touch at most ${MAX_CHANGES} documents.`);
  const commitId = randomUUID();
  const { operations, documents } = await operationsOf(parts, changes, commitId);
  if (operations.length > MAX_CHANGES)
    fail('payload_too_large', `One change may touch at most ${MAX_CHANGES} documents.`);
  if (Buffer.byteLength(JSON.stringify(operations)) > MAX_BYTES) {
    fail('payload_too_large', 'One change may hold at most 2 MB.');
  }
  if (operations.length === 0) return documents;

  for (let attempt = 1; ; attempt++) {
    let statuses: number[];
    try {
      const response = await container.items.batch(operations, instanceId);
      statuses = [response.code ?? 0, ...(response.result ?? []).map((one) => one.statusCode)];
      for (const [index, one] of (response.result ?? []).entries()) {
        const document = documents.find(({ id }) => id === idOf(operations[index]!));
        if (document && one.eTag) document._etag = one.eTag;
      }
    } catch (error) {
      if (isLost(error)) {
        if (await happened(container, instanceId, operations, commitId)) return documents;
        throw unavailable(error);
      }
      statuses = [answered(error)];
      if (![404, 409, 412, 413, 449].includes(statuses[0]!)) throw unavailable(error);
    }
    if (statuses.every((status) => status < 300)) return documents;
    if (statuses.includes(413)) fail('payload_too_large', 'One change may hold at most 2 MB.');
    if (statuses.includes(449) && attempt < TRIES) continue;
    if (statuses.some((status) => [404, 409, 412].includes(status))) {
      // The SDK itself may have sent it twice: then the first one is what the second one met.
      if (await happened(container, instanceId, operations, commitId)) return documents;
      fail('conflict', 'This was changed by somebody else at the same moment. Read it again and repeat the change.');
    }
    throw unavailable(new Error(`A batch was answered with ${statuses.join(', ')}`));
  }
}

async function operationsOf(
  { instanceId, known, now }: Parts,
  changes: Change[],
  commitId: string,
): Promise<{ operations: OperationInput[]; documents: CosmosDocument[] }> {
  const operations: OperationInput[] = [];
  /** What the commit has made of each document so far; null what it has deleted. */
  const staged = new Map<string, CosmosDocument | null>();
  const comments = commentsOf(changes);
  for (const change of changes) {
    if ('event' in change) {
      const { event } = change;
      const document: EventDocument = {
        id: `event:${event.id}`,
        instanceId,
        kind: 'event',
        commitId,
        event,
        ttl: EVENTS_KEPT_SECONDS,
      };
      operations.push({ operationType: 'Create', resourceBody: document as never });
      continue;
    }
    const kind = 'put' in change ? change.put : change.delete;
    const id = documentId(kind, change.id);
    const isStaged = staged.has(id);
    const old = isStaged ? staged.get(id)! : change.replaces === null ? null : await known(kind, change.id);
    // A new document that is there already, the service itself refuses; one of this very commit it cannot compare.
    if ((isStaged || change.replaces !== null) && (old?.version ?? null) !== change.replaces) {
      fail('conflict', 'This was changed by somebody else at the same moment. Read it again and repeat the change.');
    }
    const ifMatch = isStaged ? undefined : old?._etag;
    if ('delete' in change) {
      staged.set(id, null);
      operations.push({ operationType: 'Delete', id, ...(ifMatch && { ifMatch }) });
      continue;
    }
    const document = documentOf(instanceId, commitId, change, now());
    if (kind === 'ticket') {
      document.comments = joined(old?.comments, comments.get(change.id));
      comments.delete(change.id);
    }
    staged.set(id, document);
    const resourceBody = document as never;
    if (old) operations.push({ operationType: 'Replace', id, resourceBody, ...(ifMatch && { ifMatch }) });
    else operations.push({ operationType: 'Create', resourceBody });
  }
  // A comment whose ticket is not in the commit is added to what the ticket's search reads all the same.
  for (const [ticketId, text] of comments) {
    const ticket = await known('ticket', ticketId);
    if (!ticket) continue;
    const document = { ...ticket, commitId, comments: joined(ticket.comments, text) } as CosmosDocument;
    staged.set(ticket.id, document);
    operations.push({
      operationType: 'Patch',
      id: ticket.id,
      resourceBody: { operations: [{ op: 'set', path: '/comments', value: document.comments }] },
      ...(ticket._etag && { ifMatch: ticket._etag }),
    });
  }
  return { operations, documents: [...staged.values()].filter((document) => document !== null) };
}

/** The search text of new comments, by ticket. */
function commentsOf(changes: Change[]): Map<string, string> {
  const search = (KINDS.activity as Indexed<Value<'activity'>>).search!;
  const comments = new Map<string, string>();
  for (const change of changes) {
    if (!('put' in change) || change.put !== 'activity' || change.replaces !== null) continue;
    const text = search.text((change as Put & { put: 'activity' }).value);
    const ticketId = search.ticketId((change as Put & { put: 'activity' }).value);
    if (text !== '') comments.set(ticketId, joined(comments.get(ticketId), text));
  }
  return comments;
}

const joined = (...texts: (string | undefined)[]): string => texts.filter(Boolean).join('\n');

function idOf(operation: OperationInput): string {
  if ('resourceBody' in operation && 'id' in operation.resourceBody) return String(operation.resourceBody.id);
  return 'id' in operation ? String(operation.id) : '';
}

/** Whether a commit is there, by the first document that it wrote; by its absence when it only deleted. */
async function happened(
  container: Container,
  instanceId: string,
  operations: OperationInput[],
  commitId: string,
): Promise<boolean> {
  const written = operations.find(({ operationType }) => operationType === 'Create' || operationType === 'Replace');
  const probe = written ?? operations[0]!;
  try {
    const { resource } = await container.item(idOf(probe), instanceId).read<CosmosDocument>();
    return written ? resource?.commitId === commitId : resource === undefined;
  } catch (error) {
    throw error instanceof AppError ? error : unavailable(error);
  }
}
