import { once } from 'node:events';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Attachment, MAX_FILE_BYTES } from '../../api/contract/attachments.ts';
import { AppError, type ErrorCode } from '../../api/contract/errors.ts';
import { BASE_PATH } from '../../api/contract/wire.ts';
import { openDisk } from '../../api/store/disk.ts';
import type { Change, InstanceStore } from '../../api/store/store.ts';
import { startServer, type TestInstance, type TestServer } from '../helpers/server.ts';
import { type DataFolder, newDataFolder } from './data-folder.ts';
import { added, field, file, multipart, type Part, upload } from './multipart.ts';
import { expectProblem } from './problems.ts';
import { openRaw, readAll, sendRaw, statusesOf } from './raw-http.ts';
import { apiOf, succeed } from './reference.ts';
import { openSecondDoor } from './second-door.ts';

let server: TestServer;
let folder: DataFolder;
let instance: TestInstance;

beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());
beforeEach(async () => {
  instance = await server.newInstance();
  await apiOf(instance).newTicket();
  folder?.remove();
  folder = newDataFolder();
  server.environment.blobs = openDisk(folder.path);
});
afterAll(() => folder.remove());

const files = (count: number): Part[] => Array.from({ length: count }, (_, n) => file(`${n}.txt`, `text ${n}`));

describe('limits', () => {
  test('201 with 25 MB, 413 with a byte more and nothing left of it', async () => {
    const most = Buffer.alloc(MAX_FILE_BYTES, 'x');
    const { attachments } = await added(await upload(instance, [file('most.txt', most)]));
    expect(attachments).toMatchObject([{ size: 26_214_400 }]);
    const before = folder.files();
    const more = Buffer.concat([most, Buffer.from('x')]);
    const problem = await expectProblem(await upload(instance, [file('more.txt', more)]), 'payload_too_large');
    expect(problem.detail).toBe('A file may have at most 25 MB.');
    await expectProblem(await upload(instance, [file('a', 'a'), file('b', more), file('c', 'c')]), 'payload_too_large');
    expect(folder.files()).toEqual(before);
    expect((await apiOf(instance).history('1')).map(({ action }) => action)).toEqual(['attached', 'created']);
  });

  test('201 with 10 files, 413 with 11 and nothing left of them', async () => {
    expect((await added(await upload(instance, files(10)))).attachments).toHaveLength(10);
    const before = folder.files();
    expect(before).toHaveLength(10);
    for (const count of [11, 15]) {
      await expectProblem(await upload(instance, files(count)), 'payload_too_large');
    }
    expect(folder.files()).toEqual(before);
  });

  test('413 with a comment of 300 KB, and nothing left of the files before it', async () => {
    const long = field('comment', 'x'.repeat(300_000));
    await expectProblem(await upload(instance, [file('a.txt', 'a'), long]), 'payload_too_large');
    expect(folder.files()).toEqual([]);
  });

  test('413 for far too much: the answer arrives although the sender goes on', async () => {
    const parts = [1, 2, 3].map((n) => file(`${n}`, Buffer.alloc(MAX_FILE_BYTES + 1)));
    await expectProblem(await upload(instance, parts), 'payload_too_large');
    expect(folder.files()).toEqual([]);
  });
});

