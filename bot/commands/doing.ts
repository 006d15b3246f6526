import { AppError } from '../../api/contract/errors.ts';
import { type Acting, readTicket } from '../acting.ts';
import { choose, instancesOf, keepConversation } from '../actor.ts';
import type { Card, Json } from '../cards/card.ts';
import { execute } from '../cards/card.ts';
import type { ListQuery } from '../cards/list.ts';
import { doneCard, errorCard } from '../cards/notice.ts';
import { sendLater } from '../posts/later.ts';
import type { CommandId } from './commands.ts';
import { create, saveNotices, saveTicket } from './forms.ts';
import {
  showChoice,
  showDiagnosis,
  showEdit,
  showForm,
  showHelp,
  showList,
  showSettings,
  showTicket,
} from './reading.ts';
import type { Wish } from './wish.ts';
import { assign, comment, due, follow, move, prioritize, problem, stateFor, tag, take } from './working.ts';

type Act = (acting: Acting, wish: Wish, ticketId: string) => Promise<Card>;

const list =
  (verb: ListQuery['verb']): Act =>
  (acting, { text, values }) =>
    showList(acting, { verb, text, page: Number(values.page) || 1 });

const moving =
  (command: 'start' | 'pending' | 'resolve' | 'close' | 'reopen'): Act =>
  async (acting, { text }, ticketId) => {
    const ticket = await readTicket(acting, ticketId);
    return move(acting, ticket, stateFor(acting, ticket, command), text);
  };

/** What each command and each button does. `needs`: a ticket. */
const ACTS: Record<CommandId | ButtonId, { needs?: 'ticket'; act: Act }> = {
  help: { act: (acting) => showHelp(acting) },
  new: { act: (acting, { text, isDialog }) => draft(acting, text, isDialog) },
  mine: { act: list('mine') },
  open: { act: list('open') },
  search: { act: list('search') },
  ticket: { needs: 'ticket', act: (acting, _, ticketId) => showTicket(acting, ticketId) },
  take: { needs: 'ticket', act: (acting, _, ticketId) => take(acting, ticketId) },
  assign: { needs: 'ticket', act: (acting, { text }, ticketId) => assign(acting, ticketId, text) },
  start: { needs: 'ticket', act: moving('start') },
  pending: { needs: 'ticket', act: moving('pending') },
  resolve: { needs: 'ticket', act: moving('resolve') },
  close: { needs: 'ticket', act: moving('close') },
  reopen: { needs: 'ticket', act: moving('reopen') },
  priority: { needs: 'ticket', act: (acting, { text }, ticketId) => prioritize(acting, ticketId, text) },
  comment: { needs: 'ticket', act: (acting, wish, ticketId) => comment(acting, ticketId, saidIn(wish), false) },
  note: { needs: 'ticket', act: (acting, wish, ticketId) => comment(acting, ticketId, saidIn(wish), true) },
  due: { needs: 'ticket', act: (acting, { text }, ticketId) => due(acting, ticketId, text) },
  tag: { needs: 'ticket', act: (acting, { text }, ticketId) => tag(acting, ticketId, text) },
  follow: { needs: 'ticket', act: (acting, _, ticketId) => follow(acting, ticketId, true) },
  unfollow: { needs: 'ticket', act: (acting, _, ticketId) => follow(acting, ticketId, false) },
  switch: { act: (acting, wish) => switchTo(acting, wish) },
  settings: { act: (acting) => showSettings(acting) },
  diagnose: { act: (acting) => (acting.actor.role === 'owner' ? showDiagnosis(acting) : ownerOnly(acting)) },
  edit: { needs: 'ticket', act: (acting, { isDialog }, ticketId) => showEdit(acting, ticketId, isDialog ?? false) },
  create: { act: (acting, wish) => createdHere(acting, wish) },
  saveTicket: {
    needs: 'ticket',
    act: (acting, wish, ticketId) => savedHere(acting, wish, ticketId),
  },
  cancel: { act: (acting) => showHelp(acting) },
  saveNotices: {
    act: async (acting, { values }) => {
      await saveNotices(acting, values);
      return showSettings(acting, acting.caller.m.done.notices);
    },
  },
  move: {
    needs: 'ticket',
    act: async (acting, { values }, ticketId) => {
      const ticket = await readTicket(acting, ticketId);
      const to = ticket.workflow?.states.find(({ id }) => id === values.status);
      return move(acting, ticket, to, values.moveComment ?? '');
    },
  },
};

/** Sends a form. In a channel or a group everybody has it before them, so it becomes the same for all. */
async function createdHere(acting: Acting, { values, isDialog }: Wish): Promise<Card> {
  const { card, ticket } = await create(acting, values, values.formId ?? '', isDialog);
  const { environment, said, actor } = acting;
  if (!ticket) return card;
  const { instanceId } = actor;
  if (said.place.scope === 'personal') {
    if (isDialog) await showInChat(acting, ticket.id);
    return card;
  }
  if (said.replyToId !== '' && !isDialog) {
    const payload = { place: said.place, messageId: said.replyToId, card };
    await sendLater(environment, `${ticket.id}/form/${said.replyToId}`, instanceId, payload);
  }
  // What is written below the question is about its ticket from now on.
  const instance = environment.store.instance(instanceId);
  if (said.threadId !== '' && !(await instance.get('thread', said.threadId))) {
    await instance.commit([{ put: 'thread', id: said.threadId, value: { ticketId: ticket.id }, replaces: null }]);
  }
  return card;
}

