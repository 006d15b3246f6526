/** A help desk that somebody does not belong to: whoever is in the team of its channel is let in, others learn whom to ask. */

import { Button } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { use, useState } from 'react';
import { Link } from 'wouter';
import { paths } from '../address.ts';
import { call } from '../api.ts';
import { keys, queryClient, useTabConfig } from '../data.ts';
import { useMessages } from '../i18n.tsx';
import { type TeamsHost, teamsHost } from '../teams.ts';
import { Empty, Loading } from '../ui/states.tsx';

export function Join({ instanceId }: { instanceId: string }) {
  const m = useMessages();
  const host = use(teamsHost);
  if (host?.channel) return <JoinChannel key={instanceId} instanceId={instanceId} host={host} channel={host.channel} />;
  return (
    <Empty isPage title={m.shell.noAccess} text={m.shell.noAccessText}>
      <Link href={paths.mine}>{m.shell.mine}</Link>
    </Empty>
  );
}

interface JoinChannelProps {
  instanceId: string;
  host: TeamsHost;
  channel: NonNullable<TeamsHost['channel']>;
}

function JoinChannel({ instanceId, host, channel: { teamId, channelId } }: JoinChannelProps) {
  const m = useMessages();
  const config = useTabConfig();
  const [isBlocked, setBlocked] = useState(false);
  const { isFetching, refetch } = useQuery({
    queryKey: ['channel', channelId, instanceId],
    queryFn: async () => {
      // Without a name: where the channel has no help desk, this makes none.
      const { data } = await call('', 'openChannel', { teamId: teamId || channelId, channelId });
      if (data.item.id === instanceId) await queryClient.invalidateQueries({ queryKey: keys.me });
      return data.item.id;
    },
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  });
  const ask = async () => {
    setBlocked((await host.askConsent()) === 'blocked');
    void refetch();
  };
  if (isFetching) return <Loading />;
  // There is a directory, which knows the teams as well.
  const isAskable = config?.hasPhotos === true;
  const ways = isBlocked ? [m.directory.blocked] : isAskable ? [m.shell.showTeamText] : [];
  return (
    <Empty isPage title={m.shell.noAccess} text={[...ways, m.shell.noAccessInChannel].join(' ')}>
      {isAskable && (
        <Button appearance="primary" onClick={() => void ask()}>
          {m.shell.showTeam}
        </Button>
      )}
      <Button onClick={() => void refetch()}>{m.common.tryAgain}</Button>
      <Link href={paths.mine}>{m.shell.mine}</Link>
    </Empty>
  );
}
