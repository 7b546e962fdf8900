'use client';

import { api, channelOf } from '@wend/contract/plain';
import type { Topic } from '@wend/contract';
import { ArrowDown, ArrowUp, Plus, Tags } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Badge } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { Section } from '@/components/ui/card';
import { Checkbox } from '@/components/ui/checkbox';
import { IconButton } from '@/components/ui/icon-button';
import { EmptyState, ErrorState, ListSkeleton } from '@/components/ui/states';
import { Cell, HeadCell, Row, Table } from '@/components/ui/table';
import { useToast } from '@/components/ui/toast';
import { useMay } from '@/lib/session';
import { ConsentTraitsSection } from './consent-traits-section';
import { PreferencePageSection } from './preference-page-section';
import { TopicDialog } from './topic-dialog';
import { useOrderTopics, useTopics } from './use-topics';

/** What people can subscribe to, the page on which they choose, and traits that say what they want. */
export function TopicsSettings() {
  const t = useTranslations('consents.topics');
  const [open, setOpen] = useState<Topic | 'add' | null>(null);
  const [archived, setArchived] = useState(false);
  const may = useMay(api.createTopic.access);
  const topics = useTopics();
  const hasArchived = topics.data?.some(({ archivedAt }) => archivedAt !== null) ?? false;
  return (
    <>
      <Section
        title={t('title')}
        description={t('detail')}
        action={
          may ? (
            <Button
              variant="primary"
              icon={<Plus size={15} strokeWidth={1.75} aria-hidden />}
              onClick={() => setOpen('add')}
            >
              {t('add')}
            </Button>
          ) : null
        }
      >
        {topics.isPending ? <ListSkeleton rows={3} /> : null}
        {topics.isError && !topics.data ? (
          <ErrorState error={topics.error} title={t('failed')} onRetry={() => void topics.refetch()} />
        ) : null}
        {topics.data ? (
          <List
            topics={topics.data.filter(({ archivedAt }) => archived || archivedAt === null)}
            onOpen={may ? setOpen : null}
          />
        ) : null}
        {hasArchived ? (
          <div className="border-t border-line px-4 py-3">
            <Checkbox checked={archived} onChange={setArchived} label={t('showArchived')} />
          </div>
        ) : null}
      </Section>
      <PreferencePageSection />
      <ConsentTraitsSection />
      {open === null ? null : <TopicDialog topic={open === 'add' ? null : open} onClose={() => setOpen(null)} />}
    </>
  );
}

function List({ topics, onOpen }: { topics: Topic[]; onOpen: ((topic: Topic) => void) | null }) {
  const t = useTranslations('consents.topics');
  const order = useOrderTopics();
  const toast = useToast();
  const move = (index: number, by: -1 | 1) => {
    const keys = topics.map(({ key }) => key);
    [keys[index], keys[index + by]] = [keys[index + by]!, keys[index]!];
    order.mutate(keys, { onError: (error) => toast.fail(t('orderFailed'), error) });
  };
  if (topics.length === 0)
    return (
      <EmptyState icon={<Tags size={20} strokeWidth={1.75} />} title={t('empty')}>
        {t('emptyDetail')}
      </EmptyState>
    );
  return (
    <Table label={t('title')}>
      <thead>
        <tr>
          <HeadCell>{t('name')}</HeadCell>
          <HeadCell className="max-sm:hidden">{t('channels')}</HeadCell>
          <HeadCell className="max-sm:hidden">{t('starts')}</HeadCell>
          {onOpen ? <HeadCell /> : null}
        </tr>
      </thead>
      <tbody>
        {topics.map((topic, index) => (
          <Row key={topic.key}>
            <Cell className="w-full max-w-0">
              <TopicName topic={topic} onOpen={onOpen} />
            </Cell>
            <Cell className="min-w-52 text-muted max-sm:hidden">{channelsOf(topic)}</Cell>
            <Cell className="whitespace-nowrap max-sm:hidden">
              <Starts topic={topic} />
            </Cell>
            {onOpen ? (
              <Cell className="w-0 whitespace-nowrap">
                <IconButton
                  label={t('up', { name: topic.name })}
                  disabled={index === 0 || order.isPending}
                  onClick={() => move(index, -1)}
                >
                  <ArrowUp size={15} strokeWidth={1.75} />
                </IconButton>
                <IconButton
                  label={t('down', { name: topic.name })}
                  disabled={index === topics.length - 1 || order.isPending}
                  onClick={() => move(index, 1)}
                >
                  <ArrowDown size={15} strokeWidth={1.75} />
                </IconButton>
              </Cell>
            ) : null}
          </Row>
        ))}
      </tbody>
    </Table>
  );
}

function TopicName({ topic, onOpen }: { topic: Topic; onOpen: ((topic: Topic) => void) | null }) {
  const t = useTranslations('consents.topics');
  return (
    <>
      {onOpen ? (
        <button
          type="button"
          aria-label={t('open', { name: topic.name })}
          onClick={() => onOpen(topic)}
          className="block w-full truncate text-left font-medium hover:text-accent"
        >
          {topic.name}
        </button>
      ) : (
        <span className="block truncate font-medium">{topic.name}</span>
      )}
      <span className="block truncate font-mono text-2xs text-muted">{topic.key}</span>
      <span className="mt-1 block text-xs text-muted sm:hidden">{channelsOf(topic)}</span>
      <span className="block text-xs text-muted sm:hidden">
        {topic.archivedAt === null ? (
          t('byDefault', { starts: t(`startsOf.${topic.starts}`) })
        ) : (
          <Starts topic={topic} />
        )}
      </span>
    </>
  );
}

function channelsOf(topic: Topic): string {
  return topic.channels.map((channel) => channelOf(channel).label).join(', ');
}

function Starts({ topic: { archivedAt, starts } }: { topic: Topic }) {
  const t = useTranslations('consents.topics');
  return archivedAt === null ? t(`startsOf.${starts}`) : <Badge>{t('archived')}</Badge>;
}
