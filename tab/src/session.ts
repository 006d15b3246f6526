/** Who is signed in: the token of every request, from Teams, or on a laptop from the server's own sign-in. */

import type { Role } from '../../api/contract/people.ts';
import type { Messages } from './messages/en.ts';
import { storage } from './storage.ts';
import { type TeamsHost, teamsHost } from './teams.ts';

/** What the server says of itself before anybody has signed in. */
export interface TabConfig {
  appName: string;
  signIn: 'local' | 'entra';
  clientId: string;
  /** Where Entra signs people in. */
  authority: string;
  /** Of the app in Teams; '' when the server does not know it. */
  teamsAppId: string;
  /** Whether there is a directory to ask for photos of people. */
  hasPhotos: boolean;
}

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Where the people of a tenant find Entra ID; those of any, where it is not known. */
export const authorityOf = ({ authority }: TabConfig, tenantId: string): string =>
  `${authority}/${GUID.test(tenantId) ? tenantId : 'organizations'}`;

/** Somebody whom a laptop without Entra ID offers to sign in as. */
export interface LocalPerson {
  id: string;
  name: string;
  email: string;
  role: Role;
}

/** Nobody is signed in, and why: what the sign-in page explains. */
export class SignInError extends Error {
  readonly reason: 'choose' | 'outside' | 'slow' | 'strange' | Refusal;
  /** The answer that may still come. */
  readonly later: Promise<unknown> | undefined;

  constructor(reason: SignInError['reason'], detail = '', later?: Promise<unknown>) {
    super(detail);
    this.reason = reason;
    this.later = later;
  }
}

/** Why Teams gives no token. */
type Refusal = 'consent' | 'confirm' | 'closed' | 'assigned' | 'setUp' | 'offline' | 'refused';

/** How Teams and Entra ID word it (learn.microsoft.com: "Troubleshoot SSO authentication", "Entra error codes"). */
const REFUSALS: [RegExp, Refusal][] = [
  [/AADSTS50105/, 'assigned'],
  [/resourceDisabled|AADSTS(700016|500011|50001|65005)/, 'setUp'],
  [/consent|AADSTS(65001|65004|90094|90008)/i, 'consent'],
  [/mfa|interaction|login_required|AADSTS(50076|50079|53000|53001|53003)/i, 'confirm'],
  [/cancel|FailedToOpenWindow/i, 'closed'],
  [/network|offline|failed to fetch|time[d ]*out/i, 'offline'],
];

const PERSON_KEY = 'tickets.person';
/** Whom this page signs in as on a laptop. */
let chosen: string | undefined;
/** A token is renewed this long before it ends. */
const EARLY_MS = 60_000;
/** Teams takes an app that is silent for 30 seconds for one that has failed. */
const TOKEN_WITHIN_MS = 20_000;
/** Teams may ask the person each time that it is asked for a token: after a refusal only they do so before this is over. */
const REFUSED_MS = 30_000;
/** How far a clock may be behind before what it says of a token is worth nothing. */
const SKEW_MS = 5 * 60_000;

interface Token {
  text: string;
  endsAt: number;
}

let token: Promise<Token> | undefined;
/** The token that was given out last, until it is found to be no good. */
let given = '';
let config: Promise<TabConfig> | undefined;

/** The server's configuration, asked for once. */
export function tabConfig(): Promise<TabConfig> {
  config ??= readJson<TabConfig>('/tab/config.json').catch((error) => {
    config = undefined;
    throw error;
  });
  return config;
}

/** The people to choose from on a laptop. */
export const localPeople = (): Promise<LocalPerson[]> => readJson('/local/people');

async function readJson<T>(path: string, init?: RequestInit): Promise<T> {
  const response = await fetch(path, init);
  // The number tells nobody what to do.
  if (!response.ok) throw new Error('', { cause: `${path} ${response.status}` });
  return response.json();
}

/** The token for the next request: the one there is while it lasts, else a new one. Throws SignInError. */
export async function currentToken(): Promise<string> {
  token ??= newToken();
  const asked = token;
  try {
    const found = await asked;
    if (found.endsAt - EARLY_MS > Date.now()) return give(found);
  } catch (error) {
    const forget = () => {
      if (token === asked) token = undefined;
    };
    if (asksPerson(error)) setTimeout(forget, REFUSED_MS);
    else forget();
    throw error;
  }
  if (token === asked) token = newToken();
  return give(await token);
}

