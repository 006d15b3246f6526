import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Attachment } from '../../api/contract/attachments.ts';
import { BASE_PATH } from '../../api/contract/wire.ts';
import { startServer, type TestInstance, type TestServer } from '../helpers/server.ts';
import { added, field, file, upload } from './multipart.ts';
import { expectProblem } from './problems.ts';
import { ADA, type Api, apiOf, GRACE, succeed } from './reference.ts';

const HOUR_MS = 60 * 60 * 1000;

let server: TestServer;
let instance: TestInstance;
let api: Api;
let ticketId: string;

beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());
beforeEach(async () => {
  instance = await server.newInstance();
  api = apiOf(instance);
  ticketId = (await api.newTicket()).id;
});

describe('links', () => {
  const post = (attachments: unknown, rest: object = {}) =>
    api.post<{ attachments: Attachment[] }>(`/tickets/${ticketId}/attachments`, { attachments, ...rest });

  test('201 with the attachment, its activity and its author', async () => {
    const attachments = [{ src: 'https://example.com/a%20log.txt?x=1#top', caption: 'The log' }];
    const answer = succeed(await post(attachments, { comment: 'See there', user: GRACE }));
    expect(answer.status).toBe(201);
    expect(answer.headers.get('Location')).toBe(`${BASE_PATH}/tickets/${ticketId}/attachments`);
    expect(answer.body.item).toMatchObject({
      ticketId,
      ticketNo: 1,
      comment: 'See there',
      user: GRACE,
      attachments: [
        {
          src: 'https://example.com/a%20log.txt?x=1#top',
          caption: 'The log',
          filename: 'a log.txt',
          createdBy: GRACE.name,
          createdDateTime: server.clock.now().toISOString(),
          isHyperlink: true,
          isImage: false,
          isArchive: false,
          size: 0,
        },
      ],
    });
  });

  test.each([
    ['https://example.com', 'example.com'],
    ['http://example.com/', 'example.com'],
    ['HTTPS://EXAMPLE.COM/File.TXT', 'File.TXT'],
    ['https://example.com/%zz/%ff', '%ff'],
    ['https://example.com/folder/', 'folder'],
    ['https://münchen.example/straße', 'straße'],
    ['http://[::1]:8080/x', 'x'],
  ])('201 %s, called %s', async (src, filename) => {
    const { item } = succeed(await post([{ src }])).body;
    expect(item.attachments).toMatchObject([{ src, filename, caption: filename }]);
  });

  test.each([
    ...[
      'javascript:alert(1)',
      'JavaScript:alert(1)',
      ' javascript:alert(1)',
      'data:text/html,<script>',
      'ftp://example.com',
    ],
    ...['file:///etc/passwd', 'mailto:ada@contoso.com', 'vbscript:x', 'blob:https://example.com/x', 'about:blank'],
    ...['example.com', '/local', '//example.com', 'https://', 'http//x', '', ' ', 'https://a b', 'https://[::1'],
    ...[`https://example.com/${'x'.repeat(4000)}`, null, 42, {}, ['https://example.com']],
  ])('400 %j', async (src) => {
    const answer = await post([{ src: 'https://example.com' }, { src }]);
    expect(answer.body).toMatchObject({ statusCode: 400, code: 'invalid_input' });
    expect(answer.body.errors[0]!.field).toBe('attachments.1.src');
    expect((await api.get(`/tickets/${ticketId}/attachments`)).body.itemCount).toBe(0);
  });

  test.each([undefined, [], null, 'https://example.com', {}, Array.from({ length: 11 }, () => ({ src: 'https://x' }))])(
    '400 without links: %j',
    async (attachments) => {
      expect((await post(attachments)).body).toMatchObject({ statusCode: 400, code: 'invalid_input' });
    },
  );
});

