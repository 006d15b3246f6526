import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { AppError, ERRORS, type ErrorCode } from '../../api/contract/errors.ts';
import { openApiDocument } from '../../api/contract/openapi.ts';
import { errorsOf, type Operation } from '../../api/contract/operation.ts';
import { OPERATIONS, type OperationId, operationIds } from '../../api/contract/operations.ts';
import { PERSONAL } from '../../api/contract/people.ts';
import { BASE_PATH } from '../../api/contract/wire.ts';
import { startServer, type TestServer } from '../helpers/server.ts';
import {
  ALL_WAYS,
  BODIES,
  ID_PARAMETERS,
  initOf,
  nameOf,
  newWorld,
  pathOf,
  textOf,
  type Way,
  type World,
} from './operation-calls.ts';
import { expectProblem } from './problems.ts';
import { apiOf, succeed } from './reference.ts';
import { brokenStore, type Door, openSecondDoor, refusingStore } from './second-door.ts';

let server: TestServer;
let shared: World;
const doors: Door[] = [];
/** The statuses with which each operation answered in this file. */
const seen = new Map<OperationId, Set<number>>(operationIds.map((id) => [id, new Set()]));

beforeAll(async () => {
  server = await startServer();
  shared = await newWorld(server);
});
afterAll(async () => {
  await Promise.all(doors.map((door) => door.close()));
  await server.close();
});

const operationOf = (way: Way): Operation => OPERATIONS[way.id];

async function call(way: Way, path: string, init: RequestInit, url = server.url): Promise<Response> {
  const response = await fetch(url + path, init);
  seen.get(way.id)!.add(response.status);
  return response;
}

const withHeaders = (init: RequestInit, headers: Record<string, string>): RequestInit => ({
  ...init,
  headers: { ...(init.headers as Record<string, string>), ...headers },
});

const limitKey = async ({ instance }: World, slot: 'primary' | 'administrative', limits: object): Promise<void> => {
  succeed(await apiOf(instance, 'administrative').put(`/keys/${slot}`, limits));
};

test('every operation has a row in the table of bodies, and no other has', () => {
  expect(Object.keys(BODIES).toSorted()).toEqual([...operationIds].toSorted());
});

describe.each(ALL_WAYS.map((way) => [nameOf(way), way] as const))('%s', (_, way) => {
  const operation = operationOf(way);

  test(`${operation.status} with the administrative key`, async () => {
    const world = await newWorld(server);
    const response = await call(way, pathOf(way, world), initOf(way, world));
    expect(response.status).toBe(operation.status);
    if (operation.status !== 204) expect(await textOf(way, response)).not.toBe('');
  });

  const keyNeeded = operation.access === 'administer' ? 'administrative' : 'primary';
  test(`${operation.method === 'GET' ? 200 : 403} with a read-only key`, async () => {
    const world = await newWorld(server);
    await limitKey(world, keyNeeded, { readOnly: true });
    const response = await call(way, pathOf(way, world), initOf(way, world, world.instance.keys[keyNeeded]));
    if (operation.method === 'GET') expect(response.status).toBe(200);
    else expect((await expectProblem(response, 'forbidden')).detail).toBe('This key is read-only.');
  });

  test(`${operation.access === 'administer' ? 403 : operation.status} with a plain key`, async () => {
    const world = await newWorld(server);
    const response = await call(way, pathOf(way, world), initOf(way, world, world.instance.keys.primary));
    if (operation.access === 'administer') await expectProblem(response, 'forbidden');
    else expect(response.status).toBe(operation.status);
  });

  test('405 with a method that the path does not have', async () => {
    const path = pathOf(way, shared);
    const possible = ALL_WAYS.filter((other) => matches(other, path)).map(({ method }) => method);
    const response = await fetch(server.url + path, { ...initOf(way, shared), method: 'PATCH' });
    const allow = response.headers.get('Allow') ?? '';
    await expectProblem(response, 'method_not_allowed');
    expect(allow.split(', ').toSorted()).toEqual([...new Set(possible)].toSorted());
  });

  for (const code of errorsOf(operation)) {
    test(`${ERRORS[code].status} ${code}`, async () => {
      const world = await newWorld(server);
      const response = await PROVOKE[code]!(way, world);
      const problem = await expectProblem(response, code);
      if (code === 'internal') expect(JSON.stringify(problem)).not.toContain('the disk');
      if (code === 'rate_limited') expect(response.headers.get('Retry-After')).toBe('7');
      if (code === 'unavailable') expect(response.headers.get('Retry-After')).toBe('3');
    });
  }
});

