import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { InstanceRecord, KeyRecord, Registry } from '../../api/store/store.ts';
import { eventDocument, instanceDocument, instanceRecord, keyRecord } from '../helpers/documents.ts';
import { eventsOf, type Subject } from './subject.ts';

const byHash = (keys: KeyRecord[]): KeyRecord[] => keys.toSorted((a, b) => (a.hash < b.hash ? -1 : 1));

export function registryPromises(subject: Subject): void {
  describe('the registry', () => {
    let registry: Registry;
    let record: InstanceRecord;
    let primary: KeyRecord;
    let secondary: KeyRecord;
    beforeEach(async () => {
      ({ registry } = subject.store());
      const id = randomUUID();
      record = instanceRecord({ id, name: 'Facilities', isDemo: true });
      primary = keyRecord({ instanceId: id, slot: 'primary', hash: `1 ${id}`, allowedIps: ['10.0.0.0/8'] });
      secondary = keyRecord({ instanceId: id, slot: 'secondary', hash: `2 ${id}`, readOnly: true });
      const value = instanceDocument({ id });
      await registry.createInstance(
        record,
        [{ put: 'instance', id, value, replaces: null }, { event: eventDocument({ id: randomUUID() }) }],
        [primary, secondary],
      );
    });

    test('has the instance that was made, with its first documents, events and keys', async () => {
      expect((await registry.instances()).filter(({ id }) => id === record.id)).toEqual([record]);
      const stored = await subject.store().instance(record.id).get('instance', record.id);
      expect(stored).toMatchObject({ version: 1, value: { id: record.id } });
      expect((await eventsOf(subject.store(), record.id, '')).events).toHaveLength(1);
      expect(byHash(await registry.keys(record.id))).toEqual([primary, secondary]);
    });

    test('finds a key by its hash, and answers null for a hash that there is not', async () => {
      expect(await registry.keyByHash(primary.hash)).toEqual(primary);
      expect(await registry.keyByHash(secondary.hash)).toEqual(secondary);
      for (const hash of ['', 'unknown', primary.hash.toUpperCase(), `${primary.hash} `, primary.hash.slice(0, -1)]) {
        expect(await registry.keyByHash(hash)).toBeNull();
      }
    });

    test('shows the keys of the one instance', async () => {
      const other = randomUUID();
      const theirs = keyRecord({ instanceId: other, hash: `1 ${other}` });
      await registry.createInstance(instanceRecord({ id: other }), [], [theirs]);
      expect(byHash(await registry.keys(record.id))).toEqual([primary, secondary]);
      expect(await registry.keys(other)).toEqual([theirs]);
    });

    test('replaces the key of a slot in one step: the new one works, the old one no longer does', async () => {
      const renewed = { ...primary, hash: `3 ${record.id}`, sealed: 'another' };
      // Read before, so that whoever remembers keys has to forget this one.
      expect(await registry.keyByHash(primary.hash)).toEqual(primary);
      expect(await registry.keyByHash(renewed.hash)).toBeNull();
      await registry.putKey(renewed, 1);
      expect(await registry.keyByHash(primary.hash)).toBeNull();
      expect(await registry.keyByHash(renewed.hash)).toEqual({ ...renewed, version: 2 });
      expect(byHash(await registry.keys(record.id))).toEqual([secondary, { ...renewed, version: 2 }]);
    });

    test('changes a key that keeps its hash', async () => {
      await registry.putKey({ ...primary, readOnly: true }, 1);
      expect(await registry.keyByHash(primary.hash)).toEqual({ ...primary, readOnly: true, version: 2 });
      await registry.putKey({ ...primary, lastUsedOn: record.createdOn }, 2);
      expect(await registry.keyByHash(primary.hash)).toEqual({ ...primary, lastUsedOn: record.createdOn, version: 3 });
    });

    test('conflicts on a stale version of a key, and changes nothing', async () => {
      const renewed = { ...primary, hash: `3 ${record.id}` };
      for (const replaces of [0, 2, null]) {
        await expect(registry.putKey(renewed, replaces)).rejects.toMatchObject({ code: 'conflict' });
      }
      expect(await registry.keyByHash(primary.hash)).toEqual(primary);
      expect(await registry.keyByHash(renewed.hash)).toBeNull();
    });

    test('takes a key for a slot that is empty as new only', async () => {
      const third = keyRecord({ instanceId: record.id, slot: 'administrative', hash: `3 ${record.id}` });
      await expect(registry.putKey(third, 1)).rejects.toMatchObject({ code: 'conflict' });
      await registry.putKey(third, null);
      expect(await registry.keyByHash(third.hash)).toEqual(third);
      expect(await registry.keys(record.id)).toHaveLength(3);
    });

    test('lets one of many replacements of the same key win', async () => {
      const renewed = Array.from({ length: 10 }, (_, index) => ({ ...primary, hash: `new ${index} ${record.id}` }));
      const outcomes = await Promise.allSettled(renewed.map((key) => registry.putKey(key, 1)));
      expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
      const found = await Promise.all([primary, ...renewed].map((key) => registry.keyByHash(key.hash)));
      expect(found.filter((key) => key !== null)).toHaveLength(1);
      expect(await registry.keys(record.id)).toHaveLength(2);
    });

    test('answers to a ping', async () => {
      await expect(subject.store().ping()).resolves.toBeUndefined();
    });
  });
}
