/** A new ticket that was begun and not created, kept on the device for each person and help desk. */

import { storage } from '../../storage.ts';
import type { Values } from './built-in.tsx';

const keyOf = (personId: string, instanceId: string): string => `tickets.new.${personId}.${instanceId}`;

/** What was filled in; nothing when no ticket was begun. */
export function readDraft(personId: string, instanceId: string): Partial<Values> {
  try {
    return { ...JSON.parse(storage.get(keyOf(personId, instanceId)) ?? '{}') };
  } catch {
    return {};
  }
}

/** Undefined forgets it. */
export function keepDraft(personId: string, instanceId: string, values: Values | undefined): void {
  if (values) storage.set(keyOf(personId, instanceId), JSON.stringify(values));
  else storage.remove(keyOf(personId, instanceId));
}
