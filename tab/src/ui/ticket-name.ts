/** A ticket as it is heard in a list: what tells it from others first, and no more than what there is to do about it. */

import type { State } from '../../../api/contract/workflow.ts';
import type { ListedTicket } from '../data.ts';
import { useFormat, useMessages } from '../i18n.tsx';
import { lateText } from './late.tsx';
import { nameOf } from './marks.tsx';
import { useByClock } from './passing-time.tsx';
import { stateLabel } from './workflow.ts';

/** The name of a ticket's row or card; without its state where a column of the board says it. */
export function useTicketName(
  ticket: ListedTicket,
  state: State | undefined,
  { unseen = 0, hasState = true }: { unseen?: number; hasState?: boolean },
): string {
  const m = useMessages();
  const format = useFormat();
  const { expectedDate } = ticket;
  const time = useByClock(() =>
    [lateText(ticket, state, m, format), expectedDate && `${m.column.expectedDate} ${format.due(expectedDate)}`]
      .filter(Boolean)
      .join(', '),
  );
  return [
    `${ticket.ticketNo} ${ticket.title}`,
    unseen > 0 && m.list.unseen(unseen),
    hasState && stateLabel(m, ticket.status),
    m.priority[ticket.priority],
    nameOf(m, ticket.assignee),
    time,
  ]
    .filter(Boolean)
    .join(', ');
}
