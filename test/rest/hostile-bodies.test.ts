import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ERRORS, type ErrorCode } from '../../api/contract/errors.ts';
import { startServer, type TestInstance, type TestServer } from '../helpers/server.ts';
import { ALL_WAYS, BODIES, initOf, nameOf, newWorld, pathOf, type World } from './operation-calls.ts';
import { expectProblem, problemOf } from './problems.ts';
import { ADA, apiOf, defineFields, FIELDS } from './reference.ts';

const MB = 1024 * 1024;
const DEEP = 100_000;

let server: TestServer;
let instance: TestInstance;

beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());
beforeEach(async () => {
  instance = await server.newInstance();
});

/** Posts bytes as they are to where tickets are created. */
function post(body: string | Uint8Array, type: string | null = 'application/json'): Promise<Response> {
  const bytes = new Uint8Array(Buffer.from(body as string));
  return instance.fetch('/tickets', {
    method: 'POST',
    body: bytes,
    headers: type === null ? {} : { 'Content-Type': type },
  });
}

const requestor = JSON.stringify(ADA);
/** A good body, with something more or else in the ticket. */
const ticketWith = (more: string): string => `{"ticket":{"title":"Title","requestor":${requestor}${more}}}`;

describe('bodies that cannot be read', () => {
  const nested = (open: string, close: string, depth: number) => open.repeat(depth) + close.repeat(depth);

  const UNREADABLE: [ErrorCode, string, string | Uint8Array][] = [
    ['bad_request', 'a hundred thousand arrays', nested('[', ']', DEEP)],
    ['bad_request', 'a hundred thousand arrays that do not end', '['.repeat(DEEP)],
    ['bad_request', 'a hundred thousand objects', `${'{"a":'.repeat(DEEP)}1${'}'.repeat(DEEP)}`],
    ['bad_request', 'arrays deep in the custom fields', ticketWith(`,"customFields":{"a":${nested('[', ']', DEEP)}}`)],
    ['bad_request', 'objects deep in the user', `{"ticket":{},"user":${'{"a":'.repeat(DEEP)}1${'}'.repeat(DEEP)}}`],
    ['bad_request', '65 levels', `{"a":${nested('[', ']', 64)}}`],
    ['bad_request', 'text', 'Hello'],
    ['bad_request', 'half an object', '{"ticket":'],
    ['bad_request', 'two objects', '{}{}'],
    ['bad_request', 'a comma too many', '{"ticket":{},}'],
    ['bad_request', 'a comment', '{/* */}'],
    ['bad_request', 'single quotes', "{'ticket':{}}"],
    ['bad_request', 'no number', '{"ticket":NaN}'],
    ['bad_request', 'a control character in a string', '{"ticket":"\n"}'],
    ['bad_request', 'blanks', '   '],
    ['bad_request', 'a zero', '\0'],
    ['bad_request', 'null', 'null'],
    ['bad_request', 'an array', '[]'],
    ['bad_request', 'an array with a good body', `[${ticketWith('')}]`],
    ['bad_request', 'a string', '"ticket"'],
    ['bad_request', 'a number', '1'],
    ['bad_request', 'true', 'true'],
    ['bad_request', 'a byte order mark', `\ufeff${ticketWith('')}`],
    ['bad_request', 'bytes that are no UTF-8', Buffer.from([0x7b, 0xff, 0xfe, 0x7d])],
    [
      'bad_request',
      'a surrogate in UTF-8',
      Buffer.concat([Buffer.from('{"a":"'), Buffer.from('eda080', 'hex'), Buffer.from('"}')]),
    ],
    ['bad_request', 'an overlong slash', Buffer.from('7b2261223a22c0af227d', 'hex')],
    ['bad_request', 'UTF-16', Buffer.from(ticketWith(''), 'utf16le')],
    ['bad_request', 'a form', 'ticket[title]=Title'],
    ['invalid_input', 'nothing', ''],
    ['invalid_input', '64 levels', `{"a":${nested('[', ']', 63)}}`],
    ['invalid_input', 'a title of 1 MB', ticketWith(`,"title":"${'x'.repeat(MB - 200)}"`)],
    ['invalid_input', 'a title of 256 characters', ticketWith(`,"title":"${'x'.repeat(256)}"`)],
    ['invalid_input', 'a huge number for a text', ticketWith(',"title":1e400')],
    ['invalid_input', 'a long number for a text', ticketWith(`,"title":${'9'.repeat(100_000)}`)],
    ['invalid_input', 'an object for a text', ticketWith(',"title":{"$gt":""}')],
    ['invalid_input', 'an array for a text', ticketWith(',"description":["a"]')],
    ['invalid_input', 'a ticket from its prototype', `{"__proto__":${ticketWith('')}}`],
    ['invalid_input', 'a title from its prototype', `{"ticket":{"__proto__":{"title":"T"},"requestor":${requestor}}}`],
    ['payload_too_large', 'a byte more than 1 MB', `${ticketWith('')}${' '.repeat(MB - ticketWith('').length + 1)}`],
    ['payload_too_large', '2 MB', `{"ticket":"${'x'.repeat(2 * MB)}"}`],
    ['payload_too_large', '2 MB of brackets', '['.repeat(2 * MB)],
  ];

  test.each(UNREADABLE.map(([code, ...row]) => [ERRORS[code].status, code, ...row] as const))(
    '%i %s: %s',
    async (...row) => {
      const [, code, , body] = row;
      await expectProblem(await post(body), code);
      expect((await apiOf(instance).get('/tickets')).body.itemCount).toBe(0);
    },
  );

  test('413 for 2 MB that do not say how long they are', async () => {
    const pieces = Array.from({ length: 40 }, () => Buffer.alloc(64 * 1024, ' '));
    const init = { method: 'POST', headers: { 'Content-Type': 'application/json' }, duplex: 'half' as const };
    const response = await instance.fetch('/tickets', { ...init, body: ReadableStream.from(pieces) as never });
    await expectProblem(response, 'payload_too_large');
  });

  test('201 for 1 MB with blanks in it', async () => {
    expect((await post(ticketWith('') + ' '.repeat(MB - ticketWith('').length))).status).toBe(201);
  });
});

