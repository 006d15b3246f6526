/** What a ticket is about, read and written in the same place. */

import { Button } from '@fluentui/react-components';
import { useRef, useState } from 'react';
import { changeTicket } from '../../changes.ts';
import { useMe, type VersionedTicket } from '../../data.ts';
import { draftKey, keepDraft, readDraft } from '../../drafts.ts';
import { leaveBox, useFocusBack } from '../../focus.ts';
import { useMessages } from '../../i18n.tsx';
import { RichText } from '../../ui/rich-text.tsx';
import { Writing } from '../../ui/writing.tsx';
import './description.css';

/** A description, and the one that stood there when the writing began. */
interface Draft {
  html: string;
  base: string;
}

function draftIn(key: string): Draft | undefined {
  const { html, base } = readDraft<Draft>(key);
  return typeof html === 'string' && typeof base === 'string' ? { html, base } : undefined;
}

export function Description({
  instanceId,
  known,
  canWork,
  onFiles,
}: {
  instanceId: string;
  known: VersionedTicket;
  canWork: boolean;
  /** Takes files that are pasted or dropped here. */
  onFiles: (files: File[]) => void;
}) {
  const m = useMessages();
  const { ticket } = known;
  const key = draftKey(useMe().id, instanceId, `${ticket.ticketNo}.description`);
  const [draft, setDraft] = useState(() => (canWork ? draftIn(key) : undefined));
  const [isSaving, setSaving] = useState(false);
  /** A draft that was found here waits; what somebody has just begun has the keyboard. */
  const [isJustBegun, setJustBegun] = useState(false);
  const html = ticket.description_HTML ?? '';
  const written = useRef(draft?.html ?? '');
  const begin = () => {
    written.current = html;
    setJustBegun(true);
    setDraft({ html, base: html });
  };
  const end = () => {
    keepDraft(key, undefined);
    setDraft(undefined);
  };
  const save = async ({ base }: Draft) => {
    const mine = written.current;
    if (isSaving) return;
    if (mine === base) return end();
    setSaving(true);
    // What stood there when the writing began: somebody else's words since then are a collision.
    const seen = { ticket: { ...ticket, description_HTML: base } };
    const isSettled = await changeTicket(instanceId, seen, { ticket: { description_HTML: mine } }, m);
    setSaving(false);
    if (isSettled) end();
  };
  const box = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useFocusBack(draft !== undefined, button);
  if (draft) {
    return (
      <div ref={box} className="description editing">
        <Writing
          instanceId={instanceId}
          label={m.field.description}
          placeholder={m.ticket.describe}
          html={draft.html}
          isFocused={isJustBegun}
          isBusy={isSaving}
          onFiles={onFiles}
          onChange={(next) => {
            written.current = next;
            keepDraft(key, { html: next, base: draft.base });
          }}
          onSubmit={() => void save(draft)}
          onEscape={() => {
            // What was written goes with Cancel alone.
            if (written.current === draft.base) end();
            else leaveBox(box.current!);
          }}
        />
        <div className="comment-actions">
          <span className="spacer" />
          <Button size="small" disabled={isSaving} onClick={end}>
            {m.common.cancel}
          </Button>
          <Button size="small" appearance="primary" disabled={isSaving} onClick={() => void save(draft)}>
            {m.common.save}
          </Button>
        </div>
      </div>
    );
  }
  const isEmpty = ticket.description === '';
  if (isEmpty && !canWork) return null;
  return (
    <div className="description">
      {!isEmpty && <RichText html={html} />}
      {canWork && (
        <button
          ref={button}
          type="button"
          className="text-button edit"
          aria-description={isEmpty ? undefined : m.field.description}
          onClick={begin}
        >
          {isEmpty ? m.ticket.describe : m.ticket.edit}
        </button>
      )}
    </div>
  );
}
