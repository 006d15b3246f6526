// biome-ignore-all lint/a11y/useSemanticElements: a table of HTML cannot be drawn in parts
// biome-ignore-all lint/a11y/useFocusableInteractive: the rows below the head have the focus, one at a time
/** The head of the list: the names of its columns, which sort it; above cards they are only read. */

import { announce } from '../../announce.tsx';
import type { ListFilter } from '../../data.ts';
import { useMessages } from '../../i18n.tsx';
import { type Column, firstOrder } from './columns.ts';

interface HeaderProps {
  columns: Column[];
  isCard: boolean;
  filter: ListFilter;
  canWork: boolean;
  isAll: boolean;
  onAll: () => void;
  onSort: (orderBy: string, order: 'ASC' | 'DESC') => void;
}

export function Header({ columns, isCard, filter, canWork, isAll, onAll, onSort }: HeaderProps) {
  const m = useMessages();
  return (
    <div className={isCard ? 'header hidden' : 'header'} role="row" aria-rowindex={1}>
      <span role="columnheader" className="marks">
        {canWork ? (
          <input type="checkbox" className="check" checked={isAll} aria-label={m.list.selectAll} onChange={onAll} />
        ) : (
          <span className="hidden">{m.list.marks}</span>
        )}
      </span>
      {columns.map(({ id, name, orderBy, field }) => {
        const isSorted = orderBy !== undefined && filter.orderBy === orderBy;
        const sort = isSorted ? (filter.order === 'ASC' ? 'ascending' : 'descending') : undefined;
        return (
          <span key={id} role="columnheader" className={`cell ${field ? 'custom' : id}`} aria-sort={sort}>
            {orderBy && !isCard ? (
              <button
                type="button"
                className="sort"
                aria-label={name}
                onClick={() => {
                  const next = isSorted ? (filter.order === 'DESC' ? 'ASC' : 'DESC') : firstOrder(orderBy);
                  onSort(orderBy, next);
                  announce(`${name}: ${next === 'ASC' ? m.list.ascending : m.list.descending}`);
                }}
              >
                <span className="ellipsis" title={name}>
                  {id === 'priority' ? m.column.priorityShort : name}
                </span>
                {isSorted && <span aria-hidden="true">{filter.order === 'ASC' ? '↑' : '↓'}</span>}
              </button>
            ) : (
              <span className="ellipsis" title={name}>
                {name}
              </span>
            )}
          </span>
        );
      })}
    </div>
  );
}
