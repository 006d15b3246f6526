import type { FieldError } from '../../api/contract/errors.ts';
import { type Acting, assigneesOf, isShared, perform, readInstance, readTicket, ticketView } from '../acting.ts';
import { conversationRecord, groupPlace, instancesOf, personPlace } from '../actor.ts';
import type { Card } from '../cards/card.ts';
import { type FormValues, formCard } from '../cards/form.ts';
import { type ListQuery, listCard, PAGE_SIZE } from '../cards/list.ts';
import { postCard, ticketCard } from '../cards/ticket.ts';
import { type Check, chooseCard, diagnoseCard, helpCard, settingsCard } from '../cards/welcome.ts';
import { valuesOf } from './form-values.ts';

/** What shows something and changes nothing. */

export async function showTicket(acting: Acting, ticketId: string, done?: string): Promise<Card> {
  const ticket = await readTicket(acting, ticketId);
  const { isPrivate, ...view } = await ticketView(acting, ticket, done);
  if (!isShared(acting)) return ticketCard(acting.ctx, view);
  // Others read it too: they see what the channel's post shows, and who asked sees what they may do.
  return postCard(acting.ctx, { ...view, userIds: [acting.said.sender.id] }, isPrivate);
}

/** A page of the tickets that were asked for. */
export async function showList(acting: Acting, query: ListQuery): Promise<Card> {
  const { ctx, actor, caller } = acting;
  const { m } = caller;
  const page = Math.max(1, Math.min(1000, query.page));
  const offset = (page - 1) * PAGE_SIZE;
  const text = query.text?.trim() ?? '';
  const me = caller.identity.id;
  // Those who work tickets call their own what is assigned to them; everybody else what they asked for.
  const mine = actor.role === 'member' ? { requestorId: me } : { assigneeId: me };
  const filter =
    query.verb === 'mine' ? mine : query.verb === 'open' ? { isResolved: false } : text === '' ? {} : { search: text };
  const order = { orderBy: 'lastInteraction', order: 'DESC' };
  const input = { ...filter, ...order, limit: PAGE_SIZE, offset };
  let { items, itemCount } = await perform(acting, 'listTickets', input);
  if (query.verb === 'mine' && itemCount === 0 && actor.role !== 'member') {
    ({ items, itemCount } = await perform(acting, 'listTickets', { ...input, assigneeId: undefined, requestorId: me }));
  }
  const titles = { mine: m.mine, open: m.open, search: text === '' ? m.recent : m.found(text) };
  const empty = { mine: m.emptyMine, open: m.emptyOpen, search: m.emptySearch };
  const isPrivate = isShared(acting) && (await readInstance(acting)).isPrivate;
  return listCard(ctx, {
    isPrivate,
    instanceId: actor.instanceId,
    title: titles[query.verb],
    empty: empty[query.verb],
    tickets: items.map(({ value }) => value),
    count: itemCount,
    query: { ...query, page },
  });
}

interface FormRequest {
  values: FormValues;
  errors?: FieldError[];
  intro?: string;
  isDialog?: boolean;
  ticketNo?: number;
  /** Of a form that is shown once more. */
  formId?: string;
}

export async function showForm(acting: Acting, request: FormRequest): Promise<Card> {
  const { ctx, actor, said } = acting;
  const { values, errors, intro, isDialog, ticketNo } = request;
  const isWorker = actor.role !== 'member';
  const [instance, tags, people] = await Promise.all([
    readInstance(acting),
    perform(acting, 'listTags', {}),
    perform(acting, 'searchPeople', {}),
  ]);
  const { tenantId: _, ...me } = acting.caller.identity;
  const known = people.items.map(({ value }) => value).filter(({ id }) => id.toLowerCase() !== me.id.toLowerCase());
  return formCard(ctx, {
    instanceId: actor.instanceId,
    instance,
    tags: tags.items.map(({ value }) => value),
    people: [me, ...known],
    assignees: isWorker ? await assigneesOf(acting, instance) : [],
    isWorker,
    values: { requestor: me.id, ...values },
    errors,
    ticketNo,
    formId: request.formId || `${said.place.conversationId}/${said.activityId}`,
    intro,
    isDialog: isDialog ?? false,
  });
}

export async function showEdit(acting: Acting, ticketId: string, isDialog: boolean): Promise<Card> {
  const ticket = await readTicket(acting, ticketId);
  if (isShared(acting) && (await readInstance(acting)).isPrivate) return showTicket(acting, ticketId);
  const values = valuesOf(ticket, acting.caller.zone);
  return showForm(acting, { values, ticketNo: ticket.ticketNo, isDialog, intro: ticket.title });
}

export async function showHelp(acting: Acting): Promise<Card> {
  const { id, name } = await readInstance(acting);
  return helpCard(acting.ctx, { role: acting.actor.role, instance: { id, name } });
}

export async function showSettings(acting: Acting, done?: string): Promise<Card> {
  const { id, name } = await readInstance(acting);
  const { mutedNotices } = acting.caller.record.preferences;
  return settingsCard(acting.ctx, { instance: { id, name }, mutedNotices, done });
}

export async function showChoice(
  acting: Pick<Acting, 'environment' | 'caller' | 'ctx'>,
  intro?: string,
  draft?: string,
): Promise<Card> {
  const { environment, caller, ctx } = acting;
  const instances = await instancesOf(environment, caller.record);
  return chooseCard(ctx, { instances, chosenId: caller.record.chosenInstanceId, intro, draft });
}

/** Whether the connection of a help desk is as it should be, for its owners. */
export async function showDiagnosis(acting: Acting): Promise<Card> {
  const { environment, caller, ctx, conversation } = acting;
  const { m } = caller;
  const instance = await readInstance(acting);
  const { tenantId, channelId } = instance;
  const record =
    channelId === '' ? undefined : await conversationRecord(environment, { ...acting.said.place, tenantId }, channelId);
  const isStored = await environment.store.ping().then(
    () => true,
    () => false,
  );
  const roster = await conversation.members(200).catch(() => undefined);
  const members = await perform(acting, 'listMembers', {});
  const checks: Check[] = [
    { label: m.checks.store, isRight: isStored, advice: m.advice.store },
    { label: m.checks.enabled, isRight: instance.enabled, advice: m.advice.enabled },
    {
      label: m.checks.channel,
      isRight: channelId === '' || groupPlace(record) !== undefined,
      advice: m.advice.channel,
    },
    { label: m.checks.roster, isRight: roster !== undefined, advice: m.advice.roster },
    { label: m.checks.people(members.itemCount), isRight: true },
    { label: m.checks.version, isRight: personPlace(caller.record) !== undefined, value: caller.identity.name },
  ];
  return diagnoseCard(ctx, { instance: { id: instance.id, name: instance.name }, checks });
}
