'use client';

import type { Json, Rule, RuleScope } from '@wend/contract';
import { useMemo } from 'react';
import type { Path } from '@/components/form/field-path';
import { FieldRow } from '@/components/form/field-row';
import { RuleBuilder } from '@/features/rules/rule-builder';
import type { FieldProps } from './fields';
import { useForm } from './form-context';
import { metaOf, text, titleOf } from './schema';
import { useEntryFields } from './use-entry-fields';
import { factsOfResults, useResults } from './use-results';

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
  const given = useResults();
  const { results, resultFacts } = useMemo(
    () => ({
      results: given.map(({ path, field, step }) => ({ path, label: `${step}: ${field}` })),
      resultFacts: factsOfResults(given),
    }),
    [given],
  );
  const entryProperties = useEntryFields();
  return <RuleBuilder {...props} results={results} resultFacts={resultFacts} entryProperties={entryProperties} />;
}
