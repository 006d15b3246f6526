import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Operation } from '../../api/contract/operation.ts';
import { OPERATIONS } from '../../api/contract/operations.ts';
import { startServer, type TestServer } from '../helpers/server.ts';
import { NAUGHTY_STRINGS } from '../store/naughty-strings.ts';
import {
  ALL_WAYS,
  BODIES,
  ID_PARAMETERS,
  initOf,
  newWorld,
  pathOf,
  textOf,
  type Way,
  type World,
} from './operation-calls.ts';
import { problemOf } from './problems.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constantFrom(...NAUGHTY_STRINGS));
const json = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }),
  text,
  fc.constantFrom(null, true, 0, -1, 1e308, 2 ** 53, [], {}, '2026-01-31', '2026-02-30T99:99', 'Open', 'Europe/Berlin'),
);
/** The lists more often: they have the most parameters. */
const way = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...ALL_WAYS) },
  { weight: 1, arbitrary: fc.constantFrom(...ALL_WAYS.filter(({ id }) => id === 'listTickets')) },
);

/** Changes a good body in a random place, or is another body altogether. */
const change = fc.oneof(
  { weight: 4, arbitrary: fc.record({ steps: fc.array(fc.nat(), { minLength: 1, maxLength: 5 }), value: json }) },
  { weight: 1, arbitrary: fc.record({ body: fc.oneof(json, fc.dictionary(text, json)) }) },
);
type Change = { steps: number[]; value: unknown } | { body: unknown };

function changed(body: unknown, how: Change): unknown {
  if ('body' in how) return how.body;
  const copy = structuredClone(body) as Record<string, unknown>;
  let place = copy;
  for (const step of how.steps.slice(0, -1)) {
    const inner = Object.values(place).filter((value) => typeof value === 'object' && value !== null);
    if (inner.length > 0) place = inner[step % inner.length] as Record<string, unknown>;
  }
  const names = [...Object.keys(place), 'timezone', 'user', 'comment'];
  place[names[how.steps.at(-1)! % names.length]!] = how.value;
  return copy;
}

const queryValue = fc.oneof(
  text,
  fc.constantFrom('1', '0', 'true', '2026-01-31', 'Open', 'Urgent', 'ada', 'a_b', 'ASC'),
);

/** A query of known names and others, with any values. */
const queryFor = ({ id }: Way) => {
  const names = [...Object.keys((OPERATIONS[id] as Operation).query), 'customFields.x', 'continuationToken', 'x[]'];
  const name = fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...names) }, { weight: 1, arbitrary: text });
  // One alone most of the time: beside a bad one a good one is not looked at.
  const pair = fc.tuple(name, queryValue);
  return fc.oneof({ weight: 3, arbitrary: fc.tuple(pair) }, { weight: 1, arbitrary: fc.array(pair, { maxLength: 4 }) });
};
/** What a header can carry: no control characters. */
const headerUnit = fc
  .oneof(fc.integer({ min: 0x21, max: 0x7e }), fc.integer({ min: 0xa1, max: 0xff }))
  .map((code) => String.fromCharCode(code));
const someHeaders = fc.dictionary(
  fc.constantFrom('If-Match', 'If-None-Match', 'Idempotency-Key', 'continuationToken', 'X-Request-Id', 'Accept'),
  fc.string({ unit: headerUnit, maxLength: 40 }),
);
const headers = fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: someHeaders });

/** Mostly an id that is there. */
const id = fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: text });

const request = way.chain((one) =>
  fc.record({ way: fc.constant(one), how: change, query: queryFor(one), headers, id }),
);

async function send(world: World, one: typeof request extends fc.Arbitrary<infer T> ? T : never): Promise<Response> {
  const id = one.id === null ? undefined : encodeURIComponent(one.id.toWellFormed());
  // A way out of the path would be taken by the client already.
  const others: Record<string, string> = {};
  if (id !== undefined && !/^\.*$/.test(id))
    Object.assign(others, Object.fromEntries(ID_PARAMETERS.map((name) => [name, id])));
  const query = one.query.map((pair) => pair.map((part) => encodeURIComponent(part.toWellFormed())).join('='));
  const init = initOf(one.way, world);
  const good = BODIES[one.way.id]?.(world);
  return fetch(`${server.url}${pathOf(one.way, world, others)}?${query.join('&')}`, {
    ...init,
    headers: { ...(init.headers as Record<string, string>), ...one.headers },
    ...(good !== undefined && { body: JSON.stringify(changed(good, one.how as Change)) ?? 'undefined' }),
  });
}

test('whatever is asked of whichever operation, the answer is what the contract says, and never a 5xx', async () => {
  const counts = { done: 0, refused: 0 };
  await fc.assert(
    fc.asyncProperty(fc.array(request, { minLength: 8, maxLength: 16 }), async (requests) => {
      const world = await newWorld(server);
      for (const one of requests) {
        const response = await send(world, one);
        counts[response.ok ? 'done' : 'refused']++;
        expect(response.headers.get('X-Request-Id')).toMatch(/^[\w.-]{1,128}$/);
        expect(response.headers.get('X-Content-Type-Options')).toBe('nosniff');
        if (response.status >= 400) {
          const problem = await problemOf(response);
          expect(problem.status).toBeLessThan(500);
        } else if ([204, 304].includes(response.status)) {
          expect(await response.text()).toBe('');
        } else if (one.way.id === 'exportCollection') {
          expect(response.headers.get('Content-Type')).toMatch(/^(application\/jsonl|text\/csv); charset=utf-8$/);
          await response.arrayBuffer();
        } else if (one.way.id === 'streamEvents') {
          expect(await textOf(one.way, response)).toContain('retry: ');
        } else {
          expect(response.headers.get('Content-Type')).toBe('application/json; charset=utf-8');
          expect(await response.json()).toMatchObject({ error: false, message: 'Successfully executed request' });
        }
      }
    }),
    { numRuns: 150 },
  );
  // It has not only been refusing, nor only doing.
  expect(Math.min(counts.done, counts.refused)).toBeGreaterThan(100);
  expect(server.log.filter((line) => JSON.parse(line).level === 'error')).toEqual([]);
});