describe('content types', () => {
  test.each([
    ...['application/json', 'application/json; charset=utf-8', 'APPLICATION/JSON;charset=UTF-8', 'application/json;'],
    ...['application/merge-patch+json', 'application/vnd.api+json', ' application/json ', null],
  ])('201 %s', async (type) => {
    expect((await post(ticketWith(''), type)).status).toBe(201);
  });

  test.each([
    ...[
      'text/plain',
      'text/json',
      'application/xml',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=b',
    ],
    ...['application/jsonp', 'json', 'x', '*/*', 'text/plain, application/json', 'a'.repeat(200), 'application/json/x'],
  ])('415 %s', async (type) => {
    const problem = await expectProblem(await post(ticketWith(''), type), 'unsupported_media_type');
    expect(problem.detail.length).toBeLessThan(200);
  });
});

describe('members with a meaning of their own', () => {
  test('201: __proto__ and constructor are ignored wherever they stand', async () => {
    const evil = '"__proto__":{"isEvil":true},"constructor":{"prototype":{"isEvil":true}},"toString":1';
    const body = `{${evil},"ticket":{${evil},"title":"Title","requestor":{${evil},${requestor.slice(1)},"tags":[]},"user":{${evil},${requestor.slice(1)}}`;
    const response = await post(body);
    expect(response.status).toBe(201);
    expect(await response.text()).not.toContain('isEvil');
    expect(({} as { isEvil?: boolean }).isEvil).toBeUndefined();
  });

  test('201: as ids of custom fields they are not defined, and the warnings name them', async () => {
    const names = ['constructor', 'toString', 'hasOwnProperty', 'valueOf', 'no such field', 'ä\\r\\n'];
    const fields = names.map((name) => `"${name}":"x"`).join(',');
    const response = await post(ticketWith(`,"customFields":{"__proto__":"x",${fields}}`));
    expect(response.status).toBe(201);
    expect(await response.json()).toMatchObject({ item: { customFields: {} } });
    const warning = response.headers.get('Warning')!;
    for (const name of ['constructor', 'toString', 'no?such?field', '???'])
      expect(warning).toContain(`.${name} is not`);
  });

  test('201 with thousands of fields that are not defined: the answer still fits into the headers', async () => {
    const fields = Array.from({ length: 5000 }, (_, n) => `"field${n}":1`).join(',');
    const response = await post(ticketWith(`,"customFields":{${fields}}`));
    expect(response.status).toBe(201);
    const warning = response.headers.get('Warning')!;
    expect(warning).toContain('customFields.field0 is not defined');
    expect(warning).toContain('and 4980 more');
  });

  test('201: of a member that stands there twice, the last one counts', async () => {
    const response = await post(ticketWith(',"title":"The last one"'));
    expect(await response.json()).toMatchObject({ item: { title: 'The last one' } });
  });

  test('400 that names the field, for every type that is not the one of a custom field', async () => {
    await defineFields(instance);
    const wrong: Record<keyof typeof FIELDS, unknown[]> = {
      steps: [1, true, [], {}, ['text'], { $ne: '' }],
      asset: [1, true, [], {}],
      blocking: ['true', 1, 0, [], {}],
      needed: [1, true, [], {}, 'tomorrow', '2026-02-30', '', '0'],
      site: ['f72541a9-c964-4c81-bc1a-4f1f2d948416', 1, {}, ['unknown'], [1], [null], [[]], ['__proto__']],
      services: ['x', {}, ['unknown'], [{}]],
      people: [ADA, 'ada', [1], [null], [{}], [{ id: '', name: '', email: '' }], [[ADA]]],
    };
    for (const [name, values] of Object.entries(wrong)) {
      const { id } = FIELDS[name as keyof typeof FIELDS];
      for (const value of values) {
        const problem = await expectProblem(
          await post(ticketWith(`,"customFields":{"${id}":${JSON.stringify(value)}}`)),
          'invalid_input',
        );
        expect(problem.errors).toMatchObject([{ field: `ticket.customFields.${id}` }]);
      }
    }
    expect((await apiOf(instance).get('/tickets')).body.itemCount).toBe(0);
  });
});

