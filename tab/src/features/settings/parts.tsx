/** What every page of the settings is made of. */

import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  MessageBar,
  MessageBarBody,
} from '@fluentui/react-components';
import { type ReactNode, useEffect, useId, useState } from 'react';
import { useTold } from '../../announce.tsx';
import { reasonOf } from '../../changes.ts';
import { useMessages } from '../../i18n.tsx';
import type { Editing } from './editing.ts';
import { fieldNames } from './field-names.ts';
import { useTexts } from './texts.ts';
import './parts.css';

/** The name of a page, as its address has it. */
export type PageName = keyof ReturnType<typeof useTexts>['pages'];

interface PageProps {
  page: PageName;
  children: ReactNode;
  /** Beside the title. */
  action?: ReactNode;
}

/** Title, and for whom what stands below it changes something. */
export function Page({ page, action, children }: PageProps) {
  const t = useTexts();
  return (
    <section className="settings-page" aria-labelledby="settings-title">
      <header className="settings-head">
        <h1 id="settings-title" tabIndex={-1}>
          {t.pages[page].name}
        </h1>
        {action}
      </header>
      <p className="settings-for">{t.pages[page].forWhom}</p>
      {children}
    </section>
  );
}

/** Some settings that belong together. */
export function Group({
  title,
  text,
  action,
  children,
}: {
  title: string;
  text?: ReactNode;
  action?: ReactNode;
  children: ReactNode;
}) {
  return (
    <section className="settings-group" aria-label={title}>
      <header>
        <h2>{title}</h2>
        {action}
      </header>
      {text && <p className="quiet">{text}</p>}
      {children}
    </section>
  );
}

interface EditorProps<T> {
  editing: Editing<T>;
  /** What is wrong with the draft, if anything; it cannot be saved then. */
  wrong?: string | undefined;
  /** Saves after asking for what the person should know. */
  onSave?: () => void;
  children: ReactNode;
}

/** What has the keyboard is not below the bar that saves. */
function show(element: Element | null): void {
  if (element?.closest('.settings-form') && !element.closest('.save-bar')) element.scrollIntoView({ block: 'nearest' });
}

/** A form of settings, and the bar that saves it, which stays in sight: there somebody chooses when two have changed the same. */
export function Editor<T>({ editing, wrong, onSave, children }: EditorProps<T>) {
  const m = useMessages();
  const t = useTexts();
  const { clash, problem, isDirty, isSaving } = editing;
  useEffect(() => {
    if (isDirty) show(document.activeElement);
  }, [isDirty]);
  useTold(isDirty && !clash && !problem ? (wrong ?? t.unsaved) : undefined);
  const submit = () => {
    if (wrong || clash || !isDirty || isSaving) return;
    if (onSave) onSave();
    else void editing.save();
  };
  return (
    <form
      className="settings-form"
      noValidate
      onFocus={({ target }) => show(target)}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      {children}
      {isDirty && !clash && (
        <div className={`save-bar${problem ? ' problem' : ''}`}>
          <span key={problem} className="save-text" role={problem && 'alert'}>
            {problem ?? wrong ?? t.unsaved}
          </span>
          <Button onClick={editing.discard} disabledFocusable={isSaving}>
            {t.discard}
          </Button>
          <Button appearance="primary" type="submit" disabled={wrong !== undefined} disabledFocusable={isSaving}>
            {m.common.save}
          </Button>
        </div>
      )}
      {clash && (
        <div className="save-bar clash">
          <span className="save-text" role="alert">
            <strong>{t.clash.title(clash.name)}</strong> {t.clash.text}
          </span>
          <Button onClick={clash.takeTheirs}>{t.clash.takeTheirs}</Button>
          <Button onClick={clash.keepMine}>{t.clash.keepMine}</Button>
        </div>
      )}
    </form>
  );
}

interface ConfirmProps {
  title: string;
  children: ReactNode;
  /** What the button that does it says. */
  action: string;
  /** It asks for what the action needs; otherwise what it says is read aloud when it opens. */
  isForm?: boolean;
  /** It cannot be done (yet). */
  isBarred?: boolean;
  /** Closes by itself when this is done; where it fails, it says why. */
  onConfirm: () => Promise<void>;
  onClose: () => void;
}

/** Says what an action will do before it does it. */
export function Confirm({
  title,
  children,
  action,
  isForm = false,
  isBarred = false,
  onConfirm,
  onClose,
}: ConfirmProps) {
  const m = useMessages();
  const t = useTexts();
  const textId = useId();
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const confirm = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      await onConfirm();
      onClose();
    } catch (error) {
      setProblem(reasonOf(error, m, fieldNames(t)));
      setBusy(false);
    }
  };
  return (
    <Dialog open onOpenChange={(_, data) => !data.open && !isBusy && onClose()}>
      <DialogSurface className="settings-dialog" aria-describedby={isForm ? undefined : textId}>
        <form
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            if (!isBarred && !isBusy) void confirm();
          }}
        >
          <DialogBody>
            <DialogTitle>{title}</DialogTitle>
            <DialogContent id={textId} className="settings-dialog-content">
              {problem && (
                <MessageBar intent="error" layout="multiline" role="alert">
                  <MessageBarBody>{problem}</MessageBarBody>
                </MessageBar>
              )}
              {children}
            </DialogContent>
            <DialogActions>
              <Button onClick={onClose} disabledFocusable={isBusy}>
                {m.common.cancel}
              </Button>
              <Button appearance="primary" type="submit" disabled={isBarred} disabledFocusable={isBusy}>
                {action}
              </Button>
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  );
}

/** Copies a text and says so where the button is. */
export function CopyButton({ text, label }: { text: string; label: string }) {
  const m = useMessages();
  const [state, setState] = useState<'ready' | 'copied' | 'failed'>('ready');
  const t = useTexts();
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setState('copied');
    } catch {
      setState('failed');
    }
    setTimeout(() => setState('ready'), 3000);
  };
  return (
    <>
      <Button size="small" aria-label={label} onClick={() => void copy()}>
        {state === 'copied' ? m.notice.copied : state === 'failed' ? t.copyFailed : t.copy}
      </Button>
      <span className="hidden" role="status">
        {{ ready: '', copied: m.notice.copied, failed: t.copyFailed }[state]}
      </span>
    </>
  );
}
