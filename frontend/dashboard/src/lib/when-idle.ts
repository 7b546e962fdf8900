/**
 * Runs work once the browser has nothing better to do, `after` milliseconds from now or later. Returns what takes it
 * back.
 */
export function whenIdle({ work, after }: { work: () => void; after: number }): () => void {
  let handle = 0;
  // Not every Safari has idle callbacks.
  const timer = setTimeout(() => {
    if (typeof requestIdleCallback === 'undefined') work();
    else handle = requestIdleCallback(work, { timeout: 1_000 });
  }, after);
  return () => {
    clearTimeout(timer);
    if (handle) cancelIdleCallback(handle);
  };
}
