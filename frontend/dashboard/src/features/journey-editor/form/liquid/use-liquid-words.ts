import {
  entryFields,
  entryWords,
  givesResult,
  liquidPath,
  nodeKey,
  pathKeys,
  pathOf,
  reachableFrom,
  resultFields,
} from '@wend/contract/plain';
import { useTranslations } from 'next-intl';
import { useMemo } from 'react';
import { useEditor } from '../../store/editor-context';
import { useForm } from '../form-context';
import { propertiesOfEvent, useKnownNames } from '@/features/rules/use-known-names';

/** A variable that a message may use, with where it comes from. */
export type LiquidWord = { name: string; detail: string };

const ownFields = ['external_id', 'email', 'phone', 'timezone', 'locale'];

/** `profile.*`, `entry.*` of the entries, `run.<node>.*` of custom nodes before this one. */
export function useLiquidWords(): LiquidWord[] {
  const t = useTranslations('editor-form.useLiquidWords');
  const { nodeId } = useForm();
  const names = useKnownNames();
  const graph = useEditor((state) => state.graph);
  const manifests = useEditor((state) => state.manifests);
  const manifestMap = useEditor((state) => state.manifestMap);
  return useMemo(() => {
    const nodes = Object.values(graph.nodes);
    const given = { graph, manifests: manifestMap };
    const results = nodes.flatMap((node) => {
      const manifest = manifests[nodeKey(node)];
      const fields =
        manifest && givesResult(manifest, node.config)
          ? resultFields(manifest, node.config, (event) => propertiesOfEvent(names, event))
          : null;
      if (!fields || node.id === nodeId || !reachableFrom(graph, node.id).has(nodeId)) return [];
      return fields.map((field) => ({
        name: liquidPath('run', pathOf([node.id, ...pathKeys(field)])),
        detail: t('result', { name: node.name }),
      }));
    });
    return [
      ...[...new Set([...names.traits, ...ownFields])].map((trait) => ({
        name: liquidPath('profile', trait),
        detail: ownFields.includes(trait) && !names.traits.includes(trait) ? t('profile') : t('trait'),
      })),
      ...entryFields({ ...given, propertiesOf: (event) => propertiesOfEvent(names, event) }).map((field) => ({
        name: liquidPath('entry', field),
        detail: t('of', {
          names: entryWords(given)
            .map(({ name }) => name)
            .join(', '),
        }),
      })),
      ...results,
    ];
  }, [graph, manifests, manifestMap, names, nodeId, t]);
}
