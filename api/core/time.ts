import { DateTime, FixedOffsetZone, IANAZone, type Zone } from 'luxon';
import { failField } from '../contract/errors.ts';

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const DATE_TIME = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}([.,]\d{1,9})?)?\s?(Z|[+-](0\d|1[0-4])(:?[0-5]\d)?)?$/i;

/** A caller's `timezone`: hours east of GMT, or an IANA name. 400 for anything else. */
export function zoneOf(timezone: string | number | undefined): Zone {
  const hours = timezone === undefined || timezone === '' ? 0 : Number(timezone);
  if (Number.isNaN(hours)) {
    const name = String(timezone);
    if (!IANAZone.isValidZone(name))
      failField('timezone', 'expected hours east of GMT (7, 5.5) or an IANA name (Europe/Berlin)');
    return IANAZone.create(name);
  }
  if (Math.abs(hours) > 14) failField('timezone', 'expected hours east of GMT from -14 to 14');
  return FixedOffsetZone.instance(Math.round(hours * 60));
}

/** 400 that names the field for what is no IANA name: only a name knows its summer time. */
export function checkZoneName(field: string, name: string): void {
  if (!IANAZone.isValidZone(name)) failField(field, 'must be an IANA name such as Europe/Berlin');
}

/**
 * A caller's date (midnight in their zone) or date-time (in their zone unless it has an offset), as a UTC instant.
 * 400 that names the field when it is neither.
 */
export function instantOf(field: string, text: string, timezone: string | number | undefined): string {
  const trimmed = text.trim();
  if (DATE.test(trimmed) || DATE_TIME.test(trimmed)) {
    const time = DateTime.fromISO(
      trimmed
        .toUpperCase()
        .replace(/^(.{10}) /, '$1T')
        .replace(' ', ''),
      {
        zone: zoneOf(timezone),
      },
    );
    if (time.isValid) return time.toJSDate().toISOString();
  }
  return failField(field, 'expected a date (2026-01-31) or a date-time (2026-01-31T17:00:00Z) that exists');
}

/** Whether a text is a date or a date-time that exists. */
export function isDateText(text: string): boolean {
  return (DATE.test(text) || DATE_TIME.test(text)) && DateTime.fromISO(text.toUpperCase().replace(' ', 'T')).isValid;
}
