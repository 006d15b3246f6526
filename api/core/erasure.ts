import { createHash } from 'node:crypto';
import type { Erasure, Traces } from '../contract/erasure.ts';
import { AppError, fail } from '../contract/errors.ts';
import type { Input } from '../contract/operations.ts';
import type { Person } from '../contract/wire.ts';
import type { Change, Held, HeldDocument, Kind } from '../store/store.ts';
import { type Context, commit, type ItemResult } from './context.ts';
import { isPerson, namesInQuery, peopleIn, Subject, trace } from './erasure-traces.ts';
import { removeMember } from './members.ts';
import { ValueView } from './view.ts';

/** What one commit may hold, with room to spare: an instance's settings can be large. */
const MAX_CHANGES = 90;
const MAX_BYTES = 1_000_000;
/** How often everything is gone through when others go on changing what is in it. */
const PASSES = 10;

export async function getTraces(ctx: Context, input: Input<'getTraces'>): Promise<ItemResult<Traces>> {
  const { traces, isFound } = await trace(ctx, new Subject(input.personId));
  return isFound ? { item: new ValueView(traces) } : nobody();
}

const nobody = (): never => fail('not_found', 'Nobody is known here by this id.');

/**
 * Puts a pseudonym in the place of a person, everywhere. In commits of their own, so whoever looks meanwhile sees some of
 * it; what tells that two ids are one person goes last, so that an erasure that was interrupted can be done again.
 */
export async function erasePerson(ctx: Context, input: Input<'erasePerson'>): Promise<ItemResult<Erasure>> {
  const subject = new Subject(input.personId);
  const pseudonym = pseudonymOf(ctx, input.personId);
  // First, for it is refused to the only owner; and who is no member any more writes nothing new.
  const wasMember = await leave(ctx, subject);
  const { traces, isFound } = await trace(ctx, subject);
  if (!isFound && !wasMember) nobody();
  const done = { tickets: 0, activities: 0, others: 0 };
  for (const isLast of [false, true]) {
    for (let pass = 1; (await replaceAll(ctx, subject, pseudonym, isLast, done)) > 0; pass++) {
      if (pass === PASSES) fail('unavailable', 'Others change too much. Ask again to go on.', { retryAfter: 1 });
    }
  }
  const me = ctx.actor.person ?? { id: 'api', name: 'API', email: '' };
  const by = subject.is(me) ? pseudonym : me;
  return commit(ctx, {
    changes: [{ event: { id: ctx.newId(), type: 'instance.updated', at: ctx.at, by } }],
    item: new ValueView({ pseudonym, ...done, mentions: traces.mentions }),
  });
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

/** Whether a document tells of a mail address that belongs to the id which was asked for. */
const isTelling = (held: Held, subject: Subject): boolean =>
  !('event' in held) &&
  held.expiresOn === '' &&
  [...peopleIn(held.value)].some((person) => subject.is(person) && person.email !== '' && isIdOf(person, subject));

const isIdOf = ({ id }: Person, { personId }: Subject): boolean => id.toLowerCase() === personId;

const COUNTED: { [K in Kind]?: 'tickets' | 'activities' } = { ticket: 'tickets', activity: 'activities' };

/** Goes through everything once; answers how many documents others changed at the same moment. */
async function replaceAll(
  ctx: Context,
  subject: Subject,
  pseudonym: Person,
  isLast: boolean,
  done: { tickets: number; activities: number; others: number },
): Promise<number> {
  let conflicts = 0;
  let batch: { change: Change; held: Held }[] = [];
  let bytes = 0;
  async function flush(): Promise<void> {
    const full = batch;
    batch = [];
    bytes = 0;
    if (full.length > 0) await write(full);
  }
  /** In halves when somebody else has changed one of them: the others need not wait for it. */
  async function write(part: typeof batch): Promise<void> {
    try {
      await ctx.instance.commit(part.map(({ change }) => change));
      for (const { held } of part) done['event' in held ? 'others' : (COUNTED[held.kind] ?? 'others')]++;
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'conflict')) throw error;
      if (part.length === 1) {
        conflicts++;
        return;
      }
      const middle = part.length >> 1;
      await write(part.slice(0, middle));
      await write(part.slice(middle));
    }
  }
  /** Of each mail address one document is left to tell of it, until all else is done. */
  const told = new Set<string>();
  const isLeft = (held: Held): boolean => {
    if (isLast || subject.emails.size === 0 || !isTelling(held, subject)) return false;
    const emails = [...peopleIn('event' in held ? held.event : held.value)]
      .filter((person) => isIdOf(person, subject))
      .map(({ email }) => email.toLowerCase());
    const isNews = emails.some((email) => !told.has(email));
    for (const email of emails) told.add(email);
    return isNews;
  };
  for await (const page of ctx.instance.holding(subject.texts)) {
    for (const held of page) {
      const change = changeOf(held, subject, pseudonym);
      if (!change || isLeft(held)) continue;
      const size = Buffer.byteLength(JSON.stringify(change));
      if (batch.length === MAX_CHANGES || bytes + size > MAX_BYTES) await flush();
      batch.push({ change, held });
      bytes += size;
    }
  }
  await flush();
  return conflicts;
}

