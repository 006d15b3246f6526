/** What Teams shows when a tab is being removed. */

import { useEffect } from 'react';
import { useMessages } from '../i18n.tsx';
import type { TeamsHost } from '../teams.ts';
import { Empty } from '../ui/states.tsx';

export default function RemovePage({ host }: { host: TeamsHost | undefined }) {
  const m = useMessages();
  useEffect(() => {
    host?.allowRemoval();
    host?.ready();
  }, [host]);
  return (
    <main className="page-center">
      <Empty isPage title={m.config.removeTitle} text={m.config.removeText} />
    </main>
  );
}
