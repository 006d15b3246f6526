import type { Traces } from '../contract/erasure.ts';
import type { Person } from '../contract/wire.ts';
import { followerTerm, requestorTerm } from '../store/kinds.ts';
import type { Held, Where } from '../store/store.ts';
import type { Context } from './context.ts';

/** Who is looked for, as far as it is known: under which ids, names and mail addresses they stand somewhere. */
export class Subject {
  readonly ids = new Set<string>();
  readonly names = new Set<string>();
  readonly emails = new Set<string>();
  /** Folded, the id that was asked for. */
  readonly personId: string;

  constructor(personId: string) {
    this.personId = fold(personId);
    this.ids.add(this.personId);
  }

  /** Somebody with the id that was asked for, or with a mail address of theirs: people known by mail have it as id. */
  is(person: Person): boolean {
    const [id, email] = [fold(person.id), fold(person.email)];
    return (
      id === this.personId ||
      this.emails.has(id) ||
      (email !== '' && (email === this.personId || this.emails.has(email)))
    );
  }

  /**
   * Learns what else they are known by, and answers whether that was news. A mail address only from who has their own id:
   * else one would lead to the next.
   */
  learn(person: Person): boolean {
    const before = this.names.size + this.emails.size;
    if (fold(person.id) === this.personId && person.email !== '') this.emails.add(fold(person.email));
    if (!this.is(person)) return false;
    this.ids.add(fold(person.id));
    if (person.name !== '') this.names.add(person.name);
    return this.names.size + this.emails.size > before;
  }

  /** What to look for. */
  get texts(): string[] {
    return [this.personId, ...this.emails];
  }
}

const fold = (text: string): string => text.toLowerCase();

/** Whether a value is a person, as they stand in tickets, activities and settings. */
export const isPerson = (value: unknown): value is Person =>
  typeof value === 'object' &&
  value !== null &&
  ['id', 'name', 'email'].every((name) => typeof (value as Record<string, unknown>)[name] === 'string');

/** Every person in a value, however deep. */
export function* peopleIn(value: unknown): Generator<Person> {
  if (typeof value !== 'object' || value === null) return;
  if (isPerson(value)) yield value;
  else for (const part of Object.values(value)) yield* peopleIn(part);
}

/** A name that is shorter is a part of too many words. */
const MIN_NAME = 3;

/** Reads everything that holds what they are known by, again when there turns out to be more of that. */
export async function trace(
  ctx: Pick<Context, 'instance'>,
  subject: Subject,
): Promise<{ traces: Traces; isFound: boolean }> {
  await learnFromIndex(ctx, subject);
  for (;;) {
    const traces = noTraces();
    const words = [...subject.names, ...subject.emails].map(fold).filter((word) => word.length >= MIN_NAME);
    let isFound = false;
    let isNews = false;
    for await (const page of ctx.instance.holding([...subject.texts, ...words])) {
      for (const held of page) {
        const people = [...peopleIn('event' in held ? held.event : held.value)];
        for (const person of people) isNews = subject.learn(person) || isNews;
        const isNamed = people.some((person) => subject.is(person));
        isFound ||= isNamed;
        count(traces, held, subject, isNamed);
        if (mentions(held, words)) traces.mentions++;
      }
    }
    if (isNews) continue;
    traces.ids = [...subject.ids];
    traces.names = [...subject.names];
    traces.emails = [...subject.emails];
    return { traces, isFound: isFound || traces.views > 0 };
  }
}

/** A member, or a ticket of theirs, says at once what else would take another reading of everything. */
async function learnFromIndex(ctx: Pick<Context, 'instance'>, subject: Subject): Promise<void> {
  const { personId } = subject;
  const member = await ctx.instance.get('member', personId);
  if (member) subject.learn(member.value);
  const filters: Where[] = [
    { terms: [requestorTerm(personId), followerTerm(personId)] },
    { field: 'assigneeId', in: [personId] },
  ];
  for (const where of filters) {
    const { items } = await ctx.instance.list('ticket', { where, orderBy: 'ticketNo', direction: 'DESC', limit: 1 });
    for (const { value } of items) for (const person of peopleIn(value)) subject.learn(person);
  }
}

const noTraces = (): Traces => ({
  ...{ ids: [], names: [], emails: [], isMember: false },
  tickets: { total: 0, requestor: 0, assignee: 0, follower: 0, other: 0 },
  ...{ activities: 0, comments: 0, attachments: 0, views: 0, settings: 0, passing: 0, mentions: 0 },
});

function count(traces: Traces, held: Held, subject: Subject, isNamed: boolean): void {
  const is = (person: unknown): boolean => isPerson(person) && subject.is(person);
  if ('event' in held || held.kind === 'reply' || held.kind === 'presence') {
    if (isNamed) traces.passing++;
  } else if (held.kind === 'ticket' && isNamed) {
    const { requestor, assignee, followers } = held.value;
    const [asRequestor, asAssignee, asFollower] = [is(requestor), is(assignee), followers.some(is)];
    traces.tickets.total++;
    if (asRequestor) traces.tickets.requestor++;
    if (asAssignee) traces.tickets.assignee++;
    if (asFollower) traces.tickets.follower++;
    if (!asRequestor && !asAssignee && !asFollower) traces.tickets.other++;
  } else if (held.kind === 'activity' && isNamed) {
    const { createdBy, comment, attachments } = held.value;
    traces.activities++;
    if (is(createdBy) && comment !== '') traces.comments++;
    if (is(createdBy)) traces.attachments += attachments.length;
  } else if (held.kind === 'instance' && isNamed) traces.settings++;
  else if (held.kind === 'member' && held.id === subject.personId) traces.isMember = true;
  else if (held.kind === 'view' && (isNamed || namesInQuery(held.value.query, subject))) traces.views++;
}

/** Whether the filter of a saved view is about them. */
export const namesInQuery = (query: string, subject: Subject): boolean =>
  [...new URLSearchParams(query)].some(([, value]) => subject.ids.has(fold(value)) || subject.emails.has(fold(value)));

/** Whether a text that people wrote holds one of these words. */
function mentions(held: Held, words: string[]): boolean {
  if ('event' in held || (held.kind !== 'ticket' && held.kind !== 'activity')) return false;
  const texts = held.kind === 'ticket' ? [held.value.title, held.value.description] : [held.value.comment];
  const text = texts.join('\n').toLowerCase();
  return words.some((word) => text.includes(word));
}
