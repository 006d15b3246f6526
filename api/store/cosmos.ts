import { isDeepStrictEqual } from 'node:util';
import { CosmosClient, type CosmosClientOptions, type SqlQuerySpec } from '@azure/cosmos';
import { fail } from '../contract/errors.ts';
import { readColumns } from './cosmos-columns.ts';
import { commitBatch } from './cosmos-commit.ts';
import { openContainers } from './cosmos-containers.ts';
import { type CosmosDocument, CosmosStored, documentId, MAX_ID_LENGTH } from './cosmos-documents.ts';
import { unavailable } from './cosmos-errors.ts';
import { cosmosFeed } from './cosmos-feed.ts';
import { readHolding } from './cosmos-holding.ts';
import { cosmosJobs } from './cosmos-jobs.ts';
import { Memory } from './cosmos-memory.ts';
import { cosmosNumbers } from './cosmos-numbers.ts';
import type { FindDocument } from './cosmos-operations.ts';
import { countQuery, pageQuery } from './cosmos-query.ts';
import { cosmosRegistry } from './cosmos-registry.ts';
import { boundedOptions, repeating } from './cosmos-requests.ts';
import { KINDS } from './kinds.ts';
import type { Change, InstanceStore, Kind, Position, Query, Store, Where } from './store.ts';
import { Watchers } from './watchers.ts';

const MAX_COUNTS = 5000;

/**
 * The store on Azure Cosmos DB, for any number of nodes.
 *
 * @param options of the account; tests bring an `httpClient`
 * @param now for documents that expire
 */
