import { createHash } from 'node:crypto';
import { AppError, type FieldError } from '../../api/contract/errors.ts';
import { NOTICES, type Notice } from '../../api/contract/people.ts';
import type { Ticket } from '../../api/contract/tickets.ts';
import { changePerson } from '../../api/core/members.ts';
import { type Acting, findPerson, perform, readInstance, readTicket } from '../acting.ts';
import type { Card } from '../cards/card.ts';
import type { FormValues } from '../cards/form.ts';
import { doneCard } from '../cards/notice.ts';
import { readForm } from './form-values.ts';
import { showForm, showTicket } from './reading.ts';
import { changed, problem, sharedTitle } from './working.ts';

/** What the forms send. */

/** How long a form that was sent is known as such. */
const FORM_MS = 30 * 24 * 60 * 60 * 1000;

/** Under what is kept which ticket a form has become. */
const sentId = (formId: string): string => `sent-${createHash('sha256').update(formId).digest('base64url')}`;

/** Opens a ticket from what a form holds; shows the form again when something in it is missing or wrong. */
export async function create(
  acting: Acting,
  values: FormValues,
  formId: string,
  isDialog = false,
): Promise<{ card: Card; ticket?: Ticket }> {
  const { caller, actor, environment } = acting;
  const { m, zone } = caller;
  const notes = environment.store.instance(actor.instanceId);
  const earlier = formId === '' ? null : await notes.get('thread', sentId(formId));
  if (earlier) return { card: await sentBefore(acting, earlier.value.ticketId, isDialog) };
  const { fields, errors } = await readForm(values, await readingOf(acting));
  const again = (wrong: FieldError[]) => showForm(acting, { values, errors: wrong, formId, isDialog });
  if (errors.length > 0) return { card: await again(errors) };
  const { tenantId: _, ...me } = caller.identity;
  try {
    const input = { ticket: { requestor: me, ...fields }, timezone: zone };
    const { item } = await perform(acting, 'createTicket', input, formId || undefined);
    const ticket = item.value;
    const expiresOn = new Date(environment.now().getTime() + FORM_MS).toISOString();
    const sent = {
      put: 'thread' as const,
      id: sentId(formId),
      value: { ticketId: ticket.id },
      replaces: null,
      expiresOn,
    };
    // The same request at the same moment has noted the same.
    if (formId !== '') await notes.commit([sent]).catch(() => {});
    return { card: await createdCard(acting, ticket, isDialog), ticket };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.code === 'idempotency_mismatch') return { card: problem(acting, `${m.formSent}. ${m.formSentText}`) };
    if (error.code !== 'invalid_input') throw error;
    return { card: await again(error.errors ?? [{ field: '', message: error.detail }]) };
  }
}

/** A ticket that was just opened: as a whole in a chat of one's own, as a word of it where others read too. */
async function createdCard(acting: Acting, ticket: Ticket, isDialog: boolean): Promise<Card> {
  const { caller, ctx, actor, said } = acting;
  const message = caller.m.createdTitle(ticket.ticketNo);
  if (said.place.scope === 'personal' && !isDialog) return showTicket(acting, ticket.id, message);
  const title = await sharedTitle(acting, ticket);
  return doneCard(ctx, { message, instanceId: actor.instanceId, ticketNo: ticket.ticketNo, title });
}

/** A form that is sent once more makes no second ticket. */
async function sentBefore(acting: Acting, ticketId: string, isDialog: boolean): Promise<Card> {
  const { m } = acting.caller;
  try {
    return await createdCard(acting, await readTicket(acting, ticketId), isDialog);
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'not_found')) throw error;
    return problem(acting, `${m.formSent}. ${m.formSentText}`);
  }
}

const readingOf = async (acting: Acting) => ({
  instance: await readInstance(acting),
  isWorker: acting.actor.role !== 'member',
  zone: acting.caller.zone,
  m: acting.caller.m,
  findPerson: (id: string) => findPerson(acting, id),
});

/** Saves what the form of an existing ticket holds. */
export async function saveTicket(
  acting: Acting,
  ticketId: string,
  values: FormValues,
  isDialog = false,
): Promise<{ card: Card; ticket?: Ticket }> {
  const { m, zone } = acting.caller;
  const { fields, errors } = await readForm(values, await readingOf(acting));
  const again = (wrong: FieldError[]) =>
    showForm(acting, { values, errors: wrong, ticketNo: Number(ticketId), isDialog });
  if (errors.length > 0) return { card: await again(errors) };
  try {
    const { item } = await perform(acting, 'updateTicket', { ticketId, ticket: fields, timezone: zone });
    const ticket = item.value;
    return { card: await changed(acting, ticket, m.done.saved(ticket.ticketNo)), ticket };
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'invalid_input')) throw error;
    return { card: await again(error.errors ?? [{ field: '', message: error.detail }]) };
  }
}

/** Saves which notices somebody wants. */
export async function saveNotices(acting: Acting, values: FormValues): Promise<void> {
  const mutedNotices: Notice[] = NOTICES.filter((kind) => values[kind] === 'false');
  acting.caller.record = await changePerson(acting.environment, acting.caller.identity, (record) => ({
    ...record,
    preferences: { ...record.preferences, mutedNotices },
  }));
}
