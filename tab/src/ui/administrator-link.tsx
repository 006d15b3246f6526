/** For what only an administrator can allow: the address at which they do, to be sent to them. */

import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useMessages } from '../i18n.tsx';
import { tabConfig } from '../session.ts';
import type { TeamsHost } from '../teams.ts';

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export function AdministratorLink({ host }: { host: TeamsHost }) {
  const m = useMessages();
  const { data: config } = useQuery({ queryKey: ['config'], queryFn: tabConfig, staleTime: Number.POSITIVE_INFINITY });
  const [state, setState] = useState<'ready' | 'copied' | 'failed'>('ready');
  if (!config?.clientId) return null;
  const tenant = GUID.test(host.tenantId) ? host.tenantId : 'organizations';
  const address = `${config.authority}/${tenant}/adminconsent?client_id=${config.clientId}`;
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
