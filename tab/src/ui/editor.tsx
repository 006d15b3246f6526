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
import { Plugin } from '@tiptap/pm/state';
import { EditorContent, Extension, useEditor, useEditorState } from '@tiptap/react';
import StarterKit from '@tiptap/starter-kit';
import {
  type ReactElement,
  type KeyboardEvent as ReactKeyboardEvent,
  type ReactNode,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { useMessages } from '../i18n.tsx';
import { KEPT } from './editor-nodes.ts';
import { filesIn } from './file-transfer.ts';
import { MentionList, mentionsOf, type Suggestion } from './mentions.tsx';
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
  /** What stands there is on its way: it keeps the keyboard and takes nothing. */
  isBusy?: boolean;
  /** Only those who work tickets may read it, so nobody else is suggested for a mention. */
  isPrivate?: boolean;
  /** Beside the buttons for the format. */
  tools?: ReactNode;
}

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
      Extension.create({
        name: 'busy',
        addProseMirrorPlugins: () => [
          new Plugin({ filterTransaction: ({ docChanged }) => !docChanged || latest.current.isBusy !== true }),
        ],
      }),
      ...KEPT,
      StarterKit.configure({
        heading: false,
        horizontalRule: false,
        link: { openOnClick: false, protocols: ['mailto', 'tel'], HTMLAttributes: { target: null, rel: null } },
      }),
      mentionsOf({
        instanceId,
        isAmongAssignees: () => latest.current.isPrivate ?? false,
        shown: () => suggested.current,
        show: setSuggestion,
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
      handlePaste: (_, event) => takeFiles(filesIn(event.clipboardData), latest.current.onFiles),
      handleDrop: (_, event) => takeFiles([...(event.dataTransfer?.files ?? [])], latest.current.onFiles),
    },
    // Whoever comes to what is written already goes on where it ends.
    onCreate: ({ editor: one }) => one.commands.setTextSelection(one.state.doc.content.size),
    onUpdate: ({ editor: one }) => latest.current.onChange(one.getHTML(), one.isEmpty),
  });
  const holder = useRef<HTMLDivElement>(null);
  // Before the next key arrives, or it would be nobody's.
  useLayoutEffect(() => {
    // Not yet there where the page around it is still being put together; then it takes the focus by itself.
    if (isFocused && holder.current?.querySelector('.tiptap')) editor?.view.focus();
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
        tabIndex={name === m.editor.bold ? 0 : -1}
        onMouseDown={(event) => event.preventDefault()}
        onClick={act}
      />
    </Tooltip>
  );
  const chain = () => editor!.chain().focus();
  return (
    <div ref={holder} className={`editor${state.isEmpty ? ' is-empty' : ''}`} aria-busy={props.isBusy || undefined}>
      <EditorContent editor={editor} />
      <div className="editor-tools" role="toolbar" aria-label={m.editor.tools} onKeyDown={leadThroughTools}>
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
      <MentionList editor={editor} suggestion={suggestion} />
    </div>
  );
}

/** One of the tools is reached by Tab, and the arrow keys lead from it to the others. */
function leadThroughTools(event: ReactKeyboardEvent<HTMLElement>): void {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  const tools = [...event.currentTarget.querySelectorAll<HTMLElement>('.editor-tool')];
  const at = tools.findLastIndex((tool) => tool.matches(':focus'));
  if (!step || at < 0) return;
  event.preventDefault();
  const isMirrored = document.documentElement.dir === 'rtl';
  const next = tools.at((at + (isMirrored ? -step : step)) % tools.length)!;
  tools[at]!.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
}

function takeFiles(files: File[], onFiles: ((files: File[]) => void) | undefined): boolean {
  if (files.length === 0 || !onFiles) return false;
  onFiles(files);
  return true;
}
