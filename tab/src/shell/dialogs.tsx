/** The dialogs that any part of the page can ask for. */

import { Suspense } from 'react';
import { collision, unmoved } from '../collisions.ts';
import { areKeysShown, isPaletteOpen, openCreate } from '../signals.ts';
import { useCell } from '../store.ts';
import { Boundary } from '../ui/boundary.tsx';
import { useLoadedWhenIdle } from '../ui/idle.ts';
import { lazily } from '../ui/lazily.tsx';

const loadCreate = () => import('../features/create/create-dialog.tsx');
const loadPalette = () => import('./palette.tsx');
const loadKeys = () => import('./keys-dialog.tsx');
const loadMerge = () => import('./merge-dialog.tsx');
const loadUnmoved = () => import('./unmoved-dialog.tsx');
/** Loads them before somebody asks for them: by then the server may be away, or a newer build in its place. */
const loadAll = () => Promise.all([loadCreate(), loadPalette(), loadKeys(), loadMerge(), loadUnmoved()]);

const CreateDialog = lazily(loadCreate);
const Palette = lazily(loadPalette);
const KeysDialog = lazily(loadKeys);
const MergeDialog = lazily(loadMerge);
const UnmovedDialog = lazily(loadUnmoved);

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
        {stopped && <UnmovedDialog key={stopped.seen.ticket.id} unmoved={stopped} />}
      </Suspense>
    </Boundary>
  );
}
