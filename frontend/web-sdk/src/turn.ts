/** Longer than an attempt to send takes: whoever waits for longer waits for a tab that is frozen, or does not go on. */
const patience = 35_000;

type Locks = Pick<LockManager, 'request'>;

/**
 * Runs `work` when no other tab runs what has this name; without locks, and after some patience, at once. So it must do no
 * harm beside another.
 */
export function inTurn<T>(
  work: () => Promise<T>,
  { name, locks, milliseconds = patience }: { name: string; locks: Locks | undefined; milliseconds?: number },
): Promise<T> {
  if (!locks) return work();
  const signal = AbortSignal.timeout(milliseconds);
  let begun = false;
  return locks
    .request(name, { signal }, () => {
      begun = true;
      return work();
    })
    .catch((error: unknown) => {
      // The end of patience; everything else is about the page itself.
      if (!begun && signal.aborted) return work();
      throw error;
    }) as Promise<T>;
}
