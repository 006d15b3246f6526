import type { Container, ItemResponse } from '@azure/cosmos';
import { fail } from '../contract/errors.ts';
import { changeIf, createOnce, type Place } from './cosmos-conditional.ts';
import { escapeId } from './cosmos-documents.ts';
import { answered, unavailable } from './cosmos-errors.ts';
import { repeating } from './cosmos-requests.ts';
import type { Change, InstanceRecord, KeyRecord, RecordKind, Records, Registry } from './store.ts';

/** Points from a key's hash to its instance. Which key is in which slot, the instance's own document alone says. */
interface KeyPointer {
  id: string;
  kind: 'key';
  instanceId: string;
}

/** An instance and its keys: one document, so that replacing a key is one write. */
interface InstanceDocument {
  id: string;
  kind: 'instance';
  record: InstanceRecord;
  keys: KeyRecord[];
  _etag?: string;
}

/** A record that belongs to no single instance. */
interface RecordDocument<K extends RecordKind> {
  kind: 'record';
  value: Records[K];
  version: number;
}

/** How long a node may go on with what it has read of a key. */
const REMEMBERED_MS = 2000;
const MAX_REMEMBERED = 5000;

interface Parts {
  container: Container;
  /** Writes the first documents of an instance. */
  begin: (instanceId: string, changes: Change[]) => Promise<void>;
  now: () => Date;
}

