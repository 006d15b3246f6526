/** The language of the person: texts, dates, numbers. */

import { createContext, type ReactNode, useContext, useEffect, useLayoutEffect, useMemo, useState } from 'react';
import { en, type Messages } from './messages/en.ts';
import { isLive } from './signals.ts';
import { cell, useCell } from './store.ts';

/** The languages that the tab speaks; all but English are loaded when somebody needs them. */
export const LANGUAGES = { en: 'English', fr: 'Français', de: 'Deutsch' } as const;
export type Language = keyof typeof LANGUAGES;

const LOADERS: Record<Language, () => Promise<Messages>> = {
  en: async () => en,
  fr: async () => (await import('./messages/fr.ts')).fr,
  de: async () => (await import('./messages/de.ts')).de,
};

/** The way in which the page is written, which Fluent asks for above the texts. */
export const direction = cell(en.direction);

const DAY_MS = 24 * 60 * 60 * 1000;
const QUARTER_MS = 15 * 60 * 1000;

interface Texts {
  m: Messages;
  format: ReturnType<typeof formatOf>;
}

const TextsContext = createContext<Texts>({ m: en, format: formatOf('en', undefined, en) });

/** The tab's language for a locale such as `de-CH`; English for one that it does not speak. */
export function languageOf(locale: string): Language {
  const wanted = locale.slice(0, 2).toLowerCase();
  return wanted in LANGUAGES ? (wanted as Language) : 'en';
}

interface Props {
  /** A locale such as `fr-CA`; its region decides how dates look. */
  locale: string;
  timezone: string | undefined;
  children: ReactNode;
}

/** Gives the texts of a language to all below; shows nothing until they are there. */
export function TextsProvider({ locale, timezone, children }: Props) {
  const language = languageOf(locale);
  const [loaded, setLoaded] = useState<{ language: Language; m: Messages } | undefined>(
    language === 'en' ? { language, m: en } : undefined,
  );
  // Texts that could not be loaded are asked for again when the server is back.
  const live = useCell(isLive);
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => {
    let isCurrent = true;
    LOADERS[language]()
      .catch(() => en)
      .then(
        (m) =>
          isCurrent && setLoaded((known) => (known?.m === m && known.language === language ? known : { language, m })),
      );
    document.documentElement.lang = language;
    return () => {
      isCurrent = false;
    };
  }, [language, live]);
  useLayoutEffect(() => {
    if (!loaded) return;
    document.documentElement.dir = loaded.m.direction;
    direction.set(loaded.m.direction);
  }, [loaded]);
  const texts = useMemo(() => {
    if (!loaded) return undefined;
    const { m, language } = loaded;
    const isFit = locale.startsWith(language) && canFormat(() => new Intl.DateTimeFormat(locale));
    const isZone = canFormat(() => new Intl.DateTimeFormat('en', { timeZone: timezone }));
    return { m, format: formatOf(isFit ? locale : language, isZone ? timezone : undefined, m) };
  }, [loaded, locale, timezone]);
  return texts ? <TextsContext value={texts}>{children}</TextsContext> : null;
}

/** Some browsers call their language `en-US@posix`, and a time zone can be one that they do not know. */
function canFormat(make: () => unknown): boolean {
  try {
    make();
    return true;
  } catch {
    return false;
  }
}

/** The texts of the person's language. */
export const useMessages = (): Messages => useContext(TextsContext).m;

