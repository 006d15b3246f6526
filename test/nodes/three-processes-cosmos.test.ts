import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ServedStandIn } from '../helpers/cosmos/http-server.ts';
import { cosmosStandIn } from '../helpers/cosmos/stand-in.ts';
import { type NodeProcesses, startNodeProcesses } from '../helpers/node-process.ts';
import { PROMISES } from './promises.ts';

describe('three processes on one Azure Cosmos DB account, each with a folder of its own', () => {
  let account: ServedStandIn;
  let nodes: NodeProcesses;
  beforeAll(async () => {
    account = await cosmosStandIn({ now: () => new Date() }).serve();
    const settings = { COSMOS_ENDPOINT: account.url, COSMOS_KEY: 'a2V5' };
    nodes = await startNodeProcesses({ count: 3, settings });
  });
  afterAll(async () => {
    await nodes.close();
    await account.close();
  });

  test.each(Object.entries(PROMISES))('%s', async (_title, promised) => promised(await nodes.newInstance()));

  test('none of it was an error to a node', () => {
    expect(nodes.urls.map((_url, node) => nodes.output(node)).join('')).not.toMatch(/"level":"(?:warn|error|fatal)"/);
  });
});
