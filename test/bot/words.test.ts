import { expect, test } from '@jest/globals';
import { COMMANDS, type CommandId, understand } from '../../bot/commands/commands.ts';
import { dateInWords } from '../../bot/commands/dates.ts';

test.each([
  ['en', 'assign 7 to @Ana'],
  ['fr', 'résoudre 7 ça marche'],
  ['fr', 'RESOUDRE 7 ça marche'],
  ['de', 'schließe 7 erledigt'],
  ['de', 'SCHLIESSE 7 erledigt'],
  ['de', 'Ticket 7 schließen'],
  ['de', '#7 erledigt!'],
  ['de', 'Kommentar zu Ticket 7: geht'],
  ['fr', 'ferme le ticket n° 7'],
  ['en', 'close ticket 7'],
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
  'Ticket 42 ist immer noch offen',
  'Pour 42 postes il faut Office',
  'schließe die Tür 3',
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

test.each(['Bonjour !', 'à l’aide', 'Hilfe!', 'Grüezi'])('%s is a greeting', (text) => {
  expect(understand(text)).toMatchObject({ id: 'help' });
});

test.each([
  ['en', 'tomorrow', '2026-02-01T16:00:00.000Z'],
  ['fr', 'vendredi 15h', '2026-02-06T14:00:00.000Z'],
  ['de', 'in zwei Wochen', '2026-02-14T16:00:00.000Z'],
  ['de', 'morgen', '2026-02-01T16:00:00.000Z'],
  ['en', '1 July', '2026-07-01T15:00:00.000Z'],
  ['en', 'tomorrow morning', '2026-02-01T08:00:00.000Z'],
  ['en', 'end of the week', '2026-02-06T16:00:00.000Z'],
  ['fr', 'aujourd’hui', '2026-01-31T16:00:00.000Z'],
  ['fr', 'après-demain', '2026-02-02T16:00:00.000Z'],
  ['fr', 'demain à 9 h 30', '2026-02-01T08:30:00.000Z'],
  ['fr', 'mercredi de la semaine prochaine', '2026-02-04T16:00:00.000Z'],
  ['fr', 'vendredi après-midi', '2026-02-06T16:00:00.000Z'],
  ['fr', 'fin du mois', '2026-01-31T16:00:00.000Z'],
  ['de', '24.12. 15:30', '2026-12-24T14:30:00.000Z'],
  ['de', 'bis zum 24.1.', '2027-01-24T16:00:00.000Z'],
  ['de', 'heute in einer Woche', '2026-02-07T16:00:00.000Z'],
  ['de', 'nächste Woche Mittwoch', '2026-02-04T16:00:00.000Z'],
  ['de', 'Montagmorgen', '2026-02-02T08:00:00.000Z'],
  ['de', 'heute Abend', '2026-01-31T19:00:00.000Z'],
] as const)('%s: %s is a date in the zone of who writes', (language, text, instant) => {
  const now = new Date('2026-01-31T09:00:00Z');
  const found = dateInWords(text, { now, zone: 'Europe/Berlin', language });
  expect(found?.slice(0, 13)).toBe(instant.slice(0, 13));
});

test.each(['31.2.', '15.30 Uhr', 'mardi 99', 'soon'])('%s is no date, so it is asked for again', (text) => {
  const now = new Date('2026-01-31T09:00:00Z');
  expect(dateInWords(text, { now, zone: 'Europe/Berlin', language: 'de' })).toBeUndefined();
});
