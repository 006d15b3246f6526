import { randomUUID } from 'node:crypto';
import { Bookkeeper, queryCharge, REFUSED_CHARGE, type RequestKind } from './account.ts';
import { runBatch } from './batch.ts';
import { Catalogue } from './catalogue.ts';
import { ChangeFeed } from './change-feed.ts';
import type { Container } from './container.ts';
import { create, Draft, type Outcome, patch, read, remove, replace, upsert } from './documents.ts';
import { FaultPlan } from './faults.ts';
import { handleMetadata } from './metadata.ts';
import { handleQuery, handleQueryPlan } from './queries.ts';
import { type Handled, type ServingFault, type Target, targetOf } from './requests.ts';
import {
  badRequest,
  CosmosFailure,
  type LostAnswer,
  parseBody,
  type WireAnswer,
  type WireRequest,
  withoutUndefined,
} from './wire.ts';

/** The service itself: a request in, an answer out, over whatever transport. */

export class CosmosService {
  readonly faults = new FaultPlan();
  readonly account = new Bookkeeper();
  private readonly catalogue: Catalogue;
  private readonly feed = new ChangeFeed();

  constructor(now: () => number) {
    this.catalogue = new Catalogue(now);
  }

  /** The whole request is handled at once, so no two of them mix. */
  handle(request: WireRequest): WireAnswer | LostAnswer {
    let kind: RequestKind = 'metadata';
    let container: Container | undefined;
    try {
      const target = targetOf(request);
      kind = target.kind;
      const fault = this.faults.take({
        kind,
        method: request.method,
        path: request.path,
        partitionKey: request.headers['x-ms-documentdb-partitionkey'],
        body: request.body,
      });
      if (fault?.kind === 'reset-before-commit') {
        this.account.record(kind, 0, 0);
        return { lost: 'reset' };
      }
      const refusal = fault && FaultPlan.refusal(fault);
      if (refusal) throw refusal;
      checkAuthorization(request);
      if (target.collection === 'docs') container = this.catalogue.container(target.database!, target.container!);
      const handled = this.dispatch(request, target, container, fault);
      kind = 'isCrossPartition' in handled ? (handled.isCrossPartition ? 'crossPartitionQuery' : 'query') : kind;
      this.account.record(kind, handled.status, handled.charge);
      if (fault?.kind === 'timeout-after-commit') return { lost: 'timeout' };
      return this.answer(request, handled, container);
    } catch (error) {
      if (!(error instanceof CosmosFailure)) throw error;
      // "Rate limited requests consume no request units" ("Diagnose and troubleshoot request rate too large").
      const charge = error.status === 429 || kind === 'metadata' || kind === 'queryPlan' ? 0 : REFUSED_CHARGE;
      this.account.record(kind, error.status, charge);
      const { status, headers, body } = error.answer();
      return this.answer(request, { status, charge, headers, ...(body === undefined ? {} : { body }) }, container);
    }
  }

  /** "Common Azure Cosmos DB REST response headers". */
  private answer(request: WireRequest, handled: Handled, container: Container | undefined): WireAnswer {
    const [, database, , name] = request.path.split('/').filter(Boolean);
    const headers = withoutUndefined({
      'content-type': 'application/json',
      'x-ms-activity-id': request.headers['x-ms-activity-id'] ?? randomUUID(),
      'x-ms-request-charge': handled.charge.toFixed(2),
      'x-ms-session-token': container?.sessionToken(),
      'x-ms-content-path': container?.resourceId,
      'x-ms-alt-content-path': container && `dbs/${database}/colls/${name}`,
      ...handled.headers,
    });
    return { status: handled.status, headers, ...(handled.body === undefined ? {} : { body: handled.body }) };
  }

  private dispatch(
    request: WireRequest,
    target: Target,
    container: Container | undefined,
    fault: ServingFault | undefined,
  ): Handled {
    if (!container) return handleMetadata(this.catalogue, request, target);
    switch (target.kind) {
      case 'queryPlan':
        return handleQueryPlan(request);
      case 'query':
      case 'crossPartitionQuery':
        return handleQuery(container, request, this.account, fault);
      case 'changeFeed':
        return this.handleFeed(container, request, fault);
      default:
        return handleDocument(container, request, target);
    }
  }

  private handleFeed(container: Container, { headers }: WireRequest, fault: ServingFault | undefined): Handled {
    const key = headers['x-ms-documentdb-partitionkey'];
    if (key === undefined && headers['x-ms-documentdb-partitionkeyrangeid'] !== '0') {
      throw badRequest('The change feed needs a partition key or a partition key range id.');
    }
    const partition = key === undefined ? undefined : container.keyOfHeader(key);
    const page = this.feed.read(container, headers, partition, fault?.kind === 'duplicate-page');
    return {
      status: page.status,
      charge: queryCharge(page.effort),
      headers: { etag: page.etag, 'x-ms-item-count': String(page.documents.length) },
      ...(page.status === 304
        ? {}
        : { body: { _rid: container.resourceId, Documents: page.documents, _count: page.documents.length } }),
    };
  }
}

/** "Access control on Azure Cosmos DB resources": the signature is not checked, only that there is one. */
function checkAuthorization({ headers }: WireRequest): void {
  if (headers.authorization) return;
  throw new CosmosFailure(
    401,
    'Required Header authorization is missing. Ensure a valid Authorization token is passed.',
  );
}

function handleDocument(container: Container, request: WireRequest, target: Target): Handled {
  const { headers, body, method } = request;
  const key = headers['x-ms-documentdb-partitionkey'];
  // "400 is also returned when a request that requires an x-ms-documentdb-partitionkey does not include it."
  if (key === undefined) throw badRequest('PartitionKey value must be supplied for this operation.');
  const partition = container.keyOfHeader(key);
  if (target.kind === 'batch') {
    const { answer, charge } = runBatch(container, partition, headers, body);
    return { ...answer, charge };
  }
  const draft = new Draft(container, partition);
  const precondition = { ifMatch: headers['if-match'], ifNoneMatch: headers['if-none-match'] };
  const id = target.document ?? '';
  const operations: Partial<Record<RequestKind, () => Outcome>> = {
    create: () => create(draft, parseBody(body)),
    upsert: () => upsert(draft, parseBody(body), precondition),
    pointRead: () => read(draft, id, precondition),
    replace: () => replace(draft, id, parseBody(body), precondition),
    delete: () => remove(draft, id, precondition),
    patch: () => patch(draft, id, parseBody(body), precondition),
  };
  const operation = operations[target.kind];
  if (!operation) throw new CosmosFailure(405, `The requested verb ${method} is not supported.`);
  const { status, document, charge } = operation();
  draft.commit();
  const etag = document && String(document.resource._etag);
  return { status, charge, headers: { etag }, ...(document ? { body: document.resource } : {}) };
}
