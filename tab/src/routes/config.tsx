/** The page on which Teams asks what a new channel tab is to show. */

import { Field, Input, Radio, RadioGroup } from '@fluentui/react-components';
import { useEffect, useRef, useState } from 'react';
import { ApiError, call } from '../api.ts';
import { reasonOf } from '../changes.ts';
import { useMe, useTabConfig } from '../data.ts';
import { useMessages } from '../i18n.tsx';
import type { TeamsHost } from '../teams.ts';
import { Empty } from '../ui/states.tsx';
import './config.css';

const NEW = 'new';
/** Teams gives a tab 30 seconds for this, and then says only that something went wrong. */
const SAVED_WITHIN_MS = 25_000;

export default function ConfigPage({ host }: { host: TeamsHost | undefined }) {
  const m = useMessages();
  const { instances } = useMe();
  const config = useTabConfig();
  const channel = host?.channel;
  const here = instances.find((instance) => channel && instance.channelId === channel.channelId);
  const [shownId, setShownId] = useState('');
  const others = instances.filter(({ role, id }) => (role === 'owner' || id === shownId) && id !== here?.id);
  const [picked, setPicked] = useState<string>();
  // Of an existing tab, what it shows is not changed by opening its settings.
  const shown = instances.find(({ id }) => id === shownId);
  const chosen = picked ?? shown?.id ?? here?.id ?? (channel ? NEW : (others[0]?.id ?? NEW));
  const [name, setName] = useState(channel?.name || config?.appName || '');
  const [refusal, setRefusal] = useState('');
  const isValid = chosen !== NEW || (name.trim() !== '' && channel !== undefined);
  const latest = useRef({ chosen, name });
  latest.current = { chosen, name };
  useEffect(() => {
    host?.configuredId().then(setShownId, () => {});
  }, [host]);
  useEffect(() => host?.setConfigurationValid(isValid), [host, isValid]);
  useEffect(() => {
    host?.onSave(async () => {
      const wish = latest.current;
      setRefusal('');
      try {
        const instance =
          wish.chosen === NEW
            ? await openChannel(channel, wish.name.trim())
            : instances.find(({ id }) => id === wish.chosen)!;
        const address = `${location.origin}/tab/instances/${instance.id}`;
        return {
          contentUrl: address,
          websiteUrl: address,
          removeUrl: `${location.origin}/tab/remove`,
          entityId: instance.id,
          name: config?.appName ?? instance.name,
        };
      } catch (error) {
        // Not every client of Teams shows what it is told; the page does.
        const isBarred = error instanceof ApiError && error.code === 'forbidden';
        const reason = isBarred ? m.shell.noAccessInChannel : reasonOf(error, m, { name: m.config.name });
        setRefusal(reason);
        throw new Error(reason);
      }
    });
  }, [host, channel, instances, config, m]);
  if (!host || (!channel && others.length === 0)) {
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
      <RadioGroup value={chosen} onChange={(_, data) => setPicked(data.value)} aria-label={m.config.title}>
        {here && <Radio value={here.id} label={m.config.here(here.name)} />}
        {!here && channel && <Radio value={NEW} label={m.config.new} />}
        {!here && channel && chosen === NEW && (
          <Field label={m.config.name} required className="config-name">
            <Input value={name} maxLength={255} onChange={(_, data) => setName(data.value)} />
          </Field>
        )}
        {others.map(({ id, name: other, role }) => (
          <Radio key={id} value={id} label={role === 'owner' ? m.config.other(other) : other} />
        ))}
      </RadioGroup>
      {refusal ? <p role="alert">{refusal}</p> : <p className="quiet">{m.config.save}</p>}
    </main>
  );
}

async function openChannel(channel: TeamsHost['channel'], name: string) {
  const channelId = channel?.channelId ?? '';
  const input = { teamId: channel?.teamId || channelId, channelId, name };
  const { data } = await call('', 'openChannel', input, { signal: AbortSignal.timeout(SAVED_WITHIN_MS) });
  return data.item;
}
