import { createHash } from 'node:crypto';
import type { Erasure, Traces } from '../contract/erasure.ts';
import { AppError, fail } from '../contract/errors.ts';
import type { Input } from '../contract/operations.ts';
import type { Person } from '../contract/wire.ts';
import type { Change, Value } from '../store/store.ts';
import { actingPerson, type Context, commit, type Environment, type ItemResult } from './context.ts';
import { Replacing } from './erasure-replacing.ts';
import { Subject, trace } from './erasure-traces.ts';
import { removeMember } from './members.ts';
import type { ListResult } from './ticket-list.ts';
import { ValueView } from './view.ts';

/**
 * Puts a pseudonym in the place of a person, everywhere. In commits of their own, so whoever looks meanwhile sees some of
 * it; what tells that two ids are one person goes last, so that an erasure that was interrupted can be done again. What
 * there is to know for that lies in its record, which names them until it is done; a job brings it to its end, and where
 * little names them the request need not wait for that job.
 */

/** The job that brings an erasure to its end (`jobs/erasures.ts`); its payload is the record's id. */
export const ERASURE_JOB = 'person.erasure';
/** So much is done while the caller waits. */
const MOST_AT_ONCE = 1000;
/** When the job looks whether the request has done it. */
const LOOK_AFTER_MS = 60_000;
/** How long is told of one that is done. */
const KEPT_MS = 30 * 24 * 60 * 60 * 1000;
/** How often everything is gone through when others go on changing what is in it. */
const PASSES = 10;

export async function getTraces(ctx: Context, input: Input<'getTraces'>): Promise<ItemResult<Traces>> {
  const { traces, isFound } = await trace(ctx, new Subject(input.personId));
  return isFound ? { item: new ValueView(traces) } : nobody();
}

const nobody = (): never => fail('not_found', 'Nobody is known here by this id.');

export async function erasePerson(ctx: Context, input: Input<'erasePerson'>): Promise<ItemResult<Erasure>> {
  const { personId } = input;
  const subject = new Subject(personId);
  const pseudonym = pseudonymOf(ctx, personId);
  // First, for it is refused to the only owner; and who is no member any more writes nothing new.
  const wasMember = await leave(ctx, subject);
  const { traces, isFound } = await trace(ctx, subject);
  const { id } = pseudonym;
  const begun = await ctx.instance.get('erasure', id);
  if (!isFound && !wasMember && !begun?.value.running) nobody();
  const me = actingPerson(ctx, undefined);
  const by = subject.is(me) ? pseudonym : me;
  const total = traces.tickets.total + traces.activities + traces.views + traces.settings + traces.passing;
  const value = {
    ...{ pseudonym, startedOn: ctx.at, doneOn: '', total },
    ...{ tickets: 0, activities: 0, others: 0, mentions: traces.mentions },
    running: { personId, by },
  };
  await ctx.instance.commit([{ put: 'erasure', id, value, replaces: begun?.version ?? null }]);
  const isLong = total > MOST_AT_ONCE;
  const dueOn = new Date(Date.parse(ctx.at) + (isLong ? 0 : LOOK_AFTER_MS)).toISOString();
  const { instanceId } = ctx.actor;
  await ctx.store.jobs.put([
    { id: `${ERASURE_JOB}/${ctx.newId()}`, kind: ERASURE_JOB, instanceId, dueOn, payload: { id } },
  ]);
  if (!isLong) await replaceAll(ctx, new Replacing(ctx.instance, subject, id), async () => true);
  const { value: record } = (await ctx.instance.get('erasure', id)) ?? { value };
  return commit(ctx, { changes: [], item: new ValueView(erasureOf(record)) });
}

/** Those that are not done, and those that were done in the last days, the latest first. */
export async function listErasures(ctx: Context): Promise<ListResult<Erasure>> {
  const query = { where: { and: [] }, orderBy: 'id', direction: 'ASC' as const, limit: 1000 };
  const { items } = await ctx.instance.list('erasure', query);
  const erasures = items.map(({ value }) => erasureOf(value));
  const latest = erasures.toSorted((left, right) => (left.startedOn < right.startedOn ? 1 : -1));
  return { items: latest.map((erasure) => new ValueView(erasure)), itemCount: latest.length };
}

const erasureOf = ({ running: _, ...erasure }: Value<'erasure'>): Erasure => erasure;

/** Goes on with an erasure as long as `goesOn` says; true when there is nothing left to do. */
export async function continueErasure(
  environment: Environment,
  instanceId: string,
  id: string,
  goesOn: () => Promise<boolean>,
): Promise<boolean> {
  const ctx = { ...environment, instance: environment.store.instance(instanceId) };
  const stored = await ctx.instance.get('erasure', id);
  if (!stored?.value.running) return true;
  const subject = new Subject(stored.value.running.personId);
  await trace(ctx, subject);
  return replaceAll(ctx, new Replacing(ctx.instance, subject, id), goesOn);
}

type Doing = Pick<Context, 'instance' | 'newId' | 'now'>;

async function replaceAll(ctx: Doing, replacing: Replacing, goesOn: () => Promise<boolean>): Promise<boolean> {
  for (let pass = 1; ; pass++) {
    if (!(await replacing.all(goesOn))) return false;
    if (!replacing.hasConflicts) break;
    if (pass === PASSES) fail('unavailable', 'Others change too much. Ask again to go on.', { retryAfter: 1 });
  }
  const record = await replacing.record();
  if (!record?.value.running) return true;
  const at = ctx.now().toISOString();
  const { running, ...done } = record.value;
  const expiresOn = new Date(Date.parse(at) + KEPT_MS).toISOString();
  const { id } = done.pseudonym;
  const changes: Change[] = [
    { put: 'erasure', id, value: { ...done, doneOn: at }, replaces: record.version, expiresOn },
    { event: { id: ctx.newId(), type: 'instance.updated', at, by: running.by } },
  ];
  await ctx.instance.commit(changes).catch((error) => {
    // Somebody else goes on with it, or has done it.
    if (!(error instanceof AppError && error.code === 'conflict')) throw error;
  });
  return true;
}

/**
 * The same for the same person, so that an erasure which goes on does not make two of them. Nobody who has not the
 * server's secret can tell from it who it was.
 */
function pseudonymOf(ctx: Context, personId: string): Person {
  const signature = ctx.vault.sign('page', `erasure\n${ctx.actor.instanceId}\n${personId.toLowerCase()}`);
  const mark = createHash('sha256').update(signature).digest('hex').slice(0, 12);
  return { id: `erased-${mark}`, name: `Erased person ${mark.slice(0, 4)}`, email: '' };
}

/** Takes them out of the instance, and what is kept of them above it when it was their only one. */
async function leave(ctx: Context, subject: Subject): Promise<boolean> {
  const { personId } = subject;
  const stored = await ctx.instance.get('member', personId);
  if (!stored) return false;
  subject.learn(stored.value);
  await removeMember(ctx, { personId });
  const name = `${stored.value.tenantId}/${stored.value.id}`.toLowerCase();
  const record = await ctx.store.registry.record('person', name);
  if (record?.value.instanceIds.length === 0) await ctx.store.registry.deleteRecord('person', name, record.version);
  return true;
}
