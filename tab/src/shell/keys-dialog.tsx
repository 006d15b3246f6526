/** The keys that do something on this page, each with what it does. */

import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
} from '@fluentui/react-components';
import { useState } from 'react';
import { useMessages } from '../i18n.tsx';
import { knownShortcuts, namingKeys } from '../keyboard.ts';
import { usePreferences } from '../preferences.ts';
import { useIsWide } from '../ui/wide.ts';
import './keys-dialog.css';

export default function KeysDialog({ onClose }: { onClose: () => void }) {
  const m = useMessages();
  const isWide = useIsWide();
  const { hasShortcuts } = usePreferences();
  const [known] = useState(knownShortcuts);
  const groups = m.keys.groups
    .map(({ name, keys }) => ({ name, keys: keys.filter(([, , shortcut]) => known.has(shortcut)) }))
    .filter(({ keys }) => keys.length > 0);
  return (
    <Dialog open onOpenChange={(_, data) => !data.open && onClose()}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{m.keys.title}</DialogTitle>
          {/* Where it has to be scrolled, by keyboard too. */}
          <DialogContent tabIndex={isWide ? undefined : 0}>
            {!hasShortcuts && <p>{namingKeys(m.keys.areOff)}</p>}
            <div className="keys">
              {groups.map(({ name, keys }) => (
                <section key={name}>
                  <h3>{name}</h3>
                  <dl>
                    {keys.map(([key, what]) => (
                      <div key={key}>
                        <dt>
                          {key.split(' ').map((one) => (
                            <kbd key={one}>{namingKeys(one)}</kbd>
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
