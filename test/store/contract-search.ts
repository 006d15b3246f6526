import { beforeAll, describe, expect, test } from '@jest/globals';
import type { StoredTicket } from '../../api/contract/events.ts';
import { fold } from '../../api/store/kinds.ts';
import type { InstanceStore, Where } from '../../api/store/store.ts';
import { activityDocument, person, ticketDocument, uuid } from '../helpers/documents.ts';
import { change, newInstance, putNew, type Subject } from './subject.ts';

/** The numbers of the tickets that have all these words, folded as whoever asks must. Counting must agree. */
export async function find(instance: InstanceStore, ...words: string[]): Promise<number[]> {
  const where: Where = { words: words.map(fold) };
  const { items } = await instance.list('ticket', { where, orderBy: 'ticketNo', direction: 'ASC', limit: 1000 });
  const numbers = items.map((stored) => stored.value.ticketNo);
  expect(await instance.count('ticket', where)).toBe(numbers.length);
  return numbers;
}

/** A fresh instance with these tickets, and comments by the numbers of their tickets. */
export async function filled(
  subject: Subject,
  tickets: Partial<StoredTicket>[],
  comments: Record<number, string[]> = {},
): Promise<InstanceStore> {
  const { instance } = await newInstance(subject.store());
  const numbered = tickets.map((ticket, index) => ticketDocument({ ticketNo: index + 1, title: '-', ...ticket }));
  await putNew(instance, 'ticket', numbered);
  const activities = Object.entries(comments).flatMap(([number, texts]) =>
    texts.map((comment) => ({ ticketId: uuid(Number(number)), comment, isPrivate: comment.includes('private') })),
  );
  await putNew(
    instance,
    'activity',
    activities.map((one, index) => activityDocument({ id: uuid(index + 1), ...one })),
  );
  return instance;
}

/** Words that mean something to a search engine, to SQL, or to software that counts characters wrongly. */
const LITERAL_WORDS = [
  '"',
  '""',
  '"quoted"',
  "'",
  "';--",
  '`',
  '*',
  'pre*',
  '^caret',
  '-minus',
  '+plus',
  'title:',
  '{brace}',
  '(paren',
  ')',
  'AND',
  'OR',
  'NOT',
  'NEAR(',
  'NEAR/2',
  '%',
  '_',
  '%%%',
  '___',
  'a_c',
  'a%c',
  '\\',
  '\\\\',
  '\\%',
  '?1',
  ':name',
  '[a-z]',
  '😀',
  '😀😀',
  '👩‍👩‍👧',
  '👍🏽',
  '中',
  '中文',
  '中文字',
  'ก็',
  '\u200b',
  '\0',
  'x\0',
  '\0y',
  'in\0side',
  '\u0001',
  '\ufffe',
  '\u{10ffff}',
];

