import { Input, Select } from '@fluentui/react-components';
import { useEffect, useState } from 'react';
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

const textOf = (minutes: number | null, unit: Unit): string =>
  minutes === null ? '' : String(Math.round((minutes / UNITS[unit]) * 100) / 100);

const minutesOf = (text: string, unit: Unit): number | null => {
  const minutes = Math.round(Number(text) * UNITS[unit]);
  return text === '' || !(minutes >= 1) ? null : Math.min(minutes, LONGEST_MINUTES);
};

/** A time in minutes, or in hours where that is what people say. */
export function DurationInput({ label, minutes, onChange }: Props) {
  const t = useTexts();
  const [unit, setUnit] = useState<Unit>(minutes !== null && minutes % UNITS.hours === 0 ? 'hours' : 'minutes');
  const [text, setText] = useState(textOf(minutes, unit));
  useEffect(() => {
    // What was typed stays as it was typed, as long as it means the same.
    setText((typed) => (minutesOf(typed, unit) === minutes ? typed : textOf(minutes, unit)));
  }, [minutes, unit]);
  return (
    <span className="duration">
      <Input
        className="minutes"
        type="number"
        size="small"
        min={0}
        step="any"
        aria-label={label}
        value={text}
        onChange={(_, data) => {
          setText(data.value);
          onChange(minutesOf(data.value, unit));
        }}
      />
      <Select
        size="small"
        aria-label={`${label}, ${t.hours.unit}`}
        value={unit}
        onChange={(_, data) => setUnit(data.value as Unit)}
      >
        <option value="minutes">{t.hours.minutes}</option>
        <option value="hours">{t.hours.hours}</option>
      </Select>
    </span>
  );
}
