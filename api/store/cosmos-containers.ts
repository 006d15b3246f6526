import type { Container, ContainerDefinition, CosmosClient } from '@azure/cosmos';
import { answered } from './cosmos-errors.ts';
import { repeating } from './cosmos-requests.ts';
import { KINDS } from './kinds.ts';

/**
 * What the driver needs of an account: three containers. `tickets` holds everything of the instances, one logical
 * partition each; `registry` holds what is found before the instance is known, by its id alone; `jobs` holds the work
 * that is done later.
 */
export interface Containers {
  tickets: Container;
  registry: Container;
  jobs: Container;
}

/** The orders of a list: a field, then what breaks ties. Cosmos refuses one without its exact index. */
const ORDERS = [KINDS.ticket, KINDS.activity].flatMap(({ fields, sequence }) =>
  Object.keys(fields)
    .filter((field) => field !== sequence)
    .map((field) => [field, sequence]),
);

const TICKETS: ContainerDefinition = {
  id: 'tickets',
  partitionKey: { paths: ['/instanceId'] },
  // On, with no time of its own: a document says itself when it goes.
  defaultTtl: -1,
  indexingPolicy: {
    indexingMode: 'consistent',
    automatic: true,
    includedPaths: [{ path: '/kind/?' }, { path: '/fields/*' }, { path: '/terms/[]/?' }],
    // Text that is searched by CONTAINS is read, not indexed: an index of every long text would cost each write.
    excludedPaths: [{ path: '/*' }, { path: '/"_etag"/?' }],
    compositeIndexes: ORDERS.map((order) => order.map((field) => ({ path: `/fields/${field}`, order: 'ascending' }))),
  },
};

const REGISTRY: ContainerDefinition = {
  id: 'registry',
  partitionKey: { paths: ['/id'] },
  indexingPolicy: {
    indexingMode: 'consistent',
    automatic: true,
    includedPaths: [{ path: '/kind/?' }],
    excludedPaths: [{ path: '/*' }, { path: '/"_etag"/?' }],
  },
};

const JOBS: ContainerDefinition = {
  id: 'jobs',
  partitionKey: { paths: ['/bucket'] },
  // A finished job says itself when it goes.
  defaultTtl: -1,
  indexingPolicy: {
    indexingMode: 'consistent',
    automatic: true,
    includedPaths: [{ path: '/kind/?' }, { path: '/freeOn/?' }],
    excludedPaths: [{ path: '/*' }, { path: '/"_etag"/?' }],
  },
};

/** Makes the database and its containers when they are not there; changes nothing that is. */
export async function openContainers(client: CosmosClient, databaseName: string): Promise<Containers> {
  const { database } = await made(() => client.databases.createIfNotExists({ id: databaseName }));
  const { container: tickets } = await made(() => database.containers.createIfNotExists(TICKETS));
  const { container: registry } = await made(() => database.containers.createIfNotExists(REGISTRY));
  const { container: jobs } = await made(() => database.containers.createIfNotExists(JOBS));
  return { tickets, registry, jobs };
}

/** Nodes that start together all find nothing, and one of them makes it: to the others it is there the next time. */
async function made<T>(createIfNotExists: () => Promise<T>): Promise<T> {
  try {
    return await repeating(createIfNotExists);
  } catch (error) {
    if (answered(error) !== 409) throw error;
    return repeating(createIfNotExists);
  }
}
