'use client';

import { givesResult, nodeKey, pathKeys, pathOf, reachableFrom, resultFields } from '@wend/contract/plain';
import type { Json, Rule, RuleScope } from '@wend/contract';
import { useMemo } from 'react';
import type { Path } from '@/components/form/field-path';
import { FieldRow } from '@/components/form/field-row';
import { RuleBuilder } from '@/features/rules/rule-builder';
import { propertiesOfEvent, useKnownNames } from '@/features/rules/use-known-names';
import { useEditor } from '../store/editor-context';
import type { FieldProps } from './fields';
import { useForm } from './form-context';
import { metaOf, text, titleOf } from './schema';
import { useEntryFields } from './use-entry-fields';

/** A rule as a field of a form. */
export function RuleField({ name, schema, value, siblings, path }: FieldProps) {
  const form = useForm();
  const meta = metaOf(schema);
  const scope: RuleScope = meta.scope === 'event' ? form.eventScope : 'profile';
  const event = meta.eventFrom ? text(siblings[meta.eventFrom]) : undefined;
  return (
    <FieldRow path={path} label={titleOf({ schema, key: name })} help={meta.description} as="group">
      {() => (
        <JourneyRule
          value={value}
          path={path}
          scope={scope}
          event={event}
          onChange={(next) => form.change(path, next as Json | undefined)}
          optional={scope !== 'profile'}
        />
      )}
    </FieldRow>
  );
}

type JourneyRuleProps = {
  value: unknown;
  path: Path;
  scope: RuleScope;
  event?: string | undefined;
  optional?: boolean;
  onChange: (rule: Rule | undefined) => void;
};

/** A rule that can look at what is known in this journey: the entry event, results of earlier steps. */
export function JourneyRule(props: JourneyRuleProps) {
  const results = useResults();
  const entryProperties = useEntryFields();
  return <RuleBuilder {...props} results={results} entryProperties={entryProperties} />;
}

/** Paths of results that steps before this one give: `<node>.<field>`. */
function useResults(): { path: string; label: string }[] {
  const { nodeId } = useForm();
  const graph = useEditor((state) => state.graph);
  const manifests = useEditor((state) => state.manifests);
  const names = useKnownNames();
  return useMemo(
    () =>
      Object.values(graph.nodes).flatMap((node) => {
        const manifest = manifests[nodeKey(node)];
        const fields =
          manifest && givesResult(manifest, node.config)
            ? resultFields(manifest, node.config, (event) => propertiesOfEvent(names, event))
            : null;
        if (!fields || node.id === nodeId || !reachableFrom(graph, node.id).has(nodeId)) return [];
        return fields.map((field) => ({
          path: pathOf([node.id, ...pathKeys(field)]),
          label: `${node.name}: ${field}`,
        }));
      }),
    [graph, manifests, names, nodeId],
  );
}
