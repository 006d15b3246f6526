import { randomUUID } from 'node:crypto';
import type { Container, PatchOperation, Resource } from '@azure/cosmos';
import { answered, unavailable } from './cosmos-errors.ts';
import { repeating } from './cosmos-requests.ts';

/**
 * Writes of single documents that happen once although an answer may be lost. Each has a name, `writeId`, that stays in
 * the document: when a write that is sent again meets a document that is in its way, that may be its own first try.
 */
interface Written {
  writeId: string;
}

/** Where a document lies. */
export interface Place {
  container: Container;
  id: string;
  partitionKey: string | number;
}

/** Makes a new document; false when there was one. */
export async function createOnce(place: Place, document: object): Promise<boolean> {
  const writeId = randomUUID();
  const { container, id } = place;
  try {
    await repeating((options) => container.items.create({ ...document, id, writeId }, options));
    return true;
  } catch (error) {
    if (answered(error) !== 409) throw unavailable(error);
    return (await writtenBy(place, writeId)) !== null;
  }
}

/** Changes a document if the condition on it, as `c`, holds; answers it as it is then, or null when nothing changed. */
export async function changeIf<T extends object>(
  place: Place,
  condition: string,
  changes: PatchOperation[],
): Promise<T | null> {
  const writeId = randomUUID();
  const operations = [...changes, { op: 'set' as const, path: '/writeId', value: writeId }];
  const item = place.container.item(place.id, place.partitionKey);
  try {
    const body = { condition: `FROM c WHERE ${condition}`, operations };
    const { resource } = await repeating((options) => item.patch<T & { id: string }>(body, options));
    return resource ?? null;
  } catch (error) {
    if (![404, 412].includes(answered(error))) throw unavailable(error);
    return writtenBy<T>(place, writeId);
  }
}

async function writtenBy<T extends object>({ container, id, partitionKey }: Place, writeId: string): Promise<T | null> {
  try {
    const item = container.item(id, partitionKey);
    const { resource } = await repeating((options) => item.read<T & Written & Resource>(options));
    return resource?.writeId === writeId ? resource : null;
  } catch (error) {
    throw unavailable(error);
  }
}
