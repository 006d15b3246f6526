import { randomBytes } from 'node:crypto';

/**
 * Makes UUIDs of version 7 (RFC 9562, section 5.7): they sort by time, and those of one process strictly in the order
 * of the calls (section 6.2, method 1: the 12 bits after the time are a counter).
 */
export function uuidsByTime(now: () => Date): () => string {
  let lastMs = 0;
  let counter = 0;
  return () => {
    const ms = now().getTime();
    if (ms > lastMs) {
      lastMs = ms;
      counter = 0;
    } else if (++counter > 0xfff) {
      lastMs++;
      counter = 0;
    }
    const random = randomBytes(8);
    random[0] = (random[0]! & 0x3f) | 0x80;
    const time = lastMs.toString(16).padStart(12, '0');
    const tail = random.toString('hex');
    return `${time.slice(0, 8)}-${time.slice(8)}-7${counter.toString(16).padStart(3, '0')}-${tail.slice(0, 4)}-${tail.slice(4)}`;
  };
}
