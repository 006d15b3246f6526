import {
  banner,
  type Card,
  type CardContext,
  card,
  cut,
  execute,
  heading,
  type Json,
  openUrl,
  subtle,
  text,
  words,
} from './card.ts';

/** The ways on that stand under a card that would else be an end. */
export const waysOn = ({ m }: CardContext, instanceId: string): Json[] => [
  execute(m.newTicket, 'new', { instanceId }, { isFree: true }),
  execute(m.myTickets, 'mine', { instanceId }, { isFree: true }),
  execute(m.help, 'help', { instanceId }, { isFree: true }),
];

/** Something did not work: why, and what to do next. */
export function errorCard(
  ctx: CardContext,
  {
    message,
    instanceId = '',
    actions,
    body = [],
  }: { message: string; instanceId?: string; actions?: Json[]; body?: Json[] },
): Card {
  const shown = [heading(ctx.m.errorTitle, { color: 'attention' }), text(cut(message, 1000))];
  return card([banner('attention', shown), ...body], actions ?? waysOn(ctx, instanceId), {
    fallbackText: cut(message, 300),
  });
}

/** Something was done. */
export function doneCard(
  { m, link }: CardContext,
  {
    message,
    instanceId,
    ticketNo,
    title = '',
  }: { message: string; instanceId: string; ticketNo?: number; title?: string },
): Card {
  const about = title === '' ? [] : words(title, 255).elements;
  const actions =
    ticketNo === undefined
      ? [execute(m.myTickets, 'mine', { instanceId }), execute(m.help, 'help', { instanceId })]
      : [execute(m.show, 'ticket', { instanceId, no: ticketNo }), openUrl(m.openInTab, link(instanceId, ticketNo))];
  const shown = [text(message, { weight: 'bolder' }), ...about];
  return card([banner('good', shown)], actions, { fallbackText: message });
}

/** One line about a ticket, for its thread, with what somebody said. */
export function threadCard(ctx: CardContext, lines: { line: string; comment?: string }[], url: string): Card {
  const shown = lines.slice(0, 5).flatMap(({ line, comment }) => {
    if (!comment) return [text(line)];
    const { elements, isCut } = words(comment, 1000);
    return [text(line), ...elements, ...(isCut ? [subtle(ctx.m.cut)] : [])];
  });
  const left = lines.length - 5;
  const isCut = lines.some(({ comment }) => (comment ?? '').length > 1000) || left > 0;
  return card(
    [...shown, left > 0 ? subtle(ctx.m.thread.moreInApp(left)) : undefined],
    isCut ? [openUrl(ctx.m.openInTab, url)] : [],
    { fallbackText: cut(lines[0]?.line ?? '', 300) },
  );
}
