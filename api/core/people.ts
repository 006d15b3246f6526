import type { Input } from '../contract/operations.ts';
import type { Person } from '../contract/wire.ts';
import { fold } from '../store/kinds.ts';
import type { Where } from '../store/store.ts';
import type { Context } from './context.ts';
import { DirectoryError } from './directory.ts';
import { memberId, members, roleOf } from './members.ts';
import type { ListResult } from './ticket-list.ts';
import { ValueView } from './view.ts';

/** Finding people by name or mail. */

const MAX_FOUND = 25;

/** People of the instance by name or mail, then those of its tickets, then those of the directory when it can be asked. */
export async function searchPeople(ctx: Context, input: Input<'searchPeople'>): Promise<ListResult<Person>> {
  const words = (input.search ?? '').toLowerCase().split(/\s+/u).filter(Boolean);
  const known = new Map<string, Person>();
  const { among = 'everyone' } = input;
  const { value: settings } = ctx.settings;
  const named = settings.assignees.peoples.map((person) => ({ ...person, role: 'member' as const }));
  for (const one of [...(await members(ctx)).map(({ value }) => value), ...named]) {
    if (among === 'assignees' && roleOf(settings, one) === 'member') continue;
    const { id, name, email } = one;
    const text = `${name} ${email}`.toLowerCase();
    if (words.every((word) => text.includes(word))) known.set(id.toLowerCase(), { id, name, email });
  }
  if (words.length > 0 && among === 'everyone') {
    for (const person of await inTickets(ctx, words, MAX_FOUND - known.size)) {
      const isThere = [...known.values()].some(({ email }) => email !== '' && fold(email) === fold(person.email));
      if (!known.has(memberId(person.id)) && !isThere) known.set(memberId(person.id), person);
    }
    for (const person of await inDirectory(ctx, words.join(' '))) {
      if (!known.has(memberId(person.id))) known.set(memberId(person.id), person);
    }
  }
  const found = [...known.values()].slice(0, MAX_FOUND);
  return { items: found.map((person) => new ValueView(person)), itemCount: known.size };
}

/** How many tickets are looked at for people at one go, and how often for others than those who were found. */
const TICKETS_AT_ONCE = 25;
const ROUNDS = 3;

/** People who have tickets, or had them to answer, and need not belong to the instance; for those who see all tickets. */
async function inTickets(ctx: Context, words: string[], limit: number): Promise<Person[]> {
  // A single letter is in nearly every ticket, and finds nobody in particular.
  if (ctx.actor.role === 'member' || limit <= 0 || words.join('').length < 2) return [];
  const folded = words.map(fold);
  const inRole = async (role: 'requestor' | 'assignee'): Promise<Map<string, Person>> => {
    const found = new Map<string, Person>();
    // The store knows no "or": a word that is neither in the name nor in the mail address is not there.
    const hasWord = (word: string): Where => {
      const misses = ['Name', 'Email'].map((part) => ({ not: { field: `${role}${part}`, contains: word } }));
      return { not: { and: misses } };
    };
    for (let round = 1; round <= ROUNDS && found.size < limit; round++) {
      const others: Where[] = found.size > 0 ? [{ not: { field: `${role}Id`, in: [...found.keys()] } }] : [];
      const where = { and: [{ words: folded }, ...folded.map(hasWord), ...others] };
      const query = { where, orderBy: 'ticketNo', direction: 'DESC' as const, limit: TICKETS_AT_ONCE };
      const { items } = await ctx.instance.list('ticket', query);
      for (const { value } of items) {
        const person = value[role];
        const id = fold(person.id);
        if ('name' in person && !found.has(id))
          found.set(id, { id: person.id, name: person.name, email: person.email });
      }
      if (items.length < TICKETS_AT_ONCE) break;
    }
    return found;
  };
  const [requestors, assignees] = await Promise.all([inRole('requestor'), inRole('assignee')]);
  return [...new Map([...assignees, ...requestors]).values()].slice(0, limit);
}

const DIRECTORY_WARNINGS = {
  consent_required: 'directory_consent_required: allow the app to look into the directory to find more people',
  unavailable: 'directory_unavailable: the directory does not answer, so only known people were found',
};

/** People of the directory; without it, or without an answer, nobody and a word about it. */
async function inDirectory({ directory, token, warnings }: Context, search: string): Promise<Person[]> {
  if (!directory || token === undefined) return [];
  try {
    return await directory.findPeople(token, search);
  } catch (error) {
    if (!(error instanceof DirectoryError)) throw error;
    warnings.push(DIRECTORY_WARNINGS[error.reason]);
    return [];
  }
}
