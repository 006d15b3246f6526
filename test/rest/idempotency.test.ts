import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Operation } from '../../api/contract/operation.ts';
import { OPERATIONS } from '../../api/contract/operations.ts';
import { openDisk } from '../../api/store/disk.ts';
import { startServer, type TestInstance, type TestServer } from '../helpers/server.ts';
import { type DataFolder, newDataFolder } from './data-folder.ts';
import { ALL_WAYS, BODIES, nameOf, newWorld, pathOf, type World } from './operation-calls.ts';
import { expectProblem } from './problems.ts';
import { ADA, apiOf, GRACE, succeed } from './reference.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

let server: TestServer;
let folder: DataFolder;
beforeAll(async () => {
  server = await startServer();
  folder = newDataFolder();
  server.environment.blobs = openDisk(folder.path);
});
afterAll(async () => {
  await server.close();
  folder.remove();
});

/** A question that is posted because it is long: asking it twice does nothing twice. */
const QUESTIONS = ['previewWorkflow'];
/** What can be done once only. */
const FINAL = ['erasePerson'];

const POSTS = ALL_WAYS.filter(({ id, method }) => method === 'POST' && !QUESTIONS.includes(id)).map(
  (way) => [nameOf(way), way] as const,
);

/** The same operation with other values; one whose body cannot differ has none. */
const OTHER_BODIES: Record<string, ((world: World) => unknown) | undefined> = {
  createTicket: () => ({ ticket: { title: 'Another', requestor: ADA } }),
  bulkUpdateTickets: ({ ticketId }) => ({ ticketIds: [ticketId], ticket: { priority: 'Urgent' } }),
  updateTicketStatus: () => ({ status: 'Closed' }),
  addComment: () => ({ comment: 'Another comment' }),
  addAttachments: () => ({ attachments: [{ src: 'https://example.com/another.txt' }] }),
  createTagCategory: () => ({ tagCategory: { text: 'Another' } }),
  regenerateKey: undefined,
  erasePerson: undefined,
};

/** How much there is of everything that a repeated request could double. */
async function countsOf({ instance, ticketId }: World): Promise<number[]> {
  const api = apiOf(instance, 'administrative');
  const paths = ['/tickets', `/tickets/${ticketId}/activities`, `/tickets/${ticketId}/attachments`, '/tags'];
  return Promise.all(paths.map(async (path) => succeed(await api.get(path)).body.itemCount));
}

const shown = async (response: Response) => ({
  status: response.status,
  etag: response.headers.get('ETag'),
  location: response.headers.get('Location'),
  body: await response.json(),
});

