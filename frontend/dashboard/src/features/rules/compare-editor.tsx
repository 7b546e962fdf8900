'use client';

import type { Compare } from '@wend/contract';
import { X } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { IconButton } from '@/components/ui/icon-button';
import { Select } from '@/components/ui/select';
import { FieldRow } from '@/components/form/field-row';
import type { Path } from '@/components/form/field-path';
import type { CompareProps, OperandEditor } from './operands/operand-editor';
import { blankCompare, sourcesFor } from './rule-model';
import { useRule } from './rule-context';

type CompareEditorProps = {
  rule: Compare;
  path: Path;
  onChange: (rule: Compare) => void;
  onRemove: () => void;
};

/** One condition: what is looked at, how it is compared, and with what. */
export function CompareEditor({ rule, path, onChange, onRemove }: CompareEditorProps) {
  const t = useTranslations('editor-rules.compareEditor');
  const sourceWords = useTranslations('editor-rules.sources');
  const context = useRule();
  const { editors } = context;
  const sources = sourcesFor(context);
  const known = sources.includes(rule.left.source) ? sources : [rule.left.source, ...sources];
  return (
    <div role="group" aria-label={t('condition')} className="rounded-lg border border-line bg-raised p-2">
      <FieldRow path={[...path, 'left']}>
        {() => (
          <div className="mb-1.5 flex items-center gap-1">
            {known.length > 1 ? (
              <Select
                aria-label={t('look')}
                className="border-transparent! bg-transparent! px-1! text-xs! text-muted! h-6! w-auto!"
                value={rule.left.source}
                onChange={(source) => onChange(blankCompare({ source, editors }))}
                options={known.map((value) => ({ value, label: sourceWords(value) }))}
              />
            ) : (
              <span className="px-1 text-xs text-muted">{sourceWords(rule.left.source)}</span>
            )}
            <IconButton size="sm" className="ml-auto size-6!" label={t('removeCondition')} onClick={onRemove}>
              <X size={14} />
            </IconButton>
          </div>
        )}
      </FieldRow>
      <FieldRow path={[...path, 'value']}>
        {(control) => <Body rule={rule} path={path} onChange={onChange} control={control} />}
      </FieldRow>
    </div>
  );
}

function Body({ rule, ...props }: Omit<CompareProps, 'left'>) {
  const { editors } = useRule();
  const { Editor } = editors[rule.left.source] as OperandEditor;
  return <Editor {...props} rule={rule} left={rule.left} />;
}
