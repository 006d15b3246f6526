import { de, en, fr } from 'chrono-node';
import { DateTime } from 'luxon';
import type { Language } from '../messages/messages.ts';

const PARSERS = { en, fr, de };

/** When no time of day is said, something is due at the end of the working day. */
const USUAL_HOUR = 17;
/** Nobody needs more characters to say when. */
const MAX_WORDS = 200;

/**
 * The instant that somebody means by `tomorrow`, `vendredi 15h` or `in zwei Wochen`, in their zone; undefined when the
 * text says no date. Their own language comes first, for `4.5.` and `4/5` mean different days.
 */
export function dateInWords(
  text: string,
  { now, zone, language }: { now: Date; zone: string; language: Language },
): string | undefined {
  const local = DateTime.fromJSDate(now, { zone });
  // The parsers count in a fixed offset: only the parts of what they find are taken, and put into the real zone.
  const reference = { instant: now, timezone: local.offset };
  const order = [language, ...(['en', 'fr', 'de'] as const).filter((one) => one !== language)];
  // A long run of blanks would keep the parsers busy for minutes.
  const words = text.replace(/\s+/g, ' ').slice(0, MAX_WORDS);
  for (const one of order) {
    const [found] = PARSERS[one].casual.parse(words, reference, { forwardDate: true });
    if (!found) continue;
    const part = (name: 'year' | 'month' | 'day' | 'hour' | 'minute') => found.start.get(name) ?? 0;
    const hasTime = found.start.isCertain('hour');
    const time = hasTime ? { hour: part('hour'), minute: part('minute') } : { hour: USUAL_HOUR, minute: 0 };
    const due = DateTime.fromObject({ year: part('year'), month: part('month'), day: part('day'), ...time }, { zone });
    if (due.isValid) return due.toJSDate().toISOString();
  }
  return undefined;
}
