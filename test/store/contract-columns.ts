import { beforeAll, describe, expect, test } from '@jest/globals';
import { customFieldTerms, TAG_TERMS } from '../../api/store/kinds.ts';
import type { InstanceStore, Scalar, Where } from '../../api/store/store.ts';
import { activityDocument, person, ticketDocument, uuid } from '../helpers/documents.ts';
import { EVERYTHING, newInstance, putNew, type Subject } from './subject.ts';

const FLOOR = uuid(77);
const TICKETS = Array.from({ length: 1200 }, (_, index) =>
  ticketDocument({
    ticketNo: index + 1,
    statusId: index % 3 === 0 ? 'closed' : 'open',
    assignee: index % 5 === 0 ? person('Grace') : { id: '' },
    createdOn: new Date(Date.UTC(2026, 0, 1, 0, index)).toISOString(),
    firstResponseOn: index % 2 === 0 ? new Date(Date.UTC(2026, 0, 2, 0, index)).toISOString() : '',
    lastResolutionOn: index % 3 === 0 ? new Date(Date.UTC(2026, 0, 3, 0, index)).toISOString() : '',
    tags: ['LAN', 'Wifi'].slice(0, index % 3).map((text) => ({ tagCategoryId: 'net', text })),
    customFields: index % 4 === 0 ? { [FLOOR]: ['first'] } : {},
  }),
);
const ACTIVITIES = Array.from({ length: 90 }, (_, index) =>
  activityDocument({
    id: uuid(1000 + index),
    ticketId: uuid(5000 + index),
    action: index % 3 === 0 ? 'reopened' : 'commented',
    createdDateTime: new Date(Date.UTC(2026, 0, 5, index)).toISOString(),
  }),
);

