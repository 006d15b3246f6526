import type { Environment } from '../core/context.ts';
import { deleteRemains } from '../core/deletion.ts';
import type { Subscriber } from './feed.ts';
import type { JobHandler } from './worker.ts';

const REMAINS = 'ticket.remains';

/** Brings the deletion of a ticket to its end, where the process that began it has not. */
export function remains({ store, blobs, now }: Environment): { subscriber: Subscriber; handlers: JobHandler[] } {
  const subscriber: Subscriber = ({ instanceId, event: { id, type, ticket, activityId } }) => {
    if (type !== 'ticket.deleted' || !ticket) return [];
    const payload = { ticketId: ticket.id, except: activityId ?? '' };
    return [{ id: `${id}/remains`, kind: REMAINS, instanceId, dueOn: now().toISOString(), payload }];
  };
  const handler: JobHandler = {
    kind: REMAINS,
    concurrency: 1,
    async run({ instanceId, payload }) {
      const { ticketId, except } = payload as { ticketId: string; except: string };
      await deleteRemains(store.instance(instanceId), blobs, ticketId, except);
      return undefined;
    },
  };
  return { subscriber, handlers: [handler] };
}
