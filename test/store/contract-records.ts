import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { DEFAULT_PREFERENCES } from '../../api/contract/people.ts';
import type { PersonRecord, Registry } from '../../api/store/store.ts';
import { NAUGHTY_STRINGS } from './naughty-strings.ts';
import { newInstance, type Subject } from './subject.ts';

export function recordPromises(subject: Subject): void {
  describe('a record above the instances', () => {
    let registry: Registry;
    let id: string;
    let ada: PersonRecord;
    beforeEach(() => {
      ({ registry } = subject.store());
      const tenantId = randomUUID();
      id = `${tenantId}/ada`;
      ada = {
        id: 'ada',
        tenantId,
        name: 'Ada',
        email: 'ada@contoso.com',
        instanceIds: [],
        chosenInstanceId: '',
        conversation: null,
        preferences: DEFAULT_PREFERENCES,
      };
    });

    test('that is not there is null', async () => {
      expect(await registry.record('person', id)).toBeNull();
      expect(await registry.record('conversation', '')).toBeNull();
    });

    test('comes back as it was put, with a version that counts up', async () => {
      await registry.putRecord('person', id, ada, null);
      expect(await registry.record('person', id)).toEqual({ value: ada, version: 1 });
      const moved = { ...ada, instanceIds: ['one', 'two'], conversation: { reference: { deep: [1, null, 'é'] } } };
      await registry.putRecord('person', id, moved, 1);
      expect(await registry.record('person', id)).toEqual({ value: moved, version: 2 });
      await registry.putRecord('person', id, ada, 2);
      expect(await registry.record('person', id)).toEqual({ value: ada, version: 3 });
    });

    test('conflicts on a stale version, and as new when it is there', async () => {
      for (const replaces of [0, 1, 2]) {
        await expect(registry.putRecord('person', id, ada, replaces)).rejects.toMatchObject({ code: 'conflict' });
      }
      expect(await registry.record('person', id)).toBeNull();
      await registry.putRecord('person', id, ada, null);
      await registry.putRecord('person', id, ada, 1);
      for (const replaces of [null, 0, 1, 3]) {
        const late = { ...ada, name: 'Late' };
        await expect(registry.putRecord('person', id, late, replaces)).rejects.toMatchObject({ code: 'conflict' });
      }
      expect(await registry.record('person', id)).toEqual({ value: ada, version: 2 });
    });

    test('is told apart by its kind and by its id to the letter', async () => {
      const ids = ['x', 'X', 'x ', 'x/y', 'x\\y', 'x?', '19:ab_c@thread.tacv2', ...NAUGHTY_STRINGS.slice(0, 20)];
      const own = ids.map((name) => `${id}/${name}`);
      for (const one of own) {
        await registry.putRecord('conversation', one, { instanceId: one, conversation: null }, null);
      }
      for (const one of own) {
        expect(await registry.record('conversation', one)).toMatchObject({ value: { instanceId: one }, version: 1 });
        expect(await registry.record('person', one)).toBeNull();
      }
    });

    test('is nothing that an instance has', async () => {
      const { id: instanceId } = await newInstance(subject.store());
      const value = { instanceId, conversation: null };
      await registry.putRecord('conversation', instanceId, value, null);
      expect((await registry.instances()).filter((record) => record.id === instanceId)).toHaveLength(1);
      expect(await registry.keys(instanceId)).toEqual([]);
    });

    test('loses nothing to sixteen writers at once, each of whom repeats what met a conflict', async () => {
      await registry.putRecord('person', id, ada, null);
      const writer = async (name: string): Promise<void> => {
        for (;;) {
          const { value, version } = (await registry.record('person', id))!;
          const added = { ...value, instanceIds: [...value.instanceIds, name] };
          const outcome = await registry.putRecord('person', id, added, version).then(
            () => 'put',
            (error) => error.code,
          );
          if (outcome === 'put') return;
          expect(outcome).toBe('conflict');
        }
      };
      const names = Array.from({ length: 16 }, (_, index) => `instance ${index}`);
      await Promise.all(names.map(writer));
      const { value, version } = (await registry.record('person', id))!;
      expect(value.instanceIds.toSorted()).toEqual(names.toSorted());
      expect(version).toBe(17);
    });

    test('that many make at once is made by one of them', async () => {
      const names = Array.from({ length: 10 }, (_, index) => `Ada ${index}`);
      const puts = names.map((name) => registry.putRecord('person', id, { ...ada, name }, null));
      const outcomes = await Promise.allSettled(puts);
      const made = names.filter((_, index) => outcomes[index]!.status === 'fulfilled');
      expect(made).toHaveLength(1);
      expect(await registry.record('person', id)).toMatchObject({ value: { name: made[0] }, version: 1 });
    });
  });
}
