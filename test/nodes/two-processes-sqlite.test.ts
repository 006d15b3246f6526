import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type NodeProcesses, startNodeProcesses } from '../helpers/node-process.ts';
import { PROMISES } from './promises.ts';

describe('two processes on one folder of data', () => {
  let nodes: NodeProcesses;
  beforeAll(async () => {
    nodes = await startNodeProcesses({ count: 2, isOneFolder: true });
  });
  afterAll(() => nodes.close());

  test.each(Object.entries(PROMISES))('%s', async (_title, promised) => promised(await nodes.newInstance()));

  test('none of it was an error to a node', () => {
    expect(nodes.urls.map((_url, node) => nodes.output(node)).join('')).not.toMatch(/"level":"(?:warn|error|fatal)"/);
  });
});