describe('a request that fails leaves no file', () => {
  const text = file('a.txt', 'a');
  const big = file('big.bin', Buffer.alloc(3_000_000));

  test.each<[status: number, string, Part[]]>([
    [400, 'user that is no JSON', [text, field('user', '{')]],
    [400, 'user that is no person', [text, field('user', '{"id":""}')]],
    [400, 'user of a hundred thousand brackets', [text, field('user', '['.repeat(100_000))]],
    [400, 'a comment too long', [text, field('comment', 'x'.repeat(100_001))]],
    [400, 'attachments as text', [text, field('attachments', '[{"src":"https://example.com"}]')]],
    [400, 'a file under another name', [[text[0].replace('"files"', '"file"'), 'a']]],
    [400, 'a good file, then one under another name', [big, [text[0].replace('"files"', '"upload"'), 'a']]],
    [400, 'one under another name, then a good file', [[text[0].replace('"files"', '"x"'), 'a'], big, big]],
    [400, 'a big one under another name', [[big[0].replace('"files"', '"file"'), big[1]], text]],
    [400, 'a file under no name', [['Content-Disposition: form-data; filename="a.txt"', 'a']]],
    [400, 'no file at all', [field('comment', 'Nothing to see')]],
    [400, 'a field called files', [field('files', 'text')]],
    [400, 'nothing', []],
  ])('%i %s', async (_, __, parts) => {
    await expectProblem(await upload(instance, parts), 'invalid_input');
    expect(folder.files()).toEqual([]);
    expect(await apiOf(instance).history('1')).toHaveLength(1);
  });

  test.each(['2', 'abc', '00000000-0000-7000-8000-000000000000'])('404 for ticket %s', async (ticketId) => {
    await expectProblem(await upload(instance, [text, big], ticketId), 'not_found');
    expect(folder.files()).toEqual([]);
  });

  test.each<[status: number, Record<string, string>]>([
    [400, { 'Idempotency-Key': 'not visible' }],
    [412, { 'If-Match': '"7.1"' }],
  ])('%i with %j', async (status, headers) => {
    const form = multipart(text, big);
    const init = { method: 'POST', ...form, headers: { ...form.headers, ...headers } };
    expect((await instance.fetch('/tickets/1/attachments', init)).status).toBe(status);
    expect(folder.files()).toEqual([]);
  });

  test('401 and 403 before anything is read', async () => {
    const { instance: other } = { instance: await server.newInstance() };
    succeed(await apiOf(other, 'administrative').put('/keys/primary', { readOnly: true }));
    await expectProblem(await upload(other, [text]), 'forbidden');
    const init = { method: 'POST', ...multipart(text) };
    await expectProblem(await fetch(`${server.url}${BASE_PATH}/tickets/1/attachments`, init), 'unauthorized');
    expect(folder.files()).toEqual([]);
  });

  const whole = Buffer.from(multipart(text, big).body);
  test.each<[string, string, Uint8Array]>([
    ['no boundary', 'multipart/form-data', whole],
    ['an empty boundary', 'multipart/form-data; boundary=', whole],
    ['another boundary', 'multipart/form-data; boundary=other', whole],
    ['an end in the middle of a file', multipart().headers['Content-Type']!, whole.subarray(0, 1_000_000)],
    ['an end in the middle of a header', multipart().headers['Content-Type']!, whole.subarray(0, 60)],
    ['no body', multipart().headers['Content-Type']!, new Uint8Array()],
    ['text', multipart().headers['Content-Type']!, Buffer.from('text')],
  ])('400 with %s', async (_, type, body) => {
    const init = { method: 'POST', headers: { 'Content-Type': type }, body: new Uint8Array(body) };
    const response = await instance.fetch('/tickets/1/attachments', init);
    expect(response.status).toBe(400);
    expect(folder.files()).toEqual([]);
  });

  test('415 for files where there is no place for them', async () => {
    const init = { method: 'POST', ...multipart(text) };
    await expectProblem(await instance.fetch('/tickets', init), 'unsupported_media_type');
    await expectProblem(await instance.fetch('/tickets/1/activities', init), 'unsupported_media_type');
    expect(folder.files()).toEqual([]);
  });

  test('when the sender hangs up in the middle of a file', async () => {
    const { headers, body } = multipart(text, big);
    const socket = openRaw(server.url);
    const head = [
      `POST ${BASE_PATH}/tickets/1/attachments?key=${instance.keys.primary} HTTP/1.1`,
      ...['Host: x', `Content-Type: ${headers['Content-Type']}`, `Content-Length: ${body.length}`],
    ];
    socket.write(`${head.join('\r\n')}\r\n\r\n`);
    socket.write(body.subarray(0, 2_000_000));
    await until(() => folder.files().some((name) => name.endsWith('.partial')));
    const lines = server.log.length;
    socket.destroy();
    await until(() => server.log.length > lines);
    expect(folder.files()).toEqual([]);
    expect(JSON.parse(server.log.at(-1)!)).toMatchObject({ level: 'info', msg: 'request' });
  });
});

