/** The editor of formatted text: bold, italic, lists, links, code, and mentions. Loaded when somebody writes. */

import { Button, Tooltip } from '@fluentui/react-components';
import {
  CodeRegular,
  LinkRegular,
  TextBoldRegular,
  TextBulletListRegular,
  TextItalicRegular,
  TextNumberListLtrRegular,
} from '@fluentui/react-icons';
import Mention from '@tiptap/extension-mention';
import { EditorContent, useEditor, useEditorState } from '@tiptap/react';
import StarterKit from '@tiptap/starter-kit';
import { type ReactElement, type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { Person } from '../../../api/contract/wire.ts';
import { call } from '../api.ts';
import { useMessages } from '../i18n.tsx';
import { Face } from './marks.tsx';
import './pick.css';
import './rich-text.css';
import './editor.css';

export interface EditorProps {
  instanceId: string;
  label: string;
  placeholder: string;
  /** What stands there at first. */
  html: string;
  onChange: (html: string, isEmpty: boolean) => void;
  /** Ctrl or Cmd with Enter. */
  onSubmit: () => void;
  onEscape?: (() => void) | undefined;
  onFiles?: ((files: File[]) => void) | undefined;
  isFocused?: boolean;
  /** Only those who work tickets may read it, so nobody else is suggested for a mention. */
  isPrivate?: boolean;
  /** Beside the buttons for the format. */
  tools?: ReactNode;
}

interface Suggestion {
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

export default function Editor(props: EditorProps) {
  const { instanceId, label, placeholder, html, isFocused, tools } = props;
  const m = useMessages();
  const latest = useRef(props);
  latest.current = props;
  const [suggestion, setSuggestion] = useState<Suggestion>();
  const [address, setAddress] = useState<string>();
  const suggested = useRef<Suggestion>(undefined);
  suggested.current = suggestion;

  const editor = useEditor({
    content: html,
    autofocus: isFocused ? 'end' : false,
    extensions: [
      StarterKit.configure({
        heading: false,
        horizontalRule: false,
        link: { openOnClick: false, protocols: ['mailto', 'tel'], HTMLAttributes: { target: null, rel: null } },
      }),
      PersonMention.configure({
        suggestion: {
          items: async ({ query }) => {
            const search = { search: query, ...(latest.current.isPrivate && { among: 'assignees' as const }) };
            return (await call(instanceId, 'searchPeople', search)).data.items.slice(0, 6);
          },
          render: () => {
            const show = ({
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
              setSuggestion({
                people: items,
                index: 0,
                rect,
                pick: (person) => command({ id: person.email || person.id, label: person.name }),
              });
            };
            return {
              onStart: show as never,
              onUpdate: show as never,
              onKeyDown: ({ event }) => stepSuggestion(event, suggested.current, setSuggestion),
              onExit: () => setSuggestion(undefined),
            };
          },
        },
      }),
    ],
    editorProps: {
      attributes: {
        'aria-label': label,
        role: 'textbox',
        'aria-multiline': 'true',
        'data-placeholder': placeholder,
        dir: 'auto',
      },
      handleKeyDown: (_, event) => {
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
          latest.current.onSubmit();
          return true;
        }
        if (event.key === 'Escape' && !suggested.current && latest.current.onEscape) {
          latest.current.onEscape();
          return true;
        }
        return false;
      },
      handlePaste: (_, event) => takeFiles(event.clipboardData, latest.current.onFiles),
      handleDrop: (_, event) => takeFiles(event.dataTransfer, latest.current.onFiles),
    },
    onUpdate: ({ editor: one }) => latest.current.onChange(one.getHTML(), one.isEmpty),
  });
  // Before the next key arrives, or it would be nobody's.
  useLayoutEffect(() => {
    if (isFocused) editor?.view.focus();
  }, [isFocused, editor]);
  const state = useEditorState({
    editor,
    selector: ({ editor: one }) => ({
      isEmpty: one?.isEmpty ?? true,
      bold: one?.isActive('bold') ?? false,
      italic: one?.isActive('italic') ?? false,
      bulletList: one?.isActive('bulletList') ?? false,
      orderedList: one?.isActive('orderedList') ?? false,
      code: one?.isActive('code') ?? false,
      link: one?.isActive('link') ?? false,
    }),
  });
  const toggleLink = () => {
    if (state.link) editor?.chain().focus().unsetLink().run();
    else setAddress('https://');
  };
  const addLink = () => {
    setAddress(undefined);
    const href = address?.trim() ?? '';
    if (!editor || !/^(https?:\/\/|mailto:)\S+$/.test(href)) return;
    const { empty } = editor.state.selection;
    const text = { type: 'text', text: href, marks: [{ type: 'link', attrs: { href } }] };
    if (empty) editor.chain().focus().insertContent(text).run();
    else editor.chain().focus().setLink({ href }).run();
  };
  const tool = (name: string, icon: ReactElement, isOn: boolean, act: () => void) => (
    <Tooltip content={name} relationship="label">
      <Button
        size="small"
        appearance="subtle"
        className="editor-tool"
        icon={icon}
        aria-pressed={isOn}
        tabIndex={-1}
        onMouseDown={(event) => event.preventDefault()}
        onClick={act}
      />
    </Tooltip>
  );
  const chain = () => editor!.chain().focus();
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
  return (
    <div className={`editor${state.isEmpty ? ' is-empty' : ''}`}>
      <EditorContent editor={editor} />
      <div className="editor-tools">
        {tool(m.editor.bold, <TextBoldRegular />, state.bold, () => chain().toggleBold().run())}
        {tool(m.editor.italic, <TextItalicRegular />, state.italic, () => chain().toggleItalic().run())}
        {tool(m.editor.bulletList, <TextBulletListRegular />, state.bulletList, () => chain().toggleBulletList().run())}
        {tool(m.editor.orderedList, <TextNumberListLtrRegular />, state.orderedList, () =>
          chain().toggleOrderedList().run(),
        )}
        {tool(m.editor.link, <LinkRegular />, state.link, toggleLink)}
        {tool(m.editor.code, <CodeRegular />, state.code, () => chain().toggleCode().run())}
        {tools}
      </div>
      {address !== undefined && (
        <div className="editor-link">
          <input
            type="url"
            className="inline-input boxed"
            aria-label={m.editor.linkAddress}
            value={address}
            // biome-ignore lint/a11y/noAutofocus: the person has just asked for it
            autoFocus
            onChange={(event) => setAddress(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === 'Enter') {
                event.preventDefault();
                addLink();
              }
              if (event.key === 'Escape') {
                event.stopPropagation();
                setAddress(undefined);
                editor?.commands.focus();
              }
            }}
          />
          <Button size="small" onClick={addLink}>
            {m.editor.addLink}
          </Button>
        </div>
      )}
      {suggestion && suggestion.people.length > 0 && (
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
      )}
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

function takeFiles(data: DataTransfer | null, onFiles: ((files: File[]) => void) | undefined): boolean {
  const files = [...(data?.files ?? [])];
  if (files.length === 0 || !onFiles) return false;
  onFiles(files);
  return true;
}

/** Below the caret, or above it where the window ends. */
function placeOf(rect: DOMRect) {
  const left = Math.min(rect.left, innerWidth - 260);
  return rect.bottom > innerHeight - 240
    ? { left, bottom: innerHeight - rect.top + 4 }
    : { left, top: rect.bottom + 4 };
}
