import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Operation } from '../../api/contract/operation.ts';
import { OPERATIONS, operationIds } from '../../api/contract/operations.ts';
import { BASE_PATH } from '../../api/contract/wire.ts';
import { startServer, type TestServer } from '../helpers/server.ts';
import {
  ALL_WAYS,
  CHOSEN_IDS,
  ID_PARAMETERS,
  initOf,
  nameOf,
  newWorld,
  pathOf,
  type Way,
  WORD_PARAMETERS,
  type World,
} from './operation-calls.ts';
import { expectProblem, problemOf } from './problems.ts';
import { sendRaw, statusesOf } from './raw-http.ts';
import { apiOf, succeed } from './reference.ts';

let server: TestServer;
let victim: World;
let stranger: World;

beforeAll(async () => {
  server = await startServer();
  victim = await newWorld(server);
  stranger = await newWorld(server);
  // Numbers that the stranger's own instance does not have.
  for (let n = 0; n < 3; n++) await apiOf(victim.instance).newTicket({ title: `Secret ${n}` });
});
afterAll(() => server.close());

const parametersOf = (path: string): string[] => [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!);
const idsIn = ({ path }: Way) =>
  ID_PARAMETERS.filter((name) => parametersOf(path).includes(name)).map((name) => ({ name }));
const WITH_IDS = ALL_WAYS.filter((way) => idsIn(way).length > 0 && !CHOSEN_IDS.includes(way.id)).map(
  (way) => [nameOf(way), way] as const,
);
const WITH_WORDS = ALL_WAYS.filter(({ path }) =>
  parametersOf(path).some((one) => WORD_PARAMETERS.includes(one as never)),
);

/** Everything that can be read of a world. */
async function snapshot({ instance, activityId }: World): Promise<unknown[]> {
  const api = apiOf(instance, 'administrative');
  const paths = [
    '/tickets?limit=1000',
    '/instance',
    '/tags',
    '/members',
    '/views',
    `/tickets/activity/${activityId}/attachments`,
  ];
  const { items } = succeed(await api.get('/tickets?limit=1000')).body;
  for (const { id } of items) paths.push(`/tickets/${id}/activities`, `/tickets/${id}/attachments`);
  const answers = await Promise.all(paths.map((path) => api.get(path)));
  return answers.map((answer) => succeed(answer).body);
}

test('every parameter of a path is known here as an id or as a word', () => {
  const names = new Set(operationIds.flatMap((id) => parametersOf(OPERATIONS[id].path)));
  expect([...names].toSorted()).toEqual([...ID_PARAMETERS, ...WORD_PARAMETERS].toSorted());
});

/** An id as ids are, of nothing. */
const NIL = '00000000-0000-0000-0000-000000000000';
const NOT_IDS = [
  ...['abc', '1e3', '0x1', '1.0', '-1', '+1', ' 1', '1 ', '1,2', '1;', '１', 'null', 'undefined', '[object Object]'],
  ...['__proto__', 'constructor', '%', "1' OR '1'='1", '*', '../..', '..\\..', '../../livez', '\0', '1\0', '\n'],
  ...['9'.repeat(9), '9'.repeat(10), `1${'0'.repeat(30)}`, '9007199254740993', 'a'.repeat(100), 'a'.repeat(5000)],
  ...['{00000000-0000-7000-8000-000000000001}', '00000000000070008000000000000001', '0'.repeat(36)],
  NIL,
];

const RAW_NOT_IDS = ['%00', '%', '%zz', '%ff%fe', '../..', '..%2f..', '%2e%2e', '..;', '%c0%ae%c0%ae', '%u0031', ''];

