import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { BASE_PATH } from '../../api/contract/wire.ts';
import { startServer, type TestInstance, type TestServer } from '../helpers/server.ts';
import { expectProblem } from './problems.ts';

const WINDOW_MS = 60_000;

const list = (instance: TestInstance): Promise<Response> => instance.fetch('/tickets?limit=1');

async function statusesOf(count: number, ask: () => Promise<Response>): Promise<number[]> {
  const statuses: number[] = [];
  for (let n = 0; n < count; n++) statuses.push((await ask()).status);
  return statuses;
}

const times = (count: number, status: number): number[] => Array.from({ length: count }, () => status);

/** What the headers say, the new ones and the old ones, after making sure that they say the same. */
function allowanceOf({ headers }: Response): { limit: number; remaining: number; reset: number } {
  const number = (name: string) => Number(headers.get(name) ?? Number.NaN);
  const limit = number('X-RateLimit-Limit');
  const remaining = number('X-RateLimit-Remaining');
  const reset = number('X-RateLimit-Reset');
  expect(headers.get('RateLimit-Policy')).toBe(`"default";q=${limit};w=60`);
  expect(headers.get('RateLimit')).toBe(`"default";r=${remaining};t=${reset}`);
  return { limit, remaining, reset };
}

describe('a hundred requests', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer({ rateLimit: 100 });
  });
  afterAll(() => server.close());

  test('429 from the 101st in any 60 seconds, over all keys of the instance', async () => {
    const instance = await server.newInstance();
    const keys = Object.values(instance.keys);
    let turn = 0;
    const ask = () => instance.fetch(`/tickets?limit=1&key=${keys[turn++ % keys.length]}`);
    expect(await statusesOf(60, ask)).toEqual(times(60, 200));
    server.clock.advance(30_000);
    expect(await statusesOf(41, ask)).toEqual([...times(40, 200), 429]);
    // The first 60 leave the window together, and only they.
    server.clock.advance(29_999);
    expect(await statusesOf(1, ask)).toEqual([429]);
    server.clock.advance(1);
    expect(await statusesOf(61, ask)).toEqual([...times(60, 200), 429]);
    server.clock.advance(30_000);
    expect(await statusesOf(41, ask)).toEqual([...times(40, 200), 429]);
  });

  test('429 for all but 100 of those that come at the same moment', async () => {
    const instance = await server.newInstance();
    const responses = await Promise.all(Array.from({ length: 150 }, () => list(instance)));
    const statuses = responses.map(({ status }) => status).toSorted((a, b) => a - b);
    expect(statuses).toEqual([...times(100, 200), ...times(50, 429)]);
  });

  test("429 on one instance leaves another's quota alone", async () => {
    const [busy, quiet] = [await server.newInstance(), await server.newInstance()];
    expect(await statusesOf(101, () => list(busy))).toEqual([...times(100, 200), 429]);
    expect(allowanceOf(await list(quiet))).toMatchObject({ remaining: 99 });
    expect(await statusesOf(100, () => list(quiet))).toEqual([...times(99, 200), 429]);
  });

  test('429 says in Retry-After when it succeeds, and not a second earlier', async () => {
    const instance = await server.newInstance();
    await statusesOf(1, () => list(instance));
    server.clock.advance(12_345);
    await statusesOf(99, () => list(instance));
    const refused = await list(instance);
    const retryAfter = Number(refused.headers.get('Retry-After'));
    expect(retryAfter).toBe(48);
    expect((await expectProblem(refused, 'rate_limited')).detail).toContain('48 seconds');
    server.clock.advance((retryAfter - 1) * 1000);
    expect(await statusesOf(1, () => list(instance))).toEqual([429]);
    server.clock.advance(1000);
    expect(await statusesOf(2, () => list(instance))).toEqual([200, 429]);
  });

  test('401 does not use the quota up', async () => {
    const instance = await server.newInstance();
    expect(allowanceOf(await list(instance))).toMatchObject({ remaining: 99 });
    const { primary } = instance.keys;
    for (const query of ['', '?key=', `?key=${primary}x`, `?key=${primary}&key=${primary}`]) {
      const refused = await fetch(`${server.url}${BASE_PATH}/tickets${query}`);
      expect(refused.headers.has('RateLimit')).toBe(false);
      await expectProblem(refused, 'unauthorized');
    }
    expect(allowanceOf(await list(instance))).toMatchObject({ remaining: 98 });
  });

  test('429 uses nothing up either', async () => {
    const instance = await server.newInstance();
    expect(await statusesOf(300, () => list(instance))).toEqual([...times(100, 200), ...times(200, 429)]);
    server.clock.advance(WINDOW_MS);
    expect(await statusesOf(101, () => list(instance))).toEqual([...times(100, 200), 429]);
  });

  test.each<[number, string, RequestInit]>([
    [200, '/tickets', {}],
    [304, '/instance', { headers: { 'If-None-Match': '"1.1"' } }],
    [400, '/tickets?limit=0', {}],
    [403, '/keys', {}],
    [404, '/tickets/4711', {}],
    [412, '/instance?key=ADMINISTRATIVE', { method: 'PUT', body: '{"instance":{}}', headers: { 'If-Match': '"9.9"' } }],
    [413, '/tickets', { method: 'POST', body: 'x'.repeat(2 ** 20 + 1) }],
    [415, '/tickets', { method: 'POST', body: 'text', headers: { 'Content-Type': 'text/plain' } }],
  ])('%i has the headers and counts', async (status, path, init) => {
    const instance = await server.newInstance();
    const headers = { 'Content-Type': 'application/json', ...(init.headers as Record<string, string>) };
    const response = await instance.fetch(path.replace('ADMINISTRATIVE', instance.keys.administrative), {
      ...init,
      headers,
    });
    expect(response.status).toBe(status);
    expect(allowanceOf(response)).toEqual({ limit: 100, remaining: 99, reset: 60 });
  });

  test('429 has the headers', async () => {
    const instance = await server.newInstance();
    await statusesOf(100, () => list(instance));
    server.clock.advance(20_000);
    const refused = await list(instance);
    expect(refused.status).toBe(429);
    expect(allowanceOf(refused)).toEqual({ limit: 100, remaining: 0, reset: 40 });
    expect(refused.headers.get('Retry-After')).toBe('40');
  });
});

