import type { Ticket } from '../../api/contract/tickets.ts';
import {
  type Card,
  type CardContext,
  card,
  cut,
  execute,
  firstThatFits,
  heading,
  type Json,
  moment,
  plain,
  subtle,
  text,
} from './card.ts';
import { personName, priorityText, stateLabel } from './ticket.ts';

/** Which tickets a list shows, so that its buttons can ask for the next page. */
export interface ListQuery {
  verb: 'mine' | 'open' | 'search';
  text?: string;
  page: number;
}

export const PAGE_SIZE = 8;

export interface ListView {
  instanceId: string;
  title: string;
  empty: string;
  tickets: Ticket[];
  count: number;
  query: ListQuery;
  /** Only numbers and states: others read it too, and must not learn more. */
  isPrivate?: boolean;
}

/** A page of tickets; pressing a row shows the ticket. */
export function listCard(ctx: CardContext, view: ListView): Card {
  return firstThatFits([() => build(ctx, view, 120), () => build(ctx, view, 40), () => build(ctx, view, 15)]);
}

function build(ctx: CardContext, view: ListView, max: number): Card {
  const { m } = ctx;
  const { instanceId, title, empty, tickets, count, query, isPrivate = false } = view;
  const pages = Math.max(1, Math.ceil(count / PAGE_SIZE));
  const { verb, page } = query;
  const data = { instanceId, ...(query.text !== undefined && { text: cut(query.text, 200) }) };
  const counted = pages > 1 ? `${m.listCount(count)} · ${m.page(page, pages)}` : m.listCount(count);
  const ask: Json = { type: 'Input.Text', id: 'text', label: m.search, placeholder: m.searchHint, maxLength: 200 };
  return card(
    [
      heading(plain(title, 200)),
      subtle(tickets.length === 0 ? empty : counted),
      ...tickets.map((ticket) => row(ctx, instanceId, ticket, isPrivate ? 0 : max)),
      ask,
    ],
    [
      execute(m.search, 'search', { instanceId }),
      page > 1 ? execute(m.previous, verb, { ...data, page: page - 1 }, { isFree: true }) : undefined,
      page < pages ? execute(m.next, verb, { ...data, page: page + 1 }, { isFree: true }) : undefined,
      execute(m.newTicket, 'new', { instanceId }, { isFree: true }),
      verb === 'mine' ? undefined : execute(m.myTickets, 'mine', { instanceId }, { isFree: true }),
      verb === 'open' ? undefined : execute(m.openTickets, 'open', { instanceId }, { isFree: true }),
    ],
    { fallbackText: `${cut(title, 100)}: ${m.listCount(count)}` },
  );
}

function row({ m }: CardContext, instanceId: string, ticket: Ticket, max: number): Json {
  const people = `${personName(m, ticket.requestor)} → ${personName(m, ticket.assignee)}`;
  const about =
    max === 0
      ? m.privateTicket
      : `${priorityText(m, ticket.priority)} · ${cut(people, 80)} · ${moment(ticket.lastInteraction)}`;
  const words = max === 0 ? '' : cut(ticket.title.replace(/\s+/g, ' '), max);
  const title = `#${ticket.ticketNo} ${words}`.trim();
  const open = execute(title, 'ticket', { instanceId, no: ticket.ticketNo }, { isFree: true });
  return {
    type: 'Container',
    separator: true,
    spacing: 'small',
    selectAction: open,
    items: [
      {
        type: 'ColumnSet',
        columns: [
          {
            type: 'Column',
            width: 'stretch',
            items: [
              { type: 'RichTextBlock', inlines: [{ type: 'TextRun', text: title, weight: 'bolder', color: 'accent' }] },
              subtle(about, { spacing: 'none' }),
            ],
          },
          {
            type: 'Column',
            width: 'auto',
            items: [text(stateLabel(m, ticket.status), { size: 'small', weight: 'bolder' })],
          },
        ],
      },
    ],
  };
}
