import { describe, expect, test } from '@jest/globals';
import { ERRORS, type ErrorCode } from '../../api/contract/errors.ts';
import { de } from '../../tab/src/messages/de.ts';
import { en } from '../../tab/src/messages/en.ts';
import { fr } from '../../tab/src/messages/fr.ts';
import { refusalText } from '../../tab/src/refusals.ts';

const DETAIL = 'The detail of the server';
const TITLES: Record<string, string> = { f1: 'Room number' };
const NAMES = { allowedIps: 'Addresses', 'instance.sla': 'Hours', 'instance.sla.targets': 'Targets' };

const refused = (code: ErrorCode, ...fields: string[]) => ({
  code,
  message: DETAIL,
  errors: fields.map((field) => ({ field, message: DETAIL })),
  requestId: 'r-1',
  retryAfter: 7,
});

describe.each([
  ['English', en, /\b(again|first|Ask|nothing can be changed|Reload)\b/],
  ['French', fr, /(réessayez|Réessayez|rien ne peut être modifié|Rechargez|Demandez|d’abord)/],
  ['German', de, /(noch einmal|nichts ändern|neu\b|Fragen|zuerst|Kürzen)/],
])('a refusal in %s', (_, m, advice) => {
  const text = (code: ErrorCode, ...fields: string[]) =>
    refusalText(refused(code, ...fields), m, NAMES, (id) => TITLES[id]);

  test('says of each code what to do, and shows the words of the server for one that has no words of its own', () => {
    const codes = Object.keys(ERRORS) as ErrorCode[];
    const said = codes.map((code) => [code, text(code)] as const);
    expect(said.filter(([, one]) => one.includes(DETAIL)).map(([code]) => code)).toEqual(['invalid_input']);
    expect(said.filter(([code, one]) => code !== 'payload_too_large' && !advice.test(one))).toEqual([]);
  });

  test.each([
    ['ticket.title', m.field.title],
    ['ticket.requestor.id', m.field.requestor],
    ['ticket.tags.3.text', m.field.tags],
    ['ticket.customFields.f1', 'Room number'],
    ['ticket.customFields.unknown', m.filter.gone],
    ['status', m.field.status],
    ['resolution', m.field.resolution],
    ['attachments.0.src', m.ticket.linkAddress],
    ['allowedIps.2', 'Addresses'],
    ['instance.sla.targets.0.resolutionMinutes', 'Targets'],
    ['instance.sla.zone', 'Hours'],
  ])('names the field %s as the page does', (field, name) => {
    expect(text('invalid_input', field)).toBe(m.error.field(name));
  });

  test.each([
    ['statusId', m.filter.statusId],
    ['priority', m.filter.priority],
    ['title', m.filter.title],
    ['customFields.f1', 'Room number'],
    ['search', m.list.search],
  ])('names the filter %s, which lies beside the ticket', (field, name) => {
    expect(text('invalid_input', field)).toBe(m.error.filter(name));
  });

  test('of a text that is too long says so, whatever else is wrong', () => {
    for (const field of ['ticket.description', 'ticket.description_HTML', 'comment', 'comment_HTML']) {
      expect(text('invalid_input', field, 'ticket.title')).toBe(m.error.tooLong);
    }
  });

  test('names the first field that the page knows; of none it shows what the server says', () => {
    expect(text('invalid_input', 'columns', 'ticket.priority')).toBe(m.error.field(m.field.priority));
    expect(text('invalid_input', 'columns')).toBe(m.error.notAccepted(DETAIL));
  });
});
