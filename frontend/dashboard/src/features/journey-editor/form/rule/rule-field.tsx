'use client';

import { givesResult, nodeKey, pathOf, reachableFrom } from '@wend/contract/plain';
import type { Json, Rule, RuleScope } from '@wend/contract';
import { useMemo } from 'react';
import { useEditor } from '../../store/editor-context';
import { FieldRow } from '../field-row';
import type { FieldProps } from '../fields';
import { useForm } from '../form-context';
import { metaOf, text, titleOf } from '../schema';
import type { Path } from '../schema';
import { useEntryFields } from '../use-entry-fields';
import { propertiesOfEvent, useKnownNames } from '../use-known-names';
import { GroupEditor } from './group-editor';
import { operandEditors } from './operands';
import { RuleProvider } from './rule-context';

/** A rule as a field of a form. */
export function RuleField({ name, schema, value, siblings, path }: FieldProps) {
  const form = useForm();
  const meta = metaOf(schema);
  const scope: RuleScope = meta.scope === 'event' ? form.eventScope : 'profile';
  const event = meta.eventFrom ? text(siblings[meta.eventFrom]) : undefined;
  return (
    <FieldRow path={path} label={titleOf({ schema, key: name })} help={meta.description} as="group">
      {() => (
        <RuleBuilder
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

type RuleBuilderProps = {
  value: unknown;
  path: Path;
  scope: RuleScope;
  event?: string | undefined;
  optional?: boolean;
  onChange: (rule: Rule | undefined) => void;
};

/**
 * Groups of conditions. What cannot be read as a rule starts anew. `optional`: without a condition there is no rule.
 */
export function RuleBuilder({ value, path, scope, event, optional = false, onChange }: RuleBuilderProps) {
  const names = useKnownNames();
  const results = useResults();
  const entryProperties = useEntryFields();
  const context = useMemo(
    () => ({
      editors: operandEditors,
      scope,
      properties: propertiesOfEvent(names, event),
      entryProperties,
      traits: names.traits,
      results,
    }),
    [scope, names, event, entryProperties, results],
  );
  return (
    <RuleProvider value={context}>
      <GroupEditor
        rule={hasOperation(value) ? value : undefined}
        path={path}
        depth={0}
        onChange={(next) => onChange(optional && isEmptyGroup(next) ? undefined : next)}
      />
    </RuleProvider>
  );
}

/** While a name is still being typed a rule is not valid yet, but it is a rule. */
function hasOperation(value: unknown): value is Rule {
  return typeof value === 'object' && value !== null && 'op' in value;
}

function isEmptyGroup(rule: Rule): boolean {
  return (rule.op === 'all' || rule.op === 'any') && rule.rules.length === 0;
}

/** Paths of results that custom nodes before this one give: `<node>.<field>`. */
function useResults(): { path: string; label: string }[] {
  const { nodeId } = useForm();
  const graph = useEditor((state) => state.graph);
  const manifests = useEditor((state) => state.manifests);
  return useMemo(
    () =>
      Object.values(graph.nodes).flatMap((node) => {
        const manifest = manifests[nodeKey(node)];
        const output = manifest && givesResult(manifest, node.config) ? manifest.output : undefined;
        if (!output || node.id === nodeId || !reachableFrom(graph, node.id).has(nodeId)) return [];
        return Object.keys((output['properties'] ?? {}) as object).map((field) => ({
          path: pathOf([node.id, field]),
          label: `${node.name}: ${field}`,
        }));
      }),
    [graph, manifests, nodeId],
  );
}
