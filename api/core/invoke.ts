import { createHash } from 'node:crypto';
import { z } from 'zod';
import { AppError, fail } from '../contract/errors.ts';
import { inputSchema, needsEnabled, type Operation } from '../contract/operation.ts';
import { type Input, OPERATIONS, type OperationId, type Output, operationIds } from '../contract/operations.ts';
import { authorize } from './access.ts';
import { addComment, listActivities } from './activities.ts';
import { addAttachments, listActivityAttachments, listAttachments } from './attachments.ts';
import { bulkUpdateTickets } from './bulk.ts';
import { audienceOf, type Call, type Context, type Environment, earlierReply, type ItemResult } from './context.ts';
import { deleteTicket } from './deletion.ts';
import { erasePerson, getTraces, listErasures } from './erasure.ts';
import { streamEvents } from './event-stream.ts';
import { exportCollection, type StreamResult } from './exports.ts';
import { parseInput } from './input.ts';
import { getInstance, previewWorkflow, updateInstance } from './instance.ts';
import { listKeys, regenerateKey, updateKey } from './keys.ts';
import { listMembers, putMember, removeMember } from './members.ts';
import { searchPeople } from './people.ts';
import { announcePresence } from './presence.ts';
import { getReport } from './reports.ts';
import { getReportGroups } from './reports-groups.ts';
import { settingsReader } from './settings.ts';
import { createTagCategory, getTagCategory, listTags, updateTagCategory } from './tags.ts';
import { type ListResult, listTickets } from './ticket-list.ts';
import { createTicket, followTicket, getTicket, markTicketSeen, updateTicket, updateTicketStatus } from './tickets.ts';
import { deleteView, listViews, putView } from './views.ts';

/** What an operation answers inside the product: views instead of values, so that text need not be parsed. */
type Result<Id extends OperationId> = (typeof OPERATIONS)[Id]['answer'] extends { kind: 'stream' }
  ? StreamResult
  : (typeof OPERATIONS)[Id] extends { files: string[] }
    ? Listed<Id> | StreamResult
    : Plain<Id>;
type Listed<Id extends OperationId> = Output<Id> extends { items: (infer T)[] } ? ListResult<T> : never;
type Plain<Id extends OperationId> =
  Output<Id> extends { item: infer T }
    ? ItemResult<T>
    : Output<Id> extends { items: unknown[] }
      ? Listed<Id>
      : undefined;

/** Any of them, for a door that treats all operations alike. */
export type AnyResult = ItemResult<unknown> | ListResult<unknown> | StreamResult | undefined;

const HANDLERS: { [Id in OperationId]: (ctx: Context, input: Input<Id>) => Promise<Result<Id>> } = {
  listTickets,
  createTicket,
  bulkUpdateTickets,
  getTicket,
  updateTicket,
  updateTicketStatus,
  markTicketSeen,
  followTicket,
  deleteTicket,
  listActivities,
  addComment,
  listAttachments,
  addAttachments,
  listActivityAttachments,
  getInstance,
  updateInstance,
  listTags,
  createTagCategory,
  getTagCategory,
  updateTagCategory,
  listKeys,
  updateKey,
  regenerateKey,
  exportCollection,
  listMembers,
  putMember,
  removeMember,
  searchPeople,
  listViews,
  putView,
  deleteView,
  streamEvents,
  announcePresence,
  getReport,
  getReportGroups,
  previewWorkflow,
  getTraces,
  erasePerson,
  listErasures,
};

const SCHEMAS = new Map(operationIds.map((id) => [id, inputSchema(OPERATIONS[id])]));

/** How often a change that met somebody else's is tried again: whoever said which version they mean hears then whether it still is. */
const TRIES = 50;

/** What an operation answered, and what the caller should know beside it. */
export interface Answer<R> {
  result: R;
  warnings: string[];
  /** The version of the settings, which every view of a ticket depends on too. */
  settingsVersion: number;
  /** Whom the answer is for, as an ETag says it. */
  audience: ReturnType<typeof audienceOf>;
}

/**
 * Does one operation: parses the input, authorizes the actor, runs. The one way in for every door.
 * Throws AppError for whatever the caller can meet.
 */