describe.each(WITH_IDS)('%s', (_, way) => {
  test("404 with another instance's id, whose things stay as they are", async () => {
    const before = await snapshot(victim);
    for (const { name } of idsIn(way)) {
      for (const id of [victim[name], victim[name].toUpperCase()]) {
        const path = pathOf(way, stranger, { [name]: id });
        const { detail } = await expectProblem(await fetch(server.url + path, initOf(way, stranger)), 'not_found');
        expect(detail).not.toContain(id);
      }
    }
    expect(await snapshot(victim)).toEqual(before);
  });

  test("404 with a number that only another instance's ticket has", async () => {
    const path = pathOf(way, stranger, idParameters('3'));
    await expectProblem(await fetch(server.url + path, initOf(way, stranger)), 'not_found');
    const { items } = succeed(await apiOf(victim.instance).get('/tickets?ticketNo=3')).body;
    expect(items).toHaveLength(1);
  });

  const idParameters = (id: string) => Object.fromEntries(idsIn(way).map(({ name }) => [name, id]));
  const all404 = (ids: string[]) => ids.map((id) => [id, [404]]);

  test('404 with what is no id', async () => {
    const statuses: [id: string, statuses: number[]][] = [];
    for (const id of NOT_IDS) {
      const path = pathOf(way, stranger, idParameters(encodeURIComponent(id)));
      const response = await fetch(server.url + path, initOf(way, stranger));
      statuses.push([id, [response.status]]);
      await expectProblem(response, 'not_found');
    }
    expect(statuses).toEqual(all404(NOT_IDS));
  });

  test('404 with what is no id, nor anything else that can be decoded', async () => {
    const body = String(initOf(way, stranger).body ?? '');
    const headers = `Host: x\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${body.length}`;
    const statuses: [id: string, statuses: number[]][] = [];
    for (const id of RAW_NOT_IDS) {
      const path = `${pathOf(way, stranger, idParameters(id))}?key=${stranger.instance.keys.administrative}`;
      const answer = await sendRaw(server.url, `${way.method} ${path} HTTP/1.1\r\n${headers}\r\n\r\n${body}`);
      statuses.push([id, statusesOf(answer)]);
    }
    expect(statuses).toEqual(all404(RAW_NOT_IDS));
  });
});

describe.each(ALL_WAYS.filter(({ id }) => CHOSEN_IDS.includes(id)).map((way) => [nameOf(way), way] as const))(
  '%s, whose id the caller chooses,',
  (_, way) => {
    test("makes a thing of one's own under an id that another instance has too", async () => {
      const before = await snapshot(victim);
      const path = pathOf(way, stranger, { personId: victim.personId, viewId: victim.viewId });
      expect((await fetch(server.url + path, initOf(way, stranger))).status).toBe(200);
      expect((await fetch(server.url + path, { ...initOf(way, stranger), method: 'DELETE' })).status).toBe(204);
      expect(await snapshot(victim)).toEqual(before);
    });

    test.each(NOT_IDS.filter((id) => id !== NIL))('400 or 404 with what is no id: %j', async (id) => {
      const path = pathOf(way, stranger, { personId: encodeURIComponent(id), viewId: encodeURIComponent(id) });
      const response = await fetch(server.url + path, initOf(way, stranger));
      expect([400, 404]).toContain((await problemOf(response)).status);
    });
  },
);

test.each(WITH_WORDS.map((way) => [nameOf(way), way] as const))('404 %s with words that are none', async (_, way) => {
  for (const word of ['abc', 'Primary', 'tickets ', '__proto__', 'constructor', '0', 'a'.repeat(99), '../keys']) {
    const others = {
      slot: encodeURIComponent(word),
      collection: encodeURIComponent(word),
      by: encodeURIComponent(word),
    };
    await expectProblem(await fetch(server.url + pathOf(way, stranger, others), initOf(way, stranger)), 'not_found');
  }
});

test("a bulk update finds nothing of another instance's", async () => {
  const before = await snapshot(victim);
  const ticketIds = [victim.ticketId, victim.ticketId.toUpperCase(), '3'];
  const body = { ticketIds, ticket: { title: 'Taken over' }, status: 'Closed' };
  const answer = await apiOf(stranger.instance, 'administrative').post('/tickets/bulk', body);
  const expected = { ok: false, statusCode: 404, code: 'not_found' };
  expect(succeed(answer).body.items).toMatchObject([expected, expected, expected]);
  expect(await snapshot(victim)).toEqual(before);
});

test("lists, exports and searches hold nothing of another instance's", async () => {
  const api = apiOf(stranger.instance, 'administrative');
  expect(succeed(await api.get('/tickets?search=Secret')).body).toMatchObject({ items: [], itemCount: 0 });
  for (const collection of ['tickets', 'activities', 'attachments']) {
    for (const format of ['jsonl', 'csv']) {
      const { text } = succeed(await api.get(`/exports/${collection}?format=${format}`));
      expect(text).toContain(collection === 'tickets' ? stranger.ticketId : stranger.activityId);
      for (const id of [victim.ticketId, victim.activityId, victim.instance.id]) expect(text).not.toContain(id);
    }
  }
});

