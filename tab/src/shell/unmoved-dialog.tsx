/** A move that was not made, for somebody was quicker or the server could not be reached: what was written stays. */

import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Field,
  Textarea,
} from '@fluentui/react-components';
import { useId, useState } from 'react';
import { changeTicket } from '../changes.ts';
import { endUnmoved, type Move, type Unmoved } from '../collisions.ts';
import { useWorkflow } from '../data.ts';
import { useMessages } from '../i18n.tsx';
import { barredBy, stateLabel, useCommentLabel, useResolutionLabel, useWho } from '../ui/workflow.ts';

export default function UnmovedDialog({ unmoved: { instanceId, seen, move, reason } }: { unmoved: Unmoved }) {
  const m = useMessages();
  const labelOf = useResolutionLabel();
  const workflow = useWorkflow(instanceId);
  const who = useWho(instanceId);
  const commentLabel = useCommentLabel([seen.ticket]);
  const textId = useId();
  const [comment, setComment] = useState(move.comment ?? '');
  const { statusId, status, ticketNo } = seen.ticket;
  const label = stateLabel(m, move.label);
  const isThere = statusId === move.statusId;
  const to = workflow.states.find(({ id }) => id === move.statusId);
  const barred = to && barredBy(m, workflow, seen.ticket, to, who);
  const canMove = to !== undefined && !isThere && barred === undefined;
  const close = endUnmoved;
  const submit = (next: Move) => {
    close();
    void changeTicket(instanceId, seen, { move: { ...next, comment: comment.trim() || undefined } }, m);
  };
  return (
    <Dialog open modalType="alert">
      <DialogSurface className="narrow-dialog" aria-describedby={textId}>
        <DialogBody>
          <DialogTitle>{m.move.notMoved(ticketNo)}</DialogTitle>
          <DialogContent>
            <p id={textId}>
              {reason} {barred}
            </p>
            {move.resolution && canMove && (
              <p>
                {m.ticket.changeOf(m.ticket.resolution)} {labelOf(move.resolution)}
              </p>
            )}
            {move.comment && (
              <Field label={commentLabel}>
                <Textarea value={comment} resize="vertical" onChange={(_, data) => setComment(data.value)} />
              </Field>
            )}
          </DialogContent>
          <DialogActions>
            <Button onClick={close}>{m.move.leave}</Button>
            {canMove ? (
              <Button appearance="primary" onClick={() => submit(move)}>
                {m.move.title(label)}
              </Button>
            ) : (
              move.comment && (
                <Button
                  appearance="primary"
                  onClick={() => submit({ statusId, label: status, ...(move.id && { id: move.id }) })}
                >
                  {m.move.onlyMessage}
                </Button>
              )
            )}
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
