/** Which columns the list has and in which order, and what its rows are ordered by. */

import { Button, Checkbox, Popover, PopoverSurface, PopoverTrigger, Tooltip } from '@fluentui/react-components';
import {
  ArrowDownRegular,
  ArrowSortDownRegular,
  ArrowSortUpRegular,
  ArrowUpRegular,
  OptionsRegular,
} from '@fluentui/react-icons';
import { useState } from 'react';
import type { ListFilter } from '../../data.ts';
import { useMessages } from '../../i18n.tsx';
import { type Column, DEFAULT_COLUMNS, firstOrder, SORTS } from './columns.ts';
import './columns-menu.css';

interface Props {
  all: Map<string, Column>;
  /** The ids of those that are shown, in their order. */
  columns: string[];
  /** Of these, those for which the list has no room. */
  noRoom: string[];
  onChange: (columns: string[]) => void;
  filter: ListFilter;
  onSort: (orderBy: string, order: 'ASC' | 'DESC') => void;
}

export function ColumnsMenu({ all, columns, noRoom, onChange, filter, onSort }: Props) {
  const m = useMessages();
  const [order, setOrder] = useState<string[]>([]);
  const [chosen, setChosen] = useState<string[]>([]);
  const arrange = (first: string[]) => {
    setChosen(first);
    setOrder([...first, ...[...all.keys()].filter((id) => !first.includes(id))]);
  };
  const choose = (next: string[]) => {
    setChosen(next);
    onChange(next);
  };
  const isAscending = filter.order === 'ASC';
  const isChosen = (id: string) => chosen.includes(id);
  // A column keeps its place while the menu is open, whether it is chosen or not.
  const toggle = (id: string) => choose(order.filter((one) => (one === id ? !isChosen(id) : isChosen(one))));
  const swap = (index: number, step: number) => {
    const next = [...order];
    [next[index], next[index + step]] = [next[index + step]!, next[index]!];
    setOrder(next);
    choose(next.filter(isChosen));
  };
  return (
    <Popover
      positioning={{ position: 'below', align: 'end' }}
      trapFocus
      onOpenChange={(_, { open }) => open && arrange(columns)}
    >
      <Tooltip content={m.list.columns} relationship="label">
        <PopoverTrigger disableButtonEnhancement>
          <Button size="small" appearance="subtle" icon={<OptionsRegular />} />
        </PopoverTrigger>
      </Tooltip>
      <PopoverSurface className="columns-surface" aria-label={m.list.columns}>
        <div className="columns-line columns-sort">
          <label>
            <span>{m.list.sortBy}</span>
            <select
              className="inline-input boxed"
              value={filter.orderBy}
              onChange={({ target: { value } }) => onSort(value, firstOrder(value))}
            >
              {Object.entries(SORTS).map(([orderBy, name]) => (
                <option key={orderBy} value={orderBy}>
                  {name(m)}
                </option>
              ))}
            </select>
          </label>
          <Tooltip content={isAscending ? m.list.ascending : m.list.descending} relationship="label">
            <Button
              size="small"
              appearance="subtle"
              icon={isAscending ? <ArrowSortUpRegular /> : <ArrowSortDownRegular />}
              onClick={() => onSort(filter.orderBy ?? 'lastInteraction', isAscending ? 'DESC' : 'ASC')}
            />
          </Tooltip>
        </div>
        {order.map((id, index) => {
          const name = all.get(id)?.name;
          // A field that an owner has hidden while the menu is open.
          if (name === undefined) return null;
          return (
            <div key={id} className="columns-line">
              <Checkbox
                label={
                  <>
                    {name} {noRoom.includes(id) && <span className="quiet">({m.list.noRoom})</span>}
                  </>
                }
                checked={isChosen(id)}
                disabled={id === 'title'}
                onChange={() => toggle(id)}
              />
              <Button
                size="small"
                appearance="subtle"
                icon={<ArrowUpRegular />}
                disabled={index === 0}
                aria-label={m.list.moveUp(name)}
                onClick={() => swap(index, -1)}
              />
              <Button
                size="small"
                appearance="subtle"
                icon={<ArrowDownRegular />}
                disabled={index === order.length - 1}
                aria-label={m.list.moveDown(name)}
                onClick={() => swap(index, 1)}
              />
            </div>
          );
        })}
        <Button
          size="small"
          onClick={() => {
            arrange(DEFAULT_COLUMNS);
            onChange(DEFAULT_COLUMNS);
          }}
        >
          {m.list.resetColumns}
        </Button>
      </PopoverSurface>
    </Popover>
  );
}