test("404 for a file's address with another instance or activity in it", async () => {
  const form = new FormData();
  form.append('files', new Blob(['top secret']), 'secret.txt');
  const path = `/tickets/${victim.ticketId}/attachments`;
  const response = await victim.instance.fetch(path, { method: 'POST', body: form });
  const { item } = (await response.json()) as { item: { activityId: string; attachments: { src: string }[] } };
  const { src } = item.attachments[0]!;
  expect(await (await fetch(src)).text()).toBe('top secret');
  for (const [mine, theirs] of [
    [victim.instance.id, stranger.instance.id],
    [item.activityId, victim.activityId],
  ] as const) {
    await expectProblem(await fetch(src.replace(mine, theirs)), 'not_found');
  }
});

describe('page tokens', () => {
  /** A list of each operation that pages, and another list of the same operation. */
  const PAGED: Record<string, { list: () => string; other: () => string }> = {
    listTickets: { list: () => '/tickets?limit=1&title=e', other: () => '/tickets?limit=1&title=x' },
    listActivities: {
      list: () => `/tickets/${victim.ticketId}/activities?limit=1`,
      other: () => '/tickets/3/activities?limit=1',
    },
  };

  async function tokenOf(path: string): Promise<string> {
    const { body } = succeed(await apiOf(victim.instance).get(path));
    expect(body.continuationToken).toMatch(/^[\x21-\x7e]{20,4000}$/);
    return body.continuationToken!;
  }

  test('every operation that pages has a row', () => {
    const paged = operationIds.filter((id) => (OPERATIONS[id] as Operation).headers?.continuationToken);
    expect(Object.keys(PAGED).toSorted()).toEqual(paged.toSorted());
  });

  test.each(Object.keys(PAGED))('400 %s: not for another list, nor for another instance', async (id) => {
    const { list, other } = PAGED[id]!;
    const continuationToken = await tokenOf(list());
    expect((await apiOf(victim.instance).get(list(), { continuationToken })).body.items).toHaveLength(1);
    const refused = [
      await victim.instance.fetch(other(), { headers: { continuationToken } }),
      await stranger.instance.fetch(list().replace(victim.ticketId, stranger.ticketId), {
        headers: { continuationToken },
      }),
    ];
    for (const response of refused) expect(await expectProblem(response, 'invalid_input')).not.toHaveProperty('items');
  });

  test.each(Object.keys(PAGED))('400 %s: not when a character of it was changed', async (id) => {
    const { list } = PAGED[id]!;
    const token = await tokenOf(list());
    // The last character holds bits that mean nothing.
    for (let at = 0; at < token.length - 1; at++) {
      const changed = token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1);
      const response = await victim.instance.fetch(list(), { headers: { continuationToken: changed } });
      await expectProblem(response, 'invalid_input');
    }
    const wrong = ['.', 'a', token.slice(0, -1), `${token}a`, token.replace('.', ''), 'x'.repeat(5000), '%00', 'null'];
    for (const continuationToken of wrong) {
      const response = await victim.instance.fetch(list(), { headers: { continuationToken } });
      await expectProblem(response, 'invalid_input');
    }
  });

  test('400 for a token of which only the place was made up', async () => {
    const [, signature] = (await tokenOf('/tickets?limit=1')).split('.');
    const place = Buffer.from(JSON.stringify({ segment: 0, position: ['', 0] })).toString('base64url');
    const headers = { continuationToken: `${place}.${signature}` };
    await expectProblem(await victim.instance.fetch('/tickets?limit=1', { headers }), 'invalid_input');
  });
});

test('401 with a key where people sign in: the instance in the path does not make up for it', async () => {
  for (const { instance } of [victim, stranger]) {
    const response = await fetch(`${server.url}${BASE_PATH}/instances/${victim.instance.id}/tickets`, {
      headers: { 'X-Api-Key': instance.keys.administrative, Authorization: `Bearer ${instance.keys.administrative}` },
    });
    await expectProblem(response, 'unauthorized');
  }
});
