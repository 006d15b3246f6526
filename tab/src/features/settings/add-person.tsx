/** Adds somebody to the help desk: found by name, or typed in by hand when the directory cannot be asked. */

import { Field, Input, Radio, RadioGroup } from '@fluentui/react-components';
import { useState } from 'react';
import type { Member, Role } from '../../../../api/contract/people.ts';
import type { Person } from '../../../../api/contract/wire.ts';
import { tell } from '../../changes.ts';
import { useMessages } from '../../i18n.tsx';
import { usePeopleOptions } from '../../ui/choices.tsx';
import { PersonName } from '../../ui/marks.tsx';
import { PickPopover } from '../../ui/pick.tsx';
import { putMember, ROLE_NAMES, removeMember } from './members.ts';
import { Confirm } from './parts.tsx';
import { useTexts } from './texts.ts';
import { undoing } from './undoing.ts';

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const NOBODY: Person = { id: '', name: '', email: '' };

interface Props {
  instanceId: string;
  members: Member[];
  onClose: () => void;
}

export function AddPersonDialog({ instanceId, members, onClose }: Props) {
  const m = useMessages();
  const t = useTexts();
  const [isByHand, setByHand] = useState(false);
  const [isOpen, setOpen] = useState(false);
  const [person, setPerson] = useState<Person>(NOBODY);
  const [role, setRole] = useState<Role>('member');
  const choice = usePeopleOptions(instanceId, { enabled: isOpen });
  const isKnown = (id: string) => members.some((member) => member.id === id.toLowerCase());
  const options = choice.options.map((option) => ({
    ...option,
    isDisabled: isKnown(option.key) || !GUID.test(option.key),
    detail: isKnown(option.key) ? t.people.already : option.detail,
  }));
  const idProblem = person.id !== '' && !GUID.test(person.id.trim()) ? t.people.idWrong : undefined;
  const isWhole = GUID.test(person.id.trim()) && person.name.trim() !== '';
  const add = async () => {
    const id = person.id.trim().toLowerCase();
    const name = person.name.trim();
    const { done } = await putMember(instanceId, { id, name, email: person.email.trim(), role, tenantId: '' });
    const undo = undoing(() => removeMember(instanceId, id), m, t);
    tell({ kind: 'done', text: t.people.added(name), undo, done });
  };
  return (
    <Confirm
      title={t.people.addTitle}
      isForm
      action={t.people.addAction}
      isBarred={!isWhole || isKnown(person.id.trim())}
      onConfirm={add}
      onClose={onClose}
    >
      <p className="quiet">{t.people.addText}</p>
      {isByHand ? (
        <>
          <Field label={t.people.nameLabel} required>
            <Input
              value={person.name}
              maxLength={255}
              autoFocus
              onChange={(_, data) => setPerson({ ...person, name: data.value })}
            />
          </Field>
          <Field label={t.people.mailLabel}>
            <Input
              type="email"
              value={person.email}
              maxLength={255}
              onChange={(_, data) => setPerson({ ...person, email: data.value })}
            />
          </Field>
          <Field
            label={t.people.idLabel}
            hint={t.people.idHint}
            required
            {...(idProblem && { validationMessage: idProblem })}
          >
            <Input value={person.id} maxLength={64} onChange={(_, data) => setPerson({ ...person, id: data.value })} />
          </Field>
          {isKnown(person.id.trim()) && <p role="alert">{t.people.already}</p>}
        </>
      ) : (
        <div className="settings-line">
          <span className="settings-label">{t.people.person}</span>
          <PickPopover
            label={t.people.find}
            options={options}
            onSearch={choice.search}
            footer={choice.footer}
            isOpen={isOpen}
            onOpenChange={setOpen}
            onPick={(key) => setPerson(choice.personOf(key) ?? NOBODY)}
            emptyText={t.people.notFound}
            trigger={
              <button
                type="button"
                className="inline-button boxed"
                aria-label={`${t.people.person}: ${person.name || t.people.nobodyChosen}`}
              >
                {person.id ? <PersonName person={person} /> : <span className="quiet">{t.people.find}</span>}
              </button>
            }
          />
        </div>
      )}
      <button
        type="button"
        className="text-button"
        onClick={() => {
          setByHand(!isByHand);
          setPerson(NOBODY);
        }}
      >
        {isByHand ? t.people.search : t.people.byHand}
      </button>
      <Field label={t.people.role}>
        <RadioGroup value={role} onChange={(_, data) => setRole(data.value as Role)}>
          {ROLE_NAMES.map((name) => (
            <Radio
              key={name}
              value={name}
              label={
                <>
                  {m.role[name]}
                  <span className="radio-hint">{t.people.roles[name]}</span>
                </>
              }
            />
          ))}
        </RadioGroup>
      </Field>
    </Confirm>
  );
}
