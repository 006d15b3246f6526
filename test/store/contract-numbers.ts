import { beforeEach, describe, expect, test } from '@jest/globals';
import { fail } from '../../api/contract/errors.ts';
import type { Change, InstanceStore } from '../../api/store/store.ts';
import { eventDocument, ticketDocument, uuid } from '../helpers/documents.ts';
import { EVERYTHING, eventsOf, newInstance, type Subject, walk } from './subject.ts';

const put = (ticketNo: number): Change => ({
  put: 'ticket',
  id: uuid(ticketNo),
  value: ticketDocument({ ticketNo }),
  replaces: null,
});
const create = (number: number) => ({ changes: [put(number)], result: number });

export function numberPromises(subject: Subject): void {
  let id: string;
  let instance: InstanceStore;
  beforeEach(async () => {
    ({ id, instance } = await newInstance(subject.store()));
  });

  describe('ticket numbers', () => {
    test('increase from one commit to the next', async () => {
      const numbers = [];
      for (let count = 0; count < 5; count++) numbers.push(await instance.commitNumbered(create));
      for (const [index, number] of numbers.slice(1).entries()) expect(number).toBeGreaterThan(numbers[index]!);
    });

    test('are whole, and each is the number of the ticket that was committed with it', async () => {
      const result = await instance.commitNumbered((number) => ({ changes: [put(number)], result: { number } }));
      expect(Number.isSafeInteger(result.number)).toBe(true);
      expect((await instance.get('ticket', uuid(result.number)))!.value.ticketNo).toBe(result.number);
    });

    test('are unique among 50 commits at once, of which some fail', async () => {
      const outcomes = await Promise.allSettled(
        Array.from({ length: 50 }, (_, index) =>
          instance.commitNumbered((number) => (index % 5 === 2 ? fail('invalid_input', 'No title') : create(number))),
        ),
      );
      const drawn = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
      expect(outcomes.map((outcome) => outcome.status === 'rejected')).toEqual(
        Array.from({ length: 50 }, (_, index) => index % 5 === 2),
      );
      expect(new Set(drawn).size).toBe(40);
      const query = { where: EVERYTHING, orderBy: 'ticketNo', direction: 'ASC', limit: 7 } as const;
      const pages = await walk(instance, 'ticket', query);
      const stored = pages.flat().map((ticket) => ticket.value.ticketNo);
      expect(stored).toEqual(drawn.toSorted((a, b) => a - b));
    });

    test('are counted for each instance by itself', async () => {
      const first = await instance.commitNumbered(create);
      await instance.commitNumbered(create);
      const other = (await newInstance(subject.store())).instance;
      expect(await other.commitNumbered(create)).toBe(first);
    });

    test('go on increasing after the newest ticket is deleted', async () => {
      const first = await instance.commitNumbered(create);
      await instance.commit([{ delete: 'ticket', id: uuid(first), replaces: 1 }]);
      expect(await instance.commitNumbered(create)).toBeGreaterThan(first);
    });
  });

  describe('the turns of a rota', () => {
    const turns = (count: number, rota?: string, on = instance): Promise<number[]> =>
      Promise.all(
        Array.from({ length: count }, () =>
          on.commitNumbered((number, turn) => ({ changes: [put(number)], result: turn }), rota),
        ),
      );

    test('come one after the other, each once, by whoever draws them at the same moment', async () => {
      expect((await turns(20, 'first line')).toSorted((a, b) => a - b)).toEqual(
        Array.from({ length: 20 }, (_, index) => index + 1),
      );
      expect(await turns(1, 'first line')).toEqual([21]);
    });

    test('are counted for each rota and each instance by itself, and not where none is named', async () => {
      const name = 'second line: Ä/?#';
      expect([await turns(1, name), await turns(1, name), await turns(1, 'other')]).toEqual([[1], [2], [1]]);
      expect(await turns(2)).toEqual([0, 0]);
      expect(await turns(1, name, (await newInstance(subject.store())).instance)).toEqual([1]);
      expect(await turns(1, name)).toEqual([3]);
    });
  });

  describe('a numbered commit', () => {
    test('that fails to build rejects with the error of the builder and writes nothing', async () => {
      const build = () => fail('invalid_input', 'No title');
      await expect(instance.commitNumbered(build)).rejects.toMatchObject({ code: 'invalid_input', detail: 'No title' });
      expect(await instance.count('ticket', EVERYTHING)).toBe(0);
    });

    test('is all or nothing', async () => {
      await instance.commit([
        { put: 'ticket', id: uuid(900), value: ticketDocument({ ticketNo: 900 }), replaces: null },
      ]);
      const numbered = instance.commitNumbered((number) => ({
        changes: [put(number), { event: eventDocument() }, { ...put(900), replaces: 8 } as Change],
        result: number,
      }));
      await expect(numbered).rejects.toMatchObject({ code: 'conflict' });
      expect(await instance.count('ticket', EVERYTHING)).toBe(1);
      expect((await eventsOf(subject.store(), id, '')).events).toEqual([]);
    });

    test('rejects with what a builder threw that is no error of ours, or with unavailable, and writes nothing', async () => {
      const build = () => {
        throw new TypeError('a mistake in a builder');
      };
      await expect(instance.commitNumbered(build)).rejects.toThrow();
      expect(await instance.count('ticket', EVERYTHING)).toBe(0);
      expect(await instance.commitNumbered(create)).toBeGreaterThan(0);
    });
  });
}
