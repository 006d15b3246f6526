import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { StoredTicket } from '../../api/contract/events.ts';
import { PRIORITIES } from '../../api/contract/tickets.ts';
import { followerTerm, KINDS, requestorTerm } from '../../api/store/kinds.ts';
import type { InstanceStore, Position, Query, Scalar, Where } from '../../api/store/store.ts';
import {
  activityDocument,
  person,
  replyDocument,
  tagCategoryDocument,
  ticketDocument,
  uuid,
} from '../helpers/documents.ts';
import { change, EVERYTHING, newInstance, putNew, type Subject, walk } from './subject.ts';

const DIRECTIONS = ['ASC', 'DESC'] as const;
const ORDERS = Object.keys(KINDS.ticket.fields).flatMap((field) => DIRECTIONS.map((way) => [field, way] as const));

/** Thirty tickets with few different values in every field, so that every order has ties. */
const TICKETS: StoredTicket[] = Array.from({ length: 30 }, (_, index) => {
  const pick = <T>(values: readonly T[], stride: number): T => values[(index * stride + (index % 7)) % values.length]!;
  const day = (stride: number) => `2026-01-0${1 + pick([0, 1, 2, 3], stride)}T00:00:00.000Z`;
  const tag = pick(['lan', 'Wi-Fi', 'LAN'], 1);
  return ticketDocument({
    // Neither the order of arrival nor that of the ids is that of the numbers.
    ticketNo: 1 + ((index * 7) % 30),
    id: uuid(1000 - index),
    title: pick(['b', 'B', 'a', 'é', 'É', 'z', '9', ' x'], 3),
    statusId: pick(['open', 'closed', 'started'], 1),
    priority: pick(PRIORITIES, 5),
    requestor: person(pick(['Ada', 'bob', 'Éva'], 1)),
    assignee: pick([{ id: '' }, person('Bob'), person('ada')], 5),
    expectedDate: pick(['', day(3)], 1),
    createdOn: day(1),
    lastUpdatedOn: day(3),
    lastInteraction: day(5),
    tags: index % 3 === 0 ? [] : [{ tagCategoryId: 'net', text: tag }],
    isFrtBreached: index % 4 === 0,
    followers: index % 5 === 0 ? [person('Ada')] : [],
  });
});

function compare(one: Scalar, other: Scalar): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** The numbers of the tickets that pass, in the order that the port promises. */
function expected(orderBy: string, direction: 'ASC' | 'DESC', passes: (ticket: StoredTicket) => boolean = () => true) {
  const field = KINDS.ticket.fields[orderBy]!;
  const sorted = TICKETS.filter(passes).sort((a, b) => compare(field(a), field(b)) || a.ticketNo - b.ticketNo);
  return (direction === 'ASC' ? sorted : sorted.reverse()).map((ticket) => ticket.ticketNo);
}

