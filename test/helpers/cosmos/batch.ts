import { REFUSED_CHARGE } from './account.ts';
import type { Container } from './container.ts';
import { create, Draft, MAXIMUM_BYTES, type Outcome, patch, read, remove, replace, upsert } from './documents.ts';
import { isObject, type Json, type JsonObject, objectOf } from './json.ts';
import { badRequest, CosmosFailure, parseBody, tooLarge, type WireAnswer } from './wire.ts';

/**
 * "Transactional batch operations in Azure Cosmos DB",
 * https://learn.microsoft.com/azure/cosmos-db/nosql/transactional-batch: all operations are on one partition key and
 * all succeed, or none does; then the one that failed has its own status and all the others 424. "The payload can't
 * exceed 2 MB", and there are at most 100 operations.
 */

const MAXIMUM_OPERATIONS = 100;

const text = (value: Json | undefined): string | undefined => (typeof value === 'string' ? value : undefined);

function run(draft: Draft, operation: JsonObject): Outcome {
  const { operationType, partitionKey, resourceBody } = operation;
  if (partitionKey !== undefined && draft.container.keyOfHeader(String(partitionKey)) !== draft.partition) {
    throw badRequest('The partition key of an operation differs from that of the batch.');
  }
  const id = text(operation.id) ?? '';
  const body = resourceBody ?? null;
  const precondition = { ifMatch: text(operation.ifMatch), ifNoneMatch: text(operation.ifNoneMatch) };
  switch (operationType) {
    case 'Create':
      return create(draft, body);
    case 'Upsert':
      return upsert(draft, body, precondition);
    case 'Read':
      return read(draft, id, precondition);
    case 'Delete':
      return remove(draft, id, precondition);
    case 'Replace':
      return replace(draft, id, body, precondition);
    case 'Patch':
      return patch(draft, id, body, precondition);
    default:
      throw badRequest(`The batch operation '${operationType}' is not supported.`);
  }
}

/** One operation's result; a status outside of 2xx, a 304 as well, makes the whole batch fail. */
function attempt(draft: Draft, operation: Json): Outcome & { message?: string; substatus?: number } {
  if (!isObject(operation)) throw badRequest('A batch operation is a JSON object.');
  try {
    return run(draft, operation);
  } catch (error) {
    if (!(error instanceof CosmosFailure)) throw error;
    const { substatus } = error.detail;
    const { status, message } = error;
    return { status, message, charge: REFUSED_CHARGE, ...(substatus === undefined ? {} : { substatus }) };
  }
}

export function runBatch(
  container: Container,
  partition: string,
  headers: Record<string, string>,
  bodyText: string,
): { answer: WireAnswer; charge: number } {
  if (headers['x-ms-cosmos-batch-atomic']?.toLowerCase() !== 'true') {
    throw badRequest('Only atomic batches are supported here, no bulk.');
  }
  if (Buffer.byteLength(bodyText) > MAXIMUM_BYTES) throw tooLarge();
  const operations = parseBody(bodyText);
  if (!Array.isArray(operations) || operations.length === 0) throw badRequest('A batch needs at least one operation.');
  if (operations.length > MAXIMUM_OPERATIONS) {
    throw badRequest('Batch request has more operations than what is supported.');
  }
  const draft = new Draft(container, partition);
  const outcomes = [];
  for (const operation of operations) {
    const outcome = attempt(draft, operation);
    outcomes.push(outcome);
    if (outcome.status >= 300) break;
  }
  const charge = outcomes.reduce((sum, outcome) => sum + outcome.charge, 0);
  const failed = outcomes.at(-1)!;
  if (failed.status >= 300) {
    const results = operations.map((_, index) =>
      index === outcomes.length - 1
        ? objectOf([
            ['statusCode', failed.status],
            ['subStatusCode', failed.substatus],
            ['message', failed.message],
            ['requestCharge', failed.charge],
          ])
        : { statusCode: 424, requestCharge: 0 },
    );
    return { answer: { status: 207, headers: {}, body: results }, charge };
  }
  draft.commit();
  // "Prefer: return=minimal" leaves the bodies of writes out ("Enable content response on write").
  const isMinimal = headers.prefer === 'return=minimal';
  const results = outcomes.map(({ status, document, charge: part }, index) => {
    const isRead = isObject(operations[index]) && operations[index].operationType === 'Read';
    return objectOf([
      ['statusCode', status],
      ['requestCharge', part],
      ['eTag', document?.resource._etag],
      ['resourceBody', isMinimal && !isRead ? undefined : document?.resource],
    ]);
  });
  return { answer: { status: 200, headers: {}, body: results }, charge };
}
