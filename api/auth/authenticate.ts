import { isIPv6 } from 'node:net';
import { fail } from '../contract/errors.ts';
import type { Actor, Environment } from '../core/context.ts';
import { allowList } from '../core/keys.ts';
import type { KeyRecord } from '../store/store.ts';
import { isWellFormed } from './api-key.ts';
import type { KeyVault } from './vault.ts';

/** How exact the time of a key's last use is; more would be a write for every request. */
const LAST_USED_MS = 60_000;

export type Authenticate = (key: string | undefined, address: string) => Promise<Actor>;

/**
 * Finds whose key it is. Unknown, mistyped, revoked, expired and missing keys are all the same 401; a good key from an
 * address that it does not allow is 403.
 */
export function keyAuthentication(environment: Environment & { vault: KeyVault }): Authenticate {
  const { store, vault, now } = environment;
  const noted = new Map<string, number>();

  /** Beside the answer, never before it: the use of a key is no reason to wait, nor to fail. */
  function noteUse(record: KeyRecord): void {
    const at = now();
    if (at.getTime() - (noted.get(record.hash) ?? 0) < LAST_USED_MS) return;
    if (noted.size > 10_000) noted.clear();
    noted.set(record.hash, at.getTime());
    store.registry.putKey({ ...record, lastUsedOn: at.toISOString() }, record.version).catch(() => {
      // Somebody changed the key at this moment; the next use is soon enough.
    });
  }

  return async (key, address) => {
    const record = key !== undefined && isWellFormed(key) ? await store.registry.keyByHash(vault.hash(key)) : null;
    if (!record || (record.expiresOn !== '' && record.expiresOn <= now().toISOString())) {
      return fail(
        'unauthorized',
        'Send a valid key of the instance as ?key=. Its owner finds the keys in the settings.',
      );
    }
    if (record.allowedIps.length > 0) {
      const plain = address.replace(/^::ffff:/, '');
      if (!allowList(record.allowedIps).check(plain, isIPv6(plain) ? 'ipv6' : 'ipv4')) {
        fail('forbidden', `This key may not be used from ${plain}.`);
      }
    }
    noteUse(record);
    const role = record.slot === 'administrative' ? 'owner' : 'assignee';
    return { instanceId: record.instanceId, role, readOnly: record.readOnly };
  };
}
