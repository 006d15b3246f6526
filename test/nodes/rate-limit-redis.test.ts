import { afterEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { WINDOW_MS } from '../../api/rest/rate-limit.ts';
import { startNodeProcesses } from '../helpers/node-process.ts';
import { redisCases } from '../helpers/redis.ts';
import type { TestInstance } from '../helpers/server.ts';
import { acceptedOf, CAME_BACK, closeNodes, FELL_BACK, newInstance, openNodes, until } from './limit-nodes.ts';

/** How long after the return of Redis a node's share counts too. */
const RETURN_MS = 3000;

afterEach(closeNodes);

describe('with Redis', () => {
  redisCases({
    async 'whenever and wherever the requests come, all nodes are as exact as one'(redis) {
      const LIMIT = 4;
      const { nodes, clock } = await openNodes(redis.url, { count: 3, limit: LIMIT });
      const pause = fc.oneof(
        fc.constant(0),
        fc.integer({ min: 0, max: 3000 }),
        fc.integer({ min: 0, max: 70_000 }),
        fc.constantFrom(1, 999, 1000, 1001, 59_999, 60_000, 60_001),
      );
      const arrival = fc.record({ pause, at: fc.array(fc.nat(2), { minLength: 1, maxLength: 6 }) });
      await fc.assert(
        fc.asyncProperty(fc.array(arrival, { minLength: LIMIT, maxLength: 30 }), async (arrivals) => {
          const instanceId = newInstance();
          let taken: number[] = [];
          for (const { pause: ms, at } of arrivals) {
            clock.advance(ms);
            const now = clock.now().getTime();
            taken = taken.filter((time) => time + WINDOW_MS > now);
            const answers = await Promise.all(at.map((node) => nodes[node]!.check(instanceId)));
            const room = LIMIT - taken.length;
            expect(answers.filter(({ accepted }) => accepted)).toHaveLength(Math.min(room, at.length));
            for (let n = 0; n < Math.min(room, at.length); n++) taken.push(now);
            const reset = Math.ceil((taken[0]! + WINDOW_MS - now) / 1000);
            for (const answer of answers) expect(answer).toMatchObject({ limit: LIMIT, reset });
            // Those of one moment arrive in any order.
            const left = answers.map(({ remaining }) => remaining).toSorted((one, other) => one - other);
            expect(left[0]).toBe(LIMIT - taken.length);
            expect(new Set(left).size).toBe(Math.min(Math.max(room, 1), at.length));
          }
        }),
        { numRuns: 150 },
      );
    },

    async 'by the time of the Redis server, of 300 at once a hundred are accepted, and the keys expire'(redis) {
      const { nodes } = await openNodes(redis.url, { count: 3, limit: 100, isOwnTime: true });
      const instanceId = newInstance();
      const answers = await Promise.all(Array.from({ length: 300 }, (_, n) => nodes[n % 3]!.check(instanceId)));
      const left = answers.filter(({ accepted }) => accepted).map(({ remaining }) => remaining);
      expect(left.toSorted((one, other) => one - other)).toEqual(Array.from({ length: 100 }, (_, n) => n));
      expect(await nodes[0]!.check(instanceId)).toEqual({ accepted: false, limit: 100, remaining: 0, reset: 60 });

      const keys = (await redis.ask('KEYS', '*')) as string[];
      expect(keys).toHaveLength(3);
      for (const key of keys) {
        const lasts = (await redis.ask('PTTL', key)) as number;
        expect(lasts).toBeGreaterThan(0);
        expect(lasts).toBeLessThanOrEqual(key.endsWith(':nodes') ? 10_000 : WINDOW_MS);
      }
    },

    async 'one instance leaves the quota of another alone'(redis) {
      const { nodes } = await openNodes(redis.url, { count: 2, limit: 5 });
      const [busy, quiet] = [newInstance(), newInstance()];
      expect(await acceptedOf(nodes[0]!, busy, 20)).toBe(5);
      expect(await acceptedOf(nodes[1]!, busy, 20)).toBe(0);
      expect(await nodes[1]!.check(quiet)).toEqual({ accepted: true, limit: 5, remaining: 4, reset: 60 });
    },

    async 'while Redis is away each node accepts its share, counted with what it accepted before'(redis) {
      const { nodes, clock, logs } = await openNodes(redis.url, { count: 3, limit: 10 });
      const instanceId = newInstance();
      expect(await acceptedOf(nodes[0]!, instanceId, 5)).toBe(5);
      clock.advance(1000);
      expect(await acceptedOf(nodes[1]!, instanceId, 1)).toBe(1);
      await redis.stop();
      await until(() => logs.every((lines) => lines.includes(FELL_BACK)));

      expect(await acceptedOf(nodes[0]!, instanceId, 5)).toBe(0);
      expect(await acceptedOf(nodes[1]!, instanceId, 5)).toBe(2);
      expect(await acceptedOf(nodes[2]!, instanceId, 5)).toBe(3);
      // There is nothing to wait for.
      expect(nodes[0]!.check(instanceId)).toEqual({ accepted: false, limit: 3, remaining: 0, reset: 59 });
      clock.advance(58_999);
      expect(nodes[0]!.check(instanceId)).toMatchObject({ accepted: false, reset: 1 });
      clock.advance(1);
      expect(await acceptedOf(nodes[0]!, instanceId, 5)).toBe(3);
      for (const lines of logs) expect(lines).toEqual([FELL_BACK]);
    },

    async 'when Redis is back with nothing, it is told what the nodes accepted meanwhile and before'(redis) {
      const { nodes, clock, logs } = await openNodes(redis.url, { count: 3, limit: 10 });
      const instanceId = newInstance();
      expect(await acceptedOf(nodes[0]!, instanceId, 2)).toBe(2);
      await redis.stop();
      await until(() => logs.every((lines) => lines.includes(FELL_BACK)));
      clock.advance(20_000);
      expect(await acceptedOf(nodes[0]!, instanceId, 5)).toBe(1);
      expect(await acceptedOf(nodes[1]!, instanceId, 5)).toBe(3);
      await redis.start();
      await until(() => logs.every((lines) => lines.includes(CAME_BACK)));

      // Not more than its share as long as others may not have told theirs.
      expect(await acceptedOf(nodes[0]!, instanceId, 5)).toBe(0);
      clock.advance(RETURN_MS);
      expect(await acceptedOf(nodes[0]!, instanceId, 9)).toBe(4);
      expect(await acceptedOf(nodes[2]!, instanceId, 9)).toBe(0);
      // The two from before leave first.
      clock.advance(WINDOW_MS - 20_000 - RETURN_MS);
      expect(await acceptedOf(nodes[2]!, instanceId, 9)).toBe(2);
      for (const lines of logs) expect(lines).toEqual([FELL_BACK, CAME_BACK]);
    },

    async 'a share is one request at least'(redis) {
      const { nodes, logs } = await openNodes(redis.url, { count: 3, limit: 2 });
      await redis.stop();
      await until(() => logs.every((lines) => lines.includes(FELL_BACK)));
      const instanceId = newInstance();
      for (const node of nodes) expect(await acceptedOf(node, instanceId, 5)).toBe(1);
    },

    async 'a Redis that does not answer holds nobody up, and what it counts late is not counted twice'(redis) {
      const { nodes, clock, logs } = await openNodes(redis.url, { count: 2, limit: 10 });
      const [node, instanceId] = [nodes[0]!, newInstance()];
      redis.freeze();
      const startedAt = performance.now();
      expect(await node.check(instanceId)).toMatchObject({ accepted: true, limit: 5 });
      expect(performance.now() - startedAt).toBeLessThan(1000);
      expect(node.check(instanceId)).toMatchObject({ accepted: true, remaining: 3 });
      redis.thaw();
      await until(() => logs[0]!.includes(CAME_BACK));
      clock.advance(RETURN_MS);
      expect(await node.check(instanceId)).toMatchObject({ accepted: true, limit: 10, remaining: 7 });
      expect(logs[0]).toEqual([FELL_BACK, CAME_BACK]);
    },

    async 'a Redis that refuses to write is as good as none'(redis) {
      const { nodes, logs } = await openNodes(redis.url, { count: 2, limit: 10 });
      const instanceId = newInstance();
      await redis.ask('CONFIG', 'SET', 'maxmemory', '1');
      expect(await acceptedOf(nodes[0]!, instanceId, 20)).toBe(5);
      await redis.ask('CONFIG', 'SET', 'maxmemory', '0');
      await until(() => logs[0]!.includes(CAME_BACK));
    },

    async 'a Redis that comes after the nodes is found'(redis) {
      await redis.stop();
      const { nodes, clock, logs } = await openNodes(redis.url, { count: 2, limit: 10 });
      await redis.start();
      await until(() => logs.every((lines) => lines.includes(CAME_BACK)));
      clock.advance(RETURN_MS);
      const instanceId = newInstance();
      const counts = [await acceptedOf(nodes[0]!, instanceId, 6), await acceptedOf(nodes[1]!, instanceId, 6)];
      expect(counts).toEqual([6, 4]);
    },

    async 'real servers share the limit, outlive Redis, find it again and stop without it'(redis) {
      const settings = { REDIS_URL: redis.url, RATE_LIMIT: '10', LOG_LEVEL: 'info' };
      const nodes = await startNodeProcesses({ count: 2, isOneFolder: true, settings });
      const statusesOf = async (times: number, ...doors: TestInstance[]) => {
        const answers = Array.from({ length: times }, (_, n) => doors[n % doors.length]!.fetch('/tickets'));
        return (await Promise.all(answers)).map(({ status }) => status).toSorted();
      };
      const both = (text: string) => nodes.output(0).includes(text) && nodes.output(1).includes(text);
      const statuses = (accepted: number, refused: number) => [
        ...Array.from({ length: accepted }, () => 200),
        ...Array.from({ length: refused }, () => 429),
      ];
      try {
        expect(await statusesOf(30, ...(await nodes.newInstance()))).toEqual(statuses(10, 20));
        await redis.stop();
        await until(() => both(FELL_BACK));
        for (const node of await nodes.newInstance()) expect(await statusesOf(8, node)).toEqual(statuses(5, 3));
        await redis.start();
        await until(() => both(CAME_BACK));
        expect(await statusesOf(8, ...(await nodes.newInstance()))).toEqual(statuses(8, 0));
        await redis.stop();
      } finally {
        await nodes.close();
      }
    },
  });
});

describe('without Redis', () => {
  test('a node that never found one starts, and limits by itself', async () => {
    const { nodes, logs } = await openNodes('redis://127.0.0.1:1', { count: 1, limit: 3 });
    expect(await acceptedOf(nodes[0]!, newInstance(), 10)).toBe(3);
    expect(logs).toEqual([[FELL_BACK]]);
  });
});
