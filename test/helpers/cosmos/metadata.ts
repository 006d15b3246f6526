import type { Catalogue } from './catalogue.ts';
import type { Container } from './container.ts';
import type { Handled, Target } from './requests.ts';
import { CosmosFailure, parseBody, type WireRequest } from './wire.ts';

/**
 * The account, databases, containers and ranges of partition keys. They are charged to the account's own throughput
 * ("Control plane", Azure Cosmos DB service quotas), so the container pays nothing.
 */

const notAllowed = (): CosmosFailure => new CosmosFailure(405, 'The requested verb is not supported.');

/** "Get Database Account", https://learn.microsoft.com/rest/api/cosmos-db/get-database-account: one region. */
function databaseAccount(): Handled {
  const region = [{ name: 'Here', databaseAccountEndpoint: 'https://stand-in.documents.azure.com:443/' }];
  const body = {
    id: 'stand-in',
    _rid: 'stand-in.documents.azure.com',
    _self: '',
    _dbs: '//dbs/',
    media: '//media/',
    addresses: '//addresses/',
    writableLocations: region,
    readableLocations: region,
    enableMultipleWriteLocations: false,
    userConsistencyPolicy: { defaultConsistencyLevel: 'Session' },
    userReplicationPolicy: { asyncReplication: false, minReplicaSetSize: 3, maxReplicasetSize: 4 },
    systemReplicationPolicy: { minReplicaSetSize: 3, maxReplicasetSize: 4 },
    readPolicy: { primaryReadCoefficient: 1, secondaryReadCoefficient: 1 },
    queryEngineConfiguration: '{}',
  };
  return { status: 200, charge: 0, body };
}

/** "Get Partition Key Ranges", https://learn.microsoft.com/rest/api/cosmos-db/get-partition-key-ranges: one for all. */
function ranges({ resourceId, definition }: Container): Handled {
  const id = '0';
  const bounds = { minInclusive: '', maxExclusive: 'FF', ridPrefix: 0, throughputFraction: 1, status: 'online' };
  const system = { _rid: resourceId, _self: `${definition._self}pkranges/0/`, _etag: '"0"', _ts: definition._ts ?? 0 };
  const range = { id, ...bounds, ...system, parents: [], lsn: 1 };
  return { status: 200, charge: 0, body: { _rid: resourceId, PartitionKeyRanges: [range], _count: 1 } };
}

function databaseRequest(catalogue: Catalogue, { method, body }: WireRequest, id: string | undefined): Handled {
  if (id === undefined) {
    if (method !== 'POST') throw notAllowed();
    return { status: 201, charge: 0, body: catalogue.createDatabase(parseBody(body)) };
  }
  if (method === 'GET') return { status: 200, charge: 0, body: catalogue.database(id) };
  if (method !== 'DELETE') throw notAllowed();
  catalogue.removeDatabase(id);
  return { status: 204, charge: 0 };
}

export function handleMetadata(catalogue: Catalogue, request: WireRequest, target: Target): Handled {
  const { database, container, collection } = target;
  const { method, path } = request;
  if (path === '/' || path === '') return databaseAccount();
  const isOfContainers = /^\/dbs\/[^/]+\/colls/.test(path);
  if (database === undefined || !isOfContainers) return databaseRequest(catalogue, request, database);
  if (container === undefined) {
    if (method !== 'POST') throw notAllowed();
    return { status: 201, charge: 0, body: catalogue.createContainer(database, parseBody(request.body)).definition };
  }
  const found = catalogue.container(database, container);
  if (collection === 'pkranges' && method === 'GET') return ranges(found);
  if (collection !== undefined) throw notAllowed();
  if (method === 'GET') return { status: 200, charge: 0, body: found.definition };
  if (method !== 'DELETE') throw notAllowed();
  catalogue.removeContainer(database, container);
  return { status: 204, charge: 0 };
}
