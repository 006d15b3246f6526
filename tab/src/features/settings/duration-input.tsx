import { Input, Select } from '@fluentui/react-components';
import { useState } from 'react';
import { useTexts } from './texts.ts';

const UNITS = { minutes: 1, hours: 60 };
type Unit = keyof typeof UNITS;

interface Props {
  label: string;
  /** Null for none. */
  minutes: number | null;
  onChange: (minutes: number | null) => void;
}

const LONGEST_MINUTES = 525_600;

/** A time in minutes, or in hours where that is what people say. */
export function DurationInput({ label, minutes, onChange }: Props) {
  const t = useTexts();
  const [unit, setUnit] = useState<Unit>(minutes !== null && minutes % UNITS.hours === 0 ? 'hours' : 'minutes');
  const shown = minutes === null ? '' : String(Math.round((minutes / UNITS[unit]) * 100) / 100);
  return (
    <span className="duration">
      <Input
        type="number"
        size="small"
        min={0}
        aria-label={label}
        value={shown}
        onChange={(_, data) => {
          const next = Math.round(Number(data.value) * UNITS[unit]);
          onChange(data.value === '' || !(next >= 1) ? null : Math.min(next, LONGEST_MINUTES));
        }}
      />
      <Select size="small" aria-label={`${label}, ${t.hours.unit}`} value={unit} onChange={(_, data) => setUnit(data.value as Unit)}>
        <option value="minutes">{t.hours.minutes}</option>
        <option value="hours">{t.hours.hours}</option>
      </Select>
    </span>
  );
}
