/** Moving tickets to another state; what ends a ticket asks how it ended. */

import { Field, Radio, RadioGroup, Textarea } from '@fluentui/react-components';
import { useState } from 'react';
import type { OfferedMove } from '../../../api/contract/moves.ts';
import type { Move } from '../collisions.ts';
import { useMe } from '../data.ts';
import { draftKey, keepDraft, readDraft } from '../drafts.ts';
import { useMessages } from '../i18n.tsx';
import { FormDialog } from './form-dialog.tsx';
import { type Moved, moveAct, stateLabel, useCommentLabel, useResolutionLabel } from './workflow.ts';

interface Props {
  move: OfferedMove;
  resolutions: string[];
  tickets: (Moved & { id: string })[];
  onMove: (move: Move) => void;
  onClose: () => void;
}

/** Asks for the resolution and for a word to the requestor, or from them. */
export default function MoveDialog({ move, resolutions, tickets, onMove, onClose }: Props) {
  const m = useMessages();
  const { state } = move;
  const count = tickets.length;
  const commentLabel = useCommentLabel(tickets);
  const labelOf = useResolutionLabel();
  const [resolution, setResolution] = useState(resolutions[0]!);
  /** Begun for a ticket and left by Escape or a reload, a message is there again. */
  const key = draftKey(useMe().id, 'moves', tickets.map(({ id }) => id).join());
  const [comment, setComment] = useState(() => readDraft<{ comment: string }>(key).comment ?? '');
  const write = (text: string) => {
    setComment(text);
    keepDraft(key, text === '' ? undefined : { comment: text });
  };
  const cancel = () => {
    keepDraft(key, undefined);
    onClose();
  };
  const submit = () => {
    cancel();
    const id = crypto.randomUUID();
    onMove({ id, statusId: state.id, label: state.label, resolution, comment: comment.trim() || undefined });
  };
  return (
    <FormDialog
      title={
        count === 1 ? m.move.title(stateLabel(m, state.label)) : m.move.titleMany(stateLabel(m, state.label), count)
      }
      action={moveAct(m, move)}
      onSubmit={submit}
      onClose={onClose}
      onCancel={cancel}
    >
      <Field label={m.ticket.resolution}>
        <RadioGroup value={resolution} onChange={(_, data) => setResolution(data.value)}>
          {resolutions.map((one, index) => (
            <Radio key={one} value={one} label={labelOf(one)} autoFocus={index === 0} />
          ))}
        </RadioGroup>
      </Field>
      <Field label={commentLabel}>
        <Textarea value={comment} resize="vertical" onChange={(_, data) => write(data.value)} />
      </Field>
    </FormDialog>
  );
}
