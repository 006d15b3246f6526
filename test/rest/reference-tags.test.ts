import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { TagCategory } from '../../api/contract/tags.ts';
import { startServer, type TestInstance, type TestServer } from '../helpers/server.ts';
import { type Api, apiOf, succeed } from './reference.ts';

let server: TestServer;
let made: TestInstance;
let api: Api;
let admin: Api;

beforeAll(async () => {
  server = await startServer();
});
beforeEach(async () => {
  made = await server.newInstance();
  api = apiOf(made);
  admin = apiOf(made, 'administrative');
});
afterAll(() => server.close());

const list = async () => succeed(await api.get<TagCategory>('/tags')).body;
const post = (tagCategory: object) => admin.post<TagCategory>('/tags', { tagCategory });
const put = (id: string, tagCategory: object) => admin.put<TagCategory>(`/tags/${id}`, { tagCategory });
const AREA = { text: 'Area', color: '#0078d4', tags: [{ text: 'Network' }, { text: 'VPN access' }] };

describe('GET /tags', () => {
  test('TW-47 is empty at first', async () => {
    expect(await list()).toEqual({ items: [], itemCount: 0, error: false, message: 'Successfully executed request' });
  });

  test('TW-47 lists each category with its tags, in the order of their making', async () => {
    const first = succeed(await post(AREA)).body.item;
    const second = succeed(await post({ text: 'Site' })).body.item;
    expect(await list()).toMatchObject({ items: [first, second], itemCount: 2 });
    expect(first).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      instanceId: made.id,
      text: 'Area',
      color: '#0078d4',
      tags: [
        { text: 'Network', deleted: false },
        { text: 'VPN access', deleted: false },
      ],
      deleted: false,
    });
    expect(second).toMatchObject({
      text: 'Site',
      color: expect.stringMatching(/^#[0-9a-f]{6}$/),
      tags: [],
      deleted: false,
    });
  });

  test('TW-47 deleted categories and tags stay listed', async () => {
    const { id } = succeed(await post(AREA)).body.item;
    succeed(await put(id, { tags: [{ text: 'Network', deleted: true }, { text: 'VPN access' }] }));
    succeed(await put(id, { deleted: true }));
    expect((await list()).items).toMatchObject([
      {
        id,
        deleted: true,
        tags: [
          { text: 'Network', deleted: true },
          { text: 'VPN access', deleted: false },
        ],
      },
    ]);
    expect(succeed(await put(id, { deleted: false })).body.item.deleted).toBe(false);
  });

  test('TW-47 only of this instance', async () => {
    await post(AREA);
    expect((await apiOf(await server.newInstance()).get('/tags')).body.items).toEqual([]);
  });
});

describe('a change of a category', () => {
  const updates = [
    { name: 'text', given: { text: 'Topic' } },
    { name: 'color', given: { color: '#D13438' } },
    { name: 'tags', given: { tags: [{ text: 'Printer', deleted: false }] } },
    { name: 'deleted', given: { deleted: true } },
    { name: 'nothing', given: {} },
  ];
  test.each(updates)('only what is given: $name', async ({ given }) => {
    const before = succeed(await post(AREA)).body.item;
    const { status, body } = await put(before.id, given);
    expect({ status, item: body.item }).toEqual({ status: 200, item: { ...before, ...given } });
    expect((await list()).items).toEqual([body.item]);
  });

  test('412 when it has changed since', async () => {
    const created = await post(AREA);
    const known = { 'If-Match': created.headers.get('ETag')! };
    const path = `/tags/${created.body.item.id}`;
    expect((await admin.put(path, { tagCategory: { text: 'First' } }, known)).status).toBe(200);
    expect(await admin.put(path, { tagCategory: { text: 'Late' } }, known)).toMatchObject({ status: 412 });
    expect((await list()).items).toMatchObject([{ text: 'First' }]);
  });

  test('412 when it has changed since somebody read it alone, whatever became of the others', async () => {
    const { id } = succeed(await post(AREA)).body.item;
    const other = succeed(await post({ text: 'Site' })).body.item;
    const read = succeed(await api.get<TagCategory>(`/tags/${id.toUpperCase()}`));
    expect(read.body.item).toEqual((await list()).items[0]);
    const known = { 'If-Match': read.headers.get('ETag')! };
    succeed(await put(other.id, { text: 'Place' }));
    succeed(await admin.put('/instance', { instance: { name: 'Another name' } }));
    succeed(await admin.put(`/tags/${id}`, { tagCategory: { color: '#000000' } }, known));
    expect((await admin.put(`/tags/${id}`, { tagCategory: { text: 'Late' } }, known)).status).toBe(412);
    expect((await list()).items).toMatchObject([{ text: 'Area', color: '#000000' }, { text: 'Place' }]);
    expect((await api.get('/tags/nonsense')).status).toBe(404);
  });

  test('403 with a plain key', async () => {
    const { id } = succeed(await post(AREA)).body.item;
    const refused = { status: 403, body: { error: true, code: 'forbidden' } };
    expect(await api.post('/tags', { tagCategory: AREA })).toMatchObject(refused);
    expect(await api.put(`/tags/${id}`, { tagCategory: { text: 'Mine' } })).toMatchObject(refused);
    expect((await list()).items).toMatchObject([{ text: 'Area' }]);
  });

  test('404 a category of another instance, or of none', async () => {
    const { id } = succeed(await post(AREA)).body.item;
    const foreign = apiOf(await server.newInstance(), 'administrative');
    const missing = { status: 404, body: { code: 'not_found' } };
    expect(await foreign.put(`/tags/${id}`, { tagCategory: { text: 'Mine' } })).toMatchObject(missing);
    expect(await put('nonsense', { text: 'Mine' })).toMatchObject(missing);
    expect((await list()).items).toMatchObject([{ text: 'Area' }]);
  });

  const wrong = [
    { name: '400 no category', body: {}, field: 'tagCategory' },
    { name: '400 no text', body: { tagCategory: { color: '#0078d4' } }, field: 'tagCategory.text' },
    { name: '400 an empty text', body: { tagCategory: { text: ' ' } }, field: 'tagCategory.text' },
    {
      name: '400 a colour by its name',
      body: { tagCategory: { text: 'x', color: 'blue' } },
      field: 'tagCategory.color',
    },
    { name: '400 tags as texts', body: { tagCategory: { text: 'x', tags: ['Network'] } }, field: 'tagCategory.tags.0' },
  ];
  test.each(wrong)('$name', async ({ body, field }) => {
    const answer = await admin.post('/tags', body);
    expect({ status: answer.status, fields: answer.body.errors.map((error) => error.field) }).toEqual({
      status: 400,
      fields: [field],
    });
    expect((await list()).items).toEqual([]);
  });
});
