/** What was begun and neither sent nor saved, kept on the device for each ticket. */

import { storage } from '../../storage.ts';

/** A comment. */
export interface Draft {
  html: string;
  isPrivate: boolean;
}

/** A description, and the one that stood there when the writing began. */
export interface DescriptionDraft {
  html: string;
  base: string;
}

const keyOf = (instanceId: string, ticketNo: string): string => `tickets.draft.${instanceId}.${ticketNo}`;
const descriptionKey = (instanceId: string, ticketNo: string): string => `${keyOf(instanceId, ticketNo)}.description`;

function read<T>(key: string): Partial<T> {
  try {
    return JSON.parse(storage.get(key) ?? '{}');
  } catch {
    return {};
  }
}

/** Undefined is forgotten. */
function keep(key: string, draft: object | undefined): void {
  if (draft) storage.set(key, JSON.stringify(draft));
  else storage.remove(key);
}

export function readDraft(instanceId: string, ticketNo: string): Draft {
  const { html, isPrivate } = read<Draft>(keyOf(instanceId, ticketNo));
  return { html: typeof html === 'string' ? html : '', isPrivate: isPrivate === true };
}

export const keepDraft = (instanceId: string, ticketNo: string, draft: Draft | undefined): void =>
  keep(keyOf(instanceId, ticketNo), draft);

export function readDescription(instanceId: string, ticketNo: string): DescriptionDraft | undefined {
  const { html, base } = read<DescriptionDraft>(descriptionKey(instanceId, ticketNo));
  return typeof html === 'string' && typeof base === 'string' ? { html, base } : undefined;
}

export const keepDescription = (instanceId: string, ticketNo: string, draft: DescriptionDraft | undefined): void =>
  keep(descriptionKey(instanceId, ticketNo), draft);
