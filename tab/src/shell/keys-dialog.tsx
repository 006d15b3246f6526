/** All keys, each with what it does. */

import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
} from '@fluentui/react-components';
import { useMessages } from '../i18n.tsx';
import { useIsWide } from '../ui/wide.ts';
import './keys-dialog.css';

export default function KeysDialog({ onClose }: { onClose: () => void }) {
  const m = useMessages();
  const isWide = useIsWide();
  return (
    <Dialog open onOpenChange={(_, data) => !data.open && onClose()}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{m.keys.title}</DialogTitle>
          {/* Where it has to be scrolled, by keyboard too. */}
          <DialogContent tabIndex={isWide ? undefined : 0}>
            <div className="keys">
              {m.keys.groups.map(({ name, keys }) => (
                <section key={name}>
                  <h3>{name}</h3>
                  <dl>
                    {keys.map(([key, what]) => (
                      <div key={key}>
                        <dt>
                          {key.split(' ').map((one) => (
                            <kbd key={one}>{one}</kbd>
                          ))}
                        </dt>
                        <dd>{what}</dd>
                      </div>
                    ))}
                  </dl>
                </section>
              ))}
            </div>
          </DialogContent>
          <DialogActions>
            <Button appearance="primary" onClick={onClose}>
              {m.common.close}
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
