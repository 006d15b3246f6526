import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Change, InstanceStore, Kind } from '../../api/store/store.ts';
import {
  activityDocument,
  eventDocument,
  instanceDocument,
  person,
  replyDocument,
  tagCategoryDocument,
  ticketDocument,
  uuid,
} from '../helpers/documents.ts';
import { NAUGHTY_STRINGS } from './naughty-strings.ts';
import { change, EVERYTHING, eventsOf, newInstance, type Subject } from './subject.ts';

const NEW = { id: uuid(1), replaces: null };
/** A new document of each kind, all with the same id. */
const ONE_OF_EACH: Record<Kind, Extract<Change, { put: Kind }>> = {
  ticket: { put: 'ticket', ...NEW, value: ticketDocument() },
  activity: { put: 'activity', ...NEW, value: activityDocument() },
  instance: { put: 'instance', ...NEW, value: instanceDocument() },
  tagCategory: { put: 'tagCategory', ...NEW, value: tagCategoryDocument() },
  member: {
    put: 'member',
    ...NEW,
    value: { ...person('Ada'), tenantId: uuid(2), role: 'member', addedOn: '2026-01-31' },
  },
  presence: {
    put: 'presence',
    ...NEW,
    value: { people: [{ person: person('Ada'), until: '2026-01-31T10:00:00.000Z' }] },
  },
  view: {
    put: 'view',
    ...NEW,
    value: {
      id: uuid(1),
      name: 'Mine',
      isShared: false,
      owner: person('Ada'),
      query: 'status=Open',
      columns: ['title'],
    },
  },
  post: {
    put: 'post',
    ...NEW,
    value: { ticketId: uuid(1), conversationId: '19:x@thread.tacv2', messageId: '1', activityId: '' },
  },
  thread: { put: 'thread', ...NEW, value: { ticketId: uuid(1) } },
  erasure: {
    put: 'erasure',
    ...NEW,
    value: {
      ...{ pseudonym: person('Erased'), startedOn: '2026-01-31T10:00:00.000Z', doneOn: '', total: 2 },
      ...{ tickets: 1, activities: 0, others: 0, mentions: 0 },
      running: { personId: 'ada-id', by: person('Grace') },
    },
  },
  reply: { put: 'reply', ...NEW, value: replyDocument() },
};
const KINDS = Object.keys(ONE_OF_EACH) as Kind[];

