import { usePathname, useSearchParams } from 'next/navigation';
import { useCallback } from 'react';
import { layers } from '../layers';
import type { Layer } from '../store/editor-store';

/** The layer is part of the address, so that a link can point at it. */
export function useLayer(): { layer: Layer; setLayer: (layer: Layer) => void } {
  const search = useSearchParams();
  const pathname = usePathname();
  const asked = search.get('layer');
  const layer: Layer =
    (asked === 'live' || asked === 'replay' || asked === 'versions') && layers[asked] ? asked : 'build';
  const setLayer = useCallback(
    (next: Layer) => {
      const query = new URLSearchParams(window.location.search);
      if (next === 'build') query.delete('layer');
      else query.set('layer', next);
      // At once, so that what is chosen next goes on from here.
      window.history.replaceState(null, '', query.size > 0 ? `${pathname}?${query}` : pathname);
    },
    [pathname],
  );
  return { layer, setLayer };
}
