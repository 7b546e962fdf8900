'use client';

import type { Topic } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { Select } from '@/components/ui/select';
import { useTopicName } from './use-topic-name';
import { useTopics } from './use-topics';

const none = ' ';

type TopicPickerProps = {
  value: string | undefined;
  onChange: (key: string | undefined) => void;
  /** What stands for no topic; `none` of a message, `all` where consent is meant. */
  without?: 'none' | 'all';
  /** Only topics that are sent on this channel. */
  channel?: string | undefined;
  /** Only topics that people start so. */
  starts?: Topic['starts'];
  disabled?: boolean;
  id?: string;
  className?: string;
  'aria-label'?: string;
  'aria-invalid'?: boolean | undefined;
  'aria-describedby'?: string | undefined;
};

/** One of the workspace's topics. What is chosen and is no topic, or archived, stays until another is chosen. */
export function TopicPicker({ value, onChange, without = 'none', channel, starts, ...control }: TopicPickerProps) {
  const t = useTranslations('consents.picker');
  const topics = useTopics().data ?? [];
  const offered = topics.filter(
    (topic) =>
      topic.archivedAt === null &&
      (channel === undefined || topic.channels.includes(channel)) &&
      (starts === undefined || topic.starts === starts),
  );
  const nameOf = useTopicName();
  const isKnown = value === undefined || offered.some((topic) => topic.key === value);
  return (
    <Select
      {...control}
      value={value ?? none}
      onChange={(next) => onChange(next === none ? undefined : next)}
      options={[
        { value: none, label: t(without) },
        ...offered.map((topic) => ({ value: topic.key, label: topic.name })),
        ...(isKnown ? [] : [{ value, label: nameOf(value) }]),
      ]}
    />
  );
}
