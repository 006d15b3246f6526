/** The dialogs that any part of the page can ask for. */

import { lazy, Suspense, useEffect, useState } from 'react';
import { collision, unmoved } from '../collisions.ts';
import { useCell } from '../store.ts';
import { Boundary } from '../ui/boundary.tsx';
import { whenIdle } from '../ui/idle.ts';
import { areKeysShown, isLive, isPaletteOpen, openCreate } from './signals.ts';

const loadCreate = () => import('../features/create/create-dialog.tsx');
const loadPalette = () => import('./palette.tsx');
const loadKeys = () => import('./keys-dialog.tsx');
const loadMerge = () => import('./merge-dialog.tsx');
const loadUnmoved = () => import('./unmoved-dialog.tsx');
/** Loads them before somebody asks for them: by then the server may be away, or a newer build in its place. */
const loadAll = () => Promise.all([loadCreate(), loadPalette(), loadKeys(), loadMerge(), loadUnmoved()]);

export function Dialogs({ instanceId }: { instanceId: string }) {
  const asked = [
    useCell(isLive),
    useCell(openCreate),
    useCell(isPaletteOpen),
    useCell(areKeysShown),
    useCell(collision),
    useCell(unmoved),
  ];
  useEffect(() => whenIdle(loadAll), []);
  return (
    <Boundary retryOn={asked}>
      <Loaded instanceId={instanceId} />
    </Boundary>
  );
}

function Loaded({ instanceId }: { instanceId: string }) {
  // React remembers for good what could not be loaded, so whoever tries again needs fresh ones.
  const [{ CreateDialog, Palette, KeysDialog, MergeDialog, UnmovedDialog }] = useState(() => ({
    CreateDialog: lazy(loadCreate),
    Palette: lazy(loadPalette),
    KeysDialog: lazy(loadKeys),
    MergeDialog: lazy(loadMerge),
    UnmovedDialog: lazy(loadUnmoved),
  }));
  const creating = useCell(openCreate);
  const hasPalette = useCell(isPaletteOpen);
  const hasKeys = useCell(areKeysShown);
  const met = useCell(collision);
  const stopped = useCell(unmoved);
  return (
    <Suspense>
      {creating && <CreateDialog instanceId={instanceId} first={creating} onClose={() => openCreate.set(undefined)} />}
      {hasPalette && <Palette instanceId={instanceId} onClose={() => isPaletteOpen.set(false)} />}
      {hasKeys && <KeysDialog onClose={() => areKeysShown.set(false)} />}
      {met && <MergeDialog key={met.fresh.etag} collision={met} />}
      {stopped && <UnmovedDialog unmoved={stopped} />}
    </Suspense>
  );
}
