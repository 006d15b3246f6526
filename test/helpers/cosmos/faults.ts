import type { RequestKind } from './account.ts';
import { CosmosFailure } from './wire.ts';

/**
 * Faults on demand. Each is one the real service or the network has:
 * - 429, 449, 410 and 503: "Design resilient applications with Azure Cosmos DB SDKs",
 *   https://learn.microsoft.com/azure/cosmos-db/nosql/conceptual-resilient-sdk-applications
 * - 412: as if another process had written the document in between.
 * - reset-before-commit: the connection breaks and nothing was done.
 * - timeout-after-commit: it was done, but the answer is lost.
 * - duplicate-page: the change feed delivers its last page once more ("at least once", "Change feed pull model",
 *   https://learn.microsoft.com/azure/cosmos-db/nosql/change-feed-pull-model).
 * - short-page: the query stops early, as it does at the time limit, with few items or none, and a continuation
 *   ("Pagination in Azure Cosmos DB", https://learn.microsoft.com/azure/cosmos-db/nosql/query/pagination). An
 *   aggregate then answers with a part of its result on each page, which the caller has to put together.
 */
export type FaultKind =
  | 429
  | 412
  | 449
  | 410
  | 503
  | 'reset-before-commit'
  | 'timeout-after-commit'
  | 'duplicate-page'
  | 'short-page';

/** What a fault may be aimed at. */
export interface RequestDescription {
  kind: RequestKind;
  method: string;
  path: string;
  /** As it is in the header: a JSON array. */
  partitionKey: string | undefined;
  body: string;
}

export interface FaultOptions {
  /** How many requests it meets; 1 unless given. */
  times?: number;
  /** Which requests it meets; any but metadata and query plans unless given. */
  match?: (request: RequestDescription) => boolean;
  /** For 429: how long the client is told to wait; 1 ms unless given. */
  retryAfterMs?: number;
  /** For short-page: how many documents are looked at before the query stops; none unless given. */
  documents?: number;
}

interface PlannedFault extends Required<FaultOptions> {
  kind: FaultKind;
}

export interface Faults {
  next(kind: FaultKind, options?: FaultOptions): void;
  /** Forgets the faults that met no request yet, and says how many there were. */
  clear(): number;
}

const REFUSALS: Record<number, { message: string; substatus?: number }> = {
  429: {
    message: 'Request rate is large. More Request Units may be needed, so no changes were made.',
    substatus: 3200,
  },
  412: { message: 'Operation cannot be performed because one of the specified precondition is not met.' },
  449: { message: 'Conflicting request to resource has been attempted. Retry to avoid conflicts.' },
  410: { message: 'The requested resource is no longer available at the server.', substatus: 0 },
  503: { message: 'Service is currently unavailable.' },
};

const isData = ({ kind }: RequestDescription): boolean => kind !== 'metadata' && kind !== 'queryPlan';

export class FaultPlan implements Faults {
  private planned: PlannedFault[] = [];

  next(kind: FaultKind, { times = 1, match, retryAfterMs = 1, documents = 0 }: FaultOptions = {}): void {
    const fits = (request: RequestDescription): boolean => {
      if (kind === 'duplicate-page' && request.kind !== 'changeFeed') return false;
      if (kind === 'short-page' && request.kind !== 'query' && request.kind !== 'crossPartitionQuery') return false;
      return (match ?? isData)(request);
    };
    this.planned.push({ kind, times, match: fits, retryAfterMs, documents });
  }

  clear(): number {
    const left = this.planned.reduce((sum, fault) => sum + fault.times, 0);
    this.planned = [];
    return left;
  }

  /** The fault this request meets, used up by that. */
  take(request: RequestDescription): PlannedFault | undefined {
    const fault = this.planned.find((candidate) => candidate.match(request));
    if (!fault) return undefined;
    fault.times -= 1;
    this.planned = this.planned.filter(({ times }) => times > 0);
    return fault;
  }

  static refusal(fault: PlannedFault): CosmosFailure | undefined {
    if (typeof fault.kind !== 'number') return undefined;
    const { message, substatus } = REFUSALS[fault.kind]!;
    const wait = String(fault.retryAfterMs);
    const headers: Record<string, string> = fault.kind === 429 ? { 'x-ms-retry-after-ms': wait } : {};
    return new CosmosFailure(fault.kind, message, { headers, ...(substatus === undefined ? {} : { substatus }) });
  }
}
