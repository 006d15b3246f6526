/** Which events the bot tells people of, and who follows a ticket and so is told. */

import { Checkbox, Field } from '@fluentui/react-components';
import type { Instance } from '../../../../api/contract/instance.ts';
import { ChosenPeople } from './chosen-people.tsx';
import { type Part, useEditing, type VersionedInstance } from './editing.ts';
import { Editor, Group, Page } from './parts.tsx';
import { useTexts } from './texts.ts';

const EVENTS = [
  'created',
  'assigned',
  'commented',
  'statusChanged',
  'dueSoon',
] as const satisfies (keyof Instance['alertNotification'])[];

const RULES = ['isMentioned', 'isCommenter'] as const satisfies (keyof Instance['followersRule'])[];
const MAX_PEOPLE = 50;

const PART: Part<Pick<Instance, 'alertNotification' | 'followersRule'>> = {
  page: 'notifications',
  pick: ({ alertNotification, followersRule }) => ({ alertNotification, followersRule }),
  toUpdate: (value) => value,
};

export function NotificationsPage({ instanceId, known }: { instanceId: string; known: VersionedInstance }) {
  const t = useTexts();
  const editing = useEditing(instanceId, known, PART);
  const { value, set } = editing;
  const { alertNotification, followersRule } = value;
  const follow = (part: Partial<typeof followersRule>) =>
    set({ ...value, followersRule: { ...followersRule, ...part } });
  const wrong = followersRule.peoples.length > MAX_PEOPLE ? t.notifications.tooManyPeople : undefined;
  return (
    <Page page="notifications">
      <Editor editing={editing} wrong={wrong}>
        <Group title={t.notifications.events} text={t.notifications.text}>
          {EVENTS.map((name) => (
            <Field key={name} hint={{ children: t.notifications[name].hint, className: 'check-hint' }}>
              <Checkbox
                checked={alertNotification[name]}
                label={t.notifications[name].label}
                onChange={(_, data) =>
                  set({ ...value, alertNotification: { ...alertNotification, [name]: data.checked === true } })
                }
              />
            </Field>
          ))}
        </Group>
        <Group title={t.notifications.followers} text={t.notifications.followersText}>
          {RULES.map((name) => (
            <Field key={name} hint={{ children: t.notifications[name].hint, className: 'check-hint' }}>
              <Checkbox
                checked={followersRule[name]}
                label={t.notifications[name].label}
                onChange={(_, data) => follow({ [name]: data.checked === true })}
              />
            </Field>
          ))}
          <div className="settings-line">
            <span className="settings-label">{t.notifications.peoples}</span>
            <ChosenPeople
              instanceId={instanceId}
              label={t.notifications.peoples}
              people={followersRule.peoples}
              onChange={(peoples) => follow({ peoples })}
            />
            <span className="settings-hint">{t.notifications.peoplesHint}</span>
          </div>
        </Group>
      </Editor>
    </Page>
  );
}
