/** Comments that were begun and not sent, kept on the device for each ticket. */

export interface Draft {
  html: string;
  isPrivate: boolean;
}

const keyOf = (instanceId: string, ticketNo: string): string => `tickets.draft.${instanceId}.${ticketNo}`;

export function readDraft(instanceId: string, ticketNo: string): Draft {
  try {
    const kept = JSON.parse(localStorage.getItem(keyOf(instanceId, ticketNo)) ?? '{}');
    return { html: typeof kept.html === 'string' ? kept.html : '', isPrivate: kept.isPrivate === true };
  } catch {
    return { html: '', isPrivate: false };
  }
}

/** An empty one is forgotten. */
export function keepDraft(instanceId: string, ticketNo: string, draft: Draft | undefined): void {
  try {
    if (draft) localStorage.setItem(keyOf(instanceId, ticketNo), JSON.stringify(draft));
    else localStorage.removeItem(keyOf(instanceId, ticketNo));
  } catch {
    // A full or forbidden storage loses only the draft, and only when the page is left.
  }
}
