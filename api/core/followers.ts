import type { Change } from '../contract/activities.ts';
import type { StoredTicket } from '../contract/events.ts';
import type { Person } from '../contract/wire.ts';
import type { Context } from './context.ts';
import { mentionsIn } from './html.ts';
import { memberId, members } from './members.ts';

/** Who becomes a follower by the rule of the instance: in the same commit, and the same activity, as what makes them one. */

/** What somebody does with a ticket, as far as the rule asks. */
interface Act {
  by: Person;
  /** The ticket is new. */
  opens?: boolean;
  /** A comment is written. */
  comments?: boolean;
  /** Only those who work tickets may read it. */
  isPrivate?: boolean;
  /** The formatted text that is written, and the one that it replaces. */
  html?: string | undefined;
  htmlBefore?: string | undefined;
}

/** Whether somebody is among those whom a text mentions. */
export const isNamed = ({ id, email }: Person, said: Set<string>): boolean =>
  said.has(memberId(id)) || said.has(email.toLowerCase());

/**
 * Adds those whom the rule names to the followers, and that to the changes which the act's activity lists. A private note
 * adds nobody: everybody who sees the ticket sees who follows it.
 */
export async function addFollowers(ctx: Context, ticket: StoredTicket, changes: Change[], act: Act): Promise<void> {
  if (act.isPrivate) return;
  const { peoples, isMentioned, isCommenter } = ctx.settings.value.followersRule;
  const before = ticket.followers;
  const after = [...before];
  const add = (person: Person, ...others: { id: string }[]) => {
    const isThere = [...after, ...others].some(({ id }) => memberId(id) === memberId(person.id));
    if (!isThere) after.push({ id: person.id, name: person.name, email: person.email });
  };
  if (act.opens) for (const person of peoples) add(person);
  const said = isMentioned ? mentionsIn(act.html).difference(mentionsIn(act.htmlBefore)) : new Set<string>();
  const isAsked = said.size > 0 || (isCommenter && act.comments);
  const author = isAsked ? await ctx.instance.get('member', memberId(act.by.id)) : null;
  if (author) {
    const { requestor, assignee } = ticket;
    const named = said.size > 0 ? (await members(ctx)).map(({ value }) => value) : [];
    for (const one of named) if (isNamed(one, said)) add(one, requestor, assignee);
    if (isCommenter && act.comments) add(author.value, requestor, assignee);
  }
  if (after.length === before.length) return;
  ticket.followers = after;
  const given = changes.find(({ name }) => name === 'followers');
  if (given) given.newValue = after;
  else changes.push({ name: 'followers', oldValue: before, newValue: after });
}
