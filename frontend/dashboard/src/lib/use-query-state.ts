'use client';

import { usePathname, useRouter, useSearchParams } from 'next/navigation';
import { useCallback } from 'react';

/** Values in the address, so that a list with its filters can be linked to. `set` leaves out what is empty. */
export function useQueryState(): {
  get: (name: string) => string | undefined;
  set: (values: Record<string, string | undefined>) => void;
} {
  const parameters = useSearchParams();
  const path = usePathname();
  const router = useRouter();
  const get = useCallback((name: string) => parameters.get(name) ?? undefined, [parameters]);
  const set = useCallback(
    (values: Record<string, string | undefined>) => {
      const next = new URLSearchParams(location.search);
      for (const [name, value] of Object.entries(values))
        if (value) next.set(name, value);
        else next.delete(name);
      router.replace(next.size > 0 ? `${path}?${next}` : path, { scroll: false });
    },
    [path, router],
  );
  return { get, set };
}
