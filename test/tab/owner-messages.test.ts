import { describe, expect, test } from '@jest/globals';
import { de as guidanceDe } from '../../tab/src/messages/guidance.de.ts';
import { en as guidance } from '../../tab/src/messages/guidance.en.ts';
import { fr as guidanceFr } from '../../tab/src/messages/guidance.fr.ts';
import { de as reportsDe } from '../../tab/src/messages/reports.de.ts';
import { en as reports } from '../../tab/src/messages/reports.en.ts';
import { fr as reportsFr } from '../../tab/src/messages/reports.fr.ts';
import { de as settingsDe } from '../../tab/src/messages/settings.de.ts';
import { en as settings } from '../../tab/src/messages/settings.en.ts';
import { fr as settingsFr } from '../../tab/src/messages/settings.fr.ts';

/** Every text by its path, one that depends on something as what it says for each number of things. */
function texts(messages: object, path = ''): Map<string, string> {
  return new Map(
    Object.entries(messages).flatMap(([name, value]): [string, string][] => {
      const key = path ? `${path}.${name}` : name;
      if (typeof value === 'function') return [[key, said(value)]];
      return typeof value === 'string' ? [[key, value]] : [...texts(value, key)];
    }),
  );
}

/** A text that takes words is asked with words: a number has no letters to replace. */
function said(text: (...values: unknown[]) => string): string {
  try {
    return [1, 2].map((count) => text(count, count, count, count, count)).join(' / ');
  } catch {
    return text('1', '1', '1', '1', '1');
  }
}

/** Names and short words that are alike in two languages. */
const ALIKE =
  /(^(general|people|fields|tags|workflow|hours|erase|keys)\.(name|nameLabel|person|option|options|resolutions|start|tag|tags|minutes|typeName)$|\.name$|^none$|^hours$|^minutes$|^days$|^state$|^tickets$|^formats\.|^data\.formats\.|^tags\.colours\.|^workflow\.effects\.inState$|^filter$)/;

describe.each([
  ['settings', settings, { French: settingsFr, German: settingsDe }],
  ['reports', reports, { French: reportsFr, German: reportsDe }],
  ['first steps', guidance, { French: guidanceFr, German: guidanceDe }],
])('the messages of the %s', (_, english, translations) => {
  test.each(Object.entries(translations))('in %s are whole, translated, and take up every value', (__, messages) => {
    const originals = texts(english);
    const translated = texts(messages);
    expect([...translated.keys()].toSorted()).toEqual([...originals.keys()].toSorted());
    const same = [...translated].filter(([key, text]) => text === originals.get(key) && !ALIKE.test(key));
    expect(same).toEqual([]);
    const lost = [...originals].filter(([key, text]) => /\d/.test(text) && !/\d/.test(translated.get(key)!));
    expect(lost).toEqual([]);
  });
});

test('a duration in German has its units written out, in the number that it has, and none of them stands alone', () => {
  expect([reportsDe.days(1, 0), reportsDe.days(2, 4), reportsDe.hours(3, 20), reportsDe.minutes('45')]).toEqual([
    '1\u00a0Tag',
    '2\u00a0Tage 4\u00a0Std.',
    '3\u00a0Std. 20\u00a0Min.',
    '45\u00a0Min.',
  ]);
});
