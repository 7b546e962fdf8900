'use client';

import type { Rule, RuleScope } from '@wend/contract';
import { useMemo } from 'react';
import type { Path } from '@/components/form/field-path';
import { GroupEditor } from './group-editor';
import { operandEditors } from './operands';
import { RuleProvider } from './rule-context';
import { factsOfEvent, propertiesOfEvent, useKnownNames } from './use-known-names';
import type { Facts } from './use-known-names';

type RuleBuilderProps = {
  value: unknown;
  /** Where the rule stands in what is edited: its problems are found by it. */
  path: Path;
  scope: RuleScope;
  /** The event whose properties a filter looks at. */
  event?: string | undefined;
  /** What is known of the event that began the run; left out where there is no run. */
  entryProperties?: readonly string[] | undefined;
  /** What earlier steps of the run gave. */
  results?: readonly { path: string; label: string }[];
  resultFacts?: Facts;
  /** Without a condition there is no rule. */
  optional?: boolean;
  onChange: (rule: Rule | undefined) => void;
};

const nothing: readonly never[] = [];
const noFacts: Facts = {};

/**
 * Groups of conditions, to any depth. What cannot be read as a rule starts anew. Problems come from the
 * `FieldProblemsProvider` above.
 */
export function RuleBuilder({
  value,
  path,
  scope,
  event,
  entryProperties,
  results = nothing,
  resultFacts = noFacts,
  optional = false,
  onChange,
}: RuleBuilderProps) {
  const names = useKnownNames();
  const context = useMemo(
    () => ({
      editors: operandEditors,
      scope,
      properties: propertiesOfEvent(names, event),
      propertyFacts: factsOfEvent(names, event),
      hasRun: entryProperties !== undefined,
      entryProperties: entryProperties ?? nothing,
      traits: names.traits,
      traitFacts: names.traitFacts,
      results,
      resultFacts,
    }),
    [scope, names, event, entryProperties, results, resultFacts],
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
