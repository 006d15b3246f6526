/** The pop-up in which somebody lets the app find people in their directory: the way to Entra ID, and the way back. */

import { useEffect, useState } from 'react';
import { useMessages } from '../i18n.tsx';
import { authorityOf, tabConfig } from '../session.ts';
import { answerPopUp } from '../teams.ts';
import { Empty, Loading } from '../ui/states.tsx';

/** What the server asks Graph for; without an address before them they are those of the cloud's own Graph. */
const SCOPES = 'User.Read User.ReadBasic.All';
const STATE_KEY = 'tickets.consent';

/** Once in the life of the page, for the state is used up by it. */
let begun: Promise<void> | undefined;

export default function ConsentPage() {
  const m = useMessages();
  const [isStranded, setStranded] = useState(false);
  useEffect(() => {
    begun ??= act();
    // Nobody has opened this page as a pop-up, so nobody closes it either.
    begun.catch(() => setStranded(true));
  }, []);
  return (
    <main className="page-center">
      {isStranded ? <Empty isPage title={m.directory.stranded} text={m.directory.strandedText} /> : <Loading />}
    </main>
  );
}

function act(): Promise<void> {
  const done = location.pathname.endsWith('/done') ? comeBack() : goOn();
  return done.catch((error: Error) => answerPopUp(error.message));
}

/**
 * To the page of Entra on which people allow the permissions. What it answers with in the end is a code for a token, which
 * nobody redeems: Entra remembers the consent itself, and the server gets its tokens on behalf of whoever asks it. A
 * challenge is needed for such a code; this one is random and the answer to it is known to nobody, so that a code that
 * leaks is worth nothing.
 */
async function goOn(): Promise<void> {
  const config = await tabConfig();
  if (config.clientId === '') throw new Error('There is no Entra ID here');
  const asked = new URLSearchParams(location.search);
  const login = asked.get('login');
  const state = crypto.randomUUID();
  sessionStorage.setItem(STATE_KEY, state);
  const query = new URLSearchParams({
    client_id: config.clientId,
    response_type: 'code',
    response_mode: 'fragment',
    redirect_uri: `${location.origin}/tab/consent/done`,
    scope: SCOPES,
    state,
    code_challenge: base64url(crypto.getRandomValues(new Uint8Array(32))),
    code_challenge_method: 'S256',
    ...(login && { login_hint: login }),
  });
  // A guest allows it in the tenant that they are a guest of, not in their own.
  location.replace(`${authorityOf(config, asked.get('tenant') ?? '')}/oauth2/v2.0/authorize?${query}`);
}

/** Back from Entra: only the answer to what this window asked counts. */
async function comeBack(): Promise<void> {
  const answer = new URLSearchParams(location.hash.slice(1));
  const state = sessionStorage.getItem(STATE_KEY);
  sessionStorage.removeItem(STATE_KEY);
  history.replaceState(null, '', location.pathname);
  if (state === null || answer.get('state') !== state) throw new Error('state_mismatch');
  const error = answer.get('error');
  if (error !== null) throw new Error(error);
  if (!answer.get('code')) throw new Error('no_answer');
  await answerPopUp();
}

const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