/** How the person reads dates, numbers and sizes; made once, for what formats dates takes long to make. */
function formatOf(locale: string, timezone: string | undefined, m: Messages) {
  const zone = timezone ? { timeZone: timezone } : {};
  const time = new Intl.DateTimeFormat(locale, { ...zone, hour: '2-digit', minute: '2-digit' });
  const day = new Intl.DateTimeFormat(locale, { ...zone, day: 'numeric', month: 'short' });
  const dayOfYear = new Intl.DateTimeFormat(locale, { ...zone, day: 'numeric', month: 'short', year: 'numeric' });
  const full = new Intl.DateTimeFormat(locale, { ...zone, dateStyle: 'full', timeStyle: 'short' });
  const dayInFull = new Intl.DateTimeFormat(locale, { ...zone, dateStyle: 'full' });
  const clock = new Intl.DateTimeFormat('en', { ...zone, hour: 'numeric', minute: 'numeric', hourCycle: 'h23' });
  const isMidnight = (date: Date) => clock.format(date) === '00:00';
  const weekday = new Intl.DateTimeFormat(locale, { ...zone, weekday: 'short' });
  const weekdayInFull = new Intl.DateTimeFormat(locale, { ...zone, weekday: 'long' });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' });
  const number = new Intl.NumberFormat(locale);
  const calendar = new Intl.DateTimeFormat('en-CA', zone);
  const calendarDay = new Intl.DateTimeFormat(locale, {
    timeZone: 'UTC',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
  });
  const list = new Intl.ListFormat(locale);
  const isDayFirst = calendarDay.formatToParts().find(({ type }) => type !== 'literal')?.type === 'day';
  let known = { until: 0, day: '' };
  /** The day of the person's clock; many ask at once. */
  const today = (): string => {
    const now = Date.now();
    // No day ends within a quarter of an hour, wherever one is.
    if (now >= known.until || now < known.until - QUARTER_MS) {
      known = { until: now - (now % QUARTER_MS) + QUARTER_MS, day: calendar.format(now) };
    }
    return known.day;
  };
  /** How many days lie between today and that day, both as the person's clock has them. */
  const daysUntil = (date: Date) => (Date.parse(calendar.format(date)) - Date.parse(today())) / DAY_MS;
  const isThisYear = (date: Date) => calendar.format(date).slice(0, 4) === today().slice(0, 4);
  const dayIn = (date: Date) => (isThisYear(date) ? day : dayOfYear).format(date);
  return {
    timezone: timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
    today,
    number: (value: number) => number.format(value),
    /** As short as a column wants it: minutes ago, a time today, a day this year. */
    short(instant: string): string {
      if (!instant) return '';
      const date = new Date(instant);
      const minutes = Math.round((Date.now() - date.getTime()) / 60_000);
      if (minutes >= 0 && minutes < 1) return m.time.now;
      if (minutes > 0 && minutes < 60) return relative.format(-minutes, 'minute');
      const days = daysUntil(date);
      if (days === 0) return time.format(date);
      if (days === -1) return m.time.yesterday;
      return days < -1 && days > -7 ? weekday.format(date) : dayIn(date);
    },
    /** A day that lies ahead or behind. */
    due(instant: string): string {
      if (!instant) return '';
      const date = new Date(instant);
      const days = daysUntil(date);
      if (days === 0) return isMidnight(date) ? m.time.today : time.format(date);
      if (days === 1) return m.time.tomorrow;
      if (days === -1) return m.time.yesterday;
      return days > 1 && days < 7 ? weekday.format(date) : dayIn(date);
    },
    /** A day is a day when it was given without an hour. */
    dueInFull: (instant: string) =>
      instant ? (isMidnight(new Date(instant)) ? dayInFull : full).format(new Date(instant)) : '',
    /** Whether it is over by then; a day lasts until its end. Asked of all that is shown, so it looks at the clock where it must. */
    isOver(instant: string, then: number): boolean {
      const begin = Date.parse(instant);
      return begin < then && (begin + DAY_MS < then || !isMidnight(new Date(begin)));
    },
    /** It stands alone, so it begins with a capital where the language writes it small in a sentence. */
    weekday(instant: string): string {
      const name = weekdayInFull.format(new Date(instant));
      return name.charAt(0).toLocaleUpperCase(locale) + name.slice(1);
    },
    /** A day that was typed, as YYYY-MM-DD or, where people begin with the day, as 31.1.2026 or 31/1/2026; else empty. */
    typedDay(text: string): string {
      const [, day = '', month = '', year = ''] =
        (isDayFirst && /^(\d{1,2})[./](\d{1,2})[./](\d{4})$/.exec(text)) || [];
      const typed = year ? `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}` : text;
      const date = /^\d{4}-\d\d-\d\d$/.test(typed) ? new Date(typed) : undefined;
      // The 31st of February would be a day of March.
      return date && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(typed) ? typed : '';
    },
    /** Some of them and, as the language says it, the last one. */
    list: (names: string[]) => list.format(names),
    /** The day of an instant, or one of the calendar (YYYY-MM-DD), which is the same everywhere. */
    day: (text: string) => (text ? (text.length === 10 ? calendarDay : dayOfYear).format(new Date(text)) : ''),
    full: (instant: string) => (instant ? full.format(new Date(instant)) : ''),
    size(bytes: number): string {
      const [divisor, unit] = bytes >= 1024 * 1024 ? [1024 * 1024, 'megabyte'] : [1024, 'kilobyte'];
      const format = new Intl.NumberFormat(locale, { style: 'unit', unit, maximumFractionDigits: 1 });
      // Nothing that is there has no size.
      return format.format(Math.max(bytes / divisor, 0.1));
    },
  };
}

/** How the person reads dates, numbers and sizes. */
export const useFormat = () => useContext(TextsContext).format;