export async function invoke<Id extends OperationId>(
  environment: Environment,
  call: Call,
  id: Id,
  input: unknown,
): Promise<Answer<Result<Id>>> {
  const operation: Operation = OPERATIONS[id];
  authorize(call.actor, operation);
  const parsed = parseInput(SCHEMAS.get(id)!, input) as Input<Id>;
  const ignored = ignoredFields(input as object, parsed);
  const instance = environment.store.instance(call.actor.instanceId);
  const idempotency = idempotencyOf(operation, call, id, parsed);
  for (let attempt = 1; ; attempt++) {
    // Whoever names the version of the settings means the one that is there now, on whichever node it was written.
    const asOf = id === 'updateInstance' && call.ifMatch !== undefined ? 'now' : undefined;
    const settings = await settingsReader.read(instance, call.actor.instanceId, asOf);
    if (!settings.value.enabled && needsEnabled(operation)) {
      fail('switched_off', 'This help desk is switched off. Its owner can switch it on in the settings.');
    }
    const ctx: Context = {
      ...environment,
      ...call,
      instance,
      settings,
      at: environment.now().toISOString(),
      warnings: ignored.map((name) => `${name} cannot be set here and was ignored`),
      ...(idempotency && { idempotency }),
    };
    // Most tickets are new: whether one was made before is asked only when it cannot be made. Where people take turns it
    // is asked first, for a repeated request must not use up somebody's turn.
    const takesTurns = settings.value.isAutomaticAssignTickets;
    const asksLater = id === 'createTicket' && idempotency !== undefined && attempt === 1 && !takesTurns;
    try {
      const earlier = asksLater ? null : await earlierReply(ctx);
      const result = (earlier ?? (await HANDLERS[id](ctx, parsed))) as Result<Id>;
      if (environment.checkAnswers) checkAnswer(operation, result);
      return { result, warnings: ctx.warnings, settingsVersion: settings.version, audience: audienceOf(call.actor) };
    } catch (error) {
      const isMet = error instanceof AppError && error.code === 'conflict' && attempt < TRIES;
      if (!isMet && !asksLater) throw error;
    }
  }
}

/** The names that a caller sent and the contract does not have, one level deep: a misspelt one should not go unnoticed. */
function ignoredFields(sent: object, parsed: object, path = ''): string[] {
  return Object.entries(sent).flatMap(([name, value]) => {
    if (value === undefined) return [];
    if (!Object.hasOwn(parsed, name)) return `${path}${name.replace(/[^\x21-\x7e]/g, '?').slice(0, 64)}`;
    const isObject = path === '' && typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? ignoredFields(value, parsed[name as keyof typeof parsed], `${name}.`) : [];
  });
}

/** Which reply belongs to the caller's Idempotency-Key. Reading twice needs none. */
function idempotencyOf(operation: Operation, call: Call, id: string, input: unknown): Context['idempotency'] {
  if (operation.method === 'GET' || call.idempotencyKey === undefined) return undefined;
  const sha256 = (text: string) => createHash('sha256').update(text).digest('base64url');
  const files = call.files?.map((file) => [file.filename, file.sha256]);
  // Two people may happen to choose the same key.
  const whose = call.actor.person ? `${call.actor.person.id}\n` : '';
  return { id: sha256(whose + call.idempotencyKey), digest: sha256(JSON.stringify([id, input, files])) };
}

/** Throws when an answer is not what the contract says: a defect of ours, found in tests. */
function checkAnswer(operation: Operation, result: AnyResult): void {
  const { answer } = operation;
  if (answer.kind !== 'item' && answer.kind !== 'list') return;
  const schema = answer.of instanceof z.ZodObject ? answer.of.strict() : answer.of;
  const views = result && 'items' in result ? result.items : result && 'item' in result ? [result.item] : [];
  for (const { value } of views) {
    const isPart = operation.path === '/tickets' && operation.method === 'GET';
    const checked = (isPart && schema instanceof z.ZodObject ? schema.partial().loose() : schema).safeParse(value);
    if (!checked.success)
      throw new Error(`${operation.path} answers what its contract does not say: ${checked.error.message}`);
  }
}
