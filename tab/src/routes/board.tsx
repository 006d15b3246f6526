/** The board of an instance. */

import { useAddress } from '../address.ts';
import { useInstance, useMe } from '../data.ts';
import { Board } from '../features/board/board.tsx';
import { useFormat, useMessages } from '../i18n.tsx';
import { filterOf } from '../ui/filter.ts';
import { FilterBar } from '../ui/filter-bar.tsx';
import { useToday } from '../ui/passing-time.tsx';
import { SearchBox } from '../ui/search-box.tsx';

/** The columns of the board say the others. */
const isFilter = (name: string): boolean => name !== 'statusId' && name !== 'isResolved';

export default function BoardPage({ instanceId }: { instanceId: string }) {
  const m = useMessages();
  const me = useMe();
  const { data: instance } = useInstance(instanceId);
  const format = useFormat();
  const { params, change, go, path } = useAddress();
  useToday();
  const {
    isResolved: _,
    statusId: __,
    orderBy: ___,
    order: ____,
    ...filter
  } = filterOf(params, me.id, format.timezone, instance?.customFields);
  return (
    <div className="board-page">
      <h1 className="hidden">{m.shell.board}</h1>
      <div className="list-tools">
        <SearchBox
          instanceId={instanceId}
          value={params.get('search') ?? ''}
          onSearch={(text) => change({ search: text || undefined })}
        />
        <FilterBar
          instanceId={instanceId}
          params={params}
          isOffered={isFilter}
          onChange={(name, value) => change({ [name]: value }, true)}
          onClear={() => go(path)}
        />
      </div>
      <Board instanceId={instanceId} filter={filter} />
    </div>
  );
}
