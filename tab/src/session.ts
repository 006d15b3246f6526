/** Who is signed in: the token of every request, from Teams, or on a laptop from the server's own sign-in. */

import type { Role } from '../../api/contract/people.ts';
import { storage } from './storage.ts';
import { teamsHost } from './teams.ts';

/** What the server says of itself before anybody has signed in. */
export interface TabConfig {
  appName: string;
  signIn: 'local' | 'entra';
  clientId: string;
  /** Where Entra signs people in. */
  authority: string;
  /** Whether there is a directory to ask for photos of people. */
  hasPhotos: boolean;
}

/** Somebody whom a laptop without Entra ID offers to sign in as. */
export interface LocalPerson {
  id: string;
  name: string;
  email: string;
  role: Role;
}

/** Nobody is signed in, and why: what the sign-in page explains. */
export class SignInError extends Error {
  readonly reason: 'choose' | 'outside' | 'consent' | 'refused';

  constructor(reason: SignInError['reason'], detail = '') {
    super(detail);
    this.reason = reason;
  }
}

const PERSON_KEY = 'tickets.person';
/** A token is renewed this long before it ends. */
const EARLY_MS = 60_000;

interface Token {
  text: string;
  endsAt: number;
}

let token: Promise<Token> | undefined;
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
  if (!response.ok) throw new Error(`${path} ${response.status}`);
  return response.json();
}

/** The token for the next request: the one there is while it lasts, else a new one. Throws SignInError. */
export async function currentToken(): Promise<string> {
  token ??= newToken();
  const asked = token;
  try {
    const found = await asked;
    if (found.endsAt - EARLY_MS > Date.now()) return found.text;
  } catch (error) {
    if (token === asked) token = undefined;
    throw error;
  }
  if (token === asked) token = newToken();
  return (await token).text;
}

/** The server refused the token: the next request brings another one. */
export function forgetToken(): void {
  token = undefined;
}

/** Signs in as one of the people of the laptop, or as nobody. */
export function choosePerson(id: string | undefined): void {
  if (id === undefined) storage.remove(PERSON_KEY);
  else storage.set(PERSON_KEY, id);
  token = undefined;
}

async function newToken(): Promise<Token> {
  const host = await teamsHost;
  if (host) {
    try {
      const text = await host.token();
      return { text, endsAt: endOf(text) };
    } catch (error) {
      const reason = String((error as Error)?.message ?? error);
      throw new SignInError(/consent|interaction/i.test(reason) ? 'consent' : 'refused', reason);
    }
  }
  if ((await tabConfig()).signIn !== 'local') throw new SignInError('outside');
  const personId = storage.get(PERSON_KEY);
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

/**
 * When a token that was just issued ends, by this machine's clock, which may be wrong: what counts is how long it says
 * that it lasts. One that cannot be read is asked for anew in five minutes.
 */
function endOf(text: string): number {
  try {
    const part = text.split('.')[1]!.replace(/-/g, '+').replace(/_/g, '/');
    const { exp, iat } = JSON.parse(atob(part)) as { exp: number; iat?: number };
    return iat === undefined ? exp * 1000 : Date.now() + (exp - iat) * 1000;
  } catch {
    return Date.now() + 5 * 60_000;
  }
}
