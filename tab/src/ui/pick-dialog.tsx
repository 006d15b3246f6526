import { Dialog, DialogBody, DialogSurface, DialogTitle } from '@fluentui/react-components';
import { type ListProps, PickList } from './pick.tsx';
import './pick-dialog.css';

/** A list to pick from in the middle of the page, for what the keyboard asked for. */
export function PickDialog({ title, onClose, ...list }: ListProps & { title: string; onClose: () => void }) {
  return (
    <Dialog open onOpenChange={(_, data) => !data.open && onClose()}>
      <DialogSurface className="pick-dialog">
        <DialogBody>
          <DialogTitle className="pick-title">{title}</DialogTitle>
          <PickList
            {...list}
            onPick={(key) => {
              list.onPick(key);
              if (!list.isMultiple) onClose();
            }}
          />
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
