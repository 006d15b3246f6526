import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Change, InstanceStore } from '../../api/store/store.ts';
import { eventDocument, instanceRecord, person, ticketDocument, uuid } from '../helpers/documents.ts';
import { eventsOf, newInstance, type Subject } from './subject.ts';

const event = (number: number): Change => ({ event: eventDocument({ id: uuid(number) }) });
const numbersOf = (events: { id: string }[]): number[] => events.map(({ id }) => Number.parseInt(id.slice(-12), 16));

export function eventPromises(subject: Subject): void {
  let id: string;
  let instance: InstanceStore;
  /** The end of the feed when the test began. */
  let start: string;
  beforeEach(async () => {
    ({ id, instance } = await newInstance(subject.store()));
    start = (await eventsOf(subject.store(), id, '')).cursor;
  });

  describe('changes', () => {
    test('hold a committed event as it was put, with its instance', async () => {
      const full = eventDocument({
        type: 'ticket.commented',
        by: person('Zoë'),
        ticket: ticketDocument({ title: 'nul\0 é 😀' }),
        activityId: uuid(5),
      });
      await instance.commit([{ event: full }]);
      expect(await subject.store().changes(start, 10)).toMatchObject({ events: [{ instanceId: id, event: full }] });
    });

    test('come in the order of the commits, and within a commit in the order of its changes', async () => {
      await instance.commit([event(3), event(1)]);
      await instance.commit([event(4)]);
      await instance.commit([event(2), event(5)]);
      expect(numbersOf((await eventsOf(subject.store(), id, start)).events)).toEqual([3, 1, 4, 2, 5]);
    });

    test.each([1, 2, 3, 100])('can be followed %d at a time and leave none out', async (limit) => {
      for (let number = 1; number <= 7; number++) await instance.commit([event(number)]);
      expect(numbersOf((await eventsOf(subject.store(), id, start, limit)).events)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    });

    test('go on after the cursor, whenever they are asked for again', async () => {
      await instance.commit([event(1)]);
      const first = await eventsOf(subject.store(), id, start);
      expect(numbersOf(first.events)).toEqual([1]);
      const nothing = await eventsOf(subject.store(), id, first.cursor);
      expect(nothing.events).toEqual([]);
      await instance.commit([event(2)]);
      await instance.commit([event(3)]);
      expect(numbersOf((await eventsOf(subject.store(), id, nothing.cursor)).events)).toEqual([2, 3]);
      expect(numbersOf((await eventsOf(subject.store(), id, first.cursor)).events)).toEqual([2, 3]);
    });

    test('begin with the first for an empty cursor', async () => {
      await instance.commit([event(1)]);
      await instance.commit([event(2)]);
      expect(numbersOf((await eventsOf(subject.store(), id, '')).events)).toEqual([1, 2]);
    });

    test('hold exactly the events whose commit succeeded, in the order of each instance, under many at once', async () => {
      const other = await newInstance(subject.store());
      const stale: Change = { put: 'ticket', id: uuid(1), value: ticketDocument(), replaces: 3 };
      const outcomes = await Promise.allSettled(
        Array.from({ length: 60 }, (_, index) => {
          const changes = index % 4 === 3 ? [event(index), stale] : [event(index)];
          return (index % 2 === 0 ? instance : other.instance).commit(changes);
        }),
      );
      const kept = [...outcomes.keys()].filter((index) => outcomes[index]!.status === 'fulfilled');
      expect(kept).toEqual([...Array(60).keys()].filter((index) => index % 4 !== 3));
      const mine = numbersOf((await eventsOf(subject.store(), id, start, 7)).events);
      const theirs = numbersOf((await eventsOf(subject.store(), other.id, start, 7)).events);
      expect(mine).toEqual(kept.filter((index) => index % 2 === 0));
      expect(theirs).toEqual(kept.filter((index) => index % 2 === 1));
    });

    test('are there as soon as the commit resolved, together with its documents', async () => {
      const value = ticketDocument();
      await instance.commit([{ put: 'ticket', id: value.id, value, replaces: null }, event(1)]);
      expect(await instance.get('ticket', value.id)).not.toBeNull();
      expect((await eventsOf(subject.store(), id, start)).events).toHaveLength(1);
    });

    test('after the latest are those that happen from then on', async () => {
      await instance.commit([event(1)]);
      const cursors = [await subject.store().latest()];
      expect((await subject.store().changes(cursors[0]!, 10)).events).toEqual([]);
      for (const number of [2, 3]) {
        await instance.commit([event(number)]);
        cursors.push(await subject.store().latest());
      }
      const after = cursors.map(async (cursor) => numbersOf((await eventsOf(subject.store(), id, cursor, 1)).events));
      expect(await Promise.all(after)).toEqual([[2, 3], [3], []]);
    });

    test('go on for each of several readers where they are, in whatever turn they read', async () => {
      const cursors = [start, start, start];
      const read: number[][] = [[], [], []];
      for (let number = 1; number <= 12; number++) {
        await instance.commit([event(number)]);
        for (const reader of [0, 1, 2].filter((one) => number % (one + 1) === 0)) {
          const page = await subject.store().changes(cursors[reader]!, 2);
          read[reader]!.push(...numbersOf(page.events.map((one) => one.event)));
          cursors[reader] = page.cursor;
        }
      }
      for (const [reader, cursor] of cursors.entries()) {
        read[reader]!.push(...numbersOf((await eventsOf(subject.store(), id, cursor)).events));
        expect(read[reader]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
      }
    });
  });

  describe('who watches', () => {
    test('is told of each commit with an event when it can be read, and of no other', async () => {
      let told = 0;
      const seen: ReturnType<typeof eventsOf>[] = [];
      const stop = subject.store().watch((news) => {
        told += news === 'events' ? 1 : 100;
        seen.push(eventsOf(subject.store(), id, start));
      });
      const value = ticketDocument();
      await instance.commit([{ put: 'ticket', id: value.id, value, replaces: null }]);
      await expect(instance.commit([event(1), { delete: 'ticket', id: uuid(7), replaces: 1 }])).rejects.toThrow();
      expect(told).toBe(0);
      await instance.commit([event(1)]);
      await instance.commitNumbered(() => ({ changes: [event(2), event(3)], result: 0 }));
      const other = randomUUID();
      await subject.store().registry.createInstance(instanceRecord({ id: other }), [event(4)], []);
      expect(told).toBe(3);
      stop();
      const counts = (await Promise.all(seen)).map(({ events }) => events.length);
      expect(counts[0]).toBeGreaterThanOrEqual(1);
      expect(counts[1]).toBe(3);
      await instance.commit([event(5)]);
      expect(told).toBe(3);
    });
  });
}
