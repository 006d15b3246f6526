import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { bytesOf, type Card, cut, plain } from '../../bot/cards/card.ts';
import { LANGUAGES, type Language } from '../../bot/messages/messages.ts';
import { buttonsOf } from '../helpers/connector-bot.ts';
import { allCards, type Texts, USUAL } from './sample-cards.ts';

const languages = Object.keys(LANGUAGES) as Language[];
const names = Object.keys(allCards('en', USUAL));

type Part = { [name: string]: unknown };

/** Every object of a card that has a type. */
function partsOf(card: unknown): Part[] {
  const found: Part[] = [];
  const walk = (part: unknown): void => {
    if (Array.isArray(part)) part.forEach(walk);
    else if (typeof part === 'object' && part !== null) {
      if (typeof (part as Part).type === 'string') found.push(part as Part);
      Object.values(part).forEach(walk);
    }
  };
  walk(card);
  return found;
}

/** What every card keeps to, whatever stands in it. */
function checkCard(card: Card): void {
  expect(card).toMatchObject({ type: 'AdaptiveCard', version: '1.5' });
  // The envelope of a message takes less than the rest of Teams' 28 KB.
  expect(bytesOf(card)).toBeLessThanOrEqual(25 * 1024);
  const { refresh, ...whole } = card;
  const parts = partsOf(whole);
  for (const part of parts) {
    if (part.type === 'TextBlock') expect(part).toMatchObject({ wrap: true });
    if (String(part.type).startsWith('Input.')) expect(part).toMatchObject({ id: expect.any(String) });
    if (part.type === 'Image') expect(part).toMatchObject({ altText: expect.stringMatching(/./) });
    if (part.type === 'Action.Execute')
      expect(part).toMatchObject({ verb: expect.any(String), fallback: { type: 'Action.Submit' } });
    if (part.type === 'AdaptiveCard') {
      const actions = (part.actions ?? []) as Part[];
      expect(actions.length).toBeLessThanOrEqual(6);
      expect(actions.filter(({ style }) => style === 'positive').length).toBeLessThanOrEqual(3);
    }
  }
  const inputs = parts.filter(({ type }) => String(type).startsWith('Input.'));
  for (const input of inputs) expect(String(input.label ?? input.title)).not.toBe('undefined');
  expect(new Set(inputs.map(({ id }) => id)).size).toBe(inputs.length);
  const { userIds = [] } = (refresh ?? {}) as { userIds?: string[] };
  expect(userIds.length).toBeLessThanOrEqual(60);
}

describe.each(languages)('in %s', (language) => {
  test.each(names)('the card %s keeps to the rules and leads on', (name) => {
    const card = allCards(language, USUAL)[name]!();
    checkCard(card);
    if (name !== 'thread') expect(buttonsOf(card).size).toBeGreaterThan(0);
  });
});

/** Long, strange and many. */
const text = (max: number) =>
  fc.oneof(
    fc.string({ maxLength: 50, unit: 'grapheme' }),
    fc
      .tuple(fc.string({ minLength: 1, maxLength: 6, unit: 'binary' }), fc.integer({ min: 1, max }))
      .map(([part, size]) => part.repeat(Math.ceil(size / part.length)).slice(0, size)),
    fc.constantFrom(
      '\n'.repeat(max),
      '\u0001'.repeat(max),
      '😀'.repeat(max / 2),
      '"\\'.repeat(max / 2),
      '\ud800'.repeat(max),
    ),
  );
const texts: fc.Arbitrary<Texts> = fc.record({
  title: text(255),
  description: text(100_000),
  comment: text(100_000),
  name: text(255),
  field: text(255),
  option: text(255),
  many: fc.integer({ min: 0, max: 120 }),
});

test.each(names)('no text is too much for the card %s', (name) => {
  fc.assert(
    fc.property(texts, fc.constantFrom(...languages), (given, language) =>
      checkCard(allCards(language, given)[name]!()),
    ),
    { numRuns: 60 },
  );
});

test('what people write never becomes a link or formatting', () => {
  const hostile = '[click](https://attacker.example) **bold** <at>Everyone</at> `code`';
  for (const [name, make] of Object.entries(
    allCards('en', {
      ...USUAL,
      title: hostile,
      name: hostile,
      option: hostile,
      description: hostile,
      comment: hostile,
    }),
  )) {
    for (const part of partsOf(make())) {
      // A run of text and the value of an input are shown as they are.
      const shown =
        part.type === 'TextBlock' ? String(part.text) : part.type === 'FactSet' ? JSON.stringify(part.facts) : '';
      expect([name, shown.includes('](https://attacker.example)'), shown.includes('<at>')]).toEqual([
        name,
        false,
        false,
      ]);
    }
  }
});

test('a text is cut between characters', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 2, max: 30 }), (whole, max) => {
      const part = cut(whole, max);
      expect(part.length).toBeLessThanOrEqual(max);
      if (whole.isWellFormed()) expect(part.isWellFormed()).toBe(true);
      if (whole.length <= max) expect(part).toBe(whole);
    }),
  );
});

test('a name of usual letters stays what it is', () => {
  for (const name of ['Ana Silva', 'Émile Ōno-Łukasz', "O'Brien (IT)", '山田太郎']) expect(plain(name)).toBe(name);
});

/** The names of all entries, those inside of others too. */
function keysOf(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([name, one]) => keysOf(one, `${path}.${name}`));
}

test('a day is written with its month in letters', () => {
  const day = { en: 'Feb 1, 2026', fr: '1 févr. 2026', de: '1. Feb. 2026' };
  for (const language of languages) {
    expect(JSON.stringify(allCards(language, USUAL)['ticket of a worker']!())).toContain(`"${day[language]}"`);
  }
});

test('every language says the same things', () => {
  const lists = ['helpCommands', 'helpWorker', 'helpOwner'];
  const keys = (language: Language) => keysOf(LANGUAGES[language]).toSorted();
  for (const language of languages) {
    expect(keys(language)).toEqual(keys('en'));
    for (const list of lists)
      expect((LANGUAGES[language] as never)[list]).toHaveLength(
        (LANGUAGES.en as never as Record<string, unknown[]>)[list]!.length,
      );
  }
});

test('no text of another language is left in English', () => {
  const same = ['Status', 'Description', 'Tags', 'Ticket', 'Diagnose', 'Titel', 'Title'];
  for (const language of ['fr', 'de'] as const) {
    for (const [key, value] of Object.entries(LANGUAGES[language])) {
      const english = LANGUAGES.en[key as keyof typeof LANGUAGES.en];
      if (typeof value === 'string' && value === english) expect(same).toContain(value);
    }
  }
});
