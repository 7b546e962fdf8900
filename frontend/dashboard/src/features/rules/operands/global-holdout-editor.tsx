'use client';

import { EyeOff } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { Select } from '@/components/ui/select';
import type { CompareProps, OperandEditor } from './operand-editor';

/** Whether the person is in the global holdout of the workspace. */
function GlobalHoldoutEditor({ rule, onChange }: CompareProps<'globalHoldout'>) {
  const t = useTranslations('editor-rules.globalHoldoutEditor');
  return (
    <Select
      aria-label={t('isOrNot')}
      value={rule.value !== false ? 'is' : 'not'}
      onChange={(next) => onChange({ ...rule, is: 'equals', value: next === 'is' })}
      options={[
        { value: 'is', label: t('is') },
        { value: 'not', label: t('isNot') },
      ]}
    />
  );
}

export const globalHoldout: OperandEditor<'globalHoldout'> = {
  family: 'person',
  icon: EyeOff,
  blank: () => ({ left: { source: 'globalHoldout' }, is: 'equals', value: true }),
  Editor: GlobalHoldoutEditor,
};
