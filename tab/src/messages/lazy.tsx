/** Texts of a page that is loaded late: its language comes with it, not with the first page. */

import { createContext, type ReactNode, use } from 'react';
import { type Language, languageOf, useMessages } from '../i18n.tsx';
import { once } from '../ui/lazily.tsx';

/** Makes the provider of such texts and the hook that reads them; until they are there, the page around waits. */
export function lazyTexts<T>(loaders: Record<Language, () => Promise<T>>) {
  const Context = createContext<T | undefined>(undefined);
  const load = { en: once(loaders.en), fr: once(loaders.fr), de: once(loaders.de) };
  // biome-ignore lint/correctness/noComponentHookFactories: called once for each module of texts, when it is loaded
  function Texts({ children }: { children: ReactNode }) {
    // The messages change with the language, which the document has by then.
    useMessages();
    return <Context value={use(load[languageOf(document.documentElement.lang)]())}>{children}</Context>;
  }
  return { Texts, useTexts: (): T => use(Context)! };
}
