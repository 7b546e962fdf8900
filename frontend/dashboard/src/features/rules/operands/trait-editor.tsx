'use client';

import { Tag } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useRule } from '../rule-context';
import { hintsOf } from '../use-known-names';
import type { CompareProps, OperandEditor } from './operand-editor';
import { NamedPathEditor } from './path-editor';

function TraitEditor(props: CompareProps<'trait'>) {
  const t = useTranslations('editor-rules.sources');
  const example = useTranslations('editor-rules.traitEditor');
  const { traits, traitFacts } = useRule();
  return (
    <NamedPathEditor
      {...props}
      label={t('trait')}
      suggestions={traits}
      hintOf={hintsOf(traitFacts)}
      placeholder={example('placeholder')}
    />
  );
}

export const trait: OperandEditor<'trait'> = {
  family: 'person',
  icon: Tag,
  blank: () => ({ left: { source: 'trait', path: '' }, is: 'equals', value: '' }),
  Editor: TraitEditor,
};
