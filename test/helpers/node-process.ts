import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../api/config.ts';
import { createClient } from '../../api/contract/client.ts';
import { BASE_PATH } from '../../api/contract/wire.ts';
import { createInstance, keyInSlot } from '../../api/core/instances.ts';
import { openEnvironment } from '../../api/environment.ts';
import { type ServerProcess, startServerProcess } from '../crash/server-process.ts';
import type { TestInstance } from './server.ts';

/** Real server processes on one store, as behind a load balancer. */
export interface NodeProcesses {
  urls: string[];
  /** A new instance as each node shows it, in the order of the nodes. */
  newInstance(): Promise<TestInstance[]>;
  /** What a node printed so far. */
  output(node: number): string;
  /** Ends them as an operator does, and waits until they are gone. */
  close(): Promise<void>;
}

interface Options {
  count: number;
  settings?: Record<string, string>;
  /** All on one folder, instead of one for each node. */
  isOneFolder?: boolean;
}

/** Starts them in production's way but for the addresses. The instances are made from outside, as the command does. */
export async function startNodeProcesses({
  count,
  settings = {},
  isOneFolder = false,
}: Options): Promise<NodeProcesses> {
  const folder = mkdtempSync(join(tmpdir(), 'tickets-nodes-'));
  const shared = { ENCRYPTION_SECRET: 'a secret of all the nodes, long enough', ...settings };
  const dataFolder = (node: number) => join(folder, isOneFolder ? 'data' : `data-${node}`);
  const outputFile = (node: number) => join(folder, `output-${node}`);
  const environment = await openEnvironment(readConfig({ ...shared, DATA_DIR: dataFolder(0) }));
  // With an instance in the store, no node makes the one for trying things out.
  await createInstance(environment, { name: 'First' });

  const started = await Promise.allSettled(
    Array.from({ length: count }, (_, node) => {
      mkdirSync(dataFolder(node), { recursive: true });
      return startServerProcess(dataFolder(node), outputFile(node), {
        settings: { LOG_LEVEL: 'warn', ...shared },
      });
    }),
  );
  const processes = started.filter((one) => one.status === 'fulfilled').map(({ value }) => value);
  const urls = processes.map(({ url }) => url);

  async function close(signal: Parameters<ServerProcess['end']>[0] = 'SIGTERM'): Promise<void> {
    await Promise.all(processes.map((one) => one.end(signal)));
    await environment.store.close();
    rmSync(folder, { recursive: true, force: true });
  }
  const failed = started.find((one) => one.status === 'rejected');
  if (failed) {
    await close('SIGKILL');
    throw failed.reason;
  }

  return {
    urls,
    async newInstance() {
      const { record, keys: made } = await createInstance(environment, { name: 'IT Help Desk' });
      const keys = {
        administrative: await keyInSlot(environment, record.id, 'administrative'),
      } as TestInstance['keys'];
      for (const { slot, key } of made) keys[slot] = key;
      return urls.map((url) => ({
        id: record.id,
        keys,
        client: createClient({ serverUrl: url, key: keys.primary }),
        fetch(path, init) {
          const hasKey = /[?&]key=/.test(path);
          return fetch(
            `${url}${BASE_PATH}${path}${hasKey ? '' : `${path.includes('?') ? '&' : '?'}key=${keys.primary}`}`,
            init,
          );
        },
      }));
    },
    output: (node) => readFileSync(outputFile(node), 'utf8'),
    close: () => close(),
  };
}
