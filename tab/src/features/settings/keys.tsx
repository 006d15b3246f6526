/** The keys of the API: shown on demand, limited, replaced, and the line that tries one out. */

import {
  Button,
  Checkbox,
  Field,
  Input,
  MessageBar,
  MessageBarBody,
  Switch,
  Textarea,
} from '@fluentui/react-components';
import { ArrowSyncRegular, EyeOffRegular, EyeRegular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ApiKey } from '../../../../api/contract/keys.ts';
import { BASE_PATH } from '../../api.ts';
import { reasonOf, tell } from '../../changes.ts';
import { queryClient, useMe } from '../../data.ts';
import { useFormat, useMessages } from '../../i18n.tsx';
import { localText } from '../../ui/due.tsx';
import { Failed, Loading } from '../../ui/states.tsx';
import { draftKey, keepDraft, useDraft } from './drafts.ts';
import { same } from './editing.ts';
import { fieldNames } from './field-names.ts';
import { administer } from './operations.ts';
import { Confirm, CopyButton, Group, Page } from './parts.tsx';
import { useTexts } from './texts.ts';
import { undoing } from './undoing.ts';
import './keys.css';

const keysKey = (instanceId: string) => [instanceId, 'keys'];

const SLOT_NAMES = ['primary', 'secondary', 'administrative'];

/** So much of a key is seen without asking: enough to tell two keys apart. */
const SEEN = 4;

export function KeysPage({ instanceId }: { instanceId: string }) {
  const t = useTexts();
  const { data, error, refetch } = useQuery({
    queryKey: keysKey(instanceId),
    queryFn: async ({ signal }) => (await administer(instanceId, 'listKeys', {}, { signal })).data.items,
    staleTime: 0,
    // Keys are not kept in the page for longer than they are looked at.
    gcTime: 0,
  });
  return (
    <Page page="keys">
      <p className="quiet">{t.keys.twoKeys}</p>
      {error ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : data ? (
        inOrder(data).map((key) => <KeyCard key={key.slot} instanceId={instanceId} apiKey={key} />)
      ) : (
        <Loading />
      )}
    </Page>
  );
}

const inOrder = (keys: ApiKey[]): ApiKey[] =>
  keys.toSorted((a, b) => SLOT_NAMES.indexOf(a.slot) - SLOT_NAMES.indexOf(b.slot));

const masked = (key: string): string => `${'•'.repeat(12)}${key.slice(-SEEN)}`;

/** Tries a key out: the newest ticket. */
const curl = (key: string): string =>
  `curl -H "X-Api-Key: ${key}" "${location.origin}${BASE_PATH}/tickets?limit=1&orderBy=createdOn&order=DESC"`;

function KeyCard({ instanceId, apiKey }: { instanceId: string; apiKey: ApiKey }) {
  const t = useTexts();
  const format = useFormat();
  const [isShown, setShown] = useState(false);
  const [isAsking, setAsking] = useState(false);
  const name = t.keys.slots[apiKey.slot].name;
  const isOver = apiKey.expiresOn !== '' && Date.parse(apiKey.expiresOn) <= Date.now();
  const regenerate = (
    <Button
      size="small"
      icon={<ArrowSyncRegular />}
      aria-label={t.keys.regenerateWhich(name)}
      onClick={() => setAsking(true)}
    >
      {t.keys.regenerate}
    </Button>
  );
  return (
    <Group title={name} text={t.keys.slots[apiKey.slot].text} action={regenerate}>
      <div className="key-line">
        <code className="key-text">{isShown ? apiKey.key : masked(apiKey.key)}</code>
        <Button
          size="small"
          icon={isShown ? <EyeOffRegular /> : <EyeRegular />}
          aria-label={isShown ? t.keys.hideWhich(name) : t.keys.showWhich(name)}
          onClick={() => setShown(!isShown)}
        >
          {isShown ? t.keys.hide : t.keys.show}
        </Button>
        <CopyButton text={apiKey.key} label={t.keys.copyWhich(name)} />
      </div>
      <p className={isOver ? 'late' : 'quiet'}>
        {isOver
          ? t.keys.isOver(format.full(apiKey.expiresOn))
          : `${t.keys.created(format.day(apiKey.createdOn))} · ${apiKey.lastUsedOn ? t.keys.used(format.full(apiKey.lastUsedOn)) : t.keys.unused}`}
      </p>
      <div className="curl-box">
        <span className="settings-label">{t.keys.curl}</span>
        <div className="key-line">
          <code className="key-text">{curl(isShown ? apiKey.key : masked(apiKey.key))}</code>
          <CopyButton text={curl(apiKey.key)} label={t.keys.copyCurl(name)} />
        </div>
      </div>
      <Limits instanceId={instanceId} apiKey={apiKey} />
      {isAsking && (
        <Regenerate
          instanceId={instanceId}
          apiKey={apiKey}
          name={name}
          onDone={() => setShown(true)}
          onClose={() => setAsking(false)}
        />
      )}
    </Group>
  );
}