export function documentPromises(subject: Subject): void {
  let id: string;
  let instance: InstanceStore;
  beforeEach(async () => {
    ({ id, instance } = await newInstance(subject.store()));
  });

  describe('documents', () => {
    test.each(KINDS)('a document of kind %s that is not there is null', async (kind) => {
      expect(await instance.get(kind, uuid(1))).toBeNull();
    });

    test.each(KINDS)('a document of kind %s comes back as it was put, as version 1', async (kind) => {
      const { value } = ONE_OF_EACH[kind];
      await instance.commit([ONE_OF_EACH[kind]]);
      const stored = await instance.get(kind, uuid(1));
      expect(stored).toMatchObject({ id: uuid(1), version: 1, json: JSON.stringify(value) });
      expect(stored!.value).toEqual(value);
    });

    test.each(KINDS)('documents of kind %s are told apart by their ids', async (kind) => {
      const ids = [uuid(1), uuid(171), uuid(171).toUpperCase(), `${uuid(1)} `, '1', '%', '_'];
      await instance.commit(
        ids.map((own, index): Change => {
          const value = { ...ONE_OF_EACH[kind].value, id: own, ticketNo: index + 1 };
          return { ...ONE_OF_EACH[kind], id: own, value } as Change;
        }),
      );
      for (const own of ids) expect((await instance.get(kind, own))!.id).toBe(own);
      for (const other of [uuid(3), '', ' 1', '2', uuid(1).slice(1)])
        expect(await instance.get(kind, other)).toBeNull();
    });

    test.each(KINDS)('each change of a document of kind %s counts its version up by one', async (kind) => {
      const versions: number[] = [];
      for (const replaces of [null, 1, 2]) {
        await instance.commit([{ ...ONE_OF_EACH[kind], replaces }]);
        versions.push((await instance.get(kind, uuid(1)))!.version);
      }
      expect(versions).toEqual([1, 2, 3]);
    });

    test.each(KINDS)('a new document of kind %s conflicts with one that is there', async (kind) => {
      await instance.commit([ONE_OF_EACH[kind]]);
      await expect(instance.commit([ONE_OF_EACH[kind]])).rejects.toMatchObject({ code: 'conflict' });
      expect((await instance.get(kind, uuid(1)))!.version).toBe(1);
    });

    test.each(KINDS)('a stale version of kind %s conflicts, to put and to delete', async (kind) => {
      await instance.commit([ONE_OF_EACH[kind]]);
      await instance.commit([{ ...ONE_OF_EACH[kind], replaces: 1 }]);
      for (const replaces of [1, 3, 0]) {
        await expect(instance.commit([{ ...ONE_OF_EACH[kind], replaces }])).rejects.toMatchObject({ code: 'conflict' });
        const stale: Change = { delete: kind, id: uuid(1), replaces };
        await expect(instance.commit([stale])).rejects.toMatchObject({ code: 'conflict' });
      }
      expect((await instance.get(kind, uuid(1)))!.version).toBe(2);
    });

    test.each(KINDS)('a deleted document of kind %s is gone, and can be new again', async (kind) => {
      await instance.commit([ONE_OF_EACH[kind]]);
      expect(await instance.get(kind, uuid(1))).not.toBeNull();
      await instance.commit([{ delete: kind, id: uuid(1), replaces: 1 }]);
      expect(await instance.get(kind, uuid(1))).toBeNull();
      const again: Change = { delete: kind, id: uuid(1), replaces: 1 };
      await expect(instance.commit([again])).rejects.toMatchObject({ code: 'conflict' });
      await instance.commit([ONE_OF_EACH[kind]]);
      expect((await instance.get(kind, uuid(1)))!.version).toBe(1);
    });

    test.each(KINDS)('a document of kind %s is deleted alone, others with its id stay', async (kind) => {
      await instance.commit(Object.values(ONE_OF_EACH));
      await instance.commit([{ delete: kind, id: uuid(1), replaces: 1 }]);
      const left = [];
      for (const other of KINDS) if (await instance.get(other, uuid(1))) left.push(other);
      expect(left).toEqual(KINDS.filter((other) => other !== kind));
    });

    test.each(KINDS)(
      'a numbered commit changes and deletes a document of kind %s that was read before',
      async (kind) => {
        const numbered = (change: Change) => instance.commitNumbered(() => ({ changes: [change], result: null }));
        await numbered(ONE_OF_EACH[kind]);
        expect((await instance.get(kind, uuid(1)))!.version).toBe(1);
        await numbered({ ...ONE_OF_EACH[kind], replaces: 1 });
        expect((await instance.get(kind, uuid(1)))!.version).toBe(2);
        await numbered({ delete: kind, id: uuid(1), replaces: 2 });
        expect(await instance.get(kind, uuid(1))).toBeNull();
      },
    );

    test('a commit may put and delete what it put before', async () => {
      await instance.commit([
        ONE_OF_EACH.ticket,
        { ...ONE_OF_EACH.ticket, replaces: 1 },
        { delete: 'ticket', id: uuid(1), replaces: 2 },
      ]);
      expect(await instance.get('ticket', uuid(1))).toBeNull();
    });

    test('of many changes to the same version at once, one wins and the others conflict', async () => {
      await instance.commit([ONE_OF_EACH.ticket]);
      const titles = Array.from({ length: 20 }, (_, index) => `Title ${index}`);
      const outcomes = await Promise.allSettled(titles.map((title) => change(instance, uuid(1), { title })));
      const won = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value.title] : []));
      const lost = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason.code] : []));
      expect(won).toHaveLength(1);
      expect(lost).toEqual(Array(19).fill('conflict'));
      expect((await instance.get('ticket', uuid(1)))!.value.title).toBe(won[0]);
    });
  });

  describe('a commit is all or nothing', () => {
    const other = { put: 'ticket', id: uuid(2), value: ticketDocument({ ticketNo: 2 }), replaces: null } as const;
    const stale: [string, Change][] = [
      ['a stale version', { ...ONE_OF_EACH.ticket, replaces: 7 }],
      ['a new document that is there already', ONE_OF_EACH.ticket],
      ['a deletion of a stale version', { delete: 'ticket', id: uuid(1), replaces: 7 }],
      ['a deletion of what is not there', { delete: 'activity', id: uuid(9), replaces: 1 }],
    ];

    test.each(stale)('%s among other changes writes neither document nor event', async (_, wrong) => {
      await instance.commit([ONE_OF_EACH.ticket]);
      const rest: Change[] = [
        other,
        ONE_OF_EACH.activity,
        ONE_OF_EACH.tagCategory,
        { put: 'ticket', id: uuid(1), value: ticketDocument({ title: 'Changed' }), replaces: 1 },
        { event: eventDocument() },
      ];
      for (const changes of [
        [wrong, ...rest],
        [...rest, wrong],
      ]) {
        await expect(instance.commit(changes)).rejects.toMatchObject({ code: 'conflict' });
      }
      expect((await instance.get('ticket', uuid(1)))!.json).toBe(JSON.stringify(ticketDocument()));
      expect(await instance.get('ticket', uuid(2))).toBeNull();
      expect(await instance.get('activity', uuid(1))).toBeNull();
      expect(await instance.get('tagCategory', uuid(1))).toBeNull();
      expect(await instance.count('ticket', EVERYTHING)).toBe(1);
      expect(await instance.count('ticket', { words: ['changed'] })).toBe(0);
      expect((await eventsOf(subject.store(), id, '')).events).toEqual([]);
    });

    test('the same document new twice in one commit conflicts', async () => {
      await expect(instance.commit([other, other])).rejects.toMatchObject({ code: 'conflict' });
      expect(await instance.get('ticket', uuid(2))).toBeNull();
    });
  });

  describe('the hidden part', () => {
    const hidden = { description_HTML: '<p>Down</p>' };

    test('is not there unless it was put', async () => {
      await instance.commit([ONE_OF_EACH.ticket]);
      expect((await instance.get('ticket', uuid(1)))!.hidden).toBeUndefined();
    });

    test('comes back beside the value and is no part of it', async () => {
      await instance.commit([
        { ...ONE_OF_EACH.ticket, put: 'ticket', value: ticketDocument(), hidden },
        { put: 'activity', ...NEW, value: activityDocument(), hidden: { comment_HTML: '<b>Works</b>' } },
      ]);
      const stored = await instance.get('ticket', uuid(1));
      expect(stored!.hidden).toEqual(hidden);
      expect(stored!.json).toBe(JSON.stringify(ticketDocument()));
      expect((await instance.get('activity', uuid(1)))!.hidden).toEqual({ comment_HTML: '<b>Works</b>' });
      const query = { where: EVERYTHING, orderBy: 'ticketNo', direction: 'ASC', limit: 1 } as const;
      expect((await instance.list('ticket', query)).items[0]!.hidden).toEqual(hidden);
    });

    test('is replaced with the document, and goes when the document is put without it', async () => {
      const put = { put: 'ticket', id: uuid(1), value: ticketDocument() } as const;
      await instance.commit([{ ...put, hidden, replaces: null }]);
      await instance.commit([{ ...put, hidden: { description_HTML: '<p>Up</p>' }, replaces: 1 }]);
      expect((await instance.get('ticket', uuid(1)))!.hidden).toEqual({ description_HTML: '<p>Up</p>' });
      await instance.commit([{ ...put, replaces: 2 }]);
      expect((await instance.get('ticket', uuid(1)))!.hidden).toBeUndefined();
    });
  });

  describe('text comes back exactly as it went in', () => {
    test.each(NAUGHTY_STRINGS)('%j', async (text) => {
      const ticket = ticketDocument({ title: text, description: text, customFields: { [uuid(9)]: text } });
      const activity = activityDocument({ comment: text });
      await instance.commit([
        { put: 'ticket', id: ticket.id, value: ticket, hidden: { description_HTML: text }, replaces: null },
        { put: 'activity', id: activity.id, value: activity, hidden: { comment_HTML: text }, replaces: null },
      ]);
      const stored = await instance.get('ticket', ticket.id);
      expect(stored!.json).toBe(JSON.stringify(ticket));
      expect(stored!.value).toStrictEqual(ticket);
      expect(stored!.hidden).toStrictEqual({ description_HTML: text });
      const comment = await instance.get('activity', activity.id);
      expect(comment!.json).toBe(JSON.stringify(activity));
      expect(comment!.hidden).toStrictEqual({ comment_HTML: text });
    });
  });
}
