/** Which events the bot tells people of. */

import { Checkbox, Field } from '@fluentui/react-components';
import type { Instance } from '../../../../api/contract/instance.ts';
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

const PART: Part<Instance['alertNotification']> = {
  page: 'notifications',
  pick: ({ alertNotification }) => alertNotification,
  toUpdate: (alertNotification) => ({ alertNotification }),
};

export function NotificationsPage({ instanceId, known }: { instanceId: string; known: VersionedInstance }) {
  const t = useTexts();
  const editing = useEditing(instanceId, known, PART);
  const { value, set } = editing;
  return (
    <Page page="notifications">
      <Editor editing={editing}>
        <Group title={t.notifications.events} text={t.notifications.text}>
          {EVENTS.map((name) => (
            <Field key={name} hint={{ children: t.notifications[name].hint, className: 'check-hint' }}>
              <Checkbox
                checked={value[name]}
                label={t.notifications[name].label}
                onChange={(_, data) => set({ ...value, [name]: data.checked === true })}
              />
            </Field>
          ))}
        </Group>
      </Editor>
    </Page>
  );
}
