'use client';

import { comparisonWords } from '@wend/contract/plain';
import type { Comparison, Rule } from '@wend/contract';
import { MousePointerClick } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Select } from '@/components/ui/select';
import { EventInput } from '../event-input';
import { FieldRow } from '@/components/form/field-row';
import { NumberInput } from '@/components/form/number-input';
import { propertiesOfEvent, useKnownNames } from '../use-known-names';
import type { CompareProps, OperandEditor } from './operand-editor';
import { GroupEditor } from '../group-editor';
import { comparisonsFor, spanOf, spanSeconds, spanUnits } from '../rule-model';
import type { Span } from '../rule-model';
import { RuleProvider, useRule } from '../rule-context';

/** What is said in another way of counts: “did at least twice”, not “is at least”. */
const counted = ['atLeast', 'equals', 'atMost', 'greaterThan', 'lessThan'] as const;
const isCounted = (is: Comparison): is is (typeof counted)[number] => (counted as readonly Comparison[]).includes(is);
const longest = 63_072_000;

/** How often the person did something, in a time before now. */
function CountEditor({ rule, left, path, onChange, control }: CompareProps<'eventCount'>) {
  const t = useTranslations('editor-rules.eventCountEditor');
  const countWords = useTranslations('editor-rules.counts');
  const spanWords = useTranslations('editor-rules.spans');
  const context = useRule();
  const names = useKnownNames();
  const [unit, setUnit] = useState<Span>();
  const span = left.withinSeconds === undefined ? null : spanOf(left.withinSeconds, unit);
  const within = (next: { amount: number; unit: Span } | null) => {
    setUnit(next?.unit);
    const { withinSeconds: _old, ...rest } = left;
    onChange({
      ...rule,
      left: next ? { ...rest, withinSeconds: Math.min(Math.max(spanSeconds(next), 60), longest) } : rest,
    });
  };
  const never = rule.is === 'equals' && rule.value === 0;
  const filter = (where: Rule) => {
    const { where: _old, ...rest } = left;
    onChange({
      ...rule,
      left: (where.op === 'all' || where.op === 'any') && where.rules.length === 0 ? rest : { ...rest, where },
    });
  };
  return (
    <div className="space-y-1.5">
      <div className="grid grid-cols-[auto_minmax(0,1fr)] gap-1.5">
        <Select
          aria-label={t('didOrNot')}
          className="w-[104px]! shrink-0"
          value={never ? 'not' : 'did'}
          onChange={(next) =>
            onChange({ ...rule, is: next === 'not' ? 'equals' : 'atLeast', value: next === 'not' ? 0 : 1 })
          }
          options={[
            { value: 'did', label: t('did') },
            { value: 'not', label: t('didNot') },
          ]}
        />
        <FieldRow path={[...path, 'left', 'event']}>
          {(control) => (
            <EventInput
              {...control}
              aria-label={t('event')}
              value={left.event}
              onChange={(event) => onChange({ ...rule, left: { ...left, event } })}
            />
          )}
        </FieldRow>
      </div>
      {!never && (
        <div className="flex items-center gap-1.5">
          <Select
            aria-label={t('howOften')}
            className="w-[104px]! shrink-0"
            value={rule.is}
            onChange={(is) => onChange({ ...rule, is })}
            options={comparisonsFor(left, rule.is).map((value) => ({
              value,
              label: isCounted(value) ? countWords(value) : comparisonWords(value),
            }))}
          />
          <NumberInput
            {...control}
            aria-label={t('times')}
            className="w-16"
            value={typeof rule.value === 'number' ? rule.value : undefined}
            onChange={(value) =>
              onChange(value === undefined ? { op: 'compare', left: rule.left, is: rule.is } : { ...rule, value })
            }
          />
          <span className="text-muted">{t('unitOfTimes', { times: Number(rule.value) })}</span>
        </div>
      )}
      <div className="flex items-center gap-1.5">
        <Select
          aria-label={t('sinceWhen')}
          className="w-[104px]! shrink-0"
          value={span ? 'within' : 'ever'}
          onChange={(next) => within(next === 'ever' ? null : { amount: 7, unit: 'days' })}
          options={[
            { value: 'within', label: t('within') },
            { value: 'ever', label: t('ever') },
          ]}
        />
        {span && (
          <NumberInput
            aria-label={t('amount')}
            className="w-16"
            value={span.amount}
            onChange={(amount) => {
              if (amount !== undefined && amount > 0) within({ ...span, amount });
            }}
          />
        )}
        {span && (
          <Select
            aria-label={t('unit')}
            className="min-w-0 flex-1"
            value={span.unit}
            onChange={(unit) => within({ ...span, unit })}
            options={spanUnits.map((value) => ({ value, label: spanWords(value) }))}
          />
        )}
      </div>
      <RuleProvider value={{ ...context, scope: 'event', properties: propertiesOfEvent(names, left.event) }}>
        <GroupEditor rule={left.where} path={[...path, 'left', 'where']} depth={left.where ? 1 : 0} onChange={filter} />
      </RuleProvider>
    </div>
  );
}

export const eventCount: OperandEditor<'eventCount'> = {
  family: 'behaviour',
  icon: MousePointerClick,
  blank: () => ({ left: { source: 'eventCount', event: '', withinSeconds: 604_800 }, is: 'atLeast', value: 1 }),
  Editor: CountEditor,
};
