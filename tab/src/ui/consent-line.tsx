import { type ReactNode, useEffect, useState } from 'react';
import { findAgain } from '../data.ts';
import { useMessages } from '../i18n.tsx';
import { type TeamsHost, teamsHost } from '../teams.ts';

const POP_UP = { width: 600, height: 640 };

/**
 * Below the people whom the help desk knows, while the directory may not be asked yet: offers to allow it. Allowing takes
 * a pop-up of Teams, so a plain browser shows nothing.
 */
export function ConsentLine({ instanceId }: { instanceId: string }): ReactNode {
  const m = useMessages();
  const [host, setHost] = useState<TeamsHost>();
  const [progress, setProgress] = useState<'offered' | 'asking' | 'refused'>('offered');
  useEffect(() => void teamsHost.then(setHost), []);
  if (!host) return null;

  const ask = async () => {
    if (progress === 'asking') return;
    setProgress('asking');
    try {
      await host.openPopUp(consentAddress(host), POP_UP);
      // When they are found now, the line goes with the answer.
      setProgress((await findAgain(instanceId)) ? 'offered' : 'refused');
    } catch {
      // Closed or refused: which of them makes no difference to what can be done now.
      setProgress('refused');
    }
  };
  return (
    <div className="pick-footer">
      <span role="status">{progress === 'refused' ? m.directory.refused : m.directory.offer}</span>
      <button
        type="button"
        className="text-button"
        aria-disabled={progress === 'asking'}
        aria-label={`${m.directory.allow}: ${m.directory.offer}`}
        onClick={() => void ask()}
      >
        {m.directory.allow}
      </button>
    </div>
  );
}

/** The page of the pop-up, told who asks, so that they need not choose their account again. */
function consentAddress({ account: { tenantId, loginHint } }: TeamsHost): string {
  const query = new URLSearchParams({ tenant: tenantId, login: loginHint });
  return `${location.origin}/tab/consent?${query}`;
}
