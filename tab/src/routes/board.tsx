/** The board of an instance. */

import { useAddress } from '../address.ts';
import { useMe } from '../data.ts';
import { Board } from '../features/board/board.tsx';
import { filterOf } from '../features/tickets/filter.ts';
import { FilterBar } from '../features/tickets/filter-bar.tsx';
import { useFormat, useMessages } from '../i18n.tsx';

/** The columns of the board say these. */
const HIDDEN = ['statusId', 'isResolved'];

export default function BoardPage({ instanceId }: { instanceId: string }) {
  const m = useMessages();
  const me = useMe();
  const format = useFormat();
  const { params, change, go, path } = useAddress();
  const {
    isResolved: _,
    statusId: __,
    orderBy: ___,
    order: ____,
    ...filter
  } = filterOf(params, me.id, format.timezone);
  return (
    <div className="board-page">
      <h1 className="hidden">{m.shell.board}</h1>
      <div className="list-tools">
        <FilterBar
          instanceId={instanceId}
          params={params}
          hidden={HIDDEN}
          onChange={(name, value) => change({ [name]: value }, true)}
          onClear={() => go(path)}
        />
      </div>
      <Board instanceId={instanceId} filter={filter} />
    </div>
  );
}
