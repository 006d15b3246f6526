import { AppError } from '../contract/errors.ts';
import type { Person } from '../contract/wire.ts';
import type { Change, Held, HeldDocument, InstanceStore, Kind, Value } from '../store/store.ts';
import { isPerson, namesInQuery, peopleIn, type Subject } from './erasure-traces.ts';

/** What one commit may hold, with room to spare: an instance's settings can be large. */
const MAX_CHANGES = 90;
const MAX_BYTES = 1_000_000;

const COUNTED: { [K in Kind]?: 'tickets' | 'activities' } = { ticket: 'tickets', activity: 'activities' };

interface Task {
  change: Change;
  held: Held;
}

/** Puts the pseudonym in their place, in commits as large as may be. Each counts in the erasure's record what it did. */
export class Replacing {
  readonly #instance: InstanceStore;
  readonly #subject: Subject;
  readonly #id: string;
  #record: { value: Value<'erasure'>; version: number } | undefined;
  /** Whether others changed at the same moment what was to be changed here. */
  hasConflicts = false;

  constructor(instance: InstanceStore, subject: Subject, id: string) {
    this.#instance = instance;
    this.#subject = subject;
    this.#id = id;
  }

  /** The erasure as it was written last; null when there is none. */
  async record(): Promise<{ value: Value<'erasure'>; version: number } | null> {
    this.#record ??= (await this.#instance.get('erasure', this.#id)) ?? undefined;
    return this.#record ?? null;
  }

  /** Goes through everything once; false when it ended before that, as `goesOn` said. */
  async all(goesOn: () => Promise<boolean>): Promise<boolean> {
    this.hasConflicts = false;
    const record = await this.record();
    if (!record) return true;
    const { pseudonym } = record.value;
    let tasks: Task[] = [];
    let bytes = 0;
    /** Of each mail address one document is left to tell of it until all else is done. */
    const last: Task[] = [];
    const told = new Set<string>();
    for await (const page of this.#instance.holding(this.#subject.texts)) {
      for (const held of page) {
        const change = changeOf(held, this.#subject, pseudonym);
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
          if (!(await goesOn())) return false;
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
    return true;
  }

  /** In halves when somebody else has changed one of them: the others need not wait for it. */
  async #write(tasks: Task[]): Promise<void> {
    const record = await this.record();
    if (tasks.length === 0 || !record) return;
    const value = { ...record.value };
    for (const { held } of tasks) value['event' in held ? 'others' : (COUNTED[held.kind] ?? 'others')]++;
    const counted: Change = { put: 'erasure', id: this.#id, value, replaces: record.version };
    try {
      await this.#instance.commit([...tasks.map(({ change }) => change), counted]);
      this.#record = { value, version: record.version + 1 };
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'conflict')) throw error;
      // It may be the record itself, when it was begun once more.
      this.#record = undefined;
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
  // Members are taken out by their id, as it begins.
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
