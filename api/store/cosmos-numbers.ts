import type { Container } from '@azure/cosmos';
import { answered, unavailable } from './cosmos-errors.ts';
import { repeating } from './cosmos-requests.ts';

interface Waiting {
  resolve: (number: number) => void;
  reject: (error: unknown) => void;
}

/**
 * Draws ticket numbers. The creates that wait at one moment share one atomic increment of the instance's counter, so
 * nobody is ever refused for somebody else's number. A number whose commit then fails is a gap.
 */
export function cosmosNumbers(container: Container): (instanceId: string) => Promise<number> {
  const waiting = new Map<string, Waiting[]>();

  async function draw(instanceId: string): Promise<void> {
    for (;;) {
      const drawing = waiting.get(instanceId) ?? [];
      if (drawing.length === 0) {
        waiting.delete(instanceId);
        return;
      }
      waiting.set(instanceId, []);
      try {
        const last = await increment(container, instanceId, drawing.length);
        for (const [index, { resolve }] of drawing.entries()) resolve(last - drawing.length + 1 + index);
      } catch (error) {
        for (const { reject } of drawing) reject(unavailable(error));
      }
    }
  }

  return (instanceId) =>
    new Promise((resolve, reject) => {
      const others = waiting.get(instanceId);
      if (others) others.push({ resolve, reject });
      else {
        waiting.set(instanceId, [{ resolve, reject }]);
        void draw(instanceId);
      }
    });
}

/** An increment that happened twice, as one whose answer was lost may, only costs the numbers that nobody got. */
async function increment(container: Container, instanceId: string, by: number): Promise<number> {
  const id = 'counter:ticket';
  for (let attempt = 1; ; attempt++) {
    try {
      const add = [{ op: 'incr' as const, path: '/last', value: by }];
      const { resource } = await repeating((options) => container.item(id, instanceId).patch(add, options));
      return resource.last;
    } catch (error) {
      if (answered(error) !== 404 || attempt > 2) throw error;
    }
    try {
      await repeating((options) => container.items.create({ id, instanceId, kind: 'counter', last: by }, options));
      return by;
    } catch (error) {
      // Somebody else was first, or it was this one, whose answer was lost.
      if (answered(error) !== 409) throw error;
    }
  }
}
