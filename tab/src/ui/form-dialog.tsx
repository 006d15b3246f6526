/** A small form in the middle of the page: what it asks, and the one thing it does. */

import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
} from '@fluentui/react-components';
import { type ReactNode, useId } from 'react';
import { useMessages } from '../i18n.tsx';

interface Props {
  title: string;
  /** What the button that does it says. */
  action: string;
  /** What follows from it: read aloud when the dialog opens. */
  text?: string;
  /** It cannot be done yet. */
  isBarred?: boolean;
  onSubmit: () => void;
  onClose: () => void;
  /** By the button, where that is another thing than Escape. */
  onCancel?: () => void;
  children: ReactNode;
}

export function FormDialog({
  title,
  action,
  text,
  isBarred = false,
  onSubmit,
  onClose,
  onCancel = onClose,
  children,
}: Props) {
  const m = useMessages();
  const textId = useId();
  return (
    <Dialog open onOpenChange={(_, data) => !data.open && onClose()}>
      <DialogSurface className="narrow-dialog" aria-describedby={text && textId}>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            onSubmit();
          }}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
              event.preventDefault();
              if (!isBarred) onSubmit();
            }
          }}
        >
          <DialogBody>
            <DialogTitle>{title}</DialogTitle>
            <DialogContent className="form">
              {children}
              {text && <p id={textId}>{text}</p>}
            </DialogContent>
            <DialogActions>
              <Button onClick={onCancel}>{m.common.cancel}</Button>
              <Button appearance="primary" type="submit" disabled={isBarred}>
                {action}
              </Button>
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  );
}
