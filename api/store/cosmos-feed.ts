import { type ChangeFeedPullModelIterator, ChangeFeedStartFrom, type Container } from '@azure/cosmos';
import type { EventDocument } from './cosmos-documents.ts';
import { unavailable } from './cosmos-errors.ts';
import { repeating } from './cosmos-requests.ts';
import type { Store } from './store.ts';

/** How many places in the feed are kept open for those who go on there. */
const MAX_KEPT = 8;

type Reader = ChangeFeedPullModelIterator<EventDocument>;

/** The events among the changes of the container. */
export function cosmosFeed(container: Container): Pick<Store, 'changes' | 'latest'> {
  /** Readers by where they stand, for a new one has to ask for the container first. */
  const kept = new Map<string, Reader>();

  function open(cursor: string, limit: number): Reader {
    const start = cursor ? ChangeFeedStartFrom.Continuation(cursor) : ChangeFeedStartFrom.Beginning();
    return container.items.getChangeFeedIterator({ changeFeedStartFrom: start, maxItemCount: limit });
  }

  return {
    async changes(cursor, limit) {
      const reader = kept.get(`${limit} ${cursor}`) ?? open(cursor, limit);
      // Nobody else may read on with it meanwhile, and after an error nobody at all.
      kept.delete(`${limit} ${cursor}`);
      try {
        for (let at = cursor; ; ) {
          const response = await repeating(() => reader.readNext());
          at = response.continuationToken || at;
          const documents = (response.result ?? []).filter((document) => document.kind === 'event');
          // A page may hold other documents only; the end says so by its status.
          if (documents.length === 0 && response.statusCode !== 304) continue;
          if (kept.size >= MAX_KEPT) kept.delete(kept.keys().next().value!);
          kept.set(`${limit} ${at}`, reader);
          return { events: documents.map(({ instanceId, event }) => ({ instanceId, event })), cursor: at };
        }
      } catch (error) {
        throw unavailable(error);
      }
    },
    async latest() {
      const reader = container.items.getChangeFeedIterator({ changeFeedStartFrom: ChangeFeedStartFrom.Now() });
      try {
        return (await repeating(() => reader.readNext())).continuationToken;
      } catch (error) {
        throw unavailable(error);
      }
    },
  };
}
