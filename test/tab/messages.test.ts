import { describe, expect, test } from '@jest/globals';
import { de } from '../../tab/src/messages/de.ts';
import { en } from '../../tab/src/messages/en.ts';
import { fr } from '../../tab/src/messages/fr.ts';

/** Every text by its path, a text that depends on something as what it says for 1 and for 2. */
function texts(messages: object, path = ''): Map<string, string> {
  return new Map(
    Object.entries(messages).flatMap(([name, value]): [string, string][] => {
      const key = path ? `${path}.${name}` : name;
      if (typeof value === 'function') return [[key, [1, 2].map((count) => value(count, count)).join(' / ')]];
      return typeof value === 'string' ? [[key, value]] : [...texts(value, key)];
    }),
  );
}

const english = texts(en);

/** Words that are alike in two languages. */
const ALIKE =
  /^(direction$|origin\.|common\.no$|priority\.Important|field\.(tags|followers|description|description_HTML|status)|column\.(priorityShort|status|tags|description|origin)|filter\.(statusId|followerId|tags|origin)|list\.(tickets|filter|filters|count)|view\.name|keys\.|editor\.(code|link|tools)|role\.assignee|ticket\.(ticket|details|changeOf)|palette\.(tickets|helpDesk)|shell\.(list|board|pages|ticket)|actions\.tags|board\.column|create\.)/;

describe.each([
  ['French', fr],
  ['German', de],
])('the messages in %s', (_, messages) => {
  const translated = texts(messages);

  test('have the same keys as those in English, and no text is empty', () => {
    expect([...translated.keys()].toSorted()).toEqual([...english.keys()].toSorted());
    expect([...translated].filter(([, text]) => text.trim() === '')).toEqual([]);
  });

  test('are translated', () => {
    const same = [...translated].filter(([key, text]) => text === english.get(key) && !ALIKE.test(key));
    expect(same).toEqual([]);
  });

  test('take up every value that the English ones do', () => {
    const valuesIn = (text: string) => [...text.matchAll(/\d+/g)].length > 0;
    const lost = [...english].filter(([key, text]) => valuesIn(text) && !valuesIn(translated.get(key)!));
    expect(lost).toEqual([]);
  });
});
