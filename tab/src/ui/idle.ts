/** Loads something once the page has nothing else to do; answers how to call it off. What fails is loaded when it is needed. */
export function whenIdle(load: () => Promise<unknown>): () => void {
  const act = () => void load().catch(() => undefined);
  if (!('requestIdleCallback' in window)) {
    const timer = setTimeout(act, 1500);
    return () => clearTimeout(timer);
  }
  const id = requestIdleCallback(act, { timeout: 5000 });
  return () => cancelIdleCallback(id);
}
