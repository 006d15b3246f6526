/** Who belongs to the help desk, what each may do there, and who answers its tickets. */

import { Button, Radio, RadioGroup, Select } from '@fluentui/react-components';
import { DeleteRegular, PersonAddRegular } from '@fluentui/react-icons';
import { useState } from 'react';
import type { Instance } from '../../../../api/contract/instance.ts';
import type { Member, Role } from '../../../../api/contract/people.ts';
import { reasonOf, tell } from '../../changes.ts';
import { useMe } from '../../data.ts';
import { useFormat, useMessages } from '../../i18n.tsx';
import { useMembers } from '../../people.ts';
import { Face } from '../../ui/marks.tsx';
import { Failed, Loading } from '../../ui/states.tsx';
import { AddPersonDialog } from './add-person.tsx';
import { ChosenPeople } from './chosen-people.tsx';
import { type Part, useEditing, type VersionedInstance } from './editing.ts';
import { putMember, ROLE_NAMES, removeMember } from './members.ts';
import { Confirm, Editor, Group, Page } from './parts.tsx';
import { useTexts } from './texts.ts';
import { undoing } from './undoing.ts';
import './people.css';

const PART: Part<Instance['assignees']> = {
  page: 'people',
  pick: ({ assignees }) => assignees,
  toUpdate: (assignees) => ({ assignees }),
};

export function PeoplePage({ instanceId, known }: { instanceId: string; known: VersionedInstance }) {
  const m = useMessages();
  const t = useTexts();
  const { data: members, error, refetch } = useMembers(instanceId);
  const [isAdding, setAdding] = useState(false);
  const add = (
    <Button appearance="primary" icon={<PersonAddRegular />} onClick={() => setAdding(true)}>
      {t.people.add}
    </Button>
  );
  return (
    <Page page="people" action={add}>
      <Group title={t.people.members}>
        {error ? (
          <Failed error={error} retry={() => void refetch()} />
        ) : members ? (
          <MemberList instanceId={instanceId} members={members} />
        ) : (
          <Loading />
        )}
        <dl className="role-legend">
          {ROLE_NAMES.map((role) => (
            <div key={role}>
              <dt>{m.role[role]}</dt>
              <dd>{t.people.roles[role]}</dd>
            </div>
          ))}
        </dl>
      </Group>
      <Assignees instanceId={instanceId} known={known} />
      {isAdding && <AddPersonDialog instanceId={instanceId} members={members ?? []} onClose={() => setAdding(false)} />}
    </Page>
  );
}

function MemberList({ instanceId, members }: { instanceId: string; members: Member[] }) {
  const m = useMessages();
  const t = useTexts();
  const me = useMe();
  const format = useFormat();
  const [asked, setAsked] = useState<Member>();
  const owners = members.filter(({ role }) => role === 'owner');
  const change = async (member: Member, role: Role) => {
    try {
      const { done, etag } = await putMember(instanceId, { ...member, role });
      const undo = undoing(() => putMember(instanceId, member, etag), m, t);
      tell({ kind: 'done', text: t.people.changed(member.name, m.role[role]), undo, done });
    } catch (error) {
      tell({ kind: 'failed', text: reasonOf(error, m) });
    }
  };
  const remove = async (member: Member) => {
    const done = await removeMember(instanceId, member.id);
    const undo = undoing(() => putMember(instanceId, member), m, t);
    tell({ kind: 'done', text: t.people.removed(member.name), undo, done });
  };
  return (
    <>
      <ul className="plain-list member-list" aria-label={t.people.members}>
        {members.map((member) => {
          const isLast = member.role === 'owner' && owners.length === 1;
          return (
            <li key={member.id}>
              <Face person={member} size={32} />
              <span className="member-lines">
                <strong className="ellipsis">{member.id === me.id ? m.common.me(member.name) : member.name}</strong>
                <span className="quiet ellipsis">{member.email}</span>
              </span>
              <span className="quiet nowrap member-since">{t.people.since(format.day(member.addedOn))}</span>
              <Select
                className="member-role"
                aria-label={t.people.roleOf(member.name)}
                value={member.role}
                disabled={isLast}
                onChange={(_, data) => void change(member, data.value as Role)}
              >
                {ROLE_NAMES.map((role) => (
                  <option key={role} value={role}>
                    {m.role[role]}
                  </option>
                ))}
              </Select>
              <Button
                appearance="subtle"
                icon={<DeleteRegular />}
                disabled={isLast}
                aria-label={t.people.remove(member.name)}
                title={t.people.remove(member.name)}
                onClick={() => setAsked(member)}
              />
            </li>
          );
        })}
      </ul>
      {owners.length === 1 && <p className="quiet">{t.people.lastOwner(owners[0]!.name)}</p>}
      {asked && (
        <Confirm
          title={t.people.removeTitle(asked.name)}
          action={t.people.removeAction}
          onConfirm={() => remove(asked)}
          onClose={() => setAsked(undefined)}
        >
          <p>{asked.id === me.id ? t.people.removeMe : t.people.removeText(asked.name)}</p>
        </Confirm>
      )}
    </>
  );
}

/** Who is offered as the assignee of a ticket. */
function Assignees({ instanceId, known }: { instanceId: string; known: VersionedInstance }) {
  const t = useTexts();
  const editing = useEditing(instanceId, known, PART);
  const { value, set } = editing;
  const isCustom = value.type === 'customAssignee';
  const wrong = isCustom && value.peoples.length === 0 ? t.people.nobodyNamed : undefined;
  return (
    <Editor editing={editing} wrong={wrong}>
      <Group title={t.people.whoAnswers} text={t.people.whoAnswersText}>
        <RadioGroup
          aria-label={t.people.whoAnswers}
          value={value.type}
          onChange={(_, data) => set({ ...value, type: data.value as 'teamsOwner' })}
        >
          <Radio value="teamsOwner" label={t.people.byRole} />
          <Radio value="customAssignee" label={t.people.byName} />
        </RadioGroup>
        {isCustom && (
          <div className="settings-indent">
            <ChosenPeople
              instanceId={instanceId}
              label={t.people.named}
              people={value.peoples}
              onChange={(peoples) => set({ ...value, peoples })}
            />
          </div>
        )}
      </Group>
    </Editor>
  );
}