describe('HTML that is hard to read', () => {
  test.each([
    ...['<div>'.repeat(20_000), '<'.repeat(100_000), '<a '.repeat(33_000), '<!--'.repeat(25_000), '&'.repeat(100_000)],
    ...['</p>'.repeat(25_000), '<p><b>'.repeat(16_000), '<a href="'.repeat(11_000), '&#x'.repeat(33_000), '<![CDATA['],
  ])('201 %#', async (html) => {
    expect((await post(ticketWith(`,"description_HTML":${JSON.stringify(html)}`))).status).toBe(201);
  });
});

describe('every operation with a body', () => {
  let world: World;
  beforeAll(async () => {
    world = await newWorld(server);
  });

  test.each(ALL_WAYS.filter(({ id }) => BODIES[id]).map((way) => [nameOf(way), way] as const))(
    '400 %s with what is no body of it, 415 with what is no JSON',
    async (_, way) => {
      const bodies = ['{"a":1}', '[]', 'null', '{', '['.repeat(DEEP), `{"user":${'['.repeat(60)}${']'.repeat(60)}}`];
      const names = Object.keys(BODIES[way.id]!(world) as object);
      for (const name of names) {
        for (const value of ['null', '0', '""', '[]', '{}', '[null]', '"\\u0000"']) bodies.push(`{"${name}":${value}}`);
      }
      for (const body of bodies) {
        const response = await fetch(server.url + pathOf(way, world), { ...initOf(way, world), body });
        // Some members may be left out or be empty; then the rest decides.
        if (response.ok) await response.arrayBuffer();
        else expect((await problemOf(response)).status).toBe(400);
      }
      const text = { ...initOf(way, world), headers: { 'X-Api-Key': world.instance.keys.administrative } };
      await expectProblem(await fetch(server.url + pathOf(way, world), text), 'unsupported_media_type');
    },
  );
});
