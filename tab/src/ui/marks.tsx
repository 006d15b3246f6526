/** Small marks that are seen a hundred times on a page; plain elements, because a list draws many of them quickly. */

import type { TagCategory } from '../../../api/contract/tags.ts';
import type { Priority, Ticket } from '../../../api/contract/tickets.ts';
import type { AssigneeOut } from '../../../api/contract/wire.ts';
import type { State } from '../../../api/contract/workflow.ts';
import { useMessages } from '../i18n.tsx';
import type { Messages } from '../messages/en.ts';
import { usePhoto } from '../photos.ts';
import './marks.css';

/** The priorities, the highest first. */
export const PRIORITIES = ['Urgent', 'Important', 'Medium', 'Low'] as const satisfies readonly Priority[];

/** How many of the three bars are filled. */
const BARS: Record<Priority, number> = { Low: 1, Medium: 2, Important: 3, Urgent: 3 };

/** Bars that rise with the priority; an urgent one is a filled square with an exclamation mark. */
export function PriorityMark({ priority, isSilent = false }: { priority: Priority; isSilent?: boolean }) {
  const m = useMessages();
  const label = isSilent ? { 'aria-hidden': true } : { role: 'img', 'aria-label': m.priority[priority] };
  return (
    // biome-ignore lint/a11y/noSvgWithoutTitle: a title is given wherever the mark is not silent
    <svg className={`priority-mark ${priority}`} viewBox="0 0 16 16" width="16" height="16" {...label}>
      {!isSilent && <title>{m.priority[priority]}</title>}
      {priority === 'Urgent' ? (
        <>
          <rect x="1" y="1" width="14" height="14" rx="3" className="fill" />
          <path d="M7 3.5h2v5H7zM7 10.5h2v2H7z" className="sign" />
        </>
      ) : (
        [0, 1, 2].map((bar) => (
          <rect
            key={bar}
            x={1.5 + bar * 4.75}
            y={10 - bar * 4}
            width="3.5"
            height={4.5 + bar * 4}
            rx="1"
            className={bar < BARS[priority] ? 'fill' : 'rest'}
          />
        ))
      )}
    </svg>
  );
}

/** A circle that fills as the work goes on: empty, half, paused, checked. */
export function StateMark({ category }: { category: State['category'] | undefined }) {
  return (
    <svg className={`state-mark ${category ?? 'new'}`} viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
      {category === 'resolved' || category === 'closed' ? (
        <>
          <circle cx="8" cy="8" r="7" className="fill" />
          <path d="M4.6 8.2l2.3 2.3 4.4-4.6" className="sign" />
        </>
      ) : (
        <>
          <circle cx="8" cy="8" r="6" className="ring" />
          {category === 'active' && <path d="M8 4a4 4 0 0 1 0 8z" className="fill" />}
          {category === 'waiting' && <path d="M5.75 5.5h1.5v5h-1.5zM8.75 5.5h1.5v5h-1.5z" className="fill" />}
        </>
      )}
    </svg>
  );
}

/** How many colours faces have. */
const COLOURS = 8;

const initialsOf = (name: string): string => {
  const words = name
    .replace(/@.*/, '')
    .split(/[\s._-]+/)
    .filter(Boolean);
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => [...(word ?? '')][0] ?? '');
  return letters.join('').toUpperCase();
};

function colourOf(id: string): number {
  let sum = 0;
  for (const letter of id) sum = (sum * 31 + letter.codePointAt(0)!) % 65_521;
  return sum % COLOURS;
}

/** A person's photo, else their initials in a colour that is always theirs; a dashed circle for nobody. */
export function Face({ person, size = 20 }: { person: AssigneeOut | undefined; size?: number }) {
  const style = { inlineSize: size, blockSize: size, fontSize: Math.round(size * 0.42) };
  const photo = usePhoto(person?.id ?? '');
  if (!person || !('name' in person)) return <span className="face nobody" style={style} aria-hidden="true" />;
  return (
    <span className={`face colour-${colourOf(person.id)}`} style={style} aria-hidden="true">
      {initialsOf(person.name || person.email || person.id)}
      {photo && <img src={photo} alt="" draggable={false} />}
    </span>
  );
}

/** What somebody is called, who may be nobody. */
export const nameOf = (m: Messages, person: AssigneeOut): string =>
  'name' in person ? person.name || person.email || person.id : m.ticket.nobody;

/** Face and name. */
export function PersonName({ person, isQuiet = false }: { person: AssigneeOut; isQuiet?: boolean }) {
  const m = useMessages();
  return (
    <span
      className={`person-name${isQuiet || !('name' in person) ? ' quiet' : ''}`}
      title={'email' in person ? person.email : undefined}
    >
      <Face person={person} />
      <span className="ellipsis">{nameOf(m, person)}</span>
    </span>
  );
}

/** A tag in the colour of its category. */
export function TagMark({ tag, categories }: { tag: Ticket['tags'][number]; categories: TagCategory[] }) {
  const color = categories.find(({ id }) => id === tag.tagCategoryId)?.color ?? 'var(--colorNeutralForeground3)';
  return <ColouredTag text={tag.text} color={color} />;
}

/** The same while its category is still being edited. */
export function ColouredTag({ text, color }: { text: string; color: string }) {
  return (
    <span className="tag-mark">
      <span className="dot" style={{ background: color }} />
      <span className="ellipsis">{text}</span>
    </span>
  );
}