describe.each(POSTS)('%s', (_, way) => {
  const post = (world: World, idempotencyKey: string, body = BODIES[way.id]?.(world)): Promise<Response> =>
    fetch(server.url + pathOf(way, world), {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        'X-Api-Key': world.instance.keys.administrative,
        'Idempotency-Key': idempotencyKey,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  const isList = way.id === 'bulkUpdateTickets';

  test(`${isList ? 200 : 201} again, with the same answer and nothing done twice`, async () => {
    const world = await newWorld(server);
    const first = await post(world, 'once');
    expect(first.ok).toBe(true);
    expect(first.headers.has('Idempotency-Replayed')).toBe(false);
    const counts = await countsOf(world);
    server.clock.advance(DAY_MS - 1);
    const second = await post(world, 'once');
    expect(second.headers.get('Idempotency-Replayed')).toBe(isList ? null : 'true');
    expect(await shown(second)).toEqual(await shown(first));
    expect(await countsOf(world)).toEqual(counts);
  });

  const otherBody = OTHER_BODIES[way.id];
  test('422 for another request', async () => {
    const world = await newWorld(server);
    expect((await post(world, 'once')).ok).toBe(true);
    const counts = await countsOf(world);
    if (otherBody) await expectProblem(await post(world, 'once', otherBody(world)), 'idempotency_mismatch');
    const create = { ticket: { title: 'By another operation', requestor: ADA } };
    if (!isList && way.id !== 'regenerateKey') {
      const answer = await apiOf(world.instance).post('/tickets', create, { 'Idempotency-Key': 'once' });
      expect(answer.body).toMatchObject({ statusCode: 422, code: 'idempotency_mismatch' });
    }
    expect(await countsOf(world)).toEqual(counts);
  });

  test('is a new request after 24 hours', async () => {
    const world = await newWorld(server);
    const first = await post(world, 'once');
    expect(first.ok).toBe(true);
    server.clock.advance(DAY_MS + 1);
    const second = await post(world, 'once', otherBody?.(world));
    if (FINAL.includes(way.id)) return void (await expectProblem(second, 'not_found'));
    expect(second.status).toBe(first.status);
    expect(second.headers.has('Idempotency-Replayed')).toBe(false);
    if (!isList) expect(await second.json()).not.toEqual(await first.json());
  });

  test('twenty at the same moment do it once', async () => {
    const world = await newWorld(server);
    const before = await countsOf(world);
    const once = await newWorld(server);
    await post(once, 'once');
    const added = (await countsOf(once)).map((count, index) => count - before[index]!);

    const responses = await Promise.all(Array.from({ length: 20 }, () => post(world, 'once')));
    const answers = await Promise.all(responses.map(shown));
    if (FINAL.includes(way.id)) {
      // It is many commits: who asks while it goes on finds what is left of it, and nothing when all is done.
      const statuses = new Set(answers.map(({ status }) => status));
      expect(statuses).toContain(200);
      expect([...statuses].filter((status) => ![200, 404, 409].includes(status))).toEqual([]);
      return;
    }
    expect(answers).toEqual(answers.map(() => answers[0]));
    expect(answers[0]!.status).toBe((OPERATIONS[way.id] as Operation).status);
    const replayed = responses.filter(({ headers }) => headers.get('Idempotency-Replayed') === 'true');
    expect(replayed).toHaveLength(isList ? 0 : 19);
    expect((await countsOf(world)).map((count, index) => count - before[index]!)).toEqual(added);
  });
});

test('every operation that is posted has a row', () => {
  expect(Object.keys(OTHER_BODIES).toSorted()).toEqual([...new Set(POSTS.map(([, { id }]) => id))].toSorted());
});

describe('an Idempotency-Key', () => {
  const create = (instance: TestInstance, idempotencyKey: string, title = 'One') =>
    apiOf(instance).post('/tickets', { ticket: { title, requestor: ADA } }, { 'Idempotency-Key': idempotencyKey });

  test.each(['', 'a b', 'a\tb', 'ä', 'x'.repeat(256)])('400 %j', async (idempotencyKey) => {
    const instance = await server.newInstance();
    expect((await create(instance, idempotencyKey)).body).toMatchObject({ statusCode: 400, code: 'invalid_input' });
    expect((await apiOf(instance).get('/tickets')).body.itemCount).toBe(0);
  });

  test.each(['x'.repeat(255), '!"#$%&\'()*+,-./0:;<=>?@A[\\]^_`a{|}~'])('201 %j', async (idempotencyKey) => {
    const instance = await server.newInstance();
    const [first, second] = [await create(instance, idempotencyKey), await create(instance, idempotencyKey)];
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body.item).toEqual(first.body.item);
  });

  test("201: another instance's is another one", async () => {
    const [one, other] = [await server.newInstance(), await server.newInstance()];
    expect(succeed(await create(one, 'same', 'One')).body.item.title).toBe('One');
    expect(succeed(await create(other, 'same', 'Other')).body.item.title).toBe('Other');
  });

  test('201: of the secondary key it is the same one', async () => {
    const instance = await server.newInstance();
    const first = succeed(await create(instance, 'same'));
    const body = { ticket: { title: 'One', requestor: ADA } };
    const second = await apiOf(instance, 'secondary').post('/tickets', body, { 'Idempotency-Key': 'same' });
    expect(second.body.item.id).toBe(first.body.item.id);
  });

  test('201: a request that was refused is not remembered', async () => {
    const instance = await server.newInstance();
    expect((await create(instance, 'same', ' ')).status).toBe(400);
    expect((await create(instance, 'same', 'Fine')).status).toBe(201);
  });

  test('422 for a move of a ticket that it did not move the first time', async () => {
    const { instance, ticketId } = await newWorld(server);
    const move = (status: string) =>
      apiOf(instance).post(`/tickets/${ticketId}/status`, { status }, { 'Idempotency-Key': 'same' });
    expect((await move('Open')).status).toBe(200);
    expect((await move('Started')).status).toBe(422);
    expect((await apiOf(instance).ticket(ticketId)).status).toBe('Open');
    expect((await move('Open')).headers.get('Idempotency-Replayed')).toBe('true');
  });

  test('422 for a bulk update of other tickets, which stay as they are', async () => {
    const instance = await server.newInstance();
    const [one, other] = [await apiOf(instance).newTicket(), await apiOf(instance).newTicket()];
    const bulk = (...ticketIds: string[]) =>
      apiOf(instance, 'administrative').post(
        '/tickets/bulk',
        { ticketIds, ticket: { assignee: GRACE } },
        { 'Idempotency-Key': 'same' },
      );
    expect((await bulk(one.id)).status).toBe(200);
    expect((await bulk(one.id, other.id)).body).toMatchObject({ statusCode: 422, code: 'idempotency_mismatch' });
    expect((await apiOf(instance).ticket(other.id)).assignee).toEqual({ id: '' });
  });

  test('one of two different requests at the same moment is done, the other is 422', async () => {
    const instance = await server.newInstance();
    const answers = await Promise.all(['One', 'Two', 'Three'].map((title) => create(instance, 'same', title)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 422, 422]);
    expect((await apiOf(instance).get('/tickets')).body.itemCount).toBe(1);
  });

  test('the warnings come again with the answer', async () => {
    const instance = await server.newInstance();
    const ticket = { title: 'One', requestor: ADA, customFields: { unknown: 1 } };
    const post = () => apiOf(instance).post('/tickets', { ticket }, { 'Idempotency-Key': 'same' });
    const warnings = [(await post()).headers.get('Warning'), (await post()).headers.get('Warning')];
    expect(warnings).toEqual([warnings[0], warnings[0]]);
    expect(warnings[0]).toContain('customFields.unknown');
  });

  test('a replaced key is replaced once: the same key is shown again', async () => {
    const instance = await server.newInstance();
    const regenerate = (idempotencyKey: string) =>
      apiOf(instance, 'administrative').post<{ key: string }>('/keys/primary/regenerate', undefined, {
        'Idempotency-Key': idempotencyKey,
      });
    const { key } = succeed(await regenerate('one')).body.item;
    expect(succeed(await regenerate('one')).body.item.key).toBe(key);
    expect((await instance.fetch(`/tickets?key=${key}`)).status).toBe(200);
    expect(succeed(await regenerate('two')).body.item.key).not.toBe(key);
    expect((await instance.fetch(`/tickets?key=${key}`)).status).toBe(401);
  });
});

describe('files', () => {
  const upload = (instance: TestInstance, ...texts: string[]): Promise<Response> => {
    const form = new FormData();
    for (const text of texts) form.append('files', new Blob([text]), 'a.txt');
    const headers = { 'Idempotency-Key': 'same' };
    return instance.fetch('/tickets/1/attachments', { method: 'POST', headers, body: form });
  };

  test('twenty uploads at the same moment leave one file, and another content is 422', async () => {
    const instance = await server.newInstance();
    await apiOf(instance).newTicket();
    const before = folder.files();
    const responses = await Promise.all(Array.from({ length: 20 }, () => upload(instance, 'text')));
    expect(new Set(await Promise.all(responses.map(async (one) => JSON.stringify(await shown(one))))).size).toBe(1);
    expect((await apiOf(instance).get('/tickets/1/attachments')).body.itemCount).toBe(1);
    const [added, ...more] = folder.files().filter((file) => !before.includes(file));
    expect({ added: typeof added, more }).toEqual({ added: 'string', more: [] });
    await expectProblem(await upload(instance, 'other'), 'idempotency_mismatch');
    await expectProblem(await upload(instance, 'text', 'text'), 'idempotency_mismatch');
    expect(folder.files()).toEqual([...before, added].toSorted());
  });
});
