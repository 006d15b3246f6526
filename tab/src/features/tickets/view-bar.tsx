/** The views of a list: those that every help desk has, and those that somebody has saved. */

import { Button, Menu, MenuItem, MenuList, MenuPopover, MenuTrigger } from '@fluentui/react-components';
import { MoreHorizontalRegular, PeopleRegular } from '@fluentui/react-icons';
import { Suspense, useState } from 'react';
import { call } from '../../api.ts';
import { reasonOf, tell } from '../../changes.ts';
import { keys, queryClient, useMe, useRole, useViews } from '../../data.ts';
import { useMessages } from '../../i18n.tsx';
import { Boundary } from '../../ui/boundary.tsx';
import { lazily } from '../../ui/lazily.tsx';
import { BUILT_IN_VIEWS, type BuiltInView, normalized, PERSONAL_VIEWS, type PersonalView, viewQuery } from './views.ts';
import './view-bar.css';

const SaveDialog = lazily(() => import('./save-view-dialog.tsx'));

interface Props {
  instanceId: string;
  /** The personal tab has views of its own. */
  isPersonal: boolean;
  params: URLSearchParams;
  columns: string[];
  onChoose: (query: string, columns: string[] | undefined) => void;
}

export function ViewBar({ instanceId, isPersonal, params, columns, onChoose }: Props) {
  const m = useMessages();
  const me = useMe();
  const role = useRole(instanceId);
  const { data: saved = [] } = useViews(instanceId);
  const [isSaving, setSaving] = useState(false);
  const current = viewQuery(params);
  const builtIn = isPersonal
    ? (Object.entries(PERSONAL_VIEWS) as [PersonalView, string][])
        .filter(([name]) => name !== 'assigned' || role !== 'member')
        .map(([name, query]) => ({ name: m.view[name], query }))
    : (Object.entries(BUILT_IN_VIEWS) as [BuiltInView, string][])
        .filter(([name]) => name !== 'mine' || role !== 'member')
        .map(([name, query]) => ({ name: m.view[name], query }));
  const own = isPersonal ? [] : saved;
  const chosen = own.find((view) => normalized(view.query) === current);
  const isKnown = chosen !== undefined || builtIn.some(({ query }) => normalized(query) === current);
  const remove = async () => {
    try {
      await call(instanceId, 'deleteView', { viewId: chosen!.id });
      await queryClient.invalidateQueries({ queryKey: keys.views(instanceId) });
      tell({ kind: 'done', text: m.view.removed(chosen!.name) });
    } catch (error) {
      tell({ kind: 'failed', text: reasonOf(error, m) });
    }
  };
  return (
    <nav className="view-bar" aria-label={m.view.views}>
      {builtIn.map(({ name, query }) => (
        <button
          key={name}
          type="button"
          className="view-tab"
          aria-current={normalized(query) === current ? 'page' : undefined}
          onClick={() => onChoose(query, undefined)}
        >
          {name}
        </button>
      ))}
      {own.length > 0 && <span className="view-rule" aria-hidden="true" />}
      {own.map((view) => (
        <button
          key={view.id}
          type="button"
          className="view-tab"
          title={view.isShared ? m.view.sharedBy(view.owner.name) : undefined}
          aria-current={view === chosen ? 'page' : undefined}
          onClick={() => onChoose(view.query, view.columns)}
        >
          {view.name}
          {view.isShared && <PeopleRegular className="view-shared" aria-hidden="true" />}
        </button>
      ))}
      {!isPersonal && !isKnown && (
        <Button size="small" appearance="subtle" onClick={() => setSaving(true)}>
          {m.view.save}
        </Button>
      )}
      {chosen && (chosen.owner.id === me.id || role === 'owner') && (
        <Menu>
          <MenuTrigger disableButtonEnhancement>
            <Button size="small" appearance="subtle" icon={<MoreHorizontalRegular />} aria-label={m.view.more} />
          </MenuTrigger>
          <MenuPopover>
            <MenuList>
              <MenuItem onClick={remove}>{m.view.remove}</MenuItem>
            </MenuList>
          </MenuPopover>
        </Menu>
      )}
      {isSaving && (
        <Boundary onClose={() => setSaving(false)}>
          <Suspense>
            <SaveDialog
              instanceId={instanceId}
              query={current}
              columns={columns}
              canShare={role !== 'member'}
              onClose={() => setSaving(false)}
            />
          </Suspense>
        </Boundary>
      )}
    </nav>
  );
}
