import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Change, InstanceStore } from '../../api/store/store.ts';
import { activityDocument, eventDocument, replyDocument, ticketDocument, uuid } from '../helpers/documents.ts';
import { EVERYTHING, eventsOf, newInstance, type Subject } from './subject.ts';

const MEGABYTE = 1024 * 1024;

function comments(count: number, length: number): Change[] {
  return Array.from({ length: count }, (_, index) => ({
    put: 'activity',
    id: uuid(index + 1),
    value: activityDocument({ id: uuid(index + 1), comment: 'x'.repeat(length) }),
    replaces: null,
  }));
}

export function limitPromises(subject: Subject): void {
  let id: string;
  let instance: InstanceStore;
  beforeEach(async () => {
    ({ id, instance } = await newInstance(subject.store()));
  });

  describe('the size of a commit', () => {
    test('100 changes are taken', async () => {
      await instance.commit(comments(100, 1));
      expect(await instance.count('activity', EVERYTHING)).toBe(100);
    });

    test('101 changes are payload_too_large, and none is written', async () => {
      const changes: Change[] = [...comments(100, 1), { event: eventDocument() }];
      await expect(instance.commit(changes)).rejects.toMatchObject({ code: 'payload_too_large' });
      expect(await instance.count('activity', EVERYTHING)).toBe(0);
      expect((await eventsOf(subject.store(), id, '')).events).toEqual([]);
    });

    test('nearly 2 MB are taken', async () => {
      await instance.commit(comments(19, MEGABYTE / 10));
      expect(await instance.count('activity', EVERYTHING)).toBe(19);
    });

    test('more than 2 MB are payload_too_large, and nothing is written', async () => {
      const changes: Change[] = [{ event: eventDocument() }, ...comments(21, MEGABYTE / 10)];
      await expect(instance.commit(changes)).rejects.toMatchObject({ code: 'payload_too_large' });
      expect(await instance.count('activity', EVERYTHING)).toBe(0);
      expect((await eventsOf(subject.store(), id, '')).events).toEqual([]);
    });

    test('2 MB are counted in bytes, the hidden part and the events among them', async () => {
      const half = '中'.repeat(MEGABYTE / 3 - 2000);
      const put = { put: 'ticket', id: uuid(1), value: ticketDocument(), replaces: null } as const;
      const hidden = { description_HTML: half };
      const event = eventDocument({ ticket: ticketDocument({ description: half }) });
      await instance.commit([{ ...put, hidden }, { event }]);
      const third: Change = { put: 'reply', id: uuid(1), value: replyDocument({ digest: half }), replaces: null };
      const tooMuch: Change[] = [{ ...put, hidden, replaces: 1 }, { event: { ...event, id: uuid(2) } }, third];
      await expect(instance.commit(tooMuch)).rejects.toMatchObject({ code: 'payload_too_large' });
      expect((await instance.get('ticket', uuid(1)))!.version).toBe(1);
    });

    test('a numbered commit obeys the same limits', async () => {
      const build = (number: number) => ({ changes: comments(101, 1), result: number });
      await expect(instance.commitNumbered(build)).rejects.toMatchObject({ code: 'payload_too_large' });
      expect(await instance.count('activity', EVERYTHING)).toBe(0);
    });
  });

  describe('a document with a time to go', () => {
    const LIFE_MS = 24 * 60 * 60 * 1000;
    const answer = (digest: string, replaces: number | null): Change => ({
      put: 'reply',
      id: 'key',
      value: replyDocument({ digest }),
      replaces,
      expiresOn: new Date(subject.clock.now().getTime() + LIFE_MS).toISOString(),
    });

    test('is there until that moment, and null from then on', async () => {
      await instance.commit([answer('first', null)]);
      subject.clock.advance(LIFE_MS - 1);
      expect((await instance.get('reply', 'key'))!.value.digest).toBe('first');
      subject.clock.advance(1);
      expect(await instance.get('reply', 'key')).toBeNull();
      subject.clock.advance(1);
      expect(await instance.get('reply', 'key')).toBeNull();
    });

    test('is in no list and no count from then on', async () => {
      await instance.commit([answer('first', null)]);
      const query = { where: EVERYTHING, orderBy: 'id', direction: 'ASC', limit: 10 } as const;
      expect(await instance.count('reply', EVERYTHING)).toBe(1);
      expect((await instance.list('reply', query)).items).toHaveLength(1);
      subject.clock.advance(LIFE_MS);
      expect(await instance.count('reply', EVERYTHING)).toBe(0);
      expect((await instance.list('reply', query)).items).toEqual([]);
    });

    test('leaves its id free: a new one can be put, as version 1, and lives its own time', async () => {
      await instance.commit([answer('first', null)]);
      await expect(instance.commit([answer('second', null)])).rejects.toMatchObject({ code: 'conflict' });
      subject.clock.advance(LIFE_MS);
      await instance.commit([answer('second', null)]);
      subject.clock.advance(LIFE_MS - 1000);
      expect(await instance.get('reply', 'key')).toMatchObject({ version: 1, value: { digest: 'second' } });
    });

    test('cannot be changed or deleted once it went', async () => {
      await instance.commit([answer('first', null)]);
      subject.clock.advance(LIFE_MS);
      await expect(instance.commit([answer('second', 1)])).rejects.toMatchObject({ code: 'conflict' });
      const gone: Change = { delete: 'reply', id: 'key', replaces: 1 };
      await expect(instance.commit([gone])).rejects.toMatchObject({ code: 'conflict' });
    });

    test('lives on when it is put again with a later time', async () => {
      await instance.commit([answer('first', null)]);
      subject.clock.advance(LIFE_MS - 1000);
      await instance.commit([answer('second', 1)]);
      subject.clock.advance(LIFE_MS - 1000);
      expect(await instance.get('reply', 'key')).toMatchObject({ version: 2, value: { digest: 'second' } });
    });

    test('goes alone: what has no such time stays', async () => {
      await instance.commit([answer('first', null)]);
      await instance.commit([{ put: 'reply', id: 'other', value: replyDocument(), replaces: null }]);
      subject.clock.advance(2 * LIFE_MS);
      // A later commit gives a store the occasion to clear up.
      await instance.commit([{ put: 'reply', id: 'third', value: replyDocument(), replaces: null }]);
      expect(await instance.get('reply', 'other')).not.toBeNull();
      expect(await instance.get('reply', 'key')).toBeNull();
    });
  });
}