const matches = (way: Way, path: string): boolean =>
  new RegExp(`^${BASE_PATH}${way.path.replace(/\{\w+\}/g, '[^/]+')}$`).test(path);

/** How a caller meets each error that an operation can declare. */
const PROVOKE: { [C in ErrorCode]?: (way: Way, world: World) => Promise<Response> } = {
  unauthorized: (way, world) => call(way, pathOf(way, world), initOf(way, world, null)),
  forbidden: async (way, world) => {
    await limitKey(world, 'administrative', { allowedIps: ['203.0.113.7'] });
    return call(way, pathOf(way, world), initOf(way, world));
  },
  switched_off: async (way, world) => {
    succeed(await apiOf(world.instance, 'administrative').put('/instance', { instance: { enabled: false } }));
    return call(way, pathOf(way, world), initOf(way, world));
  },
  invalid_input: (way, world) => call(way, `${pathOf(way, world)}?timezone=${'x'.repeat(65)}`, initOf(way, world)),
  not_found: (way, world) => {
    const nobody = '00000000-0000-7000-8000-000000000000';
    const ids = Object.fromEntries(ID_PARAMETERS.map((name) => [name, nobody]));
    return call(
      way,
      pathOf(way, world, { ...ids, viewId: 'x', slot: 'x', collection: 'x', by: 'x' }),
      initOf(way, world),
    );
  },
  precondition_failed: (way, world) =>
    call(way, pathOf(way, world), withHeaders(initOf(way, world), { 'If-Match': '"99.1"' })),
  payload_too_large: (way, world) =>
    call(way, pathOf(way, world), { ...initOf(way, world), body: JSON.stringify({ text: 'x'.repeat(2 ** 20) }) }),
  conflict: (way, world) =>
    through(way, world, { store: refusingStore(server.environment.store, new AppError('conflict', 'Changed.')) }),
  only_owner: async (way, world) => {
    const sole = { name: 'Olga Owner', email: 'olga.owner@contoso.com', role: 'owner' };
    succeed(await apiOf(world.instance, 'administrative').put(`/members/${world.personId}`, sole));
    return call(way, pathOf(way, world), initOf(way, world));
  },
  rate_limited: (way, world) =>
    through(way, world, { rateLimit: () => ({ accepted: false, limit: 100, remaining: 0, reset: 7 }) }),
  internal: (way, world) =>
    through(way, world, { store: brokenStore(server.environment.store, new Error('the disk is on fire')) }),
  unavailable: (way, world) => {
    const error = new AppError('unavailable', 'The store is away.', { retryAfter: 3 });
    return through(way, world, { store: brokenStore(server.environment.store, error) });
  },
};

async function through(way: Way, world: World, options: Parameters<typeof openSecondDoor>[1]): Promise<Response> {
  const door = await openSecondDoor(server, options);
  doors.push(door);
  return call(way, pathOf(way, world), initOf(way, world), door.url);
}

test.each(operationIds)('every status that %s declares has been seen', (id) => {
  const operation: Operation = OPERATIONS[id];
  const declared = new Set([operation.status, ...[...errorsOf(operation)].map((code) => ERRORS[code].status)]);
  expect([...declared].filter((one) => !seen.get(id)!.has(one))).toEqual([]);
});

