import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Change, InstanceStore, Query, Where } from '../../api/store/store.ts';
import {
  activityDocument,
  eventDocument,
  instanceDocument,
  instanceRecord,
  keyRecord,
  person,
  ticketDocument,
  uuid,
} from '../helpers/documents.ts';
import { change, EVERYTHING, eventsOf, newInstance, putNew, type Subject, walk } from './subject.ts';

const ALL: Query = { where: EVERYTHING, orderBy: 'ticketNo', direction: 'ASC', limit: 100 };

/** Ten tickets and a comment on each, with the same ids whoever holds them, and a text of the holder's own. */
async function fill(instance: InstanceStore, secret: string): Promise<void> {
  const numbers = Array.from({ length: 10 }, (_, index) => index + 1);
  const tags = [{ tagCategoryId: uuid(1), text: secret }];
  await putNew(
    instance,
    'ticket',
    numbers.map((ticketNo) => ticketDocument({ ticketNo, title: `Title ${secret}`, assignee: person(secret), tags })),
  );
  await putNew(
    instance,
    'activity',
    numbers.map((n) => activityDocument({ id: uuid(n), ticketId: uuid(n), comment: `Comment of-${secret}` })),
  );
}

export function isolationPromises(subject: Subject): void {
  describe('two instances with the same ids', () => {
    let mine: InstanceStore;
    let theirs: InstanceStore;
    let theirId: string;
    beforeEach(async () => {
      mine = (await newInstance(subject.store())).instance;
      ({ instance: theirs, id: theirId } = await newInstance(subject.store()));
      await fill(mine, 'mine');
      await fill(theirs, 'theirs');
    });

    test('get answers the own document', async () => {
      expect((await mine.get('ticket', uuid(1)))!.value.title).toBe('Title mine');
      expect((await theirs.get('ticket', uuid(1)))!.value.title).toBe('Title theirs');
      expect((await mine.get('activity', uuid(1)))!.value.comment).toBe('Comment of-mine');
      expect((await theirs.get('activity', uuid(1)))!.value.comment).toBe('Comment of-theirs');
    });

    test('list and every page of it show the own documents only', async () => {
      const pages = await walk(mine, 'ticket', { ...ALL, limit: 3 });
      const titles = pages.flat().map((stored) => stored.value.title);
      expect(titles).toEqual(Array(10).fill('Title mine'));
      const activities = await mine.list('activity', { ...ALL, orderBy: 'id' });
      expect(activities.items.map((stored) => stored.value.comment)).toEqual(Array(10).fill('Comment of-mine'));
      const ofOneTicket = { ...ALL, where: { field: 'ticketId', in: [uuid(1)] }, orderBy: 'id' };
      expect((await mine.list('activity', ofOneTicket)).items).toHaveLength(1);
    });

    test.each<[string, Where, Where]>([
      ['words of a ticket', { words: ['mine'] }, { words: ['theirs'] }],
      ['words of a comment', { words: ['of-mine'] }, { words: ['of-theirs'] }],
      ['short words', { words: ['mi'] }, { words: ['th'] }],
      ['terms', { terms: [`tag:${uuid(1)}_mine`] }, { terms: [`tag:${uuid(1)}_theirs`] }],
      ['a field', { field: 'assigneeId', in: ['mine-id'] }, { field: 'assigneeId', in: ['theirs-id'] }],
      ['a part of a field', { field: 'title', contains: 'mine' }, { field: 'title', contains: 'theirs' }],
    ])('%s find the own documents only', async (_, own, foreign) => {
      expect(await mine.count('ticket', own)).toBe(10);
      expect(await mine.count('ticket', foreign)).toBe(0);
      expect(await mine.count('ticket', { not: foreign })).toBe(10);
      expect(await mine.count('ticket', { not: own })).toBe(0);
      expect((await mine.list('ticket', { ...ALL, where: own })).items).toHaveLength(10);
      expect((await mine.list('ticket', { ...ALL, where: foreign })).items).toEqual([]);
    });

    test('a change or a deletion in one leaves the other as it was, its counts too', async () => {
      const open: Where = { field: 'statusId', in: ['open'] };
      expect([await mine.count('ticket', open), await theirs.count('ticket', open)]).toEqual([10, 10]);
      await change(mine, uuid(1), { statusId: 'closed' });
      await mine.commit([{ delete: 'ticket', id: uuid(2), replaces: 1 }]);
      await mine.commit([{ delete: 'activity', id: uuid(3), replaces: 1 }]);
      expect([await mine.count('ticket', open), await theirs.count('ticket', open)]).toEqual([8, 10]);
      for (const number of [1, 2, 3]) {
        expect((await theirs.get('ticket', uuid(number)))!.version).toBe(1);
        expect(await theirs.get('activity', uuid(number))).not.toBeNull();
      }
      expect(await theirs.count('ticket', { words: ['theirs'] })).toBe(10);
    });

    test("a version of the other's is stale here", async () => {
      await change(theirs, uuid(1), { title: 'Changed' });
      const stale: Change = { put: 'ticket', id: uuid(1), value: ticketDocument(), replaces: 2 };
      await expect(mine.commit([stale])).rejects.toMatchObject({ code: 'conflict' });
    });

    test("a comment on a ticket that only the other has is found in neither's tickets", async () => {
      await putNew(theirs, 'ticket', [ticketDocument({ ticketNo: 11 })]);
      await putNew(mine, 'activity', [activityDocument({ id: uuid(11), ticketId: uuid(11), comment: 'stray' })]);
      expect(await mine.count('ticket', { words: ['stray'] })).toBe(0);
      expect(await theirs.count('ticket', { words: ['stray'] })).toBe(0);
    });

    test('an event carries the instance that it came from', async () => {
      await mine.commit([{ event: eventDocument({ id: uuid(1) }) }]);
      await theirs.commit([{ event: eventDocument({ id: uuid(2) }) }]);
      expect((await eventsOf(subject.store(), theirId, '')).events.map((event) => event.id)).toEqual([uuid(2)]);
    });
  });

  describe('an instance that there is not', () => {
    const unknown = randomUUID();
    const put: Change = { put: 'ticket', id: uuid(1), value: ticketDocument(), replaces: null };

    test('reads as empty', async () => {
      const instance = subject.store().instance(unknown);
      expect(await instance.get('ticket', uuid(1))).toBeNull();
      expect(await instance.get('instance', unknown)).toBeNull();
      expect(await instance.list('ticket', ALL)).toEqual({ items: [] });
      expect(await instance.count('ticket', EVERYTHING)).toBe(0);
      expect(await instance.count('ticket', { not: { words: ['x'] } })).toBe(0);
      expect(await subject.store().registry.keys(unknown)).toEqual([]);
    });

    test('takes no changes: not_found', async () => {
      const instance = subject.store().instance(unknown);
      await expect(instance.commit([put])).rejects.toMatchObject({ code: 'not_found' });
      const numbered = instance.commitNumbered(() => ({ changes: [put], result: null }));
      await expect(numbered).rejects.toMatchObject({ code: 'not_found' });
      expect(await instance.get('ticket', uuid(1))).toBeNull();
    });

    test('is there from the moment that it was made, for whoever asked before too', async () => {
      const id = randomUUID();
      const instance = subject.store().instance(id);
      expect(await instance.count('ticket', EVERYTHING)).toBe(0);
      await subject.store().registry.createInstance(instanceRecord({ id }), [put], []);
      expect(await instance.count('ticket', EVERYTHING)).toBe(1);
      expect((await instance.get('ticket', uuid(1)))!.version).toBe(1);
    });

    test('is not there after its making failed, and never shows what a later one holds', async () => {
      const id = randomUUID();
      const { registry } = subject.store();
      const wrong: Change[] = [put, { put: 'instance', id, value: instanceDocument({ id }), replaces: 4 }];
      const key = keyRecord({ instanceId: id, hash: `hash ${id}` });
      await expect(registry.createInstance(instanceRecord({ id }), wrong, [key])).rejects.toMatchObject({
        code: 'conflict',
      });
      expect((await registry.instances()).map((record) => record.id)).not.toContain(id);
      expect(await registry.keyByHash(`hash ${id}`)).toBeNull();

      const later = (await newInstance(subject.store())).instance;
      await fill(later, 'later');
      const failed = subject.store().instance(id);
      expect(await failed.get('ticket', uuid(1))).toBeNull();
      expect(await failed.count('ticket', EVERYTHING)).toBe(0);
      await expect(failed.commit([{ ...put, id: uuid(50) }])).rejects.toMatchObject({ code: 'not_found' });
    });
  });
}
