import type { Input } from '../contract/operations.ts';
import type { Blobs } from '../store/blobs.ts';
import type { Change, InstanceStore, Stored } from '../store/store.ts';
import { versionFor } from './aside.ts';
import { actingPerson, type Context, checkVersion } from './context.ts';
import { newActivity } from './ticket-changes.ts';
import { findTicket } from './tickets.ts';

/** With room for the ticket, for the activity of its deletion and for its event. */
const AT_ONCE = 90;

/**
 * Deletes the ticket with what hung on it; the activity of the deletion itself stays as the record of it. One commit does
 * it all where nothing but text hangs on it, and not too much. What is left otherwise goes right after that; should the
 * process die meanwhile, the job that follows from the event goes on (`jobs/remains.ts`).
 */
export async function deleteTicket(ctx: Context, input: Input<'deleteTicket'>): Promise<undefined> {
  const stored = await findTicket(ctx, input.ticketId);
  checkVersion(ctx, versionFor(ctx.actor, stored).version);
  const ticket = stored.value;
  const by = actingPerson(ctx, undefined);
  const activity = newActivity(ctx, ticket.id, by, {
    action: 'deleted',
    changes: [
      { name: 'ticketNo', oldValue: ticket.ticketNo, newValue: null },
      { name: 'title', oldValue: ticket.title, newValue: null },
    ],
  });
  const history = await historyOf(ctx.instance, ticket.id, activity.id);
  const withoutFiles = history.filter((one) => filesOf(one).length === 0);
  await ctx.instance.commit([
    { delete: 'ticket', id: ticket.id, replaces: stored.version },
    ...withoutFiles.map(deleted),
    { put: 'activity', id: activity.id, value: activity, replaces: null },
    { event: { id: ctx.newId(), type: 'ticket.deleted', at: ctx.at, by, ticket, activityId: activity.id } },
  ]);
  const isAll = withoutFiles.length === history.length && history.length < AT_ONCE;
  // The ticket is deleted, whatever becomes of this: the job tries it until it is done.
  if (!isAll) await deleteRemains(ctx.instance, ctx.blobs, ticket.id, activity.id).catch(() => undefined);
  return undefined;
}

/** Deletes what is left of a deleted ticket, but for the activity of its deletion; to repeat it does no harm. */
export async function deleteRemains(
  instance: InstanceStore,
  blobs: Blobs,
  ticketId: string,
  except: string,
): Promise<void> {
  for (;;) {
    const history = await historyOf(instance, ticketId, except);
    if (history.length === 0) return;
    // First the files: as long as an activity names them they can be found.
    await Promise.all(history.flatMap(filesOf).map((file) => blobs.remove(file.id)));
    await instance.commit(history.map(deleted));
  }
}

async function historyOf(instance: InstanceStore, ticketId: string, except: string): Promise<Stored<'activity'>[]> {
  const where = {
    and: [
      { field: 'ticketId', in: [ticketId] },
      { field: 'id', isNot: except },
    ],
  };
  return (await instance.list('activity', { where, orderBy: 'id', direction: 'ASC', limit: AT_ONCE })).items;
}

const filesOf = ({ value }: Stored<'activity'>) => value.attachments.filter((attachment) => !attachment.isHyperlink);

const deleted = ({ id, version }: Stored<'activity'>): Change => ({ delete: 'activity', id, replaces: version });
