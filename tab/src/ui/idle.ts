/** Does something once the page has nothing else to do; answers how to call it off. */
export function whenIdle(act: () => unknown): () => void {
  if (!('requestIdleCallback' in window)) {
    const timer = setTimeout(act, 1500);
    return () => clearTimeout(timer);
  }
  const id = requestIdleCallback(() => act(), { timeout: 5000 });
  return () => cancelIdleCallback(id);
}
