/**
 * What was asked of the stand-in, and an estimate of what the real service would charge for it.
 *
 * Microsoft publishes the charges of a few operations only; everything between is interpolated:
 * - point read: 1 RU for 1 KB and 10 RU for 100 KB; write without any index: 5 RU for 1 KB and 50 RU for 100 KB
 *   ("Azure Cosmos DB as a key value store - cost overview",
 *   https://learn.microsoft.com/azure/cosmos-db/key-value-store-cost).
 * - "Replacing an item costs two times the charge required to insert the same item", and the charge of a write grows
 *   with the number of indexed properties ("Optimize request cost in Azure Cosmos DB",
 *   https://learn.microsoft.com/azure/cosmos-db/optimize-cost-reads-writes).
 * - A patch is charged as a replace ("Partial document update FAQ": no significant reduction is to be expected).
 * - Of an index value nothing is published: 0.1 RU each is an assumption, with which a document of 1 KB and some
 *   twenty indexed values costs 7 RU.
 * - Of a query nothing is published either: 2.3 RU and 0.02 RU for each document looked at are assumptions; loading
 *   a document costs by the kilobyte what it costs a point read (9 RU for the 99 KB between 1 KB and 100 KB).
 */

const REQUEST_KINDS = [
  'pointRead',
  'create',
  'upsert',
  'replace',
  'delete',
  'patch',
  'batch',
  'query',
  'crossPartitionQuery',
  'queryPlan',
  'changeFeed',
  'metadata',
] as const;
export type RequestKind = (typeof REQUEST_KINDS)[number];

export interface Account {
  /** How many requests of each kind arrived, failed ones and repeated ones as well. */
  requests: Record<RequestKind, number>;
  total: number;
  /** How many answers had each status, 200 and above. */
  statuses: Record<number, number>;
  requestUnits: number;
  requestUnitsOf: Record<RequestKind, number>;
  /** Queries whose filter no index could serve: every document of the partition was read. */
  fullScans: number;
}

export interface AccountBook {
  takeAccount(): Account;
}

const zeroes = (): Record<RequestKind, number> =>
  Object.fromEntries(REQUEST_KINDS.map((kind) => [kind, 0])) as Record<RequestKind, number>;

const emptyAccount = (): Account => ({
  requests: zeroes(),
  total: 0,
  statuses: {},
  requestUnits: 0,
  requestUnitsOf: zeroes(),
  fullScans: 0,
});

export class Bookkeeper implements AccountBook {
  private account = emptyAccount();

  takeAccount(): Account {
    const taken = this.account;
    this.account = emptyAccount();
    return taken;
  }

  record(kind: RequestKind, status: number, charge: number): void {
    const { account } = this;
    account.requests[kind] += 1;
    account.total += 1;
    account.statuses[status] = (account.statuses[status] ?? 0) + 1;
    account.requestUnits += charge;
    account.requestUnitsOf[kind] += charge;
  }

  recordFullScan(): void {
    this.account.fullScans += 1;
  }
}

const between = (atOne: number, atHundred: number, bytes: number): number =>
  atOne + ((atHundred - atOne) / 99) * Math.max(0, bytes / 1024 - 1);

export const readCharge = (bytes: number): number => between(1, 10, bytes);
export const createCharge = (bytes: number, terms: number): number => between(5, 50, bytes) + 0.1 * terms;
export const replaceCharge = (bytes: number, terms: number): number => 2 * createCharge(bytes, terms);
export const REFUSED_CHARGE = 1;

export interface QueryEffort {
  examined: number;
  loadedBytes: number;
}

export const queryCharge = ({ examined, loadedBytes }: QueryEffort): number =>
  2.3 + 0.02 * examined + (9 / 99) * (loadedBytes / 1024);
