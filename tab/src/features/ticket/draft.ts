/** Comments that were begun and not sent, kept on the device for each ticket. */

import { storage } from '../../storage.ts';

export interface Draft {
  html: string;
  isPrivate: boolean;
}

const keyOf = (instanceId: string, ticketNo: string): string => `tickets.draft.${instanceId}.${ticketNo}`;

export function readDraft(instanceId: string, ticketNo: string): Draft {
  try {
    const kept = JSON.parse(storage.get(keyOf(instanceId, ticketNo)) ?? '{}');
    return { html: typeof kept.html === 'string' ? kept.html : '', isPrivate: kept.isPrivate === true };
  } catch {
    return { html: '', isPrivate: false };
  }
}

/** An empty one is forgotten. */
export function keepDraft(instanceId: string, ticketNo: string, draft: Draft | undefined): void {
  if (draft) storage.set(keyOf(instanceId, ticketNo), JSON.stringify(draft));
  else storage.remove(keyOf(instanceId, ticketNo));
}