interface RegenerateProps {
  instanceId: string;
  apiKey: ApiKey;
  name: string;
  onDone: () => void;
  onClose: () => void;
}

function Regenerate({ instanceId, apiKey, name, onDone, onClose }: RegenerateProps) {
  const t = useTexts();
  const format = useFormat();
  const [hasRead, setRead] = useState(false);
  /** A second try of the same makes no second key. */
  const [attempt] = useState(() => crypto.randomUUID());
  const confirm = async () => {
    await administer(instanceId, 'regenerateKey', { slot: apiKey.slot }, { idempotencyKey: attempt });
    await queryClient.invalidateQueries({ queryKey: keysKey(instanceId) });
    onDone();
    tell({ kind: 'done', text: t.keys.regenerated(name) });
  };
  return (
    <Confirm
      title={t.keys.regenerateTitle(name)}
      action={t.keys.regenerate}
      isBarred={!hasRead}
      onConfirm={confirm}
      onClose={onClose}
    >
      <p>{t.keys.consequence}</p>
      <p>{apiKey.lastUsedOn ? t.keys.used(format.full(apiKey.lastUsedOn)) : t.keys.unused}</p>
      <p>{t.keys.howTo}</p>
      <Checkbox checked={hasRead} label={t.keys.understood} onChange={(_, data) => setRead(data.checked === true)} />
    </Confirm>
  );
}

const linesOf = (text: string): string[] => text.split(/[\s,;]+/).filter(Boolean);

/** What a key may not do. */
function Limits({ instanceId, apiKey }: { instanceId: string; apiKey: ApiKey }) {
  const m = useMessages();
  const t = useTexts();
  const kept = { readOnly: apiKey.readOnly, ips: apiKey.allowedIps.join('\n'), expires: localText(apiKey.expiresOn) };
  const draftName = draftKey(useMe().id, instanceId, `keys:${apiKey.slot}`);
  const draft = useDraft<typeof kept>(draftName)?.value;
  const setDraft = (next: typeof kept | undefined) =>
    keepDraft(draftName, next && !same(next, kept) ? { base: kept, etag: undefined, value: next } : undefined);
  const [problem, setProblem] = useState<string>();
  const [isSaving, setSaving] = useState(false);
  const value = draft ?? kept;
  const isDirty = draft !== undefined;
  const [isOpen, setOpen] = useState(isDirty);
  const send = (limits: typeof kept) =>
    administer(instanceId, 'updateKey', {
      slot: apiKey.slot,
      readOnly: limits.readOnly,
      allowedIps: linesOf(limits.ips),
      expiresOn: limits.expires ? new Date(limits.expires).toISOString() : null,
    });
  const save = async () => {
    setSaving(true);
    setProblem(undefined);
    try {
      const { done } = await send(value);
      await queryClient.invalidateQueries({ queryKey: keysKey(instanceId) });
      setDraft(undefined);
      const undo = undoing(
        async () => {
          await send(kept);
          await queryClient.invalidateQueries({ queryKey: keysKey(instanceId) });
        },
        m,
        t,
      );
      tell({ kind: 'done', text: t.keys.limited(t.keys.slots[apiKey.slot].name), undo, done });
    } catch (error) {
      setProblem(reasonOf(error, m, fieldNames(t)));
    } finally {
      setSaving(false);
    }
  };
  const summary = [
    value.readOnly ? t.keys.isReadOnly : t.keys.isReadWrite,
    apiKey.allowedIps.length > 0 ? t.keys.fromSome(apiKey.allowedIps.length) : t.keys.fromAll,
    apiKey.expiresOn ? t.keys.ends : t.keys.neverEnds,
  ].join(', ');
  return (
    <details className="key-limits" open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        {t.keys.limits} <span className="quiet">{summary}</span>
      </summary>
      <form
        className="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (isDirty && !isSaving) void save();
        }}
      >
        {problem && (
          <MessageBar intent="error" layout="multiline" role="alert">
            <MessageBarBody>{problem}</MessageBarBody>
          </MessageBar>
        )}
        <Field hint={t.keys.readOnlyHint}>
          <Switch
            checked={value.readOnly}
            label={t.keys.readOnly}
            onChange={(_, data) => setDraft({ ...value, readOnly: data.checked })}
          />
        </Field>
        <Field label={t.keys.ips} hint={t.keys.ipsHint}>
          <Textarea
            value={value.ips}
            rows={2}
            resize="vertical"
            onChange={(_, data) => setDraft({ ...value, ips: data.value })}
          />
        </Field>
        <Field label={t.keys.expires} hint={t.keys.expiresHint}>
          <Input
            type="datetime-local"
            value={value.expires}
            onChange={(_, data) => setDraft({ ...value, expires: data.value })}
          />
        </Field>
        <div className="settings-row">
          <Button type="submit" appearance="primary" disabled={!isDirty} disabledFocusable={isSaving}>
            {t.keys.saveLimits}
          </Button>
          {isDirty && <Button onClick={() => setDraft(undefined)}>{t.discard}</Button>}
        </div>
      </form>
    </details>
  );
}
