import type { Container } from '@azure/cosmos';
import { type CosmosDocument, CosmosStored, type EventDocument } from './cosmos-documents.ts';
import { unavailable } from './cosmos-errors.ts';
import { repeating } from './cosmos-requests.ts';
import { needleOf } from './held.ts';
import { KINDS } from './kinds.ts';
import type { Held } from './store.ts';

const PAGE = 500;

type Found = (CosmosDocument | EventDocument) & { _ts: number };

/** Reads the whole partition: no index of the service knows what a value holds. */
export async function* readHolding(container: Container, instanceId: string, texts: string[]): AsyncGenerator<Held[]> {
  const needles = texts.map(needleOf).filter(Boolean);
  if (needles.length === 0) return;
  let continuationToken: string | undefined;
  do {
    const answer = await repeating((options) =>
      container.items
        .query<Found>('SELECT * FROM c', {
          partitionKey: instanceId,
          maxItemCount: PAGE,
          ...(continuationToken && { continuationToken }),
          ...options,
        })
        .fetchNext(),
    ).catch((error) => Promise.reject(unavailable(error)));
    const found = (answer.resources ?? []).filter((document) => {
      const text = JSON.stringify(document.kind === 'event' ? document.event : document.value)?.toLowerCase() ?? '';
      return needles.some((needle) => text.includes(needle));
    });
    yield found.flatMap(heldOf);
    continuationToken = answer.continuationToken;
  } while (continuationToken);
}

function heldOf(document: Found): Held[] {
  if (document.kind === 'event') return [{ event: document.event, place: document.id }];
  if (!Object.hasOwn(KINDS, document.kind)) return [];
  const { id, version, value, hidden } = new CosmosStored(document);
  const { kind, ttl, _ts } = document;
  const expiresOn = ttl === undefined ? '' : new Date((_ts + ttl) * 1000).toISOString();
  return [{ kind, id, version, value, hidden, expiresOn } as Held];
}
