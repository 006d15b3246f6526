import { expect, test } from '@jest/globals';
import { COMMANDS, type CommandId, understand } from '../../bot/commands/commands.ts';
import { dateInWords } from '../../bot/commands/dates.ts';

test.each([
  ['en', 'assign 7 to @Ana'],
  ['fr', 'résoudre 7 ça marche'],
  ['fr', 'RESOUDRE 7 ça marche'],
  ['de', 'schließe 7 erledigt'],
  ['de', 'SCHLIESSE 7 erledigt'],
])('%s: %s is a command about ticket 7', (_, text) => {
  expect(understand(text)).toMatchObject({ number: 7 });
});

test.each([
  'My VPN is down',
  'close the window, please',
  'Hello, my screen is black',
  '42 laptops are needed',
  'take me to your leader',
  'note that the printer is on fire',
  'follow the white rabbit',
])('%s is a sentence', (text) => {
  expect(understand(text)).toEqual({ id: 'sentence', text });
});

test('every word of every language leads to its command', () => {
  for (const id of Object.keys(COMMANDS) as CommandId[]) {
    const { takes, en, fr, de } = COMMANDS[id];
    for (const word of [...en, ...fr, ...de]) {
      const needsNumber = takes === 'number' || takes === 'number text';
      const text = `${word.toUpperCase()}${needsNumber ? ' 42' : takes === 'nothing' ? '' : ' printer'}`;
      expect([text, understand(text).id]).toEqual([text, id]);
    }
  }
});

test.each([
  ['en', 'tomorrow', '2026-02-01T16:00:00.000Z'],
  ['fr', 'vendredi 15h', '2026-02-06T14:00:00.000Z'],
  ['de', 'in zwei Wochen', '2026-02-14T16:00:00.000Z'],
  ['de', 'morgen', '2026-02-01T16:00:00.000Z'],
  ['en', '1 July', '2026-07-01T15:00:00.000Z'],
] as const)('%s: %s is a date in the zone of who writes', (language, text, instant) => {
  const now = new Date('2026-01-31T09:00:00Z');
  const found = dateInWords(text, { now, zone: 'Europe/Berlin', language });
  expect(found?.slice(0, 13)).toBe(instant.slice(0, 13));
});
