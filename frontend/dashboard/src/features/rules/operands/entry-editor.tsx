'use client';

import { LogIn } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useRule } from '../rule-context';
import type { CompareProps, OperandEditor } from './operand-editor';
import { NamedPathEditor } from './path-editor';

function EntryEditor(props: CompareProps<'entry'>) {
  const t = useTranslations('editor-rules.sources');
  const { entryProperties } = useRule();
  return <NamedPathEditor {...props} label={t('entry')} suggestions={entryProperties} />;
}

export const entry: OperandEditor<'entry'> = {
  family: 'here',
  icon: LogIn,
  offered: ({ hasRun }) => hasRun,
  blank: () => ({ left: { source: 'entry', path: '' }, is: 'equals', value: '' }),
  Editor: EntryEditor,
};
