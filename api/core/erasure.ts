import { createHash } from 'node:crypto';
import type { Erasure, Traces } from '../contract/erasure.ts';
import { AppError, fail } from '../contract/errors.ts';
import type { Input } from '../contract/operations.ts';
import type { Person } from '../contract/wire.ts';
import type { Change, Held, HeldDocument, Kind } from '../store/store.ts';
import { actingPerson, type Context, commit, type ItemResult } from './context.ts';
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
  const replacing = new Replacing(ctx, subject, pseudonym);
  for (let pass = 1; ; pass++) {
    await replacing.all();
    if (!replacing.hasConflicts) break;
    if (pass === PASSES) fail('unavailable', 'Others change too much. Ask again to go on.', { retryAfter: 1 });
  }
  const { done } = replacing;
  const me = actingPerson(ctx, undefined);
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

const COUNTED: { [K in Kind]?: 'tickets' | 'activities' } = { ticket: 'tickets', activity: 'activities' };

interface Task {
  change: Change;
  held: Held;
}

/** Puts the pseudonym in their place, in commits as large as may be. */
class Replacing {
  readonly #ctx: Context;
  readonly #subject: Subject;
  readonly #pseudonym: Person;
  readonly done = { tickets: 0, activities: 0, others: 0 };
  /** Whether others changed at the same moment what was to be changed here. */
  hasConflicts = false;

  constructor(ctx: Context, subject: Subject, pseudonym: Person) {
    this.#ctx = ctx;
    this.#subject = subject;
    this.#pseudonym = pseudonym;
  }

  /** Goes through everything once. */
  async all(): Promise<void> {
    this.hasConflicts = false;
    let tasks: Task[] = [];
    let bytes = 0;
    /** Of each mail address one document is left to tell of it until all else is done. */
    const last: Task[] = [];
    const told = new Set<string>();
    for await (const page of this.#ctx.instance.holding(this.#subject.texts)) {
      for (const held of page) {
        const change = changeOf(held, this.#subject, this.#pseudonym);
        if (!change) continue;
        const news = emailsIn(held, this.#subject).filter((email) => !told.has(email));
        if (news.length > 0) {
          for (const email of news) told.add(email);
          last.push({ change, held });
          continue;
        }
        const size = Buffer.byteLength(JSON.stringify(change));
        if (tasks.length === MAX_CHANGES || bytes + size > MAX_BYTES) {
          await this.#write(tasks);
          tasks = [];
          bytes = 0;
        }
        tasks.push({ change, held });
        bytes += size;
      }
    }
    await this.#write(tasks);
    // Whatever is still there is gone through again, and needs them.
    if (!this.hasConflicts) for (const task of last) await this.#write([task]);
  }

  /** In halves when somebody else has changed one of them: the others need not wait for it. */
  async #write(tasks: Task[]): Promise<void> {
    if (tasks.length === 0) return;
    try {
      await this.#ctx.instance.commit(tasks.map(({ change }) => change));
      for (const { held } of tasks) this.done['event' in held ? 'others' : (COUNTED[held.kind] ?? 'others')]++;
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'conflict')) throw error;
      this.hasConflicts ||= tasks.length === 1;
      if (tasks.length === 1) return;
      const middle = tasks.length >> 1;
      await this.#write(tasks.slice(0, middle));
      await this.#write(tasks.slice(middle));
    }
  }
}

/** The mail addresses that a document, which does not go by itself, says to belong to the id that was asked for. */
function emailsIn(held: Held, subject: Subject): string[] {
  if ('event' in held || held.expiresOn !== '') return [];
  const emails = [...peopleIn(held.value)].flatMap(({ id, email }) =>
    id.toLowerCase() === subject.personId && email !== '' ? email.toLowerCase() : [],
  );
  return [...new Set(emails)];
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
