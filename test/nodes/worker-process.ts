import { createInterface } from 'node:readline';
import { beginFeed, feedHandler } from '../../api/jobs/feed.ts';
import { createWorker, type JobHandler } from '../../api/jobs/worker.ts';
import { createLog } from '../../api/log.ts';
import { openSqlite } from '../../api/store/sqlite.ts';

/**
 * A process that does jobs on a file, and prints what it does. It ends with its input.
 *
 * @param path the file
 * @param isDoomed whether it takes work and never gets it done
 */
const [path, isDoomed] = process.argv.slice(2) as [string, string | undefined];

const LEASE_MS = 1000;
const now = () => new Date();
const log = createLog('warn', process.stderr);
const store = openSqlite(path, now);
const input = createInterface({ input: process.stdin });
const gate = new Promise<void>((resolve) => {
  input.once('line', () => resolve());
});
const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** One at a time, so that as many processes meet as there are jobs of this kind. */
const meet: JobHandler = {
  kind: 'meet',
  concurrency: 1,
  async run() {
    print('met');
    await gate;
    return undefined;
  },
};

const work: JobHandler = {
  kind: 'work',
  leaseMs: LEASE_MS,
  async run({ id }) {
    if (isDoomed) {
      print(`holds ${id}`);
      await new Promise(() => {});
    }
    print(`did ${id}`);
    return undefined;
  },
};

const feed = feedHandler({
  store,
  now,
  log,
  pollMs: 250,
  subscribers: [
    ({ instanceId, event }) => [
      { id: `of ${event.id}`, kind: 'work', instanceId, dueOn: now().toISOString(), payload: {} },
    ],
  ],
});

await beginFeed(store, now);
const worker = createWorker({ store, now, log, handlers: [meet, work, feed] });
worker.start();
print('ready');
input.once('close', async () => {
  await worker.stop();
  await store.close();
});
