/** What the thread of a ticket has heard from somebody, be it a comment, a state or a name: the bot does not repeat it there. */

import { createHash } from 'node:crypto';
import type { InstanceStore } from '../../api/store/store.ts';
import type { Acting } from '../acting.ts';

const KEPT_MS = 60 * 60 * 1000;

const heardId = (ticketId: string, personId: string, words: string): string =>
  `heard-${createHash('sha256')
    .update(JSON.stringify([ticketId, personId.toLowerCase(), words.trim()]))
    .digest('base64url')}`;

/** Notes words that were written in the ticket's thread; those said elsewhere it has not heard. */
export async function sayInThread(acting: Acting, ticketId: string, words: string): Promise<void> {
  if (acting.threadTicketId !== ticketId || acting.said.text === '') return;
  const { environment, actor, caller } = acting;
  const id = heardId(ticketId, caller.identity.id, words);
  const expiresOn = new Date(environment.now().getTime() + KEPT_MS).toISOString();
  const instance = environment.store.instance(actor.instanceId);
  const found = await instance.get('thread', id);
  if (!found) await instance.commit([{ put: 'thread', id, value: { ticketId }, replaces: null, expiresOn }]);
}

/** Whether the ticket's thread has heard these words from this person. */
export async function wasHeard(
  instance: InstanceStore,
  ticketId: string,
  personId: string,
  words: string,
): Promise<boolean> {
  return (await instance.get('thread', heardId(ticketId, personId, words))) !== null;
}
