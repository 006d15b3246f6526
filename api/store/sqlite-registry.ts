import type { StatementSync } from 'node:sqlite';
import { fail } from '../contract/errors.ts';
import { type GroupCommit, reading } from './sqlite-group-commit.ts';
import type { Remembered } from './sqlite-remembered.ts';
import type { Change, InstanceRecord, KeyRecord, RecordKind, Records, Registry } from './store.ts';

interface Parts {
  prepare: (text: string) => StatementSync;
  commits: GroupCommit;
  remembered: Remembered;
  /** Answers what is to be done once it is on disk. */
  apply: (instanceId: string, changes: Change[]) => () => void;
}

/** The registry's tables: `instances`, `keys` and `records`. */
export function sqliteRegistry({ prepare, commits, remembered, apply }: Parts): Registry {
  const keyOf = (row: unknown) =>
    row === undefined ? null : (JSON.parse((row as { json: string }).json) as KeyRecord);

  function putKey(record: KeyRecord, replaces: number | null): void {
    remembered.forget();
    const { instanceId, slot } = record;
    const old = prepare('SELECT version FROM keys WHERE instanceId = ? AND slot = ?').get(instanceId, slot) as
      | { version: number }
      | undefined;
    if ((old?.version ?? null) !== replaces) fail('conflict', 'The key was changed at the same moment. Try again.');
    prepare('DELETE FROM keys WHERE instanceId = ? AND slot = ?').run(instanceId, slot);
    const version = (replaces ?? 0) + 1;
    const json = JSON.stringify({ ...record, version });
    prepare('INSERT INTO keys (hash, instanceId, slot, version, json) VALUES (?, ?, ?, ?, ?)').run(
      record.hash,
      instanceId,
      slot,
      version,
      json,
    );
  }

  return {
    async createInstance(record, changes, keys) {
      await commits.run(() => {
        const isThere = prepare('SELECT 1 FROM instances WHERE id = ?').get(record.id) !== undefined;
        if (isThere) fail('conflict', 'There is an instance with this id.');
        prepare('INSERT INTO instances (id, json) VALUES (?, ?)').run(record.id, JSON.stringify(record));
        for (const key of keys) putKey(key, null);
        return apply(record.id, changes);
      });
    },
    async instances() {
      const found = reading(() => prepare('SELECT json FROM instances ORDER BY instanceNo').all()) as {
        json: string;
      }[];
      return found.map((row) => JSON.parse(row.json) as InstanceRecord);
    },
    async keyByHash(hash) {
      const read = () => keyOf(reading(() => prepare('SELECT json FROM keys WHERE hash = ?').get(hash)));
      return remembered.get(`key ${hash}`, read);
    },
    async keys(instanceId) {
      const read = () => prepare('SELECT json FROM keys WHERE instanceId = ? ORDER BY slot').all(instanceId);
      return reading(read).map((row) => keyOf(row)!);
    },
    async record<K extends RecordKind>(kind: K, id: string) {
      const read = () => prepare('SELECT version, json FROM records WHERE kind = ? AND id = ?').get(kind, id);
      const row = reading(read) as { version: number; json: string } | undefined;
      return row ? { value: JSON.parse(row.json) as Records[K], version: row.version } : null;
    },
    async putRecord(kind, id, value, replaces) {
      await commits.run(() => {
        const [version, json] = [(replaces ?? 0) + 1, JSON.stringify(value)];
        const { changes } =
          replaces === null
            ? prepare('INSERT INTO records (kind, id, version, json) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING').run(
                kind,
                id,
                version,
                json,
              )
            : prepare('UPDATE records SET version = ?, json = ? WHERE kind = ? AND id = ? AND version = ?').run(
                version,
                json,
                kind,
                id,
                replaces,
              );
        if (changes === 0) fail('conflict', 'This was changed by somebody else at the same moment. Try again.');
        return undefined;
      });
    },
    async deleteRecord(kind, id, replaces) {
      await commits.run(() => {
        const { changes } = prepare('DELETE FROM records WHERE kind = ? AND id = ? AND version = ?').run(
          kind,
          id,
          replaces,
        );
        if (changes === 0) fail('conflict', 'This was changed by somebody else at the same moment. Try again.');
        return undefined;
      });
    },
    async putKey(record, replaces) {
      await commits.run(() => {
        putKey(record, replaces);
        return undefined;
      });
    },
  };
}
