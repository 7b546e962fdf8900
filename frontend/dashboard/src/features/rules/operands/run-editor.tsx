'use client';

import { Workflow } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { ResultInput } from '../parts/result-input';
import type { CompareProps, OperandEditor } from './operand-editor';
import { PathEditor } from './path-editor';

function RunEditor(props: CompareProps<'run'>) {
  const t = useTranslations('editor-rules.runEditor');
  const { rule, left, onChange } = props;
  return (
    <PathEditor {...props}>
      {(control) => (
        <ResultInput
          control={control}
          label={t('result')}
          value={left.path}
          onChange={(path) => onChange({ ...rule, left: { ...left, path } })}
        />
      )}
    </PathEditor>
  );
}

export const run: OperandEditor<'run'> = {
  family: 'here',
  icon: Workflow,
  offered: ({ results }) => results.length > 0,
  blank: () => ({ left: { source: 'run', path: '' }, is: 'equals', value: '' }),
  Editor: RunEditor,
};