test('whenever the requests come, no window of 60 seconds has more than the limit, and none is refused without need', async () => {
  const LIMIT = 4;
  const server = await startServer({ rateLimit: LIMIT });
  const pause = fc.oneof(
    fc.constant(0),
    fc.integer({ min: 0, max: 3_000 }),
    fc.integer({ min: 0, max: 70_000 }),
    fc.constantFrom(1, 999, 1000, 1001, 59_999, 60_000, 60_001),
  );
  try {
    await fc.assert(
      fc.asyncProperty(fc.array(pause, { minLength: LIMIT + 1, maxLength: 30 }), async (pauses) => {
        const instance = await server.newInstance();
        let accepted: number[] = [];
        const leaves = (time: number) => time + WINDOW_MS;
        for (const ms of pauses) {
          server.clock.advance(ms);
          const now = server.clock.now().getTime();
          accepted = accepted.filter((time) => leaves(time) > now);
          const response = await list(instance);
          const { limit, remaining, reset } = allowanceOf(response);
          expect(response.status).toBe(accepted.length < LIMIT ? 200 : 429);
          if (response.status === 200) accepted.push(now);
          const seconds = Math.ceil((leaves(accepted[0]!) - now) / 1000);
          expect({ limit, remaining, reset }).toEqual({
            limit: LIMIT,
            remaining: LIMIT - accepted.length,
            reset: seconds,
          });
          expect(response.headers.get('Retry-After')).toBe(response.status === 429 ? String(seconds) : null);
        }
      }),
      { numRuns: 60 },
    );
  } finally {
    await server.close();
  }
});

test('a limit of one lets one through', async () => {
  const server = await startServer({ rateLimit: 1 });
  const instance = await server.newInstance();
  expect(await statusesOf(3, () => list(instance))).toEqual([200, 429, 429]);
  server.clock.advance(WINDOW_MS);
  expect(await statusesOf(2, () => list(instance))).toEqual([200, 429]);
  await server.close();
});
