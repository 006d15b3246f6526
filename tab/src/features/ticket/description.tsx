/** What a ticket is about, read and written in the same place. */

import { Button } from '@fluentui/react-components';
import { useRef, useState } from 'react';
import { changeTicket } from '../../changes.ts';
import { collision } from '../../collisions.ts';
import type { VersionedTicket } from '../../data.ts';
import { useMessages } from '../../i18n.tsx';
import { RichText } from '../../ui/rich-text.tsx';
import { Writing } from '../../ui/writing.tsx';
import './description.css';
import { type DescriptionDraft, keepDescription, readDescription } from './draft.ts';

export function Description({
  instanceId,
  known,
  canWork,
}: {
  instanceId: string;
  known: VersionedTicket;
  canWork: boolean;
}) {
  const m = useMessages();
  const { ticket } = known;
  const ticketNo = String(ticket.ticketNo);
  const [draft, setDraft] = useState(() => (canWork ? readDescription(instanceId, ticketNo) : undefined));
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
    keepDescription(instanceId, ticketNo, undefined);
    setDraft(undefined);
  };
  const save = async ({ base }: DescriptionDraft) => {
    const mine = written.current;
    end();
    if (mine === base) return;
    // What stood there when the writing began: somebody else's words since then are a collision.
    const seen = { ticket: { ...ticket, description_HTML: base } };
    const isSaved = await changeTicket(instanceId, seen, { ticket: { description_HTML: mine } }, m);
    if (isSaved || collision.get()) return;
    keepDescription(instanceId, ticketNo, { html: mine, base });
    setDraft({ html: mine, base });
  };
  if (draft) {
    return (
      <div className="description editing">
        <Writing
          instanceId={instanceId}
          label={m.field.description}
          placeholder={m.ticket.describe}
          html={draft.html}
          isFocused={isJustBegun}
          onChange={(next) => {
            written.current = next;
            keepDescription(instanceId, ticketNo, { html: next, base: draft.base });
          }}
          onSubmit={() => void save(draft)}
          onEscape={end}
        />
        <div className="comment-actions">
          <span className="spacer" />
          <Button size="small" onClick={end}>
            {m.common.cancel}
          </Button>
          <Button size="small" appearance="primary" onClick={() => void save(draft)}>
            {m.common.save}
          </Button>
        </div>
      </div>
    );
  }
  if (ticket.description === '') {
    return canWork ? (
      <button type="button" className="text-button" onClick={begin}>
        {m.ticket.describe}
      </button>
    ) : null;
  }
  return (
    <div className="description">
      <RichText html={html} />
      {canWork && (
        <button type="button" className="text-button edit" onClick={begin}>
          {m.ticket.edit}
        </button>
      )}
    </div>
  );
}
