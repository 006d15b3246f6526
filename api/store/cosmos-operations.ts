import type { OperationInput } from '@azure/cosmos';
import { fail } from '../contract/errors.ts';
import { type CosmosDocument, documentId, documentOf, type EventDocument, type Put } from './cosmos-documents.ts';
import { type Indexed, KINDS } from './kinds.ts';
import type { Change, Kind, Value } from './store.ts';

const EVENTS_KEPT_SECONDS = 30 * 24 * 60 * 60;

/**
 * Finds a document of one instance that is to be changed, with the etag that a conditional write needs. From memory
 * where it has that version there: the etag makes a stale one harmless.
 */
export type FindDocument = <K extends Kind>(kind: K, id: string, version?: number) => Promise<CosmosDocument<K> | null>;

interface Parts {
  instanceId: string;
  find: FindDocument;
  now: () => Date;
}

/** What a commit asks of the service, and the documents as they will be. */
export interface Batch {
  operations: OperationInput[];
  documents: CosmosDocument[];
}

export const conflict = (): never =>
  fail('conflict', 'This was changed by somebody else at the same moment. Read it again and repeat the change.');

/**
 * The operations of a commit. Each is on a condition, its etag or that there is nothing yet, unless it follows another
 * one of the same commit: so a batch can be sent again and happens once.
 */
export async function batchOf(parts: Parts, changes: Change[], commitId: string): Promise<Batch> {
  const { instanceId, find, now } = parts;
  const operations: OperationInput[] = [];
  /** What the commit has made of each document so far; null what it has deleted. */
  const staged = new Map<string, CosmosDocument | null>();
  const comments = commentsOf(changes);
  for (const change of changes) {
    if ('event' in change) {
      operations.push(create(eventOf(instanceId, commitId, change.event)));
      continue;
    }
    if ('rewritten' in change) {
      const set = { event: change.rewritten, commitId };
      operations.push({ operationType: 'Patch', id: change.place, resourceBody: { operations: setting(set) } });
      continue;
    }
    const kind = 'put' in change ? change.put : change.delete;
    const id = documentId(kind, change.id);
    const isStaged = staged.has(id);
    const read = () => (change.replaces === null ? null : find(kind, change.id, change.replaces));
    const old = isStaged ? staged.get(id)! : await read();
    // A new document that is there already, the service itself refuses; one of this very commit it cannot compare.
    if ((isStaged || change.replaces !== null) && (old?.version ?? null) !== change.replaces) conflict();
    const condition = isStaged ? {} : { ifMatch: old?._etag ?? '' };
    if ('delete' in change) {
      staged.set(id, null);
      operations.push({ operationType: 'Delete', id, ...condition });
      continue;
    }
    const document = documentOf(instanceId, commitId, change, now());
    if (kind === 'ticket') {
      Object.assign(document, withComments(old, comments.get(change.id)));
      comments.delete(change.id);
    }
    staged.set(id, document);
    if (old) operations.push({ operationType: 'Replace', id, resourceBody: document as never, ...condition });
    else operations.push(create(document));
  }
  // A comment whose ticket is not in the commit is added to what the ticket's search reads all the same.
  for (const [ticketId, added] of comments) {
    const ticket = await find('ticket', ticketId);
    if (!ticket) continue;
    const values = { ...withComments(ticket, added), commitId };
    staged.set(ticket.id, { ...ticket, ...values } as CosmosDocument);
    const { id, _etag: ifMatch = '' } = ticket;
    operations.push({ operationType: 'Patch', id, resourceBody: { operations: setting(values) }, ifMatch });
  }
  return { operations, documents: [...staged.values()].filter((document) => document !== null) };
}

function eventOf(instanceId: string, commitId: string, event: EventDocument['event']): EventDocument {
  return { id: `event:${event.id}`, instanceId, kind: 'event', commitId, event, ttl: EVENTS_KEPT_SECONDS };
}

const create = (document: CosmosDocument | EventDocument): OperationInput => ({
  operationType: 'Create',
  resourceBody: document as never,
});

/** What a patch does to give each of these its value. */
const setting = (values: object) =>
  Object.entries(values).map(([name, value]) => ({ op: 'set' as const, path: `/${name}`, value }));

type Comments = Pick<CosmosDocument, 'comments' | 'privateComments'>;

/** The search text of new comments, by ticket. */
function commentsOf(changes: Change[]): Map<string, Comments> {
  const search = (KINDS.activity as Indexed<Value<'activity'>>).search!;
  const comments = new Map<string, Comments>();
  for (const change of changes) {
    if (!('put' in change) || change.put !== 'activity' || change.replaces !== null) continue;
    const { value } = change as Put & { put: 'activity' };
    const text = search.text(value);
    if (text === '') continue;
    const ticketId = search.ticketId(value);
    const added = search.isPrivate(value) ? { privateComments: text } : { comments: text };
    comments.set(ticketId, withComments(comments.get(ticketId), added));
  }
  return comments;
}

/** Both are always there: what is not, a query finds neither to hold a word nor not to. */
const withComments = (old: Comments | null | undefined, added: Comments | undefined): Comments => ({
  comments: joined(old?.comments, added?.comments),
  privateComments: joined(old?.privateComments, added?.privateComments),
});

const joined = (...texts: (string | undefined)[]): string => texts.filter(Boolean).join('\n');

/** The document that an operation is about. */
export function idOf(operation: OperationInput): string {
  if ('resourceBody' in operation && 'id' in operation.resourceBody) return String(operation.resourceBody.id);
  return 'id' in operation ? String(operation.id) : '';
}
