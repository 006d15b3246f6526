/** Attaches the address of something that lies elsewhere. */

import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Field,
  Input,
} from '@fluentui/react-components';
import { useState } from 'react';
import type { Ticket } from '../../../../api/contract/tickets.ts';
import { call } from '../../api.ts';
import { reasonOf, refreshHistory, tell } from '../../changes.ts';
import { useMessages } from '../../i18n.tsx';

export default function LinkDialog({
  instanceId,
  ticket,
  onClose,
}: {
  instanceId: string;
  ticket: Ticket;
  onClose: () => void;
}) {
  const m = useMessages();
  const [src, setSrc] = useState('https://');
  const [caption, setCaption] = useState('');
  const [problem, setProblem] = useState<string>();
  const [idempotencyKey] = useState(() => crypto.randomUUID());
  const save = async () => {
    try {
      const link = { src: src.trim(), ...(caption.trim() && { caption: caption.trim() }) };
      const { done } = await call(
        instanceId,
        'addAttachments',
        { ticketId: ticket.id, attachments: [link] },
        { idempotencyKey },
      );
      refreshHistory(instanceId, ticket.ticketNo);
      tell({ kind: 'done', text: m.notice.linked, done });
      onClose();
    } catch (error) {
      setProblem(reasonOf(error, m));
    }
  };
  return (
    <Dialog open onOpenChange={(_, data) => !data.open && onClose()}>
      <DialogSurface className="narrow-dialog">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void save();
          }}
        >
          <DialogBody>
            <DialogTitle>{m.ticket.addLink}</DialogTitle>
            <DialogContent className="form">
              <Field label={m.ticket.linkAddress} required {...(problem && { validationMessage: problem })}>
                <Input type="url" value={src} autoFocus onChange={(_, data) => setSrc(data.value)} />
              </Field>
              <Field label={m.ticket.linkCaption}>
                <Input value={caption} maxLength={255} onChange={(_, data) => setCaption(data.value)} />
              </Field>
            </DialogContent>
            <DialogActions>
              <Button onClick={onClose}>{m.common.cancel}</Button>
              <Button appearance="primary" type="submit" disabled={!/^https?:\/\/\S+/.test(src)}>
                {m.common.save}
              </Button>
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  );
}
