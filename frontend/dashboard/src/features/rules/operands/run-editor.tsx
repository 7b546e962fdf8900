'use client';

import { Workflow } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { Select } from '@/components/ui/select';
import { useRule } from '../rule-context';
import type { CompareProps, OperandEditor } from './operand-editor';
import { PathEditor } from './path-editor';

function RunEditor(props: CompareProps<'run'>) {
  const t = useTranslations('editor-rules.runEditor');
  const { rule, left, onChange } = props;
  const { results } = useRule();
  return (
    <PathEditor {...props}>
      {(control) => (
        <Select
          {...control}
          aria-label={t('result')}
          value={left.path || undefined}
          onChange={(path) => onChange({ ...rule, left: { ...left, path } })}
          options={results.map((result) => ({ value: result.path, label: result.label }))}
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
