import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { TAB_POLICY, tabFiles } from '../../api/rest/tab-files.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tab-'));
  mkdirSync(join(folder, 'dist/assets'), { recursive: true });
  writeFileSync(join(folder, 'dist/index.html'), '<page>');
  writeFileSync(join(folder, 'dist/assets/index-1a2b.js'), 'script');
  writeFileSync(join(folder, 'secret.txt'), 'secret');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const text = (files: ReturnType<typeof tabFiles>, path: string) => files(path)?.body.toString();

describe('the files of the built tab', () => {
  test.each([
    '',
    'instances/x',
    'instances/x/tickets/1',
    'config',
    '../secret.txt',
    '..%2fsecret.txt',
    'a/../../secret.txt',
  ])('%j is its page, which a browser asks for anew', (path) => {
    const file = tabFiles(join(folder, 'dist'))(path);
    expect(file).toMatchObject({ type: 'text/html; charset=utf-8', isImmutable: false });
    expect(file?.body.toString()).toBe('<page>');
  });

  test('a script is kept for ever, for its name tells its content', () => {
    const file = tabFiles(join(folder, 'dist'))('assets/index-1a2b.js');
    expect(file).toMatchObject({ type: 'text/javascript; charset=utf-8', isImmutable: true });
  });

  test('a long script can be sent packed, a short one is not worth it', () => {
    const long = 'script '.repeat(1000);
    mkdirSync(join(folder, 'long/assets'), { recursive: true });
    writeFileSync(join(folder, 'long/assets/index-1a2b.js'), long);
    writeFileSync(join(folder, 'long/index.html'), '<page>');
    const files = tabFiles(join(folder, 'long'));
    expect(gunzipSync(files('assets/index-1a2b.js')!.gzipped!).toString()).toBe(long);
    expect(files('')).not.toHaveProperty('gzipped');
  });

  test('a script that is not there is no page', () => {
    const files = tabFiles(join(folder, 'dist'));
    expect(files('assets/index-old.js')).toBeUndefined();
    expect(files('assets/../../secret.txt')).toBeUndefined();
  });

  test('a new build is served without a restart', () => {
    const files = tabFiles(join(folder, 'dist'));
    expect(text(files, '')).toBe('<page>');
    writeFileSync(join(folder, 'dist/index.html'), '<new page>');
    writeFileSync(join(folder, 'dist/assets/index-3c4d.js'), 'new script');
    utimesSync(join(folder, 'dist/index.html'), new Date(), new Date(Date.now() + 5000));
    expect(text(files, '')).toBe('<new page>');
    expect(text(files, 'assets/index-3c4d.js')).toBe('new script');
  });

  test('without a build there is nothing', () => {
    expect(tabFiles(join(folder, 'nowhere'))('')).toBeUndefined();
  });

  test('the policy lets no script in that is not a file of the server', () => {
    expect(TAB_POLICY).toContain("script-src 'self';");
    expect(TAB_POLICY).not.toMatch(/unsafe-eval|script-src[^;]*unsafe-inline/);
  });
});
