import { openVault } from '../../api/auth/vault.ts';
import type { Input, OperationId } from '../../api/contract/operations.ts';
import type { Environment } from '../../api/core/context.ts';
import { uuidsByTime } from '../../api/core/ids.ts';
import { invoke } from '../../api/core/invoke.ts';
import { Live } from '../../api/core/live.ts';
import type { Blobs } from '../../api/store/blobs.ts';
import { openCosmos } from '../../api/store/cosmos.ts';
import type { Store } from '../../api/store/store.ts';
import type { Clock } from '../helpers/clock.ts';
import { type CosmosStandIn, cosmosStandIn, STAND_IN_ENDPOINT } from '../helpers/cosmos/stand-in.ts';

/** One process of the product on the stand-in: a driver of its own, asked as a door asks. */
export interface CosmosNode {
  environment: Environment;
  /** Without an idempotency key nobody may ask again. */
  ask: <Id extends OperationId>(
    instanceId: string,
    id: Id,
    input: Input<Id>,
    idempotencyKey?: string,
  ) => ReturnType<typeof invoke<Id>>;
}

const noFiles = () => Promise.reject(new Error('These tests have no files'));
const blobs: Blobs = { put: noFiles, open: noFiles, remove: noFiles };

/** @param httpClient between the driver and the stand-in, when a test has something to do there */
export async function openNode(
  standIn: CosmosStandIn,
  clock: Clock,
  httpClient: CosmosStandIn['httpClient'] = standIn.httpClient,
): Promise<CosmosNode> {
  const options = { endpoint: STAND_IN_ENDPOINT, key: 'a2V5', ...standIn.options, httpClient };
  const store = await openCosmos(options, 'tickets', clock.now);
  const environment: Environment = {
    store,
    live: new Live(store),
    blobs,
    now: clock.now,
    newId: uuidsByTime(clock.now),
    vault: openVault('a secret of the tests, long enough'),
    publicUrl: 'http://localhost',
    checkAnswers: true,
  };
  return {
    environment,
    ask(instanceId, id, input, idempotencyKey) {
      const actor = { instanceId, role: 'owner', readOnly: false } as const;
      return invoke(environment, { actor, origin: 'api', idempotencyKey }, id, input);
    },
  };
}

/** The stores of two nodes on one account. */
export interface CosmosPair {
  standIn: CosmosStandIn;
  here: Store;
  there: Store;
  /** Happens once, between the next request of `here` whose answer is lost and the moment it learns of that. */
  meanwhile: (act: () => Promise<unknown>) => void;
}

export async function openPair(clock: Clock): Promise<CosmosPair> {
  const standIn = cosmosStandIn({ now: clock.now });
  const { httpClient } = standIn;
  let meanwhile: (() => Promise<unknown>) | undefined;
  const losing: typeof httpClient = {
    sendRequest: (request) =>
      httpClient.sendRequest(request).catch(async (error) => {
        const act = meanwhile;
        meanwhile = undefined;
        await act?.();
        throw error;
      }),
  };
  return {
    standIn,
    here: (await openNode(standIn, clock, losing)).environment.store,
    there: (await openNode(standIn, clock)).environment.store,
    meanwhile: (act) => {
      meanwhile = act;
    },
  };
}
