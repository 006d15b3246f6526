/** For what only an administrator can allow: the address at which they do, to be sent to them. */

import { useState } from 'react';
import { useTabConfig } from '../data.ts';
import { useMessages } from '../i18n.tsx';
import { authorityOf } from '../session.ts';
import type { TeamsHost } from '../teams.ts';

export function AdministratorLink({ host }: { host: TeamsHost }) {
  const m = useMessages();
  const config = useTabConfig();
  const [state, setState] = useState<'ready' | 'copied' | 'failed'>('ready');
  if (!config?.clientId) return null;
  const address = `${authorityOf(config, host.tenantId)}/adminconsent?client_id=${config.clientId}`;
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(address);
      setState('copied');
    } catch {
      setState('failed');
    }
  };
  return (
    <span className="administrator-link">
      <button type="button" className="text-button" onClick={() => void copy()}>
        {m.directory.forAdministrator}
      </button>
      {/* Where the page may copy nothing, people can do it themselves. */}
      <span role="status">{{ ready: '', copied: m.ticket.linkCopied, failed: address }[state]}</span>
    </span>
  );
}
