import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Change, InstanceStore, Where } from '../../api/store/store.ts';
import { activityDocument, ticketDocument, uuid } from '../helpers/documents.ts';
import { filled, find } from './contract-search.ts';
import { change, putNew, type Subject, walk } from './subject.ts';

export function searchChangePromises(subject: Subject): void {
  describe('a search moves with what it finds:', () => {
    let instance: InstanceStore;
    beforeEach(async () => {
      instance = await filled(
        subject,
        [
          { title: 'first word', description: 'old text', tags: [{ tagCategoryId: 'x', text: 'lan' }] },
          { title: 'second word' },
        ],
        { 1: ['early remark'], 2: ['another remark'] },
      );
      // Asked once, so that whatever is remembered has to move.
      expect(await find(instance, 'word')).toEqual([1, 2]);
      expect(await find(instance, 'remark')).toEqual([1, 2]);
    });

    test('the old words of a changed title are gone, the new ones are there', async () => {
      await change(instance, uuid(1), { title: 'fresh start' });
      expect(await find(instance, 'first')).toEqual([]);
      expect(await find(instance, 'irs')).toEqual([]);
      expect(await find(instance, 'word')).toEqual([2]);
      expect(await find(instance, 'fresh')).toEqual([1]);
      expect(await find(instance, 'art')).toEqual([1]);
    });

    test('what did not change is still found: the other fields and the comments', async () => {
      await change(instance, uuid(1), { title: 'fresh start', tags: [] });
      expect(await find(instance, 'old', 'remark')).toEqual([1]);
      expect(await find(instance, 'lan')).toEqual([]);
      await change(instance, uuid(1), { statusId: 'closed' });
      expect(await find(instance, 'fresh', 'early')).toEqual([1]);
    });

    test('the words of a deleted ticket and of its comments are gone', async () => {
      await instance.commit([{ delete: 'ticket', id: uuid(1), replaces: 1 }]);
      for (const word of ['first', 'old', 'lan', 'early', 'ea', '1']) expect(await find(instance, word)).toEqual([]);
      expect(await find(instance, 'word', 'remark')).toEqual([2]);
    });

    test('a new ticket after a deleted one is found by its own words only', async () => {
      await instance.commit([{ delete: 'ticket', id: uuid(2), replaces: 1 }]);
      await putNew(instance, 'ticket', [ticketDocument({ ticketNo: 3, title: 'third' })]);
      expect(await find(instance, 'third')).toEqual([3]);
      expect(await find(instance, 'second')).toEqual([]);
      expect(await find(instance, 'another')).toEqual([]);
    });

    test('a later comment is found, committed alone or with its ticket', async () => {
      expect(await find(instance, 'later')).toEqual([]);
      const activity = activityDocument({ id: uuid(50), ticketId: uuid(2), comment: 'later remark' });
      await putNew(instance, 'activity', [activity]);
      expect(await find(instance, 'later')).toEqual([2]);
      const value = ticketDocument({ ticketNo: 3 });
      const comment = activityDocument({ id: uuid(51), ticketId: value.id, comment: 'later still' });
      await instance.commit([
        { put: 'ticket', id: value.id, value, replaces: null },
        { put: 'activity', id: comment.id, value: comment, replaces: null },
      ]);
      expect(await find(instance, 'later')).toEqual([2, 3]);
    });

    test('the words of a failed commit are not found', async () => {
      const value = ticketDocument({ ticketNo: 1, title: 'failed' });
      const failing = instance.commit([
        { put: 'ticket', id: value.id, value, replaces: 1 },
        { put: 'activity', id: uuid(1), value: activityDocument({ comment: 'failed too' }), replaces: 9 },
      ]);
      await expect(failing).rejects.toMatchObject({ code: 'conflict' });
      expect(await find(instance, 'failed')).toEqual([]);
      expect(await find(instance, 'first')).toEqual([1]);
    });

    test.each([
      [
        'one after the other',
        async (work: (() => Promise<unknown>)[]) => {
          for (const one of work) await one();
        },
      ],
      [
        'at once',
        async (work: (() => Promise<unknown>)[]) => {
          await Promise.all(work.map((one) => one()));
        },
      ],
    ] as const)('words that failed commits brought mean themselves when they come again, %s', async (_, run) => {
      const failing = (title: string) => async () => {
        const value = ticketDocument({ ticketNo: 3, title });
        const put: Change = { put: 'ticket', id: value.id, value, replaces: null };
        const stale: Change = { delete: 'ticket', id: uuid(2), replaces: 9 };
        await expect(instance.commit([put, stale])).rejects.toMatchObject({ code: 'conflict' });
      };
      const succeeding = (ticketNo: number, title: string) => () =>
        putNew(instance, 'ticket', [ticketDocument({ ticketNo, title })]);
      await run([
        failing('alpha beta'),
        succeeding(4, 'gamma'),
        failing('delta alpha'),
        succeeding(5, 'delta epsilon'),
        failing('zeta'),
        succeeding(6, 'beta alpha'),
      ]);
      await succeeding(7, 'zeta alpha')();
      const found: Record<string, number[]> = {
        alpha: [6, 7],
        beta: [6],
        gamma: [4],
        delta: [5],
        epsilon: [5],
        zeta: [7],
      };
      for (const word in found) expect(await find(instance, word)).toEqual(found[word]);
      for (const word in found) expect(await find(instance, word.slice(0, 2))).toEqual(found[word]);
    });
  });

  describe('words among other filters', () => {
    test('combine with them, in every order, page by page', async () => {
      const instance = await filled(
        subject,
        Array.from({ length: 20 }, (_, index) => ({
          title: index % 2 === 0 ? 'vpn' : 'wlan',
          statusId: index % 3 === 0 ? 'open' : 'closed',
          priority: index % 4 < 2 ? 'Low' : 'Urgent',
        })),
        { 2: ['through a vpn'], 3: ['wlan'] },
      );
      const open: Where = { field: 'statusId', in: ['open'] };
      const vpn: Where = { words: ['vpn'] };
      const found = async (where: Where, orderBy: string): Promise<number[]> => {
        const pages = await walk(instance, 'ticket', { where, orderBy, direction: 'DESC', limit: 2 });
        const numbers = pages.flat().map((stored) => stored.value.ticketNo);
        expect(await instance.count('ticket', where)).toBe(numbers.length);
        return numbers;
      };
      expect(await found({ and: [vpn, open] }, 'ticketNo')).toEqual([19, 13, 7, 1]);
      expect(await found({ and: [open, vpn] }, 'priority')).toEqual([19, 7, 13, 1]);
      expect(await found({ and: [{ not: vpn }, open] }, 'ticketNo')).toEqual([16, 10, 4]);
      expect(await found({ and: [vpn, { words: ['wlan'] }] }, 'ticketNo')).toEqual([3, 2]);
      expect(await found({ not: { and: [{ not: vpn }, { not: open }] } }, 'ticketNo')).toEqual([
        19, 17, 16, 15, 13, 11, 10, 9, 7, 5, 4, 3, 2, 1,
      ]);
    });
  });
}
