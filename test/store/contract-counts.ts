import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Change, InstanceStore, Query, Where } from '../../api/store/store.ts';
import { activityDocument, person, ticketDocument, uuid } from '../helpers/documents.ts';
import { change, EVERYTHING, newInstance, putNew, type Subject } from './subject.ts';

const LAN: Where = { terms: ['tag:net_lan'] };
const OPEN: Where = { field: 'statusId', in: ['open'] };

/** The filters that are counted before and after every step. */
const COUNTED: Record<string, Where> = {
  all: EVERYTHING,
  open: OPEN,
  notOpen: { not: OPEN },
  urgent: { field: 'priority', in: [3] },
  notLow: { field: 'priority', isNot: 0 },
  unassigned: { field: 'assigneeId', in: [''] },
  lan: LAN,
  notLan: { not: LAN },
  january: { field: 'expectedDate', from: '2026-01-01', before: '2026-02-01' },
  titled: { field: 'title', contains: 'vpn' },
  vpn: { words: ['vpn'] },
  noVpn: { not: { words: ['vpn'] } },
  short: { words: ['vp'] },
  again: { words: ['works', 'again'] },
  openLanVpn: { and: [OPEN, LAN, { words: ['vpn'] }] },
};

export function countPromises(subject: Subject): void {
  let instance: InstanceStore;
  beforeEach(async () => {
    ({ instance } = await newInstance(subject.store()));
  });
  const put = (value: ReturnType<typeof ticketDocument>, replaces: number | null): Change => ({
    put: 'ticket',
    id: value.id,
    value,
    replaces,
  });

  describe('a count that was asked before', () => {
    /** Asks every count, by itself, once more, and along with a list of something else; names those that are not 0. */
    async function counts(): Promise<Record<string, number>> {
      const found: Record<string, number> = {};
      for (const name in COUNTED) {
        const count = await instance.count('ticket', COUNTED[name]!);
        expect(await instance.count('ticket', structuredClone(COUNTED[name]!))).toBe(count);
        const query: Query = { where: OPEN, orderBy: 'ticketNo', direction: 'ASC', limit: 1, counted: COUNTED[name]! };
        expect((await instance.list('ticket', query)).count).toBe(count);
        if (count !== 0) found[name] = count;
      }
      return found;
    }
    const tags = [{ tagCategoryId: 'net', text: 'LAN' }];
    const first = ticketDocument({ ticketNo: 1, title: 'My VPN is down' });
    const second = ticketDocument({ ticketNo: 2, title: 'Printer', priority: 'Urgent', assignee: person('Bob'), tags });
    const both = { all: 2, open: 2, urgent: 1, notLow: 2, unassigned: 1, lan: 1, notLan: 1 };
    const words = { titled: 1, vpn: 1, noVpn: 1, short: 1 };

    beforeEach(async () => {
      expect(await counts()).toEqual({});
      await putNew(instance, 'ticket', [first, second]);
    });

    test('counts new tickets', async () => {
      expect(await counts()).toEqual({ ...both, ...words });
    });

    test('moves with a changed ticket', async () => {
      await counts();
      const changed = { statusId: 'closed', title: 'Printer for the VPN', expectedDate: '2026-01-31T23:59:59.999Z' };
      await change(instance, second.id, { ...changed, tags: [], priority: 'Low' });
      const { lan: _, urgent: __, ...rest } = both;
      const moved = { open: 1, notOpen: 1, notLow: 1, notLan: 2, january: 1 };
      expect(await counts()).toEqual({ ...rest, ...moved, titled: 2, vpn: 2, short: 2 });
      await change(instance, second.id, { expectedDate: '2026-02-01T00:00:00.000Z' });
      expect(await counts()).not.toHaveProperty('january');
      await change(instance, second.id, { ...second });
      expect(await counts()).toEqual({ ...both, ...words });
    });

    test('moves with a deleted ticket', async () => {
      await counts();
      await instance.commit([{ delete: 'ticket', id: first.id, replaces: 1 }]);
      expect(await counts()).toEqual({ all: 1, open: 1, urgent: 1, notLow: 1, lan: 1, noVpn: 1 });
    });

    test('moves with a comment, even one that changes no ticket', async () => {
      await counts();
      await putNew(instance, 'activity', [activityDocument({ ticketId: second.id, comment: 'Works over VPN again' })]);
      const { noVpn: _, ...rest } = words;
      expect(await counts()).toEqual({ ...both, ...rest, vpn: 2, short: 2, again: 1, openLanVpn: 1 });
    });

    test('moves by everything that one commit does', async () => {
      await counts();
      await instance.commit([
        put({ ...first, statusId: 'closed' }, 1),
        put({ ...first, statusId: 'started' }, 2),
        { delete: 'ticket', id: second.id, replaces: 1 },
        put(ticketDocument({ ticketNo: 3, title: 'Third' }), null),
      ]);
      const moved = { all: 2, open: 1, notOpen: 1, notLow: 2, unassigned: 2, notLan: 2 };
      expect(await counts()).toEqual({ ...moved, ...words });
    });

    test('stays where it is when a commit fails', async () => {
      await counts();
      const failing: Change[] = [put({ ...first, statusId: 'closed', tags }, 1), put(second, 7)];
      await expect(instance.commit(failing)).rejects.toMatchObject({ code: 'conflict' });
      expect(await counts()).toEqual({ ...both, ...words });
    });

    test('moves by those commits of many at once that succeed', async () => {
      await counts();
      const outcomes = await Promise.allSettled(
        [1, 7, 1, 7, 1].map((replaces) =>
          instance.commit([put({ ...first, statusId: `state ${replaces}` }, replaces)]),
        ),
      );
      // Which of the three that could is first is up to the store; the others come too late.
      expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
      expect(outcomes[1]).toMatchObject({ status: 'rejected', reason: { code: 'conflict' } });
      expect(await counts()).toMatchObject({ all: 2, open: 1, notOpen: 1 });
    });
  });

  describe('counts', () => {
    test('come along with a list when they are asked for, and only then', async () => {
      await putNew(instance, 'ticket', [ticketDocument({ ticketNo: 1 }), ticketDocument({ ticketNo: 2 })]);
      const query: Query = { where: EVERYTHING, orderBy: 'ticketNo', direction: 'ASC', limit: 1 };
      expect(await instance.list('ticket', query)).not.toHaveProperty('count');
      const first = await instance.list('ticket', { ...query, counted: EVERYTHING });
      expect(first).toMatchObject({ count: 2, next: [1, 1] });
      const second = await instance.list('ticket', { ...query, counted: LAN, after: first.next! });
      expect(second.count).toBe(0);
      expect(second).not.toHaveProperty('next');
    });

    test('stay exact for more filters than anything would remember', async () => {
      const filters = Array.from({ length: 300 }, (_, index): Where => ({ field: 'ticketNo', from: index + 1 }));
      const ask = async () => {
        const found = [];
        for (const where of filters) found.push(await instance.count('ticket', where));
        return found;
      };
      await putNew(
        instance,
        'ticket',
        Array.from({ length: 300 }, (_, index) => ticketDocument({ ticketNo: index + 1 })),
      );
      expect(await ask()).toEqual(filters.map((_, index) => 300 - index));
      await instance.commit([{ delete: 'ticket', id: uuid(300), replaces: 1 }]);
      await putNew(instance, 'ticket', [ticketDocument({ ticketNo: 301 }), ticketDocument({ ticketNo: 302 })]);
      expect(await ask()).toEqual(filters.map((_, index) => 301 - index));
    });

    test('asked while commits are under way are right again when those are done', async () => {
      const commits: Promise<unknown>[] = [];
      for (let ticketNo = 1; ticketNo <= 60; ticketNo++) {
        const statusId = ticketNo % 3 === 0 ? 'open' : 'closed';
        commits.push(instance.commit([put(ticketDocument({ ticketNo, statusId }), null)]));
        commits.push(instance.count('ticket', OPEN));
        // A turn of the event loop, so that commits are done one after the other.
        if (ticketNo % 7 === 0) await new Promise(setImmediate);
      }
      await Promise.all(commits);
      expect(await instance.count('ticket', OPEN)).toBe(20);
      expect(await instance.count('ticket', { not: OPEN })).toBe(40);
    });

    test('of an instance stay exact while hundreds of others are counted', async () => {
      await putNew(instance, 'ticket', [ticketDocument({ ticketNo: 1 })]);
      expect(await instance.count('ticket', OPEN)).toBe(1);
      const others = await Promise.all(Array.from({ length: 510 }, () => newInstance(subject.store())));
      for (const other of others) expect(await other.instance.count('ticket', OPEN)).toBe(0);
      await putNew(instance, 'ticket', [ticketDocument({ ticketNo: 2 })]);
      expect(await instance.count('ticket', OPEN)).toBe(2);
    });
  });
}
