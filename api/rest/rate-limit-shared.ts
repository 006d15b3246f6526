import type { Log } from '../log.ts';
import { type Allowance, type RateLimit, WINDOW_MS } from './rate-limit.ts';
import type { OwnRequest, Redis, Tally } from './rate-limit-redis.ts';

/** A limit over all nodes, by Redis. */
export interface SharedWindow {
  check: RateLimit;
  close(): void;
}

interface Options {
  redis: Redis;
  limit: number;
  now: () => Date;
  log: Log;
}

/** A request waits no longer for Redis than this. */
const TIMEOUT_MS = 250;
const BEAT_MS = 500;
/** A start waits no longer for Redis than this. */
const START_MS = 1000;
/** After an absence of Redis the last node is back within this. */
const RETURN_MS = 3000;

/**
 * The window that several nodes share through Redis. While Redis is away or slow, a node accepts its share of the limit,
 * by the last known number of nodes, and answers at once; when Redis is back, the node tells what it accepted.
 */
export async function sharedWindow({ redis, limit, now, log }: Options): Promise<SharedWindow> {
  const own = ownRequests(now);
  let nodes = 1;
  let sequence = 0;
  let isAway = true;
  let isReported = false;
  let isBeating = false;
  /** The share counts until then even with Redis, for others may not have told it yet what they accepted. */
  let shareUntil = Number.NEGATIVE_INFINITY;

  const share = (): number => Math.max(1, Math.floor(limit / nodes));

  function learnNodes(count: number): void {
    // A Redis that has just come back does not know all nodes.
    const isSure = !isAway && now().getTime() >= shareUntil;
    nodes = isSure ? count : Math.max(nodes, count);
  }

  function reportAway(error: Error): void {
    isReported = true;
    const reason = (redis.problem() ?? error).message;
    log.warn({ reason, nodes, share: share() }, 'Redis does not answer. This node limits requests by its share.');
  }

  function fallBack(error: Error): void {
    if (isAway) return;
    isAway = true;
    reportAway(error);
  }

  /** Tells all that this node accepted in the window, for Redis may have come back with nothing. */
  async function tell(told: Set<OwnRequest>): Promise<void> {
    const at = now().getTime();
    const answers = own.all().map(([instanceId, requests]) => {
      const news = requests.filter((request) => !told.has(request));
      for (const request of news) told.add(request);
      return news.length > 0 ? redis.tell(instanceId, news, at) : undefined;
    });
    await Promise.all(answers);
  }

  async function comeBack(): Promise<void> {
    const told = new Set<OwnRequest>();
    await within(START_MS, tell(told));
    isAway = false;
    if (isReported) {
      isReported = false;
      shareUntil = now().getTime() + RETURN_MS;
      log.info({ nodes }, 'Redis answers again. The nodes share one limit.');
    }
    // What was accepted meanwhile; on its way before anything is asked again.
    await within(START_MS, tell(told));
  }

  /** Says that this node is there, and finds the way back when Redis was away. */
  async function pulse(): Promise<void> {
    if (isBeating) return;
    isBeating = true;
    own.forgetIdle();
    const beat = redis.beat();
    try {
      learnNodes(await within(TIMEOUT_MS, beat));
      if (isAway) await comeBack();
    } catch (error) {
      fallBack(error as Error);
    }
    // However late: a slow Redis gets no pile of beats, and a silent connection no sign of life.
    await beat.catch(() => {});
    isBeating = false;
  }

  function withinShare(instanceId: string, request: OwnRequest): Allowance {
    const most = share();
    const accepted = own.of(instanceId).length < most;
    if (accepted) own.add(instanceId, request);
    const requests = own.of(instanceId);
    const leaving = requests[Math.max(0, requests.length - most)]!;
    const waitMs = leaving.at + WINDOW_MS - request.at;
    return allowance({ accepted, used: requests.length, waitMs }, most);
  }

  async function ask(instanceId: string, request: OwnRequest): Promise<Allowance> {
    try {
      const tally = await within(TIMEOUT_MS, redis.take(instanceId, request));
      learnNodes(tally.nodes);
      if (tally.accepted) own.add(instanceId, request);
      return allowance(tally, limit);
    } catch (error) {
      fallBack(error as Error);
      return withinShare(instanceId, request);
    }
  }

  const timer = setInterval(pulse, BEAT_MS);
  timer.unref();
  const connected = new Promise<void>((resolve) => {
    redis.onConnected(() => pulse().then(resolve));
  });
  await within(START_MS, connected).catch(() => {});
  if (isAway) reportAway(new Error('There is no connection.'));

  return {
    check(instanceId) {
      const at = now().getTime();
      const request = { sequence: ++sequence, at };
      const isLimited = isAway || (at < shareUntil && own.of(instanceId).length >= share());
      return isLimited ? withinShare(instanceId, request) : ask(instanceId, request);
    },
    close() {
      clearInterval(timer);
      redis.close();
    },
  };
}

function allowance({ accepted, used, waitMs }: Omit<Tally, 'nodes'>, limit: number): Allowance {
  return {
    accepted,
    limit,
    remaining: Math.max(0, limit - used),
    reset: Math.max(1, Math.ceil(waitMs / 1000)),
  };
}

/** What this node itself accepted in the window, oldest first. */
function ownRequests(now: () => Date) {
  const instances = new Map<string, OwnRequest[]>();

  function of(instanceId: string): OwnRequest[] {
    const requests = instances.get(instanceId) ?? [];
    const oldest = now().getTime() - WINDOW_MS;
    let gone = 0;
    while (gone < requests.length && requests[gone]!.at <= oldest) gone++;
    if (gone > 0) requests.splice(0, gone);
    return requests;
  }

  function forgetIdle(): void {
    for (const instanceId of instances.keys()) if (of(instanceId).length === 0) instances.delete(instanceId);
  }

  return {
    of,
    add(instanceId: string, request: OwnRequest): void {
      const requests = of(instanceId);
      requests.push(request);
      instances.set(instanceId, requests);
    },
    forgetIdle,
    all(): [string, OwnRequest[]][] {
      forgetIdle();
      return [...instances];
    },
  };
}

function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    // When this process itself stood still, the answer lies unread behind the timer: one more turn lets it in.
    const timer = setTimeout(() => setImmediate(reject, new Error(`There was no answer within ${ms} ms.`)), ms);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
