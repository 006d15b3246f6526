import {
  banner,
  type Card,
  type CardContext,
  card,
  cut,
  execute,
  firstThatFits,
  heading,
  type Json,
  openUrl,
  subtle,
  text,
  words,
} from './card.ts';

/** The ways on that stand under a card that would else be an end. */
const waysOn = ({ m }: CardContext, instanceId: string): Json[] => [
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
  const shown = [heading(ctx.m.errorTitle, { color: 'attention' }), ...words(message, 1000).elements];
  return card([banner('attention', shown), ...body], actions ?? waysOn(ctx, instanceId), {
    fallbackText: cut(message, 300),
  });
}

interface Done {
  message: string;
  instanceId: string;
  ticketNo?: number;
  title?: string;
  /** What somebody had written before; it can become a ticket now. */
  draft?: string;
}

/** Something was done. */
export function doneCard({ m, link }: CardContext, { message, instanceId, ticketNo, title = '', draft }: Done): Card {
  const about = title === '' ? [] : words(title, 255).elements;
  const ways = [execute(m.myTickets, 'mine', { instanceId }), execute(m.help, 'help', { instanceId })];
  const open = execute(m.newTicket, 'new', { instanceId, text: cut(draft ?? '', 255) }, { style: 'positive' });
  const actions =
    ticketNo === undefined
      ? [...(draft === undefined ? [] : [open]), ...ways]
      : [execute(m.show, 'ticket', { instanceId, no: ticketNo }), openUrl(m.openInTab, link(instanceId, ticketNo))];
  const shown = [
    text(message, { weight: 'bolder' }),
    ...about,
    ...(draft === undefined ? [] : words(draft, 255).elements),
  ];
  return card([banner('good', shown)], actions, { fallbackText: message });
}

/** What happened to a ticket, for its thread, with what somebody said. */
export function threadCard(ctx: CardContext, lines: { line: string; comment?: string }[], url: string): Card {
  return firstThatFits([
    () => thread(ctx, lines, url, { lines: 5, words: 1000 }),
    () => thread(ctx, lines, url, { lines: 5, words: 200 }),
    () => thread(ctx, lines, url, { lines: 1, words: 100 }),
  ]);
}

function thread(
  ctx: CardContext,
  all: { line: string; comment?: string }[],
  url: string,
  most: { lines: number; words: number },
): Card {
  const shown = all.slice(0, most.lines).map(({ line, comment }) => ({ line, said: words(comment ?? '', most.words) }));
  const left = all.length - most.lines;
  const body = shown.flatMap(({ line, said }) => [
    text(cut(line, 400)),
    ...said.elements,
    ...(said.isCut ? [subtle(ctx.m.cut)] : []),
  ]);
  const isCut = shown.some(({ said }) => said.isCut) || left > 0;
  return card(
    [...body, left > 0 ? subtle(ctx.m.thread.moreInApp(left)) : undefined],
    isCut ? [openUrl(ctx.m.openInTab, url)] : [],
    {
      fallbackText: cut(all[0]?.line ?? '', 300),
    },
  );
}
