'use client';

import { personChannels } from '@wend/contract/plain';
import { Send } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useChannels } from '@/features/messages/channels';
import { Select } from '@/components/ui/select';
import type { CompareProps, OperandEditor } from './operand-editor';

/** Whether a message on a channel would get to the person: address, consent, device. */
function ReachableEditor({ rule, left, onChange }: CompareProps<'reachable'>) {
  const t = useTranslations('editor-rules.reachableEditor');
  const channels = useChannels().filter(({ address }) => address);
  const can = rule.value !== false;
  return (
    <div className="grid grid-cols-2 gap-1.5">
      <Select
        aria-label={t('canOrNot')}
        value={can ? 'can' : 'cannot'}
        onChange={(next) => onChange({ ...rule, is: 'equals', value: next === 'can' })}
        options={[
          { value: 'can', label: t('canBy') },
          { value: 'cannot', label: t('cannotBy') },
        ]}
      />
      <Select
        aria-label={t('channel')}
        value={left.channel}
        onChange={(channel) => onChange({ ...rule, left: { ...left, channel } })}
        options={channels.map(({ name, words }) => ({ value: name, label: words }))}
      />
    </div>
  );
}

export const reachable: OperandEditor<'reachable'> = {
  family: 'person',
  icon: Send,
  blank: () => ({ left: { source: 'reachable', channel: personChannels()[0]! }, is: 'equals', value: true }),
  Editor: ReachableEditor,
};
