import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Slot } from '../contract/keys.ts';
import type { Vault } from '../core/context.ts';
import { generateKey } from './api-key.ts';

/** What is signed; each purpose has a key of its own, so that none can stand in for another. */
type Purpose = 'key hash' | 'page' | 'file';

export interface KeyVault extends Vault {
  /** By this a presented key is found. */
  hash(key: string): string;
}

/** @param secret at least 32 characters; whoever has it and the data can read every key */
export function openVault(secret: string): KeyVault {
  const derive = (purpose: string) => Buffer.from(hkdfSync('sha256', secret, 'teams-ticketing', purpose, 32));
  const sealing = derive('key seal');
  // As text, which node takes seven times faster than bytes; each request needs one.
  const signing: Record<Purpose, string> = {
    'key hash': derive('key hash').toString('base64url'),
    page: derive('page').toString('base64url'),
    file: derive('file').toString('base64url'),
  };
  const hmac = (purpose: Purpose, text: string) => createHmac('sha256', signing[purpose]).update(text).digest();
  const hash = (key: string) => hmac('key hash', key).toString('base64url');
  /** A sealed copy opens only in the place that it was made for. */
  const place = (instanceId: string, slot: Slot) => Buffer.from(`${instanceId}\n${slot}`);

  return {
    hash,
    newKey(instanceId, slot) {
      const key = generateKey(slot);
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', sealing, nonce).setAAD(place(instanceId, slot));
      const sealed = Buffer.concat([nonce, cipher.update(key), cipher.final(), cipher.getAuthTag()]);
      return { key, hash: hash(key), sealed: sealed.toString('base64url') };
    },
    reveal({ sealed, instanceId, slot }) {
      const bytes = Buffer.from(sealed, 'base64url');
      const decipher = createDecipheriv('aes-256-gcm', sealing, bytes.subarray(0, 12))
        .setAAD(place(instanceId, slot))
        .setAuthTag(bytes.subarray(-16));
      return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]).toString();
    },
    sign: (purpose, text) => hmac(purpose, text).toString('base64url'),
    verify(purpose, text, signature) {
      const expected = hmac(purpose, text);
      const given = Buffer.from(signature, 'base64url');
      return given.length === expected.length && timingSafeEqual(given, expected);
    },
  };
}
