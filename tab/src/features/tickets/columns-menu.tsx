/** Which columns the list has, and in which order. */

import { Button, Checkbox, Popover, PopoverSurface, PopoverTrigger, Tooltip } from '@fluentui/react-components';
import { ArrowDownRegular, ArrowUpRegular, OptionsRegular } from '@fluentui/react-icons';
import { useMessages } from '../../i18n.tsx';
import { isColumn } from '../../preferences.ts';
import { ALL_COLUMNS, type ColumnId, DEFAULT_COLUMNS } from './columns.ts';

interface Props {
  columns: string[];
  onChange: (columns: string[]) => void;
}

export function ColumnsMenu({ columns, onChange }: Props) {
  const m = useMessages();
  const chosen = columns.filter(isColumn);
  const rest = (Object.keys(ALL_COLUMNS) as ColumnId[]).filter((id) => !chosen.includes(id));
  const swap = (index: number, step: number) => {
    const next = [...chosen];
    [next[index], next[index + step]] = [next[index + step]!, next[index]!];
    onChange(next);
  };
  return (
    <Popover positioning={{ position: 'below', align: 'end' }} trapFocus>
      <Tooltip content={m.list.columns} relationship="label">
        <PopoverTrigger disableButtonEnhancement>
          <Button size="small" appearance="subtle" icon={<OptionsRegular />} />
        </PopoverTrigger>
      </Tooltip>
      <PopoverSurface className="columns-surface" aria-label={m.list.columns}>
        {chosen.map((id, index) => (
          <div key={id} className="columns-line">
            <Checkbox
              label={m.column[id]}
              checked
              disabled={id === 'title'}
              onChange={() => onChange(chosen.filter((one) => one !== id))}
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
              disabled={index === chosen.length - 1}
              aria-label={m.list.moveDown(m.column[id])}
              onClick={() => swap(index, 1)}
            />
          </div>
        ))}
        {rest.map((id) => (
          <div key={id} className="columns-line">
            <Checkbox label={m.column[id]} checked={false} onChange={() => onChange([...chosen, id])} />
          </div>
        ))}
        <Button size="small" onClick={() => onChange(DEFAULT_COLUMNS)}>
          {m.list.resetColumns}
        </Button>
      </PopoverSurface>
    </Popover>
  );
}
