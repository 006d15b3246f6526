/** The page on which Teams asks what a new channel tab is to show. */

import { Field, Input, Radio, RadioGroup } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { call } from '../api.ts';
import { useMe } from '../data.ts';
import { useMessages } from '../i18n.tsx';
import { tabConfig } from '../session.ts';
import type { TeamsHost } from '../teams.ts';
import { Empty } from '../ui/states.tsx';
import './config.css';

const NEW = 'new';

export default function ConfigPage({ host }: { host: TeamsHost | undefined }) {
  const m = useMessages();
  const { instances } = useMe();
  const { data: config } = useQuery({ queryKey: ['config'], queryFn: tabConfig, staleTime: Number.POSITIVE_INFINITY });
  const channel = host?.channel;
  const here = instances.find((instance) => channel && instance.channelId === channel.channelId);
  const mine = instances.filter(({ role, id }) => role === 'owner' && id !== here?.id);
  const [chosen, setChosen] = useState(here?.id ?? NEW);
  const [name, setName] = useState(channel?.name || config?.appName || '');
  const isValid = chosen !== NEW || (name.trim() !== '' && channel !== undefined);
  const latest = useRef({ chosen, name });
  latest.current = { chosen, name };
  useEffect(() => host?.setConfigurationValid(isValid), [host, isValid]);
  useEffect(() => {
    host?.onSave(async () => {
      const wish = latest.current;
      const input = {
        teamId: channel?.teamId || channel?.channelId || '',
        channelId: channel?.channelId ?? '',
        name: wish.name.trim(),
      };
      const instance =
        wish.chosen === NEW
          ? (await call('', 'openChannel', input)).data.item
          : instances.find(({ id }) => id === wish.chosen)!;
      const address = `${location.origin}/tab/instances/${instance.id}`;
      return {
        contentUrl: address,
        websiteUrl: address,
        entityId: instance.id,
        name: config?.appName ?? instance.name,
      };
    });
  }, [host, channel, instances, config]);
  if (!host || (!channel && instances.length === 0)) {
    return (
      <main className="page-center">
        <Empty isPage title={m.config.outside} text={m.config.outsideText} />
      </main>
    );
  }
  return (
    <main className="config-page">
      <h1>{m.config.title}</h1>
      <p className="quiet">{m.config.text}</p>
      <RadioGroup value={chosen} onChange={(_, data) => setChosen(data.value)} aria-label={m.config.title}>
        {here && <Radio value={here.id} label={m.config.here(here.name)} />}
        {!here && channel && <Radio value={NEW} label={m.config.new} />}
        {!here && channel && chosen === NEW && (
          <Field label={m.config.name} required className="config-name">
            <Input value={name} maxLength={255} onChange={(_, data) => setName(data.value)} />
          </Field>
        )}
        {mine.map(({ id, name: other }) => (
          <Radio key={id} value={id} label={m.config.other(other)} />
        ))}
      </RadioGroup>
      <p className="quiet">{m.config.save}</p>
    </main>
  );
}
