'use client';

import { comparisonWords, operators } from '@wend/contract/plain';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { Select } from '@/components/ui/select';
import { ComboInput } from '@/components/form/combo-input';
import type { ComboHint } from '@/components/form/combo-input';
import { FieldRow } from '@/components/form/field-row';
import type { Control } from '@/components/form/field-row';
import { comparisonsFor, typeOf, withComparison } from '../rule-model';
import { useRule } from '../rule-context';
import { ValueInput } from '../value-input';
import type { CompareProps } from './operand-editor';

type PathKind = 'trait' | 'property' | 'entry' | 'run';
type PathEditorProps = CompareProps<PathKind> & { children: (control: Control) => ReactNode };

/** A field by its path, compared with a value. `children` is the field that the path is written in. */
export function PathEditor({ rule, left, path, onChange, control: valueControl, children }: PathEditorProps) {
  const t = useTranslations('editor-rules.pathEditor');
  const typeWords = useTranslations('editor-rules.types');
  const { scope, hasRun } = useRule();
  return (
    <div className="grid grid-cols-[minmax(0,1fr)_auto] gap-1.5 @xl:grid-cols-[minmax(0,1fr)_auto_minmax(0,1fr)]">
      <FieldRow path={[...path, 'left', 'path']}>{children}</FieldRow>
      <Select
        aria-label={t('comparison')}
        className="w-auto! max-w-44 min-w-28 shrink-0"
        value={rule.is}
        onChange={(is) => onChange(withComparison(rule, is))}
        options={comparisonsFor(left, rule.is).map((value) => ({
          value,
          label: comparisonWords(value),
          ...(typeOf(value) ? { hint: typeWords(typeOf(value)!) } : {}),
        }))}
      />
      {operators[rule.is].takes !== 'nothing' && (
        <div className="col-span-2 @xl:col-span-1">
          <ValueInput rule={rule} onChange={onChange} mayRefer={hasRun && scope !== 'entry'} control={valueControl} />
        </div>
      )}
    </div>
  );
}

type NamedPathProps = CompareProps<PathKind> & {
  label: string;
  suggestions: readonly string[];
  hintOf?: (path: string) => ComboHint | undefined;
  placeholder?: string;
};

/** The same, where paths that were seen are suggested and others can be written. */
export function NamedPathEditor({ label, suggestions, hintOf, placeholder, ...props }: NamedPathProps) {
  const t = useTranslations('editor-rules.pathEditor');
  const { rule, left, onChange } = props;
  return (
    <PathEditor {...props}>
      {(control) => (
        <ComboInput
          {...control}
          aria-label={label}
          value={left.path}
          suggestions={suggestions}
          {...(hintOf && { hintOf })}
          placeholder={placeholder ?? t('placeholder')}
          onChange={(path) => onChange({ ...rule, left: { ...left, path } })}
        />
      )}
    </PathEditor>
  );
}
