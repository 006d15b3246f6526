/** Parts of the tab that are loaded when they are needed, and once more when somebody tries again. */

import { type ComponentType, use } from 'react';

/** A part that could not be loaded: the server is away, or a newer build has taken its place. */
export class NotLoaded extends Error {}

/** How often somebody has tried again. */
let tries = 0;

/** What could not be loaded is loaded anew when it is needed next. */
export function tryAgain(): void {
  tries++;
}

/** Style sheets that did not come. What the build brings along to load them asks for each of them once only. */
const missingStyles = new Set<string>();
addEventListener(
  'error',
  ({ target }) => {
    if (!(target instanceof HTMLLinkElement) || target.rel !== 'stylesheet') return;
    missingStyles.add(target.href);
    target.remove();
  },
  true,
);

const loadStyle = (href: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const link = document.createElement('link');
    link.rel = 'stylesheet';
    link.crossOrigin = '';
    link.href = href;
    link.onload = () => {
      missingStyles.delete(href);
      resolve();
    };
    link.onerror = () => reject(new Error(`${href} could not be loaded`));
    document.head.append(link);
  });

async function withStyles<T>(load: () => Promise<T>): Promise<T> {
  const part = await load();
  await Promise.all([...missingStyles].map(loadStyle));
  return part;
}

/** Loads something once. A failure stands until somebody tries again, or a page that waits for it would never say so. */
export function once<T>(load: () => Promise<T>): () => Promise<T> {
  let loading: Promise<T> | undefined;
  let failedAt: number | undefined;
  return () => {
    if (loading && (failedAt === undefined || failedAt === tries)) return loading;
    failedAt = undefined;
    loading = withStyles(load).catch((cause) => {
      failedAt = tries;
      throw new NotLoaded(String(cause), { cause });
    });
    return loading;
  };
}

/** A component that is loaded when it is drawn first; the nearest `Suspense` waits, the nearest `Boundary` tells of a failure. */
export function lazily<P extends object>(
  load: () => Promise<{ default: ComponentType<P> }>,
): ComponentType<P> & { load: () => Promise<void> } {
  const loaded = once(load);
  let known: ComponentType<P> | undefined;
  // biome-ignore lint/correctness/noComponentHookFactories: called once for each part, when its module is loaded
  function Late(props: P) {
    const Part = known ?? use(loaded()).default;
    return <Part {...props} />;
  }
  /** Loads it before it is drawn: then it is there at once, and what is typed next is typed into it. */
  Late.load = async () => {
    known = (await withStyles(load)).default;
  };
  return Late;
}

/** Why a part cannot be loaded. */
export type Absence = 'offline' | 'unavailable' | 'newer' | 'unknown';

/** Asks the server whether it is there, and whether it still serves the build that this page began with. */
export async function reasonOfAbsence(): Promise<Absence> {
  try {
    const response = await fetch('/tab/', { cache: 'no-store' });
    if (!response.ok) return 'unavailable';
    const begin = document.querySelector<HTMLScriptElement>('script[type="module"][src]');
    return !begin || (await response.text()).includes(new URL(begin.src).pathname) ? 'unknown' : 'newer';
  } catch {
    return 'offline';
  }
}
