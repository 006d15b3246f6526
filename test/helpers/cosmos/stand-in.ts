import type { CosmosClientOptions } from '@azure/cosmos';
import type { AccountBook } from './account.ts';
import type { Faults } from './faults.ts';
import { type CosmosHttpClient, httpClientOf } from './http-client.ts';
import { type ServedStandIn, serveOverHttp } from './http-server.ts';
import { CosmosService } from './service.ts';

/**
 * A stand-in of Azure Cosmos DB for NoSQL, reached by the real client library:
 *
 *   const standIn = cosmosStandIn({ now: clock.now });
 *   const client = new CosmosClient({ endpoint: STAND_IN_ENDPOINT, key: 'a2V5', ...standIn.options });
 *
 * What it does:
 * - databases and containers (create, read, delete), with partition keys of one or several paths, an indexing policy
 *   and a default time to live;
 * - documents: create, upsert, read, replace, delete, patch, with etags, preconditions, time to live and all limits;
 * - transactional batches;
 * - queries of one partition with continuation, and across partitions through the client library's own plan:
 *   SELECT *, VALUE or a list, TOP, WHERE, GROUP BY with COUNT, SUM, MIN, MAX and AVG, ORDER BY, OFFSET LIMIT;
 * - the refusals of the real service: an order without its index, an unknown construct, a missing header, a size;
 * - the change feed in latest version mode, of the container and of one partition key;
 * - faults on demand, and an account of requests and estimated request units.
 *
 * What it leaves out, and refuses: JOIN, DISTINCT, LIKE, EXISTS, subqueries, arithmetic, computed properties, user
 * defined functions; stored procedures, triggers, unique keys, bulk without atomicity, changes of a container, the feed
 * of all versions and deletes, a part of a hierarchical partition key. It has one range of partition keys that never
 * splits, every read sees the last write, and it charges nothing.
 */

export const STAND_IN_ENDPOINT = 'https://stand-in.documents.azure.com';

export interface CosmosStandIn {
  httpClient: CosmosHttpClient;
  faults: Faults;
  account: AccountBook;
  serve(): Promise<ServedStandIn>;
  /** What a CosmosClient needs beside endpoint and key. */
  options: Pick<CosmosClientOptions, 'httpClient' | 'connectionPolicy'>;
}

export function cosmosStandIn({ now }: { now: () => Date }): CosmosStandIn {
  const service = new CosmosService(() => now().getTime());
  const httpClient = httpClientOf(service);
  return {
    httpClient,
    faults: service.faults,
    account: service.account,
    serve: () => serveOverHttp(service),
    // Without endpoint discovery the client library neither asks for the regions of the account nor refreshes them.
    options: {
      httpClient,
      connectionPolicy: { enableEndpointDiscovery: false, enableBackgroundEndpointRefreshing: false },
    },
  };
}
