import { useQuery } from '@tanstack/react-query';
import { api, givesResult, nodeKey, pathKeys, pathOf, reachableFrom, resultPaths } from '@wend/contract/plain';
import type { LearntField } from '@wend/contract';
import { useMemo } from 'react';
import { call } from '@/lib/api-client';
import { propertiesOfEvent, useKnownNames } from '@/features/rules/use-known-names';
import type { Facts } from '@/features/rules/use-known-names';
import { useEditor } from '../store/editor-context';
import { useForm } from './form-context';

/** A value that an earlier step gives: `path` is `<node>.<field>`. */
export type StepResult = { path: string; field: string; step: string; type: LearntField['type'] | null };
const none: readonly { node: string; fields: LearntField[] }[] = [];

/** Under which answers about a journey's results are kept. */
export function learntKey(journeyId: string): string[] {
  return ['learnt-results', journeyId];
}

/** What steps before this one give: what they say of it, and what results of theirs have had. */
export function useResults(): StepResult[] {
  const { nodeId } = useForm();
  const graph = useEditor((state) => state.graph);
  const manifests = useEditor((state) => state.manifests);
  const journeyId = useEditor((state) => state.journeyId);
  const names = useKnownNames();
  const learnt =
    useQuery({
      queryKey: learntKey(journeyId),
      queryFn: async ({ signal }) => (await call(api.learntResults, { params: { id: journeyId }, signal })).items,
      staleTime: 60_000,
    }).data ?? none;
  return useMemo(
    () =>
      Object.values(graph.nodes).flatMap((node) => {
        const manifest = manifests[nodeKey(node)];
        if (!manifest || !givesResult(manifest, node.config)) return [];
        const seen = learnt.find((each) => each.node === node.id)?.fields ?? [];
        const types = new Map(seen.map(({ path, type }) => [path, type]));
        const fields = resultPaths(manifest, node.config, {
          propertiesOf: (event) => propertiesOfEvent(names, event),
          learnt: [...types.keys()],
        });
        if (fields.length === 0 || node.id === nodeId || !reachableFrom(graph, node.id).has(nodeId)) return [];
        return fields.map((field) => ({
          path: pathOf([node.id, ...pathKeys(field)]),
          field,
          step: node.name,
          type: types.get(field) ?? null,
        }));
      }),
    [graph, manifests, names, nodeId, learnt],
  );
}

/** The types of results, as conditions look at them. */
export function factsOfResults(results: readonly StepResult[]): Facts {
  return Object.fromEntries(
    results.flatMap(({ path, type }) =>
      type === null || type === 'empty' ? [] : [[path, { description: '', type }] as const],
    ),
  );
}