describe('files that came with a change', () => {
  const away = new AppError('unavailable', 'The store is away.');
  const lost = async (real: InstanceStore, changes: Change[]): Promise<void> => {
    await real.commit(changes);
    throw away;
  };
  const refused = (): Promise<void> => Promise.reject(new AppError('payload_too_large', 'Too much.'));

  const uploadThrough = async (instanceStore: (real: InstanceStore) => InstanceStore, problem: ErrorCode) => {
    const { store } = server.environment;
    const door = await openSecondDoor(server, {
      store: { ...store, instance: (id) => instanceStore(store.instance(id)) },
    });
    const init = { method: 'POST', ...multipart(file('a.txt', 'text')) };
    const path = `${BASE_PATH}/tickets/1/attachments?key=${instance.keys.primary}`;
    await expectProblem(await fetch(door.url + path, init).finally(door.close), problem);
  };

  test.each([
    ['that happened while its answer was lost stay', lost, 'unavailable', 1],
    ['that was refused go', refused, 'payload_too_large', 0],
  ] as const)('%s', async (_, commit, problem, left) => {
    await uploadThrough((real) => ({ ...real, commit: (changes) => commit(real, changes) }), problem);
    const { items } = (await apiOf(instance).get<Attachment>('/tickets/1/attachments')).body;
    expect(items).toHaveLength(left);
    expect(folder.files()).toEqual(items.map(({ id }) => id));
    for (const { src } of items) expect(await (await fetch(src)).text()).toBe('text');
  });

  test('that never was asked for go, also when the store is away', async () => {
    await uploadThrough((real) => ({ ...real, list: () => Promise.reject(away) }), 'unavailable');
    expect(folder.files()).toEqual([]);
  });
});

