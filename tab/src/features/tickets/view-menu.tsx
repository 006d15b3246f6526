/** What can be done with the view that is shown. */

import { Button, Menu, MenuItem, MenuList, MenuPopover, MenuTrigger } from '@fluentui/react-components';
import { MoreHorizontalRegular } from '@fluentui/react-icons';
import type { SavedView } from '../../../../api/contract/views.ts';
import { call } from '../../api.ts';
import { reasonOf, tell } from '../../changes.ts';
import { keys, queryClient, useMe } from '../../data.ts';
import { useMessages } from '../../i18n.tsx';
import { usePreferences } from '../../preferences.ts';
import { putView } from './views.ts';

interface Props {
  instanceId: string;
  /** The name of a view that every help desk has, or the id of a saved one. */
  viewKey: string;
  /** The saved view, for those who may change it. */
  mine: SavedView | undefined;
  onEdit: () => void;
}

export function ViewMenu({ instanceId, viewKey, mine, onEdit }: Props) {
  const m = useMessages();
  const me = useMe();
  const { firstViews, changeTab } = usePreferences();
  const isFirst = (firstViews[instanceId] ?? 'open') === viewKey;
  const openFirst = () => {
    const { [instanceId]: _, ...others } = firstViews;
    void changeTab({ firstViews: isFirst ? others : { ...others, [instanceId]: viewKey } });
  };
  const remove = async (view: SavedView) => {
    try {
      await call(instanceId, 'deleteView', { viewId: view.id });
      await queryClient.invalidateQueries({ queryKey: keys.views(instanceId) });
      // Whoever brings a view back owns it.
      const undo = () => putView(instanceId, view).then(() => tell({ kind: 'done', text: m.notice.undone }));
      tell({ kind: 'done', text: m.view.removed(view.name), ...(view.owner.id === me.id && { undo }) });
    } catch (error) {
      tell({ kind: 'failed', text: reasonOf(error, m) });
    }
  };
  // The view that opens first for everybody needs no choice.
  const canChoose = !(isFirst && viewKey === 'open');
  if (!canChoose && !mine) return null;
  return (
    <Menu>
      <MenuTrigger disableButtonEnhancement>
        <Button size="small" appearance="subtle" icon={<MoreHorizontalRegular />} aria-label={m.view.more} />
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          {canChoose && <MenuItem onClick={openFirst}>{isFirst ? m.view.notFirst : m.view.openFirst}</MenuItem>}
          {mine && <MenuItem onClick={onEdit}>{m.view.edit}</MenuItem>}
          {mine && <MenuItem onClick={() => void remove(mine)}>{m.view.remove}</MenuItem>}
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}
