import { lazyTexts } from '../../messages/lazy.tsx';

/** The texts of the first steps, in the person's language. */
export const { Texts, useTexts } = lazyTexts({
  en: async () => (await import('../../messages/guidance.en.ts')).en,
  fr: async () => (await import('../../messages/guidance.fr.ts')).fr,
  de: async () => (await import('../../messages/guidance.de.ts')).de,
});