export function columnPromises(subject: Subject): void {
  describe('columns', () => {
    let instance: InstanceStore;
    beforeAll(async () => {
      ({ instance } = await newInstance(subject.store()));
      const other = await newInstance(subject.store());
      await putNew(instance, 'ticket', TICKETS);
      await putNew(instance, 'activity', ACTIVITIES);
      await putNew(other.instance, 'ticket', TICKETS.slice(0, 5));
    });

    async function read(
      kind: 'ticket' | 'activity',
      wanted: { where: Where; fields: string[]; terms?: string },
    ): Promise<Scalar[][]> {
      const rows: Scalar[][] = [];
      for await (const { values, terms } of instance.columns(kind, wanted)) {
        for (const index of values[0]!.keys()) {
          const row = values.map((column) => column[index]!);
          const rests = terms[index]?.length ? terms[index] : [''];
          rows.push(...(wanted.terms === undefined ? [row] : rests.map((rest) => [...row, rest])));
        }
      }
      return rows
        .map((row) => JSON.stringify(row))
        .toSorted()
        .map((row) => JSON.parse(row));
    }
    const sorted = (rows: Scalar[][]): Scalar[][] =>
      rows
        .map((row) => JSON.stringify(row))
        .toSorted()
        .map((row) => JSON.parse(row));

    test('are those of every document of this instance, in the order in which they were asked for', async () => {
      const rows = await read('ticket', { where: EVERYTHING, fields: ['statusId', 'ticketNo', 'id', 'priority'] });
      expect(rows).toEqual(sorted(TICKETS.map((one) => [one.statusId, one.ticketNo, one.id, 1])));
    });

    test('are those that the filter lets through', async () => {
      const [from, before] = [TICKETS[90]!.lastResolutionOn, TICKETS[600]!.lastResolutionOn];
      const where: Where = { and: [{ field: 'lastResolutionOn', from, before }, { not: { terms: ['tag:net_lan'] } }] };
      const wanted = TICKETS.filter(
        (one) => one.lastResolutionOn >= from && one.lastResolutionOn < before && one.tags.length === 0,
      );
      expect(wanted.length).toBeGreaterThan(50);
      expect(await read('ticket', { where, fields: ['lastResolutionOn', 'createdOn'] })).toEqual(
        sorted(wanted.map((one) => [one.lastResolutionOn, one.createdOn])),
      );
    });

    test('of nothing are none', async () => {
      expect(await read('ticket', { where: { field: 'statusId', in: ['gone'] }, fields: ['ticketNo'] })).toEqual([]);
    });

    test.each([
      [TAG_TERMS, (index: number) => ['net_lan', 'net_wifi'].slice(0, index % 3)],
      [customFieldTerms(FLOOR), (index: number) => (index % 4 === 0 ? ['first'] : [])],
      ['tag:n', (index: number) => ['et_lan', 'et_wifi'].slice(0, index % 3)],
    ])('with terms that begin like %s have a row for each, or one without any', async (terms, termsOf) => {
      const expected = TICKETS.flatMap((one, index) => {
        const found = termsOf(index);
        return (found.length > 0 ? found : ['']).map((term) => [one.ticketNo, term]);
      });
      expect(await read('ticket', { where: EVERYTHING, fields: ['ticketNo'], terms })).toEqual(sorted(expected));
    });

    test('of some tickets are asked for by their ids, and filtered', async () => {
      const ids = [...TICKETS.slice(3, 40).map(({ id }) => id), uuid(999_999)];
      const where: Where = { and: [{ field: 'id', in: ids }, { terms: ['tag:net_lan'] }] };
      const wanted = TICKETS.slice(3, 40).filter(({ tags }) => tags.length > 0);
      expect(await read('ticket', { where, fields: ['id'] })).toEqual(sorted(wanted.map(({ id }) => [id])));
    });

    test('of any of several filters come once', async () => {
      const [from, before] = [TICKETS[90]!.createdOn, TICKETS[600]!.createdOn];
      const inTime: Where = { field: 'createdOn', from, before };
      const where: Where = { or: [inTime, { field: 'statusId', in: ['closed'] }] };
      const wanted = TICKETS.filter((one, index) => (index >= 90 && index < 600) || one.statusId === 'closed');
      expect(await read('ticket', { where, fields: ['ticketNo'] })).toEqual(
        sorted(wanted.map(({ ticketNo }) => [ticketNo])),
      );
    });

    test('of activities are filtered by what was done, and when', async () => {
      const [from, before] = [ACTIVITIES[10]!.createdDateTime, ACTIVITIES[60]!.createdDateTime];
      const where: Where = {
        and: [
          { field: 'action', in: ['reopened'] },
          { field: 'createdDateTime', from, before },
        ],
      };
      const wanted = ACTIVITIES.slice(10, 60).filter(({ action }) => action === 'reopened');
      expect(await read('activity', { where, fields: ['ticketId'] })).toEqual(
        sorted(wanted.map((one) => [one.ticketId])),
      );
    });

    test('move with the document', async () => {
      const stored = (await instance.get('ticket', uuid(2)))!;
      const value = { ...stored.value, lastResolutionOn: '2027-01-01T00:00:00.000Z' };
      await instance.commit([{ put: 'ticket', id: stored.id, value, replaces: stored.version }]);
      const where: Where = { field: 'lastResolutionOn', from: '2027' };
      expect(await read('ticket', { where, fields: ['ticketNo'] })).toEqual([[2]]);
      await instance.commit([{ put: 'ticket', id: stored.id, value: stored.value, replaces: stored.version + 1 }]);
      expect(await read('ticket', { where, fields: ['ticketNo'] })).toEqual([]);
    });

    test('that are read together, and not to their end, disturb neither one another nor a write', async () => {
      const wanted = { where: EVERYTHING, fields: ['ticketNo'] };
      const stopped = instance.columns('ticket', wanted)[Symbol.asyncIterator]();
      expect((await stopped.next()).value!.values[0]!.length).toBeGreaterThan(0);
      const both = await Promise.all([read('ticket', wanted), read('ticket', wanted)]);
      expect(both.map((rows) => rows.length)).toEqual([TICKETS.length, TICKETS.length]);
      await instance.commit([
        { put: 'tagCategory', id: uuid(5), value: { id: uuid(5) } as never, replaces: null },
        { delete: 'tagCategory', id: uuid(5), replaces: 1 },
      ]);
      await stopped.return?.();
    });
  });
}
