/** The views of a list: those that every help desk has, and those that somebody has saved. */

import { Button } from '@fluentui/react-components';
import { PeopleRegular } from '@fluentui/react-icons';
import { Fragment, Suspense, useEffect, useRef, useState } from 'react';
import type { SavedView } from '../../../../api/contract/views.ts';
import { reasonOf, tell } from '../../changes.ts';
import { useInstance, useMe, useRole, useViews } from '../../data.ts';
import { useMessages } from '../../i18n.tsx';
import { Boundary } from '../../ui/boundary.tsx';
import { lazily } from '../../ui/lazily.tsx';
import { ViewMenu } from './view-menu.tsx';
import {
  BUILT_IN_VIEWS,
  type BuiltInView,
  changeView,
  isSameQuery,
  PERSONAL_VIEWS,
  type PersonalView,
  queryOf,
  shownView,
  viewQuery,
} from './views.ts';
import './view-bar.css';

const SaveDialog = lazily(() => import('./save-view-dialog.tsx'));

/** Views of what was promised: where nothing is, there are none. */
const LATE_VIEWS: BuiltInView[] = ['lateResponse', 'lateResolution'];
const WORKERS_VIEWS: BuiltInView[] = ['mine', ...LATE_VIEWS];

interface Props {
  instanceId: string;
  /** The personal tab has views of its own. */
  isPersonal: boolean;
  params: URLSearchParams;
  columns: string[];
  onChoose: (query: string) => void;
}

export function ViewBar({ instanceId, isPersonal, params, columns, onChoose }: Props) {
  const m = useMessages();
  const me = useMe();
  const role = useRole(instanceId);
  const { data: instance } = useInstance(instanceId);
  const { data: saved = [] } = useViews(instanceId);
  const [asked, setAsked] = useState<'new' | SavedView>();
  const current = viewQuery(params);
  const builtIn = isPersonal
    ? (Object.entries(PERSONAL_VIEWS) as [PersonalView, string][])
        .filter(([name]) => name !== 'assigned' || role !== 'member')
        .map(([name, query]) => ({ id: name as string, name: m.view[name], query }))
    : (Object.entries(BUILT_IN_VIEWS) as [BuiltInView, string][])
        .filter(([name]) => !WORKERS_VIEWS.includes(name) || role !== 'member')
        .filter(([name]) => !LATE_VIEWS.includes(name) || instance?.sla.targets.length)
        .map(([name, query]) => ({ id: name as string, name: m.view[name], query }));
  const own = isPersonal ? [] : saved;
  const shown = shownView(own, params);
  const shownBuiltIn = shown ? undefined : builtIn.find(({ query }) => isSameQuery(query, current));
  const isOff = instance?.enabled === false;
  const isMine = shown !== undefined && !isOff && (shown.owner.id === me.id || role === 'owner');
  const hasOtherColumns = shown !== undefined && shown.columns.length > 0 && shown.columns.join() !== columns.join();
  const isChanged = shown !== undefined && (hasOtherColumns || !isSameQuery(shown.query, current));
  const saveChanges = async (view: SavedView) => {
    const change = { query: current, columns };
    try {
      if (!(await changeView(instanceId, view, change))) throw new Error(m.view.changedSince(view.name));
      const undo = async () => {
        const isUndone = await changeView(
          instanceId,
          { ...view, ...change },
          { query: view.query, columns: view.columns },
        );
        tell(
          isUndone ? { kind: 'done', text: m.notice.undone } : { kind: 'failed', text: m.view.changedSince(view.name) },
        );
      };
      tell({ kind: 'done', text: m.view.saved(view.name), undo });
    } catch (error) {
      tell({ kind: 'failed', text: reasonOf(error, m) });
    }
  };
  const bar = useRef<HTMLElement>(null);
  const shownId = (shown ?? shownBuiltIn)?.id;
  const viewCount = builtIn.length + own.length;
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever another one is shown, or others have come before it
  useEffect(() => {
    bar.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [shownId, viewCount]);
  const menu = !isPersonal && shownId && (
    <ViewMenu
      instanceId={instanceId}
      viewKey={shownId}
      mine={isMine ? shown : undefined}
      onEdit={() => setAsked(shown)}
    />
  );
  return (
    <nav className="view-bar" aria-label={m.view.views} ref={bar}>
      {builtIn.map((view) => (
        <Fragment key={view.id}>
          <button
            type="button"
            className="view-tab"
            aria-current={view === shownBuiltIn ? 'page' : undefined}
            onClick={() => onChoose(view.query)}
          >
            {view.name}
          </button>
          {view === shownBuiltIn && menu}
        </Fragment>
      ))}
      {own.length > 0 && <span className="view-rule" aria-hidden="true" />}
      {own.map((view) => (
        <Fragment key={view.id}>
          <button
            type="button"
            className="view-tab"
            title={view.isShared ? `${view.name}\n${m.view.sharedBy(view.owner.name)}` : view.name}
            aria-current={view === shown ? 'page' : undefined}
            onClick={() => onChoose(queryOf(view))}
          >
            <span className="ellipsis">{view.name}</span>
            {view.isShared && <PeopleRegular className="view-shared" aria-hidden="true" />}
            {view === shown && isChanged && <span className="view-changed">({m.view.changed})</span>}
          </button>
          {view === shown && menu}
        </Fragment>
      ))}
      {isChanged && isMine && (
        <Button size="small" appearance="subtle" className="view-act" onClick={() => void saveChanges(shown)}>
          {m.view.saveChanges}
        </Button>
      )}
      {!isPersonal && !isOff && !shownBuiltIn && (!shown || isChanged) && (
        <Button size="small" appearance="subtle" className="view-act" onClick={() => setAsked('new')}>
          {shown ? m.view.saveAsNew : m.view.save}
        </Button>
      )}
      {asked && (
        <Boundary onClose={() => setAsked(undefined)}>
          <Suspense>
            <SaveDialog
              instanceId={instanceId}
              view={asked === 'new' ? { query: current, columns } : asked}
              canShare={role !== 'member'}
              onSaved={(id) => onChoose(`${current}&view=${id}`)}
              onClose={() => setAsked(undefined)}
            />
          </Suspense>
        </Boundary>
      )}
    </nav>
  );
}