describe('files', () => {
  test('201 with several files, a comment and its author; they come back as they were', async () => {
    const user = JSON.stringify(GRACE);
    const parts = [file('a.txt', 'first', 'text/plain'), field('comment', 'Two files'), file('b.bin', '\0\x01\xff')];
    const item = await added(await upload(instance, [...parts, field('user', user)]));
    expect(item).toMatchObject({ ticketId, ticketNo: 1, comment: 'Two files', user: GRACE });
    expect(item.attachments).toMatchObject([
      { filename: 'a.txt', caption: 'a.txt', size: 5, contentType: 'text/plain', createdBy: GRACE.name },
      { filename: 'b.bin', isHyperlink: false, contentType: 'application/octet-stream' },
    ]);
    const texts = await Promise.all(item.attachments.map(async ({ src }) => (await fetch(src)).text()));
    expect(texts).toEqual(['first', '\0\x01ÿ']);
    const { items } = (await api.get<Attachment>(`/tickets/${ticketId}/attachments`)).body;
    expect(items).toEqual(item.attachments);
    expect((await api.get(`/tickets/activity/${item.activityId}/attachments`)).body.items).toEqual(items);
    const [activity] = await api.history(ticketId);
    expect(activity).toMatchObject({ id: item.activityId, action: 'attached', comment: 'Two files', createdBy: GRACE });
    expect(activity!.attachments).toEqual(items);
  });

  test('200 with those of all activities, the newest first; an activity without any has an empty list', async () => {
    await added(await upload(instance, [file('a.txt', 'a')]));
    server.clock.advance(1000);
    await added(await upload(instance, [file('b.txt', 'b'), file('c.txt', 'c')]));
    const commented = await api.post(`/tickets/${ticketId}/activities`, { comment: 'No file' });
    const { items, itemCount } = (await api.get<Attachment>(`/tickets/${ticketId}/attachments`)).body;
    expect(items.map(({ filename }) => filename)).toEqual(['b.txt', 'c.txt', 'a.txt']);
    expect(itemCount).toBe(3);
    const { id } = succeed(commented).body.item;
    expect((await api.get(`/tickets/activity/${id}/attachments`)).body).toMatchObject({ items: [], itemCount: 0 });
    await expectProblem(await instance.fetch(`/tickets/activity/${ticketId}/attachments`), 'not_found');
  });

  test.each([
    ['true', true],
    ['TRUE', true],
    ['false', false],
  ])('201 with isPrivate %s', async (text, isPrivate) => {
    await added(await upload(instance, [file('a.txt', 'a'), field('isPrivate', text), field('comment', 'Hush')]));
    expect((await api.history(ticketId))[0]).toMatchObject({ comment: 'Hush', isPrivate });
  });

  test('400 with isPrivate maybe', async () => {
    const response = await upload(instance, [file('a.txt', 'a'), field('isPrivate', 'maybe')]);
    await expectProblem(response, 'invalid_input');
  });

  test('201 with comment_HTML, which is shown without its script', async () => {
    const html = '<b>Bold</b><script>alert(1)</script>';
    const added = await instance.fetch(`/tickets/${ticketId}/attachments?include=comment_HTML`, {
      method: 'POST',
      body: formOf({ comment_HTML: html }, new Blob(['a'])),
    });
    expect(await added.json()).toMatchObject({ item: { comment: 'Bold', comment_HTML: '<b>Bold</b>' } });
  });

  test('201 with a file of nothing', async () => {
    const { attachments } = await added(await upload(instance, [file('empty.txt', '', 'text/plain')]));
    expect(attachments).toMatchObject([{ filename: 'empty.txt', size: 0 }]);
    const response = await fetch(attachments[0]!.src);
    expect(response.headers.get('Content-Length')).toBe('0');
    expect(await response.text()).toBe('');
  });
});

function formOf(fields: Record<string, string>, content: Blob): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('files', content, 'a.txt');
  return form;
}

describe("a file's address", () => {
  let src: string;
  beforeEach(async () => {
    const { attachments } = await added(await upload(instance, [file('a.txt', 'text', 'text/plain')]));
    src = attachments[0]!.src;
  });

  test('200 for an hour, without a key; 404 from then on', async () => {
    expect(src.startsWith(server.url)).toBe(true);
    for (const key of Object.values(instance.keys)) expect(src).not.toContain(key);
    server.clock.advance(HOUR_MS - 1);
    const response = await fetch(src);
    expect({ status: response.status, text: await response.text() }).toEqual({ status: 200, text: 'text' });
    server.clock.advance(1);
    await expectProblem(await fetch(src), 'not_found');
    const { items } = (await api.get<Attachment>(`/tickets/${ticketId}/attachments`)).body;
    expect((await fetch(items[0]!.src)).status).toBe(200);
  });

  test.each<[string, (url: URL) => void]>([
    ['a longer time', (url) => url.searchParams.set('expires', String(Number(url.searchParams.get('expires')) + 1))],
    ['another notation of the time', (url) => url.searchParams.set('expires', `${url.searchParams.get('expires')}.0`)],
    ['no time', (url) => url.searchParams.delete('expires')],
    ['no signature', (url) => url.searchParams.delete('signature')],
    ['an empty signature', (url) => url.searchParams.set('signature', '')],
    ['half a signature', (url) => url.searchParams.set('signature', url.searchParams.get('signature')!.slice(0, 20))],
    ['another file', (url) => setPath(url, (path) => path.replace(/.{12}$/, '000000000000'))],
    ['nothing in the path', (url) => setPath(url, (path) => path.replace(/[^/]+$/, ''))],
    ['a way out', (url) => setPath(url, (path) => path.replace(/[^/]+$/, '..%2f..%2ftickets.db'))],
    ['a zero', (url) => setPath(url, (path) => `${path}%00`)],
  ])('404 with %s', async (_, tamper) => {
    const url = new URL(src);
    tamper(url);
    await expectProblem(await fetch(url), 'not_found');
    expect((await fetch(src)).status).toBe(200);
  });

  const setPath = (url: URL, change: (path: string) => string) => {
    url.pathname = change(url.pathname);
  };

  test('404 with any character of the signature changed', async () => {
    const signature = new URL(src).searchParams.get('signature')!;
    // The last character holds bits that mean nothing.
    for (let at = 0; at < signature.length - 1; at++) {
      const changed = signature.slice(0, at) + (signature[at] === 'A' ? 'B' : 'A') + signature.slice(at + 1);
      await expectProblem(await fetch(src.replace(signature, changed)), 'not_found');
    }
  });

  test('404 once its ticket is deleted, and the file is gone', async () => {
    const { pathname } = new URL(src);
    const id = pathname.split('/').at(-1)!;
    expect(await server.environment.blobs.open(id)).toMatchObject({ size: 4 });
    expect((await api.delete(`/tickets/${ticketId}`)).status).toBe(204);
    await expectProblem(await fetch(src), 'not_found');
    expect(await server.environment.blobs.open(id)).toBeNull();
  });

  test('405 for anything but reading', async () => {
    for (const method of ['POST', 'PUT', 'DELETE']) {
      await expectProblem(await fetch(src, { method }), 'method_not_allowed');
    }
  });
});

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const SVG = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';
const ZIP = Buffer.from(`504b0506${'00'.repeat(18)}`, 'hex');

