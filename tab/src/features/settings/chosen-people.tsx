/** A list of people to which others are added by looking them up. */

import { Button } from '@fluentui/react-components';
import { DismissRegular, PersonAddRegular } from '@fluentui/react-icons';
import { useState } from 'react';
import type { Person } from '../../../../api/contract/wire.ts';
import { usePeopleOptions } from '../../ui/choices.tsx';
import { PersonName } from '../../ui/marks.tsx';
import { PickPopover } from '../../ui/pick.tsx';
import { useTexts } from './texts.ts';
import './pills.css';

interface Props {
  instanceId: string;
  label: string;
  people: Person[];
  onChange: (people: Person[]) => void;
}

export function ChosenPeople({ instanceId, label, people, onChange }: Props) {
  const t = useTexts();
  const [isOpen, setOpen] = useState(false);
  const choice = usePeopleOptions(instanceId, { chosen: people.map(({ id }) => id), enabled: isOpen });
  const pick = (key: string) => {
    const others = people.filter(({ id }) => id !== key);
    const person = choice.personOf(key);
    if (others.length < people.length) onChange(others);
    else if (person) onChange([...people, person]);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would bring a border and a legend
    <div role="group" aria-label={label} className="chosen-people">
      {people.length > 0 && (
        <ul className="plain-list pills" aria-label={label}>
          {people.map((person) => (
            <li key={person.id}>
              <PersonName person={person} />
              <button
                type="button"
                className="chip-remove"
                aria-label={t.people.unname(person.name)}
                onClick={() => pick(person.id)}
              >
                <DismissRegular />
              </button>
            </li>
          ))}
        </ul>
      )}
      <PickPopover
        label={t.people.find}
        options={choice.options}
        onSearch={choice.search}
        footer={choice.footer}
        isMultiple
        isOpen={isOpen}
        onOpenChange={setOpen}
        onPick={pick}
        trigger={
          <Button size="small" icon={<PersonAddRegular />} className="start">
            {t.people.name}
          </Button>
        }
      />
    </div>
  );
}