export function searchPromises(subject: Subject): void {
  describe('words find a ticket', () => {
    test.each<[string, Partial<StoredTicket>]>([
      ['its number', { ticketNo: 40718 }],
      ['its title', { title: 'a 40718b' }],
      ['its description', { description: 'line\nother 40718' }],
      ["its requestor's name", { requestor: person('x40718y') }],
      ["its requestor's address", { requestor: { id: 'x', name: 'x', email: 'x@y.40718' } }],
      ["its assignee's name", { assignee: { id: 'x', name: 'J. 40718', email: 'j' } }],
      ["its assignee's address", { assignee: { id: 'x', name: 'x', email: '40718@contoso.com' } }],
      ['a tag', { tags: [{ tagCategoryId: 'x', text: 'no. 40718' }] }],
      ['a custom field of text', { customFields: { [uuid(1)]: 1, [uuid(2)]: 'serial 40718' } }],
    ])('by %s, and by any part of it', async (_, ticket) => {
      const instance = await filled(subject, [{ ticketNo: 99 }, ticket]);
      const number = ticket.ticketNo ?? 2;
      for (const word of ['40718', '4071', '0718', '071', '40', '18', '71', '8']) {
        expect(await find(instance, word)).toEqual([number]);
      }
      for (const word of ['40719', '407181', '4018', '81', '5']) expect(await find(instance, word)).toEqual([]);
    });

    test('by a comment, public or private, the first or the fiftieth', async () => {
      const many = Array.from({ length: 50 }, (_, index) => `remark no${index}!`);
      const instance = await filled(subject, [{}, {}, {}], { 1: ['Router rebooted'], 2: ['private note'], 3: many });
      expect(await find(instance, 'rebooted')).toEqual([1]);
      expect(await find(instance, 'outer')).toEqual([1]);
      expect(await find(instance, 'private')).toEqual([2]);
      expect(await find(instance, 'no0!')).toEqual([3]);
      expect(await find(instance, 'no49!')).toEqual([3]);
      expect(await find(instance, 'remark')).toEqual([3]);
      expect(await find(instance, '9!')).toEqual([3]);
    });

    test('by words that are spread over its fields and comments, when every one is there', async () => {
      const instance = await filled(
        subject,
        [
          { title: 'printer', description: 'paper jam', tags: [{ tagCategoryId: 'x', text: 'hardware' }] },
          { title: 'printer', description: 'no toner' },
        ],
        { 1: ['opened the lid', 'is fine'], 2: ['opened a box'] },
      );
      expect(await find(instance, 'printer')).toEqual([1, 2]);
      expect(await find(instance, 'printer', 'opened')).toEqual([1, 2]);
      expect(await find(instance, 'fine', 'jam', 'hardware', 'lid', 'pr')).toEqual([1]);
      expect(await find(instance, 'printer', 'jam', 'box')).toEqual([]);
      expect(await find(instance)).toEqual([1, 2]);
    });

    test('not by a word that only begins in one field and ends in the next', async () => {
      const instance = await filled(subject, [{ title: 'abc', description: 'def' }], { 1: ['ghi', 'jkl'] });
      for (const word of ['abcdef', 'cd', 'cde', 'fg', 'ghijkl', 'ij']) expect(await find(instance, word)).toEqual([]);
    });

    test('by the end of a long text', async () => {
      const instance = await filled(subject, [{ description: `${'lorem ipsum '.repeat(8000)}zq` }, {}]);
      expect(await find(instance, 'zq')).toEqual([1]);
      expect(await find(instance, 'ipsum')).toEqual([1]);
    });
  });

  describe('words of those who may not see private comments', () => {
    const findPublic = async (instance: InstanceStore, ...words: string[]): Promise<number[]> => {
      const where: Where = { words: words.map(fold), isPublicOnly: true };
      const query = { where, orderBy: 'ticketNo', direction: 'ASC', limit: 1000, counted: where } as const;
      const { items, count } = await instance.list('ticket', query);
      const others = await instance.count('ticket', { not: where });
      expect([await instance.count('ticket', where), others + items.length]).toEqual([count, 3]);
      return items.map((stored) => stored.value.ticketNo);
    };

    test('find what is public only, whoever asked for the same word before', async () => {
      const instance = await filled(subject, [{ title: 'router' }, {}, { description: 'of private use' }], {
        1: ['private spare key', 'public key'],
        2: ['private spare', 'private router'],
      });
      for (const word of ['spare', 'spa', 'are', 'sp']) {
        expect(await find(instance, word)).toEqual([1, 2]);
        expect(await findPublic(instance, word)).toEqual([]);
      }
      expect(await findPublic(instance, 'private')).toEqual([3]);
      expect(await find(instance, 'private')).toEqual([1, 2, 3]);
      expect(await findPublic(instance, 'key')).toEqual([1]);
      expect(await findPublic(instance, 'router')).toEqual([1]);
      expect(await find(instance, 'router', 'spare')).toEqual([1, 2]);
      expect(await findPublic(instance, 'router', 'spare')).toEqual([]);
      expect(await findPublic(instance)).toEqual([1, 2, 3]);
    });

    test('find it still after the ticket has changed and more was said', async () => {
      const instance = await filled(subject, [{}, {}, {}], { 1: ['private spare', 'in the hall'] });
      await change(instance, uuid(1), { title: 'moved' });
      const more = { ticketId: uuid(1), comment: 'private cellar', isPrivate: true };
      await putNew(instance, 'activity', [activityDocument({ id: uuid(50), ...more })]);
      for (const word of ['spare', 'cellar']) {
        expect(await find(instance, word)).toEqual([1]);
        expect(await findPublic(instance, word)).toEqual([]);
      }
      for (const word of ['hall', 'moved']) expect(await findPublic(instance, word)).toEqual([1]);
    });
  });

  describe('short words find what they are in,', () => {
    test.each<[string, number[]]>([
      ['q', [1, 2, 3, 5]],
      ['qa', [1]],
      ['aq', [2]],
      ['bq', [3]],
      ['z', [4]],
      ['é', [4]],
      ['ä', []],
      ['qq', []],
      ['中', [5, 6]],
      ['中文', [5]],
      ['文', [5]],
      ['字', [6]],
      ['😀', [6]],
      ['😀字', [6]],
    ])('at the beginning, in the middle and at the end: %s', async (word, numbers) => {
      const instance = await filled(
        subject,
        [{ title: 'qab' }, { title: 'a', description: 'xaq' }, {}, { description: 'z\nÉ' }, {}, { title: '中😀字' }],
        { 3: ['abq'], 5: ['中文', 'q'] },
      );
      expect(await find(instance, word)).toEqual(numbers);
    });
  });

  describe('a short word', () => {
    test('finds what it is in, however many others have a text that begins like it', async () => {
      const han = (index: number) => String.fromCodePoint(0x4e00 + index);
      const pairs = Array.from({ length: 20_000 }, (_, index) => `w${han(index)}${han(0)}`).join('');
      await filled(subject, [{ description: pairs }]);
      const instance = await filled(subject, [{ title: 'w\u9ffe\u9fff' }, { title: 'kw' }, {}]);
      expect(await find(instance, 'w')).toEqual([1, 2]);
      expect(await find(instance, 'w', 'k')).toEqual([2]);
      expect(await instance.count('ticket', { not: { words: ['w'] } })).toBe(1);
    });
  });

  describe('words are folded:', () => {
    test.each<[string, string, number[]]>([
      ['upper and lower case are one', 'ÉCOLE', [1, 2, 3]],
      ['a letter and its accent are one, written together or apart', 'e\u0301cole', [1, 2, 3]],
      ['an accent makes another letter', 'ecole', [4]],
      ['ß is itself', 'STRAßE', [5, 6]],
      ['ß is not ss', 'strasse', [7]],
      ['capital ß is ß', 'straẞe', [5, 6]],
      ['a part of a folded word', 'aß', [5, 6]],
    ])('%s (%s)', async (_, word, numbers) => {
      const titles = ['École', 'école', 'e\u0301cole', 'Ecole', 'Straße', 'STRAẞE', 'Strasse'];
      const instance = await filled(
        subject,
        titles.map((title) => ({ title })),
      );
      expect(await find(instance, word)).toEqual(numbers);
    });
  });

  describe('words are taken literally:', () => {
    let instance: InstanceStore;
    const titles = [...LITERAL_WORDS.map((word) => `x${word}z`), 'plain', 'abc', 'aXc', 'inside', 'quoted'];
    beforeAll(async () => {
      instance = await filled(
        subject,
        titles.map((title) => ({ title, requestor: { id: 'r', name: '', email: '' } })),
      );
    });

    test.each(LITERAL_WORDS)('%j', async (word) => {
      const holding = titles.flatMap((title, index) => (fold(title).includes(fold(word)) ? [index + 1] : []));
      expect(holding).not.toEqual([]);
      expect(await find(instance, word)).toEqual(holding);
      expect(await find(instance, word, 'nowhere')).toEqual([]);
      const others = titles.length - holding.length;
      expect(await instance.count('ticket', { not: { words: [fold(word)] } })).toBe(others);
    });

    test.each(LITERAL_WORDS)('%j as a part of a field', async (word) => {
      const holding = titles.filter((title) => fold(title).includes(fold(word))).length;
      expect(await instance.count('ticket', { field: 'title', contains: fold(word) })).toBe(holding);
    });
  });
}
