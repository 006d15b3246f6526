import { type ReactNode, useEffect, useState } from 'react';
import { useMessages } from '../i18n.tsx';
import { findAgain } from '../people.ts';
import { type Consent, type TeamsHost, teamsHost } from '../teams.ts';
import { AdministratorLink } from './administrator-link.tsx';

/**
 * Below the people whom the help desk knows, while the directory may not be asked yet: offers to allow it. Allowing takes
 * a pop-up of Teams, so a plain browser shows nothing.
 */
export function ConsentLine({ instanceId }: { instanceId: string }): ReactNode {
  const m = useMessages();
  const [host, setHost] = useState<TeamsHost>();
  const [progress, setProgress] = useState<'offered' | 'asking' | Exclude<Consent, 'given'>>('offered');
  useEffect(() => void teamsHost.then(setHost), []);
  if (!host) return null;

  const ask = async () => {
    if (progress === 'asking') return;
    setProgress('asking');
    const end = await host.askConsent();
    // Teams calls a pop-up closed at times that had its answer. When they are found now, the line goes with it.
    const isAllowed = (end === 'given' || end === 'closed') && (await findAgain(instanceId));
    setProgress(isAllowed ? 'offered' : end === 'given' ? 'refused' : end);
  };
  const { offer, closed, blocked, refused } = m.directory;
  const text = { offered: offer, asking: offer, closed, blocked, refused }[progress];
  return (
    <div className="pick-footer">
      <span role="status">{text}</span>
      <button
        type="button"
        className="text-button"
        aria-disabled={progress === 'asking'}
        aria-label={`${m.directory.allow}: ${offer}`}
        onClick={() => void ask()}
      >
        {m.directory.allow}
      </button>
      {progress === 'refused' && <AdministratorLink host={host} />}
    </div>
  );
}
