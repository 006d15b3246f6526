import { de } from './de.ts';
import { en } from './en.ts';
import { fr } from './fr.ts';

/** What the bot can say, in one language. */
export type Messages = typeof en;

/** The languages of the bot, by the first part of a locale. */
export const LANGUAGES: Record<Language, Messages> = { en, fr, de };
export type Language = 'en' | 'fr' | 'de';

/** The language of a locale such as `de-AT`; English for what the bot does not speak. */
export function languageOf(locale: string | undefined): Language {
  const language = locale?.toLowerCase().split(/[-_]/)[0] ?? '';
  return language === 'fr' || language === 'de' ? language : 'en';
}