test('500 is logged with its cause, by the request id that the caller got', async () => {
  const store = brokenStore(server.environment.store, new Error('the disk is on fire'));
  const door = await openSecondDoor(server, { store });
  doors.push(door);
  const { requestId } = await expectProblem(
    await fetch(`${door.url}${BASE_PATH}/tickets?key=${shared.instance.keys.primary}`),
    'internal',
  );
  const [line] = door.log.filter((one) => one.includes('"level":"error"')).map((one) => JSON.parse(one));
  expect(line).toMatchObject({ requestId, err: { message: 'the disk is on fire' } });
});

describe('the OpenAPI document', () => {
  interface Described {
    operationId: string;
    parameters: { name: string; in: string; required?: boolean }[];
    responses: Record<string, unknown>;
    security?: object[];
  }
  const committed = JSON.parse(readFileSync(join(import.meta.dirname, '../../api/openapi.json'), 'utf8'));
  const paths = committed.paths as Record<string, Record<string, Described>>;
  const described = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, one]) => ({ path, method, ...one })),
  );

  test('that is committed is fresh: run `npm run gen` when this fails', () => {
    expect(committed).toEqual(openApiDocument('http://localhost:3978', 'Tickets'));
  });

  test('that the server sends is the same, with its own address', async () => {
    const response = await fetch(`${server.url}/openapi.json`);
    expect(await response.json()).toEqual(openApiDocument(server.url, 'Tickets'));
  });

  test('describes each way to each operation, and nothing else, under ids that differ', () => {
    const ways = [...ALL_WAYS, ...Object.values(PERSONAL)].map(
      ({ method, path }) => `${method.toLowerCase()} ${BASE_PATH}${path}`,
    );
    expect(described.map(({ method, path }) => `${method} ${path}`).toSorted()).toEqual(ways.toSorted());
    expect(new Set(described.map(({ operationId }) => operationId)).size).toBe(described.length);
    expect(described.map(({ operationId }) => operationId)).toEqual(
      expect.arrayContaining([...operationIds, ...Object.keys(PERSONAL)]),
    );
  });

  test('declares every parameter of a path, and none twice', () => {
    for (const { path, parameters } of described) {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
      const inPath = parameters.filter((one) => one.in === 'path');
      expect(inPath.map(({ name }) => name)).toEqual(named);
      expect(inPath.every(({ required }) => required)).toBe(true);
      const all = parameters.map((one) => `${one.in} ${one.name}`);
      expect(new Set(all).size).toBe(all.length);
    }
  });

  test('has every schema that it refers to, and refers to every schema that it has', () => {
    const text = JSON.stringify(committed);
    const references = new Set([...text.matchAll(/"\$ref":"([^"]+)"/g)].map((match) => match[1]!));
    const schemas = Object.keys(committed.components.schemas).map((name) => `#/components/schemas/${name}`);
    expect([...references].toSorted()).toEqual(schemas.toSorted());
    expect(text).not.toContain('$defs');
  });

  test('declares the statuses of the table', () => {
    for (const { method, path, operationId, responses } of described) {
      const way = ALL_WAYS.find((one) => one.method.toLowerCase() === method && BASE_PATH + one.path === path);
      const operation: Operation = way ? operationOf(way) : PERSONAL[operationId as keyof typeof PERSONAL];
      const statuses = new Set([operation.status, ...[...errorsOf(operation)].map((code) => ERRORS[code].status)]);
      expect(Object.keys(responses).map(Number)).toEqual([...statuses].toSorted((a, b) => a - b));
    }
  });

  test('has the version, the server and a way to send the key', () => {
    expect(committed).toMatchObject({ openapi: expect.stringMatching(/^3\.1\.\d$/), servers: [expect.any(Object)] });
    const schemes = Object.keys(committed.components.securitySchemes);
    const personal = described.filter(({ operationId }) => operationId in PERSONAL);
    const used = [...committed.security, ...personal[0]!.security!].flatMap((one: object) => Object.keys(one));
    expect(personal.map(({ security }) => security)).toEqual(personal.map(() => [{ person: [] }]));
    expect(used.toSorted()).toEqual(schemes.toSorted());
  });
});
