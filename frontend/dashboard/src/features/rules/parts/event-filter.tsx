'use client';

import type { Rule } from '@wend/contract';
import { useMemo } from 'react';
import type { Path } from '@/components/form/field-path';
import { GroupEditor } from '../group-editor';
import { RuleProvider, useRule } from '../rule-context';
import { factsOfEvent, propertiesOfEvent, useKnownNames } from '../use-known-names';

type EventFilterProps = {
  event: string;
  rule: Rule | undefined;
  path: Path;
  /** Undefined: without a condition there is no filter. */
  onChange: (rule: Rule | undefined) => void;
};

/** Which of the events of a name count. */
export function EventFilter({ event, rule, path, onChange }: EventFilterProps) {
  const context = useRule();
  const names = useKnownNames();
  const own = useMemo(
    () => ({
      ...context,
      scope: 'event' as const,
      properties: propertiesOfEvent(names, event),
      propertyFacts: factsOfEvent(names, event),
    }),
    [context, names, event],
  );
  return (
    <RuleProvider value={own}>
      <GroupEditor
        rule={rule}
        path={path}
        depth={rule ? 1 : 0}
        onChange={(next) => onChange('rules' in next && next.rules.length === 0 ? undefined : next)}
      />
    </RuleProvider>
  );
}
