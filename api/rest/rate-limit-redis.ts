import { createHash, randomUUID } from 'node:crypto';
import { createClient } from 'redis';
import { WINDOW_MS } from './rate-limit.ts';

/** A request that this node accepted, or asks to accept. */
export interface OwnRequest {
  /** Which of this node's; Redis counts it once however often it is told. */
  sequence: number;
  at: number;
}

/** How full the window of an instance is over all nodes. */
export interface Tally {
  accepted: boolean;
  used: number;
  /** Until there is room for one more than now. */
  waitMs: number;
  nodes: number;
}

/** The window that the nodes share. Every method rejects when Redis cannot be asked, and may take long to do so. */
export interface Redis {
  /** Asks for one more request of an instance. */
  take(instanceId: string, asked: OwnRequest): Promise<Tally>;
  /** Tells what was accepted without asking. Whatever is asked after this, Redis answers knowing it. */
  tell(instanceId: string, accepted: OwnRequest[], now: number): Promise<void>;
  /** Says that this node is there. Resolves with how many are. */
  beat(): Promise<number>;
  /** When there is a connection, the first one and each later one. */
  onConnected(listener: () => void): void;
  /** Why there is no connection. */
  problem(): Error | undefined;
  close(): void;
}

interface Options {
  url: string;
  /** Requests in any 60 seconds per instance. */
  limit: number;
  /** Instead of the time of the Redis server, which no two nodes see differently. Tests have a clock of their own. */
  time?: () => Date;
}

/** Above the beat of the nodes, so that one that missed some is still counted. */
const NODE_MS = 10_000;
/** A connection on which nothing comes back is given up after this; the nodes' beat keeps a good one busy. */
const SILENT_MS = 5000;
const LONGEST_PAUSE_MS = 1000;

/**
 * One request, decided at one place at one time. Times are in microseconds, as Redis has them. Of each window there is
 * the time of every accepted request; what is too old is taken out first. A request that is told for the second time
 * keeps its first time. Without a window it is a beat only, and with nothing asked for it only tells.
 */
const SCRIPT = `
local nodes, window = KEYS[1], KEYS[2]
local node, limit, length, life = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local now, asked = tonumber(ARGV[5]), ARGV[6]
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000000 + time[2]
end

redis.call('ZADD', nodes, now, node)
redis.call('ZREMRANGEBYSCORE', nodes, '-inf', now - life)
redis.call('PEXPIRE', nodes, life / 1000)
local count = redis.call('ZCARD', nodes)
if not window then return { 0, 0, 0, count } end

for i = 7, #ARGV, 2 do
  redis.call('ZADD', window, 'NX', now - ARGV[i + 1], node .. ':' .. ARGV[i])
end
redis.call('ZREMRANGEBYSCORE', window, '-inf', now - length)
local used = redis.call('ZCARD', window)
local accepted = asked ~= '' and used < limit
if accepted then
  redis.call('ZADD', window, now, node .. ':' .. asked)
  used = used + 1
end
redis.call('PEXPIRE', window, length / 1000)
local first = math.max(0, used - limit)
local leaving = redis.call('ZRANGE', window, first, first, 'WITHSCORES')[2] or now
return { accepted and 1 or 0, used, leaving + length - now, count }
`;
const DIGEST = createHash('sha1').update(SCRIPT).digest('hex');

// The braces keep all keys in one slot of a cluster, where one script may use them together.
const NODES_KEY = '{tickets:rate}:nodes';
const windowKey = (instanceId: string): string => `{tickets:rate}:${instanceId}`;

const microseconds = (ms: number): string => String(Math.round(ms * 1000));

/** Connects in the background and again whenever the connection is lost; nothing waits for a connection. */
export function connectRedis({ url, limit, time }: Options): Redis {
  const node = randomUUID();
  let problem: Error | undefined;
  const client = createClient({
    url,
    disableOfflineQueue: true,
    socket: {
      connectTimeout: SILENT_MS,
      socketTimeout: SILENT_MS,
      // Not all nodes at the same moment.
      reconnectStrategy: (retries) => Math.min(25 * 2 ** retries, LONGEST_PAUSE_MS) * (1 + Math.random() / 5),
    },
  });
  // Without a listener an error would end the process.
  client.on('error', (error: Error) => {
    problem = error;
  });
  client.on('ready', () => {
    problem = undefined;
  });
  client.connect().catch(() => {});

  async function run(keys: string[], asked: string, told: string[]): Promise<Tally> {
    const now = time ? microseconds(time().getTime()) : '';
    const fixed = [node, String(limit), microseconds(WINDOW_MS), microseconds(NODE_MS), now, asked];
    const given = { keys, arguments: [...fixed, ...told] };
    const reply = await client.evalSha(DIGEST, given).catch((error: Error) => {
      // Redis forgets its scripts with a restart.
      if (error.message.startsWith('NOSCRIPT')) return client.eval(SCRIPT, given);
      throw error;
    });
    const [accepted, used, wait, nodes] = reply as [number, number, number, number];
    return { accepted: accepted === 1, used, waitMs: wait / 1000, nodes };
  }

  return {
    take: (instanceId, { sequence }) => run([NODES_KEY, windowKey(instanceId)], String(sequence), []),
    async tell(instanceId, accepted, now) {
      const ages = accepted.flatMap(({ sequence, at }) => [String(sequence), microseconds(now - at)]);
      await run([NODES_KEY, windowKey(instanceId)], '', ages);
    },
    beat: async () => (await run([NODES_KEY], '', [])).nodes,
    onConnected: (listener) => void client.on('ready', listener),
    problem: () => problem,
    close() {
      if (client.isOpen) client.destroy();
    },
  };
}
