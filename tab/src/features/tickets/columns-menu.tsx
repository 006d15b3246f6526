/** Which columns the list has, and in which order. */

import { Button, Checkbox, Popover, PopoverSurface, PopoverTrigger, Tooltip } from '@fluentui/react-components';
import { ArrowDownRegular, ArrowUpRegular, OptionsRegular } from '@fluentui/react-icons';
import { useState } from 'react';
import { useMessages } from '../../i18n.tsx';
import { isColumn } from '../../preferences.ts';
import { ALL_COLUMNS, type ColumnId, DEFAULT_COLUMNS } from './columns.ts';
import './columns-menu.css';

interface Props {
  columns: string[];
  onChange: (columns: string[]) => void;
}

export function ColumnsMenu({ columns, onChange }: Props) {
  const m = useMessages();
  const [order, setOrder] = useState<ColumnId[]>([]);
  const [chosen, setChosen] = useState<ColumnId[]>([]);
  const arrange = (first: ColumnId[]) => {
    setChosen(first);
    setOrder([...first, ...(Object.keys(ALL_COLUMNS) as ColumnId[]).filter((id) => !first.includes(id))]);
  };
  const choose = (next: ColumnId[]) => {
    setChosen(next);
    onChange(next);
  };
  const isChosen = (id: ColumnId) => chosen.includes(id);
  // A column keeps its place while the menu is open, whether it is chosen or not.
  const toggle = (id: ColumnId) => choose(order.filter((one) => (one === id ? !isChosen(id) : isChosen(one))));
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
      onOpenChange={(_, { open }) => open && arrange(columns.filter(isColumn))}
    >
      <Tooltip content={m.list.columns} relationship="label">
        <PopoverTrigger disableButtonEnhancement>
          <Button size="small" appearance="subtle" icon={<OptionsRegular />} />
        </PopoverTrigger>
      </Tooltip>
      <PopoverSurface className="columns-surface" aria-label={m.list.columns}>
        {order.map((id, index) => (
          <div key={id} className="columns-line">
            <Checkbox
              label={m.column[id]}
              checked={isChosen(id)}
              disabled={id === 'title'}
              onChange={() => toggle(id)}
            />
            <Button
              size="small"
              appearance="subtle"
              icon={<ArrowUpRegular />}
              disabled={index === 0}
              aria-label={m.list.moveUp(m.column[id])}
              onClick={() => swap(index, -1)}
            />
            <Button
              size="small"
              appearance="subtle"
              icon={<ArrowDownRegular />}
              disabled={index === order.length - 1}
              aria-label={m.list.moveDown(m.column[id])}
              onClick={() => swap(index, 1)}
            />
          </div>
        ))}
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
