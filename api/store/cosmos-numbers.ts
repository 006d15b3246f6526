import type { Container } from '@azure/cosmos';
import { escapeId } from './cosmos-documents.ts';
import { answered, unavailable } from './cosmos-errors.ts';
import { repeating } from './cosmos-requests.ts';

interface Waiting {
  resolve: (number: number) => void;
  reject: (error: unknown) => void;
}

/**
 * Draws ticket numbers, and turns of a rota. The creates that wait at one moment share one atomic increment of the
 * instance's counter, so nobody is ever refused for somebody else's number. A number whose commit then fails is a gap.
 */
export function cosmosNumbers(container: Container): (instanceId: string, counter: string) => Promise<number> {
  const waiting = new Map<string, Waiting[]>();

  async function draw(name: string, instanceId: string, counter: string): Promise<void> {
    for (;;) {
      const drawing = waiting.get(name) ?? [];
      if (drawing.length === 0) {
        waiting.delete(name);
        return;
      }
      waiting.set(name, []);
      try {
        const last = await increment(container, instanceId, counter, drawing.length);
        for (const [index, { resolve }] of drawing.entries()) resolve(last - drawing.length + 1 + index);
      } catch (error) {
        for (const { reject } of drawing) reject(unavailable(error));
      }
    }
  }

  return (instanceId, counter) =>
    new Promise((resolve, reject) => {
      const name = `${instanceId} ${counter}`;
      const others = waiting.get(name);
      if (others) others.push({ resolve, reject });
      else {
        waiting.set(name, [{ resolve, reject }]);
        void draw(name, instanceId, counter);
      }
    });
}

/** An increment that happened twice, as one whose answer was lost may, only costs the numbers that nobody got. */
async function increment(container: Container, instanceId: string, counter: string, by: number): Promise<number> {
  const id = `counter:${escapeId(counter)}`;
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
