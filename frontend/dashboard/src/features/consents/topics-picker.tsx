'use client';

import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { useState } from 'react';
import { PickMany } from '@/components/form/pick-many';
import { useTopicName } from './use-topic-name';
import { useTopics } from './use-topics';

type TopicsPickerProps = {
  /** Keys; what is no topic, or archived, stays until it is taken out. */
  value: readonly string[];
  onChange: (keys: string[]) => void;
  readOnly?: boolean;
  id?: string;
  'aria-invalid'?: boolean | undefined;
  'aria-describedby'?: string | undefined;
};

/** Several of the workspace's topics, found by name or key. */
export function TopicsPicker({ value, onChange, ...control }: TopicsPickerProps) {
  const t = useTranslations('consents.picker');
  const [search, setSearch] = useState('');
  const topics = useTopics();
  const nameOf = useTopicName();
  const wanted = search.trim().toLowerCase();
  const offered = (topics.data ?? []).filter(({ archivedAt }) => archivedAt === null);
  return (
    <PickMany
      {...control}
      chosen={value.map((key) => ({ id: key, label: nameOf(key) }))}
      onChange={onChange}
      items={offered
        .filter(({ key, name }) => `${name} ${key}`.toLowerCase().includes(wanted))
        .map(({ key, name }) => ({ id: key, label: name, hint: key }))}
      stale={topics.isPending}
      search={search}
      onSearch={setSearch}
      placeholder={t('add')}
      searchLabel={t('search')}
      empty={
        topics.isPending
          ? t('loading')
          : topics.isError
            ? t('failed')
            : offered.length === 0
              ? t('noneYet')
              : t('noMatch')
      }
      footer={
        <Link href="/settings?tab=topics" target="_blank" className="font-medium text-accent hover:underline">
          {t('open')}
        </Link>
      }
    />
  );
}
