'use client';

import { Tag } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useRule } from '../rule-context';
import { useKnownNames } from '../use-known-names';
import type { CompareProps, OperandEditor } from './operand-editor';
import { NamedPathEditor } from './path-editor';

function TraitEditor(props: CompareProps<'trait'>) {
  const t = useTranslations('editor-rules.sources');
  const example = useTranslations('editor-rules.traitEditor');
  const { traits } = useRule();
  const { traitFacts } = useKnownNames();
  return (
    <NamedPathEditor
      {...props}
      label={t('trait')}
      suggestions={traits}
      hintOf={(name) => ({ detail: traitFacts[name]?.description })}
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
