import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';

/** What the reference says of the API, TW-1 to TW-47, is tested by cases whose titles begin with it. */
const IDS = Array.from({ length: 47 }, (_, i) => `TW-${i + 1}`);

/** A title stands behind `test(`, behind the table of a `test.each`, or as the `name` in such a table. */
const TITLE = /(?:\btest\(|\]\)\(|\w\)\(|\bname:)\s*(['"`])(.*?)\1/g;

const folder = fileURLToPath(new URL('.', import.meta.url));
const files = readdirSync(folder).filter(
  (file) => /^reference-.*\.test\.ts$/.test(file) && file !== 'reference-coverage.test.ts',
);
const sources = files.map((file) => ({ file, text: readFileSync(folder + file, 'utf8') }));
const titles = sources.flatMap(({ text }) => [...text.matchAll(TITLE)].map(([, , title]) => title!));

describe('the reference is covered', () => {
  test.each(IDS)('%s has a case', (id) => {
    expect(titles.filter((title) => title.split(/\W* /)[0] === id)).not.toEqual([]);
  });

  test('no case names an id that there is not', () => {
    const named = titles.flatMap((title) => /^TW-\d+/.exec(title) ?? []);
    expect(named.filter((id) => !IDS.includes(id))).toEqual([]);
  });

  test.each(files)('%s skips nothing', (file) => {
    const { text } = sources.find((source) => source.file === file)!;
    expect(text.match(/\b(?:test|describe)\.(?:skip|only|todo|failing)\b|\bx(?:test|describe|it)\(/g)).toBeNull();
  });
});
