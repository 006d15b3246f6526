/** What a ticket is about, read and written in the same place. */

import { Button } from '@fluentui/react-components';
import { useCallback, useRef, useState } from 'react';
import { updateTicket } from '../../changes.ts';
import type { VersionedTicket } from '../../data.ts';
import { useMessages } from '../../i18n.tsx';
import { RichText } from '../../ui/rich-text.tsx';
import { Writing } from '../../ui/writing.tsx';
import './description.css';

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
  const [isEditing, setEditing] = useState(false);
  const html = ticket.description_HTML ?? '';
  const written = useRef(html);
  const base = useRef(known);
  const begin = useCallback(() => {
    written.current = html;
    base.current = known;
    setEditing(true);
  }, [html, known]);
  const save = () => {
    setEditing(false);
    // What was read when the writing began: somebody else's words since then are a collision.
    if (written.current !== html) void updateTicket(instanceId, base.current, { description_HTML: written.current }, m);
  };
  if (isEditing) {
    return (
      <div className="description editing">
        <Writing
          instanceId={instanceId}
          label={m.field.description}
          placeholder={m.ticket.describe}
          html={html}
          isFocused
          onChange={(next) => {
            written.current = next;
          }}
          onSubmit={save}
          onEscape={() => setEditing(false)}
        />
        <div className="comment-actions">
          <span className="spacer" />
          <Button size="small" onClick={() => setEditing(false)}>
            {m.common.cancel}
          </Button>
          <Button size="small" appearance="primary" onClick={save}>
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
