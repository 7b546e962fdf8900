'use client';

import { usePathname, useSearchParams } from 'next/navigation';
import { useCallback } from 'react';

/**
 * Values in the address, so that a list with its filters can be linked to. `set` leaves out what is empty; it changes the
 * address at once, and `get` follows with the next rendering.
 */
export function useQueryState(): {
  get: (name: string) => string | undefined;
  set: (values: Record<string, string | undefined>) => void;
} {
  const parameters = useSearchParams();
  const path = usePathname();
  const get = useCallback((name: string) => parameters.get(name) ?? undefined, [parameters]);
  const set = useCallback(
    (values: Record<string, string | undefined>) => {
      const next = new URLSearchParams(location.search);
      for (const [name, value] of Object.entries(values))
        if (value) next.set(name, value);
        else next.delete(name);
      // Not by the router, which changes the address later: what is set next would begin with what was there before.
      window.history.replaceState(null, '', next.size > 0 ? `${path}?${next}` : path);
    },
    [path],
  );
  return { get, set };
}