export function listPromises(subject: Subject): void {
  describe('a list of tickets', () => {
    let instance: InstanceStore;
    beforeAll(async () => {
      ({ instance } = await newInstance(subject.store()));
      await putNew(instance, 'ticket', TICKETS);
    });

    const numbers = async (query: Partial<Query>): Promise<number[]> => {
      const whole: Query = { where: EVERYTHING, orderBy: 'ticketNo', direction: 'ASC', limit: 100, ...query };
      return (await instance.list('ticket', whole)).items.map((stored) => stored.value.ticketNo);
    };

    test.each(ORDERS)('is in the order of %s %s, ties by number in the same direction', async (orderBy, direction) => {
      expect(await numbers({ orderBy, direction })).toEqual(expected(orderBy, direction));
    });

    test.each(ORDERS)(
      'by %s %s can be read page by page: each goes on where the last ended',
      async (orderBy, direction) => {
        for (const limit of [1, 7, 29, 30, 31]) {
          const pages = await walk(instance, 'ticket', { where: EVERYTHING, orderBy, direction, limit });
          expect(pages.flat().map((stored) => stored.value.ticketNo)).toEqual(expected(orderBy, direction));
          expect(pages).toHaveLength(Math.ceil(30 / limit));
        }
      },
    );

    test('goes by the rank of a priority, not by its name', async () => {
      const { items } = await instance.list('ticket', {
        where: EVERYTHING,
        orderBy: 'priority',
        direction: 'ASC',
        limit: 100,
      });
      const ranks = [...new Set(items.map((stored) => stored.value.priority))];
      expect(ranks).toEqual(['Low', 'Medium', 'Important', 'Urgent']);
    });

    test('takes upper and lower case for one in the order of names', async () => {
      const { items } = await instance.list('ticket', {
        where: EVERYTHING,
        orderBy: 'title',
        direction: 'ASC',
        limit: 100,
      });
      expect([...new Set(items.map((stored) => stored.value.title.toLowerCase()))]).toEqual([
        ' x',
        '9',
        'a',
        'b',
        'z',
        'é',
      ]);
    });

    test('begins after as many as the offset says', async () => {
      const all = expected('createdOn', 'DESC');
      for (const offset of [0, 1, 13, 29, 30, 1000]) {
        const page = await numbers({ orderBy: 'createdOn', direction: 'DESC', limit: 5, offset });
        expect(page).toEqual(all.slice(offset, offset + 5));
      }
    });

    test('begins after a place whether its ticket is there or not, and a place wins over an offset', async () => {
      const after: Position = ['2026-01-02T00:00:00.000Z', 11.5];
      const field = (ticket: StoredTicket) => ticket.createdOn;
      const isAfter = (t: StoredTicket) => field(t) > after[0] || (field(t) === after[0] && t.ticketNo > 11.5);
      const wanted = expected('createdOn', 'ASC', isAfter);
      expect(wanted.length).toBeGreaterThan(3);
      expect(await numbers({ orderBy: 'createdOn', after })).toEqual(wanted);
      expect(await numbers({ orderBy: 'createdOn', after, offset: 3 })).toEqual(wanted);
    });

    test('says where it goes on only when it does', async () => {
      const query: Query = { where: EVERYTHING, orderBy: 'ticketNo', direction: 'ASC', limit: 30 };
      expect(await instance.list('ticket', query)).not.toHaveProperty('next');
      expect((await instance.list('ticket', { ...query, limit: 29 })).next).toEqual([29, 29]);
    });

    const day = '2026-01-02T00:00:00.000Z';
    const tag = (text: string): Where => ({ terms: [`tag:net_${text}`] });
    const hasTag = (text: string) => (t: StoredTicket) => t.tags.some((one) => one.text.toLowerCase() === text);
    const FILTERS: [string, Where, (ticket: StoredTicket) => boolean][] = [
      ['one value', { field: 'statusId', in: ['open'] }, (t) => t.statusId === 'open'],
      ['several values', { field: 'statusId', in: ['open', 'closed'] }, (t) => t.statusId !== 'started'],
      ['no values', { field: 'statusId', in: [] }, () => false],
      ['a number', { field: 'ticketNo', in: [7] }, (t) => t.ticketNo === 7],
      ['several numbers', { field: 'ticketNo', in: [7, 8, 99] }, (t) => t.ticketNo === 7 || t.ticketNo === 8],
      ['any but a value', { field: 'priority', isNot: 0 }, (t) => t.priority !== 'Low'],
      ['nobody', { field: 'assigneeId', in: [''] }, (t) => t.assignee.id === ''],
      ['from', { field: 'createdOn', from: day }, (t) => t.createdOn >= day],
      ['before', { field: 'createdOn', before: day }, (t) => t.createdOn < day],
      [
        'a range, with its beginning and without its end',
        { field: 'createdOn', from: day, before: '2026-01-04T00:00:00.000Z' },
        (t) => t.createdOn >= day && t.createdOn < '2026-01-04T00:00:00.000Z',
      ],
      [
        'a range that an empty value is not in',
        { field: 'expectedDate', before: '9999' },
        (t) => t.expectedDate !== '',
      ],
      ['a range of numbers', { field: 'priority', from: 1, before: 3 }, (t) => /Medium|Important/.test(t.priority)],
      ['a part of a folded text', { field: 'requestorName', contains: 'é' }, (t) => t.requestor.name === 'Éva'],
      ['a term', tag('lan'), hasTag('lan')],
      [
        'any of several terms',
        { terms: ['tag:net_wi-fi', 'is:frtBreached'] },
        (t) => hasTag('wi-fi')(t) || t.isFrtBreached,
      ],
      ['who asked for it', { terms: [requestorTerm('ADA-ID')] }, (t) => t.requestor.name === 'Ada'],
      [
        'who asked for it or follows it',
        { terms: [requestorTerm('ada-id'), followerTerm('ada-id')] },
        (t) => t.requestor.name === 'Ada' || t.followers.length > 0,
      ],
      ['no terms', { terms: [] }, () => false],
      ['not a term', { not: tag('lan') }, (t) => !hasTag('lan')(t)],
      ['all of nothing', { and: [] }, () => true],
      ['not all of nothing', { not: { and: [] } }, () => false],
      ['any of nothing', { or: [] }, () => false],
      [
        'any of several',
        {
          or: [
            tag('lan'),
            {
              and: [
                { field: 'statusId', in: ['open'] },
                { field: 'assigneeId', isNot: '' },
              ],
            },
          ],
        },
        (t) => hasTag('lan')(t) || (t.statusId === 'open' && t.assignee.id !== ''),
      ],
      [
        'not both',
        { not: { and: [tag('lan'), { field: 'statusId', in: ['open'] }] } },
        (t) => !(hasTag('lan')(t) && t.statusId === 'open'),
      ],
      [
        'all of several',
        { and: [{ and: [tag('lan'), { not: { field: 'priority', in: [3] } }] }, { field: 'assigneeId', isNot: '' }] },
        (t) => hasTag('lan')(t) && t.priority !== 'Urgent' && t.assignee.id !== '',
      ],
    ];

    test.each(FILTERS)('filtered by %s shows and counts exactly the matches', async (_, where, passes) => {
      for (const orderBy of ['createdOn', 'ticketNo', 'title']) {
        const wanted = expected(orderBy, 'DESC', passes);
        expect(await numbers({ where, orderBy, direction: 'DESC' })).toEqual(wanted);
        const pages = await walk(instance, 'ticket', { where, orderBy, direction: 'DESC', limit: 4 });
        expect(pages.flat().map((stored) => stored.value.ticketNo)).toEqual(wanted);
        expect(await instance.count('ticket', where)).toBe(wanted.length);
      }
    });
  });

  describe('a list moves with what it shows', () => {
    let instance: InstanceStore;
    beforeEach(async () => {
      ({ instance } = await newInstance(subject.store()));
      await putNew(
        instance,
        'ticket',
        ['a', 'b', 'c'].map((title, index) => ticketDocument({ ticketNo: index + 1, title })),
      );
    });
    const titles = async (): Promise<string[]> => {
      const query = { where: EVERYTHING, orderBy: 'title', direction: 'ASC', limit: 10 } as const;
      return (await instance.list('ticket', query)).items.map((stored) => stored.value.title);
    };

    test('a changed ticket is at its new place, a deleted one is gone, a new one is there', async () => {
      expect(await titles()).toEqual(['a', 'b', 'c']);
      await change(instance, uuid(1), { title: 'x' });
      expect(await titles()).toEqual(['b', 'c', 'x']);
      await instance.commit([{ delete: 'ticket', id: uuid(2), replaces: 1 }]);
      expect(await titles()).toEqual(['c', 'x']);
      await putNew(instance, 'ticket', [ticketDocument({ ticketNo: 4, title: 'd' })]);
      expect(await titles()).toEqual(['c', 'd', 'x']);
    });

    test('a ticket that changed comes with its new version and text', async () => {
      await change(instance, uuid(1), { title: 'x' });
      const query = { where: { field: 'ticketNo', in: [1] }, orderBy: 'ticketNo', direction: 'ASC', limit: 1 } as const;
      const [stored] = (await instance.list('ticket', query)).items;
      expect(stored).toMatchObject({ id: uuid(1), version: 2, value: { title: 'x' } });
    });
  });

  describe('a list of other kinds', () => {
    test.each(DIRECTIONS)('shows the history of one ticket %s, page by page', async (direction) => {
      const { instance } = await newInstance(subject.store());
      const values = Array.from({ length: 20 }, (_, index) =>
        activityDocument({
          id: uuid(100 + ((index * 7) % 20)),
          ticketId: uuid(1 + (index % 2)),
          createdDateTime: `2026-01-0${1 + (index % 3)}T00:00:00.000Z`,
        }),
      );
      await putNew(instance, 'activity', values);
      const where: Where = { field: 'ticketId', in: [uuid(1)] };
      for (const orderBy of ['id', 'createdDateTime'] as const) {
        const pages = await walk(instance, 'activity', { where, orderBy, direction, limit: 3 });
        const sorted = values
          .filter((value) => value.ticketId === uuid(1))
          .sort((a, b) => compare(a[orderBy], b[orderBy]) || compare(a.id, b.id));
        const wanted = direction === 'ASC' ? sorted : sorted.reverse();
        expect(pages.flat().map((stored) => stored.id)).toEqual(wanted.map((value) => value.id));
      }
      expect(await instance.count('activity', where)).toBe(10);
    });

    test.each(DIRECTIONS)('shows the public part of a history %s, page by page', async (direction) => {
      const { instance } = await newInstance(subject.store());
      const values = Array.from({ length: 20 }, (_, index) =>
        activityDocument({
          id: uuid(100 + ((index * 7) % 20)),
          ticketId: uuid(1 + (index % 2)),
          isPrivate: index % 3 > 0,
        }),
      );
      await putNew(instance, 'activity', values);
      const where: Where = {
        and: [
          { field: 'ticketId', in: [uuid(1)] },
          { field: 'isPrivate', in: [0] },
        ],
      };
      const pages = await walk(instance, 'activity', { where, orderBy: 'id', direction, limit: 3 });
      const wanted = values.filter((value) => value.ticketId === uuid(1) && !value.isPrivate).map(({ id }) => id);
      expect(wanted.length).toBeGreaterThan(3);
      expect(pages.flat().map((stored) => stored.id)).toEqual(
        direction === 'ASC' ? wanted.toSorted() : wanted.toSorted().reverse(),
      );
      expect(await instance.count('activity', where)).toBe(wanted.length);
    });

    test('shows documents of the one kind only', async () => {
      const { instance } = await newInstance(subject.store());
      await putNew(
        instance,
        'tagCategory',
        [3, 1, 2].map((number) => tagCategoryDocument({ id: uuid(number) })),
      );
      await instance.commit([{ put: 'reply', id: uuid(9), value: replyDocument(), replaces: null }]);
      const query: Query = { where: EVERYTHING, orderBy: 'id', direction: 'ASC', limit: 2 };
      const pages = await walk(instance, 'tagCategory', query);
      expect(pages.map((page) => page.map((stored) => stored.id))).toEqual([[uuid(1), uuid(2)], [uuid(3)]]);
      expect(await instance.count('tagCategory', EVERYTHING)).toBe(3);
      expect(await instance.count('reply', EVERYTHING)).toBe(1);
    });
  });
}
