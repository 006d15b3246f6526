import type { Card, Json } from './cards/card.ts';
import { type Wish, wishOf } from './commands/wish.ts';
import type { Messages } from './messages/messages.ts';
import { objectOf, type Said } from './teams/turn.ts';

/** Dialogs (task modules): the same cards, in a window of their own. */

/** A card in a dialog sends by Action.Submit: Teams takes no other there. */
function forDialog<T>(part: T): T {
  if (Array.isArray(part)) return part.map(forDialog) as T;
  if (typeof part !== 'object' || part === null) return part;
  const whole = part as Json;
  if (whole.type === 'Action.Execute') {
    const { data, ...rest } = objectOf(whole.fallback);
    return { ...rest, data: { ...objectOf(data), isDialog: true } } as T;
  }
  const { refresh: _, ...kept } = whole;
  return Object.fromEntries(Object.entries(kept).map(([name, value]) => [name, forDialog(value)])) as T;
}

export const cardAttachment = (card: Card) => ({
  contentType: 'application/vnd.microsoft.card.adaptive',
  content: card,
});

/** A dialog with this card in it. */
export const dialogOf = (title: string, card: Card) => ({
  task: {
    type: 'continue',
    value: { title: title.slice(0, 80), height: 'large', width: 'medium', card: cardAttachment(forDialog(card)) },
  },
});

/** Opens a dialog, or goes on in it: what is wrong in a form is shown in the form. */
export async function dialogAnswer(said: Said, m: Messages, ask: (wish: Wish) => Promise<Card>): Promise<unknown> {
  const data = objectOf(said.value.data);
  // What the button of a card brings comes under `data`, once or twice, depending on the client.
  const wanted = wishOf({ ...objectOf(data.data), ...data });
  const verb = wanted.verb || 'new';
  const card = await ask({ ...wanted, verb, isDialog: true });
  const no = Number(wanted.no);
  const isEdit = verb === 'edit' || verb === 'saveTicket';
  return dialogOf(isEdit ? m.editTitle(no) : m.formTitle, card);
}
