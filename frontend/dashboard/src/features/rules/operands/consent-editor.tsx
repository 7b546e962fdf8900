'use client';

import { personChannels } from '@wend/contract/plain';
import type { Compare } from '@wend/contract';
import { CircleCheckBig } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { Select } from '@/components/ui/select';
import { TopicPicker } from '@/features/consents/topic-picker';
import { useChannels } from '@/features/messages/channels';
import type { CompareProps, OperandEditor } from './operand-editor';

const answers = {
  subscribed: { is: 'equals', value: 'subscribed' },
  notSubscribed: { is: 'notEquals', value: 'subscribed' },
  unsubscribed: { is: 'equals', value: 'unsubscribed' },
  notUnsubscribed: { is: 'notEquals', value: 'unsubscribed' },
  pending: { is: 'equals', value: 'pending' },
  said: { is: 'exists' },
  neverSaid: { is: 'notExists' },
} as const satisfies Record<string, Pick<Compare, 'is' | 'value'>>;
type Answer = keyof typeof answers;
const names = Object.keys(answers) as Answer[];

/** What the person said about messages on a channel, or about a topic there. */
function ConsentEditor({ rule, left, onChange }: CompareProps<'consent'>) {
  const t = useTranslations('editor-rules.consentEditor');
  const answerWords = useTranslations('editor-rules.consents');
  const channels = useChannels().filter(({ address }) => address);
  const chosen = names.find((name) => {
    const answer: Pick<Compare, 'is' | 'value'> = answers[name];
    return answer.is === rule.is && answer.value === rule.value;
  });
  return (
    <div className="grid grid-cols-2 gap-1.5">
      <Select
        aria-label={t('answer')}
        value={chosen}
        onChange={(next) => onChange({ op: 'compare', left, ...answers[next] })}
        options={names.map((value) => ({ value, label: answerWords(value) }))}
      />
      <Select
        aria-label={t('channel')}
        value={left.channel}
        onChange={(channel) => onChange({ ...rule, left: { ...left, channel } })}
        options={channels.map(({ name, words: label }) => ({ value: name, label }))}
      />
      <TopicPicker
        className="col-span-2"
        aria-label={t('topic')}
        without="all"
        channel={left.channel}
        value={left.topic}
        onChange={(topic) =>
          onChange({ ...rule, left: { source: 'consent', channel: left.channel, ...(topic && { topic }) } })
        }
      />
      {chosen === 'subscribed' && left.topic === undefined ? (
        <p className="col-span-2 text-xs text-muted">{t('saidOnly', { other: answerWords('notUnsubscribed') })}</p>
      ) : null}
    </div>
  );
}

export const consent: OperandEditor<'consent'> = {
  family: 'person',
  icon: CircleCheckBig,
  blank: () => ({ left: { source: 'consent', channel: personChannels()[0]! }, is: 'equals', value: 'subscribed' }),
  Editor: ConsentEditor,
};
