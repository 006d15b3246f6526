/** The dialogs that any part of the page can ask for. */

import { lazy, Suspense, useEffect, useState } from 'react';
import { collision } from '../changes.ts';
import { useCell } from '../store.ts';
import { Boundary } from '../ui/boundary.tsx';
import { whenIdle } from '../ui/idle.ts';
import { areKeysShown, isLive, isPaletteOpen, openCreate } from './signals.ts';

const loadCreate = () => import('../features/create/create-dialog.tsx');
const loadPalette = () => import('./palette.tsx');
const loadKeys = () => import('./keys-dialog.tsx');
const loadMerge = () => import('./merge-dialog.tsx');
/** Loads them before somebody asks for them: by then the server may be away, or a newer build in its place. */
const loadAll = () => Promise.all([loadCreate(), loadPalette(), loadKeys(), loadMerge()]);

export function Dialogs({ instanceId }: { instanceId: string }) {
  const asked = [
    useCell(isLive),
    useCell(openCreate),
    useCell(isPaletteOpen),
    useCell(areKeysShown),
    useCell(collision),
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
  const [{ CreateDialog, Palette, KeysDialog, MergeDialog }] = useState(() => ({
    CreateDialog: lazy(loadCreate),
    Palette: lazy(loadPalette),
    KeysDialog: lazy(loadKeys),
    MergeDialog: lazy(loadMerge),
  }));
  const creating = useCell(openCreate);
  const hasPalette = useCell(isPaletteOpen);
  const hasKeys = useCell(areKeysShown);
  const met = useCell(collision);
  return (
    <Suspense>
      {creating && <CreateDialog instanceId={instanceId} first={creating} onClose={() => openCreate.set(undefined)} />}
      {hasPalette && <Palette instanceId={instanceId} onClose={() => isPaletteOpen.set(false)} />}
      {hasKeys && <KeysDialog onClose={() => areKeysShown.set(false)} />}
      {met && <MergeDialog key={met.fresh.etag} collision={met} />}
    </Suspense>
  );
}
