'use client';

import { useTranslations } from 'next-intl';
import { useRule } from '../rule-context';
import { hintsOf } from '../use-known-names';
import type { CompareProps, OperandEditor } from './operand-editor';
import { NamedPathEditor } from './path-editor';

function PropertyEditor(props: CompareProps<'property'>) {
  const t = useTranslations('editor-rules.sources');
  const { properties, propertyFacts } = useRule();
  return <NamedPathEditor {...props} label={t('property')} suggestions={properties} hintOf={hintsOf(propertyFacts)} />;
}

export const property: OperandEditor<'property'> = {
  family: 'here',
  blank: () => ({ left: { source: 'property', path: '' }, is: 'equals', value: '' }),
  Editor: PropertyEditor,
};
