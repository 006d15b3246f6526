/** People named in a text with an @: what a mention is, and whom the editor suggests while one is typed. */

import Mention from '@tiptap/extension-mention';
import type { Editor } from '@tiptap/react';
import { useEffect } from 'react';
import type { Person } from '../../../api/contract/wire.ts';
import { call } from '../api.ts';
import { useMessages } from '../i18n.tsx';
import { Face } from './marks.tsx';
import './pick.css';

/** Whom the list offers while a mention is typed, and where it stands. */
export interface Suggestion {
  people: Person[];
  index: number;
  rect: DOMRect;
  pick: (person: Person) => void;
}

/** A mention is a link to the person's address: so it stays what it is through every door. */
const PersonMention = Mention.extend({
  parseHTML: () => [
    {
      tag: 'a[href^="mailto:"]',
      priority: 100,
      getAttrs: (element) =>
        element.textContent?.startsWith('@')
          ? { id: element.getAttribute('href')!.slice(7), label: element.textContent.slice(1) }
          : false,
    },
  ],
  renderHTML: ({ node }) => ['a', { href: `mailto:${node.attrs.id}`, class: 'mention' }, `@${node.attrs.label}`],
  renderText: ({ node }) => `@${node.attrs.label}`,
});

const MENTIONS = 'mentions';

interface Wish {
  instanceId: string;
  isAmongAssignees: () => boolean;
  shown: () => Suggestion | undefined;
  show: (next: Suggestion | undefined) => void;
}

/** The part of the editor that knows mentions. */
export const mentionsOf = ({ instanceId, isAmongAssignees, shown, show }: Wish) =>
  PersonMention.configure({
    suggestion: {
      items: async ({ query }) => {
        const search = { search: query, ...(isAmongAssignees() && { among: 'assignees' as const }) };
        return (await call(instanceId, 'searchPeople', search)).data.items.slice(0, 6);
      },
      render: () => {
        const offer = ({
          items,
          clientRect,
          command,
        }: {
          items: Person[];
          clientRect?: (() => DOMRect | null) | null;
          command: (attributes: { id: string; label: string }) => void;
        }) => {
          const rect = clientRect?.();
          if (!rect) return;
          show({
            people: items,
            index: 0,
            rect,
            pick: (person) => command({ id: person.email || person.id, label: person.name }),
          });
        };
        return {
          onStart: offer as never,
          onUpdate: offer as never,
          onKeyDown: ({ event }) => stepSuggestion(event, shown(), show),
          onExit: () => show(undefined),
        };
      },
    },
  });

interface ListProps {
  editor: Editor | null;
  suggestion: Suggestion | undefined;
}

/** The people to choose from, beside the caret. */
export function MentionList({ editor, suggestion }: ListProps) {
  const m = useMessages();
  // What a screen reader hears while the text box keeps the focus.
  useEffect(() => {
    if (!editor || !suggestion || suggestion.people.length === 0) return;
    const { dom } = editor.view;
    dom.setAttribute('aria-controls', MENTIONS);
    dom.setAttribute('aria-activedescendant', `${MENTIONS}-${suggestion.index}`);
    return () => {
      dom.removeAttribute('aria-controls');
      dom.removeAttribute('aria-activedescendant');
    };
  }, [editor, suggestion]);
  if (!suggestion || suggestion.people.length === 0) return null;
  return (
    <div
      id={MENTIONS}
      role="listbox"
      aria-label={m.editor.people}
      className="mention-list"
      style={placeOf(suggestion.rect)}
    >
      {suggestion.people.map((person, index) => (
        // biome-ignore lint/a11y/useFocusableInteractive: the text box has the keyboard for these
        <div
          key={person.id}
          id={`${MENTIONS}-${index}`}
          role="option"
          aria-selected={index === suggestion.index}
          className="pick-option"
          data-active={index === suggestion.index}
          onMouseDown={(event) => {
            event.preventDefault();
            suggestion.pick(person);
          }}
        >
          <Face person={person} />
          <span className="ellipsis">{person.name}</span>
        </div>
      ))}
    </div>
  );
}

function stepSuggestion(
  event: KeyboardEvent,
  at: Suggestion | undefined,
  set: (next: Suggestion | undefined) => void,
): boolean {
  if (!at || at.people.length === 0) return false;
  if (event.key === 'Escape') {
    set(undefined);
    return true;
  }
  if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
    const step = event.key === 'ArrowDown' ? 1 : -1;
    set({ ...at, index: (at.index + step + at.people.length) % at.people.length });
    return true;
  }
  if ((event.key === 'Enter' && !event.ctrlKey && !event.metaKey) || event.key === 'Tab') {
    at.pick(at.people[at.index]!);
    return true;
  }
  return false;
}

/** Below the caret, or above it where the window ends. */
function placeOf(rect: DOMRect) {
  const left = Math.min(rect.left, innerWidth - 260);
  const visible = window.visualViewport?.height ?? innerHeight;
  return rect.bottom > visible - 240
    ? { left, bottom: innerHeight - rect.top + 4, maxBlockSize: rect.top - 8 }
    : { left, top: rect.bottom + 4 };
}
