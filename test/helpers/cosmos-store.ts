import { randomUUID } from 'node:crypto';
import { CosmosClient, type CosmosClientOptions } from '@azure/cosmos';
import { DefaultAzureCredential } from '@azure/identity';
import { openCosmos } from '../../api/store/cosmos.ts';
import type { Store } from '../../api/store/store.ts';
import { cosmosStandIn, STAND_IN_ENDPOINT } from './cosmos/stand-in.ts';

const { COSMOS_ENDPOINT: endpoint, COSMOS_KEY: key } = process.env;

/** Where the tests of the Cosmos driver run, for their output. */
export const COSMOS_ACCOUNT = endpoint ? `the account ${endpoint}` : 'the stand-in of the service';

/** An empty store of the Cosmos driver: on the stand-in, or in a database of its own when COSMOS_ENDPOINT is set. */
export async function openCosmosStore(now: () => Date): Promise<{ store: Store; close: () => Promise<void> }> {
  const databaseName = `test-${randomUUID()}`;
  if (!endpoint) {
    const { options } = cosmosStandIn({ now });
    const store = await openCosmos({ endpoint: STAND_IN_ENDPOINT, key: 'a2V5', ...options }, databaseName, now);
    return { store, close: () => store.close() };
  }
  const access = key ? { key } : { aadCredentials: new DefaultAzureCredential() };
  const options: CosmosClientOptions = { endpoint, ...access };
  const store = await openCosmos(options, databaseName, now);
  const close = async () => {
    await store.close();
    const client = new CosmosClient(options);
    await client.database(databaseName).delete();
    client.dispose();
  };
  return { store, close };
}
