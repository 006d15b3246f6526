import { type Container, type ContainerDefinition, CosmosClient, type SqlParameter } from '@azure/cosmos';
import { type Clock, fakeClock } from '../clock.ts';
import { type CosmosStandIn, cosmosStandIn, STAND_IN_ENDPOINT } from './stand-in.ts';

/** A stand-in with one database and one container, opened by the real client library. */

export interface OpenedContainer {
  standIn: CosmosStandIn;
  clock: Clock;
  client: CosmosClient;
  container: Container;
  /** All results of a query of one partition. */
  ask<T = unknown>(query: string, parameters?: Record<string, SqlParameter['value']>): Promise<T[]>;
}

export const STAND_IN_KEY = Buffer.from('a key of the stand-in').toString('base64');

export const clientOf = (standIn: CosmosStandIn): CosmosClient =>
  new CosmosClient({ endpoint: STAND_IN_ENDPOINT, key: STAND_IN_KEY, ...standIn.options });

export async function openContainer(definition: Partial<ContainerDefinition> = {}): Promise<OpenedContainer> {
  const clock = fakeClock();
  const standIn = cosmosStandIn({ now: clock.now });
  const client = clientOf(standIn);
  const { database } = await client.databases.createIfNotExists({ id: 'desk' });
  const { container } = await database.containers.createIfNotExists({
    id: 'tickets',
    partitionKey: { paths: ['/desk'] },
    ...definition,
  });
  standIn.account.takeAccount();
  return {
    standIn,
    clock,
    client,
    container,
    async ask<T>(query: string, parameters: Record<string, SqlParameter['value']> = {}) {
      const named = Object.entries(parameters).map(([name, value]) => ({ name: `@${name}`, value }));
      const { resources } = await container.items
        .query<T>({ query, parameters: named }, { partitionKey: 'a' })
        .fetchAll();
      return resources;
    },
  };
}

/** How a refused call ended. */
export async function refusal(call: Promise<unknown>): Promise<{ code: unknown; message: string; substatus: unknown }> {
  try {
    await call;
  } catch (error) {
    const outer = error as { code?: unknown; message: string; substatus?: unknown; cause?: unknown };
    // A batch wraps what went wrong.
    const { code, message, substatus } = (outer.cause ?? outer) as typeof outer;
    return { code, message, substatus };
  }
  throw new Error('The call was not refused.');
}