export async function openCosmos(options: CosmosClientOptions, databaseName: string, now: () => Date): Promise<Store> {
  const client = new CosmosClient(boundedOptions(options));
  const { tickets, registry, jobs } = await openContainers(client, databaseName).catch((error) =>
    Promise.reject(unavailable(error)),
  );
  const memory = new Memory(now);
  const counts = new Map<string, Counted>();
  const drawNumber = cosmosNumbers(tickets);
  const watchers = new Watchers();

  const parts = (instanceId: string, find: FindDocument) => ({ container: tickets, instanceId, find, now });
  const nothing: FindDocument = async () => null;
  const instances = cosmosRegistry({
    container: registry,
    now,
    async begin(instanceId, changes) {
      await commitBatch(parts(instanceId, nothing), changes);
      watchers.tellOf(changes);
    },
  });
  /** Instances are never taken away, so one that was there once need not be asked for again. */
  const seen = new Set<string>();
  async function checkInstance(instanceId: string): Promise<void> {
    if (seen.has(instanceId)) return;
    if (!(await instances.has(instanceId))) fail('not_found', 'There is no such instance.');
    seen.add(instanceId);
  }

  function instanceStore(instanceId: string): InstanceStore {
    async function read<K extends Kind>(kind: K, id: string): Promise<CosmosDocument<K> | null> {
      if (documentId(kind, id).length > MAX_ID_LENGTH) return null;
      try {
        const item = tickets.item(documentId(kind, id), instanceId);
        const { resource } = await repeating((options) => item.read<CosmosDocument<K>>(options));
        if (resource) memory.put(resource as CosmosDocument);
        else memory.forget(instanceId, documentId(kind, id));
        return resource ?? null;
      } catch (error) {
        throw unavailable(error);
      }
    }

    const find: FindDocument = async (kind, id, version) => {
      const known = memory.get<typeof kind>(instanceId, documentId(kind, id));
      // A later one than the one that is meant answers the question too.
      return known && version !== undefined && known.version >= version ? known : read(kind, id);
    };

    async function commit(changes: Change[]): Promise<void> {
      try {
        const documents = await commitBatch(parts(instanceId, find), changes);
        forget(changes);
        for (const document of documents) memory.put(document);
        watchers.tellOf(changes);
      } catch (error) {
        forget(changes);
        throw error;
      }
    }

    /** What a change named may be stale: the next look asks the service. */
    function forget(changes: Change[]): void {
      for (const change of changes) {
        if ('event' in change || 'rewritten' in change) continue;
        memory.forget(instanceId, documentId('put' in change ? change.put : change.delete, change.id));
      }
    }

    async function query<T>(spec: SqlQuerySpec): Promise<Answered<T>> {
      try {
        return await repeating(async (options) => {
          const pages = tickets.items.query<T>(spec, { partitionKey: instanceId, maxItemCount: 1001, ...options });
          const { resources, headers } = (await pages.fetchNext()) as unknown as FirstPage<T>;
          const sequence = headers['x-ms-session-token'] ?? '';
          while (pages.hasMoreResults()) resources.push(...((await pages.fetchNext()).resources ?? []));
          return { resources, sequence };
        });
      } catch (error) {
        throw unavailable(error);
      }
    }

    async function countNow(kind: Kind, where: Where): Promise<Counted> {
      const answer = await query<number>(countQuery(kind, where));
      // A count may come in parts, one a page, which nobody but the caller adds up.
      const count = answer.resources.reduce((sum, part) => sum + part, 0);
      return { count, sequence: answer.sequence };
    }

    /** The remembered count, when nothing was written since it was made. */
    async function countAsOf(sequence: string, kind: Kind, where: Where): Promise<number> {
      const name = `${instanceId} ${kind} ${JSON.stringify(where)}`;
      const known = counts.get(name);
      if (known && sequence !== '' && known.sequence === sequence) return known.count;
      const counted = await countNow(kind, where);
      if (counts.size >= MAX_COUNTS) counts.clear();
      counts.set(name, counted);
      return counted.count;
    }

    return {
      async get(kind, id, asOf) {
        const isRemembered = kind === 'instance' && asOf !== 'now';
        const known = isRemembered ? memory.fresh<typeof kind>(instanceId, documentId(kind, id)) : undefined;
        const document = known ?? (await read(kind, id));
        return document && new CosmosStored(document);
      },
      async list<K extends Kind>(kind: K, page: Query) {
        const answer = await query<CosmosDocument<K>>(pageQuery(kind, { ...page, limit: page.limit + 1 }));
        const { resources } = answer;
        const found = resources.slice(0, page.limit);
        for (const document of found) memory.put(document as CosmosDocument);
        const items = found.map((document) => new CosmosStored(document));
        const last = found.at(-1);
        const next = resources.length > found.length && last && positionOf(kind, page.orderBy, last);
        if (!page.counted) return { items, ...(next && { next }) };
        // A page that holds everything is counted already.
        const isAll = !next && !page.after && !page.offset && isDeepStrictEqual(page.counted, page.where);
        const count = isAll ? items.length : await countAsOf(answer.sequence, kind, page.counted);
        return { items, ...(next && { next }), count };
      },
      async count(kind, where) {
        return (await countNow(kind, where)).count;
      },
      columns: (kind, wanted) => readColumns(tickets, instanceId, kind, wanted),
      holding: (texts) => readHolding(tickets, instanceId, texts),
      async commit(changes) {
        await checkInstance(instanceId);
        await commit(changes);
      },
      async commitNumbered(build, rota) {
        await checkInstance(instanceId);
        const [number, turn] = await Promise.all([
          drawNumber(instanceId, 'ticket'),
          rota === undefined ? 0 : drawNumber(instanceId, `rota:${rota}`),
        ]);
        const { changes, result } = build(number, turn);
        await commit(changes);
        return result;
      },
    };
  }

  return {
    instance: instanceStore,
    registry: instances,
    jobs: cosmosJobs({ container: jobs, now, tell: () => watchers.tell('jobs') }),
    ...cosmosFeed(tickets),
    watch: (watcher) => watchers.add(watcher),
    async ping() {
      await repeating((options) => client.getDatabaseAccount(options));
    },
    async close() {
      client.dispose();
    },
  };
}

interface Counted {
  count: number;
  sequence: string;
}

/**
 * What a query found, and how far the partition had come then: the session token, which moves with every write
 * (learn.microsoft.com: "Manage consistency levels", session tokens). Only compared for equality; '' when there is none.
 */
interface Answered<T> {
  resources: T[];
  sequence: string;
}

/** The SDK has the headers of a page, but does not declare them. */
interface FirstPage<T> {
  resources: T[];
  headers: Record<string, string | undefined>;
}

const positionOf = (kind: Kind, orderBy: string, { fields }: CosmosDocument): Position => [
  fields[orderBy]!,
  fields[KINDS[kind].sequence]!,
];
