import { useCallback, useSyncExternalStore } from 'react';

/** Columns beside the person that a list can have; others are traits, by name. */
export const builtIn = ['externalId', 'timeZone', 'createdAt', 'lastSeen'] as const;
export type BuiltIn = (typeof builtIn)[number];
const usual: readonly string[] = ['externalId', 'timeZone', 'lastSeen'];
/** A column of a trait is called so, so that a trait may be called like a column. */
export const traitPrefix = 'trait:';
const most = 8;
const key = 'wend-profile-columns';
const listeners = new Set<() => void>();
let kept: readonly string[] | null = null;

/** The chosen columns, kept in this browser. */
export function useColumns(): [readonly string[], (columns: readonly string[]) => void] {
  const columns = useSyncExternalStore(
    subscribe,
    () => (kept ??= read()),
    () => usual,
  );
  const choose = useCallback((next: readonly string[]) => {
    kept = next.slice(0, most);
    try {
      localStorage.setItem(key, JSON.stringify(kept));
    } catch {
      // Without storage they are kept until the page is left.
    }
    for (const listener of listeners) listener();
  }, []);
  return [columns, choose];
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function read(): readonly string[] {
  try {
    return columnsFrom(localStorage.getItem(key));
  } catch {
    return usual;
  }
}

/** What was kept, without what is no column. */
export function columnsFrom(text: string | null): readonly string[] {
  if (text === null) return usual;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return usual;
  }
  if (!Array.isArray(value)) return usual;
  const known = value.filter(
    (each): each is string =>
      typeof each === 'string' && (builtIn.some((name) => name === each) || each.startsWith(traitPrefix)),
  );
  return [...new Set(known)].slice(0, most);
}
