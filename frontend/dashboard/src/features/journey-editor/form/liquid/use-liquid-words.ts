import { reachableFrom } from '@wend/contract/plain';
import { useMemo } from 'react';
import { useEditor } from '../../store/editor-context';
import { manifestKey } from '../../store/editor-store';
import { useForm } from '../form-context';
import { text } from '../schema';
import { propertiesOfEvent, useKnownNames } from '../use-known-names';

/** A variable that a message may use, with where it comes from. */
export type LiquidWord = { name: string; detail: string };

const ownFields = ['external_id', 'email', 'phone', 'time_zone', 'locale'];

/** `profile.*`, `entry.*` of the entry event, `run.<node>.*` of custom nodes before this one. */
export function useLiquidWords(): LiquidWord[] {
  const { nodeId } = useForm();
  const names = useKnownNames();
  const graph = useEditor((state) => state.graph);
  const manifests = useEditor((state) => state.manifests);
  return useMemo(() => {
    const nodes = Object.values(graph.nodes);
    const entry = text(nodes.find((node) => manifests[manifestKey(node)]?.category === 'entry')?.config['event']);
    const results = nodes.flatMap((node) => {
      const output = manifests[manifestKey(node)]?.output;
      if (!output || node.id === nodeId || !reachableFrom(graph, node.id).has(nodeId)) return [];
      return Object.keys((output['properties'] ?? {}) as object).map((field) => ({ name: `run.${node.id}.${field}`, detail: `result of ${node.name}` }));
    });
    return [
      ...[...new Set([...names.traits, ...ownFields])].map((trait) => ({ name: `profile.${trait}`, detail: ownFields.includes(trait) && !names.traits.includes(trait) ? 'profile' : 'trait' })),
      ...(entry ? propertiesOfEvent(names, entry) : []).map((property) => ({ name: `entry.${property}`, detail: `of ${entry ?? ''}` })),
      ...results,
    ];
  }, [graph, manifests, names, nodeId]);
}
