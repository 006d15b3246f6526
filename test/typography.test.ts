import { expect, test } from '@jest/globals';
import { de as botDe } from '../bot/messages/de.ts';
import { fr as botFr } from '../bot/messages/fr.ts';
import { de } from '../tab/src/messages/de.ts';
import { fr } from '../tab/src/messages/fr.ts';
import { de as guidanceDe } from '../tab/src/messages/guidance.de.ts';
import { fr as guidanceFr } from '../tab/src/messages/guidance.fr.ts';
import { de as reportsDe } from '../tab/src/messages/reports.de.ts';
import { fr as reportsFr } from '../tab/src/messages/reports.fr.ts';
import { de as settingsDe } from '../tab/src/messages/settings.de.ts';
import { fr as settingsFr } from '../tab/src/messages/settings.fr.ts';

/** Everything that is said, also inside of others; what depends on something with words, and with none, one and two. */
function said(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'function') {
    return ['Word', 0, 1, 2].flatMap((given) => {
      try {
        return [value(given, given, given, given, given) as string];
      } catch {
        // What takes a word cannot take a number.
        return [];
      }
    });
  }
  return Object.values(value as object).flatMap(said);
}

/** What in a language is set or said wrongly. */
const WRONG = {
  'a straight apostrophe or quote': /['"]/,
  'no narrow no-break space inside or before a mark': /[^\u202f][;!?»]|[\p{L} \u00a0]:(?=\s|$)|«[^\u202f]|\d %/u,
  'a blank before the dots': /\p{L}{3} …$/u,
  'a familiar address': /(?<!\p{L})(tu|toi|ton|tes)(?!\p{L})/iu,
};
const WRONG_IN_GERMAN = {
  'a straight apostrophe or quote': /['"]/,
  'a quote of another language': /[”«»]|“\p{L}/u,
  'no blank before the dots': /\p{L}…/u,
  'a familiar address': /(?<!\p{L})(du|dir|dich|deine?[mnrs]?)(?!\p{L})/iu,
};

test.each([
  ['French', [fr, settingsFr, reportsFr, guidanceFr, botFr], WRONG],
  ['German', [de, settingsDe, reportsDe, guidanceDe, botDe], WRONG_IN_GERMAN],
] as const)('%s is set as people who read it set it, and says vous or Sie', (_, messages, wrong) => {
  // A key of the keyboard or a sign alone is no sentence.
  const sentences = messages.flatMap(said).filter((text) => text.length > 1);
  expect(sentences.length).toBeGreaterThan(1000);
  const found = Object.entries(wrong).flatMap(([what, sign]) =>
    sentences.filter((text) => sign.test(text)).map((text) => `${what}: ${text}`),
  );
  expect(found).toEqual([]);
});
