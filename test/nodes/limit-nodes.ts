import { createLog } from '../../api/log.ts';
import { connectRedis } from '../../api/rest/rate-limit-redis.ts';
import { type SharedWindow, sharedWindow } from '../../api/rest/rate-limit-shared.ts';
import { type Clock, fakeClock } from '../helpers/clock.ts';

/** The rate limits of nodes that share one Redis and one clock. */
export interface LimitNodes {
  nodes: SharedWindow[];
  clock: Clock;
  /** The messages of each node's log so far. */
  logs: string[][];
}

interface Options {
  count: number;
  limit: number;
  /** With the time of the Redis server itself, as in production. */
  isOwnTime?: boolean;
}

export const FELL_BACK = 'Redis does not answer. This node limits requests by its share.';
export const CAME_BACK = 'Redis answers again. The nodes share one limit.';

const LOOK_AGAIN_MS = 5;
const LONGEST_MS = 10_000;

const opened: SharedWindow[] = [];
let instances = 0;

export const newInstance = (): string => `instance-${++instances}`;

/** Opens them, and lets each know how many there are. */
export async function openNodes(url: string, { count, limit, isOwnTime = false }: Options): Promise<LimitNodes> {
  const clock = fakeClock();
  const now = isOwnTime ? () => new Date() : clock.now;
  const logs: string[][] = Array.from({ length: count }, () => []);
  const open = (lines: string[]) =>
    sharedWindow({
      redis: connectRedis({ url, limit, ...(isOwnTime ? {} : { time: clock.now }) }),
      limit,
      now,
      log: createLog('info', { write: (line) => lines.push(JSON.parse(line).msg) }),
    });
  const nodes = await Promise.all(logs.map(open));
  opened.push(...nodes);
  const instanceId = newInstance();
  for (const node of nodes) await node.check(instanceId);
  return { nodes, clock, logs };
}

/** Closes all that a test has opened. */
export function closeNodes(): void {
  for (const node of opened.splice(0)) node.close();
}

/** Asks one after the other. Answers how many were accepted. */
export async function acceptedOf(node: SharedWindow, instanceId: string, times: number): Promise<number> {
  let count = 0;
  for (let n = 0; n < times; n++) if ((await node.check(instanceId)).accepted) count++;
  return count;
}

export async function until(isSo: () => boolean): Promise<void> {
  const lastMoment = performance.now() + LONGEST_MS;
  while (!isSo()) {
    if (performance.now() > lastMoment) throw new Error('It does not happen.');
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}
