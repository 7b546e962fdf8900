import { entryFields } from '@wend/contract/plain';
import { useMemo } from 'react';
import { useEditor } from '../store/editor-context';
import { propertiesOfEvent, useKnownNames } from '@/features/rules/use-known-names';

/** Paths of what rules find under `entry`, by whichever entry a person came. */
export function useEntryFields(): string[] {
  const names = useKnownNames();
  const nodes = useEditor((state) => state.graph.nodes);
  const manifests = useEditor((state) => state.manifestMap);
  return useMemo(
    () => entryFields({ graph: { nodes }, manifests, propertiesOf: (event) => propertiesOfEvent(names, event) }),
    [names, nodes, manifests],
  );
}
