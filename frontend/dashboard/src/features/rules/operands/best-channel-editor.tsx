'use client';

import { comparisonWords, personChannels } from '@wend/contract/plain';
import { Trophy } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { Select } from '@/components/ui/select';
import { useChannels } from '@/features/messages/channels';
import { comparisonsFor } from '../rule-model';
import type { CompareProps, OperandEditor } from './operand-editor';

/** The channel that a person reacts to most. */
function BestChannelEditor({ rule, left, onChange }: CompareProps<'bestChannel'>) {
  const t = useTranslations('editor-rules.bestChannelEditor');
  const channels = useChannels().filter(({ address }) => address);
  return (
    <div className="grid grid-cols-2 gap-1.5">
      <Select
        aria-label={t('comparison')}
        value={rule.is}
        onChange={(is) => onChange({ ...rule, is })}
        options={comparisonsFor(left, rule.is).map((value) => ({ value, label: comparisonWords(value) }))}
      />
      <Select
        aria-label={t('channel')}
        value={typeof rule.value === 'string' ? rule.value : undefined}
        onChange={(value) => onChange({ ...rule, value })}
        options={channels.map(({ name, words: label }) => ({ value: name, label }))}
      />
    </div>
  );
}

export const bestChannel: OperandEditor<'bestChannel'> = {
  family: 'person',
  icon: Trophy,
  blank: () => ({ left: { source: 'bestChannel' }, is: 'equals', value: personChannels()[0]! }),
  Editor: BestChannelEditor,
};
