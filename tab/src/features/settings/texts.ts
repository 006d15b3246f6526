import { lazyTexts } from '../../messages/lazy.tsx';

/** The texts of the settings, in the person's language. */
export const { Texts, useTexts } = lazyTexts({
  en: async () => (await import('../../messages/settings.en.ts')).en,
  fr: async () => (await import('../../messages/settings.fr.ts')).fr,
  de: async () => (await import('../../messages/settings.de.ts')).de,
});