export function cosmosRegistry({
  container,
  begin,
  now,
}: Parts): Registry & { has(instanceId: string): Promise<boolean> } {
  const remembered = new Map<string, { record: KeyRecord | null; until: number }>();
  /** How often a key was changed here: what was read in the meantime is not remembered. */
  let changes = 0;
  const instanceId = (id: string) => `instance:${escapeId(id)}`;
  const recordPlace = (kind: RecordKind, id: string): Place => {
    const name = `${kind}:${escapeId(id)}`;
    return { container, id: name, partitionKey: name };
  };
  const pointerId = (hash: string) => `key:${escapeId(hash)}`;

  async function read<T extends object>(id: string): Promise<T | null> {
    try {
      const item = container.item(id, id);
      const { resource }: ItemResponse<T & { id: string }> = await repeating((options) => item.read(options));
      return resource ?? null;
    } catch (error) {
      throw unavailable(error);
    }
  }

  const instanceDocument = (id: string) => read<InstanceDocument>(instanceId(id));

  async function keyRecord(hash: string): Promise<KeyRecord | null> {
    const pointer = await read<KeyPointer>(pointerId(hash));
    const document = pointer && (await instanceDocument(pointer.instanceId));
    return document?.keys.find((key) => key.hash === hash) ?? null;
  }

  /** The pointer first: a crash after it leaves a pointer that leads nowhere, and never a key that cannot be found. */
  async function point(record: KeyRecord): Promise<void> {
    const pointer: KeyPointer = { id: pointerId(record.hash), kind: 'key', instanceId: record.instanceId };
    await repeating((options) => container.items.upsert(pointer, options));
  }

  async function replace(document: InstanceDocument): Promise<void> {
    const item = container.item(document.id, document.id);
    const accessCondition = { type: 'IfMatch', condition: document._etag! };
    try {
      await repeating((options) => item.replace(document, { accessCondition, ...options }));
    } catch (error) {
      if (answered(error) !== 412) throw unavailable(error);
      // After an answer that was lost, it is the first try that the second one meets.
      const written = await read<InstanceDocument>(document.id);
      if (JSON.stringify(written?.keys) === JSON.stringify(document.keys)) return;
      fail('conflict', 'The key was changed at the same moment. Try again.');
    }
  }

  async function create(document: InstanceDocument): Promise<void> {
    try {
      await repeating((options) => container.items.create(document, options));
    } catch (error) {
      if (answered(error) !== 409) throw unavailable(error);
      const written = await read<InstanceDocument>(document.id);
      if (JSON.stringify(written?.record) === JSON.stringify(document.record)) return;
      fail('conflict', 'There is an instance with this id.');
    }
  }

  return {
    async createInstance(record, changes, keys) {
      const document: InstanceDocument = { id: instanceId(record.id), kind: 'instance', record, keys };
      try {
        for (const key of keys) await point(key);
        await begin(record.id, changes);
        await create(document);
      } catch (error) {
        throw unavailable(error);
      }
    },
    async has(id) {
      return (await instanceDocument(id)) !== null;
    },
    async instances() {
      const query = 'SELECT * FROM c WHERE c.kind = "instance"';
      const { resources } = await repeating((options) =>
        container.items.query<InstanceDocument>(query, options).fetchAll(),
      ).catch((error) => Promise.reject(unavailable(error)));
      return resources.map(({ record }) => record).toSorted((left, right) => (left.id < right.id ? -1 : 1));
    },
    async keyByHash(hash) {
      const at = now().getTime();
      const known = remembered.get(hash);
      if (known && known.until > at) return known.record;
      const before = changes;
      const record = await keyRecord(hash);
      if (changes !== before) return record;
      if (remembered.size >= MAX_REMEMBERED) remembered.clear();
      remembered.set(hash, { record, until: at + REMEMBERED_MS });
      return record;
    },
    async keys(id) {
      const document = await instanceDocument(id);
      return (document?.keys ?? []).toSorted((left, right) => (left.slot < right.slot ? -1 : 1));
    },
    async record<K extends RecordKind>(kind: K, id: string) {
      const document = await read<RecordDocument<K>>(recordPlace(kind, id).id);
      return document && { value: document.value, version: document.version };
    },
    async putRecord(kind, id, value, replaces) {
      const place = recordPlace(kind, id);
      const isPut =
        replaces === null
          ? await createOnce(place, { kind: 'record', value, version: 1 } satisfies RecordDocument<typeof kind>)
          : await changeIf(place, `c.version = ${replaces}`, [
              { op: 'set', path: '/value', value },
              { op: 'set', path: '/version', value: replaces + 1 },
            ]);
      if (!isPut) fail('conflict', 'This was changed by somebody else at the same moment. Try again.');
    },
    async deleteRecord(kind, id, replaces) {
      const { id: name } = recordPlace(kind, id);
      const document = await read<RecordDocument<typeof kind> & { _etag: string }>(name);
      const isIt = document?.version === replaces;
      if (!isIt) fail('conflict', 'This was changed by somebody else at the same moment. Try again.');
      const accessCondition = { type: 'IfMatch', condition: document!._etag };
      await repeating((options) => container.item(name, name).delete({ accessCondition, ...options })).catch(
        (error) => {
          // After an answer that was lost, it is gone already.
          if (answered(error) === 412)
            fail('conflict', 'This was changed by somebody else at the same moment. Try again.');
          if (answered(error) !== 404) throw unavailable(error);
        },
      );
    },
    async putKey(record, replaces) {
      const document = (await instanceDocument(record.instanceId)) ?? fail('not_found', 'There is no such instance.');
      const old = document.keys.find((key) => key.slot === record.slot);
      if ((old?.version ?? null) !== replaces) fail('conflict', 'The key was changed at the same moment. Try again.');
      if (old?.hash !== record.hash) await point(record).catch((error) => Promise.reject(unavailable(error)));
      const others = document.keys.filter((key) => key.slot !== record.slot);
      await replace({ ...document, keys: [...others, { ...record, version: (replaces ?? 0) + 1 }] });
      changes += 1;
      if (old) remembered.delete(old.hash);
      remembered.delete(record.hash);
      if (old && old.hash !== record.hash) {
        // Only tidying up: a pointer whose key is in no slot opens nothing.
        await container
          .item(pointerId(old.hash), pointerId(old.hash))
          .delete()
          .catch(() => undefined);
      }
    },
  };
}
