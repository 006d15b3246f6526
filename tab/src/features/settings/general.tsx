/** Name, address, time zone, language, and whether the help desk is switched on. */

import { Button, Field, Input, Select, Switch } from '@fluentui/react-components';
import type { Instance } from '../../../../api/contract/instance.ts';
import { LANGUAGES } from '../../i18n.tsx';
import { PickPopover } from '../../ui/pick.tsx';
import { type Part, useEditing, type VersionedInstance } from './editing.ts';
import { Editor, Group, Page } from './parts.tsx';
import { useTexts } from './texts.ts';
import './general.css';

interface General {
  name: string;
  mailAddress: string;
  enabled: boolean;
  isPrivate: boolean;
  timezone: string;
  language: Instance['language'];
}

const PART: Part<General> = {
  page: 'general',
  pick: ({ name, mailAddress, enabled, isPrivate, language, sla }) => ({
    name,
    mailAddress,
    enabled,
    isPrivate,
    timezone: sla.timezone,
    language,
  }),
  toUpdate: ({ timezone, ...rest }, { sla }) => ({ ...rest, sla: { ...sla, timezone } }),
};

const isMail = (text: string): boolean => text === '' || /^\S+@\S+\.\S+$/.test(text);

export function GeneralPage({ instanceId, known }: { instanceId: string; known: VersionedInstance }) {
  const t = useTexts();
  const editing = useEditing(instanceId, known, PART);
  const { value, set } = editing;
  const nameProblem = value.name.trim() === '' ? t.general.nameNeeded : undefined;
  const mailProblem = isMail(value.mailAddress.trim()) ? undefined : t.general.mailWrong;
  return (
    <Page page="general">
      <Editor editing={editing} wrong={nameProblem ?? mailProblem}>
        <Group title={t.general.about}>
          <Field
            label={t.general.name}
            hint={t.general.nameHint}
            required
            {...(nameProblem && { validationMessage: { children: nameProblem, role: undefined } })}
          >
            <Input value={value.name} maxLength={255} onChange={(_, data) => set({ ...value, name: data.value })} />
          </Field>
          <Field
            label={t.general.mail}
            hint={t.general.mailHint}
            {...(mailProblem && { validationMessage: { children: mailProblem, role: undefined } })}
          >
            <Input
              type="email"
              value={value.mailAddress}
              maxLength={255}
              onChange={(_, data) => set({ ...value, mailAddress: data.value })}
            />
          </Field>
        </Group>
        <Group title={t.general.time} text={t.general.languageHint}>
          <ZoneInput zone={value.timezone} onChange={(timezone) => set({ ...value, timezone })} />
          <Field label={t.general.language} hint={t.general.languageOfDeskHint}>
            <Select
              value={value.language}
              onChange={(_, data) => set({ ...value, language: data.value as Instance['language'] })}
            >
              <option value="">{t.general.languageOfTeams}</option>
              {Object.entries(LANGUAGES).map(([language, name]) => (
                <option key={language} value={language} lang={language}>
                  {name}
                </option>
              ))}
            </Select>
          </Field>
        </Group>
        <Group title={t.general.privacy}>
          <Field hint={t.general.isPrivateHint}>
            <Switch
              checked={value.isPrivate}
              label={t.general.isPrivate}
              onChange={(_, data) => set({ ...value, isPrivate: data.checked })}
            />
          </Field>
        </Group>
        <Group title={t.general.state}>
          <Field hint={value.enabled ? t.general.onHint : t.general.offHint}>
            <Switch
              checked={value.enabled}
              label={t.general.enabled}
              onChange={(_, data) => set({ ...value, enabled: data.checked })}
            />
          </Field>
        </Group>
      </Editor>
    </Page>
  );
}

/** A time zone by its name, found by typing a city. */
function ZoneInput({ zone, onChange }: { zone: string; onChange: (zone: string) => void }) {
  const t = useTexts();
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const names = [...new Set([zone, 'UTC', own, ...Intl.supportedValuesOf('timeZone')])];
  return (
    <div className="settings-line">
      <span id="zone-label" className="settings-label">
        {t.general.zone}
      </span>
      <div className="settings-row">
        <PickPopover
          label={t.general.findZone}
          options={names.map((name) => ({
            key: name,
            text: name.replaceAll('_', ' '),
            detail: offsetOf(name),
            isChosen: name === zone,
          }))}
          onPick={onChange}
          trigger={
            <button type="button" className="inline-button boxed zone-button" aria-label={`${t.general.zone}: ${zone}`}>
              <span className="ellipsis">{zone.replaceAll('_', ' ')}</span>
              <span className="quiet">{offsetOf(zone)}</span>
            </button>
          }
        />
        {own !== zone && (
          <Button appearance="transparent" onClick={() => onChange(own)}>
            {t.general.takeMine(own)}
          </Button>
        )}
      </div>
      <span className="settings-hint">{t.general.zoneHint}</span>
    </div>
  );
}

/** How far a zone is from Greenwich today, as its clock says. */
function offsetOf(zone: string): string {
  try {
    const parts = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'shortOffset' }).formatToParts();
    return parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
  } catch {
    return '';
  }
}