describe('the type of a file is what its bytes say', () => {
  const BYTES = 'application/octet-stream';

  const FILES: [string, string | Buffer, declared: string, served: string, shown: Partial<Attachment>][] = [
    ['page.html', '<script>alert(1)</script>', 'text/html', BYTES, { isImage: false }],
    ['page.htm', '<!doctype html><script>alert(1)</script>', 'application/xhtml+xml', BYTES, {}],
    ['image.svg', SVG, 'image/svg+xml', BYTES, { isImage: false }],
    ['image.svg', `<?xml version="1.0"?>${SVG}`, 'image/svg+xml', BYTES, { isImage: false }],
    ['image.png', SVG, 'image/png', BYTES, { isImage: false }],
    ['program.exe', Buffer.from(`4d5a${'90'.repeat(200)}`, 'hex'), 'image/png', BYTES, { isImage: false }],
    ['script.js', 'alert(1)', 'text/javascript', BYTES, {}],
    ['script.js', 'alert(1)', 'application/javascript', BYTES, {}],
    ['style.css', '* { color: red }', 'text/css', BYTES, {}],
    ['text.png', 'only text', 'image/png', BYTES, { isImage: false, contentType: BYTES }],
    ['text.pdf', 'only text', 'application/pdf', BYTES, { contentType: BYTES }],
    ['binary.txt', 'text\0with a zero', 'text/plain', BYTES, { contentType: BYTES }],
    ['archive.txt', ZIP, 'text/plain', BYTES, { isArchive: true, contentType: 'application/zip' }],
    ['no-type', 'only text', '', 'text/plain', { contentType: 'text/plain' }],
    ['picture.txt', PNG, 'text/plain', 'image/png', { isImage: true, contentType: 'image/png' }],
    ['picture', PNG, 'text/html', 'image/png', { isImage: true, contentType: 'image/png' }],
    ['manual.pdf', '%PDF-1.7\n', 'application/pdf', 'application/pdf', { isImage: false }],
    ['text.txt', '<script>alert(1)</script>', 'text/plain', 'text/plain', { contentType: 'text/plain' }],
    ['table.csv', 'a;b', 'text/csv', 'text/csv', { contentType: 'text/csv' }],
  ];

  test.each(FILES.map((row) => [row[0], row[2], row[3], row] as const))(
    '%s, declared %j, goes out as %s',
    async (...all) => {
      const [filename, content, declared, served, shown] = all[3];
      const { attachments } = await added(await upload(instance, [file(filename, content, declared)]));
      expect(attachments).toMatchObject([{ ...shown, filename }]);
      const response = await fetch(attachments[0]!.src);
      const disposition = served === BYTES ? 'attachment' : 'inline';
      expect(response.headers.get('Content-Type')).toBe(served);
      expect(response.headers.get('X-Content-Type-Options')).toBe('nosniff');
      expect(response.headers.get('Content-Disposition')).toMatch(new RegExp(`^${disposition}; filename="`));
      expect(response.headers.get('Content-Security-Policy')).toContain("default-src 'none'");
      expect(response.headers.get('Cache-Control')).toContain('no-store');
      expect(Buffer.from(await response.arrayBuffer()).equals(Buffer.from(content as string))).toBe(true);
    },
  );
});

test('403 with a read-only key, 401 without one', async () => {
  succeed(await apiOf(instance, 'administrative').put('/keys/secondary', { readOnly: true }));
  const post = (key: string) =>
    instance.fetch(`/tickets/1/attachments?key=${key}`, { method: 'POST', body: formOf({}, new Blob([ADA.name])) });
  await expectProblem(await post(instance.keys.secondary), 'forbidden');
  await expectProblem(await post(''), 'unauthorized');
});