/** What is to be done about one thing that may name them; undefined when it does not. */
function changeOf(held: Held, subject: Subject, pseudonym: Person): Change | undefined {
  if ('event' in held) {
    const rewritten = replaced(held.event, subject, pseudonym);
    return rewritten === held.event ? undefined : { rewritten, place: held.place };
  }
  const { kind, id, version, hidden, expiresOn } = held;
  // Members are taken out by their id, which is above.
  if (kind === 'member') return undefined;
  if (kind === 'view') return viewChange(held, subject, pseudonym);
  const value = kind === 'instance' ? without(held.value, subject) : replaced<unknown>(held.value, subject, pseudonym);
  if (value === held.value) return undefined;
  return {
    put: kind,
    id,
    value,
    ...(hidden && { hidden }),
    replaces: version,
    ...(expiresOn && { expiresOn }),
  } as Change;
}

/** The value with the pseudonym in each place of theirs; the very same value when there is none. */
function replaced<T>(value: T, subject: Subject, pseudonym: Person): T {
  if (typeof value !== 'object' || value === null) return value;
  if (isPerson(value)) return subject.is(value) ? ({ ...value, ...pseudonym } as T) : value;
  if (Array.isArray(value)) {
    const items = value.map((item) => replaced(item, subject, pseudonym));
    if (items.every((item, index) => item === value[index])) return value;
    // Who was there under two ids is there once.
    const isAgain = (item: unknown, index: number) =>
      isPerson(item) && item.id === pseudonym.id && items.findIndex((one) => one?.id === item.id) < index;
    return items.filter((item, index) => !isAgain(item, index)) as T;
  }
  let isChanged = false;
  const entries = Object.entries(value).map(([name, part]) => {
    // A file and a link name who added them, and no more.
    const isName = name === 'createdBy' && typeof part === 'string' && subject.names.has(part);
    const after = isName ? pseudonym.name : replaced(part, subject, pseudonym);
    isChanged ||= after !== part;
    return [name, after];
  });
  return isChanged ? Object.fromEntries(entries) : value;
}

/** Settings name people in lists: of those who answer, for example. There a pseudonym would be of no use. */
function without<T>(value: T, subject: Subject): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const items = value.filter((item) => !(isPerson(item) && subject.is(item))).map((item) => without(item, subject));
    return items.length < value.length || items.some((item, index) => item !== value[index]) ? (items as T) : value;
  }
  let isChanged = false;
  const entries = Object.entries(value).map(([name, part]) => {
    const after = without(part, subject);
    isChanged ||= after !== part;
    return [name, after];
  });
  return isChanged ? Object.fromEntries(entries) : value;
}

/** A view of their own goes; one that all share stays, and a filter by them is one by the pseudonym. */
function viewChange(
  { id, version, value }: HeldDocument<'view'>,
  subject: Subject,
  pseudonym: Person,
): Change | undefined {
  const isOwn = subject.is(value.owner);
  if (isOwn && !value.isShared) return { delete: 'view', id, replaces: version };
  const isAbout = namesInQuery(value.query, subject);
  if (!isOwn && !isAbout) return undefined;
  const query = new URLSearchParams(value.query);
  const names = (text: string) => subject.ids.has(text.toLowerCase()) || subject.emails.has(text.toLowerCase());
  for (const [name, text] of [...query]) if (names(text)) query.set(name, pseudonym.id);
  const after = { ...value, owner: isOwn ? pseudonym : value.owner, query: isAbout ? query.toString() : value.query };
  return { put: 'view', id, value: after, replaces: version };
}
