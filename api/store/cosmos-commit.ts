import { randomUUID } from 'node:crypto';
import type { Container, OperationInput } from '@azure/cosmos';
import { fail } from '../contract/errors.ts';
import type { CosmosDocument } from './cosmos-documents.ts';
import { answered, isLost, isPutOff, unavailable } from './cosmos-errors.ts';
import { type Batch, batchOf, conflict, type FindDocument, idOf } from './cosmos-operations.ts';
import { Patience, repeating } from './cosmos-requests.ts';
import type { Change } from './store.ts';

/** The limits of a transactional batch (learn.microsoft.com: "Transactional batch operations", limitations). */
const MAX_CHANGES = 100;
const MAX_BYTES = 2 * 1024 * 1024;

interface Parts {
  container: Container;
  instanceId: string;
  find: FindDocument;
  now: () => Date;
}

/** Writes all changes in one transactional batch; answers the documents as written. */
export async function commitBatch(parts: Parts, changes: Change[]): Promise<CosmosDocument[]> {
  if (changes.length > MAX_CHANGES) fail('payload_too_large', `One change may touch at most ${MAX_CHANGES} documents.`);
  const commitId = randomUUID();
  const batch = await batchOf(parts, changes, commitId);
  const { operations, documents } = batch;
  if (operations.length > MAX_CHANGES)
    fail('payload_too_large', `One change may touch at most ${MAX_CHANGES} documents.`);
  if (Buffer.byteLength(JSON.stringify(operations)) > MAX_BYTES) tooLarge();
  if (operations.length > 0) await send(parts, batch, commitId);
  return documents;
}

/**
 * Sends a batch until it is known whether it happened. When an answer was lost, the commit's own id is looked for; the
 * batch is sent again when it is not there, and should the lost one happen even then, the second one meets the first.
 */
async function send({ container, instanceId }: Parts, batch: Batch, commitId: string): Promise<void> {
  const { operations, documents } = batch;
  const patience = new Patience();
  let wasLost = false;
  for (;;) {
    const { status, etags, error } = await sendOnce(container, instanceId, operations, patience.abortSignal);
    if (status >= 200 && status < 300) {
      const etagOf = new Map(operations.map((operation, index) => [idOf(operation), etags[index]]));
      for (const document of documents) {
        const etag = etagOf.get(document.id);
        if (etag) document._etag = etag;
      }
      return;
    }
    if (status === 413) tooLarge();
    const isRefused = [404, 409, 412].includes(status);
    wasLost ||= isLost(status);
    // What refused it may be itself.
    if (wasLost && (isRefused || isLost(status)) && (await isThere(container, instanceId, operations, commitId))) {
      // How it was written is known, with which etags is not.
      for (const document of documents) delete document._etag;
      return;
    }
    if (isRefused) conflict();
    if (!isLost(status) && !isPutOff(status)) throw unavailable(error);
    await patience.wait(error);
  }
}

interface Sent {
  /** Of the whole, or of the operation that made it fail. */
  status: number;
  etags: (string | undefined)[];
  error?: unknown;
}

async function sendOnce(
  container: Container,
  instanceId: string,
  operations: OperationInput[],
  abortSignal: AbortSignal,
): Promise<Sent> {
  try {
    const { code = 0, result = [] } = await container.items.batch(operations, instanceId, { abortSignal });
    const statuses = [code, ...result.map((one) => one.statusCode)];
    // The others say only that they failed with it (424).
    const status = statuses.find((one) => one >= 300 && one !== 207 && one !== 424) ?? Math.max(...statuses);
    const error = new Error(`A batch was answered with ${statuses.join(', ')}`);
    return { status, etags: result.map((one) => one.eTag), error };
  } catch (error) {
    return { status: answered(error), etags: [], error };
  }
}

/**
 * Whether a commit is there, by a document that it wrote: one that was new, as nobody writes an event or an activity
 * again, else one that it changed; by what it deleted when that is all.
 */
async function isThere(
  container: Container,
  instanceId: string,
  operations: OperationInput[],
  commitId: string,
): Promise<boolean> {
  const isEvent = (operation: OperationInput) => idOf(operation).startsWith('event:');
  const isCreated = ({ operationType }: OperationInput) => operationType === 'Create';
  const isWritten = ({ operationType }: OperationInput) => operationType !== 'Delete';
  const written = operations.find(isEvent) ?? operations.find(isCreated) ?? operations.find(isWritten);
  const probe = container.item(idOf(written ?? operations[0]!), instanceId);
  try {
    const { resource } = await repeating((options) => probe.read<CosmosDocument>(options));
    return written ? resource?.commitId === commitId : resource === undefined;
  } catch (error) {
    throw unavailable(error);
  }
}

const tooLarge = (): never => fail('payload_too_large', 'One change may hold at most 2 MB.');
