import type { LocalPerson } from '../../api/auth/local-issuer.ts';
import type { Ticket } from '../../api/contract/tickets.ts';
import type { Person } from '../../api/contract/wire.ts';
import type { SignedInFetch, TestInstance, TestServer } from '../helpers/server.ts';
import { type Answer, type Api, answerOf, apiOf, GRACE, succeed } from './reference.ts';

/** What somebody who signed in says to the API. */
export interface SignedIn {
  get<T = Ticket>(path: string, headers?: Record<string, string>): Promise<Answer<T>>;
  send<T = Ticket>(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer<T>>;
}

export function signedIn(ask: SignedInFetch): SignedIn {
  const send = async <T>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    answerOf<T>(
      await ask(path, {
        method,
        headers: { 'Content-Type': 'application/json', ...headers },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
    );
  return { get: (path, headers) => send('GET', path, undefined, headers), send };
}

export const asPerson = ({ id, name, email }: LocalPerson): Person => ({ id, name, email });
/** What a refusal is, and how little else there is to tell. */
export const code = async (answer: Promise<Answer<unknown>>) => [(await answer).status, (await answer).body.code];

export const NOT_FOUND = [404, 'not_found'];
export const FORBIDDEN = [403, 'forbidden'];

/** A help desk with one of each role, and three tickets. */
interface Desk {
  instance: TestInstance;
  api: Api;
  mara: LocalPerson;
  olga: LocalPerson;
  asif: LocalPerson;
  member: SignedIn;
  owner: SignedIn;
  assignee: SignedIn;
  /** The member's. */
  own: Ticket;
  /** One that the member follows. */
  followed: Ticket;
  /** Somebody else's, though the member is its assignee. */
  foreign: Ticket;
}

export async function newDesk(server: TestServer): Promise<Desk> {
  const instance = await server.newInstance();
  const api = apiOf(instance);
  const [mara, olga, asif] = ['Mara Member', 'Olga Owner', 'Asif Assignee'].map(server.newPerson) as [
    LocalPerson,
    LocalPerson,
    LocalPerson,
  ];
  const member = signedIn(await server.join(instance.id, mara, 'member'));
  const owner = signedIn(await server.join(instance.id, olga, 'owner'));
  const assignee = signedIn(await server.join(instance.id, asif, 'assignee'));
  const own = await api.newTicket({ title: 'Mine', requestor: asPerson(mara), priority: 'Low' });
  const followed = await api.newTicket({ title: 'Followed', followers: [asPerson(mara)], priority: 'Urgent' });
  const foreign = await api.newTicket({ title: 'Foreign', assignee: asPerson(mara), priority: 'Urgent' });
  const comments: [string, string, boolean][] = [
    [own.id, 'A zebra in private', true],
    [own.id, 'A quokka in public', false],
    [followed.id, 'An okapi in private', true],
    [foreign.id, 'An axolotl in public', false],
  ];
  for (const [id, comment, isPrivate] of comments) {
    succeed(await api.post(`/tickets/${id}/comments`, { comment, isPrivate, user: GRACE }));
  }
  return { instance, api, mara, olga, asif, member, owner, assignee, own, followed, foreign };
}

export const titles = (answer: Answer<Ticket>) => succeed(answer).body.items.map(({ title }) => title);
