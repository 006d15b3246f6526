/** Attaches the address of something that lies elsewhere. */

import { Field, Input } from '@fluentui/react-components';
import { useState } from 'react';
import type { Ticket } from '../../../../api/contract/tickets.ts';
import { call } from '../../api.ts';
import { attemptKey } from '../../attempt.ts';
import { reasonOf, refreshHistory, tell } from '../../changes.ts';
import { useMessages } from '../../i18n.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';

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
  const [draftId] = useState(() => crypto.randomUUID());
  const save = async () => {
    try {
      const link = { src: src.trim(), ...(caption.trim() && { caption: caption.trim() }) };
      const input = { ticketId: ticket.id, attachments: [link] };
      const { done } = await call(instanceId, 'addAttachments', input, {
        idempotencyKey: await attemptKey(draftId, input),
      });
      refreshHistory(instanceId, ticket.ticketNo);
      tell({ kind: 'done', text: m.notice.linked, done });
      onClose();
    } catch (error) {
      setProblem(reasonOf(error, m));
    }
  };
  return (
    <FormDialog
      title={m.ticket.addLink}
      action={m.common.save}
      isBarred={!/^https?:\/\/\S+/.test(src)}
      onSubmit={() => void save()}
      onClose={onClose}
    >
      <Field label={m.ticket.linkAddress} required {...(problem && { validationMessage: problem })}>
        <Input type="url" value={src} autoFocus onChange={(_, data) => setSrc(data.value)} />
      </Field>
      <Field label={m.ticket.linkCaption}>
        <Input value={caption} maxLength={255} onChange={(_, data) => setCaption(data.value)} />
      </Field>
    </FormDialog>
  );
}