async function savedHere(acting: Acting, { values, isDialog }: Wish, ticketId: string): Promise<Card> {
  const { card, ticket } = await saveTicket(acting, ticketId, values, isDialog);
  const { said } = acting;
  if (ticket && isDialog && said.place.scope === 'personal') await showInChat(acting, ticket.id, said.replyToId);
  return card;
}

/** What was done in a dialog is seen in the chat too: as a new card, or in the place of the one that led there. */
async function showInChat(acting: Acting, ticketId: string, messageId = ''): Promise<void> {
  const { environment, said, actor } = acting;
  const payload = {
    place: said.place,
    card: await showTicket(acting, ticketId),
    ...(messageId !== '' && { messageId }),
  };
  await sendLater(environment, `${said.place.conversationId}/${said.activityId}/card`, actor.instanceId, payload);
}

/** What there are only buttons for. */
type ButtonId = 'edit' | 'create' | 'saveTicket' | 'cancel' | 'saveNotices' | 'move';

/** Does what somebody asked for. Whatever goes wrong is answered with a card that leads on. */
export async function act(acting: Acting, wish: Wish): Promise<Card> {
  const { m } = acting.caller;
  if (!Object.hasOwn(ACTS, wish.verb)) return oldCard(acting);
  const { needs, act: doIt } = ACTS[wish.verb as CommandId | ButtonId];
  const ticketId = wish.no || acting.threadTicketId || '';
  if (needs && !/^(?:\d{1,9}|[0-9a-f-]{36})$/i.test(ticketId)) {
    return ticketId === ''
      ? problem(acting, m.errors.whichTicket)
      : problem(acting, m.errors.unknownTicket(ticketId.slice(0, 20)));
  }
  try {
    return await doIt(acting, wish, ticketId);
  } catch (error) {
    if (error instanceof AppError) return refusal(acting, wish, ticketId, error);
    throw error;
  }
}

/** Why the product refused, and what can be done instead. */
function refusal(acting: Acting, { verb }: Wish, ticketId: string, error: AppError): Card {
  const { m } = acting.caller;
  const { instanceId } = acting.actor;
  const data = { instanceId, no: ticketId };
  const comment: Json[] =
    ticketId === '' ? [] : [execute(m.show, 'ticket', data), execute(m.myTickets, 'mine', { instanceId })];
  switch (error.code) {
    case 'not_found':
      return problem(acting, m.errors.unknownTicket(/^\d+$/.test(ticketId) ? ticketId : '?'));
    case 'switched_off':
      return problem(acting, m.errors.switchedOff);
    case 'forbidden':
      return problem(acting, m.errors.forbidden, comment.length > 0 ? comment : undefined);
    case 'conflict':
    case 'precondition_failed':
    case 'idempotency_mismatch':
      return problem(acting, m.errors.conflict, comment.length > 0 ? comment : undefined);
    case 'unavailable':
    case 'rate_limited':
      return problem(acting, m.errors.unavailable, [execute(m.refresh, verb, data), ...comment]);
    case 'invalid_input':
      return problem(acting, m.errors.notAccepted(error.detail), comment.length > 0 ? comment : undefined);
    default:
      return problem(acting, m.errors.internal);
  }
}

/** What a button sends that the bot does not know any more, or never knew. */
const oldCard = ({ ctx, actor }: Pick<Acting, 'ctx'> & { actor?: Acting['actor'] }): Card =>
  errorCard(ctx, { message: ctx.m.errors.oldCard, instanceId: actor?.instanceId ?? '' });

const ownerOnly = async (acting: Acting): Promise<Card> => problem(acting, acting.caller.m.errors.ownerOnly);

const saidIn = ({ text, values }: Wish): string => text || (values.comment ?? '');

/** A form with somebody's words in it. */
export function draft(acting: Acting, text: string, isDialog = false): Promise<Card> {
  const [first = ''] = text.split('\n');
  const isLong = first.length > 255 || text.includes('\n');
  const title = first.slice(0, 255);
  const values = { title, ...(isLong && { description: text }) };
  return showForm(acting, { values, isDialog, ...(text !== '' && { intro: acting.caller.m.draftIntro }) });
}

/** Makes this conversation be about another help desk. */
async function switchTo(acting: Acting, { text, values }: Wish): Promise<Card> {
  const { environment, caller, said, ctx } = acting;
  const { m } = caller;
  const instances = await instancesOf(environment, caller.record);
  const wanted = text.trim().toLowerCase();
  const byName =
    instances.find(({ name }) => name.toLowerCase() === wanted) ??
    only(instances.filter(({ name }) => wanted !== '' && name.toLowerCase().includes(wanted)));
  const found = values.chosenId ? instances.find(({ id }) => id === values.chosenId) : byName;
  if (!found) {
    if (wanted === '') return showChoice(acting);
    return showChoice(acting, m.chooseUnknown(text.slice(0, 100)), `${text}`);
  }
  // A channel has the help desk that was made for it: what somebody switches there is their own chat.
  if (said.place.scope === 'groupChat') await keepConversation(environment, said.place, { instanceId: found.id });
  else await choose(environment, caller, found.id);
  const message = m.done.switched(found.name.slice(0, 100));
  const draft = values.draft ?? '';
  return doneCard(ctx, { message, instanceId: found.id, ...(draft !== '' && { draft }) });
}

const only = <T>(found: T[]): T | undefined => (found.length === 1 ? found[0] : undefined);