const asksPerson = (error: unknown): boolean =>
  error instanceof SignInError && ['consent', 'confirm', 'closed', 'assigned', 'refused'].includes(error.reason);

function give({ text }: Token): string {
  given = text;
  return text;
}

/**
 * The server refused this token: the next request brings another one. Many requests may have gone out with it, and the
 * first that comes back renews it for all of them. Without a token whatever there is is forgotten.
 */
export function forgetToken(refused?: string): void {
  if (refused !== undefined && refused !== given) return;
  given = '';
  token = undefined;
}

/** Why nobody is signed in, as the person reads it. */
export function reasonNotSignedIn({ reason, message }: SignInError, { signIn }: Messages): string {
  if (reason === 'refused') return signIn.refused(message);
  const text = reason === 'choose' ? signIn.choose : signIn[reason];
  // An administrator finds the fault by it; the person can only pass it on.
  const isForAdministrator = reason === 'setUp' || reason === 'strange' || reason === 'assigned';
  return isForAdministrator ? `${text} ${signIn.facts(message)}` : text;
}

/** What the last token says of where it comes from, for whoever set the app up to compare; nothing of the person. */
export function tokenFacts(): string {
  const { tid, ver, aud } = claimsOf(given) ?? {};
  return `tid ${tid}, ver ${ver}, aud ${aud}`;
}

/** Signs in as one of the people of the laptop, or as nobody. */
export function choosePerson(id: string | undefined): void {
  if (id === undefined) storage.remove(PERSON_KEY);
  else storage.set(PERSON_KEY, id);
  chosen = id;
  token = undefined;
}

async function newToken(): Promise<Token> {
  const host = await teamsHost;
  if (host) return tokenOfTeams(host);
  if ((await tabConfig()).signIn !== 'local') throw new SignInError('outside');
  // Whoever another window signs in as, this page stays with whom it shows.
  chosen ??= storage.get(PERSON_KEY) ?? undefined;
  const personId = chosen;
  if (!personId) throw new SignInError('choose');
  const body = JSON.stringify({ personId });
  const headers = { 'Content-Type': 'application/json' };
  try {
    const answer = await readJson<{ token: string }>('/local/token', { method: 'POST', headers, body });
    return { text: answer.token, endsAt: endOf(answer.token) };
  } catch (error) {
    if (error instanceof TypeError) throw error;
    // Somebody whom the server does not know any more: ask again.
    throw new SignInError('choose', (error as Error).message);
  }
}

async function tokenOfTeams(host: TeamsHost): Promise<Token> {
  // Teams asks the person itself where it has to, which takes as long as it takes.
  const asked = host.token();
  const late = new Promise<never>((_, reject) =>
    setTimeout(() => reject(new SignInError('slow', '', asked)), TOKEN_WITHIN_MS),
  );
  try {
    const text = await Promise.race([asked, late]);
    return { text, endsAt: endOf(text) };
  } catch (error) {
    if (error instanceof SignInError) throw error;
    const detail = String((error as Error)?.message ?? error);
    throw new SignInError(REFUSALS.find(([worded]) => worded.test(detail))?.[1] ?? 'refused', detail);
  }
}

/**
 * When a token ends by this machine's clock. Teams gives one that it has kept for a while, so its end counts; unless the
 * clock is so wrong that the token is not valid yet or no longer: then how long it says that it lasts. One that cannot be
 * read is asked for anew in five minutes.
 */
function endOf(text: string): number {
  const { exp, iat } = claimsOf(text) ?? {};
  if (typeof exp !== 'number') return Date.now() + 5 * 60_000;
  if (typeof iat !== 'number') return exp * 1000;
  const isClockRight = Date.now() > iat * 1000 - SKEW_MS && Date.now() < exp * 1000;
  return isClockRight ? exp * 1000 : Date.now() + (exp - iat) * 1000;
}

function claimsOf(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(atob(text.split('.')[1]!.replace(/-/g, '+').replace(/_/g, '/')));
  } catch {
    return undefined;
  }
}
