import { AppError, ERRORS, failField } from '../contract/errors.ts';
import type { Input, Output } from '../contract/operations.ts';
import { type Context, commit, earlierReply } from './context.ts';
import type { ListResult } from './ticket-list.ts';
import { updateTicket, updateTicketStatus } from './tickets.ts';
import { ValueView } from './view.ts';

type ItemOutcome = Output<'bulkUpdateTickets'>['items'][number];

/** How often an item that met somebody else's change is tried. */
const TRIES = 5;

/** The same change to each ticket, each by itself: one that fails stops no other. */
export async function bulkUpdateTickets(
  ctx: Context,
  input: Input<'bulkUpdateTickets'>,
): Promise<ListResult<ItemOutcome>> {
  const { ticketIds, ticket, status, resolution, comment, user, timezone } = input;
  if (!ticket && status === undefined) failField('ticket', 'is required, or status: what to change');
  await once(ctx, 'bulk', (own) => commit(own, { changes: [], item: new ValueView(null) }));
  const update = async (ticketId: string): Promise<void> => {
    if (ticket) {
      await once(ctx, `${ticketId} fields`, (own) => updateTicket(own, { ticketId, ticket, user, timezone }));
    }
    if (status !== undefined) {
      const move = { ticketId, status, resolution, comment, user, timezone };
      await once(ctx, `${ticketId} status`, (own) => updateTicketStatus(own, move));
    }
  };
  const outcomes = await Promise.all(
    [...new Set(ticketIds)].map(async (ticketId): Promise<ItemOutcome> => {
      for (let attempt = 1; ; attempt++) {
        try {
          await update(ticketId);
          return { ticketId, ok: true, statusCode: 200 };
        } catch (error) {
          if (!(error instanceof AppError)) throw error;
          if (error.code === 'conflict' && attempt < TRIES) continue;
          const { status: statusCode } = ERRORS[error.code];
          return { ticketId, ok: false, statusCode, code: error.code, message: error.detail };
        }
      }
    }),
  );
  return { items: outcomes.map((outcome) => new ValueView(outcome)), itemCount: outcomes.length };
}

/**
 * Each commit has a reply of its own, so a repeated bulk update repeats only what was not done. The first of them stands
 * for the whole: under the same key, another update is refused before it changes anything.
 */
async function once(ctx: Context, part: string, run: (own: Context) => Promise<unknown>): Promise<void> {
  const { idempotency, ifMatch: _, ...rest } = ctx;
  const own: Context = {
    ...rest,
    ...(idempotency && { idempotency: { ...idempotency, id: `${idempotency.id} ${part}` } }),
  };
  if (!(await earlierReply(own))) await run(own);
}