/** Waits for what happens in turns of the event loop that nobody tells of. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise(setImmediate);
}

describe('names of files', () => {
  test.each<[sent: string, kept: string]>([
    ['filename="plain.txt"', 'plain.txt'],
    ['filename=plain.txt', 'plain.txt'],
    ['filename="two words.txt"', 'two words.txt'],
    ['filename="a\\"b.txt"', 'a"b.txt'],
    ['filename="semi;colon=x.txt"', 'semi;colon=x.txt'],
    ['filename="müller 田中 😀.txt"', 'müller 田中 😀.txt'],
    ["filename*=UTF-8''m%C3%BCller%20%F0%9F%98%80.txt", 'müller 😀.txt'],
    ["filename*=UTF-8''tab%09and%7F%1B.txt", 'taband.txt'],
    ["filename*=UTF-8''%00zero.txt", 'zero.txt'],
    ['filename="photo\u202egpj.exe"', 'photogpj.exe'],
    ["filename*=UTF-8''..%2F..%2Fetc%2Fpasswd", 'passwd'],
    ['filename="../../etc/passwd"', 'passwd'],
    ['filename="C:\\\\Users\\\\ada\\\\log.txt"', 'log.txt'],
    ['filename=".."', 'file'],
    ['filename="*(\'a\')*.txt"', "*('a')*.txt"],
    ['filename="100%25.txt"', '100%25.txt'],
    ['filename="%22%0D%0Aa.txt"', '"a.txt'],
    ['filename=""', 'file'],
    [`filename="${'a'.repeat(300)}.txt"`, 'a'.repeat(255)],
    [`filename="${'a'.repeat(254)}😀.txt"`, `${'a'.repeat(254)}😀`],
  ])('201 %s', async (sent, kept) => {
    const parts: Part[] = [
      [`Content-Disposition: form-data; name="files"; ${sent}\r\nContent-Type: text/plain`, 'text'],
    ];
    const { attachments } = await added(await upload(instance, parts));
    expect(attachments).toMatchObject([{ filename: kept, caption: kept }]);
    const response = await fetch(attachments[0]!.src);
    expect(await response.text()).toBe('text');
    expect(response.headers.getSetCookie()).toEqual([]);
    const disposition = response.headers.get('Content-Disposition')!;
    const [, extended] = /^inline; filename="[^"\\]*"; filename\*=UTF-8''([A-Za-z0-9!#$&+.^_`|~%-]+)$/.exec(
      disposition,
    )!;
    expect(decodeURIComponent(extended!)).toBe(kept);
    // On the disk the name says nothing.
    expect(folder.files()).toEqual([attachments[0]!.id]);
  });

  test('201 with the two names that a .NET client sends: the second is the good one', async () => {
    const names = 'filename="=?utf-8?B?YsOpLnR4dA==?="; filename*=utf-8\'\'b%C3%A9.txt';
    const parts: Part[] = [[`Content-Disposition: form-data; name=files; ${names}`, 'text']];
    expect((await added(await upload(instance, parts))).attachments).toMatchObject([{ filename: 'bé.txt' }]);
  });

  test('400 for a line break in a name', async () => {
    const name = "filename*=UTF-8''line%0D%0ASet-Cookie%3A%20a%3Db.txt";
    const parts: Part[] = [[`Content-Disposition: form-data; name="files"; ${name}`, 'text']];
    await expectProblem(await upload(instance, parts), 'invalid_input');
  });

  test.each(['name=files', 'name="files"', 'name="files[]"', 'name=files; x=y', 'NAME="files"'])(
    '201 for a part with %s',
    async (name) => {
      const parts: Part[] = [[`content-disposition: form-data; ${name}; filename=a.txt`, 'text']];
      expect((await added(await upload(instance, parts))).attachments).toHaveLength(1);
    },
  );

  test('201 with fields that mean something to objects only', async () => {
    const parts = ['__proto__', 'constructor', 'toString', 'ticketId', 'key'].map((name) => field(name, 'x'));
    const item = await added(await upload(instance, [...parts, file('a.txt', 'a'), field('comment', 'Fine')]));
    expect(item).toMatchObject({ ticketNo: 1, comment: 'Fine' });
  });
});

test('201 for a body in pieces of one byte', async () => {
  const { headers, body } = multipart(file('a.txt', 'text', 'text/plain'), field('comment', 'Byte by byte'));
  const socket = openRaw(server.url);
  const answer = readAll(socket);
  socket.setNoDelay(true);
  await once(socket, 'connect');
  const head = `POST ${BASE_PATH}/tickets/1/attachments?key=${instance.keys.primary} HTTP/1.1\r\nHost: x`;
  const type = `Content-Type: ${headers['Content-Type']}\r\nTransfer-Encoding: chunked\r\nConnection: close`;
  socket.write(`${head}\r\n${type}\r\n\r\n`);
  for (const byte of body) socket.write(Buffer.concat([Buffer.from('1\r\n'), Buffer.of(byte), Buffer.from('\r\n')]));
  socket.write('0\r\n\r\n');
  expect(statusesOf(await answer)).toEqual([201]);
  expect((await apiOf(instance).history('1'))[0]).toMatchObject({ comment: 'Byte by byte' });
});

test('100 before the body, when the sender asks for it', async () => {
  const { headers, body } = multipart(file('a.txt', 'text'));
  const head = `POST ${BASE_PATH}/tickets/1/attachments?key=${instance.keys.primary} HTTP/1.1\r\nHost: x\r\nExpect: 100-continue`;
  const rest = `Content-Type: ${headers['Content-Type']}\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n`;
  const answer = await sendRaw(server.url, Buffer.concat([Buffer.from(`${head}\r\n${rest}`), body]));
  expect(statusesOf(answer)).toEqual([100, 201]);
});
