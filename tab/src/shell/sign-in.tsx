/** What is shown before anybody is signed in: whom to sign in as on a laptop, or what stands in the way. */

import { Button } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { queryClient, useTabConfig } from '../data.ts';
import { useMessages } from '../i18n.tsx';
import { choosePerson, forgetToken, localPeople, reasonNotSignedIn, type SignInError } from '../session.ts';
import { linkInTeams, type TeamsHost } from '../teams.ts';
import { AdministratorLink } from '../ui/administrator-link.tsx';
import { Face } from '../ui/marks.tsx';
import { Empty, Failed, Loading } from '../ui/states.tsx';
import './sign-in.css';

interface SignInProps {
  reason: SignInError;
  host: TeamsHost | undefined;
  onDone: () => void;
}

export function SignIn({ reason: error, host, onDone }: SignInProps) {
  const m = useMessages();
  const [end, setEnd] = useState<'blocked' | 'refused'>();
  const { reason, later } = error;
  const again = () => {
    forgetToken();
    onDone();
  };
  const latest = useRef(again);
  latest.current = again;
  useEffect(() => void later?.catch(() => {}).then(() => latest.current()), [later]);
  if (reason === 'choose') return <ChoosePerson onDone={onDone} />;
  const ask = async () => {
    const given = await host?.askConsent();
    if (given === 'blocked' || given === 'refused') setEnd(given);
    // Teams calls a pop-up closed at times that had its answer.
    else again();
  };
  const asksWindow = host !== undefined && (reason === 'consent' || reason === 'confirm');
  const ends = { blocked: m.directory.blocked, refused: m.signIn.administrator };
  const text = end ? ends[end] : reasonNotSignedIn(error, m);
  // What is around the page is decided once for its life.
  const isLost = reason === 'outside' || reason === 'slow';
  return (
    <main className="page-center">
      <Empty isPage title={m.signIn.cannot} text={text}>
        {asksWindow && (
          <Button appearance="primary" onClick={() => void ask()}>
            {reason === 'consent' ? m.directory.allow : m.signIn.confirmNow}
          </Button>
        )}
        <Button
          appearance={asksWindow ? 'secondary' : 'primary'}
          onClick={() => (isLost ? location.reload() : again())}
        >
          {m.common.tryAgain}
        </Button>
        {host && reason === 'consent' && <AdministratorLink host={host} />}
        {reason === 'outside' && <OpenInTeams />}
      </Empty>
    </main>
  );
}

/** The personal tab of the app in Teams, as its package calls it. */
const PERSONAL_TAB = 'tickets';

/** The page that somebody has opened in a browser, where they can sign in to it. */
function OpenInTeams() {
  const m = useMessages();
  const config = useTabConfig();
  if (!config?.teamsAppId) return null;
  const place = { appId: config.teamsAppId, tabId: PERSONAL_TAB, label: config.appName, webUrl: location.href };
  const subPage = location.pathname.replace(/^\/tab\/?/, '');
  return <a href={linkInTeams({ ...place, subPage })}>{m.signIn.openInTeams}</a>;
}

function ChoosePerson({ onDone }: { onDone: () => void }) {
  const m = useMessages();
  const config = useTabConfig();
  const { data: people, error, refetch } = useQuery({ queryKey: ['local people'], queryFn: localPeople });
  if (error) {
    return (
      <main className="page-center">
        <Failed isPage error={error} retry={() => void refetch()} />
      </main>
    );
  }
  if (!people) return <Loading />;
  return (
    <main className="page-center">
      <div className="sign-in">
        <h1>{config?.appName ?? ''}</h1>
        <p>{m.signIn.choose}</p>
        <ul>
          {people.map((person) => (
            <li key={person.id}>
              <button
                type="button"
                className="person-card"
                onClick={() => {
                  switchTo(person.id);
                  onDone();
                }}
              >
                <Face person={person} size={36} />
                <span className="person-lines">
                  <strong>{person.name}</strong>
                  <span className="quiet">{m.role[person.role]}</span>
                </span>
              </button>
            </li>
          ))}
        </ul>
        <p className="quiet">{m.signIn.local}</p>
      </div>
    </main>
  );
}

/** Signs in as somebody else, or as nobody; nothing that the one before has read stays. */
export function switchTo(personId: string | undefined): void {
  choosePerson(personId);
  queryClient.clear();
}
