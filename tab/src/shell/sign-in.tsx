/** What is shown before anybody is signed in: whom to sign in as on a laptop, or what stands in the way. */

import { Button } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { queryClient } from '../data.ts';
import { useMessages } from '../i18n.tsx';
import { choosePerson, forgetToken, localPeople, type SignInError, tabConfig } from '../session.ts';
import { Face } from '../ui/marks.tsx';
import { Empty, Failed, Loading } from '../ui/states.tsx';
import './sign-in.css';

export function SignIn({ reason, onDone }: { reason: SignInError; onDone: () => void }) {
  const m = useMessages();
  if (reason.reason === 'choose') return <ChoosePerson onDone={onDone} />;
  const text = { outside: m.signIn.outside, consent: m.signIn.consent, refused: m.signIn.refused(reason.message) }[
    reason.reason
  ];
  return (
    <main className="page-center">
      <Empty isPage title={m.signIn.cannot} text={text}>
        <Button
          appearance="primary"
          onClick={() => {
            forgetToken();
            onDone();
          }}
        >
          {m.common.tryAgain}
        </Button>
      </Empty>
    </main>
  );
}

function ChoosePerson({ onDone }: { onDone: () => void }) {
  const m = useMessages();
  const { data: config } = useQuery({ queryKey: ['config'], queryFn: tabConfig });
  const { data: people, error, refetch } = useQuery({ queryKey: ['local people'], queryFn: localPeople });
  if (error) return <Failed error={error} retry={() => void refetch()} />;
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
