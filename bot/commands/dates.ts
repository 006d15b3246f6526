import { de, en, fr } from 'chrono-node';
import { DateTime } from 'luxon';
import type { Language } from '../messages/messages.ts';

const PARSERS = { en, fr, de };

/** When no time of day is said, something is due at the end of the working day. */
const USUAL_HOUR = 17;
/** What the words for a part of the day mean where no hour is said; an afternoon ends with the working day. */
const PARTS_OF_DAY: [RegExp, number][] = [
  [/\bmorning\b|\bmatin\b|\bfr(?:ü|ue)h\b|vormittag/i, 9],
  [/\bnoon\b|\bmidday\b|(?<!apr(?:è|e)s[- ])\bmidi\b|(?<!nach|vor)mittag/i, 12],
  [/\bevening\b|\btonight\b|\bsoir\b|abend/i, 20],
];
/** Nobody needs more characters to say when. */
const MAX_WORDS = 200;

const FRIDAY = 5;

interface Reading {
  now: Date;
  zone: string;
  language: Language;
}

/**
 * The instant that somebody means by `tomorrow`, `vendredi 15h` or `in zwei Wochen`, in their zone; undefined when the
 * text says no date. Their own language comes first, for `4.5.` and `4/5` mean different days.
 */
export function dateInWords(text: string, { now, zone, language }: Reading): string | undefined {
  const local = DateTime.fromJSDate(now, { zone });
  // The parsers count in a fixed offset: only the parts of what they find are taken, and put into the real zone.
  const reference = { instant: now, timezone: local.offset };
  const order = [language, ...(['en', 'fr', 'de'] as const).filter((one) => one !== language)];
  // A long run of blanks would keep the parsers busy for minutes.
  const words = inOtherWords(text.replace(/\s+/g, ' ').slice(0, MAX_WORDS), local);
  const usual = PARTS_OF_DAY.find(([said]) => said.test(words))?.[1] ?? USUAL_HOUR;
  for (const one of order) {
    const [found] = PARSERS[one].casual.parse(words, reference, { forwardDate: true });
    // A number that is no part of what was found means that something else was meant.
    if (!found || /\d/.test(words.replace(found.text, ''))) continue;
    const part = (name: 'year' | 'month' | 'day' | 'hour' | 'minute') => found.start.get(name) ?? 0;
    const hasTime = found.start.isCertain('hour');
    const time = hasTime ? { hour: part('hour'), minute: part('minute') } : { hour: usual, minute: 0 };
    const due = DateTime.fromObject({ year: part('year'), month: part('month'), day: part('day'), ...time }, { zone });
    if (due.isValid) return due.toJSDate().toISOString();
  }
  return undefined;
}

const WEEKDAYS = [
  ['monday', 'lundi', 'montag'],
  ['tuesday', 'mardi', 'dienstag'],
  ['wednesday', 'mercredi', 'mittwoch'],
  ['thursday', 'jeudi', 'donnerstag'],
  ['friday', 'vendredi', 'freitag'],
  ['saturday', 'samedi', 'samstag'],
  ['sunday', 'dimanche', 'sonntag'],
];
const WEEKDAY = `(${WEEKDAYS.flat().join('|')})`;
const NEXT_WEEK = '(?:next week|(?:de )?(?:la )?semaine prochaine|(?:der )?(?:n(?:ä|ae)chste|kommende)[rn]? woche)';
const DAY_OF_NEXT_WEEK = new RegExp(`${WEEKDAY},? ${NEXT_WEEK}|${NEXT_WEEK},?(?: on| am| le)? ${WEEKDAY}`, 'i');
const END_OF_WEEK = /end of (?:the |this )?week|ende (?:der|dieser) woche|fin de (?:la |cette )?semaine/i;
const END_OF_MONTH = /end of (?:the |this )?month|ende (?:des|dieses) monats|monatsende|fin (?:du|de ce) mois/i;
/** `24.12.` or `24.12`, and no time such as `15.30 Uhr`. */
const DAY_AND_MONTH = /(?<![\d.])(\d{1,2})\.\s?(\d{1,2})(?:\.(?=$|\s|,)|(?=$|\s|,))(?!\s?(?:uhr|h)\b)/i;

/** What people write and the parsers do not know, or take for another day, as they know it. */
function inOtherWords(text: string, today: DateTime): string {
  const iso = (date: DateTime) => date.toISODate() ?? '';
  const friday = today.weekday > FRIDAY ? today.plus({ weeks: 1 }) : today;
  return text
    .replaceAll('’', "'")
    .replace(/sonnabend/gi, 'Samstag')
    .replace(
      /(tag|woch) ?(fr(?:ü|ue)h|morgen|(?:vor|nach)?mittag|abend)/gi,
      (_, day: string, part: string) =>
        // Alone, `morgen` is tomorrow.
        `${day} ${part.toLowerCase() === 'morgen' ? 'früh' : part}`,
    )
    .replace(/apr(?:è|e)s[- ]demain/gi, 'dans 2 jours')
    .replace(/heute (?=in\b)/gi, '')
    .replace(/(\d{1,2}) ?h ?(\d{2})\b/gi, '$1h$2')
    .replace(DAY_OF_NEXT_WEEK, (_, first: string | undefined, second: string | undefined) => {
      const weekday = WEEKDAYS.findIndex((names) => names.includes((first ?? second ?? '').toLowerCase()));
      return iso(today.startOf('week').plus({ weeks: 1, days: weekday }));
    })
    .replace(/(?<!la )semaine prochaine/gi, 'la semaine prochaine')
    .replace(END_OF_WEEK, () => iso(friday.startOf('week').plus({ days: FRIDAY - 1 })))
    .replace(END_OF_MONTH, () => iso(today.endOf('month')))
    .replace(DAY_AND_MONTH, (written, day: string, month: string) => {
      const date = DateTime.fromObject({ year: today.year, month: Number(month), day: Number(day) });
      const next = date < today.startOf('day') ? date.plus({ years: 1 }) : date;
      return next.isValid ? iso(next) : written;
    });
}
