/** The dialogs that any part of the page can ask for. */

import { Suspense } from 'react';
import { collision, unmoved } from '../collisions.ts';
import { areKeysShown, isPaletteOpen, openCreate } from '../signals.ts';
import { useCell } from '../store.ts';
import { Boundary } from '../ui/boundary.tsx';
import { useLoadedWhenIdle } from '../ui/idle.ts';
import { lazily } from '../ui/lazily.tsx';

const CreateDialog = lazily(() => import('../features/create/create-dialog.tsx'));
const Palette = lazily(() => import('./palette.tsx'));
const KeysDialog = lazily(() => import('./keys-dialog.tsx'));
const MergeDialog = lazily(() => import('./merge-dialog.tsx'));
const UnmovedDialog = lazily(() => import('./unmoved-dialog.tsx'));
/** Loads them before somebody asks for them: by then the server may be away, or a newer build in its place. */
const loadAll = () =>
  Promise.all([CreateDialog.load(), Palette.load(), KeysDialog.load(), MergeDialog.load(), UnmovedDialog.load()]);

/** Whichever of them is asked for. */
export function Dialogs({ instanceId }: { instanceId: string }) {
  const creating = useCell(openCreate);
  const hasPalette = useCell(isPaletteOpen);
  const hasKeys = useCell(areKeysShown);
  const met = useCell(collision);
  const stopped = useCell(unmoved);
  useLoadedWhenIdle(loadAll);
  // What was written for a change that was not made is not closed with the rest.
  const close = () => {
    openCreate.set(undefined);
    isPaletteOpen.set(false);
    areKeysShown.set(false);
  };
  return (
    <Boundary retryOn={[creating, hasPalette, hasKeys, met, stopped]} onClose={close}>
      <Suspense>
        {creating && (
          <CreateDialog instanceId={instanceId} first={creating} onClose={() => openCreate.set(undefined)} />
        )}
        {hasPalette && <Palette instanceId={instanceId} onClose={() => isPaletteOpen.set(false)} />}
        {hasKeys && <KeysDialog onClose={() => areKeysShown.set(false)} />}
        {met && <MergeDialog key={met.fresh.etag} collision={met} />}
        {stopped && <UnmovedDialog key={stopped.move.id ?? stopped.seen.ticket.id} unmoved={stopped} />}
      </Suspense>
    </Boundary>
  );
}
