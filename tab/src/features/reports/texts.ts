import { lazyTexts } from '../../messages/lazy.tsx';

/** The texts of the reports, in the person's language. */
export const { Texts, useTexts } = lazyTexts({
  en: async () => (await import('../../messages/reports.en.ts')).en,
  fr: async () => (await import('../../messages/reports.fr.ts')).fr,
  de: async () => (await import('../../messages/reports.de.ts')).de,
});
