import { randomInt } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Slot } from '../contract/keys.ts';

/**
 * A key is `tk_<slot>_`, 32 random base62 characters (190 bits) and 6 of checksum, so that a mistyped one is refused
 * without asking the store, and a leaked one is found by a scanner.
 */
const LETTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const PREFIX: Record<Slot, string> = { primary: 'tk_p_', secondary: 'tk_s_', administrative: 'tk_a_' };
const KEY = /^(tk_[psa]_[0-9A-Za-z]{32})([0-9A-Za-z]{6})$/;

function checksum(text: string): string {
  let rest = crc32(text);
  let digits = '';
  for (let i = 0; i < 6; i++) {
    digits = LETTERS[rest % 62] + digits;
    rest = Math.floor(rest / 62);
  }
  return digits;
}

export function generateKey(slot: Slot): string {
  const random = Array.from({ length: 32 }, () => LETTERS[randomInt(62)]).join('');
  const text = PREFIX[slot] + random;
  return text + checksum(text);
}

/** Whether a text has the form of a key and its checksum is right. */
export function isWellFormed(key: string): boolean {
  const [, text, sum] = KEY.exec(key) ?? [];
  return text !== undefined && checksum(text) === sum;
}
