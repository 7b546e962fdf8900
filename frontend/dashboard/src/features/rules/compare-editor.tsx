'use client';

import type { Compare } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { useEffect, useRef } from 'react';
import type { Path } from '@/components/form/field-path';
import { FieldRow } from '@/components/form/field-row';
import { Select } from '@/components/ui/select';
import { ActionButtons } from './action-buttons';
import type { RuleActions } from './action-buttons';
import type { CompareProps, OperandEditor } from './operands/operand-editor';
import { blankCompare, sourcesFor } from './rule-model';
import { useRule } from './rule-context';

type CompareEditorProps = {
  rule: Compare;
  path: Path;
  /** It was just added: what is written first has the focus. */
  focused: boolean;
  onChange: (rule: Compare) => void;
  actions: RuleActions;
};

/**
 * One condition: what is looked at, how it is compared, and with what. Where there is room it is one line, read as a
 * sentence.
 */
export function CompareEditor({ rule, path, focused, onChange, actions }: CompareEditorProps) {
  const t = useTranslations('editor-rules.compareEditor');
  const sourceWords = useTranslations('editor-rules.sources');
  const context = useRule();
  const { editors } = context;
  const sources = sourcesFor(context);
  const { source } = rule.left;
  const known = sources.includes(source) ? sources : [source, ...sources];
  const body = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (focused) body.current?.querySelector<HTMLElement>('input, [role="combobox"]')?.focus();
  }, [focused, source]);
  return (
    <div role="group" aria-label={t('condition')} className="rounded-lg border border-line bg-raised p-2">
      <div className="flex flex-wrap items-start gap-x-1.5 gap-y-1 @xl:flex-nowrap">
        <div className="flex h-7 max-w-[70%] min-w-0 items-center @xl:h-8 @xl:w-44 @xl:shrink-0">
          {known.length > 1 ? (
            <Select
              aria-label={t('look')}
              className="h-6! w-auto! max-w-full border-transparent! bg-transparent! px-1! text-xs! text-muted!"
              value={source}
              onChange={(next) => onChange(blankCompare({ source: next, editors }))}
              options={known.map((value) => ({ value, label: sourceWords(value) }))}
            />
          ) : (
            <span className="px-1 text-xs text-muted">{sourceWords(source)}</span>
          )}
        </div>
        <div ref={body} className="order-last min-w-0 basis-full @xl:order-none @xl:flex-1 @xl:basis-0">
          <FieldRow path={[...path, 'left']}>{() => null}</FieldRow>
          <FieldRow path={[...path, 'value']}>
            {(control) => <Body rule={rule} path={path} onChange={onChange} control={control} />}
          </FieldRow>
        </div>
        <ActionButtons {...actions} label={t('actions')} removeLabel={t('removeCondition')} />
      </div>
    </div>
  );
}

function Body({ rule, ...props }: Omit<CompareProps, 'left'>) {
  const { editors } = useRule();
  const { Editor } = editors[rule.left.source] as OperandEditor;
  return <Editor {...props} rule={rule} left={rule.left} />;
}
