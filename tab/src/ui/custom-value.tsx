/** The value of a custom field in one line, for a list and wherever it is only read. */

import type { ReactNode } from 'react';
import type { CustomField } from '../../../api/contract/instance.ts';
import type { Person } from '../../../api/contract/wire.ts';
import { useFormat, useMessages } from '../i18n.tsx';
import { Face, PersonName } from './marks.tsx';

/** A line shows the beginning of a long text, and whoever points at it sees some more. */
const MOST_SHOWN = 160;
const MOST_POINTED_AT = 1000;
const MOST_FACES = 3;

export function CustomValue({ field, value }: { field: CustomField; value: unknown }): ReactNode {
  const m = useMessages();
  const format = useFormat();
  if (Array.isArray(value)) {
    if (field.type.key === 'list') return <Line text={labels(field, value)} />;
    return field.type.key === 'peoplepicker' ? <People people={value} /> : null;
  }
  if (value === true) {
    return (
      <span role="img" aria-label={m.common.yes} title={m.common.yes}>
        ✓
      </span>
    );
  }
  if (typeof value !== 'string') return null;
  if (field.type.key !== 'date') return <Line text={value} />;
  return <span className="quiet nowrap">{format.day(value)}</span>;
}

const labels = ({ options }: CustomField, keys: unknown[]): string =>
  options
    .filter(({ key }) => keys.includes(key))
    .map(({ text }) => text)
    .join(', ');

const Line = ({ text }: { text: string }) => (
  <span dir="auto" className="ellipsis quiet" title={text.slice(0, MOST_POINTED_AT)}>
    {text.slice(0, MOST_SHOWN)}
  </span>
);

function People({ people }: { people: Person[] }) {
  const [first] = people;
  if (!first) return null;
  if (people.length === 1) return <PersonName person={first} />;
  const names = people.map(({ name, email, id }) => name || email || id).join(', ');
  return (
    <span className="person-name" title={names}>
      <span className="faces">
        {people.slice(0, MOST_FACES).map((person) => (
          <span key={person.id}>
            <Face person={person} />
          </span>
        ))}
      </span>
      <span className="ellipsis">{names}</span>
    </span>
  );
}
